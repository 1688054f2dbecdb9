//! A map that forgets its oldest entry when it is full.

use std::collections::{HashMap, VecDeque};

/// Entries by name, at most `limit` of them.
#[derive(Debug)]
pub(crate) struct Store<T> {
    limit: usize,
    entries: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Store<T> {
    /// An empty store for at most `limit` entries.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, entries: HashMap::new(), order: VecDeque::new() }
    }

    /// Adds an entry; drops the oldest one when there are too many.
    pub(crate) fn insert(&mut self, name: String, entry: T) {
        if self.entries.insert(name.clone(), entry).is_none() {
            self.order.push_back(name);
        }
        while self.order.len() > self.limit {
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
    }

    /// The entry of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(name)
    }

    /// The entry of that name, to change it.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.entries.get_mut(name)
    }

    /// Takes the entry out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<T> {
        let taken = self.entries.remove(name);
        if taken.is_some() {
            self.order.retain(|kept| kept != name);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn drops_the_oldest_entry_first() {
        let mut store = Store::new(2);
        for name in ["a", "b", "c"] {
            store.insert(name.to_owned(), name.len());
        }
        assert!(store.get("a").is_none());
        assert_eq!(store.remove("b"), Some(1));
        assert!(store.get("c").is_some());
    }
}
