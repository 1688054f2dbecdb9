//! The events and spans that this crate gives to [`tracing`], by name.
//!
//! An application that installs a subscriber of `tracing` sees them; `RUST_LOG=authspec=info` is enough
//! for all but [`BEGUN`]. None of them holds a secret, a token, a uid, a name or an e-mail address.
//!
//! # Spans
//!
//! `begin`, `complete`, `refresh` and `logout`, at level `info` and target [`TARGET`], with `backend`; and
//! after a refusal with `stage`, `code`, `provider_code` and `correlation_id`.
//!
//! # Events
//!
//! | name | level | when | fields |
//! |---|---|---|---|
//! | [`BEGUN`] | debug | a browser can be sent to the provider | `operation`, `backend`, `elapsed_ms` |
//! | [`ENDED`] | info | a sign-in, refresh or logout succeeded | `operation`, `backend`, `elapsed_ms` |
//! | [`REFUSED`] | warn | one of these failed, or a sign-in could not begin | the same, and `stage`, `code`, `recovery`, `parameter`, `provider_code`, `correlation_id` |
//! | [`REPLAY`] | warn | a sign-in or a logout token is used a second time | those of its span |
//! | [`DOCUMENT_FETCHED`] | info | a discovery document or key set was fetched | `document`, `url` |
//! | [`DOCUMENT_STALE`] | warn | it could not be fetched again, and the old one is used | `document`, `url`, `age`, `code` |
//! | [`KEYS_CHANGED`] | info | a key set has other keys than before | `url`, `added`, `removed` |
//! | [`NO_RESPONSE`] | warn | a request got no response | `host`, `proxy`, `kind`, `cause` |
//!
//! One call gives one of [`ENDED`] and [`REFUSED`], and never both. A refusal that looks like an attack
//! (another state, nonce or issuer, a bad signature, another user) and every replay have the target
//! [`SECURITY`]; everything else has [`TARGET`]. Times are in milliseconds (`elapsed_ms`) and seconds
//! (`age`).

use std::fmt;
use std::time::Instant;

use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};

use crate::error::{Code, Error, Result};
use crate::transport::TransportError;

/// The target of events and spans.
pub const TARGET: &str = "authspec";
/// The target of events that look like an attack.
pub const SECURITY: &str = "authspec::security";

/// A sign-in has begun: the browser can be sent to the provider.
pub const BEGUN: &str = "begun";
/// A sign-in, a refresh or a logout has succeeded.
pub const ENDED: &str = "ended";
/// A sign-in, a refresh or a logout has failed.
pub const REFUSED: &str = "refused";
/// A sign-in or a logout token is used a second time.
pub const REPLAY: &str = "replay";
/// A discovery document or a key set was fetched.
pub const DOCUMENT_FETCHED: &str = "document_fetched";
/// A discovery document or a key set could not be fetched again; the old one is used.
pub const DOCUMENT_STALE: &str = "document_stale";
/// A key set has other keys than the one before.
pub const KEYS_CHANGED: &str = "keys_changed";
/// A request got no response.
pub const NO_RESPONSE: &str = "no_response";

/// The operation of a call; the name of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Begin,
    Complete,
    Refresh,
    Logout,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Complete => "complete",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
        }
    }

    fn span(self, backend: &str) -> Span {
        macro_rules! span {
            ($name:literal) => {
                tracing::info_span!(
                    target: TARGET,
                    $name,
                    backend,
                    stage = Empty,
                    code = Empty,
                    provider_code = Empty,
                    correlation_id = Empty
                )
            };
        }
        match self {
            Self::Begin => span!("begin"),
            Self::Complete => span!("complete"),
            Self::Refresh => span!("refresh"),
            Self::Logout => span!("logout"),
        }
    }
}

/// Runs a call in its span, and ends it with its event.
pub(crate) async fn observe<T>(
    operation: Operation,
    backend: &str,
    call: impl Future<Output = Result<T>>,
) -> Result<T> {
    let span = operation.span(backend);
    let started = Instant::now();
    let result = call.instrument(span.clone()).await;
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| match &result {
        Ok(_) => succeeded(operation, backend, elapsed_ms),
        Err(error) => refused(&span, operation, backend, elapsed_ms, error),
    });
    result
}

