//! Refusals and failures of the provider, as errors of ours (`[errors]` and RFC 6749 section 5.2).

use serde_json::Value;

use super::Context;
use crate::error::{Code, Error, ProviderError, Result, Stage};
use crate::json::{self, Object};
use crate::transport::{HttpResponse, MAX_RESPONSE, TransportError};

/// Why a reply of another content type is not read: what another program takes for a page or a token
/// is no answer of ours.
pub(crate) const NOT_JSON: &str = "its Content-Type is not JSON";

/// The object in a successful reply, or the error that the reply means.
pub(super) fn object(context: &Context, response: &HttpResponse, stage: Stage) -> Result<Object> {
    let is_good = (200..300).contains(&response.status);
    if is_good && !response.may_be_json() {
        return Err(unreadable(stage, NOT_JSON).with_parameter("content-type"));
    }
    let body = json::object(&response.body);
    let has_error =
        body.as_ref().is_ok_and(|object| object.get("error").is_some_and(Value::is_string));
    match body {
        Ok(object) if is_good && !has_error => Ok(object),
        Ok(object) => Err(from_reply(context, response, stage, &object)),
        Err(_) if !is_good => Err(from_reply(context, response, stage, &Object::new())),
        Err(reason) => Err(unreadable(stage, &reason)),
    }
}

/// A reply that says nothing we understand.
pub(crate) fn unreadable(stage: Stage, reason: &str) -> Error {
    let message = format!("The provider's reply cannot be used: {reason}.");
    Error::new(Code::MalformedResponse, stage, message)
}

/// The error that an unsuccessful reply means.
pub(super) fn from_reply(
    context: &Context,
    response: &HttpResponse,
    stage: Stage,
    body: &Object,
) -> Error {
    // A token that came beside the refusal is no part of it.
    let tokens = ["access_token", "refresh_token", "id_token"];
    let tokens: Vec<&str> =
        tokens.iter().filter_map(|name| body.get(*name).and_then(Value::as_str)).collect();
    let provider = ProviderError::from_members(|name| body.get(name))
        .with_retry_after(response.retry_after.as_deref())
        .without(&tokens);
    let error = provider.error.as_deref().unwrap_or_default();
    let code = match (response.status, error) {
        (429, _) => Code::RateLimited,
        (500.., _) | (_, "temporarily_unavailable" | "server_error") => Code::Unavailable,
        (_, "interaction_required" | "consent_required" | "login_required") => {
            Code::ReauthenticationRequired
        }
        (_, "invalid_grant" | "bad_verification_code") => match stage {
            Stage::Refresh => Code::CredentialRejected,
            _ => Code::AuthorizationCodeRejected,
        },
        _ => Code::HttpError,
    };
    let status = (error.is_empty()).then_some(response.status);
    refused_with(context, code, stage, provider, status)
}

/// The provider's refusal, under the code that the spec maps it to, if it does.
pub(super) fn refused(
    context: &Context,
    code: Code,
    stage: Stage,
    provider: ProviderError,
) -> Error {
    refused_with(context, code, stage, provider, None)
}

fn refused_with(
    context: &Context,
    code: Code,
    stage: Stage,
    provider: ProviderError,
    status: Option<u16>,
) -> Error {
    let mapped = context.descriptor.errors.iter().find(|(theirs, _)| provider.names(theirs));
    let code = mapped.map_or(code, |(_, ours)| *ours);
    let status = || status.map(|status| format!("HTTP {status}"));
    let declared = mapped.map(|(theirs, _)| (*theirs).to_owned());
    let what = declared.or_else(|| provider.word().map(str::to_owned)).or_else(status);
    let what = what.unwrap_or_else(|| "an error of its own".to_owned());
    let message = format!("The provider answered {what}. {}", advice(code, stage));
    Error::new(code, stage, message).with_provider(provider)
}

/// What a person does about a refusal of this code.
fn advice(code: Code, stage: Stage) -> &'static str {
    match (code, stage) {
        (Code::AuthorizationDeclined, _) => "The sign-in was cancelled or not permitted.",
        (Code::PasswordResetRequested, _) => {
            "The user forgot the password: start a sign-in with the password-reset policy."
        }
        (Code::ReauthenticationRequired | Code::CredentialRejected | Code::TokenRevoked, _) => {
            "Let the user sign in again."
        }
        (Code::AuthorizationCodeRejected, _) => {
            "The code was used before, is too old, or belongs to another redirect URI. \
             Start the sign-in again."
        }
        (Code::RateLimited | Code::Unavailable, _) => "Try again later.",
        (Code::MembershipRequired, _) => {
            "The user lacks a membership that the provider asks for: an administrator there can give it."
        }
        (Code::AuthenticationDisallowed, _) => "The provider does not let this user sign in.",
        (_, Stage::TokenExchange | Stage::Refresh) => {
            "Compare KEY, the client's credential, the endpoints and the registered redirect URI \
             with the app registration."
        }
        (_, Stage::Callback) => {
            "Compare KEY, SCOPE and the registered redirect URI with the app registration."
        }
        _ => "Compare the settings with the app registration.",
    }
}

/// No reply at all, as an error.
pub(crate) fn transport_error(error: TransportError, stage: Stage) -> Error {
    let (code, message) = match error {
        TransportError::Connect => {
            (Code::ConnectionFailed, "The provider cannot be reached. Try again later.".to_owned())
        }
        TransportError::Timeout => {
            (Code::Timeout, "The provider did not answer in time. Try again later.".to_owned())
        }
        TransportError::Tls => (
            Code::TlsError,
            "The provider's certificate is not trusted. Check the authority host and this \
             machine's certificates."
                .to_owned(),
        ),
        TransportError::TooLarge => (
            Code::MalformedResponse,
            format!("The provider's reply is larger than {} KiB.", MAX_RESPONSE / 1024),
        ),
        TransportError::Compressed => (
            Code::MalformedResponse,
            "The provider's reply is compressed, although nobody asked for that.".to_owned(),
        ),
        TransportError::PrivateNetwork => (
            Code::MalformedResponse,
            "The discovery document names a host on a private network. If that is right, name the \
             host in ENDPOINT_HOSTS."
                .to_owned(),
        ),
        TransportError::Request => (
            Code::HttpError,
            "The request has a URL or header that HTTP does not allow.".to_owned(),
        ),
    };
    Error::new(code, stage, message)
}
