//! The body of a response while it arrives. It may hold tokens, so that no copy of it is left unwiped.

use zeroize::Zeroizing;

use super::{MAX_RESPONSE, TransportErrorKind};

/// A body of at most [`MAX_RESPONSE`] bytes.
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    /// Room for the length that the response announces.
    pub(super) fn new(length: Option<u64>) -> Self {
        let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        Self(Zeroizing::new(Vec::with_capacity(length.min(MAX_RESPONSE))))
    }

    /// Appends a piece.
    pub(super) fn append(&mut self, piece: &[u8]) -> Result<(), TransportErrorKind> {
        let length = self.0.len().saturating_add(piece.len());
        if length > MAX_RESPONSE {
            return Err(TransportErrorKind::TooLarge);
        }
        if length > self.0.capacity() {
            // `Vec` would free its old memory as it is; a `Zeroizing` one is wiped when it goes.
            let room = length.max(self.0.capacity().saturating_mul(2)).min(MAX_RESPONSE);
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(piece);
        Ok(())
    }

    /// The bytes; the caller wipes them.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_whose_length_is_known_is_never_moved() {
        let mut body = Body::new(Some(3000));
        let place = body.0.as_ptr();
        for _ in 0..3 {
            body.append(&[b'x'; 1000]).unwrap();
            assert_eq!(body.0.as_ptr(), place);
        }
        assert_eq!(body.into_bytes(), [b'x'; 3000]);
    }

    #[test]
    fn a_body_of_unknown_length_arrives_whole() {
        for length in [None, Some(0), Some(10), Some(u64::MAX)] {
            let mut body = Body::new(length);
            let mut expected = Vec::new();
            for number in 0..=255 {
                body.append(&[number; 100]).unwrap();
                expected.extend([number; 100]);
            }
            assert_eq!(body.into_bytes(), expected, "{length:?}");
        }
    }

    #[test]
    fn a_body_has_a_limit() {
        let mut body = Body::new(None);
        body.append(&vec![0; MAX_RESPONSE]).unwrap();
        assert_eq!(body.append(&[0]), Err(TransportErrorKind::TooLarge));
    }
}
