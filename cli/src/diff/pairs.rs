//! Two lists, entry beside entry: what went, what came, what stayed, and in which order.

/// An entry of the old list, of the new one, or of both.
#[derive(Debug)]
pub(super) enum Pair<'a, T> {
    Removed(&'a T),
    Added(&'a T),
    Both(&'a T, &'a T),
}

/// Entries with the same key side by side: the old list's order, then what is new.
pub(super) fn pairs<'a, T>(
    old: &'a [T],
    new: &'a [T],
    key: impl Fn(&T) -> String,
) -> Vec<Pair<'a, T>> {
    let find = |list: &'a [T], wanted: &str| list.iter().find(|entry| key(*entry) == wanted);
    let kept = old.iter().map(|entry| match find(new, &key(entry)) {
        Some(other) => Pair::Both(entry, other),
        None => Pair::Removed(entry),
    });
    let added = new.iter().filter(|entry| find(old, &key(*entry)).is_none()).map(Pair::Added);
    kept.chain(added).collect()
}

/// Returns `true` if the keys that both lists have stand in another order.
pub(super) fn is_reordered(old: &[String], new: &[String]) -> bool {
    let before = old.iter().filter(|key| new.contains(*key));
    let after = new.iter().filter(|key| old.contains(*key));
    before.ne(after)
}

/// Returns `true` if a new key stands before one that was there already.
pub(super) fn comes_first(added: &str, old: &[String], new: &[String]) -> bool {
    new.iter().skip_while(|key| *key != added).any(|key| old.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    #[test]
    fn what_went_and_came_is_no_new_order() {
        assert!(!is_reordered(&keys("abc"), &keys("acd")));
        assert!(is_reordered(&keys("abc"), &keys("cxb")));
    }

    #[test]
    fn an_addition_comes_first_or_last() {
        assert!(comes_first("x", &keys("ab"), &keys("axb")));
        assert!(!comes_first("x", &keys("ab"), &keys("abx")));
    }

    #[test]
    fn old_order_then_what_is_new() {
        let (old, new) = (keys("ab"), keys("xb"));
        let told: Vec<String> = pairs(&old, &new, String::clone)
            .into_iter()
            .map(|pair| match pair {
                Pair::Removed(key) => format!("-{key}"),
                Pair::Added(key) => format!("+{key}"),
                Pair::Both(key, _) => format!("={key}"),
            })
            .collect();
        assert_eq!(told, ["-a", "=b", "+x"]);
    }
}
