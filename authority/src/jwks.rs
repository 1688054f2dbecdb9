//! Key sets (RFC 7517 section 5) in the shapes the endpoints really show.

use serde_json::{Value, json};

use crate::AuthorityError;
use crate::constants::CONSUMER_TENANT_ID;
use crate::keys::{Key, KeyName, key};
use crate::route::Flavour;

/// The key set of an endpoint. No RSA key of Entra ID has `alg`; only version 2 keys name
/// their issuer, and that set also holds a key of an unknown type with a number as its id, which a
/// client must pass over.
pub(crate) fn key_set(
    origin: &str,
    flavour: &Flavour,
    generation: usize,
) -> Result<Value, AuthorityError> {
    let keys = match flavour {
        Flavour::V1(_) => vec![with_thumbprint(key(KeyName::V1, generation)?)],
        Flavour::V2(_) => vec![
            json!({"kty": "AKP", "kid": 20_261_123, "alg": "ML-DSA-44", "use": "sig", "pub": "AA"}),
            with_issuer(key(KeyName::V2Org, generation)?, &format!("{origin}/{{tenantid}}/v2.0")),
            with_issuer(
                key(KeyName::V2Consumer, generation)?,
                &format!("{origin}/{CONSUMER_TENANT_ID}/v2.0"),
            ),
        ],
        Flavour::B2c(_) => {
            let key = key(KeyName::B2c, generation)?;
            vec![json!({
                "kid": key.kid, "nbf": 1_768_003_200, "use": "sig", "kty": "RSA", "e": key.e,
                "n": key.n,
            })]
        }
        Flavour::Given => {
            let key = key(KeyName::Oidc, generation)?;
            vec![json!({"kty": "RSA", "use": "sig", "kid": key.kid, "n": key.n, "e": key.e})]
        }
        Flavour::Oidc | Flavour::GitHub => {
            let key = key(KeyName::Oidc, generation)?;
            vec![json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid, "n": key.n,
                "e": key.e,
            })]
        }
    };
    Ok(json!({"keys": keys}))
}

fn with_thumbprint(key: &Key) -> Value {
    json!({
        "kty": "RSA", "use": "sig", "kid": key.kid, "x5t": key.kid, "n": key.n, "e": key.e,
    })
}

fn with_issuer(key: &Key, issuer: &str) -> Value {
    json!({
        "kty": "RSA", "use": "sig", "kid": key.kid, "x5t": key.kid, "n": key.n, "e": key.e,
        "issuer": issuer, "cloud_instance_name": "microsoftonline.com",
    })
}
