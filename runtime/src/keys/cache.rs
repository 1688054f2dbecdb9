//! One fetch however many wait: documents by URL, kept for a day, and longer while the provider fails.
//!
//! A fetch goes on when whoever asked for it gives up: its request has left, others may wait for what it
//! gives, and whoever gives up again and again must not ask the provider again and again.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::OwnedMutexGuard;

use crate::error::{Code, Error, Result, Stage};
use crate::task;

/// How long a document is good, in seconds (Microsoft's guidance: 24 hours).
const LIFETIME: u64 = 24 * 3600;

/// After how long it is fetched again behind the scenes, in seconds.
const REFRESH_AFTER: u64 = 12 * 3600;

/// How long after its fetch a document is used while the provider fails, in seconds.
const STALE: u64 = 7 * 24 * 3600;

/// How long after one forced refresh, or one that failed behind the scenes, the next may be, in seconds.
const FORCED_EVERY: u64 = 300;

/// How long after a failed fetch a stale document is used without another try, in seconds.
const RETRY_EVERY: u64 = 30;

/// How long after a failed fetch nobody tries again although there is no document, in seconds.
const PAUSE: u64 = 2;

/// The most documents that are kept; then the one that nobody used for longest goes.
const MAX_DOCUMENTS: usize = 1000;

/// Documents of one kind, by URL.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    slots: Mutex<HashMap<String, Arc<Slot<T>>>>,
    /// How many questions were asked.
    questions: AtomicU64,
}

#[derive(Debug)]
struct Slot<T> {
    current: RwLock<Option<Entry<T>>>,
    /// When somebody last asked for it, counted in questions.
    used: AtomicU64,
    /// How many fetches have ended; whoever waited through one shares its outcome.
    ended: AtomicU64,
    /// Held while somebody fetches.
    fetching: Arc<tokio::sync::Mutex<Attempts>>,
}

#[derive(Debug)]
struct Entry<T> {
    document: Arc<T>,
    fetched: u64,
}

/// What became of earlier fetches.
#[derive(Debug, Default)]
struct Attempts {
    forced: Option<u64>,
    /// Why the last fetch gave nothing.
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    at: u64,
    error: Error,
}

impl Failure {
    /// Whether it is no older than this, or the provider asked to be left alone for longer.
    fn is_recent(&self, seconds: u64, now: u64) -> bool {
        let wait = self.error.retry_after().map_or(0, |wait| wait.as_secs());
        is_within(self.at, seconds.max(wait), now)
    }

    /// The error for somebody who comes later.
    fn error(&self, now: u64) -> Error {
        self.error.clone().after(now.saturating_sub(self.at))
    }
}

/// Whether a time is less than so many seconds ago. One in the future is not: the clock was set back.
fn is_within(time: u64, seconds: u64, now: u64) -> bool {
    now.checked_sub(time).is_some_and(|age| age < seconds)
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { slots: Mutex::new(HashMap::new()), questions: AtomicU64::new(0) }
    }
}

