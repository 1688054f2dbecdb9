//! Reads one table by its declared keys: unknown keys, wrong types and missing keys are reported.

use crate::codes::Code;
use crate::node::{Node, Table, Value};
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;

/// One key of the language: the one declaration that feeds the reader, the suggestions, the schema
/// and the reference page.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// What it is for, in one sentence.
    pub doc: &'static str,
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Text with `{settings}` in it.
    Template,
    /// A claim expression.
    Claim,
    /// `true` or `false`.
    Bool,
    /// A whole number that is not negative.
    Integer,
    /// A list of texts.
    Texts,
    /// A table with declared keys.
    Table,
    /// A table whose keys the spec chooses.
    Map,
    /// A list of tables.
    Tables,
    /// Whatever the construct says.
    Any,
    /// Planned, and not built yet.
    Reserved,
}

/// Declares a key.
pub(crate) const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, doc }
}

/// One table while it is read.
pub(crate) struct Reader<'a> {
    table: &'a Table,
    /// What the table is called in messages, such as `[endpoints]`.
    name: String,
    span: Span,
    report: &'a Report,
}

impl<'a> Reader<'a> {
    /// Starts on a table: keys that `keys` does not declare are reported now.
    pub(crate) fn new(
        table: &'a Table,
        name: impl Into<String>,
        span: Span,
        keys: &'static [Key],
        report: &'a Report,
    ) -> Self {
        let reader = Self { table, name: name.into(), span, report };
        for (key, _) in &table.0 {
            reader.check_key(key, keys);
        }
        reader
    }

    fn check_key(&self, key: &Spanned<String>, keys: &'static [Key]) {
        let known = keys.iter().find(|known| known.name == key.value);
        match known {
            Some(Key { kind: Kind::Reserved, doc, .. }) => {
                let message = format!("`{}` is planned and not built yet", key.value);
                self.report
                    .push(Diagnostic::new(Code::Reserved, key.span.clone(), message).help(*doc));
            }
            Some(_) => {}
            None => {
                let usable =
                    || keys.iter().filter(|key| key.kind != Kind::Reserved).map(|key| key.name);
                let message = format!("unknown key `{}` in {}", key.value, self.name);
                let help = match nearest(&key.value, usable()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("known keys: {}", usable().collect::<Vec<_>>().join(", ")),
                };
                let diagnostic = Diagnostic::new(Code::UnknownKey, key.span.clone(), message);
                self.report.push(diagnostic.help(help));
            }
        }
    }

    pub(crate) fn report(&self) -> &'a Report {
        self.report
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(crate) fn node(&self, name: &str) -> Option<&'a Node> {
        self.table.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<Spanned<String>> {
        self.table.get(name).and_then(|node| self.expect_text(node, name))
    }

    /// A text that must be there.
    pub(crate) fn required_text(&self, name: &str) -> Option<Spanned<String>> {
        if self.table.get(name).is_none() {
            self.missing(name);
        }
        self.text(name)
    }

    pub(crate) fn missing(&self, name: &str) {
        let message = format!("{} lacks `{name}`", self.name);
        self.report.push(
            Diagnostic::new(Code::MissingKey, self.span.clone(), message)
                .help(format!("add `{name} = …`")),
        );
    }

    pub(crate) fn bool(&self, name: &str) -> Option<Spanned<bool>> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::Bool(value) => Some(Spanned::new(*value, node.span.clone())),
            other => {
                self.wrong_type(node, name, "true or false", other);
                None
            }
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::Integer(number) if *number >= 0 => u64::try_from(*number).ok(),
            other => {
                self.wrong_type(node, name, "a whole number that is not negative", other);
                None
            }
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<Spanned<String>>> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::List(items) => {
                Some(items.iter().filter_map(|item| self.expect_text(item, name)).collect())
            }
            other => {
                self.wrong_type(node, name, "a list of texts", other);
                None
            }
        }
    }

    pub(crate) fn table(&self, name: &str) -> Option<(&'a Table, Span)> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::Table(table) => {
                // A `[header]` has its place in its key; an inline table in its value.
                let span = self.table.key(name).map_or(&node.span, |key| &key.span);
                Some((table, span.clone()))
            }
            other => {
                self.wrong_type(node, name, "a table", other);
                None
            }
        }
    }

    /// A table whose keys the spec chooses, all values texts.
    pub(crate) fn map(&self, name: &str) -> Vec<(Spanned<String>, Spanned<String>)> {
        let Some((table, _)) = self.table(name) else {
            return Vec::new();
        };
        table
            .0
            .iter()
            .filter_map(|(key, node)| Some((key.clone(), self.expect_text(node, &key.value)?)))
            .collect()
    }

    pub(crate) fn tables(&self, name: &str) -> Vec<(&'a Table, Span)> {
        let Some(node) = self.table.get(name) else {
            return Vec::new();
        };
        let Value::List(items) = &node.value else {
            self.wrong_type(node, name, "a list of tables", &node.value);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.expect_table(item, name)).collect()
    }

    pub(crate) fn expect_table(&self, node: &'a Node, name: &str) -> Option<(&'a Table, Span)> {
        match &node.value {
            Value::Table(table) => Some((table, node.span.clone())),
            other => {
                self.wrong_type(node, name, "a table", other);
                None
            }
        }
    }

    pub(crate) fn expect_text(&self, node: &Node, name: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Text(text) => Some(Spanned::new(text.clone(), node.span.clone())),
            other => {
                self.wrong_type(node, name, "a text", other);
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &self,
        name: &str,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.text(name)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(Spanned::new(*value, text.span));
        }
        let known = || words.iter().map(|(word, _)| *word);
        let message = format!("`{name}` cannot be `{}`", text.value);
        let help = match nearest(&text.value, known()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it is one of: {}", known().collect::<Vec<_>>().join(", ")),
        };
        self.report.push(Diagnostic::new(Code::UnknownValue, text.span, message).help(help));
        None
    }

    fn wrong_type(&self, node: &Node, name: &str, expected: &str, found: &Value) {
        let message = format!("`{name}` must be {expected}");
        self.report.push(
            Diagnostic::new(Code::WrongType, node.span.clone(), message)
                .label(format!("this is {}", found.describe()))
                .help(match expected {
                    "a text" => format!("write `{name} = \"…\"`"),
                    "a list of texts" => format!("write `{name} = [\"…\"]`"),
                    "a table" => format!("write `{name} = {{ … }}`"),
                    "a list of tables" => format!("write `{name} = [{{ … }}]`, or `[[…{name}]]`"),
                    "true or false" => format!("write `{name} = true`"),
                    _ => format!("write `{name} = 1`"),
                }),
        );
    }
}
