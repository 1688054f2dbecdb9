//! `[user_info]`: the call that says who signed in.

use crate::language::{Key, Kind, key};
use crate::reader::Reader;
use crate::source::{Span, Spanned};

/// The keys of the table.
pub const KEYS: &[Key] = &[
    key(
        "scheme",
        Kind::Text,
        "The authentication scheme of the `Authorization` header; Bearer by default.",
    ),
    key("headers", Kind::Map(&Kind::Text), "Further headers of the request."),
    key("method", Kind::Reserved, "User-info requests by POST are not built yet."),
    key("params", Kind::Reserved, "Parameters of the user-info request are not built yet."),
    key("token_in", Kind::Reserved, "Access tokens in the query are not built yet."),
];

/// The call.
#[derive(Clone, Debug)]
pub struct UserInfo {
    /// The authentication scheme of the `Authorization` header.
    pub scheme: Spanned<String>,
    /// Names in lower case, and values.
    pub headers: Vec<(Spanned<String>, Spanned<String>)>,
    /// The place of the table.
    pub span: Span,
}

pub(super) fn read(document: &Reader<'_>) -> Option<UserInfo> {
    let (table, span) = document.table("user_info")?;
    let reader = Reader::new(table, "[user_info]", span.clone(), KEYS, document.report());
    Some(UserInfo {
        scheme: reader
            .text("scheme")
            .unwrap_or_else(|| Spanned::new("Bearer".to_owned(), span.clone())),
        headers: reader
            .map("headers")
            .into_iter()
            .map(|(name, value)| (name.map(|name| name.to_ascii_lowercase()), value))
            .collect(),
        span,
    })
}
