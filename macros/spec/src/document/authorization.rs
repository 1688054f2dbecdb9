//! `[authorization]`: the authorization request (RFC 6749 section 4.1.1).

use crate::language::{Key, Kind, TEXTS, key};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// The allowed lengths of a PKCE code verifier in characters (RFC 7636 section 4.1).
pub const VERIFIER_LENGTHS: std::ops::RangeInclusive<u64> = 43..=128;

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("scopes", TEXTS, "The scopes to request by default."),
    key("scope_separator", Kind::Text, "The text between scopes; a space by default."),
    key(
        "params",
        Kind::Map(&Kind::Template),
        "Further parameters; one is left out while a setting in its template is absent.",
    ),
    key(
        "pkce_verifier_length",
        Kind::Integer { min: *VERIFIER_LENGTHS.start(), max: *VERIFIER_LENGTHS.end() },
        "The length of the PKCE code verifier in characters, 43 (the default) to 128.",
    ),
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
    /// The scopes to request by default.
    pub scopes: Vec<Spanned<String>>,
    /// The text between scopes; a space if absent.
    pub scope_separator: Option<Spanned<String>>,
    /// Further parameters of the request, in the order of the file.
    pub params: Vec<(Spanned<String>, Spanned<Template>)>,
    /// The length of the PKCE code verifier in characters.
    pub pkce_verifier_length: Option<Spanned<u64>>,
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
        pkce_verifier_length: reader.number("pkce_verifier_length"),
    }
}
