//! `[[call]]`: further calls after user info, with its headers.

use crate::language::{Key, Kind, key, required};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// The keys of an entry.
pub const KEYS: &[Key] = &[
    required(
        "name",
        Kind::Text,
        "The name of the call; claim expressions read its reply as `$name`.",
    ),
    required("url", Kind::Template, "The URL of the GET request, which carries the access token."),
    key(
        "optional",
        Kind::Bool,
        "Treat a refusal (a 4xx status) as a reply without values, and go on with the sign-in.",
    ),
    key("when", Kind::Reserved, "Calls under a condition are not built yet."),
];

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name by which claim expressions read the reply.
    pub name: Spanned<String>,
    /// The URL of the request.
    pub url: Spanned<Template>,
    /// `true` if a 4xx status is a reply without values.
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
