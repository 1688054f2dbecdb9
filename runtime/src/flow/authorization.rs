//! The authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2.1).

use percent_encoding::percent_decode_str;
use url::Url;

use super::Context;
use super::asked::Asked;
use crate::descriptor::{Authorization, Template};
use crate::encode::append_query;
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::pkce;
use crate::request::BeginRequest;
use crate::settings::Resolved;
use crate::transaction::{Transaction, fingerprint};

/// Parameters that protect a sign-in; `AUTH_EXTRA_ARGUMENTS` cannot replace them.
const PROTECTED: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "request",
    "request_uri",
    "client_secret",
];

/// The longest path to go to next, in bytes: cookies, which may hold it, end at 4 KiB.
const MAX_NEXT: usize = 2 * 1024;

/// The URL that a browser is sent to, and what must be remembered until it comes back.
pub(crate) fn begin(
    context: &Context,
    metadata: Option<&Metadata>,
    request: &BeginRequest,
    now: u64,
) -> Result<(String, Transaction)> {
    let redirect_uri = &request.redirect_uri;
    let pkce::Fresh { state, nonce, verifier } =
        pkce::Fresh::new(context.descriptor.authorization.pkce_verifier_length)?;
    let transaction = Transaction {
        backend: context.descriptor.name.to_owned(),
        state,
        nonce,
        verifier,
        redirect_uri: redirect_uri.clone(),
        started: now,
        next: request.next.as_deref().map(check_next).transpose()?,
        browser: request.browser.as_ref().map(|secret| fingerprint(secret.expose())),
        asked: Asked::of(context, request)?,
    };
    check_max_age(context)?;
    check_browser(request)?;
    let endpoint = context.authorization_endpoint(metadata)?;
    let endpoint_parameters: Vec<&str> = endpoint
        .split_once('?')
        .map(|(_, query)| query.split('&').filter_map(|pair| pair.split('=').next()).collect())
        .unwrap_or_default();
    let mut url = String::with_capacity(1024);
    url.push_str(endpoint);
    append_query(&mut url, "client_id", &context.client_id);
    append_query(&mut url, "redirect_uri", redirect_uri);
    append_query(&mut url, "response_type", "code");
    let scopes = scopes_of(context, request);
    if !scopes.is_empty() {
        append_query(&mut url, "scope", &scopes);
    }
    append_query(&mut url, "state", &transaction.state);
    if context.descriptor.oidc.is_some() {
        append_query(&mut url, "nonce", &transaction.nonce);
    }
    append_query(&mut url, "code_challenge", &pkce::challenge(&transaction.verifier));
    append_query(&mut url, "code_challenge_method", "S256");
    let extra = context.settings.map("auth_extra_arguments");
    let own = transaction.asked.parameters(context, request);
    let is_own = |name: &str| own.iter().any(|(own, _)| *own == name);
    for (name, template) in context.descriptor.authorization.params {
        let replaced = extra.is_some_and(|extra| extra.contains_key(*name)) || is_own(name);
        if let Some(value) = context.settings.render(Template(template)).filter(|_| !replaced) {
            append_query(&mut url, name, &value);
        }
    }
    for (name, value) in &own {
        append_query(&mut url, name, value);
    }
    for (name, value) in extra.into_iter().flatten() {
        if is_own(name) {
            continue;
        }
        // What the endpoint itself carries, such as B2C's `p`, is no extra argument either.
        let is_fixed = endpoint_parameters.iter().any(|fixed| fixed == name);
        if is_fixed || PROTECTED.contains(&name.as_str()) {
            let setting = context.settings.full_name("auth_extra_arguments");
            let message = format!("`{setting}` must not set `{name}`, which protects the sign-in.");
            return Err(
                Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(setting)
            );
        }
        append_query(&mut url, name, value);
    }
    Ok((url, transaction))
}

