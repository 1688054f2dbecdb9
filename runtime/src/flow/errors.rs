//! Refusals and failures of the provider, as errors of ours: by `[errors]` of the spec, then by the
//! table of explanations (`error/explanations.tsv`), then by the HTTP status.

use serde_json::Value;
use url::Url;

use super::{Context, challenge};
use crate::error::{Code, Error, Explanation, ProviderError, Result, Stage, UNNAMED, shown};
use crate::json::{self, Object};
use crate::settings::COMMON;
use crate::transport::HttpResponse;

/// The object in a successful reply, or the error that the reply means.
pub(super) fn object(context: &Context, response: &HttpResponse, stage: Stage) -> Result<Object> {
    let is_good = (200..300).contains(&response.status);
    if is_good && !response.may_be_json() {
        return Err(unreadable(stage, &not_json(response)).with_parameter("content-type"));
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

/// The reason why a reply of another content type is not read: a page of another program is no answer to
/// this request.
pub(crate) fn not_json(response: &HttpResponse) -> String {
    let found = response.content_type.as_deref().unwrap_or_default();
    format!("its Content-Type is {}, expected `application/json`", shown(found))
}

/// A sentence that says where a redirect leads. It is not followed, because it would carry credentials to
/// another place.
pub(crate) fn redirected(response: &HttpResponse) -> Option<String> {
    let location =
        response.location.as_deref().filter(|_| (300..400).contains(&response.status))?;
    // The query may hold secrets.
    let place = match Url::parse(location) {
        Ok(target) => format!("{}{}", target.origin().ascii_serialization(), target.path()),
        Err(_) => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    Some(format!("It redirects to {}, and redirects are not followed.", shown(&place)))
}

/// The error that an unsuccessful reply means.
pub(super) fn from_reply(
    context: &Context,
    response: &HttpResponse,
    stage: Stage,
    body: &Object,
) -> Error {
    // A token that came beside the refusal is not part of it.
    let tokens = ["access_token", "refresh_token", "id_token"];
    let tokens: Vec<&str> =
        tokens.iter().filter_map(|name| body.get(*name).and_then(Value::as_str)).collect();
    let header = response.www_authenticate.as_deref().filter(|_| !body.contains_key("error"));
    let header = header.map(challenge::read).unwrap_or_default();
    let member = |name: &str| body.get(name).or_else(|| header.get(name));
    let provider = ProviderError::from_members(member)
        .with_retry_after(response.retry_after.as_deref())
        .without(&tokens);
    let by_status = match response.status {
        429 => Some(Code::RateLimited),
        500.. => Some(Code::Unavailable),
        _ => None,
    };
    let specific = provider.specific();
    // Busy or broken providers answer any word, so that the status decides before it does.
    let row = specific
        .or_else(|| by_status.map(Explanation::of))
        .or_else(|| provider.generic())
        .unwrap_or_else(|| Explanation::of(Code::HttpError));
    let status = provider.error.is_none().then_some(response.status);
    let help = redirected(response);
    refused(context, row, stage, provider, status).with_help(help.as_deref())
}

/// The provider's refusal in a callback, which has no HTTP status.
pub(super) fn in_callback(context: &Context, provider: ProviderError) -> Error {
    let word = provider.error.as_deref().unwrap_or_default().to_ascii_lowercase();
    let row = provider.specific().or_else(|| provider.generic()).unwrap_or_else(|| {
        // Other spellings of `access_denied`, as providers invent them.
        let is_declined = word.contains("denied") || word.contains("cancel");
        Explanation::of(if is_declined { Code::AuthorizationDeclined } else { Code::UnknownError })
    });
    refused(context, row, Stage::Callback, provider, None)
}

/// The error of one line of the table, unless the spec maps the provider's code to another of ours.
fn refused(
    context: &Context,
    row: &'static Explanation,
    stage: Stage,
    provider: ProviderError,
    status: Option<u16>,
) -> Error {
    let mapped = context.descriptor.errors.iter().find(|(theirs, _)| provider.names(theirs));
    let (code, recovery) = match mapped {
        Some((_, ours)) if *ours != row.code() => (*ours, ours.recovery()),
        // A refresh has no authorization code: its refresh token is what the provider refuses.
        _ if stage == Stage::Refresh && row.code() == Code::AuthorizationCodeRejected => {
            let code = Code::ReauthenticationRequired;
            (code, code.recovery())
        }
        _ => (row.code(), row.recovery()),
    };
    let is_explained = row.name() != row.code().as_str();
    // The text of a line is about its own code, and of a specific one about more than that.
    let row = if code == row.code() || is_explained { row } else { Explanation::of(code) };
    let what = mapped
        .map(|(theirs, _)| (*theirs).to_owned())
        .or_else(|| is_explained.then(|| row.name().to_owned()))
        .or_else(|| provider.codes.first().cloned())
        .or_else(|| provider.error.as_deref().filter(|word| !word.is_empty()).map(shown))
        .or_else(|| status.map(|status| format!("HTTP {status}")))
        .unwrap_or_else(|| UNNAMED.to_owned());
    let meaning = if is_explained { format!("{} ", row.meaning()) } else { String::new() };
    let message = format!("The provider answered {what}. {meaning}{}", row.advice());
    let error = Error::new(code, stage, message)
        .with_explanation(row)
        .with_recovery(recovery)
        .with_provider(provider);
    match row.setting() {
        Some("redirect_uri") => error.with_parameter("redirect_uri"),
        Some(setting) if has_setting(context, setting) => {
            error.with_parameter(context.settings.full_name(setting))
        }
        _ => error,
    }
}

/// Returns `true` if this backend has a setting of this name, which is written as variables end.
fn has_setting(context: &Context, name: &str) -> bool {
    let mut settings = COMMON.iter().chain(context.descriptor.settings);
    settings.any(|setting| setting.name.eq_ignore_ascii_case(name))
}
