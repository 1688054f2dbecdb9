//! What joins the two legs of a sign-in: sealed, bound to its browser, and used once.

mod expiring;
mod key_ring;
mod store;

pub(crate) use expiring::Expiring;
pub use store::{MemoryStore, SealedCookie, StoreError, TransactionStore};

use std::fmt;
use std::time::Duration;

use aws_lc_rs::{digest, rand};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};
use crate::flow::asked::Asked;
use crate::secret::{Secret, same};
use crate::settings::{Environment, parse_list};
use key_ring::KeyRing;

/// How long a sign-in may take, in seconds, unless [`LIFETIME_VARIABLE`] says otherwise.
pub const LIFETIME: u64 = 30 * 60;

/// How far the clocks of one application's machines may differ, in seconds.
const MAX_DRIFT: u64 = 300;

/// What [`LIFETIME_VARIABLE`] may be: a minute at least, a day at most.
const LIFETIMES: std::ops::RangeInclusive<u64> = 60..=24 * 3600;

/// The environment variable that names the sealing key: a passphrase or random text.
pub const KEY_VARIABLE: &str = "AUTHSPEC_TRANSACTION_KEY";

/// The environment variable that names earlier keys, which still open: a JSON array, or texts with
/// commas between. Leave the old key here for as long as a sign-in lasts.
pub const KEY_FALLBACKS_VARIABLE: &str = "AUTHSPEC_TRANSACTION_KEY_FALLBACKS";

/// The environment variable that says how long a sign-in may take, in seconds: 60 to 86,400.
pub const LIFETIME_VARIABLE: &str = "AUTHSPEC_TRANSACTION_LIFETIME";

/// Used when neither a key nor a secret is there. It is public: it only catches accidents.
const ACCIDENT_KEY: &str = "authspec: set AUTHSPEC_TRANSACTION_KEY";

/// One sign-in between its two legs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    #[serde(rename = "b")]
    pub(crate) backend: String,
    #[serde(rename = "s")]
    pub(crate) state: Zeroizing<String>,
    #[serde(rename = "n")]
    pub(crate) nonce: Zeroizing<String>,
    #[serde(rename = "v")]
    pub(crate) verifier: Zeroizing<String>,
    #[serde(rename = "r")]
    pub(crate) redirect_uri: String,
    /// Unix seconds.
    #[serde(rename = "t")]
    pub(crate) started: u64,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    /// The [`fingerprint`] of what only the browser knows.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(crate) browser: Option<String>,
    /// What the ID token is held against.
    #[serde(rename = "q", default, skip_serializing_if = "Asked::is_nothing")]
    pub(crate) asked: Asked,
}

