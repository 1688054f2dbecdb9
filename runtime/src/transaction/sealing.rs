//! Seals transactions, and opens those of one backend, client and issuer.

use std::time::Duration;

use super::key_ring::KeyRing;
use super::{SealingKeys, Transaction, missing};
use crate::error::{Code, Error, Result, Stage};
use crate::flow::authorization::check_next;
use crate::settings::Environment;

/// The default lifetime of a sign-in in seconds, unless [`LIFETIME_VARIABLE`] says otherwise.
pub const LIFETIME: u64 = 30 * 60;

/// The tolerated difference between the clocks of an application's machines, in seconds.
const MAX_DRIFT: u64 = 300;

/// The range of [`LIFETIME_VARIABLE`]: a minute at least, a day at most.
const LIFETIMES: std::ops::RangeInclusive<u64> = 60..=24 * 3600;

/// The environment variable that says how long a sign-in may take, in seconds: 60 to 86,400.
pub const LIFETIME_VARIABLE: &str = "AUTHSPEC_TRANSACTION_LIFETIME";

/// The longest sealed transaction, in characters. Browsers drop cookies of more than 4,096 bytes, and the
/// cookie's name and attributes need some of them.
pub(super) const MAX_SEALED: usize = 3_800;

/// The party that may open a transaction: the backend that sealed it, with the same client at the same
/// issuer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party<'a> {
    pub(crate) backend: &'a str,
    /// The fingerprint of client and issuer.
    pub(crate) client: &'a str,
}

/// Seals and opens the transactions of one runtime.
#[derive(Debug)]
pub(crate) struct Sealing {
    ring: KeyRing,
    lifetime: u64,
}

impl Sealing {
    /// With these keys, and the lifetime of the environment.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a lifetime that cannot be right.
    pub(crate) fn new(keys: &SealingKeys, environment: &Environment) -> Result<Self> {
        let lifetime = match environment.text(LIFETIME_VARIABLE)? {
            None => LIFETIME,
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|seconds| LIFETIMES.contains(seconds))
                .ok_or_else(wrong_lifetime)?,
        };
        Ok(Self { ring: KeyRing::new(&keys.newest, &keys.earlier)?, lifetime })
    }

    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime)
    }

    /// Seals a transaction that is kept under `name`; in the browser it has none.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` when `next` and the application's data are too long for a cookie.
    pub(super) fn seal(&self, transaction: &Transaction, name: &str) -> Result<String> {
        let sealed = self.ring.seal(transaction, name)?;
        if sealed.len() <= MAX_SEALED {
            return Ok(sealed);
        }
        let parameter = if transaction.data.is_some() { "data" } else { "next" };
        let message = format!(
            "The sealed transaction has {} characters, expected {MAX_SEALED} at most: shorten where \
             to go next, and keep long data in a session.",
            sealed.len()
        );
        Err(Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter(parameter))
    }

    /// Opens a sealed transaction that was kept under `name`, for the party that sealed it.
    ///
    /// # Errors
    ///
    /// `session_context_missing` when it was changed, sealed by another key, under another name or for
    /// another party, or has expired.
    pub(super) fn open(
        &self,
        sealed: &str,
        name: &str,
        party: Party<'_>,
        now: u64,
    ) -> Result<Transaction> {
        let transaction = self.ring.open(sealed, name).ok_or_else(|| {
            missing(
                "The sign-in's transaction was changed, or sealed with another \
                 AUTHSPEC_TRANSACTION_KEY.",
            )
        })?;
        let Party { backend, client } = party;
        if transaction.backend != backend {
            return Err(missing(format!(
                "The sign-in was started with the backend `{}`, expected `{backend}`.",
                transaction.backend
            )));
        }
        if transaction.client != client {
            return Err(missing(format!(
                "The sign-in was started with another client or at another issuer than `{backend}` \
                 has now."
            )));
        }
        // The key may have leaked: a forged transaction must not lead out of the application.
        if transaction.next.as_deref().is_some_and(|next| check_next(next).is_err()) {
            return Err(missing("The sign-in would lead out of this application."));
        }
        let wrong_time = if transaction.started > now.saturating_add(MAX_DRIFT) {
            missing("The sign-in was started in the future: compare the clocks.")
        } else if now >= transaction.started.saturating_add(self.lifetime) {
            let minutes = self.lifetime.div_ceil(60);
            missing(format!("The sign-in took longer than {minutes} minutes."))
        } else {
            return Ok(transaction);
        };
        Err(wrong_time.with_resumption(transaction.next, transaction.data))
    }
}

fn wrong_lifetime() -> Error {
    let message = format!("`{LIFETIME_VARIABLE}` must be 60 to 86400 seconds.");
    Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(LIFETIME_VARIABLE)
}

#[cfg(test)]
mod tests {
    use super::super::tests::transaction;
    use super::super::{KEY_FALLBACKS_VARIABLE, KEY_VARIABLE};
    use super::*;
    use serde_json::json;

