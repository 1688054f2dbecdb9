//! `[claims]`: the fields of the typed claims.

use crate::language::{Key, Kind, Word, key, word, words};
use crate::node::Value;
use crate::reader::Reader;
use crate::source::Spanned;

/// An entry: its doc alone, or a table.
pub const ENTRY: Kind = Kind::OneOf(&[Kind::Text, Kind::Table(KEYS)]);

/// The keys of an entry that is a table.
pub const KEYS: &[Key] = &[
    key("type", Kind::Word(&words(&TYPES)), "The type of the claim; text by default."),
    key(
        "required",
        Kind::Bool,
        "The provider always sends the claim; a sign-in without it is refused.",
    ),
    key("doc", Kind::Text, "A description of the claim."),
    key("name", Kind::Text, "The name of the claim, where it differs from the field's."),
];

/// A field of the typed claims.
#[derive(Clone, Debug)]
pub struct ClaimField {
    /// The field.
    pub field: Spanned<String>,
    /// The name of the claim in the token or the reply.
    pub name: String,
    /// Its type.
    pub kind: ClaimKind,
    /// `true` if it is always there.
    pub required: bool,
    /// The description of the claim.
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
pub const TYPES: [(Word, ClaimKind); 5] = [
    (word("text", "Text."), ClaimKind::Text),
    (word("integer", "A whole number that is not negative."), ClaimKind::Integer),
    (word("bool", "true or false; also `1`, `0`, `\"true\"`, `\"false\"`."), ClaimKind::Bool),
    (word("list", "A list of texts."), ClaimKind::List),
    (word("json", "Any JSON."), ClaimKind::Json),
];

pub(super) fn read(document: &Reader<'_>) -> Vec<ClaimField> {
    document
        .entries("claims")
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
                let name = reader.text("name").map(|name| name.value);
                Some(ClaimField {
                    field: field.clone(),
                    name: name.unwrap_or_else(|| field.value.clone()),
                    kind: reader.word("type", &TYPES).unwrap_or(ClaimKind::Text),
                    required: reader.is_on("required"),
                    doc: reader.text("doc").map(|doc| doc.value).unwrap_or_default(),
                })
            }
            _ => None,
        })
        .collect()
}
