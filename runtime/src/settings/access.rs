//! Settings by name, as generated code asks for them and hands them in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::parse::{Value, parse};
use super::raw::RawSettings;
use crate::descriptor::{Kind, Setting, setting};
use crate::secret::Secret;

/// Hands out settings by name, as generated code asks for them.
#[derive(Debug)]
pub struct SettingsReader {
    raw: RawSettings,
    /// Every setting of the backend, the common ones included.
    settings: Vec<Setting>,
}

impl SettingsReader {
    pub(super) fn new(raw: RawSettings, settings: Vec<Setting>) -> Self {
        Self { raw, settings }
    }

    /// The setting of that name, if it was given.
    pub fn take<T: SettingValue>(&mut self, name: &str) -> Option<T> {
        let name = name.trim_start_matches("r#");
        let raw = self.raw.take(name)?;
        // An authority keeps the spelling it was given in; the client resolves names and schemes.
        let kind = self.settings.iter().find(|setting| setting.name == name)?.kind;
        let kind = if matches!(kind, Kind::Authority) { Kind::Text } else { kind };
        let plain: Setting = setting("", kind);
        T::from_value(parse(&plain, &raw).ok()?)
    }
}

/// Collects settings by name, as generated code hands them in.
#[derive(Debug, Default)]
pub struct SettingsWriter(RawSettings);

impl SettingsWriter {
    pub(super) fn into_raw(self) -> RawSettings {
        self.0
    }

    /// Sets what is there.
    pub fn put<T: SettingValue>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.insert(name.trim_start_matches("r#"), value.into_json());
        }
    }
}

/// A type that a setting's field may have.
pub trait SettingValue: Sized {
    /// From a checked value.
    fn from_value(value: Value) -> Option<Self>;
    /// To a raw value.
    fn into_json(self) -> Json;
}

macro_rules! setting_value {
    ($type:ty, $variant:ident, |$value:ident| $json:expr) => {
        impl SettingValue for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value),
                    _ => None,
                }
            }

            fn into_json(self) -> Json {
                let $value = self;
                $json
            }
        }
    };
}

setting_value!(String, Text, |text| Json::String(text));
setting_value!(Secret, Secret, |secret| Json::String(secret.expose().to_owned()));
setting_value!(Vec<String>, List, |items| items.into());
setting_value!(BTreeMap<String, String>, Map, |map| {
    Json::Object(map.into_iter().map(|(name, value)| (name, value.into())).collect())
});
setting_value!(PathBuf, Path, |path| Json::String(path.to_string_lossy().into_owned()));
setting_value!(u64, Integer, |number| number.into());
setting_value!(bool, Bool, |on| on.into());
