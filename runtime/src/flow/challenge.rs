//! The `WWW-Authenticate` header of a refusal (RFC 9110 section 11.6.1, RFC 6750 section 3).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::json::Object;

/// The parameters that are read, and the members of an error response that they become.
const NAMES: &[&str] = &["error", "error_description", "claims"];

/// The longest header that is read, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// The error in a challenge, as the members that a JSON error response has. A claims challenge is
/// decoded from the base64 that Microsoft writes it in.
pub(super) fn read(header: &str) -> Object {
    let mut members = Object::new();
    if header.len() > MAX_LENGTH {
        return members;
    }
    for (name, value) in parameters(header) {
        let Some(name) = NAMES.iter().find(|known| name.eq_ignore_ascii_case(known)) else {
            continue;
        };
        let value = if *name == "claims" { decoded(&value) } else { value };
        members.entry((*name).to_owned()).or_insert(Value::from(value));
    }
    members
}

/// `name=token` and `name="text"`, wherever they stand; the schemes between them are skipped.
fn parameters(header: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit([' ', ',', '\t']).next().unwrap_or_default();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (token, left) = after.split_at(after.find([',', ' ']).unwrap_or(after.len()));
                (token.to_owned(), left)
            }
        };
        found.push((name, value));
        rest = left;
    }
    found
}

/// A quoted text without its escapes, and what stands behind it (RFC 9110 section 5.6.4).
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(char),
        }
    }
    (value, "")
}

/// The JSON text in base64 or base64url, with or without padding; what is neither is kept.
fn decoded(text: &str) -> String {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok());
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microsofts_claims_challenge_is_read() {
        // `entra-samples/error_claims_challenge_401.json`
        let members = read(
            "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
             error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19\"",
        );
        assert_eq!(members["error"], "insufficient_claims");
        let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
        assert_eq!(members["claims"], claims);
        assert_eq!(members.len(), 2, "nothing else is read");
    }

    #[test]
    fn quoted_texts_and_tokens_are_read() {
        let members = read(
            r#"Basic realm="a, error=\"x\"", Bearer error=invalid_token, error_description="it \"has\" expired, \\ gone""#,
        );
        assert_eq!(members["error"], "invalid_token");
        assert_eq!(members["error_description"], r#"it "has" expired, \ gone"#);
    }

    #[test]
    fn anything_else_is_no_error() {
        let long = format!("Bearer error=\"{}\"", "x".repeat(MAX_LENGTH));
        for header in ["", "Bearer", "=", "Bearer =\"", "Negotiate abc==", "Bearer error", &long] {
            assert_eq!(read(header).get("error"), None, "{header}");
        }
    }
}
