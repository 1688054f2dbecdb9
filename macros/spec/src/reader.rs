//! Reads one table by its declared keys. Unknown keys, missing keys, wrong types and unknown words
//! are reported when a [`Reader`] starts; its getters only hand out what fits.

use crate::codes::Code;
use crate::language::{Key, Kind, Word};
use crate::node::{Node, Table, Value};
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;

/// Words that will be known one day: key values that a person may expect to work.
const RESERVED_WORDS: &[(&str, &str)] =
    &[("tls_client_auth", "mutual TLS will have its place here; use another way")];

/// One table while it is read.
pub(crate) struct Reader<'a> {
    table: &'a Table,
    /// The name of the table in messages, such as `[endpoints]`.
    name: String,
    span: Span,
    report: &'a Report,
}

impl<'a> Reader<'a> {
    /// Starts on a table and holds it against its declaration.
    pub(crate) fn new(
        table: &'a Table,
        name: impl Into<String>,
        span: Span,
        keys: &'static [Key],
        report: &'a Report,
    ) -> Self {
        let reader = Self { table, name: name.into(), span, report };
        for (key, node) in &table.0 {
            match keys.iter().find(|known| known.name == key.value) {
                Some(known) => reader.check(key, node, known),
                None => reader.unknown(key, keys),
            }
        }
        reader.check_types(keys);
        let unknown = table.0.iter().map(|(key, _)| key.value.as_str());
        let unknown = unknown.filter(|name| !keys.iter().any(|known| known.name == *name));
        let names = || keys.iter().map(|key| key.name);
        let misspelt: Vec<&str> = unknown.filter_map(|name| nearest(name, names())).collect();
        for key in keys.iter().filter(|key| key.required && table.get(key.name).is_none()) {
            if !misspelt.contains(&key.name) {
                reader.missing(key.name);
            }
        }
        reader
    }

    fn unknown(&self, key: &Spanned<String>, keys: &'static [Key]) {
        let usable = keys.iter().filter(|key| !matches!(key.kind, Kind::Reserved));
        let usable = usable.map(|key| key.name);
        let message = format!("unknown key `{}` in {}", key.value, self.name);
        let diagnostic = Diagnostic::new(Code::UnknownKey, key.span.clone(), message);
        self.report.push(diagnostic.among(&key.value, usable, "known keys"));
    }

    /// Keys that do not fit the table's own `type`: what they say could never hold, or would be ignored.
    fn check_types(&self, keys: &'static [Key]) {
        let Some(own) = self.text("type") else {
            return;
        };
        let is_known = keys.iter().any(|key| {
            matches!(key.kind, Kind::Word(words) if key.name == "type"
                && words.iter().any(|word| word.name == own.value))
        });
        for key in keys.iter().filter(|key| is_known && !key.types.is_empty()) {
            let place = self.table.key(key.name).map(|key| key.span.clone());
            if let Some(place) = place.filter(|_| !key.types.contains(&own.value.as_str())) {
                let message = format!("`{}` does not fit the type `{}`", key.name, own.value);
                self.report.push(
                    Diagnostic::new(Code::RuleOfAnotherType, place, message)
                        .also(own.span.clone(), "the type")
                        .help(format!(
                            "`{}` fits {}: remove it, or change the type",
                            key.name,
                            key.types_in_words()
                        )),
                );
            }
        }
    }

    fn missing(&self, name: &str) {
        let message = format!("{} lacks `{name}`", self.name);
        self.report.push(
            Diagnostic::new(Code::MissingKey, self.span.clone(), message)
                .help(format!("add `{name} = …`")),
        );
    }

    fn check(&self, key: &Spanned<String>, node: &Node, known: &Key) {
        if let Kind::Reserved = known.kind {
            let message = format!("`{}` is planned and not built yet", key.value);
            let diagnostic = Diagnostic::new(Code::Reserved, key.span.clone(), message);
            return self.report.push(diagnostic.help(known.doc));
        }
        check_value(&key.value, node, known.kind, self.report);
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
        self.table.get(name).and_then(Node::text)
    }

