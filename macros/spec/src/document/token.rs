//! `[token]` and `[refresh]`: the token requests (RFC 6749 sections 4.1.3 and 6).

use crate::language::{Key, Kind, key};
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// The keys of both tables.
pub const KEYS: &[Key] = &[
    key(
        "params",
        Kind::Map(&Kind::Template),
        "Further parameters; one is left out while a setting in its template is absent.",
    ),
    key("access_token_optional", Kind::Bool, "Accept a token response that has no access token."),
    key("method", Kind::Reserved, "Token requests by GET are not built yet."),
    key("encoding", Kind::Reserved, "Token requests in JSON are not built yet."),
    key("headers", Kind::Reserved, "Headers of token requests are not built yet."),
    key("omit", Kind::Reserved, "Leaving standard parameters out is not built yet."),
    key("rename", Kind::Reserved, "Renaming standard parameters is not built yet."),
];

/// A token request.
#[derive(Clone, Debug, Default)]
pub struct TokenRequest {
    /// Further parameters of the request, in the order of the file.
    pub params: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `true` if a response without an access token is accepted.
    pub access_token_optional: bool,
}

pub(super) fn read(document: &Reader<'_>, name: &str) -> Option<TokenRequest> {
    let (table, span) = document.table(name)?;
    let reader = Reader::new(table, format!("[{name}]"), span, KEYS, document.report());
    Some(TokenRequest {
        params: reader.templates("params"),
        access_token_optional: reader.is_on("access_token_optional"),
    })
}
