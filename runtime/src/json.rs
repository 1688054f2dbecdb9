//! JSON as an attacker may send it: a member that occurs twice is refused, not overwritten.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// Reads one JSON object, strictly; the error says what is wrong without quoting the text.
pub(crate) fn object(bytes: &[u8]) -> Result<Object, String> {
    match serde_json::from_slice::<Strict>(without_mark(bytes)) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(_) => Err("it is JSON, but not an object".to_owned()),
        Err(error) if error.is_data() => Err("a member occurs twice".to_owned()),
        Err(error) => {
            Err(format!("it is not JSON (line {}, column {})", error.line(), error.column()))
        }
    }
}

/// Reads one JSON list, as strictly.
pub(crate) fn list(bytes: &[u8]) -> Option<Value> {
    match serde_json::from_slice::<Strict>(without_mark(bytes)) {
        Ok(Strict(list @ Value::Array(_))) => Some(list),
        _ => None,
    }
}

/// The text behind a byte order mark, which a reader may ignore (RFC 8259 section 8.1).
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

struct Strict(Value);

impl<'de> de::Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON without duplicate members")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("duplicate member"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_members_are_refused_at_any_depth() {
        assert!(object(br#"{"sub":"a","tid":"b"}"#).is_ok());
        assert!(object(br#"{"sub":"a","sub":"b"}"#).is_err());
        assert!(object(br#"{"a":[{"b":1,"b":2}]}"#).is_err());
    }

    #[test]
    fn one_byte_order_mark_may_stand_in_front() {
        assert!(object("\u{feff}{\"sub\":\"a\"}".as_bytes()).is_ok());
        assert!(list("\u{feff}[1]".as_bytes()).is_some());
        for bad in ["\u{feff}\u{feff}{}", " \u{feff}{}", "{\u{feff}}", "{}\u{feff}", "\u{feff}"] {
            assert!(object(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_not_an_object_is_refused_without_being_quoted() {
        for text in ["", "[]", "null", "<html>ana@contoso.example</html>"] {
            let error = object(text.as_bytes()).unwrap_err();
            assert!(!error.contains("contoso"), "{error}");
        }
    }
}
