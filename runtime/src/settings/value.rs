//! The checked value of a setting, and the types that a typed field may have.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::secret::Secret;

/// The value of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text; an authority is its origin.
    Text(String),
    /// Text that is never shown.
    Secret(Secret),
    /// A list of texts.
    List(Vec<String>),
    /// A map of texts.
    Map(BTreeMap<String, String>),
    /// A file path.
    Path(PathBuf),
    /// A number.
    Integer(u64),
    /// A switch.
    Bool(bool),
}

impl fmt::Debug for Value {
    /// Nothing: a value may be an address or a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Value(…)")
    }
}

/// A type that a setting's field may have.
pub trait SettingValue: Sized {
    /// The field, if the checked value has its type. A spec gives both the type of the field and
    /// the kind of the setting, so they fit.
    fn from_value(value: &Value) -> Option<Self>;
    /// The field as a value.
    fn into_value(self) -> Value;
}

macro_rules! setting_values {
    ($($type:ty => $variant:ident),* $(,)?) => {
        $(impl SettingValue for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value.clone()),
                    _ => None,
                }
            }

            fn into_value(self) -> Value {
                Value::$variant(self)
            }
        })*
    };
}

setting_values! {
    String => Text,
    Secret => Secret,
    Vec<String> => List,
    BTreeMap<String, String> => Map,
    PathBuf => Path,
    u64 => Integer,
    bool => Bool,
}