impl Transaction {
    /// Whether this is the browser that started it: it has the same secret, or neither has one.
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

/// What stands for a text that is long or secret: its SHA-256 digest.
pub(crate) fn fingerprint(text: &str) -> String {
    base64url(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// A name that nobody can guess: 256 random bits.
pub(crate) fn fresh_id() -> Result<String> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| broken())?;
    Ok(base64url(&bytes))
}

/// How one backend seals its transactions.
#[derive(Debug)]
pub(crate) struct Sealing {
    ring: KeyRing,
    lifetime: u64,
    /// Neither a key nor a secret is set: anybody can make a transaction.
    for_everybody: bool,
}

impl Sealing {
    /// The key of the environment, else the client secret, else one that only catches accidents;
    /// with the earlier keys of the environment.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a list of earlier keys or a lifetime that cannot be right.
    pub(crate) fn new(environment: &Environment, secret: Option<&Secret>) -> Result<Self> {
        let key = environment.var(KEY_VARIABLE);
        let key = key.map(|key| Secret::new(key.trim())).or_else(|| secret.cloned());
        let for_everybody = key.is_none();
        let newest = key.unwrap_or_else(|| Secret::new(ACCIDENT_KEY));
        let earlier = match environment.var(KEY_FALLBACKS_VARIABLE) {
            None => Vec::new(),
            Some(text) => earlier_keys(&text).map_err(|why| wrong(KEY_FALLBACKS_VARIABLE, &why))?,
        };
        let lifetime = match environment.var(LIFETIME_VARIABLE) {
            None => LIFETIME,
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|seconds| LIFETIMES.contains(seconds))
                .ok_or_else(|| wrong(LIFETIME_VARIABLE, "must be 60 to 86400 seconds"))?,
        };
        Ok(Self { ring: KeyRing::new(&newest, &earlier)?, lifetime, for_everybody })
    }

    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime)
    }

    /// Seals a transaction; warns when everybody could.
    pub(crate) fn seal(&self, transaction: &Transaction) -> Result<String> {
        if self.for_everybody {
            tracing::warn!(
                target: "authspec",
                "neither {KEY_VARIABLE} nor SECRET is set: the transaction is sealed with a key \
                 that everybody knows"
            );
        }
        self.ring.seal(transaction)
    }

    /// Opens a sealed transaction of `backend`.
    ///
    /// # Errors
    ///
    /// `session_context_missing` when it was tampered with, sealed by another key or for another
    /// backend, or has expired.
    pub(crate) fn open(&self, sealed: &str, backend: &str, now: u64) -> Result<Transaction> {
        let transaction = self.ring.open(sealed).ok_or_else(|| {
            missing(
                "The sign-in's transaction was changed, or sealed with another \
                 AUTHSPEC_TRANSACTION_KEY or SECRET.",
            )
        })?;
        if transaction.backend != backend {
            return Err(missing(format!(
                "The sign-in was started with another backend than {backend}."
            )));
        }
        if transaction.started > now.saturating_add(MAX_DRIFT) {
            return Err(missing("The sign-in was started in the future: compare the clocks."));
        }
        if now >= transaction.started.saturating_add(self.lifetime) {
            let minutes = self.lifetime.div_ceil(60);
            return Err(missing(format!("The sign-in took longer than {minutes} minutes.")));
        }
        Ok(transaction)
    }

    /// Whether a text has the shape of a sealed transaction, of whichever key.
    pub(crate) fn may_have_sealed(sealed: &str) -> bool {
        KeyRing::may_have_sealed(sealed)
    }
}

/// The earlier keys. Whoever knows one can make transactions: an empty one, as a template without its
/// variable leaves it, would be everybody's.
fn earlier_keys(text: &str) -> Result<Vec<Secret>, String> {
    let keys: Vec<Secret> = parse_list(text)?.iter().map(|key| Secret::new(key.trim())).collect();
    if keys.iter().any(|key| key.expose().is_empty()) {
        return Err("has an empty key: remove it".to_owned());
    }
    Ok(keys)
}

/// There is no such sign-in, or not any more.
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

