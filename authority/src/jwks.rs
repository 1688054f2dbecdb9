//! Key sets (RFC 7517 section 5) in the shapes the endpoints really show.

use serde_json::{Value, json};

use crate::AuthorityError;
use crate::cloud::Site;
use crate::constants::CONSUMER_TENANT_ID;
use crate::discovery::issuer;
use crate::keys::{Key, KeyName, key};
use crate::microsoft::cloud_name;
use crate::route::{Flavour, Tenant};

/// The key set of an endpoint. No RSA key of Entra ID has `alg`; only version 2 keys name their issuer,
/// and not all of them their cloud. That set also holds a key of an unknown type with a number as its
/// id, which a client must pass over.
pub(crate) fn key_set(
    site: &Site,
    flavour: &Flavour,
    generation: usize,
) -> Result<Value, AuthorityError> {
    let key = |name: KeyName| key(name, generation);
    let keys = match flavour {
        Flavour::V1(_) => vec![entra(key(KeyName::V1)?), entra(key(KeyName::Spare)?)],
        Flavour::V2(tenant) => {
            let tenants = match tenant {
                Tenant::External => issuer(site, flavour, ""),
                _ => issuer(site, &Flavour::V2(Tenant::Common), "{tenantid}"),
            };
            let consumers = json!(tenants.replace("{tenantid}", CONSUMER_TENANT_ID));
            let tenants = json!(tenants);
            let cloud = ("cloud_instance_name", cloud_name(site.cloud));
            vec![
                json!({"kty": "AKP", "kid": 20_261_123, "alg": "ML-DSA-44", "use": "sig", "pub": "AA"}),
                with(entra(key(KeyName::V2Org)?), &[("issuer", tenants.clone()), cloud.clone()]),
                with(entra(key(KeyName::Spare)?), &[("issuer", tenants)]),
                with(entra(key(KeyName::V2Consumer)?), &[("issuer", consumers), cloud]),
            ]
        }
        Flavour::B2c(_) => {
            let key = key(KeyName::B2c)?;
            vec![json!({
                "kid": key.kid, "nbf": 1_768_003_200, "use": "sig", "kty": "RSA", "e": key.e,
                "n": key.n,
            })]
        }
        Flavour::Given => vec![plain(key(KeyName::Oidc)?)],
        Flavour::Oidc | Flavour::GitHub => {
            vec![with(plain(key(KeyName::Oidc)?), &[("alg", json!("RS256"))])]
        }
    };
    Ok(json!({"keys": keys}))
}

fn plain(key: &Key) -> Value {
    json!({"kty": "RSA", "use": "sig", "kid": key.kid, "n": key.n, "e": key.e})
}

/// As Entra ID writes a key: the id is the thumbprint of its certificate.
fn entra(key: &Key) -> Value {
    with(plain(key), &[("x5t", json!(key.kid)), ("x5c", json!([key.certificate]))])
}

fn with(mut key: Value, more: &[(&str, Value)]) -> Value {
    if let Value::Object(members) = &mut key {
        members.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    key
}
