//! What the browser brings back (RFC 6749 section 4.1.2): read strictly, state before anything else.

use std::fmt;

use serde_json::Value;
use url::form_urlencoded;

use super::Context;
use super::errors::refused;
use super::value::{between, is_uuid, split_placeholder};
use crate::error::{Code, Error, ProviderError, Result, Stage};
use crate::json::Object;
use crate::keys::Metadata;
use crate::secret::{Secret, same};
use crate::transaction::Transaction;

/// The longest callback that is read, in bytes.
const MAX_CALLBACK: usize = 64 * 1024;

/// The most parameters of a callback.
const MAX_PARAMETERS: usize = 64;

/// The longest authorization code that is passed on, in bytes.
const MAX_CODE: usize = 16 * 1024;

/// The parameters of a callback.
///
/// Build it from the whole URL, from the query, or from the form body of `form_post`.
#[derive(Clone)]
pub struct Callback(String);

impl Callback {
    /// From the URL that the browser asked for.
    pub fn from_url(url: &str) -> Self {
        let without_fragment = url.split('#').next().unwrap_or_default();
        Self(without_fragment.split_once('?').map_or("", |(_, query)| query).to_owned())
    }

    /// From the query of that URL, or from a form body: `name=value` pairs with `&` between.
    pub fn from_query(query: &str) -> Self {
        Self(query.to_owned())
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

/// Checks a callback against its transaction: state first, then the provider's error, then the code.
pub(crate) fn accept(
    context: &Context,
    transaction: &Transaction,
    callback: &Callback,
) -> Result<Accepted> {
    let parameters = Parameters::read(&callback.0)?;
    let state = parameters.required("state")?;
    if !same(state, &transaction.state) {
        let message = "The callback belongs to another sign-in. Start the sign-in again.";
        return Err(at_callback(Code::StateMismatch, message).with_parameter("state"));
    }
    if let Some(error) = parameters.get("error") {
        if parameters.get("code").is_some() {
            let message = "The callback carries both an error and a code.";
            return Err(at_callback(Code::InvalidParameter, message).with_parameter("error"));
        }
        return Err(declined(context, error, &parameters));
    }
    let code = parameters.required("code")?;
    if code.is_empty() || code.len() > MAX_CODE || code.chars().any(char::is_control) {
        let message = "The callback's code is empty, too long, or not text.";
        return Err(at_callback(Code::InvalidParameter, message).with_parameter("code"));
    }
    Ok(Accepted { code: Secret::new(code), iss: parameters.get("iss").map(str::to_owned) })
}

impl Accepted {
    /// The issuer that the callback names must be the one that was asked (RFC 9207 section 2.4).
    pub(crate) fn check_issuer(&self, metadata: &Metadata) -> Result<()> {
        let matches = match &self.iss {
            Some(iss) => fits(iss, &metadata.issuer),
            None => !metadata.promises_iss,
        };
        if matches {
            return Ok(());
        }
        let message = "The callback comes from another issuer than the one that was asked. \
                       Start the sign-in again.";
        Err(at_callback(Code::IssuerMismatch, message).with_parameter("iss"))
    }
}

/// Whether an issuer is the one of the metadata; a placeholder stands for any GUID.
fn fits(iss: &str, issuer: &str) -> bool {
    match split_placeholder(issuer) {
        Some((before, _, after)) => between(iss, before, after).is_some_and(is_uuid),
        None => iss == issuer,
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
    let provider = ProviderError::from_members(|name| members.get(name));
    let code = match error {
        "login_required" | "interaction_required" | "account_selection_required" => {
            Code::ReauthenticationRequired
        }
        "temporarily_unavailable" | "server_error" => Code::Unavailable,
        "access_denied" | "consent_required" | "authorization_declined" => {
            Code::AuthorizationDeclined
        }
        "unauthorized_client"
        | "invalid_request"
        | "invalid_scope"
        | "invalid_resource"
        | "unsupported_response_type"
        | "invalid_client" => Code::HttpError,
        // Other errors, and spellings that contain the word, as providers invent them.
        other if other.contains("denied") || other.contains("cancel") => {
            Code::AuthorizationDeclined
        }
        _ => Code::UnknownError,
    };
    refused(context, code, Stage::Callback, provider)
}

struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Every parameter at most once (RFC 6749 section 3.1).
    fn read(query: &str) -> Result<Self> {
        if query.len() > MAX_CALLBACK {
            let message = "The callback is longer than 64 KiB.";
            return Err(at_callback(Code::InvalidParameter, message));
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if pairs.len() >= MAX_PARAMETERS {
                let message = "The callback has more than 64 parameters.";
                return Err(at_callback(Code::InvalidParameter, message));
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                let name = printable(&name);
                let message = format!("The callback carries `{name}` twice.");
                return Err(at_callback(Code::InvalidParameter, message).with_parameter(name));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| {
            let message = format!("The callback lacks `{name}`. Start the sign-in again.");
            at_callback(Code::MissingParameter, message).with_parameter(name)
        })
    }
}

/// A parameter's name as it may stand in a message.
fn printable(name: &str) -> String {
    name.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '_').take(40).collect()
}

fn at_callback(code: Code, message: impl Into<String>) -> Error {
    Error::new(code, Stage::Callback, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_for_a_guid() {
        let template = "https://login.example/{tenantid}/v2.0";
        let tenant = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
        assert!(fits(&format!("https://login.example/{tenant}/v2.0"), template));
        assert!(!fits("https://evil.example", template));
        assert!(!fits("https://login.example/evil/v2.0", template));
        assert!(fits("https://a.example", "https://a.example"));
        assert!(!fits("https://a.example/", "https://a.example"));
    }

    #[test]
    fn the_fragment_is_no_query() {
        assert_eq!(Callback::from_url("https://app/cb#?code=x").0, "");
        assert_eq!(Callback::from_url("https://app/cb?code=x#y").0, "code=x");
    }
}
