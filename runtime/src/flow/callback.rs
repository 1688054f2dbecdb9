//! The callback (RFC 6749 section 4.1.2): read strictly, state before anything else.

use std::fmt;

use serde_json::Value;
use url::{Url, form_urlencoded};

use super::Context;
use super::authorization::web_url;
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

/// A request that the browser brings to the redirect URI, or to another address that a provider knows.
///
/// It holds the place that the browser asked for, since a callback counts at its own redirect URI only (RFC
/// 9700 section 4.4.2.2), and how its parameters came: in the query, or in a form that the browser posted.
/// A path is enough as a place: then the host, which a proxy may rewrite, is not compared. What a proxy takes
/// off paths is told once, with [`Runtime::with_path_prefix`](crate::Runtime::with_path_prefix).
#[derive(Clone)]
pub struct Callback {
    /// An absolute URL or a path, without query and fragment.
    place: String,
    /// The query of that URL: `name=value` pairs with `&` between.
    query: String,
    /// The body of a form that was posted.
    form: Option<String>,
    browser: Option<Secret>,
}

impl Callback {
    /// A GET request for this URL: an absolute one, or a path, with its query.
    ///
    /// Any other text, such as a query alone, is refused by [`complete`](crate::Client::complete).
    pub fn from_url(url: &str) -> Self {
        let without_fragment = url.split('#').next().unwrap_or_default();
        let (place, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
        Self::new(place, query)
    }

    /// A GET request for this path (or absolute URL) with this query: `name=value` pairs with `&` between.
    pub fn new(path: &str, query: &str) -> Self {
        Self { place: path.to_owned(), query: query.to_owned(), form: None, browser: None }
    }

    /// A POST request to this path (or absolute URL), with its query if it has one, and this body of type
    /// `application/x-www-form-urlencoded`: the answer to `response_mode=form_post`.
    pub fn from_form(path: &str, body: &str) -> Self {
        Self { form: Some(body.to_owned()), ..Self::from_url(path) }
    }

    /// The secret that the sign-in is bound to:
    /// [`Started::browser`](crate::Started::browser), from this browser's cookie.
    #[must_use]
    pub fn browser(mut self, secret: impl Into<Secret>) -> Self {
        self.browser = Some(secret.into());
        self
    }

    /// The parameters as they came.
    pub(super) fn parameters(&self) -> &str {
        self.form.as_deref().unwrap_or(&self.query)
    }

    /// Checks the `state` with which a browser comes back from a logout (OpenID Connect RP-Initiated
    /// Logout 1.0 section 3), against the one that the logout URL had.
    ///
    /// # Errors
    ///
    /// `missing_parameter`, also for an empty expectation, `invalid_parameter`, or `state_mismatch`, at stage
    /// `disconnect`. The application's own session has ended all the same; only do not act on where to go
    /// next.
    pub fn check_logout_state(&self, expected: &Secret) -> Result<()> {
        let parameters =
            Parameters::read(self.parameters(), "return from the logout", Stage::Disconnect)?;
        let state = parameters.required("state")?;
        if expected.expose().is_empty() {
            let message = "There is no `state` to compare with: this browser began no logout.";
            return Err(Error::new(Code::MissingParameter, Stage::Disconnect, message)
                .with_parameter("state"));
        }
        if same(state, expected.expose()) {
            return Ok(());
        }
        let message = "The browser comes back from another logout.";
        Err(Error::new(Code::StateMismatch, Stage::Disconnect, message).with_parameter("state"))
    }

    /// Checks that this says where it came to.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` for anything but an absolute URL or a path, such as a query alone.
    fn check_place(&self) -> Result<()> {
        let is_path = self.place.starts_with('/') && !self.place.starts_with("//");
        if is_path || web_url(&self.place).is_some() {
            return Ok(());
        }
        let message = "The callback does not say where it came to: give the URL that the browser \
                       asked for, or its path and query.";
        Err(at_callback(Code::InvalidParameter, message).with_parameter("callback"))
    }

    /// Returns `true` if this came to the redirect URI, whose own query it must have too.
    fn came_to(&self, redirect_uri: &str, prefix: &str) -> bool {
        let Ok(expected) = Url::parse(redirect_uri) else {
            return false;
        };
        let is_there = match web_url(&self.place) {
            Some(url) => url.origin() == expected.origin() && url.path() == expected.path(),
            None => expected.path().strip_prefix(prefix) == Some(self.place.as_str()),
        };
        let has = |fixed| form_urlencoded::parse(self.query.as_bytes()).any(|own| own == fixed);
        is_there && expected.query_pairs().all(has)
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
    path_prefix: &str,
) -> Result<Accepted> {
    let parameters = Parameters::read(callback.parameters(), "callback", Stage::Callback)?;
    if parameters.get("state").is_none() {
        check_is_answer(&parameters)?;
    }
    check_origin(transaction, callback, path_prefix, &parameters)?;
    check_is_answer(&parameters)?;
    if let Some(error) = parameters.get("error") {
        if parameters.get("code").is_some() {
            let message = "The callback carries both an error and a code.";
            return Err(at_callback(Code::InvalidParameter, message).with_parameter("error"));
        }
        return Err(declined(context, error, &parameters));
    }
    let code = parameters.required("code")?;
    check_mode(transaction, callback)?;
    // Visible characters and spaces (RFC 6749 appendix A.11).
    let is_text = code.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if code.is_empty() || code.len() > MAX_CODE || !is_text {
        let message = "The callback's code is empty, too long, or not text.";
        return Err(at_callback(Code::InvalidParameter, message).with_parameter("code"));
    }
    Ok(Accepted { code: Secret::new(code), iss: parameters.get("iss").map(str::to_owned) })
}

/// Refuses what no sign-in asked for: the return from an administrator's consent whatever its
/// transaction is, and where there is no transaction either, a bookmark and an empty request.
pub(crate) fn check_shape(callback: &Callback, ticket: &str) -> Result<()> {
    callback.check_place()?;
    let parameters = match Parameters::read(callback.parameters(), "callback", Stage::Callback) {
        Ok(parameters) if parameters.get("state").is_none() => parameters,
        // Everything else about it is looked at beside its transaction.
        _ => return Ok(()),
    };
    let error = check_is_answer(&parameters).err().unwrap_or_else(|| parameters.missing("state"));
    match (parameters.get("admin_consent"), ticket.trim()) {
        (Some(_), _) => Err(error),
        // No cookie was lost: nothing says that there was a sign-in.
        (None, "") => Err(at_callback(Code::SessionContextMissing, error.message())),
        (None, _) => Ok(()),
    }
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
    path_prefix: &str,
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
    if !callback.came_to(&transaction.redirect_uri, path_prefix) {
        // A path that was put together wrongly may hold the state, which no message repeats.
        let place = callback.place.replace(transaction.state.as_str(), "…");
        let message = format!(
            "The callback came to {}, expected {}, the sign-in's redirect URI. Start the sign-in \
             again; behind a proxy that changes paths, say so with `Runtime::with_path_prefix`.",
            shown(&place),
            shown(&transaction.redirect_uri)
        );
        return Err(at_callback(Code::StateMismatch, message).with_parameter("redirect_uri"));
    }
    Ok(())
}

/// A code comes as it was asked for: one that was asked for in a form must not travel in a URL, which logs and
/// histories keep, and one that was not must not come from a form that any page can post.
fn check_mode(transaction: &Transaction, callback: &Callback) -> Result<()> {
    let (asked, came) = match (transaction.form_post, callback.form.is_some()) {
        (true, false) => ("a form (`response_mode=form_post`)", "in the query"),
        (false, true) => ("the query", "in a form"),
        _ => return Ok(()),
    };
    let message = format!("The code came {came}, expected in {asked}. Start the sign-in again.");
    Err(at_callback(Code::InvalidParameter, message).with_parameter("response_mode"))
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

    /// The issuer that the callback names must be the ID token's too: where one document serves many
    /// tenants, it alone does not say which of them answered.
    pub(super) fn check_issuer_of(&self, id_token: &Object) -> Result<()> {
        let issuer = id_token.get("iss").and_then(Value::as_str).unwrap_or_default();
        match &self.iss {
            Some(iss) if iss != issuer => {
                let message = format!(
                    "The callback comes from the issuer {}, and the ID token from {}. Start the sign-in \
                     again.",
                    shown(iss),
                    shown(issuer)
                );
                let error = Error::new(Code::IssuerMismatch, Stage::TokenValidation, message);
                Err(error.with_parameter("iss"))
            }
            _ => Ok(()),
        }
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
        let came = |url: &str| Callback::from_url(url).came_to(redirect_uri, "");
        for good in [
            "https://app.example/complete/github/?fixed=1&code=c",
            "https://app.example:443/complete/github/?code=c&fixed=1",
            "/complete/github/?fixed=1",
        ] {
            assert!(came(good), "{good}");
        }
        for bad in [
            "https://app.example/complete/oidc/?fixed=1",
            "https://app.example/complete/github?fixed=1",
            "http://app.example/complete/github/?fixed=1",
            "https://other.example/complete/github/?fixed=1",
            "https://app.example:8443/complete/github/?fixed=1",
            "/complete/oidc/?fixed=1",
            "/complete/github/",
            "/complete/github/?fixed=2",
            "https://app.example/complete/github/?code=fixed=1",
        ] {
            assert!(!came(bad), "{bad}");
        }
    }

    #[test]
    fn a_callback_says_where_it_came_to() {
        let query = "?code=c";
        for place in
            ["", "complete/github/", "app.example/", "//app.example/complete/github/", "ftp://a/"]
        {
            for callback in [
                Callback::from_url(&format!("{place}{query}")),
                Callback::from_form(place, "code=c"),
            ] {
                let error = callback.check_place().unwrap_err();
                assert_eq!(error.parameter(), Some("callback"), "{place}");
            }
        }
        assert!(Callback::new("/", "").check_place().is_ok());
    }

    #[test]
    fn a_proxy_takes_a_prefix_off_paths() {
        let redirect_uri = "https://app.example/portal/complete/x/";
        let came = |place: &str| Callback::new(place, "").came_to(redirect_uri, "/portal");
        assert!(came("/complete/x/"));
        assert!(came("https://app.example/portal/complete/x/"), "a whole URL is the public one");
        assert!(!came("/portal/complete/x/") && !came("/x/"));
        assert!(!came("https://app.example/complete/x/"));
    }

    #[test]
    fn the_fragment_is_no_query() {
        assert_eq!(Callback::from_url("https://app/cb#?code=x").parameters(), "");
        assert_eq!(Callback::from_url("https://app/cb?code=x#y").parameters(), "code=x");
    }

    #[test]
    fn debug_shows_no_code() {
        assert_eq!(format!("{:?}", Callback::new("/", "code=c")), "Callback(…)");
    }
}
