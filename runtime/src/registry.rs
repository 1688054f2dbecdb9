//! Any number of backends, chosen by settings.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::backend::{Backend, backend};
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};
use crate::runtime::Runtime;
use crate::settings::{Environment, SettingIssue};

/// The variable that lists backends: their names, the class paths of python-social-auth, or instances as
/// `NAME=BACKEND` (see [`Descriptor::instance`]).
pub const BACKENDS_VARIABLE: &str = "SOCIAL_AUTH_AUTHENTICATION_BACKENDS";

/// The backends of an application, by name. A clone is cheap, and shares the backends.
#[derive(Clone)]
pub struct Backends {
    backends: BTreeMap<&'static str, Arc<dyn Backend>>,
    warnings: Arc<[SettingIssue]>,
}

impl Backends {
    /// Starts with no provider known.
    pub fn builder() -> BackendsBuilder {
        BackendsBuilder { known: Vec::new() }
    }

    /// The backend of that name.
    ///
    /// # Errors
    ///
    /// `backend_missing`, with the names that there are.
    pub fn get(&self, name: &str) -> Result<&dyn Backend> {
        self.backends.get(name).map(AsRef::as_ref).ok_or_else(|| {
            let names: Vec<&str> = self.backends.keys().copied().collect();
            let message = format!("There is no such backend. There are: {}.", names.join(", "));
            Error::new(Code::BackendMissing, Stage::Begin, message)
        })
    }

    /// Every backend, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Backend> {
        self.backends.values().map(AsRef::as_ref)
    }

    /// Checks that sign-ins can work now through every backend: for a readiness check.
    ///
    /// # Errors
    ///
    /// Of the first backend that cannot; the message has what each of them says.
    pub async fn check(&self) -> Result<()> {
        let mut errors = Vec::new();
        for backend in self.backends.values() {
            errors.extend(backend.check().await.err());
        }
        combine(&errors).map_or(Ok(()), Err)
    }

    /// Warnings about settings that are valid but may not be intended.
    pub fn warnings(&self) -> &[SettingIssue] {
        &self.warnings
    }
}

impl fmt::Debug for Backends {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.backends.keys()).finish()
    }
}

/// Collects the providers that an application knows.
#[derive(Clone, Debug, Default)]
pub struct BackendsBuilder {
    known: Vec<&'static Descriptor>,
}

impl BackendsBuilder {
    /// Makes these providers known; a provider crate's `ALL` is such a list.
    #[must_use]
    pub fn with(mut self, descriptors: &[&'static Descriptor]) -> Self {
        self.known.extend(descriptors);
        self
    }

    /// The provider that an entry of the list means: by name, or by alias.
    pub fn find(&self, entry: &str) -> Option<&'static Descriptor> {
        self.known
            .iter()
            .find(|descriptor| descriptor.name == entry || descriptor.aliases.contains(&entry))
            .copied()
    }

