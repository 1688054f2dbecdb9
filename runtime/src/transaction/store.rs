//! The store of sealed transactions and of names that were used.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::expiring::Expiring;
use crate::transport::BoxFuture;

/// The default number of sign-ins that a [`MemoryStore`] keeps, and of used names that it remembers.
const CAPACITY: usize = 65_536;

/// The number of bytes of sealed transactions that a [`MemoryStore`] keeps: 64 MiB.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Keeps sealed transactions between the two legs of a sign-in, and remembers what was used.
///
/// The browser keeps a random ticket, and a store knows its SHA-256 digest only: each `name` below is such a
/// digest, 43 characters of base64url. A reader of the store can neither present a ticket nor read a
/// transaction; a writer can neither change one nor put one in another's place, since a text opens
/// under its own name only.
///
/// [`MemoryStore`] and `RedisStore` of the crate `authspec-redis` are such stores.
pub trait TransactionStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a sealed transaction for `lifetime`; `false` when there is one of that name already.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached or is full.
    fn put<'a>(
        &'a self,
        name: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// The sealed transaction of a name; `None` when it is unknown, over, or claimed.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached.
    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>>;

    /// Takes a transaction away. Of any number of callers at once, exactly one is told `true`; that one may
    /// go on.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached: the sign-in must not continue then.
    fn claim<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Remembers for `lifetime` that something was used: a transaction that the browser keeps, or a logout
    /// token. Of any number of callers at once, exactly one is told `true`.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached.
    fn mark_used<'a>(
        &'a self,
        name: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Returns `true` if something is remembered as used.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached.
    fn is_used<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// The reason why a store did not answer, for the operator's log. It must name no ticket and no password.
#[derive(Clone, Debug)]
pub struct StoreError(String);

impl StoreError {
    /// A failure, with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

/// Transactions in the memory of one process; the browser keeps a random ticket.
///
/// Memory is bounded: 65,536 sign-ins and 64 MiB of sealed text, and 65,536 used names beside them. When
/// there is no room, the oldest sign-in goes and has to be started again. A stranger can start that many
/// within a second: limit how often one address may start a sign-in, or let the browser keep the sealed
/// transaction, which is what a [`Runtime`](crate::Runtime) does without a store and which has no such limit.
pub struct MemoryStore {
    transactions: Mutex<Expiring<String>>,
    used: Mutex<Expiring<()>>,
    /// The monotonic clock of both tables.
    started: Instant,
}

impl MemoryStore {
    /// Room for 65,536 sign-ins at a time.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Room for this many sign-ins at a time, and at most 64 MiB of them.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            transactions: Mutex::new(Expiring::new(capacity, MAX_BYTES)),
            used: Mutex::new(Expiring::new(CAPACITY, MAX_BYTES)),
            started: Instant::now(),
        }
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    fn end(&self, lifetime: Duration) -> u64 {
        self.now().saturating_add(lifetime.as_secs())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

/// The table behind a lock; a panic of another thread does not poison it.
fn table<V>(table: &Mutex<Expiring<V>>) -> std::sync::MutexGuard<'_, Expiring<V>> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer that is there at once.
fn ready<'a, T: Send + 'a>(answer: T) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(std::future::ready(Ok(answer)))
}

impl TransactionStore for MemoryStore {
    fn put<'a>(
        &'a self,
        name: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let (now, ends) = (self.now(), self.end(lifetime));
        let text = sealed.to_owned();
        ready(table(&self.transactions).insert(name.to_owned(), text, ends, now))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        ready(table(&self.transactions).get(name, self.now()).cloned())
    }

    fn claim<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        ready(table(&self.transactions).remove(name, self.now()).is_some())
    }

    fn mark_used<'a>(
        &'a self,
        name: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let (now, ends) = (self.now(), self.end(lifetime));
        ready(table(&self.used).insert(name.to_owned(), (), ends, now))
    }

    fn is_used<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        ready(table(&self.used).get(name, self.now()).is_some())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryStore(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_transaction_is_claimed_once() {
        let store = MemoryStore::default();
        assert!(store.put("name", "sealed", HOUR).await.unwrap());
        for _ in 0..2 {
            let kept = store.get("name").await.unwrap();
            assert_eq!(kept.as_deref(), Some("sealed"), "looking takes nothing");
        }
        assert!(store.claim("name").await.unwrap());
        assert!(!store.claim("name").await.unwrap(), "once");
        assert_eq!(store.get("name").await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_was_used_is_remembered_for_its_time() {
        let store = MemoryStore::new();
        assert!(!store.is_used("name").await.unwrap());
        assert!(store.mark_used("name", HOUR).await.unwrap());
        assert!(!store.mark_used("name", HOUR).await.unwrap(), "once");
        assert!(store.is_used("name").await.unwrap());
        assert!(store.mark_used("short", Duration::ZERO).await.unwrap());
        assert!(!store.is_used("short").await.unwrap(), "its time is over");
    }

    #[tokio::test]
    async fn memory_keeps_what_was_put_for_its_time() {
        let store = MemoryStore::with_capacity(1);
        assert_eq!(store.get("unknown").await.unwrap(), None);
        assert!(!store.claim("unknown").await.unwrap());
        assert!(store.put("a", "1", HOUR).await.unwrap());
        assert!(!store.put("a", "2", HOUR).await.unwrap(), "a name comes once");
        assert!(store.mark_used("used", HOUR).await.unwrap());
        assert!(store.put("b", "2", HOUR).await.unwrap());
        assert_eq!(store.get("a").await.unwrap(), None, "there was room for one");
        assert!(store.is_used("used").await.unwrap(), "sign-ins push out no used name");
        assert!(store.put("c", "3", Duration::ZERO).await.unwrap());
        assert_eq!(store.get("c").await.unwrap(), None, "its time is over");
    }

    #[test]
    fn stores_say_what_they_are_and_nothing_more() {
        assert_eq!(format!("{:?}", MemoryStore::new()), "MemoryStore(…)");
        assert_eq!(StoreError::new("down").to_string(), "down");
    }
}
