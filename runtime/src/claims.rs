//! Typed claims: what generated structs read their fields with.

use serde_json::Value;

use crate::error::{Code, Error, Result, Stage};
use crate::flow::as_text;
use crate::json::Object;

/// The typed claims of a provider; generated from its spec.
pub trait Claims: Sized + Send {
    /// Reads the fields. An optional claim of another type is left out, with a warning.
    ///
    /// # Errors
    ///
    /// `missing_claim` for a required claim that is absent, `invalid_claim` for one of another type.
    fn read(claims: &Object) -> Result<Self>;
}

impl Claims for Object {
    fn read(claims: &Object) -> Result<Self> {
        Ok(claims.clone())
    }
}

/// A type that a claim's field may have.
pub trait ClaimValue: Sized {
    /// The type's name in an error message.
    const EXPECTED: &'static str;
    /// The value, if it has this type.
    fn from_json(value: &Value) -> Option<Self>;
}

impl ClaimValue for String {
    const EXPECTED: &'static str = "text";
    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl ClaimValue for u64 {
    const EXPECTED: &'static str = "a whole number";
    fn from_json(value: &Value) -> Option<Self> {
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }
}

impl ClaimValue for bool {
    const EXPECTED: &'static str = "true or false";
    fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(is) => Some(*is),
            Value::Number(number) => match number.as_u64()? {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
            Value::String(text) => match text.as_str() {
                "0" | "false" => Some(false),
                "1" | "true" => Some(true),
                _ => None,
            },
            _ => None,
        }
    }
}

impl ClaimValue for Vec<String> {
    const EXPECTED: &'static str = "a list of texts";
    fn from_json(value: &Value) -> Option<Self> {
        texts(value)
    }
}

/// A list of texts. One text is a list of one (as RFC 7519 section 4.1.3 has it for `aud`; AD FS and others
/// send one group so), and whole numbers become their digits.
pub(crate) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(as_text).collect(),
        one => Some(vec![as_text(one)?]),
    }
}

impl ClaimValue for Value {
    const EXPECTED: &'static str = "any JSON";
    fn from_json(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

/// A field of typed claims: a claim that is always there, or an `Option` of one.
pub trait ClaimField: Sized {
    /// Reads the field.
    ///
    /// # Errors
    ///
    /// `missing_claim` when it must be there and is not, `invalid_claim` when it must be there and has
    /// another type.
    fn read(claims: &Object, name: &str) -> Result<Self>;
}

impl<T: ClaimValue> ClaimField for Option<T> {
    fn read(claims: &Object, name: &str) -> Result<Self> {
        let value = claims.get(name).filter(|value| !value.is_null());
        let read = value.and_then(T::from_json);
        if value.is_some() && read.is_none() {
            let expected = T::EXPECTED;
            tracing::warn!(target: "authspec", "the claim `{name}` is not {expected}: left out");
        }
        Ok(read)
    }
}

macro_rules! always_there {
    ($($type:ty),*) => {
        $(impl ClaimField for $type {
            fn read(claims: &Object, name: &str) -> Result<Self> {
                let value = claims.get(name).filter(|value| !value.is_null());
                let value =
                    value.ok_or_else(|| claim_error(Code::MissingClaim, name, "is missing"))?;
                Self::from_json(value).ok_or_else(|| {
                    let expected = <$type as ClaimValue>::EXPECTED;
                    claim_error(Code::InvalidClaim, name, &format!("is not {expected}"))
                })
            }
        })*
    };
}

always_there!(String, u64, bool, Vec<String>, Value);

fn claim_error(code: Code, claim: &str, what: &str) -> Error {
    let message = format!("The claim `{claim}` {what}.");
    Error::new(code, Stage::UserInfo, message).with_parameter(claim)
}

/// Reads a field by its claim's name.
///
/// # Errors
///
/// `missing_claim` when it must be there and is not, `invalid_claim` when it must be there and has
/// another type.
pub fn field<T: ClaimField>(claims: &Object, name: &str) -> Result<T> {
    T::read(claims, name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Object {
        Object::from_iter([("claim".to_owned(), value)])
    }

    fn refused<T: ClaimField>(value: Value) -> Code {
        field::<T>(&claims(value), "claim").err().unwrap().code()
    }

    #[test]
    fn a_required_claim_is_there_and_of_its_type() {
        assert_eq!(field::<String>(&claims(json!("a")), "claim").unwrap(), "a");
        assert_eq!(refused::<String>(json!(null)), Code::MissingClaim);
        assert_eq!(refused::<String>(json!(1)), Code::InvalidClaim);
        assert_eq!(refused::<u64>(json!("x")), Code::InvalidClaim);
        assert_eq!(
            field::<String>(&claims(json!(1)), "other").err().unwrap().code(),
            Code::MissingClaim
        );
    }

    #[test]
    fn an_optional_claim_of_another_type_is_left_out() {
        assert_eq!(
            field::<Option<String>>(&claims(json!("a")), "claim").unwrap().as_deref(),
            Some("a")
        );
        for value in [json!(1), json!({}), json!(["a"]), json!(null)] {
            assert_eq!(field::<Option<String>>(&claims(value), "claim").unwrap(), None);
        }
        assert_eq!(field::<Option<bool>>(&claims(json!("yes")), "claim").unwrap(), None);
    }

    #[test]
    fn any_json_is_read_as_it_is() {
        let object = claims(json!({ "a": [1, true] }));
        assert_eq!(<Object as Claims>::read(&object).unwrap(), object);
        assert_eq!(field::<Value>(&object, "claim").unwrap(), json!({ "a": [1, true] }));
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!("1"), Some(true)),
            (json!(2), None),
        ] {
            assert_eq!(
                field::<Option<bool>>(&claims(value.clone()), "claim").unwrap(),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn one_text_is_a_list_of_one_and_numbers_are_texts() {
        let list = |value| field::<Option<Vec<String>>>(&claims(value), "claim").unwrap();
        for (value, expected) in [
            (json!(["a", "b"]), Some(vec!["a", "b"])),
            (json!("a"), Some(vec!["a"])),
            (json!(["a", 7, -7]), Some(vec!["a", "7", "-7"])),
            (json!(7), Some(vec!["7"])),
            (json!([]), Some(vec![])),
            (json!(["a", {}]), None),
            (json!(["a", 1.5]), None),
            (json!({"a": "b"}), None),
            (json!(true), None),
        ] {
            let expected = expected.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(list(value.clone()), expected, "{value}");
        }
        assert_eq!(refused::<Vec<String>>(json!({})), Code::InvalidClaim);
    }

    #[test]
    fn numbers_and_switches_may_be_texts() {
        for (value, expected) in
            [(json!(1), true), (json!(0), false), (json!("1"), true), (json!("false"), false)]
        {
            assert_eq!(field::<Option<bool>>(&claims(value), "claim").unwrap(), Some(expected));
        }
        assert_eq!(field::<u64>(&claims(json!("7")), "claim").unwrap(), 7);
    }
}
