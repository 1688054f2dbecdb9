//! `[extra_data]`: what is stored beside the user, stored key first.

use crate::claim::Claim;
use crate::node::Value;
use crate::reader::{Key, Kind, Reader, key};
use crate::source::Spanned;

/// The keys of an entry that is a table.
pub const KEYS: &[Key] = &[
    key("from", Kind::Claim, "Where the value is."),
    key("skip_empty", Kind::Bool, "Whether an absent value is left out instead of stored as null."),
];

/// One entry.
#[derive(Clone, Debug)]
pub struct ExtraDatum {
    /// The stored key.
    pub key: String,
    /// Where its value is.
    pub from: Spanned<Claim>,
    /// Whether an absent value is left out.
    pub skip_empty: bool,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<ExtraDatum> {
    let Some((table, _)) = document.table("extra_data") else {
        return Vec::new();
    };
    table
        .0
        .iter()
        .filter_map(|(name, node)| {
            if let Value::Table(table) = &node.value {
                let title = format!("[extra_data.{}]", name.value);
                let span = name.span.clone();
                let reader = Reader::new(table, title, span, KEYS, document.report());
                if reader.node("from").is_none() {
                    reader.missing("from");
                }
                return Some(ExtraDatum {
                    key: name.value.clone(),
                    from: reader.claim("from")?,
                    skip_empty: reader.bool("skip_empty").is_some_and(|on| on.value),
                });
            }
            let text = document.expect_text(node, &name.value)?;
            let from = document.parse_claim(text)?;
            Some(ExtraDatum { key: name.value.clone(), from, skip_empty: false })
        })
        .collect()
}
