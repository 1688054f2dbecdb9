//! Between typed settings structs, which are generated, and settings by name.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::common::CommonSettings;
use super::environment::Environment;
use super::raw::RawSettings;
use super::resolve::{Resolved, Value};
use crate::descriptor::{Descriptor, Kind, Setting, setting};
use crate::error::Error;
use crate::secret::Secret;

/// The typed settings of a provider; generated from its spec.
pub trait ProviderSettings: Sized + Default {
    /// What the provider is.
    const DESCRIPTOR: &'static Descriptor;

    /// The struct with what was given by name.
    fn read(from: &mut SettingsReader) -> Self;

    /// What the struct holds, by name.
    fn write(self, to: &mut SettingsWriter);

    /// The settings of every backend.
    fn common_mut(&mut self) -> &mut CommonSettings;

    /// These settings by name.
    fn into_raw(self) -> RawSettings {
        let mut writer = SettingsWriter(RawSettings::new());
        self.write(&mut writer);
        writer.0
    }

    /// The struct with what was given by name, every mistake in one error.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn from_raw(raw: RawSettings) -> Result<Self, Error> {
        Resolved::new(Self::DESCRIPTOR, &raw)?;
        Ok(Self::read(&mut SettingsReader { raw, descriptor: Self::DESCRIPTOR }))
    }

    /// The settings from an environment, every mistake in one error.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn from_environment(environment: &Environment) -> Result<Self, Error> {
        for warning in super::unknown_variables(environment, Self::DESCRIPTOR, &[]) {
            tracing::warn!(target: "authspec", setting = warning.parameter, "{}", warning.message);
        }
        Self::from_raw(environment.settings_of(Self::DESCRIPTOR))
    }

    /// These settings, and the environment's where these have none: builder first, then variables.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn or_environment(self, environment: &Environment) -> Result<Self, Error> {
        Self::from_raw(self.into_raw().or(environment.settings_of(Self::DESCRIPTOR)))
    }

    /// The client ID.
    #[must_use]
    fn key(mut self, key: impl Into<String>) -> Self {
        self.common_mut().key = Some(key.into());
        self
    }

    /// The client secret.
    #[must_use]
    fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.common_mut().secret = Some(secret.into());
        self
    }

    /// Scopes to ask for beside the default ones.
    #[must_use]
    fn scope<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.common_mut().scope = Some(scopes.into_iter().map(Into::into).collect());
        self
    }
}

/// Hands out settings by name, as generated code asks for them.
#[derive(Debug)]
pub struct SettingsReader {
    raw: RawSettings,
    descriptor: &'static Descriptor,
}

impl SettingsReader {
    /// The setting of that name, if it was given.
    pub fn take<T: SettingValue>(&mut self, name: &str) -> Option<T> {
        let name = name.trim_start_matches("r#");
        let raw = self.raw.take(name)?;
        // An authority keeps the spelling it was given in; the client resolves names and schemes.
        let known = super::COMMON.iter().chain(self.descriptor.settings);
        let kind = known.into_iter().find(|setting| setting.name == name)?.kind;
        let kind = if matches!(kind, Kind::Authority) { Kind::Text } else { kind };
        let plain: Setting = setting("", kind);
        T::from_value(super::parse::parse(&plain, &raw).ok()?)
    }

    /// The settings of every backend.
    pub fn common(&mut self) -> CommonSettings {
        CommonSettings::read(self)
    }
}

/// Collects settings by name, as generated code hands them in.
#[derive(Debug)]
pub struct SettingsWriter(RawSettings);

impl SettingsWriter {
    /// Sets what is there.
    pub fn put<T: SettingValue>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.insert(name.trim_start_matches("r#"), value.into_json());
        }
    }

    /// The settings of every backend.
    pub fn common(&mut self, common: CommonSettings) {
        common.write(self);
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
