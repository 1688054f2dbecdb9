//! E and F. User information, discovery documents, key sets.

use authspec_authority::{DEFAULT_CLIENT_SECRET, Fault, IdTokenFault, KeyName, Reply};
use serde_json::json;

use crate::attack::{
    Attack, Change, attacks, discovery, keys, no_discovery, no_user_info, signed_user_info,
    signed_user_info_claim, user_info, user_info_reply,
};

fn keys_reply(status: u16, body: &str) -> Change {
    Change::Provider(Fault::Keys(Reply::new(status, "application/json", body)))
}

fn discovery_reply(status: u16, body: &str) -> Change {
    Change::Provider(Fault::Discovery(Reply::new(status, "application/json", body)))
}

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    attacks! {
        "E01", "OIDC Core 5.3.2", "user information of another subject", Oidc: user_info("sub", "somebody-else") => UserMismatch UserInfo;
        "E02", "OIDC Core 5.3.2", "user information of no subject", Oidc: no_user_info("sub") => accepted;
        "E02", "OIDC Core 5.3.2", "user information of a subject that is a number", Oidc: user_info("sub", 7) => accepted;
        "E03", "OIDC Core 5.3.2", "user information that nobody may read", Oidc: user_info_reply(401, "application/json", r#"{"error":"invalid_token"}"#) => accepted;
        "E03", "OIDC Core 5.3.2", "user information that fails", Oidc: user_info_reply(500, "text/html", "") => accepted;
        "E03", "GitHub REST API", "the user, whom nobody may read", GitHub: user_info_reply(401, "application/json", r#"{"message":"Bad credentials"}"#) => HttpError UserInfo;
        "E03", "OIDC Core 5.3.2", "encrypted user information", Oidc: user_info_reply(200, "application/jwt", "e30.e30.e30.e30.e30") => accepted;
        "E03", "OIDC Core 5.3.2", "signed user information without a signature", Oidc: signed_user_info(Some(IdTokenFault::unsigned())), twin signed_user_info(None) => InvalidSignature UserInfo;
        "E03", "OIDC Core 5.3.2", "user information signed by a stranger", Oidc: signed_user_info(Some(IdTokenFault::SignWith(KeyName::Stranger))), twin signed_user_info(None) => InvalidSignature UserInfo;
        "E03", "OIDC Core 5.3.2", "user information signed with the client secret", Oidc: signed_user_info(Some(IdTokenFault::Hs256With(DEFAULT_CLIENT_SECRET.to_owned()))), twin signed_user_info(None) => InvalidSignature UserInfo;
        "E03", "OIDC Core 5.3.2", "signed user information of another subject", Oidc: signed_user_info_claim("sub", json!("somebody-else")), twin signed_user_info(None) => UserMismatch UserInfo;
        "E03", "OIDC Core 5.3.2", "signed user information for another client", Oidc: signed_user_info_claim("aud", json!("another")), twin signed_user_info(None) => InvalidClaim UserInfo;
        "E03", "OIDC Core 5.3.2", "signed user information for nobody", Oidc: signed_user_info_claim("aud", None), twin signed_user_info(None) => MissingClaim UserInfo;
        "E03", "OIDC Core 5.3.2", "signed user information of another issuer", Oidc: signed_user_info_claim("iss", json!("https://evil.example")), twin signed_user_info(None) => InvalidClaim UserInfo;
        "E04", "OIDC Core 5.3.2", "user information that names another issuer", Oidc: user_info("iss", "https://evil.example") => accepted;
        "F01", "OIDC Discovery 4.3", "the document of another issuer", Oidc: discovery("issuer", "https://evil.example") => MalformedResponse Begin;
        "F01", "OIDC Discovery 4.3", "no issuer", Oidc: no_discovery("issuer") => MalformedResponse Begin;
        "F01", "OIDC Discovery 4.3", "the document of another issuer", Tenants: discovery("issuer", "https://evil.example/{tenantid}/v2.0") => InvalidClaim TokenValidation;
        "F02", "RFC 9700 2.6", "keys over http", Entra: discovery("jwks_uri", "http://keys.example/keys") => MalformedResponse TokenExchange;
        "F02", "RFC 9700 2.6", "keys over ftp", Entra: discovery("jwks_uri", "ftp://keys.example/keys") => MalformedResponse TokenExchange;
        "F02", "RFC 9700 2.6", "keys in a file", Entra: discovery("jwks_uri", "file:///etc/passwd") => MalformedResponse TokenExchange;
        "F02", "RFC 3986 7.6", "a user name before the host", Entra: discovery("jwks_uri", "https://localhost:80@evil.example/keys") => MalformedResponse TokenExchange;
        "F02", "RFC 9700 2.6", "keys over http", Oidc: discovery("jwks_uri", "http://keys.example/keys") => MalformedResponse Begin;
        "F02", "RFC 9700 2.6", "a token endpoint over http", Oidc: discovery("token_endpoint", "http://evil.example/token") => MalformedResponse Begin;
        "F02", "RFC 9700 2.6", "an authorization endpoint that is a script", Oidc: discovery("authorization_endpoint", "javascript:alert(1)") => MalformedResponse Begin;
        "F02", "RFC 3986 2", "a line break in the authorization endpoint", Oidc: discovery("authorization_endpoint", "https://op.example/auth\r\nset-cookie: session=attackers") => MalformedResponse Begin;
        "F02", "RFC 6749 3.1", "a fragment in the authorization endpoint", Oidc: discovery("authorization_endpoint", "https://op.example/auth#x") => MalformedResponse Begin;
        "F02", "RFC 3986 2", "a tab in the keys' address", Entra: discovery("jwks_uri", "https://login.example/\tkeys") => MalformedResponse TokenExchange;
        "F02", "SSRF", "keys on the private network", Entra: discovery("jwks_uri", "https://10.0.0.1/keys") => MalformedResponse TokenExchange;
        "F02", "SSRF", "keys on the private network", Oidc: discovery("jwks_uri", "https://10.0.0.1/keys") => MalformedResponse Begin;
        "F02", "SSRF", "keys of the cloud's metadata service", Entra: discovery("jwks_uri", "https://169.254.169.254/keys") => MalformedResponse TokenExchange;
        "F02", "SSRF", "keys of the cloud's metadata service", Oidc: discovery("jwks_uri", "https://169.254.169.254/keys") => MalformedResponse Begin;
        "F02", "SSRF", "the same as one number", Entra: discovery("jwks_uri", "https://2852039166/keys") => MalformedResponse TokenExchange;
        "F02", "SSRF", "the same as one number", Oidc: discovery("jwks_uri", "https://2852039166/keys") => MalformedResponse Begin;
        "F02", "SSRF", "keys on localhost by name", Oidc: discovery("jwks_uri", "https://localhost/keys") => MalformedResponse Begin;
        "F02", "SSRF", "the token endpoint on the private network", Oidc: discovery("token_endpoint", "https://192.168.0.1/token") => MalformedResponse Begin;
        "F03", "RFC 9700 4.11", "keys on another host than the spec expects", Entra: discovery("jwks_uri", "https://keys.example/keys") => MalformedResponse TokenExchange;
        "F03", "RFC 9700 4.11", "the token endpoint on another host", Tenants: discovery("token_endpoint", "https://evil.example/token") => accepted;
        "F05", "OIDC Core 10.1.1", "no keys at all", IdTokens: keys_reply(200, r#"{"keys":[]}"#) => MalformedResponse TokenValidation;
        "F05", "OIDC Core 10.1.1", "keys that are no list", IdTokens: keys_reply(200, r#"{"keys":{}}"#) => MalformedResponse TokenValidation;
        "F05", "OIDC Core 10.1.1", "half a key set", IdTokens: keys_reply(200, r#"{"keys":[{"kty":"RSA""#) => MalformedResponse TokenValidation;
        "F05", "OIDC Core 10.1.1", "a page in place of the keys", IdTokens: keys_reply(503, "<html></html>") => Unavailable TokenValidation;
        "F05", "OIDC Core 10.1.1", "no page in place of the keys", IdTokens: keys_reply(404, "") => HttpError TokenValidation;
        "F05", "OIDC Discovery 4.2", "half a document", Entra: discovery_reply(200, r#"{"issuer":"#) => MalformedResponse TokenExchange;
        "F05", "OIDC Discovery 4.2", "a member twice", Entra: discovery_reply(200, r#"{"issuer":"https://a.example","issuer":"https://b.example"}"#) => MalformedResponse TokenExchange;
        "F05", "OIDC Discovery 3", "a document without keys", Entra: no_discovery("jwks_uri") => MalformedResponse TokenExchange;
        "F05", "OIDC Discovery 3", "a document without keys", Oidc: no_discovery("jwks_uri") => MalformedResponse Begin;
        "A12", "RFC 7636 4.2", "a provider that says nothing of PKCE", Oidc: no_discovery("code_challenge_methods_supported") => accepted;
        "A12", "RFC 9700 2.1.1", "a provider that says it has plain only", Oidc: discovery("code_challenge_methods_supported", json!(["plain"])) => accepted;
        "C02", "RFC 8725 3.1", "metadata that list none and HS256", IdTokens: discovery("id_token_signing_alg_values_supported", json!(["none", "HS256"])) => accepted;
        "C10", "RFC 7517 4", "keys with no modulus", IdTokens: keys("n", "") => MalformedResponse TokenValidation;
    }
}
