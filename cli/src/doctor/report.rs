//! The lines of the report, as a table for people and as JSON for programs.

use std::io::Write as _;

use authspec_spec::printable;
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// The state of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Ok,
    Warning,
    Fault,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

struct Line {
    check: &'static str,
    state: State,
    message: String,
}

/// The results of the checks of a backend.
pub(super) struct Report {
    backend: &'static str,
    lines: Vec<Line>,
}

impl Report {
    pub(super) fn new(backend: &'static str) -> Self {
        Self { backend, lines: Vec::new() }
    }

    pub(super) fn ok(&mut self, check: &'static str, message: impl Into<String>) {
        self.push(check, State::Ok, message);
    }

    pub(super) fn warning(&mut self, check: &'static str, message: impl Into<String>) {
        self.push(check, State::Warning, message);
    }

    /// Adds a fault that makes sign-ins fail. The message says what to do about it.
    pub(super) fn fault(&mut self, check: &'static str, message: impl Into<String>) {
        self.push(check, State::Fault, message);
    }

    fn push(&mut self, check: &'static str, state: State, message: impl Into<String>) {
        self.lines.push(Line { check, state, message: message.into() });
    }

    pub(super) fn has_fault(&self) -> bool {
        self.state() == State::Fault
    }

    fn state(&self) -> State {
        self.lines.iter().map(|line| line.state).max().unwrap_or(State::Ok)
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        for Line { check, state, message } in &self.lines {
            let message = printable(message.clone());
            writeln!(out, "{:<8} {check:<11} {message}", state.as_str())?;
        }
        Ok(())
    }

    pub(super) fn print_json(&self) -> Result<(), Failure> {
        let checks: Vec<_> = self
            .lines
            .iter()
            .map(|Line { check, state, message }| {
                json!({ "check": check, "state": state.as_str(), "message": message })
            })
            .collect();
        output::json(&json!({
            "backend": self.backend,
            "version": env!("CARGO_PKG_VERSION"),
            "state": self.state().as_str(),
            "checks": checks,
        }))
    }
}
