//! `[errors]`: the provider's error codes, and ours for them.

use crate::codes::Code;
use crate::reader::Reader;
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::suggest::nearest;

/// One of our error codes: its word, and its name in Rust.
pub type ErrorWord = (&'static str, &'static str);

/// The error codes that a spec may name.
pub const WORDS: &[ErrorWord] = &[
    ("authentication_disallowed", "AuthenticationDisallowed"),
    ("authorization_code_rejected", "AuthorizationCodeRejected"),
    ("authorization_declined", "AuthorizationDeclined"),
    ("credential_rejected", "CredentialRejected"),
    ("http_error", "HttpError"),
    ("invalid_claim", "InvalidClaim"),
    ("membership_required", "MembershipRequired"),
    ("password_reset_requested", "PasswordResetRequested"),
    ("rate_limited", "RateLimited"),
    ("reauthentication_required", "ReauthenticationRequired"),
    ("token_revoked", "TokenRevoked"),
    ("unavailable", "Unavailable"),
];

/// One of the provider's codes.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// The provider's code, or its OAuth 2.0 error.
    pub theirs: String,
    /// Ours.
    pub ours: ErrorWord,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<ErrorCode> {
    document
        .map("errors")
        .into_iter()
        .filter_map(|(theirs, word)| {
            let ours = read_word(&word, document.report())?;
            Some(ErrorCode { theirs: theirs.value, ours })
        })
        .collect()
}

/// One of our error codes by its word.
pub(super) fn read_word(word: &Spanned<String>, report: &Report) -> Option<ErrorWord> {
    let known = WORDS.iter().find(|(own, _)| *own == word.value);
    if known.is_none() {
        let words = || WORDS.iter().map(|(word, _)| *word);
        let message = format!("`{}` is no error code that a spec can name", word.value);
        let help = match nearest(&word.value, words()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of: {}", words().collect::<Vec<_>>().join(", ")),
        };
        report.push(Diagnostic::new(Code::UnknownValue, word.span.clone(), message).help(help));
    }
    known.copied()
}
