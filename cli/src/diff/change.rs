//! One change with its weight and reason, and the list that comparisons add to.

use authspec_spec::printable;
use serde_json::{Value, json};

/// The severity of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// A working sign-in may fail, or other people may sign in.
    Breaking,
    /// It can be seen, and nothing stops.
    Notice,
    /// Only words changed.
    Cosmetic,
}

impl Severity {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Notice => "notice",
            Self::Cosmetic => "cosmetic",
        }
    }
}

/// The severity of a change, and its reason.
#[derive(Debug)]
pub(super) struct Weight {
    severity: Severity,
    reason: String,
}

pub(super) fn breaking(reason: impl Into<String>) -> Weight {
    Weight { severity: Severity::Breaking, reason: reason.into() }
}

pub(super) fn notice(reason: impl Into<String>) -> Weight {
    Weight { severity: Severity::Notice, reason: reason.into() }
}

pub(super) fn cosmetic() -> Weight {
    Weight { severity: Severity::Cosmetic, reason: "only words".to_owned() }
}

/// One change.
#[derive(Debug)]
pub(super) struct Change {
    /// The construct of the spec language that it belongs to.
    pub(super) construct: &'static str,
    /// The changed part, in words.
    pub(super) what: String,
    /// The old value, if there was one.
    pub(super) old: Option<String>,
    /// The new value, if there is one.
    pub(super) new: Option<String>,
    /// Its severity.
    pub(super) severity: Severity,
    /// The reason for the severity.
    pub(super) reason: String,
}

impl Change {
    fn to_json(&self) -> Value {
        let Self { construct, what, old, new, severity, reason } = self;
        json!({
            "construct": construct,
            "what": what,
            "old": old,
            "new": new,
            "severity": severity.word(),
            "reason": reason,
        })
    }
}

/// The changes of one backend, in the order of the spec language.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) backend: String,
    pub(super) list: Vec<Change>,
}

impl Changes {
    pub(super) fn of(backend: &str) -> Self {
        Self { backend: backend.to_owned(), list: Vec::new() }
    }

    /// The group of changes of one construct.
    pub(super) fn group(&mut self, construct: &'static str) -> Group<'_> {
        Group { construct, list: &mut self.list }
    }

    pub(super) fn is_breaking(&self) -> bool {
        self.list.iter().any(|change| change.severity == Severity::Breaking)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "backend": self.backend,
            "changes": self.list.iter().map(Change::to_json).collect::<Vec<_>>(),
            "breaking": self.is_breaking(),
        })
    }
}

/// The changes of one construct.
#[derive(Debug)]
pub(super) struct Group<'c> {
    construct: &'static str,
    list: &'c mut Vec<Change>,
}

impl Group<'_> {
    /// Adds the change of a part that is new.
    pub(super) fn added(&mut self, what: &str, new: impl Into<String>, weight: Weight) {
        self.push(format!("{what} added"), None, Some(new.into()), weight);
    }

    /// Adds the change of a part that was removed.
    pub(super) fn removed(&mut self, what: &str, old: impl Into<String>, weight: Weight) {
        self.push(format!("{what} removed"), Some(old.into()), None, weight);
    }

    /// Adds the change of a part that has another value.
    pub(super) fn changed(
        &mut self,
        what: &str,
        old: impl Into<String>,
        new: impl Into<String>,
        weight: Weight,
    ) {
        self.push(format!("{what} changed"), Some(old.into()), Some(new.into()), weight);
    }

    /// A change that a whole sentence tells, without values.
    pub(super) fn told(&mut self, what: impl Into<String>, weight: Weight) {
        self.push(what.into(), None, None, weight);
    }

    /// Words for people changed, came or went.
    pub(super) fn words(&mut self, what: &str, old: Option<&str>, new: Option<&str>) {
        if old != new {
            let (old, new) = (old.map(str::to_owned), new.map(str::to_owned));
            self.push(format!("{what} changed"), old, new, cosmetic());
        }
    }

    fn push(&mut self, what: String, old: Option<String>, new: Option<String>, weight: Weight) {
        // A spec comes from another author: what it holds must not steer a terminal or a CI run.
        let Weight { severity, reason } = weight;
        let (what, reason) = (printable(what), printable(reason));
        let (old, new) = (old.map(printable), new.map(printable));
        let construct = self.construct;
        self.list.push(Change { construct, what, old, new, severity, reason });
    }
}
