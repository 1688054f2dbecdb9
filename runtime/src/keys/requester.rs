//! Requesters of documents, and how often each may have one fetched again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The most forced refreshes of one requester within [`WINDOW`].
const MAX_FORCED: usize = 3;

/// The time in seconds for which a forced refresh counts.
const WINDOW: u64 = 300;

/// A requester of documents: the sign-ins of one backend, or the notices that reach it.
///
/// The two are told apart because notices come from anybody: an invented key id in one must not use up
/// what a sign-in needs after a change of keys.
#[derive(Debug)]
pub(crate) struct Requester {
    id: u64,
    /// The times of forced refreshes, in Unix seconds.
    forced: Mutex<Vec<u64>>,
}

impl Requester {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), forced: Mutex::default() }
    }

    /// A number that no other requester of this process has.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Returns `true` if one more refresh may be forced now; if so, it counts.
    pub(super) fn may_force(&self, now: u64) -> bool {
        let mut forced = self.forced.lock().unwrap_or_else(PoisonError::into_inner);
        forced.retain(|time| is_within(*time, WINDOW, now));
        let may = forced.len() < MAX_FORCED;
        if may {
            forced.push(now);
        }
        may
    }
}

/// Returns `true` if a time is less than so many seconds ago. One in the future is not: the clock was set
/// back.
pub(super) fn is_within(time: u64, seconds: u64, now: u64) -> bool {
    now.checked_sub(time).is_some_and(|age| age < seconds)
}
