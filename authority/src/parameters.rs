//! Reading and editing name-value pairs of queries and forms.

use url::form_urlencoded;

/// Decoded pairs in the order they came.
pub(crate) type Pairs = Vec<(String, String)>;

/// Decodes a query or a form body.
pub(crate) fn decode(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Encodes pairs as a form body.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The value of a parameter; an empty value counts as absent (RFC 6749 section 3.1).
pub(crate) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(found, value)| found == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

/// The first parameter that comes more than once, which RFC 6749 section 3.1 forbids.
pub(crate) fn repeated(pairs: &[(String, String)]) -> Option<&str> {
    pairs
        .iter()
        .enumerate()
        .find(|(index, (name, _))| pairs[..*index].iter().any(|(earlier, _)| earlier == name))
        .map(|(_, (name, _))| name.as_str())
}

/// Returns `true` if a space-separated list (RFC 6749 section 3.3) holds that word.
pub(crate) fn has_word(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|found| found == word)
}

/// Sets or removes pairs by name.
pub(crate) fn edit(pairs: &mut Pairs, edits: &[(String, Option<String>)]) {
    for (name, value) in edits {
        pairs.retain(|(found, _)| found != name);
        if let Some(value) = value {
            pairs.push((name.clone(), value.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, has_word, repeated, value};

    #[test]
    fn finds_values_and_repetitions() {
        let pairs = decode(b"a=1&b=&c=x+y&a=2");
        assert_eq!(value(&pairs, "a"), Some("1"));
        assert_eq!(value(&pairs, "b"), None);
        assert_eq!(value(&pairs, "c"), Some("x y"));
        assert_eq!(repeated(&pairs), Some("a"));
        assert!(has_word("openid  email", "email"));
        assert!(!has_word("openid.email", "email"));
    }
}
