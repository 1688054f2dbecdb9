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
    Bool(bool),
    List(Vec<Node>),
    Table(Table),
    /// Floats and dates: TOML has them, the language does not.
    Other(&'static str),
}

impl Value {
    /// What the value is, for a person.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Bool(_) => "a truth value",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
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
    for error in errors {
        let bytes = error.span().unwrap_or(0..0);
        report.push(Diagnostic::new(Code::Syntax, Span { file, bytes }, error.message()));
    }
    read_table(table.get_ref(), file)
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
        DeValue::Float(_) => Value::Other("a decimal number"),
        DeValue::Datetime(_) => Value::Other("a date"),
    };
    Node { value, span }
}

/// A value as JSON text, for samples.
pub(crate) fn to_json(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quote(text),
        Value::Integer(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(to_json).collect();
            format!("[{}]", items.join(","))
        }
        Value::Table(table) => table_to_json(table),
        Value::Other(_) => "null".to_owned(),
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

/// A JSON string (RFC 8259 section 7).
pub(crate) fn quote(text: &str) -> String {
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
