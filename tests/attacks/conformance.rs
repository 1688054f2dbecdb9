//! The OpenID Foundation's tests for relying parties that concern the code flow, under their ids:
//! Basic, Config and Form Post, and the refresh plan. The rest stands in tests of its own.

use authspec_authority::{BadSignature, DEFAULT_CLIENT_ID};
use serde_json::json;

use crate::attack::Change::{Callback, Nothing};
use crate::attack::{
    Attack, Mode, attacks, claim, discovery, header, no_claim, no_header, no_redirect, no_token,
    redirect, signature, signed_user_info, token, unsigned, user_info,
};
use crate::rows::browser::{with, without};

/// The plan of Form Post is that of Basic, answered in a form.
pub fn form_post_rows() -> Vec<Attack> {
    let basic = rows().into_iter().take_while(|row| row.id != END_OF_BASIC);
    basic.map(|row| Attack { mode: Mode::FormPost, ..row }).collect()
}

/// The first row of the other plans.
const END_OF_BASIC: &str = "oidcc-client-test-missing-aud";

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    attacks! {
        "oidcc-client-test", "Basic: rp-response_type-code", "everything right", IdTokens: Nothing => accepted;
        "oidcc-client-test-invalid-iss", "rp-id_token-issuer-mismatch", "another issuer", IdTokens: claim("iss", "{{good}}1") => InvalidClaim TokenValidation;
        "oidcc-client-test-missing-sub", "rp-id_token-sub", "no sub", IdTokens: no_claim("sub") => MissingClaim TokenValidation;
        "oidcc-client-test-invalid-aud", "rp-id_token-aud", "aud with 1 behind", IdTokens: claim("aud", format!("{DEFAULT_CLIENT_ID}1")) => InvalidClaim TokenValidation;
        "oidcc-client-test-missing-iat", "rp-id_token-iat", "no iat", IdTokens: no_claim("iat") => MissingClaim TokenValidation;
        "oidcc-client-test-kid-absent-single-jwks", "rp-id_token-kid-absent-single-jwks", "no kid, one key", Oidc: no_header("kid") => accepted;
        "oidcc-client-test-kid-absent-multiple-jwks", "rp-id_token-kid-absent-multiple-jwks", "no kid, several keys", V2: no_header("kid") => InvalidSignature TokenValidation;
        "oidcc-client-test-idtoken-sig-rs256", "rp-id_token-sig-rs256", "RS256", IdTokens: Nothing => accepted;
        "oidcc-client-test-idtoken-sig-none", "rp-id_token-sig-none", "alg none", IdTokens: unsigned("none", false) => UnsignedIdToken TokenValidation;
        "oidcc-client-test-invalid-sig-rs256", "rp-id_token-bad-sig-rs256", "each byte of the signature xor 0x5A", IdTokens: signature(BadSignature::EveryByte) => InvalidSignature TokenValidation;
        "rp-id_token-bad-sig-rs256", "the older suite", "the characters of the signature sorted", IdTokens: signature(BadSignature::Sorted) => MalformedResponse TokenValidation;
        "oidcc-client-test-userinfo-invalid-sub", "rp-userinfo-bad-sub-claim", "user information of foobar", Oidc: user_info("sub", "foobar") => UserMismatch UserInfo;
        "oidcc-client-test-userinfo-signed", "rp-userinfo-sig", "user information as a signed JWT", Oidc: signed_user_info(None) => accepted;
        "oidcc-client-test-nonce-invalid", "rp-nonce-invalid", "another nonce", IdTokens: claim("nonce", "{{good}}1") => NonceMismatch TokenValidation;
        "oidcc-client-test-missing-aud", "fapi2 invalid-missing-aud", "no aud", IdTokens: no_claim("aud") => MissingClaim TokenValidation;
        "oidcc-client-test-discovery-openid-config", "Config: rp-discovery-openid-configuration", "everything right", Oidc: Nothing => accepted;
        "oidcc-client-test-discovery-jwks-uri-keys", "rp-discovery-jwks_uri-keys", "everything right", Oidc: Nothing => accepted;
        "oidcc-client-test-discovery-issuer-mismatch", "rp-discovery-issuer-not-matching-config", "issuer with INVALID behind", Oidc: discovery("issuer", "{{good}}INVALID") => MalformedResponse Begin;
        "fapi2-…-invalid-secondary-aud", "OIDC Core 3.1.3.7 (3)", "one more audience", IdTokens: claim("aud", json!([DEFAULT_CLIENT_ID, "https://other.example"])) => InvalidClaim TokenValidation;
        "fapi2-…-valid-aud-as-array", "RFC 7519 4.1.3", "the audience in a list", IdTokens: claim("aud", json!([DEFAULT_CLIENT_ID])) => accepted;
        "fapi2-…-invalid-expired-exp", "OIDC Core 3.1.3.7 (9)", "expired five minutes ago", IdTokens: claim("exp", authspec_tests::NOW - 301) => ResponseExpired TokenValidation;
        "fapi1-…-iat-is-week-in-past", "OIDC Core 3.1.3.7 (10)", "issued a week ago", IdTokens: claim("iat", authspec_tests::NOW - 7 * 24 * 3600) => ResponseExpired TokenValidation;
        "oidcc-client-test-missing-athash", "fapi2 missing-athash", "no at_hash", IdTokens: no_claim("at_hash") => accepted;
        "oidcc-client-test-invalid-sig-hs256", "rp-id_token-bad-sig-hs256", "HS256 and a signature that is none", IdTokens: header("alg", "HS256") => InvalidSignature TokenValidation;
        "fapi2-…-invalid-missing-iss", "OIDC Core 3.1.3.7 (2)", "no iss", IdTokens: no_claim("iss") => MissingClaim TokenValidation;
        "fapi2-…-invalid-missing-aud", "OIDC Core 3.1.3.7 (3)", "no aud", IdTokens: no_claim("aud") => MissingClaim TokenValidation;
        "fapi2-…-invalid-missing-exp", "OIDC Core 3.1.3.7 (9)", "no exp", IdTokens: no_claim("exp") => MissingClaim TokenValidation;
        "fapi2-…-invalid-missing-nonce", "OIDC Core 3.1.3.7 (11)", "no nonce", IdTokens: no_claim("nonce") => NonceMismatch TokenValidation;
        "fapi2-…-invalid-null-alg", "RFC 8725 3.1", "alg none", IdTokens: unsigned("none", false) => UnsignedIdToken TokenValidation;
        "fapi2-…-invalid-alternate-alg", "RFC 8725 3.1", "alg RS512 where the spec has RS256", Entra: header("alg", "RS512") => InvalidSignature TokenValidation;
        "fapi2-…-invalid-authorization-response-iss", "RFC 9207 2.4", "another iss in the callback", Oidc: redirect("iss", "https://evil.example") => IssuerMismatch Callback;
        "fapi2-…-remove-authorization-response-iss", "RFC 9207 2.4", "no iss although it was promised", Oidc: no_redirect("iss") => IssuerMismatch Callback;
        "fapi2-…-ensure-authorization-response-with-invalid-state-fails", "RFC 6749 10.12", "another state", All: Callback(|c| with(c, "state", "another")) => StateMismatch Callback;
        "fapi2-…-ensure-authorization-response-with-invalid-missing-state-fails", "RFC 6749 10.12", "no state", All: Callback(|c| without(c, "state")) => MissingParameter Callback;
        "fapi2-…-discovery-issuer-mismatch", "OIDC Discovery 4.3", "issuer with INVALID behind", Oidc: discovery("issuer", "{{good}}INVALID") => MalformedResponse Begin;
        "fapi2-…-token-type-case-insensitivity", "RFC 6749 7.1", "token_type bEARER", All: token("token_type", "bEARER") => accepted;
        "fapi2-…-token-endpoint-response-without-expires_in", "RFC 6749 5.1", "no expires_in", All: no_token("expires_in") => accepted;
        "fapi1-…-no-scope-in-token-endpoint-response", "RFC 6749 5.1", "no scope", All: no_token("scope") => accepted;
    }
}
