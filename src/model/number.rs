use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

/// A decimal number, exact: what a person wrote is what is compared, computed and shown.
///
/// Up to 28 significant digits. It is shown without trailing zeros, so that `99.90` and `99.9` are one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Decimal);

/// Why a text is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 28 digits")]
pub struct ParseNumberError;

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// One hundred.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// A decimal as a number.
    pub fn new(value: Decimal) -> Self {
        Self(value.normalize())
    }

    /// The number as a decimal, for arithmetic.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Decimal::from(value))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Number {
    type Err = ParseNumberError;

    /// Reads TOML's integers and floats in decimal notation: an optional sign, digits with single underscores between
    /// them, a point, an exponent. `inf` and `nan` are no numbers here.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let without: String;
        let plain = if text.contains('_') {
            without = text.replace('_', "");
            &without
        } else {
            text
        };
        let plain = plain.strip_prefix('+').unwrap_or(plain);
        let value = if plain.contains(['e', 'E']) {
            Decimal::from_scientific(plain)
        } else {
            Decimal::from_str_exact(plain)
        };
        value.map(Self::new).map_err(|_| ParseNumberError)
    }
}

impl serde::Serialize for Number {
    /// As text, so that no reader rounds it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_shown_short() {
        for (text, shown) in [
            ("99.95", "99.95"),
            ("99.950", "99.95"),
            ("+1_000", "1000"),
            ("-0.1", "-0.1"),
            ("1e3", "1000"),
            ("2.5e-1", "0.25"),
            ("0", "0"),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), shown, "{text}");
        }
        let sum =
            "0.1".parse::<Number>().unwrap().decimal() + "0.2".parse::<Number>().unwrap().decimal();
        assert_eq!(Number::new(sum).to_string(), "0.3");
        for wrong in [
            "",
            "inf",
            "nan",
            "1,5",
            "96 h",
            "0x10",
            "1e999",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(wrong.parse::<Number>(), Err(ParseNumberError), "{wrong}");
        }
    }
}
