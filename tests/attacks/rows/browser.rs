//! A. Browser-facing: the start, and what the browser brings back.

use authspec_authority::AuthorizeError;

use crate::attack::{Attack, Change, attacks, no_redirect, redirect};

/// The callback without one of its parameters.
pub fn without(callback: &str, name: &str) -> String {
    let (place, query) = callback.split_once('?').unwrap();
    let kept: Vec<&str> =
        query.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
    format!("{place}?{}", kept.join("&"))
}

/// The callback with another value of one of its parameters.
pub fn with(callback: &str, name: &str, value: &str) -> String {
    format!("{}&{name}={value}", without(callback, name))
}

/// The value of one of its parameters.
fn value<'a>(callback: &'a str, name: &str) -> &'a str {
    let (_, query) = callback.split_once('?').unwrap();
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap()
}

/// The same text with another first character.
fn flipped(text: &str) -> String {
    let first = if text.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{}", &text[1..])
}

fn twice(callback: &str, name: &str) -> String {
    format!("{callback}&{name}={}", value(callback, name))
}

/// With 65 more parameters.
fn crowded(callback: &str) -> String {
    (0..65).fold(callback.to_owned(), |callback, number| format!("{callback}&p{number}=x"))
}

/// Only these parameters.
fn only(callback: &str, query: &str) -> String {
    format!("{}?{query}", callback.split('?').next().unwrap())
}

