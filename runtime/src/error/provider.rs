//! The provider's own error: an OAuth 2.0 error response, with what Microsoft adds to it.

use serde_json::Value;
use zeroize::Zeroizing;

use super::explanation::Explanation;
use super::shown::{is_plain, masked};
use crate::encode::{component, form_value};
use crate::json;

/// The provider's own error response (RFC 6749 sections 4.1.2.1 and 5.2).
///
/// Decide on [`error`](Self::error), never on the text. E-mail addresses in the text are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ProviderError {
    /// The OAuth 2.0 error code, such as `invalid_grant`.
    pub error: Option<String>,
    /// The provider's sentence, at most 500 characters, addresses masked.
    pub description: Option<String>,
    /// The provider's own codes, such as `AADSTS7000215` and `AADB2C90118`.
    pub codes: Vec<String>,
    /// The correlation ID, which Microsoft support asks for.
    pub correlation_id: Option<String>,
    /// The trace ID, which Microsoft support asks for as well.
    pub trace_id: Option<String>,
    /// Seconds to wait before another try, at most one hour.
    pub retry_after: Option<u64>,
    /// Microsoft's refinement of the error (`suberror` or `error_subcode`), such as `basic_action`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suberror: Option<String>,
    /// A claims challenge: the JSON object, as text, that the next authorization request carries as
    /// `claims` (OpenID Connect Core 1.0 section 5.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
}

/// Longest description that is kept, in characters.
const DESCRIPTION_CHARS: usize = 500;

/// The most codes of its own that a provider is heard with; Entra sends one or two.
const MAX_CODES: usize = 8;

/// Longest claims challenge that is handed on, in bytes; it goes into a URL.
const MAX_CLAIMS: usize = 4096;

/// The number of characters of a secret that is too many to show.
const PART: usize = 16;

/// Longest wait that is believed, in seconds (as MSAL caps it).
const RETRY_AFTER_SECONDS: u64 = 3600;

impl ProviderError {
    /// The error in a token-endpoint reply or a callback, by its members.
    pub(crate) fn from_members<'a>(member: impl Fn(&str) -> Option<&'a Value>) -> Self {
        let text = |name| member(name).and_then(Value::as_str);
        let full = text("error_description");
        let description = full.map(sanitize);
        let mut codes: Vec<String> = member("error_codes")
            .and_then(Value::as_array)
            .map(|codes| {
                codes.iter().filter_map(Value::as_u64).take(MAX_CODES).map(aadsts).collect()
            })
            .unwrap_or_default();
        if codes.is_empty() {
            codes.extend(description.as_deref().and_then(code_in));
        }
        let suberror = text("suberror").or_else(|| text("error_subcode"));
        Self {
            error: text("error").map(clip),
            correlation_id: text("correlation_id")
                .map(clip)
                .or_else(|| labelled(full, "Correlation ID:")),
            trace_id: text("trace_id").map(clip).or_else(|| labelled(full, "Trace ID:")),
            description,
            codes,
            retry_after: None,
            suberror: suberror.map(clip).filter(|suberror| !suberror.is_empty()),
            claims: text("claims").and_then(claims_challenge),
        }
    }

    /// The error with the reply's `Retry-After` header: seconds, nothing else is believed.
    pub(crate) fn with_retry_after(mut self, header: Option<&str>) -> Self {
        self.retry_after = header
            .and_then(|text| text.trim().parse::<u64>().ok())
            .map(|seconds| seconds.min(RETRY_AFTER_SECONDS));
        self
    }

    /// The error without what this client sent: a provider may echo a code or a secret.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().flat_map(|secret| spellings(secret)) {
            let secret = secret.as_str();
            self.description = self.description.map(|text| text.replace(secret, "[secret]"));
            // Identifiers are clipped: a part of a long secret is one too.
            let clipped = clip(secret);
            let is_clean = |text: &String| match clipped.len() {
                0 => true,
                1..PART => !text.contains(&clipped),
                // Letters and digits only: every place is one between characters.
                _ => !parts(&clipped).any(|part| text.contains(part)),
            };
            self.error = self.error.filter(is_clean);
            self.trace_id = self.trace_id.filter(is_clean);
            self.correlation_id = self.correlation_id.filter(is_clean);
            self.suberror = self.suberror.filter(is_clean);
            self.claims = self.claims.filter(|text| !text.contains(secret));
        }
        self
    }

    /// The entry of the table for the first of the provider's own codes that has one, otherwise for
    /// `suberror`.
    pub(crate) fn specific(&self) -> Option<&'static Explanation> {
        let names = self.codes.iter().chain(&self.suberror);
        names.map(String::as_str).find_map(Explanation::of_provider)
    }

    /// The entry of the table for `error`.
    pub(crate) fn generic(&self) -> Option<&'static Explanation> {
        self.error.as_deref().and_then(Explanation::of_provider)
    }

    /// Returns `true` if the provider named this code, in `error` or among its own codes.
    pub(crate) fn names(&self, code: &str) -> bool {
        self.error.as_deref() == Some(code) || self.codes.iter().any(|own| own == code)
    }
}

