//! The token request and its reply (RFC 6749 sections 4.1.3, 5.1 and 6).

use serde_json::Value;
use zeroize::Zeroizing;

use super::errors::unreadable;
use super::{Context, numeric_date};
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

/// Room for a token request: a form that grows would leave copies that are not wiped.
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

/// Reads a token response.
///
/// Members that decide nothing (lifetimes, times, the scope) are taken out of the response, with a warning,
/// where they are not what they should be: a code is spent by now, and a sign-in must not fail for them.
pub(super) fn read(
    context: &Context,
    request: &TokenRequest,
    response: &mut Object,
    stage: Stage,
) -> Result<Tokens> {
    leave_out_odd(context, response);
    let token = |name: &str| match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if is_token(text) => Ok(Some(Secret::new(text))),
        Some(_) => Err(wrong(stage, name, "is not a token")),
    };
    let tokens = Tokens {
        access_token: token("access_token")?,
        refresh_token: token("refresh_token")?,
        id_token: token("id_token")?,
        token_type: token_type(response, stage)?,
        expires_in: response.get("expires_in").and_then(seconds),
        scope: scope(context, response),
    };
    if tokens.access_token.is_none() && !request.access_token_optional {
        return Err(wrong(stage, "access_token", "is missing"));
    }
    Ok(tokens)
}

/// Takes out of a response what cannot be read and decides nothing; a scope that is a list becomes text.
fn leave_out_odd(context: &Context, response: &mut Object) {
    let lifetimes =
        ["expires_in", "refresh_token_expires_in", "ext_expires_in", "id_token_expires_in"];
    let is_lifetime = |value: &Value| seconds(value).is_some_and(|time| time <= MAX_LIFETIME);
    let is_time = |value: &Value| seconds(value).is_some();
    leave_out(context, response, &lifetimes, "no number of seconds up to ten years", is_lifetime);
    leave_out(context, response, &["expires_on", "not_before"], "no time in seconds", is_time);
    // Twitch sends a list, where RFC 6749 section 5.1 has text with spaces.
    let joined = response.get("scope").and_then(Value::as_array).and_then(|list| {
        let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        words.map(|words| words.join(" "))
    });
    if let Some(joined) = joined {
        response.insert("scope".to_owned(), joined.into());
    }
    leave_out(context, response, &["scope"], "neither text nor a list of texts", Value::is_string);
}

/// Members that do not hold become null, which is another thing than absent: the provider said something.
fn leave_out(
    context: &Context,
    response: &mut Object,
    names: &[&str],
    what: &str,
    holds: impl Fn(&Value) -> bool,
) {
    for name in names {
        if let Some(value) = response.get_mut(*name)
            && !value.is_null()
            && !holds(value)
        {
            let backend = context.descriptor.name;
            tracing::warn!(target: "authspec", backend, "`{name}` of the token response is {what}: left out");
            *value = Value::Null;
        }
    }
}

/// Visible ASCII only: what goes into a header later must not break it.
fn is_token(text: &str) -> bool {
    // Without a short way out the compiler checks many bytes at once.
    let visible = text.bytes().fold(true, |all, byte| all & byte.is_ascii_graphic());
    visible && !text.is_empty() && text.len() <= MAX_TOKEN
}

/// Bearer in any case, white space around it aside; absent and empty count as Bearer (RFC 6749
/// section 7.1). Other types would need proofs that this client does not make.
fn token_type(response: &Object, stage: Stage) -> Result<String> {
    let text = match response.get("token_type") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.trim(),
        Some(_) => return Err(wrong(stage, "token_type", "is not text, expected `Bearer`")),
    };
    match text {
        "" => Ok("Bearer".to_owned()),
        text if text.eq_ignore_ascii_case("bearer") => Ok(text.to_owned()),
        _ => Err(wrong(stage, "token_type", "is another one than `Bearer`")),
    }
}

/// The granted scope; the requested one if it is absent (RFC 6749 section 5.1), and none if it is null.
fn scope(context: &Context, response: &Object) -> Option<String> {
    match response.get("scope") {
        None => Some(context.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        Some(scope) => scope.as_str().map(str::to_owned),
    }
}

/// A number of seconds that is not negative, or its decimal text, as Entra's v1.0 endpoint sends it. A
/// fraction is dropped.
fn seconds(value: &Value) -> Option<u64> {
    let Value::String(text) = value else {
        return numeric_date::whole_seconds(value);
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_decimal =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (is_decimal(whole) && is_decimal(fraction)).then(|| whole.parse().ok())?
}

fn wrong(stage: Stage, name: &str, what: &str) -> Error {
    unreadable(stage, &format!("`{name}` {what}")).with_parameter(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lifetimes_are_numbers_or_their_texts() {
        for (value, expected) in [
            (json!(3600), Some(3600)),
            (json!("3600"), Some(3600)),
            (json!(0), Some(0)),
            (json!(3600.0), Some(3600)),
            (json!(3599.9), Some(3599)),
            (json!("3599.9"), Some(3599)),
            (json!(-1), None),
            (json!("-1"), None),
            (json!("soon"), None),
            (json!("+3600"), None),
            (json!("1e3"), None),
            (json!("3600."), None),
            (json!(".5"), None),
            (json!("1.5.5"), None),
            (json!("99999999999999999999"), None),
            (json!(""), None),
            (json!([]), None),
        ] {
            assert_eq!(seconds(&value), expected, "{value}");
        }
        assert_eq!(MAX_LIFETIME, 316_224_000, "ten years of 366 days");
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
