//! Documents by URL and network: one fetch however many wait, kept for a day, and longer while the
//! provider fails.
//!
//! A fetch goes on when its requester gives up, because its request has left and others may wait for what
//! it gives, and because requesters that give up again and again must not become a flood of requests.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::OwnedMutexGuard;

use super::requester::{Requester, is_within};
use crate::error::{Code, Error, Result, Stage};
use crate::task;
use crate::transport::Network;

/// The lifetime of a document in seconds (Microsoft's guidance: 24 hours).
const LIFETIME: u64 = 24 * 3600;

/// After how long it is fetched again behind the scenes, in seconds.
const REFRESH_AFTER: u64 = 12 * 3600;

/// The age in seconds up to which a document is used while the provider fails.
const STALE: u64 = 7 * 24 * 3600;

/// The pause in seconds after a failed background refresh.
const RENEW_EVERY: u64 = 300;

/// The time in seconds after a failed fetch in which a stale document is used without another attempt.
const RETRY_EVERY: u64 = 30;

/// The pause in seconds after a failed fetch when there is no document at all.
const PAUSE: u64 = 2;

/// The longest `Retry-After` that is obeyed while there is no usable document, in seconds. The
/// answer is about one request, and must not keep everybody from signing in.
const MAX_WAIT: u64 = 60;

/// The most documents that are kept; then the least recently used one is dropped.
const MAX_DOCUMENTS: usize = 1000;

/// Slots by URL and by the network on which that may be.
type Slots<T> = HashMap<(String, Network), Arc<Slot<T>>>;

/// Documents of one kind.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    slots: Mutex<Slots<T>>,
    /// The number of lookups so far.
    questions: AtomicU64,
}

/// One question for a document.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) url: &'a str,
    pub(crate) network: Network,
    pub(crate) requester: &'a Requester,
    /// Unix seconds.
    pub(crate) now: u64,
}

/// The reason why a fetch gave no document.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The document cannot be had, or cannot be read: so it is for every requester.
    ForAll(Error),
    /// The requester's own rules refuse the document.
    ByRules(Error),
}

#[derive(Debug)]
struct Slot<T> {
    current: RwLock<Option<Entry<T>>>,
    /// The time of the last lookup, counted in lookups.
    used: AtomicU64,
    /// The number of fetches that have ended. A caller that waited for one shares its outcome.
    ended: AtomicU64,
    /// Held during a fetch.
    fetching: Arc<tokio::sync::Mutex<Attempts>>,
}

#[derive(Debug)]
struct Entry<T> {
    document: Arc<T>,
    fetched: u64,
}

/// The outcomes of earlier fetches.
#[derive(Debug, Default)]
struct Attempts {
    /// The failure of the last fetch, if it failed.
    failure: Option<Failure>,
}

impl Attempts {
    /// The last failure, if it concerns this requester.
    fn failure_for(&self, requester: &Requester) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| failure.of.is_none_or(|id| id == requester.id()))
    }
}

#[derive(Debug)]
struct Failure {
    at: u64,
    error: Error,
    /// The requester whose own rules refused the document; `None` if it failed for all.
    of: Option<u64>,
}

impl Failure {
    /// Returns `true` if it is no older than this, or the provider asked to be left alone for longer,
    /// which is believed for `longest` seconds.
    fn is_recent(&self, seconds: u64, longest: u64, now: u64) -> bool {
        let wait = self.error.retry_after().map_or(0, |wait| wait.as_secs());
        is_within(self.at, seconds.max(wait.min(longest)), now)
    }

    /// The error for a later caller.
    fn error(&self, now: u64) -> Error {
        self.error.clone().after(now.saturating_sub(self.at))
    }
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { slots: Mutex::new(HashMap::new()), questions: AtomicU64::new(0) }
    }
}

