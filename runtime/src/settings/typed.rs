//! The trait of typed settings structs, which are generated.

use super::access::{SettingsReader, SettingsWriter};
use super::common::CommonSettings;
use super::environment::Environment;
use super::raw::RawSettings;
use super::resolve::Resolved;
use crate::descriptor::Descriptor;
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
        let mut writer = SettingsWriter::default();
        self.write(&mut writer);
        writer.into_raw()
    }

    /// The struct with what was given by name, every mistake in one error.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn from_raw(raw: RawSettings) -> Result<Self, Error> {
        Resolved::new(Self::DESCRIPTOR, &raw)?;
        let settings = super::COMMON.iter().chain(Self::DESCRIPTOR.settings).copied().collect();
        Ok(Self::read(&mut SettingsReader::new(raw, settings)))
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
