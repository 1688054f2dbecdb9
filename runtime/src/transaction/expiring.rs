//! Entries that live for a while, in bounded memory: the oldest goes when there is no room.

use std::collections::{HashMap, VecDeque};

/// Entries by name. Every method takes the time in whole seconds of any one clock.
#[derive(Debug)]
pub(crate) struct Expiring<V> {
    entries: HashMap<String, Entry<V>>,
    /// Names in the order in which they came, with the number of their entry: a name may come again.
    order: VecDeque<(String, u64)>,
    capacity: usize,
    /// The limit of the bytes of all names and values, and their current number.
    max_bytes: usize,
    bytes: usize,
    next: u64,
}

/// A value whose size counts.
pub(crate) trait Size {
    /// Bytes on the heap.
    fn size(&self) -> usize;
}

impl Size for () {
    fn size(&self) -> usize {
        0
    }
}

impl Size for String {
    fn size(&self) -> usize {
        self.capacity()
    }
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    number: u64,
    /// The first second at which it is gone.
    ends: u64,
}

impl<V: Size> Expiring<V> {
    /// Room for this many entries and bytes, and for one entry at least.
    pub(crate) fn new(capacity: usize, max_bytes: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            capacity: capacity.max(1),
            max_bytes,
            bytes: 0,
            next: 0,
        }
    }

    /// Keeps a value until `ends`; says whether the name was free.
    pub(crate) fn insert(&mut self, name: String, value: V, ends: u64, now: u64) -> bool {
        if self.get(&name, now).is_some() {
            return false;
        }
        let size = size(&name, &value);
        self.make_room(size, now);
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.order.push_back((name.clone(), number));
        // An entry whose time is over may still have the name.
        self.forget(&name);
        self.bytes += size;
        self.entries.insert(name, Entry { value, number, ends });
        true
    }

    /// The value of a name, unless its time is over.
    pub(crate) fn get(&self, name: &str, now: u64) -> Option<&V> {
        self.entries.get(name).filter(|entry| now < entry.ends).map(|entry| &entry.value)
    }

    /// Takes a value away.
    pub(crate) fn remove(&mut self, name: &str, now: u64) -> Option<V> {
        self.forget(name).filter(|entry| now < entry.ends).map(|entry| entry.value)
    }

    /// Takes an entry out, over or not.
    fn forget(&mut self, name: &str) -> Option<Entry<V>> {
        let entry = self.entries.remove(name)?;
        self.bytes = self.bytes.saturating_sub(size(name, &entry.value));
        Some(entry)
    }

    /// Drops what is over or was removed, from the oldest on; then the oldest, until there is room for an
    /// entry of this size.
    fn make_room(&mut self, size: usize, now: u64) {
        if self.order.len() >= self.capacity.saturating_mul(2) {
            // Most of these were removed, somewhere behind the oldest.
            let entries = &self.entries;
            let is_there = |(name, number): &(String, u64)| {
                entries.get(name).is_some_and(|entry| entry.number == *number)
            };
            self.order.retain(is_there);
        }
        while let Some((name, number)) = self.order.front() {
            let entry = self.entries.get(name).filter(|entry| entry.number == *number);
            let is_over = entry.is_none_or(|entry| now >= entry.ends);
            let has_room = self.bytes.saturating_add(size) <= self.max_bytes
                && self.entries.len() < self.capacity;
            if !is_over && has_room {
                return;
            }
            let is_there = entry.is_some();
            if let Some((name, _)) = self.order.pop_front().filter(|_| is_there) {
                self.forget(&name);
            }
        }
    }
}

