//! Failures of the command: an exit code, and one JSON object as the last line of standard error.

use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use authspec::{Error, Origin, Stage};
use authspec_spec::{Diagnostic, Finding, Sources, render};
use serde_json::{Value, json};

use crate::output::count;

/// The reason why a command failed.
pub(crate) enum Failure {
    /// A sign-in failed, or its settings are wrong.
    Authspec(Error),
    /// The command line, its input, or a spec is wrong.
    Wrong { code: &'static str, message: String, parameter: Option<String> },
    /// A provider cannot be reached, or its answer is not usable.
    Refused { code: &'static str, message: String },
    /// The browser did not come back from the provider in time.
    TimedOut(String),
    /// This machine failed.
    Io(std::io::Error),
}

impl Failure {
    pub(crate) fn wrong(code: &'static str, message: impl Into<String>) -> Self {
        Self::Wrong { code, message: message.into(), parameter: None }
    }

    /// A file or folder that was asked for and cannot be written.
    pub(crate) fn at(path: &Path, error: &std::io::Error) -> Self {
        Self::wrong("invalid_parameter", format!("{}: {error}", path.display()))
    }

    /// A port that another program listens on.
    pub(crate) fn port_taken(port: u16) -> Self {
        let message = format!("port {port} is taken; choose another with --port, or 0 for any");
        Self::wrong("invalid_parameter", message)
    }

    /// Says it on standard error.
    pub(crate) fn report(self) -> ExitCode {
        let (code, error) = match self {
            Self::Authspec(error) => {
                let wrong_usage =
                    error.origin() == Origin::Request && error.stage() == Stage::Begin;
                let code =
                    if wrong_usage || error.origin() == Origin::Configuration { 2 } else { 1 };
                (code, json!(error))
            }
            Self::Wrong { code, message, parameter } => {
                (2, wrong(code, &message, parameter.as_deref()))
            }
            Self::Refused { code, message } => (1, wrong(code, &message, None)),
            Self::TimedOut(message) => (1, wrong("response_expired", &message, None)),
            // The reader of the output has seen enough.
            Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                return ExitCode::from(1);
            }
            Self::Io(error) => (1, wrong("unknown_error", &error.to_string(), None)),
        };
        eprintln!("{}", json!({ "error": error }));
        ExitCode::from(code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Authspec(error)
    }
}

impl From<authspec_build::Error> for Failure {
    fn from(error: authspec_build::Error) -> Self {
        use authspec_build::Error;
        match error {
            Error::Specs(findings) => {
                for Finding { diagnostic, sources } in &findings {
                    if let Err(error) = show(std::slice::from_ref(diagnostic), sources) {
                        return Self::Io(error);
                    }
                }
                let mistakes = count(findings.len(), "mistake");
                Self::wrong("invalid_parameter", format!("the specs have {mistakes}"))
            }
            Error::Io(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Self::wrong("invalid_parameter", error.to_string())
            }
            Error::Io(error) => Self::Io(error),
            other => Self::wrong("invalid_parameter", other.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn wrong(code: &str, message: &str, parameter: Option<&str>) -> Value {
    json!({
        "code": code,
        "stage": "unknown",
        "message": message,
        "parameter": parameter,
        "recovery": match code {
            "unknown_error" | "http_error" | "malformed_response" => "contact_administrator",
            "response_expired" => "restart_login",
            _ => "correct_input",
        },
        "provider": null,
    })
}

/// Shows a spec's mistakes, with paths as seen from the working directory.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &Sources) -> std::io::Result<()> {
    let base = std::env::current_dir()?;
    for diagnostic in diagnostics {
        eprintln!("{}\n", render(diagnostic, sources, &base));
    }
    Ok(())
}

/// A wrong command line: clap's own words for a person, then the JSON line. Help is not a failure.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is not a mistake.
        _ = error.print();
        return ExitCode::SUCCESS;
    }
    // These repeat what was written, which may be a token in the wrong place.
    let repeats = matches!(
        error.kind(),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand | ErrorKind::TooManyValues
    );
    if repeats {
        eprintln!("error: {}{}\n", error.kind(), meant(error));
    } else {
        _ = error.print();
    }
    // The kind, never what was written: it may be a token in the wrong place.
    let message = match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) => "say which command".to_owned(),
        (ErrorKind::MissingRequiredArgument, Some(names)) => format!("missing: {names}"),
        (kind, _) => format!("{kind}{}", meant(error)),
    };
    let message = format!("wrong usage: {message}; see `authspec --help`");
    Failure::wrong("invalid_parameter", message).report()
}

/// The command or option that was probably meant, which is a word of ours.
fn meant(error: &clap::Error) -> String {
    let near = error
        .get(ContextKind::SuggestedSubcommand)
        .or_else(|| error.get(ContextKind::SuggestedArg));
    match near {
        Some(ContextValue::String(near)) => format!(" (did you mean `{near}`?)"),
        // The nearest stands last.
        Some(ContextValue::Strings(near)) => {
            near.last().map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
        }
        _ => String::new(),
    }
}
