//! `[[call]]`: further calls after user info, with its headers.

use crate::language::{Key, Kind, key, required};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    required("name", Kind::Text, "How claims read the reply: `$name`."),
    required("url", Kind::Template, "Where it goes."),
    key("optional", Kind::Bool, "Whether a refusal means `no value` instead of a failed sign-in."),
    key("when", Kind::Reserved, "Calls under a condition are not built yet."),
];

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// See [`KEYS`].
    pub name: Spanned<String>,
    /// See [`KEYS`].
    pub url: Spanned<Template>,
    /// See [`KEYS`].
    pub optional: bool,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<Call> {
    document
        .tables("call")
        .into_iter()
        .filter_map(|(table, span)| {
            let reader = Reader::new(table, "[[call]]", span, KEYS, document.report());
            let (name, url) = (reader.text("name"), reader.template("url"));
            Some(Call { name: name?, url: url?, optional: reader.is_on("optional") })
        })
        .collect()
}
