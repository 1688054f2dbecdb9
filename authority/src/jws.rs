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

/// A token signed with RS256, whatever its header says.
pub(crate) fn signed(
    header: Map<String, Value>,
    payload: &str,
    key: &Key,
) -> Result<String, AuthorityError> {
    let input = signing_input(header, payload);
    let signature = key.sign(input.as_bytes())?;
    Ok(format!("{input}.{}", encode(signature)))
}

/// Sets or removes members of an object.
pub(crate) fn edit(members: &mut Map<String, Value>, edits: &[(String, Option<Value>)]) {
    for (name, value) in edits {
        match value {
            Some(value) => {
                members.insert(name.clone(), value.clone());
            }
            None => {
                members.remove(name);
            }
        }
    }
}