fn succeeded(operation: Operation, backend: &str, elapsed_ms: u64) {
    let operation_name = operation.as_str();
    match operation {
        Operation::Begin => tracing::debug!(
            name: BEGUN, target: TARGET, operation = operation_name, backend, elapsed_ms, "a sign-in begins"
        ),
        _ => tracing::info!(
            name: ENDED, target: TARGET, operation = operation_name, backend, elapsed_ms, "succeeded"
        ),
    }
}

fn refused(span: &Span, operation: Operation, backend: &str, elapsed_ms: u64, error: &Error) {
    let provider = error.provider();
    let provider_code =
        provider.and_then(|provider| provider.codes.first().or(provider.error.as_ref()));
    let correlation_id = provider.and_then(|provider| provider.correlation_id.as_ref());
    let (stage, code) = (error.stage().as_str(), error.code().as_str());
    span.record("stage", stage);
    span.record("code", code);
    span.record("provider_code", provider_code.map(display));
    span.record("correlation_id", correlation_id.map(display));
    macro_rules! event {
        ($target:expr) => {
            tracing::warn!(
                name: REFUSED,
                target: $target,
                operation = operation.as_str(),
                backend,
                elapsed_ms,
                stage,
                code,
                recovery = error.recovery().as_str(),
                parameter = error.parameter(),
                provider_code = provider_code.map(display),
                correlation_id = correlation_id.map(display),
                "refused: {}",
                error.message()
            )
        };
    }
    if looks_like_an_attack(error) { event!(SECURITY) } else { event!(TARGET) }
}

/// Returns `true` if an honest browser and an honest provider would hardly cause this error.
fn looks_like_an_attack(error: &Error) -> bool {
    match error.code() {
        Code::StateMismatch
        | Code::NonceMismatch
        | Code::IssuerMismatch
        | Code::UserMismatch
        | Code::InvalidSignature
        | Code::UnsignedIdToken => true,
        Code::InvalidClaim => {
            matches!(error.parameter(), Some("iss" | "aud" | "azp" | "at_hash" | "sub" | "jti"))
        }
        _ => false,
    }
}

/// A sign-in or a logout token is used a second time.
pub(crate) fn replay(what: &str) {
    tracing::warn!(name: REPLAY, target: SECURITY, "{what} is used a second time");
}

pub(crate) fn fetched(document: &str, url: &str) {
    let url = without_query(url);
    tracing::info!(name: DOCUMENT_FETCHED, target: TARGET, document, url, "fetched");
}

pub(crate) fn stale(document: &str, url: &str, age: u64, error: &Error) {
    let (url, code) = (without_query(url), error.code().as_str());
    tracing::warn!(
        name: DOCUMENT_STALE,
        target: TARGET,
        document,
        url,
        age,
        code,
        "the old one is used: {}",
        error.message()
    );
}

pub(crate) fn keys_changed(url: &str, added: usize, removed: usize) {
    let url = without_query(url);
    tracing::info!(name: KEYS_CHANGED, target: TARGET, url, added, removed, "the keys have changed");
}

pub(crate) fn no_response(error: &TransportError, host: &str, proxy: Option<&str>) {
    let (kind, cause) = (error.kind().as_str(), error.causes());
    tracing::warn!(name: NO_RESPONSE, target: TARGET, host, proxy, kind, cause, "no response");
}

fn without_query(url: &str) -> impl fmt::Display + tracing::Value + '_ {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Stage;

    #[test]
    fn attacks_are_told_from_faults() {
        let error = |code| Error::new(code, Stage::TokenValidation, "");
        assert!(looks_like_an_attack(&error(Code::StateMismatch)));
        assert!(looks_like_an_attack(&error(Code::InvalidClaim).with_parameter("aud")));
        assert!(!looks_like_an_attack(&error(Code::InvalidClaim).with_parameter("acr")));
        assert!(!looks_like_an_attack(&error(Code::Timeout)));
    }
}
