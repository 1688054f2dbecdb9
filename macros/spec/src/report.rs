//! Everything that is wrong with a spec, collected in one pass.

use std::cell::RefCell;

use crate::codes::Code;
use crate::source::Span;

/// One mistake.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which kind of mistake.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// Where, and what stands there; the first place is the main one.
    pub labels: Vec<(Span, String)>,
    /// What to change.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: vec![(span, String::new())], help: None }
    }

    /// What stands at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let Some((_, text)) = self.labels.first_mut() {
            *text = label.into();
        }
        self
    }

    /// Another place that has to do with it.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    /// What to change.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The mistakes of a spec and of every file it extends.
#[derive(Debug, Default)]
pub struct Report(RefCell<Vec<Diagnostic>>);

impl Report {
    /// Adds a mistake.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// Whether there is a mistake of this kind.
    pub fn has(&self, code: Code) -> bool {
        self.0.borrow().iter().any(|diagnostic| diagnostic.code == code)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The mistakes in the order of their places, each once.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.0.into_inner();
        let place = |diagnostic: &Diagnostic| {
            diagnostic.labels.first().map(|(span, _)| (span.file, span.bytes.start))
        };
        diagnostics.sort_by_key(place);
        diagnostics.dedup_by(|one, other| {
            one.code == other.code && one.message == other.message && place(one) == place(other)
        });
        diagnostics
    }
}
