//! Proof Key for Code Exchange (RFC 7636) and the other random values of a sign-in.

use aws_lc_rs::{digest, rand};

use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};

/// Bytes of randomness in a state, a nonce, and a verifier: 256 bits, 43 characters.
const RANDOM_BYTES: usize = 32;

/// What nobody can guess about a sign-in.
pub(crate) struct Fresh {
    pub(crate) state: String,
    pub(crate) nonce: String,
    /// A `code_verifier` (RFC 7636 section 4.1).
    pub(crate) verifier: String,
}

impl Fresh {
    /// Three values from one draw of the system's generator.
    pub(crate) fn new() -> Result<Self> {
        let mut bytes = [[0; RANDOM_BYTES]; 3];
        rand::fill(bytes.as_flattened_mut()).map_err(|_| {
            let message = "The system's random generator failed.";
            Error::new(Code::UnknownError, Stage::Begin, message)
        })?;
        let [state, nonce, verifier] = bytes.map(|bytes| base64url(&bytes));
        Ok(Self { state, nonce, verifier })
    }
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
        let (one, two) = (Fresh::new().unwrap(), Fresh::new().unwrap());
        let values = [one.state, one.nonce, one.verifier, two.state, two.nonce, two.verifier];
        for (index, value) in values.iter().enumerate() {
            assert_eq!(value.len(), 43);
            assert!(!values[..index].contains(value));
        }
    }
}
