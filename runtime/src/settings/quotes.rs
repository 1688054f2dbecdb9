//! Quotation marks around a value: env files of containers hand them on, and the value is another one then.

/// The text, without the byte order mark that editors write.
pub(super) fn without_bom(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// Returns `true` if a text begins and ends with the same quotation mark.
pub(super) fn is_quoted(text: &str) -> bool {
    let text = text.trim();
    text.len() > 1
        && ['"', '\'', '`'].iter().any(|mark| text.starts_with(*mark) && text.ends_with(*mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_matching_marks_around_the_whole_are_quotes() {
        for quoted in ["\"a\"", " 'a b' ", "``"] {
            assert!(is_quoted(quoted), "{quoted}");
        }
        for plain in ["", "\"", "'", "\"a", "a\"", "\"a'", "a\"b\"c", "[\"a\"]"] {
            assert!(!is_quoted(plain), "{plain}");
        }
    }
}