/// The spellings in which a secret may be echoed: as it is, in one line as [`sanitize`] leaves it, or
/// encoded as it was sent.
fn spellings(secret: &str) -> impl Iterator<Item = Zeroizing<String>> {
    let one_line = secret.split_whitespace().collect::<Vec<_>>().join(" ");
    [secret.to_owned(), one_line, form_value(secret), component(secret)]
        .into_iter()
        .filter(|spelling| !spelling.is_empty())
        .map(Zeroizing::new)
}

/// Every part of a text of [`PART`] characters.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    (0..=text.len().saturating_sub(PART)).filter_map(|start| text.get(start..start + PART))
}

fn aadsts(code: u64) -> String {
    format!("AADSTS{code}")
}

/// An identifier: letters, digits and what joins them, at most 100 characters.
fn clip(text: &str) -> String {
    if text.contains('@') {
        return String::new();
    }
    let joins = |char: char| "._:-".contains(char);
    text.chars().filter(|char| char.is_ascii_alphanumeric() || joins(*char)).take(100).collect()
}

/// The code in a description: before a colon, as in `AADB2C90118: The user has forgotten …` and
/// `MSIS9921: …`, or the whole of it, as Keycloak's `authentication_expired`, if the table has it.
fn code_in(description: &str) -> Option<String> {
    let Some((code, _)) = description.split_once(':') else {
        return Explanation::of_provider(description).map(|known| known.name().to_owned());
    };
    let is_code = code.len() <= 20
        && code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.ends_with(|last: char| last.is_ascii_digit())
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_code.then(|| code.to_owned())
}

/// A claims challenge that may be handed on: a JSON object, not too long, without an address. It is
/// written anew, so that no escape hides one.
fn claims_challenge(text: &str) -> Option<String> {
    let object = json::object(text.as_bytes()).ok()?;
    let text = Value::from(object).to_string();
    let is_good = text.len() <= MAX_CLAIMS && masked(&text).is_none();
    is_good.then_some(text)
}

fn labelled(description: Option<&str>, label: &str) -> Option<String> {
    let (_, rest) = description?.split_once(label)?;
    rest.split_whitespace().next().map(clip)
}

