//! The authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2.1).

use authspec_descriptor::reserved::is_authorization_parameter;
use percent_encoding::percent_decode_str;
use url::Url;

use super::asked::Asked;
use super::{Context, reserved};
use crate::descriptor::{Authorization, Template};
use crate::encode::append_query;
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::pkce;
use crate::request::BeginRequest;
use crate::secret::Secret;
use crate::settings::{Resolved, check_scheme};
use crate::transaction::{Party, Transaction, fingerprint};

/// The longest path to go to next, in bytes: cookies, which may hold it, end at 4 KiB.
const MAX_NEXT: usize = 2 * 1024;

/// The URL that a browser is sent to, and what must be remembered until it comes back.
pub(crate) fn begin(
    context: &Context,
    metadata: Option<&Metadata>,
    request: &BeginRequest,
    browser: Option<&Secret>,
    now: u64,
) -> Result<(String, Transaction)> {
    let redirect_uri = &request.redirect_uri;
    let pkce::Fresh { state, nonce, verifier } =
        pkce::Fresh::new(context.descriptor.authorization.pkce_verifier_length)?;
    let Party { backend, client } = context.party();
    let transaction = Transaction {
        backend: backend.to_owned(),
        client: client.to_owned(),
        state,
        nonce,
        verifier,
        redirect_uri: redirect_uri.clone(),
        form_post: context.asks_for_form_post(),
        started: now,
        next: request.next.as_deref().map(check_next).transpose()?,
        data: request.json_data()?,
        browser: browser.map(|secret| fingerprint(secret.expose())),
        asked: Asked::of(context, request)?,
    };
    check_max_age(context)?;
    let endpoint = context.authorization_endpoint(metadata)?;
    let endpoint_parameters: Vec<&str> = endpoint
        .split_once('?')
        .map(|(_, query)| query.split('&').filter_map(|pair| pair.split('=').next()).collect())
        .unwrap_or_default();
    reserved::check_endpoint(endpoint, Stage::Begin)?;
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
        // A parameter in the endpoint's own query, such as B2C's `p`, cannot be set either, because the
        // request would carry it twice.
        let is_fixed = endpoint_parameters.iter().any(|fixed| fixed == name);
        if is_fixed || is_authorization_parameter(name) {
            let setting = context.settings.full_name("auth_extra_arguments");
            let message = format!("`{setting}` must not set `{name}`, which protects the sign-in.");
            return Err(
                Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(setting)
            );
        }
        append_query(&mut url, name, value);
    }
    reserved::check_once(&url, "", Stage::Begin)?;
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

/// Checks a redirect URI before anything is asked: an absolute URL without fragment (RFC 6749 section 3.1.2)
/// or user information, by `http` on this machine only (RFC 9700 section 2.6), on a host of `REDIRECT_HOSTS`
/// where that is set.
pub(crate) fn check_redirect_uri(context: &Context, redirect_uri: &str) -> Result<Url> {
    let wrong = |reason: &str| {
        let message = format!("The redirect URI {reason}.");
        Err(Error::new(Code::InvalidParameter, Stage::Begin, message)
            .with_parameter("redirect_uri"))
    };
    let Some(url) = web_url(redirect_uri).filter(|url| url.fragment().is_none()) else {
        let reason = "must be an absolute http(s) URL without fragment";
        return wrong(reason);
    };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must have no user name and no password");
    }
    if check_scheme(&url).is_err() {
        let reason = "must be https, except on this machine (localhost, 127.0.0.1, [::1]): behind a \
                      proxy that ends TLS, make it from the public address";
        return wrong(reason);
    }
    let hosts = context.settings.list("redirect_hosts");
    let host = url.host_str().unwrap_or_default();
    if !hosts.is_empty() && !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        let setting = context.settings.full_name("redirect_hosts");
        let reason = format!("is on the host `{host}`, expected one of `{setting}`");
        return wrong(&reason);
    }
    Ok(url)
}

/// An absolute http(s) URL: browsers would run other schemes.
pub(super) fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.host().is_some()).then_some(url)
}

/// A path of this application and nothing that a browser, or a server that decodes it once more, could
/// read as another host.
pub(crate) fn check_next(next: &str) -> Result<String> {
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
}