fn wrong(variable: &str, reason: &str) -> Error {
    let message = format!("`{variable}` {reason}.");
    Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(variable)
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
            state: "s".to_owned().into(),
            nonce: "n".to_owned().into(),
            verifier: "v".to_owned().into(),
            redirect_uri: "https://app.example/complete/github/".to_owned(),
            started: 1000,
            next: Some("/home".to_owned()),
            browser: None,
            asked: Asked::default(),
        }
    }

    pub(super) fn ring(passphrase: &str) -> KeyRing {
        KeyRing::new(&Secret::new(passphrase), &[]).unwrap()
    }

    fn sealing(variables: &[(&str, &str)], secret: Option<&str>) -> Result<Sealing> {
        let environment = Environment::from_pairs(variables.iter().copied());
        Sealing::new(&environment, secret.map(Secret::new).as_ref())
    }

    fn with_key(key: &str) -> Sealing {
        sealing(&[(KEY_VARIABLE, key)], None).unwrap()
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", transaction()), "Transaction(github)");
        assert_eq!(format!("{:?}", ring("k")), "KeyRing(…)");
    }

    #[test]
    fn ids_are_long_and_no_two_are_alike() {
        let (one, other) = (fresh_id().unwrap(), fresh_id().unwrap());
        assert_eq!((one.len(), other.len()), (43, 43), "256 bits");
        assert_ne!(one, other);
    }

    #[test]
    fn another_key_backend_or_time_is_refused() {
        let sealed = with_key("k").seal(&transaction()).unwrap();
        assert!(with_key("k").open(&sealed, "github", 1000).is_ok());
        assert!(with_key("other").open(&sealed, "github", 1000).is_err());
        assert!(with_key("k").open(&sealed, "oidc", 1000).is_err());
        assert!(with_key("k").open(&sealed, "github", 1000 + LIFETIME - 1).is_ok());
        let error = with_key("k").open(&sealed, "github", 1000 + LIFETIME).unwrap_err();
        assert!(error.message().contains("30 minutes"), "{error}");
        assert!(with_key("k").open(&sealed, "github", 1000 - MAX_DRIFT).is_ok());
        assert!(with_key("k").open(&sealed, "github", 1000 - MAX_DRIFT - 1).is_err());
    }

    #[test]
    fn the_secret_seals_when_no_key_is_given() {
        let sealed = sealing(&[], Some("secret")).unwrap().seal(&transaction()).unwrap();
        assert!(with_key("secret").open(&sealed, "github", 1000).is_ok());
        let other = sealing(&[(KEY_VARIABLE, "v")], Some("secret")).unwrap();
        assert!(other.open(&sealed, "github", 1000).is_err());
    }

    #[test]
    fn earlier_keys_open() {
        let sealed = with_key("old").seal(&transaction()).unwrap();
        for fallbacks in ["older, old", r#"["older", "old"]"#] {
            let variables = [(KEY_VARIABLE, "new"), (KEY_FALLBACKS_VARIABLE, fallbacks)];
            let rotated = sealing(&variables, None).unwrap();
            assert!(rotated.open(&sealed, "github", 1000).is_ok(), "{fallbacks}");
        }
        let error = sealing(&[(KEY_FALLBACKS_VARIABLE, "[1")], None).unwrap_err();
        assert_eq!(error.code(), Code::InvalidSetting);
        assert_eq!(error.parameter(), Some(KEY_FALLBACKS_VARIABLE));
    }

    #[test]
    fn the_lifetime_is_a_setting() {
        let with =
            |seconds: &str| sealing(&[(KEY_VARIABLE, "k"), (LIFETIME_VARIABLE, seconds)], None);
        assert_eq!(with("60").unwrap().lifetime(), Duration::from_secs(60));
        assert_eq!(with_key("k").lifetime(), Duration::from_secs(1800));
        let sealed = with_key("k").seal(&transaction()).unwrap();
        assert!(with("60").unwrap().open(&sealed, "github", 1059).is_ok());
        assert!(with("60").unwrap().open(&sealed, "github", 1060).is_err());
        assert!(with("86400").unwrap().open(&sealed, "github", 1000 + 86_399).is_ok());
        for bad in ["59", "86401", "-1", "soon", "1e3"] {
            assert_eq!(with(bad).unwrap_err().code(), Code::InvalidSetting, "{bad}");
        }
    }

    #[test]
    fn an_empty_earlier_key_is_refused() {
        let with = |keys| sealing(&[(KEY_VARIABLE, "k"), (KEY_FALLBACKS_VARIABLE, keys)], None);
        for good in ["old", " , ", "[\"old\"]", "[]"] {
            assert!(with(good).is_ok(), "{good}");
        }
        for bad in ["[\"\"]", "[\"old\",\" \"]"] {
            let error = with(bad).unwrap_err();
            assert_eq!(error.code(), Code::InvalidSetting, "{bad}");
            assert_eq!(error.parameter(), Some(KEY_FALLBACKS_VARIABLE));
        }
    }

    #[test]
    fn a_sealed_text_is_known_by_its_shape() {
        let sealed = with_key("k").seal(&transaction()).unwrap();
        assert!(Sealing::may_have_sealed(&sealed));
        assert!(!Sealing::may_have_sealed("a random ticket"));
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
