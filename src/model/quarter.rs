use std::fmt;
use std::str::FromStr;

/// A quarter's name, `2026-q4`. Which days it covers is the [`Calendar`](super::Calendar)'s to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: u8,
}

/// Why a text is no quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written yyyy-qn, like 2026-q4")]
pub struct ParseQuarterError;

impl Quarter {
    /// Quarter `number` (1 to 4) of `year` (1000 to 9999); `None` outside these ranges.
    pub fn new(year: i16, number: u8) -> Option<Self> {
        ((1000..=9999).contains(&year) && (1..=4).contains(&number))
            .then_some(Self { year, number })
    }

    /// The year in its name, 1000 to 9999.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Which quarter of the year, 1 to 4.
    pub fn number(self) -> u8 {
        self.number
    }

    /// The quarter before, `None` before the year 1000.
    pub fn previous(self) -> Option<Self> {
        match self.number {
            1 => Self::new(self.year - 1, 4),
            number => Self::new(self.year, number - 1),
        }
    }

    /// The quarter after, `None` after the year 9999.
    pub fn next(self) -> Option<Self> {
        match self.number {
            4 => Self::new(self.year + 1, 1),
            number => Self::new(self.year, number + 1),
        }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = ParseQuarterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, number) = text.split_once("-q").ok_or(ParseQuarterError)?;
        if year.len() != 4 || number.len() != 1 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseQuarterError);
        }
        let year = year.parse().map_err(|_| ParseQuarterError)?;
        let number = number.parse().map_err(|_| ParseQuarterError)?;
        Self::new(year, number).ok_or(ParseQuarterError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let quarter: Quarter = "2026-q4".parse().unwrap();
        assert_eq!((quarter.year(), quarter.number()), (2026, 4));
        assert_eq!(quarter.to_string(), "2026-q4");
        for wrong in [
            "2026-Q4", "2026-q5", "2026-q0", "26-q1", "2026q1", "", "+026-q1", "2026-q١",
        ] {
            assert_eq!(wrong.parse::<Quarter>(), Err(ParseQuarterError), "{wrong}");
        }
    }

    #[test]
    fn the_next_of_the_previous_is_itself() {
        let quarter = Quarter::new(2026, 1).unwrap();
        assert_eq!(quarter.previous().unwrap().to_string(), "2025-q4");
        assert_eq!(quarter.previous().unwrap().next(), Some(quarter));
    }
}
