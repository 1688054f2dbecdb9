//! Settings as somebody wrote them, by name, before anything is known about them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Setting names in lower case, with whatever was written for them.
#[derive(Clone, Default)]
pub struct RawSettings(BTreeMap<String, Entry>);

#[derive(Clone)]
struct Entry {
    value: Value,
    /// The variable that it came from; errors name it.
    variable: Option<String>,
}

impl RawSettings {
    /// No setting at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; a later one replaces an earlier one.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), Entry { value: value.into(), variable: None });
    }

    /// Sets a value that a variable holds.
    pub(super) fn insert_variable(&mut self, name: &str, variable: String, value: String) {
        let entry = Entry { value: value.into(), variable: Some(variable) };
        self.0.insert(name.to_owned(), entry);
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).map(|entry| &entry.value)
    }

    /// The variable that a value came from.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.variable.as_deref()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).map(|entry| entry.value)
    }

    /// The names that have a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// These settings, and `others` where these have none.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (name, entry) in others.0 {
            self.0.entry(name).or_insert(entry);
        }
        self
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
        let mut raw = Self::new();
        for (name, value) in map {
            raw.insert(&name.to_ascii_lowercase(), value);
        }
        Ok(raw)
    }
}
