//! The token request and its reply (RFC 6749 sections 4.1.3, 5.1 and 6).

use serde_json::Value;
use zeroize::Zeroizing;

use super::Context;
use super::errors::unreadable;
use crate::descriptor::{Template, TokenRequest};
use crate::error::{Error, Result, Stage};
use crate::identity::Tokens;
use crate::json::Object;
use crate::secret::Secret;

/// The longest lifetime that is believed, in seconds: ten years.
const MAX_LIFETIME: u64 = 10 * 366 * 24 * 3600;

/// The longest token that is kept, in bytes.
const MAX_TOKEN: usize = 256 * 1024;

/// A form body that is wiped when dropped.
#[derive(Clone)]
pub(crate) struct Form(Zeroizing<String>);

/// Room for a token request: a form that grows would leave copies that nobody wipes.
const FORM_BYTES: usize = 4096;

impl Form {
    fn new(grant_type: &str) -> Self {
        let mut form = Self(Zeroizing::new(String::with_capacity(FORM_BYTES)));
        form.push("grant_type", grant_type);
        form
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(url::form_urlencoded::byte_serialize(name.as_bytes()));
        self.0.push('=');
        self.0.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
    }

    pub(crate) fn into_body(self) -> Zeroizing<String> {
        self.0
    }
}

/// The form of a code exchange, without the client's credential.
pub(super) fn code_form(
    context: &Context,
    code: &Secret,
    redirect_uri: &str,
    verifier: &str,
) -> Form {
    let mut form = Form::new("authorization_code");
    form.push("code", code.expose());
    form.push("redirect_uri", redirect_uri);
    form.push("code_verifier", verifier);
    push_params(context, &context.descriptor.token, &mut form);
    form
}

/// The form of a refresh, without the client's credential.
pub(super) fn refresh_form(context: &Context, request: &TokenRequest, token: &Secret) -> Form {
    let mut form = Form::new("refresh_token");
    form.push("refresh_token", token.expose());
    push_params(context, request, &mut form);
    form
}

fn push_params(context: &Context, request: &TokenRequest, form: &mut Form) {
    for (name, template) in request.params {
        if let Some(value) = context.settings.render(Template(template)) {
            form.push(name, &value);
        }
    }
}

/// Reads a token response; numbers may arrive as strings, as Entra's v1.0 endpoint sends them.
pub(super) fn read(
    context: &Context,
    request: &TokenRequest,
    response: &Object,
    stage: Stage,
) -> Result<Tokens> {
    let token = |name: &str| match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if is_token(text) => Ok(Some(Secret::new(text))),
        Some(_) => Err(wrong(stage, name, "is no token")),
    };
    let seconds = |name: &str| {
        lifetime(response.get(name))
            .ok_or_else(|| wrong(stage, name, "is no number of seconds between 0 and ten years"))
    };
    let tokens = Tokens {
        access_token: token("access_token")?,
        refresh_token: token("refresh_token")?,
        id_token: token("id_token")?,
        token_type: token_type(response, stage)?,
        expires_in: seconds("expires_in")?,
        scope: scope(context, response, stage)?,
    };
    for name in ["refresh_token_expires_in", "ext_expires_in", "id_token_expires_in"] {
        seconds(name)?;
    }
    for name in ["expires_on", "not_before"] {
        let time = response.get(name).filter(|time| !time.is_null());
        if time.is_some_and(|time| number(time).is_none()) {
            return Err(wrong(stage, name, "is no time in seconds"));
        }
    }
    if tokens.access_token.is_none() && !request.access_token_optional {
        return Err(wrong(stage, "access_token", "is missing"));
    }
    Ok(tokens)
}

/// Visible ASCII only: what goes into a header later must not break it.
fn is_token(text: &str) -> bool {
    // Without a short way out the compiler checks many bytes at once.
    let visible = text.bytes().fold(true, |all, byte| all & byte.is_ascii_graphic());
    visible && !text.is_empty() && text.len() <= MAX_TOKEN
}

/// Bearer in any case; absent counts as Bearer (RFC 6749 section 7.1).
fn token_type(response: &Object, stage: Stage) -> Result<String> {
    match response.get("token_type") {
        None | Some(Value::Null) => Ok("Bearer".to_owned()),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("bearer") => Ok(text.clone()),
        Some(_) => Err(wrong(stage, "token_type", "is not Bearer")),
    }
}

/// What was granted; absent means what was asked for (RFC 6749 section 5.1).
fn scope(context: &Context, response: &Object, stage: Stage) -> Result<Option<String>> {
    match response.get("scope") {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        None | Some(Value::Null) => {
            Ok(Some(context.scopes.clone()).filter(|scopes| !scopes.is_empty()))
        }
        Some(_) => Err(wrong(stage, "scope", "is not text")),
    }
}

/// Absent is fine (`Some(None)`); what is no lifetime is `None`.
#[expect(clippy::option_option, reason = "absent and wrong are different answers")]
fn lifetime(value: Option<&Value>) -> Option<Option<u64>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(value) => number(value).filter(|seconds| *seconds <= MAX_LIFETIME).map(Some),
    }
}

/// A whole number that is not negative, or its decimal string.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

/// `3600.0` is a whole number too, as far as a double holds one.
fn whole(number: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
}

fn wrong(stage: Stage, name: &str, what: &str) -> Error {
    unreadable(stage, &format!("`{name}` {what}")).with_parameter(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lifetimes_are_numbers_or_their_strings() {
        for (value, expected) in [
            (json!(3600), Some(Some(3600))),
            (json!("3600"), Some(Some(3600))),
            (json!(null), Some(None)),
            (json!(0), Some(Some(0))),
            (json!(MAX_LIFETIME), Some(Some(MAX_LIFETIME))),
            (json!(MAX_LIFETIME + 1), None),
            (json!(-1), None),
            (json!(1e30), None),
            (json!(3600.0), Some(Some(3600))),
            (json!(1.5), None),
            (json!("soon"), None),
            (json!("+3600"), None),
            (json!(""), None),
            (json!([]), None),
        ] {
            assert_eq!(lifetime(Some(&value)), expected, "{value}");
        }
        assert_eq!(lifetime(None), Some(None));
        assert_eq!(MAX_LIFETIME, 316_224_000, "ten years of 366 days");
    }

    #[test]
    fn times_are_whole_numbers_that_a_double_holds() {
        assert_eq!(number(&json!(9_007_199_254_740_992.0)), Some(9_007_199_254_740_992));
        assert_eq!(number(&json!(9_007_199_254_740_994.0)), None);
        assert_eq!(number(&json!(u64::MAX)), Some(u64::MAX));
    }

    #[test]
    fn tokens_are_visible_ascii() {
        assert!(is_token("a.b-c_d~e"));
        for bad in ["", "a\nb", "a b", "a\u{e9}", "a\0"] {
            assert!(!is_token(bad), "{bad:?}");
        }
        assert!(is_token(&"x".repeat(256 * 1024)));
        assert!(!is_token(&"x".repeat(256 * 1024 + 1)));
    }
}
