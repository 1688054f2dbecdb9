//! The trait of typed settings structs, which are generated.
//!
//! A struct that was read from settings is a view of them: it remembers what it was read from. A field
//! that is not changed keeps its checked value and the variable that it came from.

use std::sync::Arc;

use super::common::{COMMON, CommonSettings};
use super::environment::Environment;
use super::raw::RawSettings;
use super::resolved::Resolved;
use crate::descriptor::Descriptor;
use crate::error::Error;
use crate::secret::Secret;

/// The source that a typed struct was read from.
pub(super) struct Origin {
    raw: RawSettings,
    resolved: Resolved,
}

impl Origin {
    /// The settings that were read, with the fields that differ now; `None` if none differs.
    fn changed(&self, descriptor: &Descriptor, mut typed: RawSettings) -> Option<RawSettings> {
        let mut raw = self.raw.clone();
        let mut is_changed = false;
        for setting in COMMON.iter().chain(descriptor.settings) {
            if typed.value(setting.name) != self.resolved.given_value(setting.name) {
                raw.replace(setting.name, &mut typed);
                is_changed = true;
            }
        }
        is_changed.then_some(raw)
    }
}

/// The source that a struct was read from, and its current fields.
fn fields<S: ProviderSettings>(mut settings: S) -> (Option<Arc<Origin>>, RawSettings) {
    let origin = settings.common_mut().origin.take();
    let mut typed = RawSettings::new();
    settings.write(&mut typed);
    (origin, typed)
}

/// The typed settings of a provider; generated from its spec.
pub trait ProviderSettings: Sized + Default {
    /// The provider's descriptor.
    const DESCRIPTOR: &'static Descriptor;

    /// The struct with what was given by name. Defaults stay out of it.
    fn read(from: &Resolved) -> Self;

    /// Writes the fields of the struct by name.
    fn write(self, to: &mut RawSettings);

    /// The settings of every backend.
    fn common_mut(&mut self) -> &mut CommonSettings;

    /// These settings by name.
    fn into_raw(self) -> RawSettings {
        let (origin, typed) = fields(self);
        match origin {
            None => typed,
            Some(origin) => {
                origin.changed(Self::DESCRIPTOR, typed).unwrap_or_else(|| origin.raw.clone())
            }
        }
    }

    /// These settings, checked. A struct that was read from settings and not changed was checked then.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`, every mistake in one error.
    fn resolve(self) -> Result<Resolved, Error> {
        let (origin, typed) = fields(self);
        match origin {
            None => Resolved::new(Self::DESCRIPTOR, &typed),
            Some(origin) => match origin.changed(Self::DESCRIPTOR, typed) {
                None => Ok(origin.resolved.clone()),
                Some(raw) => Resolved::new(Self::DESCRIPTOR, &raw),
            },
        }
    }

    /// The struct with what was given by name, every mistake in one error.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn from_raw(raw: RawSettings) -> Result<Self, Error> {
        let resolved = Resolved::new(Self::DESCRIPTOR, &raw)?;
        let mut settings = Self::read(&resolved);
        settings.common_mut().origin = Some(Arc::new(Origin { raw, resolved }));
        Ok(settings)
    }

    /// The settings from an environment, every mistake in one error.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting`.
    fn from_environment(environment: &Environment) -> Result<Self, Error> {
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
