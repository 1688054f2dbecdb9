//! What the browser brings back (RFC 6749 section 4.1.2): read strictly, state before anything else.

use std::fmt;

use serde_json::Value;
use url::Url;

use super::Context;
use super::errors::in_callback;
use super::parameters::Parameters;
use super::registered_claims::is_issuer;
use crate::error::{Code, Error, ProviderError, Recovery, Result, Stage, shown};
use crate::json::Object;
use crate::keys::Metadata;
use crate::secret::{Secret, same};
use crate::transaction::Transaction;

/// The longest authorization code that is passed on, in bytes.
const MAX_CODE: usize = 16 * 1024;

/// What the browser brings back.
///
/// Build it from the URL that the browser asked for, or from the form body of `form_post`; then add
/// what only this browser knows, if [`BeginRequest::browser`](crate::BeginRequest::browser) was given.
#[derive(Clone)]
pub struct Callback {
    /// `name=value` pairs with `&` between.
    pub(super) query: String,
    /// Where the browser was sent to, as far as this is known: a URL or a path.
    place: Option<String>,
    browser: Option<Secret>,
}

impl Callback {
    /// From the URL that the browser asked for; the path alone, with its query, will do.
    ///
    /// It must be the redirect URI that the sign-in began with. Behind a proxy that changes paths or
    /// hosts, take [`from_query`](Self::from_query).
    pub fn from_url(url: &str) -> Self {
        let without_fragment = url.split('#').next().unwrap_or_default();
        let (place, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
        Self { query: query.to_owned(), place: Some(place.to_owned()), browser: None }
    }

    /// From the query of that URL, or from a form body: `name=value` pairs with `&` between.
    pub fn from_query(query: &str) -> Self {
        Self { query: query.to_owned(), place: None, browser: None }
    }

    /// What only this browser knows: the secret that the sign-in began with.
    #[must_use]
    pub fn browser(mut self, secret: impl Into<Secret>) -> Self {
        self.browser = Some(secret.into());
        self
    }

    /// Checks the `state` with which a browser comes back from a logout (OpenID Connect RP-Initiated
    /// Logout 1.0 section 3), against the one that the logout URL had.
    ///
    /// # Errors
    ///
    /// `missing_parameter`, `invalid_parameter`, or `state_mismatch`, at stage `disconnect`. The
    /// application's own session has ended all the same; only do not act on where to go next.
    pub fn check_logout_state(&self, expected: &Secret) -> Result<()> {
        let parameters =
            Parameters::read(&self.query, "return from the logout", Stage::Disconnect)?;
        if same(parameters.required("state")?, expected.expose()) {
            return Ok(());
        }
        let message = "The browser comes back from another logout.";
        Err(Error::new(Code::StateMismatch, Stage::Disconnect, message).with_parameter("state"))
    }

    /// Whether this came to the redirect URI, as far as can be told.
    fn came_to(&self, redirect_uri: &str) -> bool {
        let (Some(place), Ok(expected)) = (&self.place, Url::parse(redirect_uri)) else {
            return true;
        };
        match Url::parse(place) {
            Ok(url) => url.origin() == expected.origin() && url.path() == expected.path(),
            Err(_) => !place.starts_with('/') || place == expected.path(),
        }
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Callback(…)")
    }
}

/// A callback whose state holds and that carries a code.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) code: Secret,
    iss: Option<String>,
}

/// Checks a callback against its transaction: whose it is first, then the provider's error, then the
/// code.
pub(crate) fn accept(
    context: &Context,
    transaction: &Transaction,
    callback: &Callback,
) -> Result<Accepted> {
    let parameters = Parameters::read(&callback.query, "callback", Stage::Callback)?;
    check_origin(transaction, callback, &parameters)?;
    check_is_answer(&parameters)?;
    if let Some(error) = parameters.get("error") {
        if parameters.get("code").is_some() {
            let message = "The callback carries both an error and a code.";
            return Err(at_callback(Code::InvalidParameter, message).with_parameter("error"));
        }
        return Err(declined(context, error, &parameters));
    }
    let code = parameters.required("code")?;
    // Visible characters and spaces (RFC 6749 appendix A.11).
    let is_text = code.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if code.is_empty() || code.len() > MAX_CODE || !is_text {
        let message = "The callback's code is empty, too long, or not text.";
        return Err(at_callback(Code::InvalidParameter, message).with_parameter("code"));
    }
    Ok(Accepted { code: Secret::new(code), iss: parameters.get("iss").map(str::to_owned) })
}

/// Refuses what no sign-in asked for, before its transaction is looked for: the return from an
/// administrator's consent, a bookmark, an empty request.
pub(crate) fn check_shape(callback: &Callback) -> Result<()> {
    let parameters = match Parameters::read(&callback.query, "callback", Stage::Callback) {
        Ok(parameters) if parameters.get("state").is_none() => parameters,
        // Everything else about it is looked at beside its transaction.
        _ => return Ok(()),
    };
    check_is_answer(&parameters)?;
    Err(parameters.missing("state"))
}

