//! `[authorization]`: the authorization request (RFC 6749 section 4.1.1).

use crate::language::{Key, Kind, TEXTS, key};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// How long a PKCE code verifier may be, in characters (RFC 7636 section 4.1).
pub const VERIFIER_LENGTHS: std::ops::RangeInclusive<u64> = 43..=128;

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key("scopes", TEXTS, "The scopes that are asked for by default."),
    key("scope_separator", Kind::Text, "What joins them; a space unless said otherwise."),
    key(
        "params",
        Kind::Map(&Kind::Template),
        "Further parameters; left out when a setting in them is absent.",
    ),
    key(
        "pkce_verifier_length",
        Kind::Integer { min: *VERIFIER_LENGTHS.start(), max: *VERIFIER_LENGTHS.end() },
        "Characters of the PKCE code verifier, for providers that demand more than 43.",
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
    /// See [`KEYS`].
    pub scopes: Vec<Spanned<String>>,
    /// See [`KEYS`].
    pub scope_separator: Option<Spanned<String>>,
    /// See [`KEYS`].
    pub params: Vec<(Spanned<String>, Spanned<Template>)>,
    /// See [`KEYS`].
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
