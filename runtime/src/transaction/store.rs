//! Where a sign-in is kept between its two legs, so that it can be used once only.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::expiring::Expiring;
use super::fingerprint;
use crate::transport::BoxFuture;

/// How many sign-ins a store in memory keeps, unless it is told otherwise.
const CAPACITY: usize = 65_536;

/// Keeps sealed transactions between the two legs of a sign-in.
///
/// A sign-in has a ticket: the text that its browser keeps, in a cookie or in a session. Whoever
/// comes back without the ticket cannot finish the sign-in. What a store keeps is sealed: it can
/// neither read nor change a sign-in.
///
/// Three stores ship: [`SealedCookie`] (the default), [`MemoryStore`], and `RedisStore` of the crate
/// `authspec-redis`.
pub trait TransactionStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a sealed transaction under a new, unguessable `id` for `lifetime`, and says what the
    /// browser keeps: its ticket.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached or is full.
    fn put<'a>(
        &'a self,
        id: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, StoreError>>;

    /// The sealed transaction of a ticket; `None` when it is unknown, over, or claimed.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached.
    fn get<'a>(&'a self, ticket: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>>;

    /// Takes the transaction away. Of any number of callers at once, exactly one is told `true`;
    /// that one may go on. `lifetime` is how long the ticket could still be presented.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached: then nobody goes on.
    fn claim<'a>(
        &'a self,
        ticket: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// Why a store did not answer.
///
/// The reason is for the operator's log. It must name no ticket and no password.
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

/// The sealed transaction travels in the browser, and the server keeps none.
///
/// Within one process a sign-in is used once: the last 65,536 that were used are remembered, a
/// digest each. Between processes the provider decides, whose codes work once.
pub struct SealedCookie(InMemory<()>);

/// Transactions in the memory of one process; the browser keeps a random ticket.
///
/// Memory is bounded: when there is no room, the oldest sign-in goes and has to be started again.
pub struct MemoryStore(InMemory<String>);

/// A bounded table with a clock of its own: the monotonic one.
struct InMemory<V> {
    entries: Mutex<Expiring<V>>,
    started: Instant,
}

impl<V> InMemory<V> {
    fn new(capacity: usize) -> Self {
        Self { entries: Mutex::new(Expiring::new(capacity)), started: Instant::now() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Expiring<V>, u64) -> T) -> T {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut entries, self.started.elapsed().as_secs())
    }

    fn insert(&self, name: String, value: V, lifetime: Duration) -> bool {
        self.with(|entries, now| {
            entries.insert(name, value, now.saturating_add(lifetime.as_secs()), now)
        })
    }
}

impl SealedCookie {
    /// Remembers which transactions were used in this process.
    pub fn new() -> Self {
        Self(InMemory::new(CAPACITY))
    }
}

impl Default for SealedCookie {
    fn default() -> Self {
        Self::new()
    }
}

impl TransactionStore for SealedCookie {
    fn put<'a>(
        &'a self,
        _id: &'a str,
        sealed: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, StoreError>> {
        Box::pin(std::future::ready(Ok(sealed.to_owned())))
    }

    fn get<'a>(&'a self, ticket: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        let is_used = self.0.with(|used, now| used.get(&fingerprint(ticket), now).is_some());
        Box::pin(std::future::ready(Ok((!is_used).then(|| ticket.to_owned()))))
    }

    fn claim<'a>(
        &'a self,
        ticket: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(std::future::ready(Ok(self.0.insert(fingerprint(ticket), (), lifetime))))
    }
}

impl MemoryStore {
    /// Room for 65,536 sign-ins at a time, about 60 MB when all of them are there.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Room for this many sign-ins at a time.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(InMemory::new(capacity))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl TransactionStore for MemoryStore {
    fn put<'a>(
        &'a self,
        id: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, StoreError>> {
        let stored = self.0.insert(id.to_owned(), sealed.to_owned(), lifetime);
        let ticket =
            stored.then(|| id.to_owned()).ok_or_else(|| StoreError::new("an id came twice"));
        Box::pin(std::future::ready(ticket))
    }

    fn get<'a>(&'a self, ticket: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        Box::pin(std::future::ready(Ok(self
            .0
            .with(|entries, now| entries.get(ticket, now).cloned()))))
    }

    fn claim<'a>(
        &'a self,
        ticket: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let taken = self.0.with(|entries, now| entries.remove(ticket, now));
        Box::pin(std::future::ready(Ok(taken.is_some())))
    }
}

impl fmt::Debug for SealedCookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealedCookie")
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

    async fn lives_once(store: &dyn TransactionStore) {
        let ticket = store.put("id", "sealed", HOUR).await.unwrap();
        assert_eq!(store.get(&ticket).await.unwrap().as_deref(), Some("sealed"));
        assert_eq!(
            store.get(&ticket).await.unwrap().as_deref(),
            Some("sealed"),
            "looking takes nothing"
        );
        assert!(store.claim(&ticket, HOUR).await.unwrap());
        assert!(!store.claim(&ticket, HOUR).await.unwrap(), "once");
        assert_eq!(store.get(&ticket).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_transaction_is_claimed_once() {
        lives_once(&SealedCookie::new()).await;
        lives_once(&MemoryStore::new()).await;
        lives_once(&SealedCookie::default()).await;
        lives_once(&MemoryStore::default()).await;
    }

    #[tokio::test]
    async fn memory_keeps_what_was_put_for_its_time() {
        let store = MemoryStore::with_capacity(1);
        assert_eq!(store.get("unknown").await.unwrap(), None);
        assert!(!store.claim("unknown", HOUR).await.unwrap());
        assert_eq!(store.put("a", "1", HOUR).await.unwrap(), "a");
        assert!(store.put("a", "2", HOUR).await.is_err(), "an id comes once");
        store.put("b", "2", HOUR).await.unwrap();
        assert_eq!(store.get("a").await.unwrap(), None, "there was room for one");
        let nothing = store.put("c", "3", Duration::ZERO).await.unwrap();
        assert_eq!(store.get(&nothing).await.unwrap(), None, "its time is over");
    }

    #[test]
    fn stores_say_what_they_are_and_nothing_more() {
        assert_eq!(format!("{:?}", SealedCookie::new()), "SealedCookie");
        assert_eq!(format!("{:?}", MemoryStore::new()), "MemoryStore(…)");
        assert_eq!(StoreError::new("down").to_string(), "down");
    }
}
