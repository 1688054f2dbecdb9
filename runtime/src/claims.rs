//! Typed claims: what generated structs read their fields with.

use serde_json::Value;

use crate::error::{Code, Error, Result, Stage};
use crate::json::Object;

/// The typed claims of a provider; generated from its spec.
pub trait Claims: Sized + Send {
    /// Reads the fields.
    ///
    /// # Errors
    ///
    /// `missing_claim` for a required claim, `invalid_claim` for one of another type.
    fn read(claims: &Object) -> Result<Self>;
}

impl Claims for Object {
    fn read(claims: &Object) -> Result<Self> {
        Ok(claims.clone())
    }
}

/// A type that a claim's field may have.
pub trait ClaimValue: Sized {
    /// What the type is called in an error.
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
        value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
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
    /// `missing_claim` when it must be there and is not, `invalid_claim` when it has another type.
    fn read(claims: &Object, name: &str) -> Result<Self>;
}

impl<T: ClaimValue> ClaimField for Option<T> {
    fn read(claims: &Object, name: &str) -> Result<Self> {
        match claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::from_json(value).map(Some).ok_or_else(|| {
                claim_error(Code::InvalidClaim, name, &format!("is not {}", T::EXPECTED))
            }),
        }
    }
}

macro_rules! always_there {
    ($($type:ty),*) => {
        $(impl ClaimField for $type {
            fn read(claims: &Object, name: &str) -> Result<Self> {
                Option::read(claims, name)?
                    .ok_or_else(|| claim_error(Code::MissingClaim, name, "is missing"))
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
/// `missing_claim` when it must be there and is not, `invalid_claim` when it has another type.
pub fn field<T: ClaimField>(claims: &Object, name: &str) -> Result<T> {
    T::read(claims, name)
}
