//! Keeps the sign-ins of authspec in Redis, for applications of many processes.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use authspec::Runtime;
//! use authspec_redis::RedisStore;
//!
//! let store = RedisStore::connect("redis://127.0.0.1/").await?;
//! let runtime = Runtime::new()?.with_transaction_store(store);
//! # Ok(()) }
//! ```
//!
//! A sign-in is one key with an expiry, `authspec:transaction:<digest of its ticket>`, whose value is sealed. Who
//! reads Redis can neither read a sign-in nor present its ticket; who writes it can neither change one nor put one
//! in another's place. One `DEL` decides who may finish it, so that of many processes exactly one does. Logout
//! tokens that were taken are keys `authspec:used:<digest>`.
//!
//! For `rediss://` switch on the feature `tls-rustls` (authorities of the system) or `tls-rustls-webpki-roots`
//! (authorities of Mozilla's list).

use std::fmt;
use std::time::Duration;

use authspec::transport::BoxFuture;
use authspec::{StoreError, TransactionStore};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, ExistenceCheck, RedisError, SetExpiry, SetOptions};

/// The beginning of every key, unless another is asked for.
const PREFIX: &str = "authspec:";

/// How long Redis may take to answer or to be connected to.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Transactions in Redis; the browser keeps a random ticket.
///
/// Cheap to clone; clones share one connection, which is made again when it breaks.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

impl RedisStore {
    /// Connects to `redis://[user:password@]host[:port][/database]`, or to what else the client crate
    /// understands: `rediss://` needs one of this crate's TLS features.
    ///
    /// Waits at most two seconds for each answer.
    ///
    /// # Errors
    ///
    /// When the URL is wrong or Redis does not answer.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url).map_err(|error| failed(&error))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_with_config(client, config).await;
        Ok(Self::new(connection.map_err(|error| failed(&error))?))
    }

    /// On a connection of the application's own.
    pub fn new(connection: ConnectionManager) -> Self {
        Self { connection, prefix: PREFIX.to_owned() }
    }

    /// With another beginning of key names than `authspec:`, for applications that share a Redis.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    fn transaction(&self, name: &str) -> String {
        format!("{}transaction:{name}", self.prefix)
    }

    fn used(&self, name: &str) -> String {
        format!("{}used:{name}", self.prefix)
    }

    /// Sets a key that is not there yet; says whether it was free.
    async fn set_new(
        &self,
        key: String,
        value: &str,
        lifetime: Duration,
    ) -> Result<bool, StoreError> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::EX(lifetime.as_secs().max(1)));
        let set: Result<Option<String>, _> =
            self.connection.clone().set_options(key, value, options).await;
        set.map(|set| set.is_some()).map_err(|error| failed(&error))
    }
}

impl TransactionStore for RedisStore {
    fn put<'a>(
        &'a self,
        name: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.set_new(self.transaction(name), sealed, lifetime))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        Box::pin(async move {
            let sealed = self.connection.clone().get(self.transaction(name)).await;
            sealed.map_err(|error| failed(&error))
        })
    }

    fn claim<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let removed = self.connection.clone().del(self.transaction(name)).await;
            removed.map(|removed: u64| removed == 1).map_err(|error| failed(&error))
        })
    }

    fn mark_used<'a>(
        &'a self,
        name: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.set_new(self.used(name), "", lifetime))
    }

    fn is_used<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let is_used = self.connection.clone().exists(self.used(name)).await;
            is_used.map_err(|error| failed(&error))
        })
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisStore(…)")
    }
}

/// The kind of failure alone: a message of the client may quote a URL with its password.
fn failed(error: &RedisError) -> StoreError {
    StoreError::new(format!("Redis: {}", error.category()))
}

/// The programs of the README, which compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
