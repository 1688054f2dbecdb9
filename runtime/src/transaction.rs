//! What joins the two legs of a sign-in, sealed so that it can travel through a browser.
//!
//! The sealed form is `tx1.` and base64url of nonce, AES-256-GCM ciphertext and tag. Its key is
//! derived with HKDF-SHA-256 (RFC 5869), so that any passphrase gives a whole key.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use serde::{Deserialize, Serialize};

use crate::encode::{base64url, from_base64url};
use crate::error::{Code, Error, Result, Stage};
use crate::secret::Secret;

/// How long a sign-in may take, in seconds.
pub const LIFETIME: u64 = 30 * 60;

/// How far the clocks of one application's machines may differ, in seconds.
const MAX_DRIFT: u64 = 300;

/// The longest sealed transaction that is looked at, in characters.
const MAX_SEALED: usize = 16 * 1024;

const PREFIX: &str = "tx1.";

/// The environment variable that names the sealing key.
pub const KEY_VARIABLE: &str = "AUTHSPEC_TRANSACTION_KEY";

/// Used when neither a key nor a secret is there. It is public: it only catches accidents.
const ACCIDENT_KEY: &str = "authspec: set AUTHSPEC_TRANSACTION_KEY";

/// One sign-in between its two legs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    #[serde(rename = "b")]
    pub(crate) backend: String,
    #[serde(rename = "s")]
    pub(crate) state: String,
    #[serde(rename = "n")]
    pub(crate) nonce: String,
    #[serde(rename = "v")]
    pub(crate) verifier: String,
    #[serde(rename = "r")]
    pub(crate) redirect_uri: String,
    /// Unix seconds.
    #[serde(rename = "t")]
    pub(crate) started: u64,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// Seals and opens transactions.
pub(crate) struct TransactionKey(LessSafeKey);

impl TransactionKey {
    /// A key derived from a passphrase or from random text.
    ///
    /// # Errors
    ///
    /// `unknown_error` when the cryptographic library fails.
    pub(crate) fn new(passphrase: &Secret) -> Result<Self> {
        let derived = Salt::new(HKDF_SHA256, b"authspec transaction v1")
            .extract(passphrase.expose().as_bytes())
            .expand(&[b"AES-256-GCM"], &AES_256_GCM)
            .map(UnboundKey::from)
            .map_err(|_| broken())?;
        Ok(Self(LessSafeKey::new(derived)))
    }

    /// The key for a process: the variable's, else the client secret's, else one that only
    /// catches accidents.
    pub(crate) fn choose(variable: Option<String>, secret: Option<&Secret>) -> Result<Self> {
        let passphrase = variable
            .map(Secret::new)
            .or_else(|| secret.cloned())
            .unwrap_or_else(|| Secret::new(ACCIDENT_KEY));
        Self::new(&passphrase)
    }

    pub(crate) fn seal(&self, transaction: &Transaction) -> Result<String> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| broken())?;
        let mut text = serde_json::to_vec(transaction).map_err(|_| broken())?;
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(PREFIX.as_bytes()),
                &mut text,
            )
            .map_err(|_| broken())?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&text);
        Ok(format!("{PREFIX}{}", base64url(&sealed)))
    }

    /// Opens a sealed transaction of `backend`.
    ///
    /// # Errors
    ///
    /// `session_context_missing` when it was tampered with, sealed by another key or for another
    /// backend, or has expired.
    pub(crate) fn open(&self, sealed: &str, backend: &str, now: u64) -> Result<Transaction> {
        let transaction = self.decrypt(sealed).ok_or_else(|| {
            refused("The sign-in's transaction was changed, or sealed with another AUTHSPEC_TRANSACTION_KEY or SECRET.")
        })?;
        if transaction.backend != backend {
            return Err(refused(format!(
                "The sign-in was started with another backend than {backend}."
            )));
        }
        if transaction.started > now.saturating_add(MAX_DRIFT) {
            return Err(refused("The sign-in was started in the future: compare the clocks."));
        }
        if now >= transaction.started.saturating_add(LIFETIME) {
            return Err(refused("The sign-in took longer than 30 minutes."));
        }
        Ok(transaction)
    }

    /// Whether a text has the shape of a sealed transaction, of whichever key.
    pub(crate) fn may_have_sealed(sealed: &str) -> bool {
        let bytes = sealed.strip_prefix(PREFIX).and_then(from_base64url);
        bytes.is_some_and(|bytes| bytes.len() > NONCE_LEN + AES_256_GCM.tag_len())
    }

    fn decrypt(&self, sealed: &str) -> Option<Transaction> {
        let text = sealed.strip_prefix(PREFIX).filter(|text| text.len() <= MAX_SEALED)?;
        let mut bytes = from_base64url(text)?;
        let (nonce, ciphertext) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let text = self.0.open_in_place(nonce, Aad::from(PREFIX.as_bytes()), ciphertext).ok()?;
        serde_json::from_slice(text).ok()
    }
}

impl fmt::Debug for TransactionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TransactionKey(…)")
    }
}

fn refused(message: impl Into<String>) -> Error {
    let message = message.into() + " Start the sign-in again.";
    Error::new(Code::SessionContextMissing, Stage::Callback, message)
}

fn broken() -> Error {
    Error::new(Code::UnknownError, Stage::Begin, "The cryptographic library failed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transaction() -> Transaction {
        Transaction {
            backend: "github".to_owned(),
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
            redirect_uri: "https://app.example/complete/github/".to_owned(),
            started: 1000,
            next: Some("/home".to_owned()),
        }
    }

    fn key(passphrase: &str) -> TransactionKey {
        TransactionKey::new(&Secret::new(passphrase)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let sealed = key("k").seal(&transaction()).unwrap();
        let opened = key("k").open(&sealed, "github", 1000 + LIFETIME - 1).unwrap();
        assert_eq!(opened.redirect_uri, transaction().redirect_uri);
        assert_eq!(opened.next.as_deref(), Some("/home"));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let sealed = key("k").seal(&transaction()).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let error = key("k").open(&changed, "github", 1000).err().unwrap();
            assert_eq!(error.code(), Code::SessionContextMissing, "position {position}");
        }
    }

    #[test]
    fn another_key_backend_or_time_is_refused() {
        let sealed = key("k").seal(&transaction()).unwrap();
        assert!(key("k").open(&sealed, "github", 1000).is_ok());
        assert!(key("other").open(&sealed, "github", 1000).is_err());
        assert!(key("k").open(&sealed, "oidc", 1000).is_err());
        assert!(key("k").open(&sealed, "github", 1000 + LIFETIME).is_err());
        assert!(key("k").open(&sealed, "github", 1000 - MAX_DRIFT).is_ok());
        assert!(key("k").open(&sealed, "github", 1000 - MAX_DRIFT - 1).is_err());
        assert!(key("k").open("tx1.", "github", 1000).is_err());
        assert!(key("k").open("", "github", 1000).is_err());
    }

    #[test]
    fn the_secret_seals_when_no_key_is_given() {
        let secret = Secret::new("client-secret");
        let sealed =
            TransactionKey::choose(None, Some(&secret)).unwrap().seal(&transaction()).unwrap();
        assert!(key("client-secret").open(&sealed, "github", 1000).is_ok());
        let other = TransactionKey::choose(Some("v".to_owned()), Some(&secret)).unwrap();
        assert!(other.open(&sealed, "github", 1000).is_err());
    }
}
