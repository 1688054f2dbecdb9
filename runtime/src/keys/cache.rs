//! One fetch however many wait: documents by URL, kept for a day, and longer while the provider fails.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::error::Result;

/// How long a document is good, in seconds (Microsoft's guidance: 24 hours).
const LIFETIME: u64 = 24 * 3600;

/// After how long it is fetched again behind the scenes, in seconds.
const REFRESH_AFTER: u64 = 12 * 3600;

/// How long after its fetch a document is used while the provider fails, in seconds.
const STALE: u64 = 7 * 24 * 3600;

/// How long after one forced refresh the next may be, in seconds.
const FORCED_EVERY: u64 = 300;

/// How long after a failed fetch a stale document is used without another try, in seconds.
const RETRY_EVERY: u64 = 30;

/// The most documents that are kept; then the one that nobody used for longest goes.
const MAX_DOCUMENTS: usize = 1000;

/// Documents of one kind, by URL.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    slots: Mutex<HashMap<String, Arc<Slot<T>>>>,
    /// How many questions were asked.
    questions: AtomicU64,
}

/// A document that is good to use.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) document: Arc<T>,
    /// Whether it should be fetched again behind the scenes.
    pub(crate) ageing: bool,
}

impl<T> Found<T> {
    fn fresh(document: Arc<T>) -> Self {
        Self { document, ageing: false }
    }
}

#[derive(Debug)]
struct Slot<T> {
    current: RwLock<Option<Entry<T>>>,
    /// When somebody last asked for it, counted in questions.
    used: AtomicU64,
    /// How many fetches have ended; whoever waited through one shares its outcome.
    ended: AtomicU64,
    /// Held while somebody fetches.
    fetching: tokio::sync::Mutex<Attempts>,
}

#[derive(Debug)]
struct Entry<T> {
    document: Arc<T>,
    fetched: u64,
}

/// What became of earlier fetches; written only when a fetch has ended, so that one that was
/// cancelled counts for nothing.
#[derive(Debug, Default)]
struct Attempts {
    forced: Option<u64>,
    failed: Option<u64>,
    error: Option<crate::Error>,
}

impl Attempts {
    fn failed_within(&self, seconds: u64, now: u64) -> bool {
        self.failed.is_some_and(|failed| now.saturating_sub(failed) < seconds)
    }

    /// Whether the provider said with its last answer that it is to be left alone for a while.
    fn asks_to_wait(&self, now: u64) -> bool {
        let wait = self.error.as_ref().and_then(crate::Error::retry_after);
        wait.is_some_and(|wait| self.failed_within(wait.as_secs(), now))
    }
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { slots: Mutex::new(HashMap::new()), questions: AtomicU64::new(0) }
    }
}

impl<T: Send + Sync> Cache<T> {
    /// The document of a URL, fetched if there is no good one.
    ///
    /// A document past its lifetime is better than none: it is used while `fetch` fails, and while
    /// somebody else fetches.
    pub(crate) async fn get<F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Found<T>>
    where
        F: Future<Output = Result<T>>,
    {
        let slot = self.slot(url);
        let stale = match slot.current(now) {
            Some((document, age)) if age < LIFETIME => {
                return Ok(Found { document, ageing: age >= REFRESH_AFTER });
            }
            stale => stale.filter(|(_, age)| *age < STALE).map(|(document, _)| document),
        };
        let before = slot.ended.load(Ordering::Acquire);
        let mut attempts = match (slot.fetching.try_lock(), stale.clone()) {
            (Ok(attempts), _) => attempts,
            (Err(_), Some(stale)) => return Ok(Found::fresh(stale)),
            (Err(_), None) => slot.fetching.lock().await,
        };
        // Whoever held the lock before may have fetched it, or failed.
        match slot.current(now) {
            Some((document, age)) if age < LIFETIME => return Ok(Found::fresh(document)),
            _ => {}
        }
        let waited = slot.ended.load(Ordering::Acquire) != before;
        if let (true, Some(error)) = (waited, &attempts.error) {
            return stale.map(Found::fresh).ok_or_else(|| error.clone());
        }
        if attempts.asks_to_wait(now)
            && let Some(error) = &attempts.error
        {
            return stale.map(Found::fresh).ok_or_else(|| error.clone());
        }
        if let (true, Some(stale)) = (attempts.failed_within(RETRY_EVERY, now), &stale) {
            return Ok(Found::fresh(Arc::clone(stale)));
        }
        let outcome = slot.store(fetch().await, now, &mut attempts);
        outcome.or_else(|error| stale.ok_or(error)).map(Found::fresh)
    }

