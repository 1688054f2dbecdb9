//! `[extra_data]`: what is stored beside the user, stored key first.

use crate::claim::Claim;
use crate::language::{Key, Kind, key, required};
use crate::node::Value;
use crate::reader::Reader;
use crate::source::Spanned;

/// An entry: its claim alone, or a table.
pub const ENTRY: Kind = Kind::OneOf(&[Kind::Claim, Kind::Table(KEYS)]);

/// The keys of an entry that is a table.
pub const KEYS: &[Key] = &[
    required("from", Kind::Claim, "The claim expression of the value."),
    key("skip_empty", Kind::Bool, "Leave an absent value out, in place of storing null."),
];

/// One entry.
#[derive(Clone, Debug)]
pub struct ExtraDatum {
    /// The stored key.
    pub key: String,
    /// The claim expression of the value.
    pub from: Spanned<Claim>,
    /// `true` if an absent value is left out.
    pub skip_empty: bool,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<ExtraDatum> {
    document
        .entries("extra_data")
        .iter()
        .filter_map(|(name, node)| {
            if let Value::Table(table) = &node.value {
                let title = format!("[extra_data.{}]", name.value);
                let span = name.span.clone();
                let reader = Reader::new(table, title, span, KEYS, document.report());
                return Some(ExtraDatum {
                    key: name.value.clone(),
                    from: reader.claim("from")?,
                    skip_empty: reader.is_on("skip_empty"),
                });
            }
            let from = document.parse_claim(node.text()?)?;
            Some(ExtraDatum { key: name.value.clone(), from, skip_empty: false })
        })
        .collect()
}
