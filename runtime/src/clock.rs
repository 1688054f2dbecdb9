//! The source of the current time, which a test can replace.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock in Unix time.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
