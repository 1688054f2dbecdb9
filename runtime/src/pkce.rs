//! Proof Key for Code Exchange (RFC 7636) and the other random values of a sign-in.

use aws_lc_rs::{digest, rand};

use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};

/// Bytes of randomness in a state, a nonce, and a verifier: 256 bits, 43 characters.
const RANDOM_BYTES: usize = 32;

/// A fresh value that nobody can guess; a valid `code_verifier` by its length and alphabet.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; RANDOM_BYTES];
    rand::fill(&mut bytes).map_err(|_| {
        Error::new(
            Code::UnknownError,
            Stage::Begin,
            "The system's random generator failed.",
        )
    })?;
    Ok(base64url(&bytes))
}

/// The S256 challenge of a verifier (RFC 7636 section 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    base64url(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7636_appendix_b() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn random_values_are_verifiers_and_differ() {
        let (one, two) = (random().unwrap(), random().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, two);
    }
}
