//! `NumericDate` (RFC 7519 section 2): seconds since 1970 as a JSON number, with or without a fraction or
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

/// The last second of the year 9999, which is the last that a date of RFC 3339 can name. A later time, such as an expiry
/// of 1e30, is a mistake or an attempt to make a token that never expires.
const LAST: u64 = 253_402_300_799;

/// The time that a number means; `None` for what is not a number, is negative, or lies after the year 9999.
pub(super) fn read(value: &Value) -> Option<NumericDate> {
    if let Some(whole) = value.as_u64() {
        return (whole <= LAST).then_some(NumericDate { floor: whole, ceil: whole });
    }
    #[expect(clippy::cast_precision_loss, reason = "`LAST` has 38 bits")]
    let last = LAST as f64;
    let number = value.as_f64().filter(|number| (0.0..=last).contains(number))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
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
            ("253402300799", Some((253_402_300_799, 253_402_300_799))),
            ("253402300800", None),
            ("253402300799.5", None),
            ("18446744073709551615", None),
            ("18446744073709551616", None),
            ("1e300", None),
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
