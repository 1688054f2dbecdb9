//! The values of a TOML file with their places, and how one file extends another.

use toml::de::{DeTable, DeValue};

use crate::codes::Code;
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    /// A number that is no whole number, as it is written.
    Decimal(String),
    Bool(bool),
    /// JSON's null; TOML has none.
    Null,
    List(Vec<Node>),
    Table(Table),
    /// Dates and numbers out of range: TOML has them, the language does not.
    Other(&'static str),
}

impl Value {
    /// The kind of the value, as messages name it.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Decimal(_) => "a decimal number",
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

impl Node {
    /// The value and its place, if it is a text.
    pub(crate) fn text(&self) -> Option<Spanned<String>> {
        match &self.value {
            Value::Text(text) => Some(Spanned::new(text.clone(), self.span.clone())),
            _ => None,
        }
    }
}

/// Keys and values in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table(pub(crate) Vec<(Spanned<String>, Node)>);

impl Table {
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(key, _)| key.value == name).map(|(_, node)| node)
    }

    pub(crate) fn key(&self, name: &str) -> Option<&Spanned<String>> {
        self.0.iter().find(|(key, _)| key.value == name).map(|(key, _)| key)
    }

    /// The place of the last key of that name that begins before a byte, at any depth.
    fn last_key_before(&self, name: &str, byte: usize) -> Option<Span> {
        let deeper = self.0.iter().filter_map(|(_, node)| match &node.value {
            Value::Table(table) => table.last_key_before(name, byte),
            Value::List(items) => items.iter().rev().find_map(|item| match &item.value {
                Value::Table(table) => table.last_key_before(name, byte),
                _ => None,
            }),
            _ => None,
        });
        let here = self.key(name).map(|key| key.span.clone());
        let places = here.into_iter().chain(deeper).filter(|span| span.bytes.start < byte);
        places.max_by_key(|span| span.bytes.start)
    }

    /// This table laid over another: tables merge, everything else replaces.
    pub(crate) fn over(self, base: Self) -> Self {
        let Self(mut merged) = base;
        for (key, node) in self.0 {
            let place = merged.iter_mut().find(|(other, _)| other.value == key.value);
            match (place, node) {
                (
                    Some((_, Node { value: Value::Table(below), .. })),
                    Node { value: Value::Table(above), .. },
                ) => *below = above.over(std::mem::take(below)),
                (Some(place), node) => *place = (key, node),
                (None, node) => merged.push((key, node)),
            }
        }
        Self(merged)
    }
}

/// Reads a file's text; every syntax mistake is reported, what could be read is returned.
pub(crate) fn parse(text: &str, file: usize, report: &Report) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    let table = read_table(table.get_ref(), file);
    // What follows a bracket that is not closed is not worth telling.
    for error in errors.into_iter().take(MAX_SYNTAX) {
        let span = Span { file, bytes: error.span().unwrap_or(0..0) };
        report.push(match error.message() {
            DUPLICATE => duplicate(text, span, &table),
            message => Diagnostic::new(Code::Syntax, span, message),
        });
    }
    table
}

/// The number of syntax errors that are reported for one file.
const MAX_SYNTAX: usize = 5;

/// The TOML parser's message about a duplicate key.
const DUPLICATE: &str = "duplicate key";

fn duplicate(text: &str, span: Span, table: &Table) -> Diagnostic {
    let key = text.get(span.bytes.clone()).unwrap_or_default().trim_matches(['"', '\'']);
    let before = text.get(..span.bytes.start).unwrap_or_default();
    let header = before.rfind(&format!("[{key}]")).map(|start| start + 1);
    let header = header.map(|start| Span { file: span.file, bytes: start..start + key.len() });
    let first = table.last_key_before(key, span.bytes.start).or(header);
    let message = format!("`{key}` stands twice");
    let diagnostic = Diagnostic::new(Code::DuplicateKey, span, message)
        .help("remove one of them, or write both values under one key");
    match first {
        Some(first) => diagnostic.also(first, "the first one"),
        None => diagnostic,
    }
}

fn read_table(table: &DeTable<'_>, file: usize) -> Table {
    let mut entries: Vec<(Spanned<String>, Node)> = table
        .iter()
        .map(|(key, value)| {
            let span = Span { file, bytes: key.span() };
            (Spanned::new(key.get_ref().to_string(), span), read_node(value, file))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.bytes.start);
    Table(entries)
}

fn read_node(value: &toml::Spanned<DeValue<'_>>, file: usize) -> Node {
    let span = Span { file, bytes: value.span() };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            match i64::from_str_radix(&digits, number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Other("a number out of range"),
            }
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| read_node(item, file)).collect())
        }
        DeValue::Table(table) => Value::Table(read_table(table, file)),
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() => Value::Decimal(value.to_string()),
            _ => Value::Other("no finite number"),
        },
        DeValue::Datetime(_) => Value::Other("a date"),
    };
    Node { value, span }
}

/// A value as JSON text, for samples.
pub(crate) fn to_json(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quote(text),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.clone(),
        Value::Bool(value) => value.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(to_json).collect();
            format!("[{}]", items.join(","))
        }
        Value::Table(table) => table_to_json(table),
        Value::Null | Value::Other(_) => "null".to_owned(),
    }
}

/// A table as a JSON object.
pub(crate) fn table_to_json(table: &Table) -> String {
    let members: Vec<String> = table
        .0
        .iter()
        .map(|(key, value)| format!("{}:{}", quote(&key.value), to_json(value)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A JSON string (RFC 8259 section 7), which is a TOML string too.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            char if char.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
