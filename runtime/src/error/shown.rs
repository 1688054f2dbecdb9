//! Values of a provider as they may stand in a message.

/// The longest value that is shown, in characters.
const MAX_CHARS: usize = 200;

/// A public value of the provider, quoted: in one line, without control and format characters, at most
/// 200 characters, with e-mail addresses and tokens masked. An empty one is called so.
pub(crate) fn shown(text: &str) -> String {
    let words = text.split_whitespace().map(|word| masked(word).unwrap_or(word));
    let line = words.collect::<Vec<_>>().join(" ");
    let mut line: String = line.chars().filter(|char| is_plain(*char) && *char != '`').collect();
    if let Some((cut, _)) = line.char_indices().nth(MAX_CHARS) {
        line.truncate(cut);
        line.push('…');
    }
    if line.is_empty() { "empty".to_owned() } else { format!("`{line}`") }
}

/// Several values, each quoted, with commas between; the first ten.
pub(crate) fn shown_list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.into_iter().take(10).map(shown).collect();
    if values.is_empty() { "none".to_owned() } else { values.join(", ") }
}

/// The replacement for a word that no message may contain.
pub(super) fn masked(word: &str) -> Option<&'static str> {
    // A full-width @ looks like one.
    let is_address = word.contains(['@', '\u{ff20}']) || word.to_ascii_lowercase().contains("%40");
    // How every JWT begins: `{"` in base64url.
    let is_token = word.contains("eyJ");
    match (is_address, is_token) {
        (true, _) => Some("[address]"),
        (_, true) => Some("[token]"),
        _ => None,
    }
}

/// Returns `true` if a character may stand in a log: no control character (category Cc) and no format
/// character (Cf), which reorder or hide text.
pub(super) fn is_plain(char: char) -> bool {
    let is_format = matches!(char,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}');
    !char.is_control() && !is_format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_in_one_line() {
        assert_eq!(shown("https://op.example/a"), "`https://op.example/a`");
        assert_eq!(shown("a\r\nb\u{202e}c\u{200b}`d"), "`a bcd`");
        assert_eq!(shown(""), "empty");
        assert_eq!(shown_list(["RS256", "ES256"]), "`RS256`, `ES256`");
        assert_eq!(shown_list([]), "none");
    }

    #[test]
    fn addresses_and_tokens_are_masked() {
        assert_eq!(shown("ana@contoso.example"), "`[address]`");
        assert_eq!(shown("x ana%40contoso.example"), "`x [address]`");
        assert_eq!(shown("eyJhbGciOi.e30.c"), "`[token]`");
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(shown(&"x".repeat(200)).chars().count(), 202);
        assert!(shown(&"x".repeat(201)).ends_with("x…`"));
    }
}
