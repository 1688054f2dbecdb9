//! Settings as somebody wrote them, by name, before anything is known about them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Setting names in lower case, with whatever was written for them.
#[derive(Clone, Default)]
pub struct RawSettings(pub(super) BTreeMap<String, Value>);

impl RawSettings {
    /// No setting at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; a later one replaces an earlier one.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names that have a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for RawSettings {
    /// Names only: a value may be a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

impl<'de> serde::Deserialize<'de> for RawSettings {
    /// A map from setting names, in any case, to values.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let lower = map
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value));
        Ok(Self(lower.collect()))
    }
}