    pub(crate) fn bool(&self, name: &str) -> Option<Spanned<bool>> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::Bool(value) => Some(Spanned::new(*value, node.span.clone())),
            _ => None,
        }
    }

    /// Returns `true` if a switch is there and on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.bool(name).is_some_and(|on| on.value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<Spanned<u64>> {
        let node = self.table.get(name)?;
        match &node.value {
            Value::Integer(number) => {
                Some(Spanned::new(u64::try_from(*number).ok()?, node.span.clone()))
            }
            _ => None,
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<Spanned<String>>> {
        match &self.table.get(name)?.value {
            Value::List(items) => Some(items.iter().filter_map(Node::text).collect()),
            _ => None,
        }
    }

    pub(crate) fn table(&self, name: &str) -> Option<(&'a Table, Span)> {
        match &self.table.get(name)?.value {
            Value::Table(table) => {
                // The name says which table is meant, however it is written.
                Some((table, self.table.key(name)?.span.clone()))
            }
            _ => None,
        }
    }

    /// The entries of a table whose keys the spec chooses.
    pub(crate) fn entries(&self, name: &str) -> &'a [(Spanned<String>, Node)] {
        self.table(name).map_or(&[], |(table, _)| table.0.as_slice())
    }

    /// The entries of a table whose keys the spec chooses, all values texts.
    pub(crate) fn map(&self, name: &str) -> Vec<(Spanned<String>, Spanned<String>)> {
        let entries = self.entries(name).iter();
        entries.filter_map(|(key, node)| Some((key.clone(), node.text()?))).collect()
    }

    pub(crate) fn tables(&self, name: &str) -> Vec<(&'a Table, Span)> {
        match self.table.get(name).map(|node| &node.value) {
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| match &item.value {
                    Value::Table(table) => Some((table, item.span.clone())),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Reads a value that must be one of a few words.
    pub(crate) fn word<T: Copy>(&self, name: &str, words: &[(Word, T)]) -> Option<T> {
        let text = self.text(name)?;
        words.iter().find(|(word, _)| word.name == text.value).map(|(_, value)| *value)
    }
}

/// Holds a value against its kind, as deep as the declaration of one key goes: a table's own keys
/// are looked at when somebody starts a [`Reader`] on it.
fn check_value(name: &str, node: &Node, kind: Kind, report: &Report) {
    match (kind, &node.value) {
        (Kind::OneOf(kinds), value) => match kinds.iter().find(|kind| kind.has_shape_of(value)) {
            Some(kind) => check_value(name, node, *kind, report),
            None => wrong_type(name, node, kind, report),
        },
        (Kind::Word(words), Value::Text(text)) => check_word(name, text, node, words, report),
        (Kind::List(kind), Value::List(items)) => {
            for item in items {
                check_value(name, item, *kind, report);
            }
        }
        (Kind::Map(kind), Value::Table(table)) => {
            for (key, node) in &table.0 {
                check_value(&key.value, node, *kind, report);
            }
        }
        (Kind::Object | Kind::Any, _) if has_no_json(node) => {
            let message = format!("`{name}` holds what JSON has not: a date, or no finite number");
            report.push(
                Diagnostic::new(Code::WrongType, node.span.clone(), message)
                    .help("write it as a provider sends it: a text, or a number"),
            );
        }
        (kind, value) if kind.has_shape_of(value) => {}
        _ => wrong_type(name, node, kind, report),
    }
}

/// Returns `true` if a value, or one in it, cannot be written as JSON.
fn has_no_json(node: &Node) -> bool {
    match &node.value {
        Value::Other(_) => true,
        Value::List(items) => items.iter().any(has_no_json),
        Value::Table(table) => table.0.iter().any(|(_, node)| has_no_json(node)),
        _ => false,
    }
}

impl Kind {
    /// Returns `true` if a value is of this kind as far as TOML goes.
    fn has_shape_of(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Template | Self::Claim | Self::File | Self::Word(_) => {
                matches!(value, Value::Text(_))
            }
            Self::Bool => matches!(value, Value::Bool(_)),
            Self::Integer { .. } => matches!(value, Value::Integer(number) if *number >= 0),
            Self::List(_) => matches!(value, Value::List(_)),
            Self::Table(_) | Self::Map(_) | Self::Object => matches!(value, Value::Table(_)),
            Self::OneOf(kinds) => kinds.iter().any(|kind| kind.has_shape_of(value)),
            Self::Any | Self::Reserved => true,
        }
    }
}

fn wrong_type(name: &str, node: &Node, kind: Kind, report: &Report) {
    let message = format!("`{name}` must be {}", kind.expected());
    report.push(
        Diagnostic::new(Code::WrongType, node.span.clone(), message)
            .label(format!("this is {}", node.value.describe()))
            .help(kind.example(name)),
    );
}

fn check_word(name: &str, text: &str, node: &Node, words: &[Word], report: &Report) {
    if words.iter().any(|word| word.name == text) {
        return;
    }
    if let Some((_, help)) = RESERVED_WORDS.iter().find(|(word, _)| *word == text) {
        let message = format!("`{text}` is planned and not built yet");
        let diagnostic = Diagnostic::new(Code::Reserved, node.span.clone(), message);
        return report.push(diagnostic.help(*help));
    }
    let message = format!("`{name}` cannot be `{text}`");
    let known = words.iter().map(|word| word.name);
    let diagnostic = Diagnostic::new(Code::UnknownValue, node.span.clone(), message);
    report.push(diagnostic.among(text, known, "it is one of"));
}