impl<T: Send + Sync + 'static> Cache<T> {
    /// The document, fetched if there is no good one, and behind the scenes when it is getting old.
    ///
    /// A document past its lifetime is better than none: it is used while `fetch` fails, and while
    /// another caller fetches.
    pub(crate) async fn get<F>(
        &self,
        question: Question<'_>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T, Failed>> + Send + 'static,
    {
        let Question { requester, now, .. } = question;
        let slot = self.slot(question);
        let stale = match slot.current(now) {
            Some((document, age)) if age < LIFETIME => {
                if age >= REFRESH_AFTER {
                    slot.renew(question, fetch);
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
        // Another requester that held the lock may have fetched it, or failed.
        match slot.current(now) {
            Some((document, age)) if age < LIFETIME => return Ok(document),
            _ => {}
        }
        let waited = slot.ended.load(Ordering::Acquire) != before;
        let (pause, longest) =
            if stale.is_some() { (RETRY_EVERY, u64::MAX) } else { (PAUSE, MAX_WAIT) };
        if let Some(failure) = attempts.failure_for(requester)
            && (waited || failure.is_recent(pause, longest, now))
        {
            return stale.ok_or_else(|| failure.error(now));
        }
        let outcome = run_detached(slot.fetch(attempts, requester.id(), now, fetch())).await;
        outcome.or_else(|error| stale.ok_or(error))
    }

    /// The document in place of one that lacks something: a newer one if there is, else fetched again, as
    /// often as the requester may.
    pub(crate) async fn refresh<F>(
        &self,
        question: Question<'_>,
        lacking: &Arc<T>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T, Failed>> + Send + 'static,
    {
        let Question { requester, now, .. } = question;
        let slot = self.slot(question);
        let before = slot.ended.load(Ordering::Acquire);
        let attempts = Arc::clone(&slot.fetching).lock_owned().await;
        if let Some((document, _)) = slot.current(now)
            && !Arc::ptr_eq(&document, lacking)
        {
            return Ok(document);
        }
        let waited = slot.ended.load(Ordering::Acquire) != before;
        let failure = attempts.failure_for(requester);
        if let Some(failure) = failure
            && (waited || failure.is_recent(0, MAX_WAIT, now))
        {
            return Err(failure.error(now));
        }
        if !requester.may_force(now) {
            return failure.map_or_else(|| Ok(Arc::clone(lacking)), |it| Err(it.error(now)));
        }
        run_detached(slot.fetch(attempts, requester.id(), now, fetch())).await
    }

    /// The document that would be used while fetches fail, if there is one, and its age in seconds.
    pub(crate) fn peek(&self, (url, network): (&str, Network), now: u64) -> Option<(Arc<T>, u64)> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.get(&(url.to_owned(), network))?;
        slot.current(now).filter(|(_, age)| *age < STALE)
    }

    fn slot(&self, question: Question<'_>) -> Arc<Slot<T>> {
        let place = (question.url.to_owned(), question.network);
        let question = self.questions.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(&place) {
            slot.used.store(question, Ordering::Relaxed);
            return Arc::clone(slot);
        }
        while slots.len() >= MAX_DOCUMENTS {
            // Never one that is being fetched or waited for, because its result would be lost.
            let idle = slots.iter().filter(|(_, slot)| Arc::strong_count(slot) == 1);
            let oldest = idle.min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(place, _)| place.clone()) else {
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
        slots.insert(place, Arc::clone(&slot));
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

    /// Fetches behind the scenes, unless another caller does or has just failed to.
    fn renew<F>(self: &Arc<Self>, question: Question<'_>, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Result<T, Failed>> + Send + 'static,
    {
        let Question { requester, now, .. } = question;
        let Ok(attempts) = Arc::clone(&self.fetching).try_lock_owned() else {
            return;
        };
        let is_renewed = self.current(now).is_some_and(|(_, age)| age < REFRESH_AFTER);
        let failed = attempts
            .failure_for(requester)
            .is_some_and(|failure| failure.is_recent(RENEW_EVERY, u64::MAX, now));
        if !is_renewed && !failed {
            let work = Arc::clone(self).fetch(attempts, requester.id(), now, fetch());
            task::in_background(async move { _ = work.await });
        }
    }

    /// Fetches; callers that wait for the lock meanwhile take the result.
    async fn fetch<F>(
        self: Arc<Self>,
        mut attempts: OwnedMutexGuard<Attempts>,
        requester: u64,
        now: u64,
        fetch: F,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let outcome = match fetch.await {
            Ok(document) => {
                let document = Arc::new(document);
                let entry = Entry { document: Arc::clone(&document), fetched: now };
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(entry);
                attempts.failure = None;
                Ok(document)
            }
            // A failure never replaces a good document.
            Err(failed) => {
                let (error, of) = match failed {
                    Failed::ForAll(error) => (error, None),
                    Failed::ByRules(error) => (error, Some(requester)),
                };
                attempts.failure = Some(Failure { at: now, error: error.clone(), of });
                Err(error)
            }
        };
        self.ended.fetch_add(1, Ordering::Release);
        outcome
    }
}

/// The outcome of a fetch, which goes on when its requester gives up.
async fn run_detached<T: Send + Sync + 'static>(
    fetch: impl Future<Output = Result<Arc<T>>> + Send + 'static,
) -> Result<Arc<T>> {
    task::run_detached(fetch).await.unwrap_or_else(|| {
        let message = "A request for one of the provider's documents was given up.";
        Err(Error::new(Code::UnknownError, Stage::Unknown, message))
    })
}

#[cfg(test)]
mod tests;
