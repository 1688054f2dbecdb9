//! One error for everything that can go wrong in a sign-in.

mod code;
mod explanation;
mod provider;
mod shown;

pub use code::{Code, Origin, Recovery, Stage, UnknownWord};
pub use explanation::Explanation;
pub use provider::ProviderError;
pub(crate) use shown::{shown, shown_list};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

/// The name of a refusal for which the provider gave no error code.
pub(crate) const UNNAMED: &str = "an error of its own";

/// An error of another library.
type Source = dyn std::error::Error + Send + Sync;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a sign-in: a code, the stage at which it occurred, the recovery, and texts for three
/// readers.
///
/// [`message`](Self::message) is for operators and logs, [`for_visitors`](Self::for_visitors) for the
/// page that the person who signs in sees, and [`explanation`](Self::explanation) is the entry of the
/// table that `authspec explain` prints. An error that this crate makes holds no secret, token or
/// e-mail address.
///
/// An application gives errors of its own steps the same shape:
///
/// ```
/// use authspec::{Code, Error, Stage};
///
/// let error = Error::new(Code::EmailInUse, Stage::Pipeline, "Account 17 has this address.");
/// assert_eq!(error.status(), 409);
/// assert_eq!(error.recovery(), authspec::Recovery::UseExistingAccount);
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    stage: Stage,
    message: String,
    parameter: Option<String>,
    provider: Option<ProviderError>,
    /// Instead of the code's.
    recovery: Option<Recovery>,
    /// Instead of the code's.
    explanation: Option<&'static Explanation>,
    source: Option<Arc<Source>>,
    next: Option<String>,
    data: Option<Value>,
}

