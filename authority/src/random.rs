//! Unguessable values: codes, tokens and the identifiers in error answers.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::AuthorityError;

/// A fresh value of 256 random bits, base64url.
pub(crate) fn token() -> Result<String, AuthorityError> {
    text(32)
}

/// Random bytes of this number, as base64url.
pub(crate) fn text(bytes: usize) -> Result<String, AuthorityError> {
    let mut bytes = vec![0_u8; bytes];
    rand::fill(&mut bytes).map_err(|_| AuthorityError::Cryptography)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A fresh identifier in GUID form. It only names an answer, so a failure of the random source is not an
/// error.
pub(crate) fn guid() -> String {
    let mut bytes = [0_u8; 16];
    if rand::fill(&mut bytes).is_err() {
        bytes = [0; 16];
    }
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
