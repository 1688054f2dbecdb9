//! The logout token, checked (OpenID Connect Back-Channel Logout 1.0 section 2.6).

use serde_json::Value;

use super::Context;
use super::jws::{self, LOGOUT_TOKEN, Signed};
use super::registered_claims::{audience, issuer, times};
use crate::descriptor::Oidc;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::keys::{KeySet, Metadata};

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The longest `jti` that is remembered, in bytes.
const MAX_ID: usize = 255;

/// The outcome of a check.
pub(crate) enum LogoutVerdict {
    /// The token is genuine and meant for this client.
    Good {
        iss: String,
        sub: Option<String>,
        sid: Option<String>,
        /// The token's name among all others: issuer, client and `jti`.
        id: String,
        /// Its end in Unix seconds, until which it must not be accepted again.
        ends: u64,
    },
    /// No key of the set verifies it; one of a newer set may. The error if none does.
    NoKey(Error),
}

/// Checks a logout token, one rule after the other.
pub(crate) fn check(
    context: &Context,
    oidc: &Oidc,
    token: &str,
    (metadata, keys): (&Metadata, &KeySet),
    now: u64,
) -> Result<LogoutVerdict> {
    // 1. shape, header, algorithm, key and signature, as for an ID token
    let (claims, key) = match jws::verify(&LOGOUT_TOKEN, context.signing(), token, keys)? {
        Signed::Genuine { content, key, .. } => (content, key),
        Signed::NoKey(error) => return Ok(LogoutVerdict::NoKey(error)),
    };
    // 2. issuer, audience, times
    issuer(&LOGOUT_TOKEN, oidc, &claims, metadata, key)?;
    audience(&LOGOUT_TOKEN, &claims, context)?;
    let ends = times(&LOGOUT_TOKEN, &claims, now, context.leeway())?;
    // 3. it is a logout token: an ID token has a nonce and no such event
    event(&claims)?;
    if claims.contains_key("nonce") {
        return Err(LOGOUT_TOKEN.invalid("nonce", "must be absent"));
    }
    // 4. whose session ends
    let text = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(LOGOUT_TOKEN.invalid(name, "is not text, or is empty")),
    };
    let (sub, sid) = (text("sub")?, text("sid")?);
    if sub.is_none() && sid.is_none() {
        return Err(LOGOUT_TOKEN.missing("sub"));
    }
    // 5. its name, under which it is taken once
    let jti = LOGOUT_TOKEN.required_text(&claims, "jti")?;
    if jti.is_empty() || jti.len() > MAX_ID {
        return Err(LOGOUT_TOKEN.invalid("jti", "is empty or longer than 255 bytes"));
    }
    let iss = LOGOUT_TOKEN.required_text(&claims, "iss")?.to_owned();
    let id = format!("{iss} {} {jti}", context.client_id);
    Ok(LogoutVerdict::Good { iss, sub, sid, id, ends })
}

/// `{"http://schemas.openid.net/event/backchannel-logout":{}}`, perhaps beside other events.
fn event(claims: &Object) -> Result<()> {
    let events = claims.get("events").ok_or_else(|| LOGOUT_TOKEN.missing("events"))?;
    match events.get(EVENT) {
        Some(Value::Object(_)) => Ok(()),
        _ => Err(LOGOUT_TOKEN.invalid("events", "is not that of a logout")),
    }
}