    /// The document of a URL, fetched again because it lacks something; at most once in 5 minutes,
    /// whether the fetch works or not. While it fails, what is there is used.
    pub(crate) async fn refresh<F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>>,
    {
        let slot = self.slot(url);
        let mut attempts = slot.fetching.lock().await;
        let current = slot.current(now).map(|(document, _)| document);
        let forced =
            attempts.forced.is_some_and(|forced| now.saturating_sub(forced) < FORCED_EVERY);
        if let Some(document) = &current
            && (forced || attempts.asks_to_wait(now))
        {
            return Ok(Arc::clone(document));
        }
        let outcome = slot.store(fetch().await, now, &mut attempts);
        attempts.forced = Some(now);
        outcome.or_else(|error| current.ok_or(error))
    }

    /// Replaces a document behind the scenes; does nothing while somebody else fetches it.
    pub(crate) async fn renew<F>(&self, url: &str, now: u64, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Result<T>>,
    {
        let slot = self.slot(url);
        let Ok(mut attempts) = slot.fetching.try_lock() else {
            return;
        };
        let fresh = slot.current(now).is_some_and(|(_, age)| age < REFRESH_AFTER);
        let tried = attempts.failed_within(FORCED_EVERY, now);
        if !fresh && !tried && !attempts.asks_to_wait(now) {
            _ = slot.store(fetch().await, now, &mut attempts);
        }
    }

    fn slot(&self, url: &str) -> Arc<Slot<T>> {
        let question = self.questions.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(url) {
            slot.used.store(question, Ordering::Relaxed);
            return Arc::clone(slot);
        }
        if slots.len() >= MAX_DOCUMENTS {
            // Whoever holds a slot keeps it until done.
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed));
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                slots.remove(&oldest);
            }
        }
        let slot = Arc::new(Slot {
            current: RwLock::new(None),
            used: AtomicU64::new(question),
            ended: AtomicU64::new(0),
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
        current
            .as_ref()
            .map(|entry| (Arc::clone(&entry.document), now.saturating_sub(entry.fetched)))
    }

    /// Keeps what a fetch gave; a failure never replaces a good document.
    fn store(&self, outcome: Result<T>, now: u64, attempts: &mut Attempts) -> Result<Arc<T>> {
        let outcome = outcome.map(Arc::new);
        match &outcome {
            Ok(document) => {
                let entry = Entry { document: Arc::clone(document), fetched: now };
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(entry);
                attempts.failed = None;
                attempts.error = None;
            }
            Err(error) => {
                attempts.failed = Some(now);
                attempts.error = Some(error.clone());
            }
        }
        self.ended.fetch_add(1, Ordering::Release);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Error, Stage};
    use std::future::{pending, ready};

    fn down() -> Result<u32> {
        Err(Error::new(Code::Unavailable, Stage::TokenValidation, "down"))
    }

    async fn get(cache: &Cache<u32>, now: u64, outcome: Result<u32>) -> Option<u32> {
        cache.get("u", now, || ready(outcome)).await.ok().map(|found| *found.document)
    }

    async fn refresh(cache: &Cache<u32>, now: u64, outcome: Result<u32>) -> Option<u32> {
        cache.refresh("u", now, || ready(outcome)).await.ok().map(|value| *value)
    }

    #[tokio::test]
    async fn a_document_is_kept_for_a_day() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
        assert_eq!(get(&cache, LIFETIME - 1, Ok(2)).await, Some(1));
        assert_eq!(get(&cache, LIFETIME, Ok(2)).await, Some(2));
    }

    #[tokio::test]
    async fn after_half_a_day_it_asks_to_be_renewed() {
        let cache = Cache::default();
        let ageing = async |now| cache.get("u", now, || ready(Ok(1))).await.unwrap().ageing;
        assert!(!ageing(0).await);
        assert!(!ageing(12 * 3600 - 1).await);
        assert!(ageing(12 * 3600).await);
        cache.renew("u", 12 * 3600, || ready(Ok(2))).await;
        assert!(!ageing(12 * 3600).await);
    }

    #[tokio::test]
    async fn who_waited_for_a_fetch_takes_what_it_gave() {
        let cache = Cache::default();
        let fetches = AtomicU64::new(0);
        let get = async || {
            let fetch = || async {
                tokio::task::yield_now().await;
                Ok(fetches.fetch_add(1, Ordering::Relaxed))
            };
            *cache.get("u", 0, fetch).await.unwrap().document
        };
        assert_eq!(tokio::join!(get(), get(), get()), (0, 0, 0));
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn the_last_good_document_outlives_a_failing_provider_for_a_week() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, down()).await, None);
        assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
        assert_eq!(get(&cache, LIFETIME, down()).await, Some(1));
        assert_eq!(get(&cache, LIFETIME + RETRY_EVERY - 1, Ok(2)).await, Some(1));
        assert_eq!(get(&cache, LIFETIME + RETRY_EVERY, Ok(2)).await, Some(2));
        assert_eq!(get(&cache, LIFETIME + RETRY_EVERY + STALE, down()).await, None);
    }

    #[tokio::test]
    async fn a_refresh_is_forced_once_in_five_minutes() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
        assert_eq!(refresh(&cache, 10, Ok(2)).await, Some(2));
        assert_eq!(refresh(&cache, 10 + FORCED_EVERY - 1, Ok(3)).await, Some(2));
        assert_eq!(refresh(&cache, 10 + FORCED_EVERY, down()).await, Some(2));
        assert_eq!(refresh(&cache, 11 + FORCED_EVERY, Ok(4)).await, Some(2));
    }

    #[tokio::test]
    async fn a_cancelled_refresh_counts_for_nothing() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
        {
            let hanging = cache.refresh("u", 10, pending::<Result<u32>>);
            let soon = std::time::Duration::from_millis(1);
            assert!(tokio::time::timeout(soon, hanging).await.is_err());
        }
        assert_eq!(refresh(&cache, 10, Ok(2)).await, Some(2));
    }

    fn busy(seconds: &str) -> Result<u32> {
        let provider = crate::ProviderError::default().with_retry_after(Some(seconds));
        let error = Error::new(Code::RateLimited, Stage::TokenValidation, "busy");
        Err(error.with_provider(provider))
    }

    #[tokio::test]
    async fn a_provider_that_asks_to_wait_is_left_alone() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, busy("7")).await, None);
        assert_eq!(get(&cache, 6, Ok(1)).await, None, "and nothing is fetched");
        assert_eq!(get(&cache, 7, Ok(1)).await, Some(1));
        assert_eq!(refresh(&cache, 10, busy("600")).await, Some(1));
        assert_eq!(refresh(&cache, 10 + FORCED_EVERY, Ok(2)).await, Some(1));
        assert_eq!(refresh(&cache, 610, Ok(2)).await, Some(2));
        // Nobody can ask for more than an hour.
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, busy("99999")).await, None);
        assert_eq!(get(&cache, 3599, Ok(1)).await, None);
        assert_eq!(get(&cache, 3600, Ok(1)).await, Some(1));
    }

    #[tokio::test]
    async fn of_many_documents_the_least_used_goes() {
        let cache = Cache::default();
        let url = |number: usize| format!("https://tenant-{number}.example/keys");
        for number in 0..MAX_DOCUMENTS {
            cache.get(&url(number), 0, || ready(Ok(number))).await.unwrap();
        }
        assert_eq!(*cache.get(&url(0), 0, || ready(Ok(7))).await.unwrap().document, 0);
        for number in MAX_DOCUMENTS..MAX_DOCUMENTS + 10 {
            cache.get(&url(number), 0, || ready(Ok(number))).await.unwrap();
        }
        assert_eq!(cache.slots.lock().unwrap().len(), MAX_DOCUMENTS);
        assert_eq!(*cache.get(&url(0), 0, || ready(Ok(7))).await.unwrap().document, 0, "in use");
        assert_eq!(*cache.get(&url(1), 0, || ready(Ok(7))).await.unwrap().document, 7, "it went");
    }

    #[tokio::test]
    async fn whoever_waited_for_a_failed_fetch_shares_its_error() {
        let cache = Arc::new(Cache::<u32>::default());
        let fetches = Arc::new(AtomicU64::new(0));
        let waiters: Vec<_> = (0..20)
            .map(|_| {
                let (cache, fetches) = (Arc::clone(&cache), Arc::clone(&fetches));
                tokio::spawn(async move {
                    let fetch = || async {
                        fetches.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                        down()
                    };
                    cache.get("u", 0, fetch).await.is_err()
                })
            })
            .collect();
        for waiter in waiters {
            assert!(waiter.await.unwrap());
        }
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
    }

    async fn ageing(cache: &Cache<u32>, now: u64) -> bool {
        cache.get("u", now, || ready(down())).await.unwrap().ageing
    }

    #[tokio::test]
    async fn behind_the_scenes_only_an_ageing_document_is_renewed() {
        let cache = Cache::default();
        assert_eq!(get(&cache, 0, Ok(1)).await, Some(1));
        assert!(!ageing(&cache, REFRESH_AFTER - 1).await);
        cache.renew("u", REFRESH_AFTER - 1, || ready(Ok(2))).await;
        assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Some(1));
        assert!(ageing(&cache, REFRESH_AFTER).await);
        cache.renew("u", REFRESH_AFTER, || ready(Ok(2))).await;
        assert_eq!(get(&cache, REFRESH_AFTER, Ok(9)).await, Some(2));
    }
}