/// The bytes of an entry: its name, which is there twice, and its value.
fn size(name: &str, value: &impl Size) -> usize {
    2 * name.len() + value.size()
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Size for i32 {
        fn size(&self) -> usize {
            0
        }
    }

    #[test]
    fn an_entry_lasts_until_its_end() {
        let mut entries = Expiring::new(10, usize::MAX);
        assert!(entries.insert("a".to_owned(), 1, 100, 0));
        assert!(!entries.insert("a".to_owned(), 2, 100, 99), "the name is taken");
        assert_eq!(entries.get("a", 99), Some(&1));
        assert_eq!(entries.get("a", 100), None);
        assert!(entries.insert("a".to_owned(), 3, 200, 100), "its time is over");
        assert_eq!(entries.remove("a", 100), Some(3));
        assert_eq!(entries.remove("a", 100), None);
        assert!(entries.insert("a".to_owned(), 4, 200, 100));
        assert_eq!(entries.remove("a", 200), None, "too late");
    }

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let mut entries = Expiring::new(3, usize::MAX);
        for (index, name) in (0..).zip(["a", "b", "c", "d"]) {
            assert!(entries.insert(name.to_owned(), index, 100, 0));
        }
        assert_eq!(entries.get("a", 0), None);
        for (index, name) in (0..).zip(["b", "c", "d"]) {
            assert_eq!(entries.get(name, 0), Some(&(index + 1)));
        }
    }

    #[test]
    fn a_name_that_came_again_is_not_dropped_for_its_first_coming() {
        let mut entries = Expiring::new(2, usize::MAX);
        assert!(entries.insert("a".to_owned(), 1, 100, 0));
        entries.remove("a", 0);
        assert!(entries.insert("a".to_owned(), 2, 100, 0));
        assert!(entries.insert("b".to_owned(), 3, 100, 0));
        assert_eq!((entries.get("a", 0), entries.get("b", 0)), (Some(&2), Some(&3)));
    }

    #[test]
    fn what_was_removed_takes_no_room() {
        let mut entries = Expiring::new(2, usize::MAX);
        assert!(entries.insert("waiting".to_owned(), 0, 100, 0));
        for number in 1..50 {
            assert!(entries.insert("other".to_owned(), number, 100, 0));
            assert_eq!(entries.remove("other", 0), Some(number));
            assert!(entries.order.len() <= 4);
        }
        assert_eq!(entries.get("waiting", 0), Some(&0));
        // And nothing is forgotten that must make room one day.
        for (number, name) in (0..).zip(["a", "b", "c"]) {
            assert!(entries.insert(name.to_owned(), number, 100, 0));
        }
        let kept = ["waiting", "a", "b", "c"].map(|name| entries.get(name, 0).copied());
        assert_eq!(kept, [None, None, Some(1), Some(2)]);
    }

    #[test]
    fn memory_stays_bounded() {
        let mut entries = Expiring::new(100, usize::MAX);
        for number in 0..10_000_u64 {
            entries.insert(number.to_string(), (), number + 50, number);
            if number % 3 == 0 {
                entries.remove(&number.to_string(), number);
            }
            assert!(entries.entries.len() <= 100 && entries.order.len() <= 200);
        }
        assert!(entries.order.len() <= 51, "what is over goes before room is short");
    }

    #[test]
    fn bytes_are_bounded_too() {
        let mut entries = Expiring::new(1000, 10_000);
        for number in 0..500 {
            let name = format!("{number:03}");
            assert!(entries.insert(name, "x".repeat(994), 100 + number, number));
            let kept: usize =
                entries.entries.values().map(|entry| 6 + entry.value.capacity()).sum();
            assert_eq!(entries.bytes, kept, "what is counted is there");
            assert!(entries.bytes <= 10_000 && entries.entries.len() <= 10);
        }
        assert_eq!(entries.entries.len(), 10);
        assert!(entries.get("499", 499).is_some() && entries.get("489", 499).is_none());
        // A name that comes again after its time counts once.
        assert!(entries.insert("499".to_owned(), "y".repeat(94), 2000, 1000));
        assert_eq!((entries.entries.len(), entries.bytes), (1, 100));
        assert!(entries.remove("499", 1000).is_some());
        assert_eq!(entries.bytes, 0);
    }
}
