//! The transaction that joins the two legs of a sign-in: sealed, bound to its browser, and used once.

mod expiring;
mod key_ring;
mod sealing;
mod sealing_key;
mod store;
mod transactions;

pub use sealing::{LIFETIME, LIFETIME_VARIABLE};
pub(crate) use sealing::{Party, Sealing};
pub use sealing_key::{KEY_FALLBACKS_VARIABLE, KEY_VARIABLE};
pub(crate) use sealing_key::{SealingKeys, checked_key};
pub use store::{MemoryStore, StoreError, TransactionStore};
pub(crate) use transactions::Transactions;

use std::fmt;

use aws_lc_rs::{digest, rand};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};
use crate::flow::asked::Asked;
use crate::secret::{Secret, same};

/// One sign-in between its two legs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    #[serde(rename = "b")]
    pub(crate) backend: String,
    /// The [`fingerprint`] of the client and of the issuer that it is registered with.
    #[serde(rename = "c")]
    pub(crate) client: String,
    #[serde(rename = "s")]
    pub(crate) state: Zeroizing<String>,
    #[serde(rename = "n")]
    pub(crate) nonce: Zeroizing<String>,
    #[serde(rename = "v")]
    pub(crate) verifier: Zeroizing<String>,
    #[serde(rename = "r")]
    pub(crate) redirect_uri: String,
    /// `true` if the provider was asked to answer by a form that the browser posts.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) form_post: bool,
    /// Unix seconds.
    #[serde(rename = "t")]
    pub(crate) started: u64,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    /// The application's own data.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Value>,
    /// The [`fingerprint`] of the secret that only the browser knows.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(crate) browser: Option<String>,
    /// The parts of the request that the ID token is compared with.
    #[serde(rename = "q", default, skip_serializing_if = "Asked::is_nothing")]
    pub(crate) asked: Asked,
}

impl Transaction {
    /// Returns `true` if this is the browser that started it: it has the same secret, or neither has one.
    pub(crate) fn is_of(&self, browser: Option<&Secret>) -> bool {
        match (&self.browser, browser) {
            (None, None) => true,
            (Some(own), Some(browser)) => same(own, &fingerprint(browser.expose())),
            _ => false,
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Transaction({})", self.backend)
    }
}

/// The SHA-256 digest of a text, which stands for it where it is long or secret.
pub(crate) fn fingerprint(text: &str) -> String {
    base64url(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// 256 random bits as text: a ticket, a key, or a browser's secret.
pub(crate) fn random_text() -> Result<String> {
    let mut bytes = Zeroizing::new([0; 32]);
    rand::fill(bytes.as_mut()).map_err(|_| broken())?;
    Ok(base64url(bytes.as_ref()))
}

/// The error for a sign-in that does not exist, or no longer does.
pub(crate) fn missing(message: impl Into<String>) -> Error {
    let message = message.into() + " Start the sign-in again.";
    Error::new(Code::SessionContextMissing, Stage::Callback, message)
}

/// No transaction came with the callback, which mostly is a cookie that the browser did not send.
pub(crate) fn absent() -> Error {
    missing(
        "No transaction came with the callback: the cookie or session that keeps it was not sent or \
         has expired. Check that the cookie has SameSite=Lax (None for form_post), Secure on https, \
         a Path that both legs share and enough Max-Age, and that both legs use one host.",
    )
}

fn broken() -> Error {
    Error::new(Code::UnknownError, Stage::Begin, "The cryptographic library failed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn transaction() -> Transaction {
        Transaction {
            backend: "github".to_owned(),
            client: "client".to_owned(),
            state: "s".to_owned().into(),
            nonce: "n".to_owned().into(),
            verifier: "v".to_owned().into(),
            redirect_uri: "https://app.example/complete/github/".to_owned(),
            form_post: false,
            started: 1000,
            next: Some("/home".to_owned()),
            data: None,
            browser: None,
            asked: Asked::default(),
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", transaction()), "Transaction(github)");
    }

    #[test]
    fn random_texts_are_long_and_no_two_are_alike() {
        let (one, other) = (random_text().unwrap(), random_text().unwrap());
        assert_eq!((one.len(), other.len()), (43, 43), "256 bits");
        assert_ne!(one, other);
    }

    #[test]
    fn a_bound_transaction_is_its_browsers_alone() {
        let (mine, yours) = (Secret::new("mine"), Secret::new("yours"));
        let bound = Transaction { browser: Some(fingerprint(mine.expose())), ..transaction() };
        assert!(bound.is_of(Some(&mine)));
        assert!(!bound.is_of(Some(&yours)) && !bound.is_of(None));
        assert!(transaction().is_of(None) && !transaction().is_of(Some(&mine)));
    }
}