impl<T: Send + Sync + 'static> Cache<T> {
    /// The document of a URL, fetched if there is no good one, and behind the scenes when it is getting
    /// old.
    ///
    /// A document past its lifetime is better than none: it is used while `fetch` fails, and while
    /// somebody else fetches.
    pub(crate) async fn get<F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let slot = self.slot(url);
        let stale = match slot.current(now) {
            Some((document, age)) if age < LIFETIME => {
                if age >= REFRESH_AFTER {
                    slot.renew(now, fetch);
                }
                return Ok(document);
            }
            stale => stale.filter(|(_, age)| *age < STALE).map(|(document, _)| document),
        };
        let before = slot.ended.load(Ordering::Acquire);
        let attempts = match (Arc::clone(&slot.fetching).try_lock_owned(), &stale) {
            (Ok(attempts), _) => attempts,
            (Err(_), Some(stale)) => return Ok(Arc::clone(stale)),
            (Err(_), None) => Arc::clone(&slot.fetching).lock_owned().await,
        };
        // Whoever held the lock before may have fetched it, or failed.
        match slot.current(now) {
            Some((document, age)) if age < LIFETIME => return Ok(document),
            _ => {}
        }
        let waited = slot.ended.load(Ordering::Acquire) != before;
        let pause = if stale.is_some() { RETRY_EVERY } else { PAUSE };
        if let Some(failure) = &attempts.failure
            && (waited || failure.is_recent(pause, now))
        {
            return stale.ok_or_else(|| failure.error(now));
        }
        let outcome = to_its_end(slot.fetch(attempts, now, fetch())).await;
        outcome.or_else(|error| stale.ok_or(error))
    }

    /// The document of a URL, fetched again because the one at hand lacks something; at most once in 5
    /// minutes, whether the fetch works or not.
    pub(crate) async fn refresh<F>(
        &self,
        url: &str,
        now: u64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let slot = self.slot(url);
        let mut attempts = Arc::clone(&slot.fetching).lock_owned().await;
        let forced = attempts.forced.is_some_and(|forced| is_within(forced, FORCED_EVERY, now));
        if let Some(failure) = &attempts.failure
            && (forced || failure.is_recent(0, now))
        {
            return Err(failure.error(now));
        }
        if let (true, Some((document, _))) = (forced, slot.current(now)) {
            return Ok(document);
        }
        attempts.forced = Some(now);
        to_its_end(slot.fetch(attempts, now, fetch())).await
    }

    fn slot(&self, url: &str) -> Arc<Slot<T>> {
        let question = self.questions.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(url) {
            slot.used.store(question, Ordering::Relaxed);
            return Arc::clone(slot);
        }
        while slots.len() >= MAX_DOCUMENTS {
            // Never one that somebody fetches or waits for: what comes of that would be lost.
            let idle = slots.iter().filter(|(_, slot)| Arc::strong_count(slot) == 1);
            let oldest = idle.min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(url, _)| url.clone()) else {
                break;
            };
            slots.remove(&oldest);
        }
        let slot = Arc::new(Slot {
            current: RwLock::new(None),
            used: AtomicU64::new(question),
            ended: AtomicU64::new(0),
            fetching: Arc::default(),
        });
        slots.insert(url.to_owned(), Arc::clone(&slot));
        slot
    }
}

impl<T: Send + Sync + 'static> Slot<T> {
    /// The document and its age. One from the future is past its lifetime: the clock was set back.
    fn current(&self, now: u64) -> Option<(Arc<T>, u64)> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|entry| {
            let age = now.checked_sub(entry.fetched).unwrap_or(LIFETIME);
            (Arc::clone(&entry.document), age)
        })
    }

    /// Fetches behind the scenes, unless somebody else does or has just failed to.
    fn renew<F>(self: &Arc<Self>, now: u64, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let Ok(attempts) = Arc::clone(&self.fetching).try_lock_owned() else {
            return;
        };
        let is_renewed = self.current(now).is_some_and(|(_, age)| age < REFRESH_AFTER);
        let failure = attempts.failure.as_ref();
        if !is_renewed && !failure.is_some_and(|failure| failure.is_recent(FORCED_EVERY, now)) {
            let work = Arc::clone(self).fetch(attempts, now, fetch());
            task::in_background(async move { _ = work.await });
        }
    }

    /// Fetches; whoever waits for the lock meanwhile takes what it gives.
    async fn fetch<F>(
        self: Arc<Self>,
        mut attempts: OwnedMutexGuard<Attempts>,
        now: u64,
        fetch: F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>>,
    {
        self.store(fetch.await, now, &mut attempts)
    }

    /// Keeps what a fetch gave; a failure never replaces a good document.
    fn store(&self, outcome: Result<T>, now: u64, attempts: &mut Attempts) -> Result<Arc<T>> {
        let outcome = outcome.map(Arc::new);
        match &outcome {
            Ok(document) => {
                let entry = Entry { document: Arc::clone(document), fetched: now };
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(entry);
                attempts.failure = None;
            }
            Err(error) => attempts.failure = Some(Failure { at: now, error: error.clone() }),
        }
        self.ended.fetch_add(1, Ordering::Release);
        outcome
    }
}

/// The outcome of a fetch, which goes on when whoever asked for it gives up.
async fn to_its_end<T: Send + Sync + 'static>(
    fetch: impl Future<Output = Result<Arc<T>>> + Send + 'static,
) -> Result<Arc<T>> {
    task::to_its_end(fetch).await.unwrap_or_else(|| {
        let message = "A request for one of the provider's documents was given up.";
        Err(Error::new(Code::UnknownError, Stage::Unknown, message))
    })
}

#[cfg(test)]
mod tests;
