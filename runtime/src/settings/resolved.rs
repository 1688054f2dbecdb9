//! The settings of one backend, checked: what the rest of the runtime reads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::allow_list::ANYBODY;
use super::issue::SettingIssue;
use super::resolve::OFFLINE_PROVIDER;
use super::value::{SettingValue, Value};
use crate::descriptor::{Part, Template};
use crate::secret::Secret;

/// The settings of one backend, checked: each with its value and where that came from.
#[derive(Clone)]
pub struct Resolved {
    pub(super) prefix: String,
    pub(super) values: BTreeMap<&'static str, Entry>,
    pub(super) warnings: Vec<SettingIssue>,
}

/// A checked value, and where it came from.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) source: Source,
}

/// The source of a value.
#[derive(Clone)]
pub(super) enum Source {
    /// The spec's default.
    Default,
    /// A program: a builder or a document.
    Program,
    /// The variable of this name.
    Variable(String),
}

impl Resolved {
    /// The full name of a setting: the variable that it came from, else the one that an operator
    /// would set.
    pub fn full_name(&self, name: &str) -> String {
        match self.source(name) {
            Some(Source::Variable(variable)) => variable.clone(),
            _ => self.own_variable(name),
        }
    }

    /// The variable of a setting that an operator would set, wherever its value came from.
    pub(super) fn own_variable(&self, name: &str) -> String {
        format!("{}{}", self.prefix, name.to_ascii_uppercase())
    }

    /// The source of a setting's value.
    pub(super) fn source(&self, name: &str) -> Option<&Source> {
        self.values.get(name).map(|entry| &entry.source)
    }

    /// Warnings about settings that are valid but may not be intended.
    pub fn warnings(&self) -> &[SettingIssue] {
        &self.warnings
    }

    /// The same, with a further warning if there is one.
    #[must_use]
    pub(crate) fn with_warning(mut self, warning: Option<SettingIssue>) -> Self {
        self.warnings.extend(warning);
        self
    }

    /// The value of a typed field: what was given, without defaults; generated code calls this.
    #[doc(hidden)]
    pub fn given<T: SettingValue>(&self, name: &str) -> Option<T> {
        T::from_value(self.given_value(name.trim_start_matches("r#"))?)
    }

    /// The given value of a setting, without its default.
    pub(super) fn given_value(&self, name: &str) -> Option<&Value> {
        let entry = self.values.get(name)?;
        (!matches!(entry.source, Source::Default)).then_some(&entry.value)
    }

    /// Returns `true` if a setting has a value that is not its default.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.given_value(name).is_some()
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).map(|entry| &entry.value)
    }

    /// A text setting.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A secret setting.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        match self.value(name)? {
            Value::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// A list setting; empty when absent.
    pub fn list(&self, name: &str) -> &[String] {
        match self.value(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// A map setting.
    pub fn map(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        match self.value(name)? {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A path setting.
    pub fn path(&self, name: &str) -> Option<&Path> {
        match self.value(name)? {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    /// A number setting.
    pub fn integer(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns `true` if a list of those who may sign in admits everyone: absent, or `*`.
    pub(crate) fn names_anybody(&self, name: &str) -> bool {
        let list = self.list(name);
        list.is_empty() || list.iter().any(|entry| entry == ANYBODY)
    }

    /// Returns `true` if a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Bool(true)))
    }

    /// A template with these settings; `None` when one of them is absent.
    pub fn render(&self, template: Template) -> Option<String> {
        let mut rendered = String::new();
        for part in template.parts() {
            match part {
                Part::Text(text) => rendered.push_str(text),
                Part::Setting(name) => rendered.push_str(&self.show(name)?),
            }
        }
        Some(rendered)
    }

    /// A template as a URL, at the offline provider if there is one.
    pub fn render_url(&self, template: Template) -> Option<String> {
        self.url(template).map(|url| self.relocated(&url))
    }

    /// A template as a URL: what a setting holds is percent-encoded, so that it stays in its place.
    /// An authority or a URL at the start brings its own scheme (`http` on loopback).
    pub(super) fn url(&self, template: Template) -> Option<String> {
        let mut parts = template.parts().peekable();
        let mut url = String::new();
        while let Some(part) = parts.next() {
            match part {
                Part::Text("https://")
                    if url.is_empty()
                        && matches!(parts.peek(), Some(Part::Setting(name)) if self.has_scheme(name)) =>
                    {}
                Part::Text(text) => url.push_str(text),
                Part::Setting(name) if url.is_empty() => {
                    url.push_str(self.text(name)?.trim_end_matches('/'));
                }
                Part::Setting(name) => url.push_str(&crate::encode::component(&self.show(name)?)),
            }
        }
        Some(url)
    }

    /// Returns `true` if requests go to an offline provider.
    pub(crate) fn is_offline(&self) -> bool {
        self.text(OFFLINE_PROVIDER).is_some()
    }

    /// The URL, at the offline provider if there is one.
    pub(crate) fn relocated(&self, url: &str) -> String {
        match self.text(OFFLINE_PROVIDER) {
            Some(origin) => relocate(url, origin),
            None => url.to_owned(),
        }
    }

    /// A setting as it stands in a template: a list with commas between.
    fn show(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.value(name)? {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::List(items) => Some(Cow::Owned(items.join(","))),
            Value::Integer(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(on) => Some(Cow::Owned(on.to_string())),
            Value::Secret(_) | Value::Map(_) | Value::Path(_) => None,
        }
    }

    fn has_scheme(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.contains("://"))
    }
}

impl fmt::Debug for Resolved {
    /// Names only: a value may be an address or a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

/// The URL at another origin.
fn relocate(url: &str, origin: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find(['/', '?', '#']).and_then(|start| rest.get(start..)).unwrap_or_default();
    format!("{origin}{path}")
}
