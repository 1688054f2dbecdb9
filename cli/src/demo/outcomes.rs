//! The pages of ended sign-ins, kept for the browsers that began them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of outcomes that are kept; the oldest is dropped first.
const MAX: usize = 100;

/// Pages by the secret of the browser that began the sign-in.
#[derive(Default)]
pub(super) struct Outcomes(Mutex<VecDeque<(String, String)>>);

impl Outcomes {
    pub(super) fn keep(&self, browser: &str, page: String) {
        let mut pages = self.lock();
        pages.push_back((browser.to_owned(), page));
        if pages.len() > MAX {
            pages.pop_front();
        }
    }

    pub(super) fn find(&self, browser: &str) -> Option<String> {
        let pages = self.lock();
        pages.iter().rev().find(|(key, _)| key == browser).map(|(_, page)| page.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, String)>> {
        // A page is added whole or not at all, so a panic elsewhere leaves the list usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
