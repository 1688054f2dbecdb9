//! Access and refresh tokens in the shapes and sizes that the services give them.

use serde_json::{Map, Value, json};

use crate::AuthorityError;
use crate::client::Client;
use crate::discovery::issuer;
use crate::grant::Grant;
use crate::jws::{encode, header, members, signed};
use crate::keys::{KeyName, key};
use crate::random;
use crate::route::{Flavour, Tenant};
use crate::state::Shared;

/// Seconds an access token lives.
pub(crate) const LIFE: u64 = 3_600;

/// Random bytes of an Entra ID refresh token: about 1,200 characters as base64url.
const REFRESH_BYTES: usize = 900;

/// An access token. Microsoft's are JWTs of about 2,000 characters, which clients must not read
/// (<https://learn.microsoft.com/entra/identity-platform/access-tokens>); others are opaque.
pub(crate) fn access_token(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    audience: &str,
) -> Result<String, AuthorityError> {
    let now = shared.now();
    let (name, claims) = match &grant.flavour {
        Flavour::V1(_) => (KeyName::V1, of_graph(shared, client, grant, now)),
        Flavour::V2(_) => (KeyName::V2Org, of_graph(shared, client, grant, now)),
        Flavour::B2c(_) => (KeyName::B2c, of_b2c(shared, client, grant, now)),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => return random::text(32),
    };
    let key = key(name, shared.generation())?;
    let mut header = header(key);
    if !matches!(grant.flavour, Flavour::B2c(_)) {
        // Only Graph can check a token with a nonce in its header.
        header.insert("nonce".to_owned(), json!(random::text(32)?));
        header.insert("x5t".to_owned(), json!(key.kid));
    }
    let mut claims = claims;
    claims.insert("aud".to_owned(), json!(audience));
    signed(header, &Value::Object(claims).to_string(), key)
}

/// A refresh token. Microsoft's are encrypted texts of about 1,200 characters
/// (<https://learn.microsoft.com/entra/identity-platform/refresh-tokens>).
pub(crate) fn refresh_token(flavour: &Flavour) -> Result<String, AuthorityError> {
    match flavour {
        Flavour::V1(_) | Flavour::V2(_) => Ok(format!("1.A{}", random::text(REFRESH_BYTES)?)),
        Flavour::B2c(_) => {
            // A JWE in compact form (RFC 7516 section 3.1).
            let header =
                encode(r#"{"kid":"cpimcore_invented","ver":"1.0","zip":"Deflate","ser":"1.0"}"#);
            let part = random::text;
            Ok(format!("{header}.{}.{}.{}.{}", part(256)?, part(12)?, part(480)?, part(16)?))
        }
        Flavour::GitHub => Ok(format!("ghr_{}", random::text(32)?)),
        Flavour::Oidc | Flavour::Given => random::text(32),
    }
}

/// Claims of a token for Microsoft Graph. Even at version 2 these are of version 1.
fn of_graph(shared: &Shared, client: &Client, grant: &Grant, now: u64) -> Map<String, Value> {
    let user = grant.user;
    let mut claims = members(json!({
        "iss": issuer(&shared.site(), &Flavour::V1(Tenant::Common), user.tid),
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(LIFE),
        "acct": 0,
        "acr": "1",
        "acrs": ["p1", "urn:user:registersecurityinfo"],
        "aio": "AXQAi/8XAAAAinventedinventedinventedinventedinventedinventedinventedinvented",
        "amr": ["pwd", "mfa"],
        "app_displayname": "Contoso portal",
        "appid": client.id,
        "appidacr": "1",
        "idtyp": "user",
        "ipaddr": "203.0.113.24",
        "name": user.name,
        "oid": user.oid,
        "onprem_sid": "S-1-5-21-1111111111-222222222-3333333333-4444",
        "platf": "3",
        "puid": "10032000INVENTED",
        "rh": "1.AXkALh1sP0qKWUydB1viofDHNAMAAAAAAAAAwAAAAAAAAAinvented.",
        "scp": "User.Read email openid profile",
        "sid": "005f1b2a-93c7-4d60-8a1e-invented00000",
        "signin_state": ["kmsi"],
        "sub": "zXcVbNmAsDfGhJkLqWeRtYuIoPinventedGraphSub0",
        "tenant_region_scope": "EU",
        "tid": user.tid,
        "unique_name": user.unique_name,
        "uti": "Zk3invented0uti0AAAAAA",
        "ver": "1.0",
        "wids": ["62e90394-69f5-4237-9190-012177145e10", "b79fbf4d-3ef9-4689-8143-76b194e85509"],
        "xms_ftd": "inventedinventedinventedinventedinventedinventedinvented",
        "xms_idrel": "1 8",
        "xms_st": {"sub": user.sub},
        "xms_tcdt": 1_483_228_800,
        "xms_tdbr": "EU",
    }));
    for (name, value) in
        [("family_name", user.family_name), ("given_name", user.given_name), ("upn", user.upn)]
    {
        if let Some(value) = value {
            claims.insert(name.to_owned(), json!(value));
        }
    }
    claims
}

/// Claims of a B2C token for an API.
fn of_b2c(shared: &Shared, client: &Client, grant: &Grant, now: u64) -> Map<String, Value> {
    let user = grant.user;
    members(json!({
        "iss": issuer(&shared.site(), &grant.flavour, user.tid),
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(LIFE),
        "auth_time": grant.granted_at,
        "azp": client.id,
        "emails": user.emails,
        "name": user.name,
        "oid": user.oid,
        "sub": user.sub,
        "ver": "1.0",
    }))
}