/// One line without e-mail addresses, then clipped.
fn sanitize(text: &str) -> String {
    let words: Vec<String> = text
        .split(|char: char| char.is_whitespace() || char.is_control())
        .map(|word| word.chars().filter(|char| is_plain(*char)).collect::<String>())
        .filter(|word| !word.is_empty())
        .map(|word| masked(&word).map_or(word, str::to_owned))
        .collect();
    let text = words.join(" ");
    match text.char_indices().nth(DESCRIPTION_CHARS) {
        // At a space: half a secret or address is still one.
        Some((cut, _)) => {
            let head = text.get(..cut).unwrap_or_default();
            head.rsplit_once(' ').map_or("", |(whole, _)| whole).to_owned()
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(value: &Value) -> ProviderError {
        ProviderError::from_members(|name| value.get(name))
    }

    #[test]
    fn entra_error_keeps_codes_and_ids() {
        let error = parse(&json!({
            "error": "invalid_client",
            "error_description": "AADSTS7000215: Invalid secret.\r\nTrace ID: t1\r\nCorrelation ID: c1",
            "error_codes": [7_000_215],
        }));
        assert_eq!(error.codes, ["AADSTS7000215"]);
        assert_eq!(error.correlation_id.as_deref(), Some("c1"));
        assert_eq!(error.trace_id.as_deref(), Some("t1"));
    }

    #[test]
    fn b2c_code_is_read_from_the_text() {
        let error = parse(&json!({
            "error": "access_denied",
            "error_description": "AADB2C90118: The user has forgotten their password.",
        }));
        assert!(error.names("AADB2C90118"));
        assert!(!error.names("AADB2C90091"));
    }

    #[test]
    fn codes_of_other_products_are_read_from_the_text() {
        for (description, code) in [
            ("MSIS9921: Received invalid UserInfo request.", &["MSIS9921"][..]),
            ("authentication_expired", &["authentication_expired"]),
            ("session_context_missing", &[]),
            ("Note: nothing", &[]),
            ("A1B2: x", &["A1B2"]),
        ] {
            assert_eq!(parse(&json!({ "error_description": description })).codes, code);
        }
    }

    #[test]
    fn format_characters_are_dropped() {
        let error = parse(&json!({"error_description": "a\u{202e}b\u{2066} c\u{200b}d \u{200b}"}));
        assert_eq!(error.description.as_deref(), Some("ab cd"));
    }

    #[test]
    fn a_claims_challenge_is_a_json_object() {
        let claims = |text: &str| parse(&json!({ "claims": text })).claims;
        let good = r#"{"access_token":{"acrs":{"essential":true}}}"#;
        assert_eq!(claims(good).as_deref(), Some(good));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_CLAIMS));
        for bad in ["", "[]", "c1", r#"{"a":"ana\u0040contoso.example"}"#, &long] {
            assert_eq!(claims(bad), None, "{bad}");
        }
        assert_eq!(parse(&json!({ "claims": good })).without(&["essential"]).claims, None);
    }

    #[test]
    fn addresses_are_masked() {
        let error = parse(&json!({"error_description": "User ana@contoso.example does not exist"}));
        assert_eq!(error.description.as_deref(), Some("User [address] does not exist"));
    }

    #[test]
    fn addresses_are_masked_before_the_text_is_cut() {
        let text = format!("{} ana@contoso.example Correlation ID: c1", "x".repeat(490));
        let error = parse(&json!({ "error_description": text }));
        assert!(!error.description.unwrap().contains("ana"));
        assert_eq!(error.correlation_id.as_deref(), Some("c1"));
        assert_eq!(parse(&json!({"error": "a<b>"})).error.as_deref(), Some("ab"));
        assert_eq!(parse(&json!({"error": "a@b"})).error.as_deref(), Some(""));
    }

    #[test]
    fn echoed_secrets_are_taken_out() {
        let error = parse(&json!({"error": "x", "error_description": "secret s3cr3t is bad"}));
        let error = error.without(&["s3cr3t"]);
        let echoed =
            parse(&json!({"error": "s3cr3t", "trace_id": "s3cr3t", "correlation_id": "x"}));
        let echoed = echoed.without(&["s3+cr3t", "s3cr3t"]);
        assert_eq!((echoed.error, echoed.trace_id), (None, None));
        assert_eq!(echoed.correlation_id.as_deref(), Some("x"));
        let token = "abcdefghijklmnopqrstuvwxyz".repeat(8);
        let around = parse(&json!({"trace_id": format!("x{token}"), "correlation_id": "abcdef"}));
        let around = around.without(&[&token]);
        assert_eq!((around.trace_id, around.correlation_id.as_deref()), (None, Some("abcdef")));
        assert_eq!(error.description.as_deref(), Some("secret [secret] is bad"));
    }

    #[test]
    fn a_secret_is_known_in_every_way_it_is_sent() {
        let secret = "s3~cr3t  a+b%\u{e9}";
        for echoed in
            ["s3~cr3t  a+b%\u{e9}", "s3%7Ecr3t++a%2Bb%25%C3%A9", "s3~cr3t%20%20a%2Bb%25%C3%A9"]
        {
            let error = parse(&json!({"error_description": format!("client_secret={echoed}")}));
            let description = error.without(&[secret]).description.unwrap();
            assert_eq!(description, "client_secret=[secret]", "{echoed}");
        }
    }

    #[test]
    fn a_few_codes_are_kept() {
        let error = parse(&json!({"error_codes": vec![1; 1000]}));
        assert_eq!(error.codes.len(), MAX_CODES);
    }

    #[test]
    fn retry_after_believes_seconds_only_and_at_most_an_hour() {
        let wait = |header| ProviderError::default().with_retry_after(Some(header)).retry_after;
        assert_eq!(wait("17"), Some(17));
        assert_eq!(wait("99999"), Some(3600));
        assert_eq!(wait("-1"), None);
        assert_eq!(wait("soon"), None);
    }
}
