//! D. The ID token's claims (OpenID Connect Core 1.0 section 3.1.3.7), and Entra's own rules.

use authspec_authority::{
    B2C_POLICY, CONSUMER_TENANT_ID, DEFAULT_CLIENT_ID, IdTokenFault, KeyName, TENANT_ID,
};
use authspec_tests::NOW;
use serde_json::json;

use crate::attack::Change::Settings;
use crate::attack::{Attack, attacks, claim, id_token, keys, no_claim, no_token};

const OTHER_TENANT: &str = "aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734";
const DAY: u64 = 24 * 3600;

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    attacks! {
        "D01", "OIDC Core 3.1.3.7 (2)", "another issuer", IdTokens: claim("iss", "https://evil.example/") => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "the issuer with 1 behind", IdTokens: claim("iss", "{{good}}1"), twin claim("iss", "{{good}}") => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "the issuer with a slash behind", IdTokens: claim("iss", "{{good}}/"), twin claim("iss", "{{good}}") => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "the issuer in a list", IdTokens: claim("iss", json!(["{{good}}"])), twin claim("iss", "{{good}}") => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "another issuer in a list", IdTokens: claim("iss", json!(["https://evil.example/"])) => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "an issuer that is a number", IdTokens: claim("iss", 7) => InvalidClaim TokenValidation;
        "D01", "OIDC Core 3.1.3.7 (2)", "no issuer", IdTokens: no_claim("iss") => MissingClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (3)", "another audience", IdTokens: claim("aud", "another") => InvalidClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (3)", "no audience", IdTokens: no_claim("aud") => MissingClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (3)", "no audience in the list", IdTokens: claim("aud", json!([])) => InvalidClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (3)", "an audience that is a number", IdTokens: claim("aud", 7) => InvalidClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (3)", "the audience in capitals", IdTokens: claim("aud", DEFAULT_CLIENT_ID.to_uppercase()) => InvalidClaim TokenValidation;
        "D02", "OIDC Core 3.1.3.7 (5)", "another audience, and this client as its party", IdTokens: id_token(IdTokenFault::Claims(vec![("aud".into(), Some(json!("another"))), ("azp".into(), Some(json!(DEFAULT_CLIENT_ID)))])), twin claim("azp", DEFAULT_CLIENT_ID) => InvalidClaim TokenValidation;
        "D03", "OIDC Core 3.1.3.7 (5)", "one more audience, and this client as its party", IdTokens: id_token(IdTokenFault::Claims(vec![("aud".into(), Some(json!([DEFAULT_CLIENT_ID, "another"]))), ("azp".into(), Some(json!(DEFAULT_CLIENT_ID)))])), twin id_token(IdTokenFault::Claims(vec![("aud".into(), Some(json!([DEFAULT_CLIENT_ID]))), ("azp".into(), Some(json!(DEFAULT_CLIENT_ID)))])) => InvalidClaim TokenValidation;
        "D03", "OIDC Core 3.1.3.7 (3)", "this client behind another audience", IdTokens: claim("aud", json!(["another", DEFAULT_CLIENT_ID])), twin claim("aud", json!([DEFAULT_CLIENT_ID])) => InvalidClaim TokenValidation;
        "D03", "OIDC Core 3.1.3.7 (3)", "one more audience", IdTokens: claim("aud", json!([DEFAULT_CLIENT_ID, "another"])), twin claim("aud", json!([DEFAULT_CLIENT_ID])) => InvalidClaim TokenValidation;
        "D04", "OIDC Core 2", "the audience in a list of one", IdTokens: claim("aud", json!([DEFAULT_CLIENT_ID])) => accepted;
        "D05", "OIDC Core 3.1.3.7 (5)", "another party", IdTokens: claim("azp", "another"), twin claim("azp", DEFAULT_CLIENT_ID) => InvalidClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "a token that expired a minute ago", IdTokens: claim("exp", NOW - 60), twin claim("exp", NOW - 59) => ResponseExpired TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "no expiry", IdTokens: no_claim("exp") => MissingClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "an expiry that is a word", IdTokens: claim("exp", "soon") => InvalidClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "an expiry that is null", IdTokens: claim("exp", json!(null)) => InvalidClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "an expiry of 1e30", IdTokens: claim("exp", 1e30) => InvalidClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "a negative expiry", IdTokens: claim("exp", -1) => InvalidClaim TokenValidation;
        "D06", "OIDC Core 3.1.3.7 (9)", "the last second of the year 9999", IdTokens: claim("exp", 253_402_300_799_u64) => accepted;
        "D06", "OIDC Core 3.1.3.7 (9)", "the second after it", IdTokens: claim("exp", 253_402_300_800_u64) => InvalidClaim TokenValidation;
        "D07", "OIDC Core 3.1.3.7 (10)", "no time of issue", IdTokens: no_claim("iat") => MissingClaim TokenValidation;
        "D07", "OIDC Core 3.1.3.7 (10)", "issued in the future", IdTokens: claim("iat", NOW + 61), twin claim("iat", NOW + 60) => ResponseNotYetValid TokenValidation;
        "D07", "OIDC Core 3.1.3.7 (10)", "issued a day ago", IdTokens: claim("iat", NOW - DAY), twin claim("iat", NOW - DAY + 1) => ResponseExpired TokenValidation;
        "D07", "OIDC Core 3.1.3.7 (10)", "a time of issue that is a word", IdTokens: claim("iat", "now") => InvalidClaim TokenValidation;
        "D08", "RFC 7519 4.1.5", "not valid yet", IdTokens: claim("nbf", NOW + 61), twin claim("nbf", NOW + 60) => ResponseNotYetValid TokenValidation;
        "D08", "RFC 7519 4.1.5", "a beginning that is a word", IdTokens: claim("nbf", "now"), twin no_claim("nbf") => InvalidClaim TokenValidation;
        "D09", "OIDC Core 3.1.3.7 (11)", "another nonce", IdTokens: claim("nonce", "another") => NonceMismatch TokenValidation;
        "D09", "OIDC Core 3.1.3.7 (11)", "the nonce with 1 behind", IdTokens: claim("nonce", "{{good}}1"), twin claim("nonce", "{{good}}") => NonceMismatch TokenValidation;
        "D09", "OIDC Core 3.1.3.7 (11)", "no nonce", IdTokens: no_claim("nonce") => NonceMismatch TokenValidation;
        "D09", "OIDC Core 3.1.3.7 (11)", "a nonce that is a list", IdTokens: claim("nonce", json!(["x"])) => NonceMismatch TokenValidation;
        "D10", "OIDC Core 2", "no subject", IdTokens: no_claim("sub") => MissingClaim TokenValidation;
        "D10", "OIDC Core 2", "an empty subject", IdTokens: claim("sub", "") => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a NUL behind a subject", IdTokens: claim("sub", "{{good}}\0") => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a line break behind a subject", IdTokens: claim("sub", "{{good}}\n") => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a space behind a subject", IdTokens: claim("sub", "{{good}} ") => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a letter beyond ASCII in a subject", IdTokens: claim("sub", "{{good}}\u{ed}") => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a subject that is a number", IdTokens: claim("sub", 7) => InvalidClaim TokenValidation;
        "D10", "OIDC Core 2", "a subject of 256 characters", Entra: claim("sub", "x".repeat(256)), twin claim("sub", "x".repeat(255)) => InvalidClaim TokenValidation;
        "D11", "OIDC Core 3.1.3.8", "at_hash of another access token", V2: claim("at_hash", "77QmUPtjPfzWtF2AnpK9RQ") => InvalidClaim TokenValidation;
        "D11", "OIDC Core 3.1.3.8", "at_hash with A behind", Oidc: claim("at_hash", "{{good}}A"), twin claim("at_hash", "{{good}}") => InvalidClaim TokenValidation;
        "D11", "OIDC Core 3.1.3.8", "at_hash that is a number", Oidc: claim("at_hash", 7) => InvalidClaim TokenValidation;
        "D11", "OIDC Core 3.1.3.8", "no at_hash", Oidc: no_claim("at_hash") => accepted;
        "D12", "OIDC Core 3.1.3.7 (13)", "no acr although one was asked for", Oidc: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"acr_values":"urn:mfa"}"#)]) => MissingClaim TokenValidation;
        "D13", "Entra discovery", "no tenant", Tenants: no_claim("tid") => MissingClaim TokenValidation;
        "D13", "Entra discovery", "a tenant that leads elsewhere", Tenants: claim("tid", "../evil") => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "a tenant in capitals", Tenants: claim("tid", TENANT_ID.to_uppercase()), twin claim("tid", TENANT_ID) => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "a tenant between braces", Tenants: claim("tid", format!("{{{TENANT_ID}}}")), twin claim("tid", TENANT_ID) => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "a tenant that is a number", Tenants: claim("tid", 7) => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "a tenant in braces", Tenants: claim("tid", "{tenantid}") => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "another tenant than the issuer's", Tenants: claim("tid", OTHER_TENANT) => InvalidClaim TokenValidation;
        "D13", "Entra discovery", "the consumer tenant", OneTenant: claim("tid", CONSUMER_TENANT_ID) => InvalidClaim TokenValidation;
        "D15", "Entra keys (Storm-0558)", "a key of the consumer tenant", V2: id_token(IdTokenFault::SignWith(KeyName::V2Consumer)), twin id_token(IdTokenFault::SignWith(KeyName::V2Org)) => InvalidClaim TokenValidation;
        "D15", "Entra keys (Storm-0558)", "keys of another issuer", Entra: keys("issuer", "https://evil.example/{tenantid}/v2.0") => InvalidClaim TokenValidation;
        "D16", "Entra keys", "keys of another cloud", V2: keys("cloud_instance_name", "microsoftonline.us"), twin keys("cloud_instance_name", "microsoftonline.com") => InvalidSignature TokenValidation;
        "D17", "Entra access-token versions", "the issuer of v2.0 at v1.0", V1: claim("iss", "{{good}}v2.0"), twin claim("iss", "{{good}}") => InvalidClaim TokenValidation;
        "D17", "Entra access-token versions", "the issuer of a version that nobody has", Tenants: claim("iss", "https://sts.windows.net/3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734/v3.0") => InvalidClaim TokenValidation;
        "D18", "OIDC Core 3.1.3.3", "no ID token beside the access token", IdTokens: no_token("id_token") => MalformedResponse TokenExchange;
        "D19", "nOAuth", "an allow-list, and an address of any tenant", Tenants: Settings(&[("TENANT_ID", "common"), ("WHITELISTED_DOMAINS", "contoso.example")]), twin Settings(&[("TENANT_ID", "common"), ("WHITELISTED_DOMAINS", "contoso.example"), ("ALLOWED_TENANTS", TENANT_ID)]) => AuthenticationDisallowed UserInfo;
        "D19", "nOAuth", "an allow-list, and an address that B2C took over", B2c: Settings(&[("WHITELISTED_DOMAINS", "shop.example")]), twin Settings(&[("WHITELISTED_DOMAINS", "shop.example"), ("EMAILS_ARE_VERIFIED", "true")]) => AuthenticationDisallowed UserInfo;
        "D22", "B2C token reference", "another policy", B2c: claim("tfp", "B2C_1_passwordreset") => InvalidClaim TokenValidation;
        "D22", "B2C token reference", "no policy", B2c: no_claim("tfp"), twin claim("tfp", "{{good}}") => MissingClaim TokenValidation;
        "D22", "B2C token reference", "the policy in capitals", B2c: claim("tfp", B2C_POLICY.to_uppercase()) => accepted;
        "D22", "B2C token reference", "a subject that everybody has", B2c: claim("sub", "Not supported currently. Use oid claim.") => InvalidClaim TokenValidation;
        "D22", "B2C token reference", "a subject that everybody has, shorter", B2c: claim("sub", "Not supported currently") => InvalidClaim TokenValidation;
    }
}
