//! B. The token endpoint's answers.

use serde_json::json;

use crate::attack::{Attack, attacks, content_type, no_token, token, token_reply};

const JSON: &str = "application/json";
const HTML: &str = "text/html";

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    attacks! {
        "B02", "RFC 6749 5.2", "an error with 200", All: token_reply(200, JSON, r#"{"error":"invalid_grant"}"#) => AuthorizationCodeRejected TokenExchange;
        "B02", "RFC 6749 5.2", "an error with 400", All: token_reply(400, JSON, r#"{"error":"invalid_grant"}"#) => AuthorizationCodeRejected TokenExchange;
        "B02", "RFC 6749 5.2", "an error that nobody knows", All: token_reply(400, JSON, r#"{"error":"strange"}"#) => HttpError TokenExchange;
        "B02", "RFC 9110 15.5", "HTML with 400", All: token_reply(400, HTML, "<html></html>") => HttpError TokenExchange;
        "B02", "RFC 9110 15.6", "HTML with 500", All: token_reply(500, HTML, "<html></html>") => Unavailable TokenExchange;
        "B02", "RFC 9110 15.6", "nothing with 502", All: token_reply(502, HTML, "") => Unavailable TokenExchange;
        "B02", "RFC 6749 5.1", "nothing with 200", All: token_reply(200, JSON, "") => MalformedResponse TokenExchange;
        "B02", "RFC 6749 5.1", "a list", All: token_reply(200, JSON, "[]") => MalformedResponse TokenExchange;
        "B02", "RFC 6749 5.1", "JSON that stops in the middle", All: token_reply(200, JSON, r#"{"access_token":"x"#) => MalformedResponse TokenExchange;
        "AADSTS50196", "Entra error codes", "a client in a loop", Tenants: token_reply(400, JSON, r#"{"error":"invalid_grant","error_description":"AADSTS50196: x","error_codes":[50196]}"#) => RateLimited TokenExchange;
        "AADSTS50197", "Entra error codes", "a code that means nothing here", Tenants: token_reply(400, JSON, r#"{"error":"invalid_grant","error_description":"AADSTS50197: x","error_codes":[50197]}"#) => AuthorizationCodeRejected TokenExchange;
        "AADSTS50173", "Entra error codes", "a grant that was revoked", Tenants: token_reply(400, JSON, r#"{"error":"invalid_grant","error_description":"AADSTS50173: x","error_codes":[50173]}"#) => TokenRevoked TokenExchange;
        "AADSTS50076", "Entra error codes", "a second factor is asked for", Entra: token_reply(400, JSON, r#"{"error":"interaction_required","error_description":"AADSTS50076: x","suberror":"basic_action","claims":"{}"}"#) => ReauthenticationRequired TokenExchange;
        "B02", "RFC 6749 5.2", "busy, with 400", All: token_reply(400, JSON, r#"{"error":"temporarily_unavailable"}"#) => Unavailable TokenExchange;
        "B02", "RFC 9110 15.5.30", "too many requests", All: token_reply(429, JSON, "{}") => RateLimited TokenExchange;
        "B03", "RFC 6749 5.1", "JSON as a page", GitHub: content_type(HTML), twin content_type("application/json; charset=UTF-8") => MalformedResponse TokenExchange;
        "B03", "RFC 6749 5.1", "JSON as a text", GitHub: content_type("text/plain"), twin content_type("application/vnd.github+json") => MalformedResponse TokenExchange;
        "B03", "OIDC Discovery 4.2", "a discovery document as a page", Oidc: content_type(HTML), twin content_type("Application/JSON") => MalformedResponse Begin;
        "B03", "OIDC Discovery 4.2", "a discovery document as a page", Entra: content_type(HTML), twin content_type("application/jwk-set+json") => MalformedResponse TokenExchange;
        "B04", "RFC 6749 5.1", "no access token", V2: no_token("access_token") => MalformedResponse TokenExchange;
        "B04", "RFC 6749 5.1", "an access token that is null", GitHub: token("access_token", json!(null)) => MalformedResponse TokenExchange;
        "B04", "RFC 6749 5.1", "an access token that is a number", All: token("access_token", 7) => MalformedResponse TokenExchange;
        "B04", "RFC 6749 5.1", "an empty access token", All: token("access_token", "") => MalformedResponse TokenExchange;
        "B04", "OIDC Core 3.1.3.3", "an ID token that is a number", IdTokens: token("id_token", 7) => MalformedResponse TokenExchange;
        "B04", "OIDC Core 3.1.3.3", "an ID token that is null", IdTokens: token("id_token", json!(null)) => MalformedResponse TokenExchange;
        "B04", "RFC 6749 5.1", "a refresh token that is an object", All: token("refresh_token", json!({})) => MalformedResponse TokenExchange;
        "B05", "RFC 6749 7.1", "token_type BEARER", All: token("token_type", "BEARER") => accepted;
        "B04", "OIDC Core 3.1.3.3", "an empty ID token", IdTokens: token("id_token", "") => MalformedResponse TokenExchange;
        "B05", "RFC 6749 7.1", "token_type null", All: token("token_type", json!(null)) => accepted;
        "B05", "RFC 6749 7.1", "token_type empty", All: token("token_type", "") => accepted;
        "B05", "RFC 6749 7.1", "no token_type", All: no_token("token_type") => accepted;
        "B05", "RFC 6749 7.1", "token_type mac", All: token("token_type", "mac"), twin token("token_type", "bearer") => MalformedResponse TokenExchange;
        "B05", "RFC 6749 7.1", "token_type with a space behind it", All: token("token_type", "Bearer ") => accepted;
        "B05", "RFC 6749 7.1", "token_type JWT", All: token("token_type", "JWT"), twin token("token_type", "Bearer") => MalformedResponse TokenExchange;
        "B05", "RFC 6749 7.1", "token_type a list", All: token("token_type", json!(["Bearer"])) => MalformedResponse TokenExchange;
        "B06", "RFC 6749 5.1", "no expires_in", All: no_token("expires_in") => accepted;
        "B06", "RFC 6749 5.1", "expires_in as a text", All: token("expires_in", "3600") => accepted;
        "B06", "RFC 6749 5.1", "expires_in negative", All: token("expires_in", -1) => accepted;
        "B06", "RFC 6749 5.1", "expires_in 1e30", All: token("expires_in", 1e30) => accepted;
        "B06", "RFC 6749 5.1", "expires_in a word", All: token("expires_in", "NaN") => accepted;
        "B06", "RFC 6749 5.1", "expires_in over ten years", All: token("expires_in", 10 * 366 * 24 * 3600 + 1) => accepted;
        "B06", "Entra v1.0", "expires_on that is a word", Tenants: token("expires_on", "tomorrow") => accepted;
        "B06", "B2C", "not_before negative", Entra: token("not_before", -1) => accepted;
        "B07", "RFC 6749 5.1", "no scope", All: no_token("scope") => accepted;
        "B07", "RFC 6749 5.1", "a scope that is a list", All: token("scope", json!(["openid"])) => accepted;
        "B09", "RFC 6750 2.1", "a line feed in the access token", All: token("access_token", "a\nb") => MalformedResponse TokenExchange;
        "B09", "RFC 6750 2.1", "a NUL in the access token", All: token("access_token", "a\0b") => MalformedResponse TokenExchange;
        "B09", "RFC 6750 2.1", "a letter beyond ASCII in the access token", All: token("access_token", "a\u{e9}") => MalformedResponse TokenExchange;
        "B09", "RFC 6750 2.1", "a line feed in the refresh token", All: token("refresh_token", "a\r\nb") => MalformedResponse TokenExchange;
    }
}
