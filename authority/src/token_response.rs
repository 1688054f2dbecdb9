//! Successful token answers in the shape of each endpoint.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use crate::AuthorityError;
use crate::access_token::{LIFE, access_token};
use crate::claims::{Occasion, claims};
use crate::client::Client;
use crate::constants::B2C_TENANT_ID;
use crate::grant::Grant;
use crate::id_token::{Signing, id_token};
use crate::jws::{encode, members};
use crate::parameters::has_word;
use crate::problem::Problem;
use crate::route::Flavour;
use crate::state::Shared;

/// Seconds a B2C refresh token lives.
const B2C_REFRESH_LIFE: u64 = 1_209_600;

/// The target of a version 1 access token when the request names none.
const USUAL_RESOURCE: &str = "https://graph.microsoft.com";

/// The members of a good token answer, with new tokens. A renewed grant always gets a refresh token
/// again.
pub(crate) fn token_response(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    renewed: bool,
) -> Result<Map<String, Value>, Problem> {
    let now = shared.now();
    let mut body = match &grant.flavour {
        Flavour::V1(_) => first_version(shared, client, grant, now)?,
        Flavour::V2(_) => second_version(shared, client, grant, renewed)?,
        Flavour::B2c(_) => b2c(shared, client, grant, now)?,
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => oidc(shared, client, grant)?,
    };
    if has_word(&grant.scope, "openid") {
        let occasion = Occasion {
            site: &shared.site(),
            client,
            scope: &grant.scope,
            nonce: grant.nonce.as_deref(),
            signed_in_at: grant.granted_at,
            now,
        };
        let mut claims = claims(&grant.flavour, grant.user, &occasion);
        if let (Flavour::Oidc, Some(token)) = (&grant.flavour, body.get("access_token")) {
            let hash = digest(&SHA256, token.as_str().unwrap_or_default().as_bytes());
            // Half of it (OpenID Connect Core 1.0 section 3.1.3.6). Entra sends none.
            claims.insert("at_hash".to_owned(), json!(encode(&hash.as_ref()[..16])));
        }
        let token = id_token(shared, Signing::of(&grant.flavour, grant.user), claims)?;
        shared.record_issued(&token);
        body.insert("id_token".to_owned(), json!(token));
    }
    let always = renewed || matches!(grant.flavour, Flavour::V1(_));
    if always || has_word(&grant.scope, "offline_access") {
        let token = shared.issue_refresh(grant.clone())?;
        body.insert("refresh_token".to_owned(), json!(token));
        if matches!(grant.flavour, Flavour::B2c(_)) {
            body.insert("refresh_token_expires_in".to_owned(), json!(B2C_REFRESH_LIFE));
        }
    }
    Ok(body)
}

/// Version 1 writes numbers as strings.
fn first_version(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    now: u64,
) -> Result<Map<String, Value>, AuthorityError> {
    let resource = grant.resource.as_deref().unwrap_or(USUAL_RESOURCE);
    Ok(members(json!({
        "token_type": "Bearer",
        "scope": "User.Read user_impersonation",
        "expires_in": LIFE.to_string(),
        "ext_expires_in": LIFE.to_string(),
        "expires_on": now.saturating_add(LIFE).to_string(),
        "not_before": now.to_string(),
        "resource": resource,
        "access_token": issue(shared, client, grant, resource)?,
    })))
}

/// Version 2 writes numbers, does not repeat `offline_access`, and tells on refresh when to come again.
fn second_version(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    renewed: bool,
) -> Result<Map<String, Value>, AuthorityError> {
    let scope: Vec<&str> =
        grant.scope.split_ascii_whitespace().filter(|word| *word != "offline_access").collect();
    let mut body = members(json!({
        "token_type": "Bearer",
        "scope": scope.join(" "),
        "expires_in": LIFE,
        "ext_expires_in": LIFE,
        "access_token": issue(shared, client, grant, USUAL_RESOURCE)?,
    }));
    if renewed {
        body.insert("refresh_in".to_owned(), json!(LIFE / 2));
    }
    if grant.client_info {
        let info = json!({"uid": grant.user.oid, "utid": grant.user.tid});
        body.insert("client_info".to_owned(), json!(encode(info.to_string())));
    }
    Ok(body)
}

/// B2C gives an access token only when the scope names the client itself or an API; else the answer
/// has no `access_token`, `expires_in`, `expires_on` and `resource`.
fn b2c(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    now: u64,
) -> Result<Map<String, Value>, AuthorityError> {
    let profile = json!({
        "ver": "1.0", "tid": B2C_TENANT_ID, "sub": null, "name": grant.user.name,
        "preferred_username": null, "idp": null,
    });
    let mut body = members(json!({
        "token_type": "Bearer",
        "not_before": now,
        "id_token_expires_in": LIFE,
        "profile_info": encode(profile.to_string()),
        "scope": grant.scope,
    }));
    let target = grant
        .scope
        .split_ascii_whitespace()
        .find(|word| *word == client.id || word.starts_with("https://"));
    if let Some(target) = target {
        let token = issue(shared, client, grant, target)?;
        body.insert("access_token".to_owned(), json!(token));
        body.insert("expires_in".to_owned(), json!(LIFE));
        body.insert("expires_on".to_owned(), json!(now.saturating_add(LIFE)));
        body.insert("resource".to_owned(), json!(target));
    }
    Ok(body)
}

fn oidc(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
) -> Result<Map<String, Value>, AuthorityError> {
    Ok(members(json!({
        "token_type": "Bearer",
        "scope": grant.scope,
        "expires_in": LIFE,
        "access_token": issue(shared, client, grant, "")?,
    })))
}

/// A new access token for an API.
fn issue(
    shared: &Shared,
    client: &Client,
    grant: &Grant,
    audience: &str,
) -> Result<String, AuthorityError> {
    Ok(shared.issue_access(access_token(shared, client, grant, audience)?, grant.clone()))
}
