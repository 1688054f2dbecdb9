//! `[claims]`: the fields of the typed claims.

use crate::codes::Code;
use crate::node::Value;
use crate::reader::{Key, Kind, Reader, key};
use crate::report::Diagnostic;
use crate::source::Spanned;

/// The keys of an entry that is a table.
pub const KEYS: &[Key] = &[
    key("type", Kind::Text, "The claim's type; text by default."),
    key("required", Kind::Bool, "Whether the provider always sends it."),
    key("doc", Kind::Text, "What it says."),
    key("name", Kind::Text, "The claim's name, when it is not the field's."),
];

/// A field of the typed claims.
#[derive(Clone, Debug)]
pub struct ClaimField {
    /// The field.
    pub field: Spanned<String>,
    /// The claim.
    pub name: String,
    /// Its type.
    pub kind: ClaimKind,
    /// Whether it is always there.
    pub required: bool,
    /// What it says.
    pub doc: String,
}

/// The type of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// Text.
    Text,
    /// A whole number that is not negative.
    Integer,
    /// A truth value, in any of its spellings.
    Bool,
    /// A list of texts.
    List,
    /// Any JSON.
    Json,
}

/// Every type by its word.
pub const TYPES: &[(&str, ClaimKind)] = &[
    ("text", ClaimKind::Text),
    ("integer", ClaimKind::Integer),
    ("bool", ClaimKind::Bool),
    ("list", ClaimKind::List),
    ("json", ClaimKind::Json),
];

pub(super) fn read(document: &Reader<'_>) -> Vec<ClaimField> {
    let Some((table, _)) = document.table("claims") else {
        return Vec::new();
    };
    table
        .0
        .iter()
        .filter_map(|(field, node)| match &node.value {
            Value::Text(doc) => Some(ClaimField {
                name: field.value.clone(),
                field: field.clone(),
                kind: ClaimKind::Text,
                required: false,
                doc: doc.clone(),
            }),
            Value::Table(table) => {
                let title = format!("[claims.{}]", field.value);
                let span = field.span.clone();
                let reader = Reader::new(table, title, span, KEYS, document.report());
                Some(ClaimField {
                    field: field.clone(),
                    name: reader
                        .text("name")
                        .map_or_else(|| field.value.clone(), |name| name.value),
                    kind: reader.word("type", TYPES).map_or(ClaimKind::Text, |kind| kind.value),
                    required: reader.bool("required").is_some_and(|on| on.value),
                    doc: reader.text("doc").map(|doc| doc.value).unwrap_or_default(),
                })
            }
            _ => {
                let message = format!("the claim `{}` must be its doc, or a table", field.value);
                document.report().push(
                    Diagnostic::new(Code::WrongType, node.span.clone(), message)
                        .help("for example `oid = { type = \"text\", doc = \"…\" }`"),
                );
                None
            }
        })
        .collect()
}
