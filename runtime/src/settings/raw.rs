//! Settings as they were written, by name, before anything is known about them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use super::SettingIssue;
use super::environment::Environment;
use super::value::{SettingValue, Value};
use crate::secret::Secret;

/// Setting names in lower case, each with the value that was written for it.
#[derive(Clone, Default)]
pub struct RawSettings {
    entries: BTreeMap<String, Entry>,
    /// Warnings of the source of the settings, such as one about an unknown variable.
    warnings: Vec<SettingIssue>,
    /// The environment that they were read from.
    environment: Option<Environment>,
}

#[derive(Clone)]
struct Entry {
    value: Raw,
    /// The variable that it came from; errors and warnings name it.
    variable: Option<String>,
    /// `true` if that is another tool's variable, which only fills a gap.
    is_fallback: bool,
}

/// One value as it was written.
#[derive(Clone)]
pub(super) enum Raw {
    /// The text of a variable or of a document. It may be a secret, so it is wiped when dropped.
    Text(Secret),
    /// A number, a switch, a list or an object of a document.
    Json(Json),
    /// The value of a typed field.
    Typed(Value),
    /// A variable whose value is not UTF-8.
    NotUtf8,
}

impl Raw {
    /// The text, if this is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.expose()),
            Self::Json(Json::String(text)) | Self::Typed(Value::Text(text)) => Some(text),
            Self::Typed(Value::Secret(secret)) => Some(secret.expose()),
            Self::Json(_) | Self::Typed(_) | Self::NotUtf8 => None,
        }
    }

    /// Returns `true` if nothing was written: null, or white space only.
    fn is_blank(&self) -> bool {
        match self {
            Self::Json(Json::Null) => true,
            Self::Typed(Value::Path(path)) => path.as_os_str().is_empty(),
            _ => self.text().is_some_and(|text| text.trim().is_empty()),
        }
    }
}

impl From<Json> for Raw {
    fn from(value: Json) -> Self {
        match value {
            Json::String(text) => Self::Text(Secret::new(text)),
            other => Self::Json(other),
        }
    }
}

impl RawSettings {
    /// No setting at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; a later one replaces an earlier one.
    pub fn insert(&mut self, name: &str, value: impl Into<Json>) {
        self.set(name, Raw::from(value.into()), None);
    }

    /// Sets the value of a typed field, if the field has one; generated code calls this.
    #[doc(hidden)]
    pub fn put<T: SettingValue>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.set(name.trim_start_matches("r#"), Raw::Typed(value.into_value()), None);
        }
    }

    /// Sets a value that a variable holds.
    pub(super) fn insert_variable(&mut self, name: &str, variable: String, value: Raw) {
        self.set(name, value, Some(variable));
    }

    /// Sets a value that another tool's variable holds.
    pub(super) fn insert_fallback(&mut self, name: &str, variable: &str, value: Raw) {
        let variable = Some(variable.to_owned());
        self.entries.insert(name.to_owned(), Entry { value, variable, is_fallback: true });
    }

    fn set(&mut self, name: &str, value: Raw, variable: Option<String>) {
        self.entries.insert(name.to_owned(), Entry { value, variable, is_fallback: false });
    }

    /// Returns `true` if another tool's variable gave the value of a name.
    pub(super) fn is_fallback(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|entry| entry.is_fallback)
    }

    /// Remembers the environment that these settings were read from.
    pub(super) fn read_from(&mut self, environment: &Environment) {
        self.environment = Some(environment.clone());
    }

    pub(super) fn environment(&self) -> Option<&Environment> {
        self.environment.as_ref()
    }

    /// The value of a name, unless it is blank.
    pub(super) fn get(&self, name: &str) -> Option<&Raw> {
        self.entries.get(name).map(|entry| &entry.value).filter(|value| !value.is_blank())
    }

    /// The value of a name, blank or not.
    pub(super) fn written(&self, name: &str) -> Option<&Raw> {
        let value = &self.entries.get(name)?.value;
        (!matches!(value, Raw::Json(Json::Null))).then_some(value)
    }

    /// The value of a typed field.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        match &self.entries.get(name)?.value {
            Raw::Typed(value) => Some(value),
            _ => None,
        }
    }

    /// The variable that a value came from.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.entries.get(name)?.variable.as_deref()
    }

    /// The names that have a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    pub(super) fn warn(&mut self, warnings: impl IntoIterator<Item = SettingIssue>) {
        self.warnings.extend(warnings);
    }

    pub(super) fn warnings(&self) -> &[SettingIssue] {
        &self.warnings
    }

    /// These settings, and `others` where these have none.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (name, entry) in others.entries {
            self.entries.entry(name).or_insert(entry);
        }
        self.warnings.extend(others.warnings);
        self.environment = self.environment.or(others.environment);
        self
    }

    /// Takes the value of one name from other settings, its absence too.
    pub(super) fn replace(&mut self, name: &str, others: &mut Self) {
        match others.entries.remove(name) {
            Some(entry) => _ = self.entries.insert(name.to_owned(), entry),
            None => _ = self.entries.remove(name),
        }
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
        let map = BTreeMap::<String, Json>::deserialize(deserializer)?;
        let mut raw = Self::new();
        for (name, value) in map {
            raw.insert(&name.to_ascii_lowercase(), value);
        }
        Ok(raw)
    }
}
