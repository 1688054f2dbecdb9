//! One fetch however many wait: documents by URL, kept for a day, and longer while the provider fails.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How long a document is good, in seconds (Microsoft's guidance: 24 hours).
const LIFETIME: u64 = 24 * 3600;

/// After how long it is fetched again behind the scenes, in seconds.
const REFRESH_AFTER: u64 = 12 * 3600;

/// How long a document is used past its lifetime while the provider fails, in seconds.
const STALE: u64 = 7 * 24 * 3600;

/// How long after one forced refresh the next may be, in seconds.
const FORCED_EVERY: u64 = 300;

/// How long after a failed fetch a stale document is used without another try, in seconds.
const RETRY_EVERY: u64 = 30;

/// The most documents that are kept.
const MAX_DOCUMENTS: usize = 1000;

/// Documents of one kind, by URL.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    slots: Mutex<HashMap<String, Arc<Slot<T>>>>,
}

#[derive(Debug)]
struct Slot<T> {
    current: RwLock<Option<Entry<T>>>,
    /// Held while somebody fetches.
    fetching: tokio::sync::Mutex<Attempts>,
}

#[derive(Debug)]
struct Entry<T> {
    document: Arc<T>,
    fetched: u64,
}

#[derive(Debug, Default)]
struct Attempts {
    forced: Option<u64>,
    failed: Option<u64>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self {
            slots: Mutex::new(HashMap::new()),
        }
    }
}

impl<T: Send + Sync> Cache<T> {
    /// The document of a URL, fetched if there is no good one.
    ///
    /// A document past its lifetime is better than none: it is used while `fetch` fails.
    pub(crate) async fn get<E, F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let slot = self.slot(url);
        if let Some((document, age)) = slot.current(now)
            && age < LIFETIME
        {
            return Ok(document);
        }
        let mut attempts = slot.fetching.lock().await;
        // Whoever held the lock before may have fetched it.
        let stale = match slot.current(now) {
            Some((document, age)) if age < LIFETIME => return Ok(document),
            stale => stale
                .filter(|(_, age)| *age < STALE)
                .map(|(document, _)| document),
        };
        if let Some(document) = &stale
            && attempts
                .failed
                .is_some_and(|failed| now.saturating_sub(failed) < RETRY_EVERY)
        {
            return Ok(Arc::clone(document));
        }
        match fetch().await {
            Ok(document) => Ok(slot.store(document, now)),
            Err(error) => {
                attempts.failed = Some(now);
                stale.ok_or(error)
            }
        }
    }

    /// The document of a URL, fetched again because it lacks something; at most once in 5 minutes,
    /// whether the fetch works or not. While it fails, what is there is used.
    pub(crate) async fn refresh<E, F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let slot = self.slot(url);
        let mut attempts = slot.fetching.lock().await;
        let current = slot.current(now).map(|(document, _)| document);
        if let Some(document) = &current
            && attempts
                .forced
                .is_some_and(|forced| now.saturating_sub(forced) < FORCED_EVERY)
        {
            return Ok(Arc::clone(document));
        }
        attempts.forced = Some(now);
        match fetch().await {
            Ok(document) => Ok(slot.store(document, now)),
            Err(error) => current.ok_or(error),
        }
    }

    /// Whether the document should be fetched again behind the scenes.
    pub(crate) fn is_ageing(&self, url: &str, now: u64) -> bool {
        self.slot(url)
            .current(now)
            .is_some_and(|(_, age)| age >= REFRESH_AFTER)
    }

    /// Replaces a document behind the scenes; does nothing while somebody else fetches it.
    pub(crate) async fn renew<E, F>(&self, url: &str, now: u64, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Result<T, E>>,
    {
        let slot = self.slot(url);
        let Ok(mut attempts) = slot.fetching.try_lock() else {
            return;
        };
        let fresh = slot
            .current(now)
            .is_some_and(|(_, age)| age < REFRESH_AFTER);
        let tried = attempts
            .failed
            .is_some_and(|failed| now.saturating_sub(failed) < FORCED_EVERY);
        if fresh || tried {
            return;
        }
        match fetch().await {
            Ok(document) => _ = slot.store(document, now),
            Err(_) => attempts.failed = Some(now),
        }
    }

    fn slot(&self, url: &str) -> Arc<Slot<T>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(url) {
            return Arc::clone(slot);
        }
        if slots.len() >= MAX_DOCUMENTS {
            // Memory stays bounded; whoever holds a slot keeps it until done.
            slots.clear();
        }
        let slot = Arc::new(Slot {
            current: RwLock::new(None),
            fetching: tokio::sync::Mutex::new(Attempts::default()),
        });
        slots.insert(url.to_owned(), Arc::clone(&slot));
        slot
    }
}

