//! Encodings of the wire: base64url, percent-encoding, form encoding.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use url::form_urlencoded;

/// base64url without padding (RFC 4648 section 5).
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of canonical base64url without padding: no other alphabet, no spare bits.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Standard base64, for HTTP Basic authentication (RFC 7617).
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3).
pub(crate) fn component(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                encoded.push(HEX.get(usize::from(nibble)).copied().map_or('0', char::from));
            }
        }
    }
    encoded
}

/// `application/x-www-form-urlencoded` text of one value (RFC 6749 appendix B).
pub(crate) fn form_value(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Appends `name=value` pairs to the query of a URL that may have one.
pub(crate) fn append_query(url: &mut String, name: &str, value: &str) {
    let separator = match (url.contains('?'), url.ends_with(['?', '&'])) {
        (false, _) => "?",
        (true, true) => "",
        (true, false) => "&",
    };
    url.push_str(separator);
    url.extend(form_urlencoded::byte_serialize(name.as_bytes()));
    url.push('=');
    url.extend(form_urlencoded::byte_serialize(value.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_canonical() {
        assert_eq!(from_base64url("Zm8"), Some(b"fo".to_vec()));
        for bad in ["Zm8=", "Zm9", "Z m8", "Zm8\n", "+/8", "Zm-/"] {
            assert!(from_base64url(bad).is_none() || bad == "Zm9", "{bad}");
        }
        // `Zm9` has spare bits that are not zero.
        assert_eq!(from_base64url("Zm9"), None);
    }

    #[test]
    fn queries_are_appended_to_what_is_there() {
        let mut url = "https://a.example/x?p=1".to_owned();
        append_query(&mut url, "state", "a b&c");
        assert_eq!(url, "https://a.example/x?p=1&state=a+b%26c");
    }

    #[test]
    fn components_keep_nothing_that_means_something() {
        assert_eq!(component("a/b?c#d%é"), "a%2Fb%3Fc%23d%25%C3%A9");
    }
}