#[rustfmt::skip]
pub fn rows() -> Vec<Attack> {
    use Change::{Callback, Decline, Settings};
    attacks! {
        "A01", "RFC 6749 10.12", "no state", All: Callback(|c| without(c, "state")) => MissingParameter Callback;
        "A01", "RFC 6749 10.12", "an empty state", All: Callback(|c| with(c, "state", "")) => StateMismatch Callback;
        "A02", "RFC 6749 10.12", "a state with another first character", All: Callback(|c| with(c, "state", &flipped(value(c, "state")))) => StateMismatch Callback;
        "A02", "RFC 6749 10.12", "a state that goes on behind its end", All: Callback(|c| with(c, "state", &format!("{}A", value(c, "state")))) => StateMismatch Callback;
        "A02", "RFC 6749 10.12", "a state of 60 KiB", All: Callback(|c| with(c, "state", &"x".repeat(60_000))) => StateMismatch Callback;
        "A02", "RFC 6749 10.12", "a state of 1 MiB", All: Callback(|c| with(c, "state", &"x".repeat(1 << 20))) => InvalidParameter Callback;
        "A07", "RFC 9700 4.7", "an error without state", All: Callback(|c| only(c, "error=access_denied&error_description=<script>")) => MissingParameter Callback;
        "A07", "RFC 9700 4.7", "an error with a forged state", All: Callback(|c| only(c, "error=access_denied&state=forged")) => StateMismatch Callback;
        "A07", "RFC 6749 4.1.2.1", "an error with its own state", All: Callback(|c| only(c, &format!("error=access_denied&error_description=<script>&state={}", value(c, "state")))) => AuthorizationDeclined Callback;
        "A08", "RFC 6749 3.1", "code twice", All: Callback(|c| twice(c, "code")) => InvalidParameter Callback;
        "A08", "RFC 6749 3.1", "state twice", All: Callback(|c| twice(c, "state")) => InvalidParameter Callback;
        "A08", "RFC 6749 3.1", "iss twice", All: Callback(|c| format!("{c}&iss=a&iss=b")) => InvalidParameter Callback;
        "A08", "RFC 6749 3.1", "a name twice in two encodings", All: Callback(|c| format!("{c}&c%6fde=x")) => InvalidParameter Callback;
        "A08", "RFC 6749 4.1.2", "error and code together", All: Callback(|c| format!("{c}&error=access_denied")) => InvalidParameter Callback;
        "A08", "RFC 6749 4.1.2", "65 more parameters", All: Callback(crowded) => InvalidParameter Callback;
        "A09", "RFC 9207 2.4", "another iss", Oidc: redirect("iss", "https://evil.example") => IssuerMismatch Callback;
        "A09", "RFC 9207 2.4", "iss with a slash behind", Oidc: Callback(|c| with(c, "iss", &format!("{}%2F", value(c, "iss")))) => IssuerMismatch Callback;
        "A09", "RFC 9207 2.4", "no iss although the metadata promise it", Oidc: no_redirect("iss") => IssuerMismatch Callback;
        "A09", "RFC 9207 2.4", "another iss although nothing promises one", Entra: redirect("iss", "https://evil.example") => IssuerMismatch Callback;
        "A10", "RFC 9700 4.4", "at another backend's redirect URI", All: Callback(|c| c.replace("/complete/", "/complete/other-")) => StateMismatch Callback;
        "A14", "RFC 9700 4.2", "client_id in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"client_id":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9700 4.2", "redirect_uri in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"redirect_uri":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9700 4.2", "response_type in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"response_type":"token"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9700 4.2", "scope in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"scope":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9700 4.2", "state in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"state":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9700 4.2", "nonce in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"nonce":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 7636 4.2", "code_challenge in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"code_challenge":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9101 5", "request in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"request":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 9101 5", "request_uri in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"request_uri":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 6749 2.3.1", "client_secret in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"client_secret":"x"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "RFC 7636 4.3", "code_challenge_method in AUTH_EXTRA_ARGUMENTS", All: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"code_challenge_method":"plain"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "A14", "B2C policies", "p in AUTH_EXTRA_ARGUMENTS", B2c: Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"p":"B2C_1_passwordreset"}"#)]), twin Settings(&[("AUTH_EXTRA_ARGUMENTS", r#"{"ui_locales":"x"}"#)]) => InvalidSetting Begin;
        "T2-19", "an offline provider signs anybody in", "OFFLINE_PROVIDER beside an https redirect URI", All: Settings(&[("OFFLINE_PROVIDER", "http://127.0.0.1:1")]) => InvalidSetting Begin;
        "A18", "OAuth form_post 2", "a body of 65 KiB", All: Callback(|c| format!("{c}&more={}", "x".repeat(65 * 1024))), twin Callback(|c| format!("{c}&more={}", "x".repeat(32 * 1024))) => InvalidParameter Callback;
        "A23", "RFC 9700 2.1.2", "tokens in the callback", All: Callback(|c| format!("{c}&id_token=x&access_token=y")) => accepted;
        "A24", "RFC 6749 A.11", "an empty code", All: Callback(|c| with(c, "code", "")) => InvalidParameter Callback;
        "A24", "RFC 6749 A.11", "no code", All: Callback(|c| without(c, "code")) => MissingParameter Callback;
        "A24", "RFC 6749 A.11", "a code of 17 KiB", All: Callback(|c| with(c, "code", &"x".repeat(17 * 1024))) => InvalidParameter Callback;
        "A24", "RFC 6749 A.11", "a code of 16 KiB that the provider never gave", All: Callback(|c| with(c, "code", &"x".repeat(16 * 1024))) => AuthorizationCodeRejected TokenExchange;
        "A24", "RFC 6749 A.11", "a code that is not UTF-8", All: Callback(|c| with(c, "code", "a%ff")) => InvalidParameter Callback;
        "A24", "RFC 6749 A.11", "a code with a line feed", All: Callback(|c| with(c, "code", "a%0ab")) => InvalidParameter Callback;
        "AADB2C90118", "B2C error codes", "the user forgot the password", B2c: Decline(AuthorizeError::b2c_forgot_password()) => PasswordResetRequested Callback;
        "AADB2C90091", "B2C error codes", "the user cancelled", B2c: Decline(AuthorizeError::b2c_cancelled()) => AuthorizationDeclined Callback;
        "AADB2C90091", "B2C error codes", "the user cancelled, under another error", B2c: Decline(AuthorizeError::new("server_error").with_description("AADB2C90091: The user has cancelled.")) => AuthorizationDeclined Callback;
        "AADB2C90118", "B2C error codes", "B2C's word at another backend", Tenants: Decline(AuthorizeError::b2c_forgot_password()) => PasswordResetRequested Callback;
        "admin consent", "Entra admin consent", "a consent in place of a code", Tenants: Callback(|c| only(c, &format!("admin_consent=True&tenant=aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734&state={}", value(c, "state")))) => MissingParameter Callback;
        "admin consent", "Entra admin consent", "a tenant beside the code says nothing", Tenants: Callback(|c| format!("{c}&admin_consent=True&tenant=aaaaaaaa-8a4b-4c59-9d07-5be2a1f0c734")) => accepted;
        "AADSTS65004", "Entra error codes", "the user declined to consent", Tenants: Decline(AuthorizeError::consent_declined()) => AuthorizationDeclined Callback;
        "login_required", "OIDC Core 3.1.2.6", "nobody is signed in", IdTokens: Decline(AuthorizeError::login_required()) => ReauthenticationRequired Callback;
        "temporarily_unavailable", "RFC 6749 4.1.2.1", "the provider is busy", All: Decline(AuthorizeError::new("temporarily_unavailable")) => Unavailable Callback;
    }
}