impl<T> Slot<T> {
    /// The document and its age.
    fn current(&self, now: u64) -> Option<(Arc<T>, u64)> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|entry| {
            (
                Arc::clone(&entry.document),
                now.saturating_sub(entry.fetched),
            )
        })
    }

    fn store(&self, document: T, now: u64) -> Arc<T> {
        let document = Arc::new(document);
        let entry = Entry {
            document: Arc::clone(&document),
            fetched: now,
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(entry);
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    type Outcome = Result<u32, &'static str>;

    async fn get(cache: &Cache<u32>, now: u64, outcome: Outcome) -> Outcome {
        cache
            .get("u", now, || ready(outcome))
            .await
            .map(|value| *value)
    }

    async fn refresh(cache: &Cache<u32>, now: u64, outcome: Outcome) -> Outcome {
        cache
            .refresh("u", now, || ready(outcome))
            .await
            .map(|value| *value)
    }

    #[tokio::test]
    async fn a_document_is_kept_for_a_day() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Ok(1));
        assert_eq!(get(&cache, LIFETIME - 1, Ok(2)).await, Ok(1));
        assert_eq!(get(&cache, LIFETIME, Ok(2)).await, Ok(2));
    }

    #[tokio::test]
    async fn the_last_good_document_outlives_a_failing_provider_for_a_week() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Err("down")).await, Err("down"));
        assert_eq!(get(&cache, 0, Ok(1)).await, Ok(1));
        assert_eq!(get(&cache, LIFETIME, Err("down")).await, Ok(1));
        assert_eq!(get(&cache, LIFETIME + RETRY_EVERY - 1, Ok(2)).await, Ok(1));
        assert_eq!(get(&cache, LIFETIME + RETRY_EVERY, Ok(2)).await, Ok(2));
        assert_eq!(
            get(&cache, LIFETIME + RETRY_EVERY + STALE, Err("down")).await,
            Err("down")
        );
    }

    #[tokio::test]
    async fn a_refresh_is_forced_once_in_five_minutes() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Ok(1));
        assert_eq!(refresh(&cache, 10, Ok(2)).await, Ok(2));
        assert_eq!(refresh(&cache, 10 + FORCED_EVERY - 1, Ok(3)).await, Ok(2));
        assert_eq!(refresh(&cache, 10 + FORCED_EVERY, Err("down")).await, Ok(2));
        assert_eq!(refresh(&cache, 11 + FORCED_EVERY, Ok(4)).await, Ok(2));
    }

    #[tokio::test]
    async fn behind_the_scenes_only_an_ageing_document_is_renewed() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Ok(1));
        assert!(!cache.is_ageing("u", REFRESH_AFTER - 1));
        cache
            .renew("u", REFRESH_AFTER - 1, || ready(Outcome::Ok(2)))
            .await;
        assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Ok(1));
        assert!(cache.is_ageing("u", REFRESH_AFTER));
        cache
            .renew("u", REFRESH_AFTER, || ready(Outcome::Ok(2)))
            .await;
        assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Ok(2));
    }
}
