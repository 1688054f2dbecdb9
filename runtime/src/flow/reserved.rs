//! Parameters and headers that protect a request: no spec and no setting can set them (RFC 6749,
//! RFC 7636, RFC 7523, RFC 9101, OpenID Connect Core 1.0).
//!
//! The spec language has the same lists; a test holds both equal. Descriptors can be written by hand,
//! so they are looked at here as well.

use url::form_urlencoded;

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};

/// Parameters that nothing but the runtime sets in a request.
pub const RESERVED_PARAMETERS: &[&str] = &[
    "access_token",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "response_type",
    "state",
];

/// Further parameters that have keys or settings of their own in the authorization request.
pub const RESERVED_IN_AUTHORIZATION: &[&str] = &["scope"];

/// Further parameters that the runtime adds to the query of an endpoint.
pub const RESERVED_IN_QUERY: &[&str] =
    &["id_token_hint", "login_hint", "logout_hint", "post_logout_redirect_uri", "scope"];

/// Headers that nothing but the runtime sets; so are all that begin with `content-` or `proxy-`.
pub const RESERVED_HEADERS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn is_listed(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether no extra parameter of the authorization request can have this name.
pub(super) fn is_reserved_in_authorization(name: &str) -> bool {
    is_listed(RESERVED_PARAMETERS, name) || is_listed(RESERVED_IN_AUTHORIZATION, name)
}

/// Refuses a descriptor that sets what protects a request.
pub(super) fn check(descriptor: &Descriptor) -> Result<()> {
    let refused = |name: &str, place: &str| {
        let message = format!(
            "The provider `{}` sets `{name}` in {place}, which protects a request: remove it from \
             its spec.",
            descriptor.name
        );
        Err(Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(name.to_owned()))
    };
    for (name, _) in descriptor.authorization.params {
        if is_reserved_in_authorization(name) {
            return refused(name, "`[authorization] params`");
        }
    }
    let token =
        [("`[token] params`", Some(descriptor.token)), ("`[refresh] params`", descriptor.refresh)];
    for (place, request) in token {
        for (name, _) in request.iter().flat_map(|request| request.params) {
            if is_listed(RESERVED_PARAMETERS, name) {
                return refused(name, place);
            }
        }
    }
    for (name, _) in descriptor.user_info.iter().flat_map(|user_info| user_info.headers) {
        let is_body = ["content-", "proxy-"].iter().any(|start| name.starts_with(start));
        if is_body || is_listed(RESERVED_HEADERS, name) {
            return refused(name, "`[user_info] headers`");
        }
    }
    Ok(())
}

/// Refuses an endpoint whose own query sets what protects a request.
pub(super) fn check_endpoint(endpoint: &str, stage: Stage) -> Result<()> {
    let query = endpoint.split_once('?').map_or("", |(_, query)| query);
    let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    for name in names {
        if is_listed(RESERVED_PARAMETERS, &name) || is_listed(RESERVED_IN_QUERY, &name) {
            let message = format!(
                "The endpoint's own query sets `{name}`, which protects a request: remove it from \
                 the endpoint's URL."
            );
            return Err(
                Error::new(Code::InvalidSetting, stage, message).with_parameter(name.into_owned())
            );
        }
    }
    Ok(())
}

/// Refuses a URL whose query has a name twice: its reader may take either (RFC 6749 section 3.1).
pub(super) fn check_once(url: &str, stage: Stage) -> Result<()> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut names = Vec::with_capacity(16);
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if names.contains(&name) {
            let message = format!(
                "The request would carry `{name}` twice: the endpoint's own query has it, or the \
                 settings name it once more."
            );
            return Err(
                Error::new(Code::InvalidSetting, stage, message).with_parameter(name.into_owned())
            );
        }
        names.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{Authorization, TokenRequest, UserInfo};

    fn refused(descriptor: &Descriptor) -> Option<String> {
        check(descriptor).err().and_then(|error| {
            assert_eq!(error.code(), Code::InvalidSetting);
            error.parameter().map(str::to_owned)
        })
    }

    #[test]
    fn a_descriptor_sets_nothing_that_protects() {
        let authorization = |params| Descriptor {
            authorization: Authorization { params, ..Descriptor::EMPTY.authorization },
            ..Descriptor::EMPTY
        };
        assert_eq!(refused(&authorization(&[("response_mode", "form_post")])), None);
        assert_eq!(refused(&authorization(&[("State", "x")])).as_deref(), Some("State"));
        assert_eq!(refused(&authorization(&[("scope", "x")])).as_deref(), Some("scope"));
        let token = |params| TokenRequest { params, ..Descriptor::EMPTY.token };
        let asks = |params| Descriptor { token: token(params), ..Descriptor::EMPTY };
        assert_eq!(refused(&asks(&[("scope", "x")])), None);
        assert_eq!(refused(&asks(&[("code_verifier", "x")])).as_deref(), Some("code_verifier"));
        let refreshes = |params| Descriptor { refresh: Some(token(params)), ..Descriptor::EMPTY };
        assert_eq!(refused(&refreshes(&[("resource", "x")])), None);
        assert_eq!(refused(&refreshes(&[("grant_type", "x")])).as_deref(), Some("grant_type"));
        let headers = |headers| Descriptor {
            user_info: Some(UserInfo { scheme: "Bearer", headers }),
            ..Descriptor::EMPTY
        };
        assert_eq!(refused(&headers(&[("accept", "x")])), None);
        assert_eq!(refused(&headers(&[("cookie", "x")])).as_deref(), Some("cookie"));
        assert_eq!(
            refused(&headers(&[("content-length", "0")])).as_deref(),
            Some("content-length")
        );
    }

    #[test]
    fn an_endpoint_sets_nothing_that_protects() {
        let parameter = |url: &str| {
            let error = check_endpoint(url, Stage::Begin).err()?;
            error.parameter().map(str::to_owned)
        };
        assert_eq!(parameter("https://a.example/authorize?p=b2c_1&prompt=login"), None);
        assert_eq!(
            parameter("https://a.example/authorize?p=1&%73tate=x").as_deref(),
            Some("state")
        );
        assert_eq!(parameter("https://a.example/authorize?scope=x").as_deref(), Some("scope"));
        let twice = |url: &str| check_once(url, Stage::Begin).err().map(|error| error.code());
        assert_eq!(twice("https://a.example/?p=1&q=1"), None);
        assert_eq!(twice("https://a.example/?p=1&q=1&%70=2"), Some(Code::InvalidSetting));
    }
}
