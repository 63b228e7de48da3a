//! Texts that are numbers.

use std::str::FromStr as _;

use rust_decimal::Decimal;

use super::prometheus::QueryError;
use crate::model::Number;

/// What [`Number`] keeps exactly.
const MAX_DIGITS: usize = 28;
/// How many decimal digits every binary number of 64 bits keeps (C's `DBL_DIG`). What follows them is the trace of how it is
/// stored: 0.1 + 0.2 comes as 0.30000000000000004.
const CERTAIN_DIGITS: u32 = 15;

/// A text that is a decimal number as a whole: a sign, digits, a point with digits, an exponent, and nothing else. None where it
/// is no such number or cannot be kept exactly.
pub(super) fn exact(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let parts = [Some(whole), fraction, exponent];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.into_iter().flatten().all(digits) {
        return None;
    }
    let significant = mantissa.replace('.', "");
    if significant.trim_start_matches('0').len() > MAX_DIGITS {
        return None;
    }
    text.parse().ok()
}

/// The value of a sample of Prometheus, as its documentation says that it is written: a number as Go prints it, or `NaN`, `+Inf`,
/// `-Inf`.
pub(super) fn sample(text: &str) -> Result<Decimal, QueryError> {
    if matches!(text, "NaN" | "Inf" | "+Inf" | "-Inf") {
        return Err(QueryError::NotFinite(text.to_owned()));
    }
    let unkept = || QueryError::Unkept(text.chars().take(40).collect());
    let value = if text.contains(['e', 'E']) {
        Decimal::from_scientific_lossy(text)
    } else {
        Decimal::from_str(text)
    };
    let value = value.map_err(|_| unkept())?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    if value.is_zero() && mantissa.contains(|c: char| c.is_ascii_digit() && c != '0') {
        // Nearer to zero than can be kept, and yet not zero.
        return Err(unkept());
    }
    Ok(value)
}

/// A sample, or what was computed from samples, without the digits that are no part of what was measured. Whole numbers stay.
pub(super) fn without_noise(value: Decimal) -> Number {
    let rounded = if value.fract().is_zero() {
        None
    } else {
        value.round_sf(CERTAIN_DIGITS)
    };
    Number::new(rounded.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_text_is_a_number_or_it_is_none() {
        for (text, shown) in [
            ("0", "0"),
            ("-0", "0"),
            ("99.950", "99.95"),
            ("+12", "12"),
            (
                "0.1234567890123456789012345678",
                "0.1234567890123456789012345678",
            ),
            ("12345678901234567890", "12345678901234567890"),
            ("1e3", "1000"),
            ("2.5E-1", "0.25"),
            ("1e+16", "10000000000000000"),
        ] {
            assert_eq!(exact(text).unwrap().to_string(), shown, "{text}");
        }
        for none in [
            "",
            " 1",
            "1 ",
            "1_000",
            "1,5",
            "1.000,5",
            "96 h",
            "42%",
            ".5",
            "5.",
            "1e",
            "e5",
            "--1",
            "+-1",
            "0x10",
            "NaN",
            "inf",
            "1e999",
            "1e-40",
            "١",
            "12345678901234567890123456789",
            "0.00000000000000000000000000001",
        ] {
            assert_eq!(exact(none), None, "{none}");
        }
    }

    #[test]
    fn a_sample_keeps_what_was_measured() {
        let read = |text: &str| sample(text).map(|value| without_noise(value).to_string());
        for (text, shown) in [
            ("1", "1"),
            ("-0", "0"),
            ("0.30000000000000004", "0.3"),
            ("99.95000000000000284", "99.95"),
            ("0.3333333333333333", "0.333333333333333"),
            ("9007199254740993", "9007199254740993"),
            ("1.2345678901234567e-7", "0.000000123456789012346"),
            ("1.5e-20", "0.000000000000000000015"),
            ("1e+21", "1000000000000000000000"),
        ] {
            assert_eq!(read(text).unwrap(), shown, "{text}");
        }
        for (text, error) in [
            ("NaN", QueryError::NotFinite("NaN".to_owned())),
            ("+Inf", QueryError::NotFinite("+Inf".to_owned())),
            ("1e300", QueryError::Unkept("1e300".to_owned())),
            ("1e-300", QueryError::Unkept("1e-300".to_owned())),
            (
                "0.00000000000000000000000000000000001",
                QueryError::Unkept("0.00000000000000000000000000000000001".to_owned()),
            ),
            ("up", QueryError::Unkept("up".to_owned())),
        ] {
            assert_eq!(read(text).unwrap_err(), error, "{text}");
        }
    }
}
