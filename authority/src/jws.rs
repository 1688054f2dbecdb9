//! Compact signed tokens (RFC 7515 section 7.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::AuthorityError;
use crate::keys::Key;

/// Base64url without padding (RFC 7515 section 2).
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reverses [`encode`].
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// A JSON object's members; nothing for any other value.
pub(crate) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The usual header of a token signed with that key.
pub(crate) fn header(key: &Key) -> Map<String, Value> {
    members(json!({"typ": "JWT", "alg": "RS256", "kid": key.kid}))
}

/// The part of a token that is signed.
pub(crate) fn signing_input(header: Map<String, Value>, payload: &str) -> String {
    let header = Value::Object(header).to_string();
    format!("{}.{}", encode(header), encode(payload))
}

/// A token signed with the algorithm that its header names; with RS256 if that is none of RSA's.
pub(crate) fn signed(
    header: Map<String, Value>,
    payload: &str,
    key: &Key,
) -> Result<String, AuthorityError> {
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default().to_owned();
    let input = signing_input(header, payload);
    let signature = key.sign_with(&algorithm, input.as_bytes())?;
    Ok(format!("{input}.{}", encode(signature)))
}

/// Sets or removes members of an object. `{{good}}` in a new text stands for the text that was there.
pub(crate) fn edit(members: &mut Map<String, Value>, edits: &[(String, Option<Value>)]) {
    for (name, value) in edits {
        match value {
            Some(value) => {
                let good = members.get(name).and_then(Value::as_str).unwrap_or_default();
                let value = with_good(value, good);
                members.insert(name.clone(), value);
            }
            None => {
                members.remove(name);
            }
        }
    }
}

fn with_good(value: &Value, good: &str) -> Value {
    match value {
        Value::String(text) => Value::from(text.replace("{{good}}", good)),
        Value::Array(items) => items.iter().map(|item| with_good(item, good)).collect(),
        other => other.clone(),
    }
}
