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
//! A sign-in is one key with an expiry, `authspec:transaction:<ticket>`, whose value is sealed: Redis can neither
//! read nor change it. One `DEL` decides who may finish it, so that of many processes exactly one does.

use std::fmt;
use std::time::Duration;

use authspec::transport::BoxFuture;
use authspec::{StoreError, TransactionStore};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, ExistenceCheck, RedisError, SetExpiry, SetOptions};

/// Before every ticket, unless another is asked for.
const PREFIX: &str = "authspec:transaction:";

/// The longest ticket that is looked for, in bytes. Tickets have 43.
const MAX_TICKET: usize = 128;

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
    /// understands: `rediss://` needs one of its TLS features, chosen by the application.
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

    /// With other key names than `authspec:transaction:<ticket>`.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The key of a ticket; none for what cannot be one.
    fn key(&self, ticket: &str) -> Option<String> {
        is_ticket(ticket).then(|| format!("{}{ticket}", self.prefix))
    }
}

impl TransactionStore for RedisStore {
    fn put<'a>(
        &'a self,
        id: &'a str,
        sealed: &'a str,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, StoreError>> {
        Box::pin(async move {
            let key = self.key(id).ok_or_else(|| StoreError::new("an id is no ticket"))?;
            let options = SetOptions::default()
                .conditional_set(ExistenceCheck::NX)
                .with_expiration(SetExpiry::EX(lifetime.as_secs().max(1)));
            let stored: Option<String> = self
                .connection
                .clone()
                .set_options(key, sealed, options)
                .await
                .map_err(|error| failed(&error))?;
            match stored {
                Some(_) => Ok(id.to_owned()),
                None => Err(StoreError::new("an id came twice")),
            }
        })
    }

    fn get<'a>(&'a self, ticket: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        Box::pin(async move {
            let Some(key) = self.key(ticket) else {
                return Ok(None);
            };
            self.connection.clone().get(key).await.map_err(|error| failed(&error))
        })
    }

    fn claim<'a>(
        &'a self,
        ticket: &'a str,
        _lifetime: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let Some(key) = self.key(ticket) else {
                return Ok(false);
            };
            let removed: u64 =
                self.connection.clone().del(key).await.map_err(|error| failed(&error))?;
            Ok(removed == 1)
        })
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisStore(…)")
    }
}

/// Whether a text can be a ticket: some characters of base64url.
fn is_ticket(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_TICKET).contains(&text.len()) && text.bytes().all(is_part)
}

/// The kind of failure alone: a message of the client may quote a URL with its password.
fn failed(error: &RedisError) -> StoreError {
    StoreError::new(format!("Redis: {}", error.category()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_some_characters_of_base64url() {
        for good in ["a", "Az09-_", &"x".repeat(128)] {
            assert!(is_ticket(good), "{good}");
        }
        for bad in ["", "a b", "a:b", "a*", "\u{e9}", "a\n", &"x".repeat(129)] {
            assert!(!is_ticket(bad), "{bad}");
        }
    }
}
