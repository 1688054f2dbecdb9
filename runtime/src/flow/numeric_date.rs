//! NumericDate (RFC 7519 section 2): seconds since 1970 as a JSON number, with or without a fraction or
//! an exponent.

use serde_json::Value;

/// A time as whole seconds, between which it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumericDate {
    /// The last whole second that is not after it.
    pub(super) floor: u64,
    /// The first whole second that is not before it: with a clock of whole seconds, `now < time` and
    /// `time <= now` come out as if the fraction were compared.
    pub(super) ceil: u64,
}

/// The time that a number means; `None` for what is no number, or is negative.
///
/// A time beyond what 64 bits hold is the last one that they do.
pub(super) fn read(value: &Value) -> Option<NumericDate> {
    if let Some(whole) = value.as_u64() {
        return Some(NumericDate { floor: whole, ceil: whole });
    }
    let number = value.as_f64().filter(|number| *number >= 0.0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let whole = |number: f64| number as u64;
    Some(NumericDate { floor: whole(number.floor()), ceil: whole(number.ceil()) })
}

/// A number of seconds without its fraction.
pub(super) fn whole_seconds(value: &Value) -> Option<u64> {
    read(value).map(|time| time.floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_fractions_and_exponents() {
        for (text, expected) in [
            ("1795428000", Some((1_795_428_000, 1_795_428_000))),
            ("1795428000.0", Some((1_795_428_000, 1_795_428_000))),
            ("1795428000.25", Some((1_795_428_000, 1_795_428_001))),
            ("1.795428e9", Some((1_795_428_000, 1_795_428_000))),
            ("17954280005e-1", Some((1_795_428_000, 1_795_428_001))),
            ("0", Some((0, 0))),
            ("-0", Some((0, 0))),
            ("-0.0", Some((0, 0))),
            ("1e-300", Some((0, 1))),
            ("18446744073709551615", Some((u64::MAX, u64::MAX))),
            ("18446744073709551616", Some((u64::MAX, u64::MAX))),
            ("1e300", Some((u64::MAX, u64::MAX))),
            ("-1", None),
            ("-0.5", None),
            ("-1e300", None),
            ("\"1795428000\"", None),
            ("null", None),
            ("true", None),
            ("[1795428000]", None),
        ] {
            let read = read(&serde_json::from_str(text).unwrap());
            assert_eq!(read.map(|time| (time.floor, time.ceil)), expected, "{text}");
        }
    }
}
