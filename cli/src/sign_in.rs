//! `begin`, `complete`, `refresh`, `logout-url`: each one process, joined by the sealed transaction.

use std::io::Read as _;

use authspec::{BeginRequest, Callback, Code, LogoutRequest, RefreshRequest, Secret};
use serde_json::{Value, json};

use crate::arguments;
use crate::backend::{backend, backend_between_runs};
use crate::failure::Failure;
use crate::output;

/// The longest input of `refresh`, in bytes.
const MAX_INPUT: u64 = 1024 * 1024;

pub(crate) async fn begin(arguments: arguments::Begin) -> Result<(), Failure> {
    let backend = backend_between_runs(&arguments.backend.backend)?;
    let mut request = arguments.ask.request(arguments.redirect_uri);
    request.next = arguments.next;
    let started = backend.begin(request).await?;
    output::json(&json!({
        "authorization_url": started.authorization_url,
        "transaction": started.transaction,
    }))
}

impl arguments::Ask {
    /// A sign-in that comes back to this redirect URI and asks for this.
    pub(crate) fn request(self, redirect_uri: String) -> BeginRequest {
        let Self { prompt, max_age, acr_values, claims, scope } = self;
        let mut request = BeginRequest::new(redirect_uri);
        request.prompt = prompt;
        request.max_age = max_age;
        request.acr_values = acr_values;
        request.claims = claims;
        request.scopes = scope;
        request
    }
}

pub(crate) async fn complete(arguments: arguments::Complete) -> Result<(), Failure> {
    let backend = backend_between_runs(&arguments.backend.backend)?;
    let callback = match &arguments.form {
        Some(body) => Callback::from_form(&arguments.callback, body),
        None => Callback::from_url(&arguments.callback),
    };
    let identity = backend.complete(&arguments.transaction, callback).await?;
    output::json(&output::identity(&identity))
}

pub(crate) async fn refresh(arguments: arguments::Backend) -> Result<(), Failure> {
    let backend = backend(&arguments.backend)?;
    let mut input = String::new();
    std::io::stdin().take(MAX_INPUT).read_to_string(&mut input).map_err(|_| {
        Failure::wrong(Code::InvalidParameter.as_str(), "standard input is not text")
    })?;
    let refreshed = backend.refresh(refresh_request(&input)?).await?;
    output::json(&output::refreshed(&refreshed))
}

/// The refresh token alone, or the `tokens` object of `complete`, whose ID token is compared then.
fn refresh_request(input: &str) -> Result<RefreshRequest, Failure> {
    let missing = || Failure::Wrong {
        code: Code::MissingParameter.as_str(),
        message: "standard input holds no refresh token".to_owned(),
        parameter: Some("refresh_token".to_owned()),
    };
    let input = input.trim();
    if !input.starts_with('{') && input.contains(char::is_whitespace) {
        let message = "standard input holds more than one token";
        return Err(Failure::wrong(Code::InvalidParameter.as_str(), message));
    }
    if !input.starts_with('{') {
        let request = RefreshRequest::new(input);
        return if input.is_empty() { Err(missing()) } else { Ok(request) };
    }
    let tokens: Value = serde_json::from_str(input).map_err(|_| missing())?;
    let token = |name: &str| tokens.get(name).and_then(Value::as_str).map(Secret::new);
    let mut request = RefreshRequest::new(token("refresh_token").ok_or_else(missing)?);
    request.previous_id_token = token("id_token");
    Ok(request)
}

pub(crate) async fn logout_url(arguments: arguments::LogoutUrl) -> Result<(), Failure> {
    let backend = backend(&arguments.backend.backend)?;
    let mut request = LogoutRequest::new();
    request.id_token_hint = arguments.id_token_hint.map(Secret::new);
    request.post_logout_redirect_uri = arguments.post_logout_redirect_uri;
    request.state = arguments.state;
    let url = backend.logout_url(request).await?;
    output::json(&json!({ "url": url }))
}