/// An age that cannot be read could not be checked when the ID token comes.
fn check_max_age(context: &Context) -> Result<()> {
    match context.authorization_param("max_age") {
        Some(text) if text.parse::<u64>().is_err() => {
            let setting = context.settings.full_name("auth_extra_arguments");
            let message = format!("`max_age` in `{setting}` must be a whole number of seconds.");
            Err(Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(setting))
        }
        _ => Ok(()),
    }
}

/// A browser that knows nothing is every browser: its cookie was not there.
fn check_browser(request: &BeginRequest) -> Result<()> {
    if request.browser.as_ref().is_none_or(|secret| !secret.expose().is_empty()) {
        return Ok(());
    }
    let message = "What only this browser knows must not be empty: give it a secret first.";
    Err(Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter("browser"))
}

/// The scopes of this backend, then those of this sign-in, each once.
fn scopes_of(context: &Context, request: &BeginRequest) -> String {
    let separator = context.descriptor.authorization.scope_separator;
    let mut scopes: Vec<&str> =
        context.scopes.split(separator).filter(|scope| !scope.is_empty()).collect();
    for scope in &request.scopes {
        if !scopes.contains(&scope.as_str()) {
            scopes.push(scope);
        }
    }
    scopes.join(separator)
}

/// The scopes to ask for: the spec's, then SCOPE's, each once.
pub(super) fn scopes(authorization: &Authorization, settings: &Resolved) -> String {
    let default: &[&str] =
        if settings.is_on("ignore_default_scope") { &[] } else { authorization.scopes };
    let own = settings.list("scope").iter().flat_map(|entry| entry.split_whitespace());
    let mut scopes: Vec<&str> = Vec::new();
    for scope in default.iter().copied().chain(own) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes.join(authorization.scope_separator)
}

/// An absolute http(s) URL without fragment (RFC 6749 section 3.1.2); looked at before anything is asked.
pub(crate) fn check_redirect_uri(redirect_uri: &str) -> Result<()> {
    if web_url(redirect_uri).is_some_and(|url| url.fragment().is_none()) {
        return Ok(());
    }
    let message = "The redirect URI must be an absolute http(s) URL without fragment.";
    Err(Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter("redirect_uri"))
}

/// An absolute http(s) URL: browsers would run other schemes.
pub(super) fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.host().is_some()).then_some(url)
}

/// A path of this application and nothing that a browser, or a server that decodes it once more, could
/// read as another host.
fn check_next(next: &str) -> Result<String> {
    let host = "https://same.invalid";
    let (path, _) = next.split_once(['?', '#']).unwrap_or((next, ""));
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let is_plain = |text: &str| !text.contains('\\') && !text.chars().any(char::is_control);
    let stays = next.starts_with('/')
        && next.len() <= MAX_NEXT
        && is_plain(next)
        && !next.contains(char::is_whitespace)
        && is_plain(&decoded)
        && !decoded.contains("//")
        && Url::parse(host).and_then(|base| base.join(next)).is_ok_and(|url| {
            url.origin().ascii_serialization() == host && !url.path().starts_with("//")
        });
    if stays {
        return Ok(next.to_owned());
    }
    let message = "Where to go next must be a path of this application, such as `/account`.";
    Err(Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_on_this_host() {
        for good in ["/", "/account?tab=1#top", "/a/b%2fc", "/files/My%20Document"] {
            assert!(check_next(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil",
            "/.//evil.example",
            "evil",
            "/a/..//evil.example",
            "/%2fevil.example",
            "/%5cevil.example",
            "/%09/evil.example",
            "/a//b",
            "/a b",
            &format!("/{}", "x".repeat(MAX_NEXT)),
        ] {
            assert_eq!(check_next(bad).unwrap_err().code(), Code::InvalidParameter, "{bad}");
        }
    }

    #[test]
    fn redirect_uris_are_absolute() {
        assert!(check_redirect_uri("https://app.example/complete/x/").is_ok());
        assert!(check_redirect_uri("http://127.0.0.1:8000/complete/x/").is_ok());
        for bad in ["/complete", "https://a.example/#x", "javascript:alert(1)", ""] {
            assert!(check_redirect_uri(bad).is_err(), "{bad}");
        }
    }
}
