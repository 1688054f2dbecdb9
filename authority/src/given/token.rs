//! Token responses of a provider that is data.

use serde_json::{Map, Value, json};

use super::path::Captures;
use super::provider::GivenProvider;
use crate::client::Client;
use crate::grant::Grant;
use crate::id_token::{Signing, id_token};
use crate::jws::members;
use crate::keys::KeyName;
use crate::problem::Problem;
use crate::random;
use crate::state::Shared;

/// Seconds a token lives.
const LIFE: u64 = 3_600;

/// Claims that belong to another sign-in than this one.
const OF_A_SIGN_IN: &[&str] = &["at_hash", "c_hash", "nonce", "azp"];

/// The members of a good token answer, with new tokens.
pub(crate) fn token_response(
    shared: &Shared,
    provider: &GivenProvider,
    client: &Client,
    grant: &Grant,
    path: &str,
) -> Result<Map<String, Value>, Problem> {
    let account = provider.account(grant.user).ok_or(Problem::CodeUnknown)?;
    let mut body = members(json!({
        "token_type": "Bearer",
        "expires_in": LIFE,
        "scope": grant.scope,
    }));
    body.extend(account.token.clone());
    body.insert(
        "access_token".to_owned(),
        shared.issue_access(random::token()?, grant.clone()).into(),
    );
    if provider.refreshes {
        body.insert("refresh_token".to_owned(), shared.issue_refresh(grant.clone())?.into());
    }
    let (Some(oidc), Some(claims)) = (&provider.oidc, &account.id_token) else {
        return Ok(body);
    };
    let captures = provider.find(path).map_or_else(Captures::default, |(_, captures)| captures);
    let now = shared.now();
    let mut claims = claims.clone();
    claims.retain(|name, _| !OF_A_SIGN_IN.contains(&name.as_str()));
    claims
        .insert("iss".to_owned(), provider.issuer(&shared.origin, &captures, Some(account)).into());
    claims.insert("aud".to_owned(), client.id.as_str().into());
    claims.insert("iat".to_owned(), now.into());
    claims.insert("exp".to_owned(), now.saturating_add(LIFE).into());
    if claims.contains_key("nbf") {
        claims.insert("nbf".to_owned(), now.into());
    }
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".to_owned(), nonce.as_str().into());
    }
    let signing = Signing { key: KeyName::Oidc, algorithm: &oidc.algorithm, thumbprint: false };
    let token = id_token(shared, signing, claims)?;
    shared.record_issued(&token);
    body.insert("id_token".to_owned(), token.into());
    Ok(body)
}
