//! A refresh is about the user whose refresh token it was (OpenID Connect Core 1.0 section 12.2).

use std::collections::BTreeSet;

use serde_json::Value;

use super::jws::{self, ID_TOKEN};
use super::numeric_date;
use super::step::{Outcome, Whose};
use crate::error::{Code, Error, Result, Stage};
use crate::identity::{Refreshed, UserKey};
use crate::json::Object;
use crate::secret::{Secret, same};

/// The user whom the application expects, as far as it says so.
pub(crate) struct SameUser {
    key: Option<UserKey>,
    /// The claims of the sign-in's ID token, which were checked when it came.
    previous: Option<Object>,
    /// The claim that `ID_KEY` makes the uid: a subject may then be the same for all users.
    id_key: Option<String>,
}

impl SameUser {
    /// By key, and by the ID token of the sign-in.
    ///
    /// # Errors
    ///
    /// Returns an error if the ID token cannot be read, before the refresh token is sent.
    pub(crate) fn new(
        key: Option<UserKey>,
        id_token: Option<Secret>,
        id_key: Option<&str>,
    ) -> Result<Self> {
        let claims = |token: Secret| {
            let claims = jws::unchecked_claims(&ID_TOKEN, token.expose());
            claims.map_err(|error| error.with_stage(Stage::Refresh))
        };
        let previous = id_token.map(claims).transpose()?;
        Ok(Self { key, previous, id_key: id_key.map(str::to_owned) })
    }

    /// The refreshed tokens, if they are this user's. Values of claims are among what is to be stored only when
    /// they were compared.
    ///
    /// # Errors
    ///
    /// `user_mismatch`, `nonce_mismatch` or `invalid_claim` for another user or sign-in.
    pub(crate) fn refreshed(&self, outcome: &Outcome) -> Result<Refreshed> {
        let Outcome { tokens, claims, extra_data, whose, .. } = outcome;
        let mut is_compared = false;
        if let Some(previous) = &self.previous {
            if !claims.is_empty() {
                check_claims(previous, claims, self.id_key.as_deref())?;
            }
            is_compared = true;
        }
        let (key, without_claims) = match whose {
            Whose::Refreshed { key, without_claims } => (key.as_ref(), without_claims),
            Whose::SignedIn { .. } => (None, extra_data),
        };
        if let (Some(expected), Some(key)) = (&self.key, key) {
            let is_other =
                [("iss", expected.issuer != key.issuer), ("uid", expected.uid != key.uid)];
            if let Some((name, _)) = is_other.into_iter().find(|(_, differs)| *differs) {
                return Err(another_user(name));
            }
            is_compared = true;
        }
        Ok(Refreshed {
            tokens: tokens.clone(),
            claims: claims.clone(),
            extra_data: if is_compared { extra_data } else { without_claims }.clone(),
        })
    }
}

/// Holds the claims of a refreshed ID token against those of the sign-in's.
fn check_claims(before: &Object, now: &Object, id_key: Option<&str>) -> Result<()> {
    let differs = |name: &str| before.get(name) != now.get(name);
    if let Some(name) = ["iss", "sub"].into_iter().find(|name| differs(name)) {
        return Err(another_user(name));
    }
    if let Some(name) = id_key.filter(|name| now.contains_key(*name) && differs(name)) {
        return Err(another_user(name));
    }
    let mismatch = |code: Code, name: &str, message: &str| {
        Err(Error::new(code, Stage::Refresh, message).with_parameter(name))
    };
    // The audiences in any order (OpenID Connect Core 1.0 section 12.2).
    if audiences(before) != audiences(now) {
        return mismatch(
            Code::InvalidClaim,
            "aud",
            "The refreshed ID token is for other audiences.",
        );
    }
    if differs("azp") {
        let message =
            "The refreshed ID token was issued to another party, or no longer says to which.";
        return mismatch(Code::InvalidClaim, "azp", message);
    }
    // These two it may leave out.
    let nonce = |claims: &Object| claims.get("nonce").map(Value::to_string).unwrap_or_default();
    if now.contains_key("nonce") && !same(&nonce(before), &nonce(now)) {
        let message = "The refreshed ID token belongs to another sign-in.";
        return mismatch(Code::NonceMismatch, "nonce", message);
    }
    let time = |claims: &Object| claims.get("auth_time").and_then(numeric_date::read);
    let is_same_time = match (time(before), time(now)) {
        (Some(before), Some(now)) => before == now,
        _ => !differs("auth_time"),
    };
    if now.contains_key("auth_time") && before.contains_key("auth_time") && !is_same_time {
        let message = "The refreshed ID token has another time of the sign-in.";
        return mismatch(Code::InvalidClaim, "auth_time", message);
    }
    Ok(())
}

fn audiences(claims: &Object) -> BTreeSet<&str> {
    match claims.get("aud") {
        Some(Value::String(one)) => BTreeSet::from([one.as_str()]),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => BTreeSet::new(),
    }
}

fn another_user(name: &str) -> Error {
    let message = "The refreshed ID token is about another user.";
    Error::new(Code::UserMismatch, Stage::Refresh, message).with_parameter(name)
}