    const ONE: &str = "one one one one one one one one one";
    const OTHER: &str = "other other other other other other";
    const OWN: Party<'_> = Party { backend: "github", client: "client" };

    fn sealing(variables: &[(&str, &str)]) -> Result<Sealing> {
        let environment = Environment::from_pairs(variables.iter().copied());
        Sealing::new(&SealingKeys::read(None, &environment)?, &environment)
    }

    fn with_key(key: &str) -> Sealing {
        sealing(&[(KEY_VARIABLE, key)]).unwrap()
    }

    #[test]
    fn another_key_party_name_or_time_is_refused() {
        let sealed = with_key(ONE).seal(&transaction(), "name").unwrap();
        let open = |party, now| with_key(ONE).open(&sealed, "name", party, now);
        assert!(open(OWN, 1000).is_ok());
        assert!(with_key(OTHER).open(&sealed, "name", OWN, 1000).is_err());
        assert!(with_key(ONE).open(&sealed, "", OWN, 1000).is_err());
        assert!(open(Party { backend: "oidc", ..OWN }, 1000).is_err());
        assert!(open(Party { client: "another", ..OWN }, 1000).is_err());
        assert!(open(OWN, 1000 + LIFETIME - 1).is_ok());
        let error = open(OWN, 1000 + LIFETIME).unwrap_err();
        assert!(error.message().contains("30 minutes"), "{error}");
        assert_eq!(error.next(), Some("/home"), "the application may start it again");
        assert!(open(OWN, 1000 - MAX_DRIFT).is_ok());
        assert!(open(OWN, 1000 - MAX_DRIFT - 1).is_err());
    }

    #[test]
    fn nothing_public_seals() {
        let own = || sealing(&[]).unwrap();
        let sealed = own().seal(&transaction(), "").unwrap();
        assert!(own().open(&sealed, "", OWN, 1000).is_ok(), "the process's own key");
        // The constant that sealed before there was a key of the process.
        let public = with_key("authspec: set AUTHSPEC_TRANSACTION_KEY");
        assert!(public.open(&sealed, "", OWN, 1000).is_err());
        let forged = public.seal(&transaction(), "").unwrap();
        assert!(own().open(&forged, "", OWN, 1000).is_err());
    }

    #[test]
    fn earlier_keys_open() {
        let sealed = with_key(ONE).seal(&transaction(), "").unwrap();
        let rotated = [(KEY_VARIABLE, OTHER), (KEY_FALLBACKS_VARIABLE, ONE)];
        assert!(sealing(&rotated).unwrap().open(&sealed, "", OWN, 1000).is_ok());
        assert!(with_key(OTHER).open(&sealed, "", OWN, 1000).is_err());
    }

    #[test]
    fn the_lifetime_is_a_setting() {
        let with = |seconds: &str| sealing(&[(KEY_VARIABLE, ONE), (LIFETIME_VARIABLE, seconds)]);
        assert_eq!(with("60").unwrap().lifetime(), Duration::from_secs(60));
        assert_eq!(with_key(ONE).lifetime(), Duration::from_secs(1800));
        let sealed = with_key(ONE).seal(&transaction(), "").unwrap();
        assert!(with("60").unwrap().open(&sealed, "", OWN, 1059).is_ok());
        assert!(with("60").unwrap().open(&sealed, "", OWN, 1060).is_err());
        assert!(with("86400").unwrap().open(&sealed, "", OWN, 1000 + 86_399).is_ok());
        for bad in ["59", "86401", "-1", "soon", "1e3"] {
            assert_eq!(with(bad).unwrap_err().code(), Code::InvalidSetting, "{bad}");
        }
    }

    #[test]
    fn where_to_go_next_is_checked_again() {
        let sealing = with_key(ONE);
        let leading_to = |next: &str| {
            let forged = Transaction { next: Some(next.to_owned()), ..transaction() };
            sealing.open(&sealing.seal(&forged, "").unwrap(), "", OWN, 1000)
        };
        assert!(leading_to("/account").is_ok());
        let error = leading_to("https://evil.example/phish").unwrap_err();
        assert_eq!(error.code(), Code::SessionContextMissing);
    }

    #[test]
    fn a_sealed_transaction_fits_into_a_cookie() {
        let sealed = |next: usize, data: usize| {
            let next = (next > 0).then(|| format!("/{}", "\"".repeat(next)));
            let data = (data > 0).then(|| json!("x".repeat(data)));
            with_key(ONE).seal(&Transaction { next, data, ..transaction() }, "")
        };
        assert!(sealed(1_200, 0).unwrap().len() <= MAX_SEALED);
        assert!(sealed(0, 2_400).unwrap().len() <= MAX_SEALED);
        for (next, data, parameter) in [(2_000, 0, "next"), (0, 3_000, "data")] {
            let error = sealed(next, data).unwrap_err();
            assert_eq!(
                (error.code(), error.parameter()),
                (Code::InvalidParameter, Some(parameter))
            );
        }
    }
}
