//! The transactions of one runtime: sealed in the browser, or sealed in a store that knows them by the
//! digest of their ticket.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::sealing::MAX_SEALED;
use super::{
    MemoryStore, Party, Sealing, StoreError, Transaction, TransactionStore, absent, fingerprint,
    missing, random_text,
};
use crate::error::{Code, Error, Result, Stage};
use crate::events;

/// The time for which a used transaction is remembered beyond its lifetime, because clocks may differ.
const USED_LONGER: Duration = Duration::from_secs(600);

/// Puts transactions away between the two legs of a sign-in, and lets each be used once.
#[derive(Clone)]
pub(crate) struct Transactions {
    place: Place,
    store: Arc<dyn TransactionStore>,
}

/// The place of a sealed transaction between the two legs.
#[derive(Clone, Copy)]
enum Place {
    /// The browser has all of it: its ticket is the sealed text.
    Browser,
    /// The store has it; the browser has a random ticket.
    Store,
}

impl Transactions {
    /// The browser keeps the sealed text; which ones were used is remembered in this process.
    pub(crate) fn in_browser() -> Self {
        Self { place: Place::Browser, store: Arc::new(MemoryStore::new()) }
    }

    /// The store keeps the sealed text.
    pub(crate) fn in_store(store: impl TransactionStore) -> Self {
        Self { place: Place::Store, store: Arc::new(store) }
    }

    /// Puts a transaction away and gives the ticket that the browser keeps.
    ///
    /// # Errors
    ///
    /// `unavailable` when the store fails, or as [`Sealing::seal`].
    pub(crate) async fn put(&self, sealing: &Sealing, transaction: &Transaction) -> Result<String> {
        match self.place {
            Place::Browser => sealing.seal(transaction, ""),
            Place::Store => {
                let ticket = random_text()?;
                let name = fingerprint(&ticket);
                let sealed = sealing.seal(transaction, &name)?;
                let stored = self.store.put(&name, &sealed, sealing.lifetime()).await;
                match stored {
                    Ok(true) => Ok(ticket),
                    Ok(false) => Err(failed(&StoreError::new("a ticket came twice"), Stage::Begin)),
                    Err(error) => Err(failed(&error, Stage::Begin)),
                }
            }
        }
    }

    /// The transaction of a ticket, if this party began it and it is neither used nor over.
    ///
    /// # Errors
    ///
    /// `session_context_missing`, or `unavailable` when the store fails.
    pub(crate) async fn open(
        &self,
        sealing: &Sealing,
        ticket: &str,
        party: Party<'_>,
        now: u64,
    ) -> Result<Transaction> {
        if ticket.trim().is_empty() {
            return Err(absent());
        }
        if ticket.len() > MAX_SEALED {
            return Err(used_or_unknown());
        }
        let name = fingerprint(ticket);
        let failed = |error| failed(&error, Stage::Callback);
        match self.place {
            Place::Browser if self.store.is_used(&name).await.map_err(failed)? => {
                events::replay("a sign-in");
                Err(used_or_unknown())
            }
            Place::Browser => sealing.open(ticket, "", party, now),
            Place::Store => {
                let sealed = self.store.get(&name).await.map_err(failed)?;
                sealing.open(&sealed.ok_or_else(used_or_unknown)?, &name, party, now)
            }
        }
    }

    /// Uses a transaction up, right before its code is sent: until then another try is allowed.
    ///
    /// # Errors
    ///
    /// `session_context_missing` when it was used before, or `unavailable` when the store fails.
    pub(crate) async fn claim(&self, ticket: &str, lifetime: Duration) -> Result<()> {
        let name = fingerprint(ticket);
        let claimed = match self.place {
            Place::Browser => self.store.mark_used(&name, lifetime + USED_LONGER).await,
            Place::Store => self.store.claim(&name).await,
        };
        match claimed {
            Ok(true) => Ok(()),
            Ok(false) => {
                events::replay("a sign-in");
                Err(used_or_unknown())
            }
            Err(error) => Err(failed(&error, Stage::Callback)),
        }
    }

    /// Returns `true` if something of this name, such as a logout token, was used before.
    ///
    /// # Errors
    ///
    /// `unavailable` when the store fails.
    pub(crate) async fn is_used(&self, name: &str, stage: Stage) -> Result<bool> {
        self.store.is_used(name).await.map_err(|error| failed(&error, stage))
    }

    /// Remembers that something of this name was used; `false` when it was used before.
    ///
    /// # Errors
    ///
    /// `unavailable` when the store fails.
    pub(crate) async fn mark_used(
        &self,
        name: &str,
        lifetime: Duration,
        stage: Stage,
    ) -> Result<bool> {
        self.store.mark_used(name, lifetime).await.map_err(|error| failed(&error, stage))
    }
}

impl fmt::Debug for Transactions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transactions(…)")
    }
}

fn used_or_unknown() -> Error {
    missing("The sign-in is unknown, took too long, or was completed before.")
}

/// The error of a store that failed. Its own reason is for the log, since it may name hosts.
fn failed(error: &StoreError, stage: Stage) -> Error {
    tracing::error!(target: "authspec", "the store of transactions failed: {error}");
    let message = "The store of transactions cannot be reached. Try again later.";
    Error::new(Code::Unavailable, stage, message)
}
