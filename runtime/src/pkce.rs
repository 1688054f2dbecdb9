//! Proof Key for Code Exchange (RFC 7636) and the other random values of a sign-in.

use aws_lc_rs::{digest, rand};
use zeroize::Zeroizing;

use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};

/// Bytes of randomness in a state and in a nonce: 256 bits, 43 characters.
const RANDOM_BYTES: usize = 32;

/// The shortest and the longest verifier in characters (RFC 7636 section 4.1), and its bytes.
const MIN_VERIFIER: usize = 43;
const MAX_VERIFIER: usize = 128;
const VERIFIER_BYTES: usize = MAX_VERIFIER * 3 / 4;

/// The random values of a sign-in.
pub(crate) struct Fresh {
    pub(crate) state: Zeroizing<String>,
    pub(crate) nonce: Zeroizing<String>,
    /// A `code_verifier` (RFC 7636 section 4.1).
    pub(crate) verifier: Zeroizing<String>,
}

impl Fresh {
    /// Three values from one draw of the system's generator; the verifier has as many characters as
    /// asked for, at least 43 and at most 128.
    pub(crate) fn new(verifier_length: usize) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 2 * RANDOM_BYTES + VERIFIER_BYTES]);
        rand::fill(bytes.as_mut()).map_err(|_| {
            let message = "The system's random generator failed.";
            Error::new(Code::UnknownError, Stage::Begin, message)
        })?;
        let (state, rest) = bytes.split_at(RANDOM_BYTES);
        let (nonce, rest) = rest.split_at(RANDOM_BYTES);
        let length = verifier_length.clamp(MIN_VERIFIER, MAX_VERIFIER);
        let mut verifier = Zeroizing::new(base64url(&rest[..(length * 3).div_ceil(4)]));
        verifier.truncate(length);
        Ok(Self { state: base64url(state).into(), nonce: base64url(nonce).into(), verifier })
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
        for length in [0, 999].into_iter().chain(43..=128) {
            let (one, two) = (Fresh::new(length).unwrap(), Fresh::new(length).unwrap());
            assert_eq!(one.verifier.len(), length.clamp(43, 128));
            assert!([&one.state, &one.nonce].iter().all(|value| value.len() == 43));
            let values = [one.state, one.nonce, one.verifier, two.state, two.nonce, two.verifier];
            for (index, value) in values.iter().enumerate() {
                assert!(!values[..index].contains(value));
                assert!(
                    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
                );
            }
        }
    }
}