    /// The provider that an entry of the list means, under the name of the instance if the entry has one:
    /// `NAME=BACKEND`.
    ///
    /// # Errors
    ///
    /// `backend_missing` for a backend that is not known, `invalid_setting` for a name that no instance can have.
    pub fn entry(&self, entry: &str) -> Result<&'static Descriptor> {
        let (instance, backend) = match entry.split_once('=') {
            Some((name, backend)) => (Some(name), backend),
            None => (None, entry),
        };
        let descriptor = self.find(backend).ok_or_else(|| {
            let names: Vec<&str> = self.known.iter().map(|known| known.name).collect();
            let message = format!(
                "`{backend}` is not a known backend. Known backends: {}.",
                names.join(", ")
            );
            Error::new(Code::BackendMissing, Stage::Begin, message)
        })?;
        let Some(name) = instance else {
            return Ok(descriptor);
        };
        if name != descriptor.name && self.find(name).is_some() {
            let message = format!(
                "`{entry}` names an instance as another backend is named: its settings would be \
                 that backend's. Choose another name."
            );
            return Err(Error::new(Code::InvalidSetting, Stage::Begin, message));
        }
        descriptor.instance(name)
    }

    /// Every provider that is known.
    pub fn known(&self) -> &[&'static Descriptor] {
        &self.known
    }

    /// The backends that the environment lists, with the settings it has for them.
    ///
    /// # Errors
    ///
    /// `missing_setting` without a list, `backend_missing` for an unknown entry, or a
    /// mistake in the settings of a backend; every backend's mistakes are in the message.
    pub fn from_env(self) -> Result<Backends> {
        self.build(&Runtime::new()?)
    }

    /// The same, with a runtime of your own.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn build(self, runtime: &Runtime) -> Result<Backends> {
        let environment = runtime.environment();
        let mut warnings = Vec::new();
        let listed = self.listed(environment, &mut warnings)?;
        // Each backend tells its own.
        for warning in &warnings {
            tracing::warn!(target: "authspec", setting = warning.parameter, "{}", warning.message);
        }
        let mut backends = BTreeMap::new();
        let mut errors: Vec<Error> = Vec::new();
        let known: Vec<&Descriptor> = self.known.iter().chain(&listed).copied().collect();
        for descriptor in listed {
            let settings = environment.settings_among(descriptor, &known);
            match backend(descriptor, &settings, runtime) {
                Ok(backend) => {
                    // Backends may share a variable that is wrong for all of them.
                    let known: Vec<&str> =
                        warnings.iter().map(|one| one.message.as_str()).collect();
                    let new = backend.warnings().iter();
                    let new = new.filter(|one| !known.contains(&one.message.as_str()));
                    let new: Vec<SettingIssue> = new.cloned().collect();
                    warnings.extend(new);
                    backends.insert(descriptor.name, Arc::from(backend));
                }
                Err(error) => errors.push(error),
            }
        }
        match combine(&errors) {
            None => Ok(Backends { backends, warnings: warnings.into() }),
            Some(error) => Err(error),
        }
    }

    fn listed(
        &self,
        environment: &Environment,
        warnings: &mut Vec<SettingIssue>,
    ) -> Result<Vec<&'static Descriptor>> {
        let list = environment.text(BACKENDS_VARIABLE)?.ok_or_else(|| {
            let names: Vec<&str> = self.known.iter().map(|known| known.name).collect();
            let names = names.join(", ");
            let message = format!("`{BACKENDS_VARIABLE}` is not set. Known backends: {names}.");
            Error::new(Code::MissingSetting, Stage::Begin, message)
                .with_parameter(BACKENDS_VARIABLE)
        })?;
        let entries = list
            .split(|char: char| char == ',' || char.is_whitespace() || "[]()\"'".contains(char))
            .filter(|entry| !entry.is_empty());
        let mut listed: Vec<&'static Descriptor> = Vec::new();
        for entry in entries {
            if entry.starts_with("django.") {
                let message = format!(
                    "`{BACKENDS_VARIABLE}` lists `{entry}`, which is Django's own: ignored"
                );
                warnings.push(SettingIssue::warning(BACKENDS_VARIABLE, message));
                continue;
            }
            let descriptor = self.entry(entry).map_err(|error| {
                let message = format!("`{BACKENDS_VARIABLE}`: {}", error.message());
                Error::new(error.code(), Stage::Begin, message).with_parameter(BACKENDS_VARIABLE)
            })?;
            let same_name = listed.iter().find(|other| other.name == descriptor.name);
            if same_name.is_some_and(|other| !std::ptr::eq(*other, descriptor)) {
                let message = format!(
                    "`{BACKENDS_VARIABLE}` gives the name `{}` to two backends.",
                    descriptor.name
                );
                return Err(Error::new(Code::InvalidSetting, Stage::Begin, message)
                    .with_parameter(BACKENDS_VARIABLE));
            }
            if same_name.is_none() {
                listed.push(descriptor);
            }
        }
        Ok(listed)
    }
}

/// One error of several backends' errors.
fn combine(errors: &[Error]) -> Option<Error> {
    let first = errors.first()?;
    let messages: Vec<&str> = errors.iter().map(Error::message).collect();
    let error = Error::new(first.code(), first.stage(), messages.join(" "));
    Some(match first.parameter() {
        Some(parameter) => error.with_parameter(parameter),
        None => error,
    })
}