/// A callback has a code or an error; what has neither is named where it is known.
fn check_is_answer(parameters: &Parameters) -> Result<()> {
    if parameters.get("code").is_some() || parameters.get("error").is_some() {
        return Ok(());
    }
    let sentence = if parameters.get("admin_consent").is_some() {
        "The callback is the return from an administrator's consent (`admin_consent`), which signs \
         nobody in."
    } else if parameters.is_empty() {
        "The callback has no parameters: its address was opened by hand, from a bookmark or from a \
         tile, or the application answers in another `response_mode` than it reads."
    } else {
        return Ok(());
    };
    let message = format!("{sentence} Start the sign-in again.");
    let parameter = if parameters.get("state").is_some() { "code" } else { "state" };
    let error = at_callback(Code::MissingParameter, message).with_parameter(parameter);
    Err(error.with_recovery(Recovery::RestartLogin))
}

/// This sign-in's `state`, its browser, and its redirect URI.
fn check_origin(
    transaction: &Transaction,
    callback: &Callback,
    parameters: &Parameters,
) -> Result<()> {
    if !same(parameters.required("state")?, &transaction.state) {
        let message = "The callback belongs to another sign-in. Start the sign-in again.";
        return Err(at_callback(Code::StateMismatch, message).with_parameter("state"));
    }
    if !transaction.is_of(callback.browser.as_ref()) {
        let sentence = match (&transaction.browser, &callback.browser) {
            (Some(_), None) => {
                "The sign-in was begun with `BeginRequest::browser`, and the callback has no \
                 `Callback::browser`: the application did not hand it on, or the browser's cookie \
                 did not come back."
            }
            (None, _) => {
                "The callback has `Callback::browser`, and the sign-in was begun without \
                 `BeginRequest::browser`."
            }
            (Some(_), Some(_)) => "The sign-in was started in another browser.",
        };
        let message = format!("{sentence} Start the sign-in again.");
        return Err(at_callback(Code::SessionContextMissing, message));
    }
    if !callback.came_to(&transaction.redirect_uri) {
        let message = format!(
            "The callback came to {}, expected {}, the sign-in's redirect URI. Start the sign-in \
             again; behind a proxy that changes addresses, hand on the query alone.",
            shown(callback.place.as_deref().unwrap_or_default()),
            shown(&transaction.redirect_uri)
        );
        return Err(at_callback(Code::StateMismatch, message).with_parameter("redirect_uri"));
    }
    Ok(())
}

impl Accepted {
    /// The issuer that the callback names must be the one that was asked (RFC 9207 section 2.4).
    pub(crate) fn check_issuer(&self, metadata: &Metadata) -> Result<()> {
        let matches = match &self.iss {
            Some(iss) => is_issuer(iss, metadata),
            None => !metadata.promises_iss,
        };
        if matches {
            return Ok(());
        }
        let expected = shown(&metadata.issuer);
        let message = match &self.iss {
            Some(iss) => format!(
                "The callback comes from the issuer {}, expected {expected}. Start the sign-in again.",
                shown(iss)
            ),
            None => format!(
                "The callback names no issuer (`iss`), although {expected} promises one (RFC 9207). \
                 Start the sign-in again."
            ),
        };
        Err(at_callback(Code::IssuerMismatch, message).with_parameter("iss"))
    }
}

/// The provider's refusal in a callback, as an error of ours.
fn declined(context: &Context, error: &str, parameters: &Parameters) -> Error {
    let mut members = Object::new();
    members.insert("error".to_owned(), Value::from(error));
    for name in ["error_description", "error_subcode"] {
        if let Some(text) = parameters.get(name) {
            members.insert(name.to_owned(), Value::from(text));
        }
    }
    let error = in_callback(context, ProviderError::from_members(|name| members.get(name)));
    // Whether the operator's or the spec's parameters forbid the page that the provider wants to show.
    let is_silent = context.authorization_param("prompt").as_deref() == Some("none");
    if error.recovery() != Recovery::Reauthenticate || !is_silent {
        return error;
    }
    let help = "The request has `prompt` with the value `none`, so that a new start ends the same \
                way: remove it from AUTH_EXTRA_ARGUMENTS.";
    error.with_help(Some(help)).with_recovery(Recovery::ContactAdministrator)
}

fn at_callback(code: Code, message: impl Into<String>) -> Error {
    Error::new(code, Stage::Callback, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_comes_to_the_redirect_uri() {
        let redirect_uri = "https://app.example/complete/github/?fixed=1";
        for good in [
            "https://app.example/complete/github/?fixed=1&code=c",
            "https://app.example:443/complete/github/",
            "/complete/github/?code=c",
            "",
            "?code=c",
        ] {
            assert!(Callback::from_url(good).came_to(redirect_uri), "{good}");
        }
        for bad in [
            "https://app.example/complete/oidc/?code=c",
            "https://app.example/complete/github?code=c",
            "http://app.example/complete/github/?code=c",
            "https://other.example/complete/github/?code=c",
            "https://app.example:8443/complete/github/?code=c",
            "/complete/oidc/?code=c",
            "//other.example/complete/github/",
        ] {
            assert!(!Callback::from_url(bad).came_to(redirect_uri), "{bad}");
        }
        assert!(Callback::from_query("code=c").came_to(redirect_uri));
    }

    #[test]
    fn the_fragment_is_no_query() {
        assert_eq!(Callback::from_url("https://app/cb#?code=x").query, "");
        assert_eq!(Callback::from_url("https://app/cb?code=x#y").query, "code=x");
    }

    #[test]
    fn debug_shows_no_code() {
        assert_eq!(format!("{:?}", Callback::from_query("code=c")), "Callback(…)");
    }
}