impl Error {
    /// An error of this code at this stage, with a sentence for operators.
    ///
    /// The message goes to logs as it is: leave out secrets and personal data. Steps that an
    /// application runs after a sign-in are [`Stage::Pipeline`].
    pub fn new(code: Code, stage: Stage, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            stage,
            message: message.into(),
            parameter: None,
            provider: None,
            recovery: None,
            explanation: None,
            source: None,
            next: None,
            data: None,
        }))
    }

    /// The error with the full name of the setting, parameter or claim that it is about.
    #[must_use]
    pub fn with_parameter(mut self, parameter: impl Into<String>) -> Self {
        self.0.parameter = Some(parameter.into());
        self
    }

    /// The error with another recovery than its code's.
    #[must_use]
    pub fn with_recovery(mut self, recovery: Recovery) -> Self {
        self.0.recovery = Some(recovery);
        self
    }

    /// The error with its cause, which [`source`](std::error::Error::source) then gives. It may hold
    /// host names; secrets and URLs with a query must have been removed.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<Source>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// The error with a more specific entry of the table than its code's.
    pub(crate) fn with_explanation(mut self, explanation: &'static Explanation) -> Self {
        self.0.explanation = Some(explanation);
        self
    }

    pub(crate) fn with_provider(mut self, provider: ProviderError) -> Self {
        self.0.provider = Some(provider);
        self
    }

    /// The error without what this client sent, in case the provider echoes it.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Self {
        let Some(provider) = self.0.provider.take() else {
            return self;
        };
        let word = provider.error.clone();
        let provider = provider.without(secrets);
        if let (Some(word), None) = (word, &provider.error) {
            self.0.message = self.0.message.replace(&shown(&word), UNNAMED);
        }
        self.0.provider = Some(provider);
        self
    }

    /// The error of a sign-in that would have gone on to `next`, with the application's data.
    pub(crate) fn with_resumption(mut self, next: Option<String>, data: Option<Value>) -> Self {
        self.0.next = next;
        self.0.data = data;
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

    /// The kind of this error.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The step of the sign-in at which it occurred.
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// The action that can resolve it.
    pub fn recovery(&self) -> Recovery {
        self.0.recovery.unwrap_or(self.0.code.recovery())
    }

    /// The party that caused it. A refusal that the provider sent is [`Origin::ProviderResponse`],
    /// whatever its code.
    pub fn origin(&self) -> Origin {
        match self.0.provider {
            Some(_) => Origin::ProviderResponse,
            None => self.0.code.origin(),
        }
    }

    /// The HTTP status of the page that reports this error (RFC 9110 section 15), from 400 to 504. It
    /// is [`Code::status`] of its code.
    pub fn status(&self) -> u16 {
        self.0.code.status()
    }

    /// One or two sentences for the page that the person who signs in sees. They name no setting, no
    /// endpoint and no internal code.
    pub fn for_visitors(&self) -> &'static str {
        self.explanation().for_visitors()
    }

    /// The entry of the table that `authspec explain` prints: what happened, where to look, and what to
    /// do. It is the entry of the provider's own code where that has one, otherwise of
    /// [`code`](Self::code).
    pub fn explanation(&self) -> &'static Explanation {
        self.0.explanation.unwrap_or_else(|| Explanation::of(self.0.code))
    }

    /// The message: what failed, and what to change.
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

    /// The claims challenge of the provider, a JSON text to start the next sign-in with:
    /// [`BeginRequest::claims`](crate::BeginRequest::claims).
    pub fn claims_challenge(&self) -> Option<&str> {
        self.provider().and_then(|provider| provider.claims.as_deref())
    }

    /// The path that the sign-in would have gone on to, for another try: of
    /// [`BeginRequest::next`](crate::BeginRequest::next), once its transaction was opened.
    pub fn next(&self) -> Option<&str> {
        self.0.next.as_deref()
    }

    /// The application's own data of the sign-in, for another try: of
    /// [`BeginRequest::data`](crate::BeginRequest::data), once its transaction was opened. Read it with
    /// `T::deserialize`. It is part of no message, no `Debug` and no serialization of the error.
    pub fn data(&self) -> Option<&Value> {
        self.0.data.as_ref()
    }

    /// The time to wait before another attempt, if the provider sent one.
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
        let Inner { code, stage, message, parameter, provider, .. } = &*self.0;
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

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

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

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_cause_is_kept_and_stays_out_of_what_is_printed() {
        let cause = std::io::Error::other("connection reset by op.example");
        let error = Error::new(Code::ConnectionFailed, Stage::Begin, "No connection.");
        assert!(error.source().is_none());
        let error = error.with_source(cause).clone();
        assert_eq!(error.source().unwrap().to_string(), "connection reset by op.example");
        assert!(!format!("{error} {error:?}").contains("op.example"));
    }

    /// The status says whose turn it is: the visitor's, the operator's, or the provider's.
    #[test]
    fn the_status_fits_the_recovery() {
        for code in Code::ALL {
            let expected = match code.recovery() {
                Recovery::RetryLater => 502..=504,
                Recovery::CorrectInput => 400..=400,
                Recovery::Reauthenticate => 401..=401,
                Recovery::UseExistingAccount => 409..=409,
                Recovery::CheckProviderProfile | Recovery::None => 403..=403,
                // An ID token that has expired is the provider's answer.
                Recovery::RestartLogin => 400..=502,
                Recovery::ContactAdministrator => 403..=502,
            };
            assert!(expected.contains(&code.status()), "{code}: {}", code.status());
        }
        assert_eq!((Code::Timeout.status(), Code::BackendMissing.status()), (504, 404));
    }

    #[test]
    fn a_recovery_may_be_set_for_one_error() {
        let error = Error::new(Code::MissingParameter, Stage::Callback, "No state.");
        assert_eq!(error.recovery(), Recovery::CorrectInput);
        let error = error.with_recovery(Recovery::RestartLogin);
        assert_eq!(error.recovery(), Recovery::RestartLogin);
        assert_eq!(serde_json::json!(error)["recovery"], "restart_login");
    }

    #[test]
    fn a_refusal_of_the_provider_is_never_the_operators_request() {
        let error = Error::new(Code::InvalidSetting, Stage::TokenExchange, "Wrong secret.");
        assert_eq!(error.origin(), Origin::Configuration);
        let error = error.with_provider(ProviderError::default());
        assert_eq!(error.origin(), Origin::ProviderResponse);
    }
}
