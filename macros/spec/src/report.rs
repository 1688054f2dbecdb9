//! Everything that is wrong with a spec, collected in one pass.

use std::cell::RefCell;

use crate::codes::Code;
use crate::source::Span;
use crate::suggest::nearest;

/// The number of diagnostics that are shown for one spec.
const MAX_SHOWN: usize = 100;

/// One mistake.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which kind of mistake.
    pub code: Code,
    /// The message, in one line.
    pub message: String,
    /// Where, and what stands there; the first place is the main one.
    pub labels: Vec<(Span, String)>,
    /// The advice about what to change.
    pub help: Option<String>,
    /// Texts to put at places: the change that `help` speaks of, for tools.
    pub replacements: Vec<(Span, String)>,
    /// `true` if the change is drawn as a diff, for people.
    pub is_drawn: bool,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let labels = vec![(span, String::new())];
        Self {
            code,
            message: printable(message.into()),
            labels,
            help: None,
            replacements: Vec::new(),
            is_drawn: false,
        }
    }

    /// Labels the main place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let Some((_, text)) = self.labels.first_mut() {
            *text = printable(label.into());
        }
        self
    }

    /// Another place that has to do with it.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, printable(label.into())));
        self
    }

    /// The advice about what to change.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help.into()));
        self
    }

    /// The change that would mend it, drawn as a diff under a sentence.
    #[must_use]
    pub fn change(mut self, help: impl Into<String>, replacements: Vec<(Span, String)>) -> Self {
        self.is_drawn = !replacements.is_empty();
        self.replacements = replacements;
        self.help(help)
    }

    /// The known word that was most likely meant at the main place; else all of them.
    #[must_use]
    pub(crate) fn among<'a>(
        self,
        word: &str,
        known: impl Iterator<Item = &'a str> + Clone,
        list: &str,
    ) -> Self {
        match nearest(word, known.clone()) {
            Some(near) => {
                let place = self.labels.first().map(|(span, _)| {
                    // A place that is longer than the word has quotes around it.
                    let quotes = span.bytes.len().saturating_sub(word.len()) / 2;
                    let bytes = span.bytes.start + quotes..span.bytes.end.saturating_sub(quotes);
                    Span { file: span.file, bytes }
                });
                self.meant(near, place)
            }
            None => {
                let known: Vec<&str> = known.collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                self.help(format!("{list}: {known}"))
            }
        }
    }

    /// The word that was most likely meant, and where it belongs.
    #[must_use]
    pub(crate) fn meant(mut self, near: &str, place: Option<Span>) -> Self {
        self.replacements.extend(place.map(|place| (place, near.to_owned())));
        self.help(format!("did you mean `{near}`?"))
    }
}

/// A text without control characters: what a file holds must not steer a terminal.
pub fn printable(text: String) -> String {
    // Marks of writing direction make a text look like another one.
    let steers = |char: char| {
        char.is_control()
            || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.chars().any(steers) {
        return text;
    }
    text.chars().fold(String::new(), |mut shown, char| {
        if steers(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
        shown
    })
}

/// The mistakes of a spec and of every file it extends.
#[derive(Debug, Default)]
pub struct Report(RefCell<Vec<Diagnostic>>);

impl Report {
    /// Adds a mistake.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// Returns `true` if there is a mistake of this kind.
    pub fn has(&self, code: Code) -> bool {
        self.0.borrow().iter().any(|diagnostic| diagnostic.code == code)
    }

    /// The number of diagnostics so far.
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// The diagnostics in the order of their places, each once, at most [`MAX_SHOWN`].
    ///
    /// After a syntax error nothing else is reported. If a file that the spec extends could not be loaded,
    /// missing keys are not reported, because that file may define them.
    pub(crate) fn into_diagnostics(self, has_its_base: bool) -> Vec<Diagnostic> {
        let has_syntax = self.has(Code::Syntax);
        let mut diagnostics = self.0.into_inner();
        diagnostics.retain(|diagnostic| match diagnostic.code {
            Code::Syntax
            | Code::DuplicateKey
            | Code::Unreadable
            | Code::ExtendsCycle
            | Code::OutsidePackage => true,
            Code::MissingKey => has_its_base && !has_syntax,
            _ => !has_syntax,
        });
        let place = |diagnostic: &Diagnostic| {
            diagnostic.labels.first().map(|(span, _)| (span.file, span.bytes.start))
        };
        diagnostics.sort_by_cached_key(|diagnostic| {
            (place(diagnostic), diagnostic.code, diagnostic.message.clone())
        });
        diagnostics.dedup_by(|one, other| {
            one.code == other.code && one.message == other.message && place(one) == place(other)
        });
        diagnostics.truncate(MAX_SHOWN);
        diagnostics
    }
}
