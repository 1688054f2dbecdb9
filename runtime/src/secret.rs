//! Text that must not be seen: redacted when printed, wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::transaction::random_text;

/// A client secret, a token, or a verifier.
///
/// It has no `Display` and no serialization, its `Debug` says nothing, and its memory is wiped when
/// it is dropped. [`expose`](Self::expose) is the one way to its text.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps this text secret from here on.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// 256 random bits as 43 characters of base64url: a sealing key, or a browser's secret.
    ///
    /// # Errors
    ///
    /// `unknown_error` when the system's random generator fails.
    pub fn random() -> Result<Self> {
        random_text().map(Self::new)
    }

    /// The text itself. The caller is responsible for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    /// Compared in time that does not depend on where the texts differ.
    fn eq(&self, other: &Self) -> bool {
        same(self.expose(), other.expose())
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Returns `true` if two texts are the same, in time that depends on their lengths only.
pub(crate) fn same(left: &str, right: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }

    #[test]
    fn equality_is_by_text() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
    }
}
