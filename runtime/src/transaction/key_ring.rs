//! The keys that seal transactions: the newest seals, all of them open.
//!
//! The sealed form is `tx2.` and base64url of nonce, AES-256-GCM ciphertext and tag. A key is derived
//! with HKDF-SHA-256 (RFC 5869), so that any passphrase gives a whole one.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::sealing::MAX_SEALED;
use super::{Transaction, broken};
use crate::encode::{base64url, from_base64url};
use crate::error::Result;
use crate::secret::Secret;

const PREFIX: &str = "tx2.";

/// Seals and opens transactions.
pub(crate) struct KeyRing {
    newest: LessSafeKey,
    earlier: Vec<LessSafeKey>,
}

impl KeyRing {
    /// Keys derived from passphrases or from random texts.
    ///
    /// # Errors
    ///
    /// `unknown_error` when the cryptographic library fails.
    pub(crate) fn new(newest: &Secret, earlier: &[Secret]) -> Result<Self> {
        Ok(Self {
            newest: derive(newest)?,
            earlier: earlier.iter().map(derive).collect::<Result<_>>()?,
        })
    }

    /// Seals with the newest key. Only under the same `name` does the text open.
    ///
    /// # Errors
    ///
    /// `unknown_error` when the cryptographic library fails.
    pub(crate) fn seal(&self, transaction: &Transaction, name: &str) -> Result<String> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| broken())?;
        // Room for all of it: a text that grows would leave copies that are not wiped.
        let mut text = Vec::with_capacity(4096);
        serde_json::to_writer(&mut text, transaction).map_err(|_| broken())?;
        self.newest
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                associated_data(name),
                &mut text,
            )
            .map_err(|_| broken())?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&text);
        Ok(format!("{PREFIX}{}", base64url(&sealed)))
    }

    /// Opens with whichever key fits; `None` when none does, or when the text was changed or sealed under
    /// another name.
    pub(crate) fn open(&self, sealed: &str, name: &str) -> Option<Transaction> {
        let text = sealed.strip_prefix(PREFIX).filter(|_| sealed.len() <= MAX_SEALED)?;
        let bytes = from_base64url(text)?;
        let mut keys = std::iter::once(&self.newest).chain(&self.earlier);
        keys.find_map(|key| open_with(key, &bytes, name))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyRing(…)")
    }
}

fn derive(passphrase: &Secret) -> Result<LessSafeKey> {
    Salt::new(HKDF_SHA256, b"authspec transaction v2")
        .extract(passphrase.expose().as_bytes())
        .expand(&[b"AES-256-GCM"], &AES_256_GCM)
        .map(|key| LessSafeKey::new(UnboundKey::from(key)))
        .map_err(|_| broken())
}

/// The part of a sealed text that is authenticated and not stored in it: its form, and the name that it is
/// kept under. A store that exchanges two texts gives texts that do not open.
fn associated_data(name: &str) -> Aad<Vec<u8>> {
    Aad::from([PREFIX.as_bytes(), name.as_bytes()].concat())
}

fn open_with(key: &LessSafeKey, bytes: &[u8], name: &str) -> Option<Transaction> {
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let text = key.open_in_place(nonce, associated_data(name), &mut text).ok()?;
    serde_json::from_slice(text).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::transaction;
    use super::*;

    fn ring(passphrase: &str) -> KeyRing {
        KeyRing::new(&Secret::new(passphrase), &[]).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let sealed = ring("k").seal(&transaction(), "name").unwrap();
        let opened = ring("k").open(&sealed, "name").unwrap();
        assert_eq!(opened.redirect_uri, transaction().redirect_uri);
        assert_eq!(opened.next.as_deref(), Some("/home"));
        assert!(ring("other").open(&sealed, "name").is_none());
        for other in ["", "nam", "names"] {
            assert!(ring("k").open(&sealed, other).is_none(), "under another name");
        }
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let sealed = ring("k").seal(&transaction(), "").unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(ring("k").open(&changed, "").is_none(), "position {position}");
        }
    }

    #[test]
    fn the_newest_key_seals_and_all_of_them_open() {
        let before = ring("old").seal(&transaction(), "").unwrap();
        let rotated = KeyRing::new(&Secret::new("new"), &[Secret::new("old")]).unwrap();
        assert!(rotated.open(&before, "").is_some());
        let after = rotated.seal(&transaction(), "").unwrap();
        assert!(ring("new").open(&after, "").is_some());
        assert!(ring("old").open(&after, "").is_none(), "an earlier key seals nothing any more");
        let forgotten = KeyRing::new(&Secret::new("newest"), &[Secret::new("new")]).unwrap();
        assert!(forgotten.open(&before, "").is_none());
    }

    #[test]
    fn no_two_seals_are_alike() {
        let ring = ring("k");
        assert_ne!(ring.seal(&transaction(), "").unwrap(), ring.seal(&transaction(), "").unwrap());
    }

    #[test]
    fn a_text_that_was_not_sealed_does_not_open() {
        let sealed = ring("k").seal(&transaction(), "").unwrap();
        let nothing_inside = format!("{PREFIX}{}", base64url(&[0; 12 + 16]));
        for other in ["", "tx2.", "tx2.AAAA", "tx2.!", &sealed[1..], &nothing_inside] {
            assert!(ring("k").open(other, "").is_none(), "{other}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_not_looked_at() {
        let with = |next: usize| {
            let transaction = Transaction { next: Some("x".repeat(next)), ..transaction() };
            ring("k").seal(&transaction, "").unwrap()
        };
        let (shorter, longer) = (with(2_600), with(2_800));
        assert!(shorter.len() <= MAX_SEALED && longer.len() > MAX_SEALED);
        assert!(ring("k").open(&shorter, "").is_some());
        assert!(ring("k").open(&longer, "").is_none());
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", ring("k")), "KeyRing(…)");
    }
}
