//! Parameters and headers that only the runtime sets (RFC 6749, RFC 7636, RFC 7523, RFC 9101, OpenID
//! Connect Core 1.0). A second `state` or `code_challenge` would switch its protection off at a provider
//! that reads the last of two.
//!
//! The spec language refuses them in a spec, the runtime in a descriptor that was written by hand, in
//! settings, and in an endpoint's query. Names are compared in any case, because some servers read them so.

/// Parameters that only the runtime sets, in every request.
const PARAMETERS: &[&str] = &[
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

/// Further parameters of the authorization request: those that have a key or a setting of their own.
const AUTHORIZATION_PARAMETERS: &[&str] = &["scope"];

/// Further parameters of an endpoint's query: those that the runtime adds to it.
const QUERY_PARAMETERS: &[&str] =
    &["id_token_hint", "login_hint", "logout_hint", "post_logout_redirect_uri", "scope"];

/// Headers that only the runtime sets.
const HEADERS: &[&str] = &[
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

/// Beginnings of the names of further headers that only the runtime sets.
const HEADER_PREFIXES: &[&str] = &["content-", "proxy-"];

/// Returns `true` if only the runtime sets this parameter, whatever the request.
pub fn is_parameter(name: &str) -> bool {
    is_listed(PARAMETERS, name)
}

/// Returns `true` if no spec and no setting can add this parameter to the authorization request.
pub fn is_authorization_parameter(name: &str) -> bool {
    is_parameter(name) || is_listed(AUTHORIZATION_PARAMETERS, name)
}

/// Returns `true` if an endpoint's own query cannot have this parameter.
pub fn is_query_parameter(name: &str) -> bool {
    is_parameter(name) || is_listed(QUERY_PARAMETERS, name)
}

/// Returns `true` if only the runtime sets this header.
pub fn is_header(name: &str) -> bool {
    let begins = |prefix: &&str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    is_listed(HEADERS, name) || HEADER_PREFIXES.iter().any(begins)
}

fn is_listed(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_any_case() {
        assert!(is_parameter("State") && !is_parameter("scope") && !is_parameter("state2"));
        assert!(is_authorization_parameter("SCOPE") && is_authorization_parameter("nonce"));
        assert!(!is_authorization_parameter("login_hint"));
        assert!(is_query_parameter("Login_Hint") && is_query_parameter("code"));
        assert!(!is_query_parameter("p"));
        assert!(is_header("Cookie") && is_header("content-length") && is_header("Proxy-Status"));
        assert!(!is_header("accept") && !is_header("content") && !is_header("é-content-"));
    }
}
