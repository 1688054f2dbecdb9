//! `[authorization]`: the authorization request (RFC 6749 section 4.1.1).

use crate::reader::{Key, Kind, Reader, key};
use crate::source::Spanned;
use crate::template::Template;

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("scopes", Kind::Texts, "The scopes that are asked for by default."),
    key("scope_separator", Kind::Text, "What joins them; a space unless said otherwise."),
    key("params", Kind::Map, "Further parameters; left out when a setting in them is absent."),
    key(
        "response_mode",
        Kind::Reserved,
        "`form_post` is not built yet; AUTH_EXTRA_ARGUMENTS can ask for it.",
    ),
    key("scope_param", Kind::Reserved, "Another name for `scope` is not built yet."),
];

/// The authorization request.
#[derive(Clone, Debug, Default)]
pub struct Authorization {
    /// See [`KEYS`].
    pub scopes: Vec<Spanned<String>>,
    /// See [`KEYS`].
    pub scope_separator: Option<Spanned<String>>,
    /// See [`KEYS`].
    pub params: Vec<(Spanned<String>, Spanned<Template>)>,
}

pub(super) fn read(document: &Reader<'_>) -> Authorization {
    let Some((table, span)) = document.table("authorization") else {
        return Authorization::default();
    };
    let reader = Reader::new(table, "[authorization]", span, KEYS, document.report());
    Authorization {
        scopes: reader.texts("scopes").unwrap_or_default(),
        scope_separator: reader.text("scope_separator"),
        params: reader.templates("params"),
    }
}
