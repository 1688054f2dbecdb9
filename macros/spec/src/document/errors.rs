//! `[errors]`: the provider's error codes, and ours for them.

use crate::language::{Kind, Word, word, words};
use crate::reader::Reader;

/// One of our error codes by its name in Rust.
pub type ErrorName = &'static str;

/// The value of an entry.
pub const WORD: Kind = Kind::Word(&words(&WORDS));

/// The error codes that a spec may name.
pub const WORDS: [(Word, ErrorName); 13] = [
    (word("authentication_disallowed", "This user may not sign in."), "AuthenticationDisallowed"),
    (
        word("authorization_code_rejected", "The code was used before, expired, or is not ours."),
        "AuthorizationCodeRejected",
    ),
    (word("authorization_declined", "The user refused or cancelled."), "AuthorizationDeclined"),
    (
        word("credential_rejected", "The provider refused a token of the user."),
        "CredentialRejected",
    ),
    (word("http_error", "The provider refused for another reason."), "HttpError"),
    (word("invalid_claim", "A claim of the token is not acceptable."), "InvalidClaim"),
    (
        word("invalid_setting", "The client's credential, its ID, or another setting is wrong."),
        "InvalidSetting",
    ),
    (word("membership_required", "The user lacks a group or an assignment."), "MembershipRequired"),
    (
        word("password_reset_requested", "The user asks for a new password."),
        "PasswordResetRequested",
    ),
    (word("rate_limited", "Too many requests."), "RateLimited"),
    (word("reauthentication_required", "The user must sign in again."), "ReauthenticationRequired"),
    (word("token_revoked", "The token was revoked or has expired."), "TokenRevoked"),
    (word("unavailable", "The provider is temporarily out of service."), "Unavailable"),
];

/// One of the provider's codes.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// The provider's code, or its OAuth 2.0 error.
    pub theirs: String,
    /// Ours.
    pub ours: ErrorName,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<ErrorCode> {
    document
        .map("errors")
        .into_iter()
        .filter_map(|(theirs, word)| {
            Some(ErrorCode { theirs: theirs.value, ours: name(&word.value)? })
        })
        .collect()
}

/// One of our error codes by its word.
pub(super) fn name(word: &str) -> Option<ErrorName> {
    WORDS.iter().find(|(own, _)| own.name == word).map(|(_, name)| *name)
}
