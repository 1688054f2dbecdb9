//! Sample files: strict JSON (RFC 8259) with the places of its values.

use jsonc_parser::ast::Value as Json;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::codes::Code;
use crate::node::{Node, Table, Value};
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};

/// Nothing beyond RFC 8259: the parser knows many dialects.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a file's text; a mistake is reported at its place.
pub(crate) fn parse(text: &str, file: usize, report: &Report) -> Option<Node> {
    let mistake = |start: usize, end: usize, message: String| {
        let bytes = start..end.max(start);
        report.push(
            Diagnostic::new(Code::BadSample, Span { file, bytes }, message)
                .help("a sample file is one JSON object, as the provider sends it"),
        );
    };
    match parse_to_ast(text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => match parsed.value {
            Some(value) if depth(&value) > MAX_DEPTH => {
                mistake(0, 0, "the sample file nests too deep".to_owned());
                None
            }
            Some(value) => Some(read(&value, file, report)),
            None => {
                mistake(0, text.len(), "the sample file is empty".to_owned());
                None
            }
        },
        Err(error) => {
            let range = error.range();
            mistake(
                range.start,
                range.end,
                format!("the sample file is not JSON: {}", error.kind()),
            );
            None
        }
    }
}

/// The deepest nesting of a sample file; a client reads no reply that nests deeper.
const MAX_DEPTH: usize = 100;

fn depth(json: &Json<'_>) -> usize {
    let inner = match json {
        Json::Array(items) => items.elements.iter().map(depth).max(),
        Json::Object(object) => object.properties.iter().map(|member| depth(&member.value)).max(),
        _ => None,
    };
    1 + inner.unwrap_or_default()
}

fn read(json: &Json<'_>, file: usize, report: &Report) -> Node {
    let range = json.range();
    let span = Span { file, bytes: range.start..range.end };
    let value = match json {
        Json::StringLit(text) => Value::Text(text.value.to_string()),
        Json::NumberLit(number) => number
            .value
            .parse()
            .map_or_else(|_| Value::Decimal(number.value.to_owned()), Value::Integer),
        Json::BooleanLit(on) => Value::Bool(on.value),
        Json::NullKeyword(_) => Value::Null,
        Json::Array(items) => {
            Value::List(items.elements.iter().map(|item| read(item, file, report)).collect())
        }
        Json::Object(object) => {
            let mut table = Table::default();
            for property in &object.properties {
                let range = property.name.range();
                let span = Span { file, bytes: range.start..range.end };
                let name = property.name.as_str();
                if let Some(first) = table.key(name) {
                    let message = format!("the member `{name}` stands twice");
                    report.push(
                        Diagnostic::new(Code::BadSample, span.clone(), message)
                            .also(first.span.clone(), "the first one"),
                    );
                }
                let node = read(&property.value, file, report);
                table.0.push((Spanned::new(name.to_owned(), span), node));
            }
            Value::Table(table)
        }
    };
    Node { value, span }
}
