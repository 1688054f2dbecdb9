//! "Did you mean …?"

/// The known word that a typing mistake most likely meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let lower = word.to_lowercase();
    let far = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // A word that was cut off means the whole one.
        let is_start = lower.len() >= 4 && candidate.starts_with(&lower);
        if is_start { 1 } else { distance(&lower, &candidate) }
    };
    known
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (far(candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words; two neighbours swapped count as one (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (line, from) in left.iter().enumerate() {
        let mut row = vec![line + 1];
        for (column, to) in right.iter().enumerate() {
            let at = |back: usize, cell: usize| {
                rows.get((line + 1).wrapping_sub(back)).and_then(|row| row.get(cell)).copied()
            };
            let replace = at(1, column).unwrap_or(usize::MAX - 1) + usize::from(from != to);
            let delete = at(1, column + 1).unwrap_or(usize::MAX - 1) + 1;
            let insert = row.last().copied().unwrap_or(usize::MAX - 1) + 1;
            let mut best = replace.min(delete).min(insert);
            let swapped = line > 0
                && column > 0
                && left.get(line - 1) == Some(to)
                && right.get(column - 1) == Some(from);
            if swapped && let Some(before) = at(2, column - 1) {
                best = best.min(before + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_wins_and_far_ones_do_not_count() {
        let known = ["authorization", "token", "discovery"];
        assert_eq!(nearest("authorisation", known), Some("authorization"));
        assert_eq!(nearest("tokne", known), Some("token"));
        assert_eq!(nearest("jwks", known), None);
        assert_eq!(nearest("DISCOVERY", known), Some("discovery"));
        assert_eq!(nearest("autho", known), Some("authorization"));
        assert_eq!(nearest("AUTHO", ["TOKEN", "AUTHORIZATION"]), Some("AUTHORIZATION"));
    }
}
