//! One error for everything that can go wrong in a sign-in.

mod code;
mod provider;

pub use code::{Code, Origin, Recovery, Stage};
pub use provider::ProviderError;

use std::fmt;
use std::time::Duration;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong in a sign-in, where, and what to do about it.
///
/// No secret, token or e-mail address is ever part of one.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    stage: Stage,
    message: String,
    parameter: Option<String>,
    provider: Option<ProviderError>,
}

impl Error {
    /// An error of this code at this stage, with a sentence for a person.
    pub(crate) fn new(code: Code, stage: Stage, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            stage,
            message: message.into(),
            parameter: None,
            provider: None,
        }))
    }

    pub(crate) fn with_parameter(mut self, parameter: impl Into<String>) -> Self {
        self.0.parameter = Some(parameter.into());
        self
    }

    pub(crate) fn with_provider(mut self, provider: ProviderError) -> Self {
        self.0.provider = Some(provider);
        self
    }

    /// The error without what this client sent, in case the provider echoes it.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Self {
        self.0.provider = self.0.provider.map(|provider| provider.without(secrets));
        self
    }

    pub(crate) fn with_stage(mut self, stage: Stage) -> Self {
        self.0.stage = stage;
        self
    }

    /// The error some seconds later: less is left of the provider's wait.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        let wait = self.0.provider.as_mut().and_then(|provider| provider.retry_after.as_mut());
        if let Some(wait) = wait {
            *wait = wait.saturating_sub(seconds);
        }
        self
    }

    /// The error with one more sentence, when there is one.
    pub(crate) fn with_help(mut self, help: Option<&str>) -> Self {
        if let Some(help) = help {
            self.0.message.push(' ');
            self.0.message.push_str(help);
        }
        self
    }

    /// What went wrong.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Where in the sign-in it went wrong.
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// What to do about it.
    pub fn recovery(&self) -> Recovery {
        self.0.code.recovery()
    }

    /// Who caused it.
    pub fn origin(&self) -> Origin {
        self.0.code.origin()
    }

    /// What to change, in words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The setting, parameter or claim it is about, by its full name.
    pub fn parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// The provider's own error, where it sent one.
    pub fn provider(&self) -> Option<&ProviderError> {
        self.0.provider.as_ref()
    }

    /// How long to wait before another try, where the provider said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.provider().and_then(|provider| provider.retry_after).map(Duration::from_secs)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a `main` that returns this error prints: the sentence first.
        let Inner { code, stage, message, parameter, provider } = &*self.0;
        write!(formatter, "{message} (")?;
        write!(formatter, "{}, {}", code.as_str(), stage.as_str())?;
        if let Some(parameter) = parameter {
            write!(formatter, ", {parameter}")?;
        }
        formatter.write_str(")")?;
        match provider {
            Some(provider) => write!(formatter, " {provider:?}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl serde::Serialize for Error {
    /// `{"code","stage","message","parameter","recovery","provider"}`, absent members null.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut object = serializer.serialize_struct("Error", 6)?;
        object.serialize_field("code", self.code().as_str())?;
        object.serialize_field("stage", self.stage().as_str())?;
        object.serialize_field("message", self.message())?;
        object.serialize_field("parameter", &self.parameter())?;
        object.serialize_field("recovery", self.recovery().as_str())?;
        object.serialize_field("provider", &self.provider())?;
        object.end()
    }
}
