use jiff::civil::Date;

use super::ways_out::is_number;

/// A day that was written in another notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    /// As TOML writes it.
    pub(super) written: String,
    /// The other day that may be meant instead, where one cannot tell the day from the month.
    pub(super) other: Option<String>,
}

impl Day {
    /// What to do about it.
    pub(super) fn help(&self) -> String {
        match &self.other {
            None => format!("write {}", self.written),
            Some(other) => format!(
                "write {}, or {other} if the month stands first",
                self.written
            ),
        }
    }

    /// The day, where no other can be meant.
    pub(super) fn certain(self) -> Option<String> {
        self.other.is_none().then_some(self.written)
    }
}

/// A text that is a day in another notation: `07.10.2026`, `7/10/2026`, `2026/10/07`.
pub(super) fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    let separator = ['.', '/', '-'].into_iter().find(|&c| text.contains(c))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let number = |part: &str| -> Option<i16> {
        let digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    let (first, second, third) = (number(first)?, number(second)?, number(third)?);
    let (year, month, day) = if parts[0].len() == 4 {
        (first, second, third)
    } else if parts[2].len() == 4 {
        (third, second, first)
    } else {
        return None;
    };
    let date = |month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    // What cannot be day and month is month and day. Between points, and behind the year, nobody swaps them.
    let (read, swapped) = (date(month, day), date(day, month));
    let open = separator != '.' && parts[0].len() != 4 && swapped != read;
    Some(Day {
        written: read.or(swapped)?.to_string(),
        other: swapped
            .filter(|_| open && read.is_some())
            .map(|date| date.to_string()),
    })
}

/// A text that is a number, perhaps with a comma or with signs for thousands, and a unit: `96 h`, `40%`, `1.5 days`.
pub fn number_with_unit(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = text.len() - unsigned.len();
    let digits = unsigned
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
        .unwrap_or(unsigned.len());
    let (number, unit) = text.split_at(sign + digits);
    let unit = unit.trim();
    let plain = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && number.parse::<f64>().is_ok()
        && !unit.is_empty()
        && unit.chars().count() <= 12
        && unit
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '%' | '/' | '€' | '$' | '°'));
    plain.then_some((number, unit))
}

/// What to do about a unit that stands with its number.
pub(super) fn drop_unit(number: &str, unit: &str) -> String {
    if unit == "%" {
        format!("write {number}; where percent is meant, the number alone says so")
    } else {
        format!("write {number} here and the unit in `unit = \"{unit}\"`")
    }
}

/// A header's inside with every part made an id.
pub(super) fn as_ids(inside: &str) -> String {
    inside
        .split('.')
        .map(|part| {
            let mut id = String::new();
            for c in part.trim().trim_matches('"').chars() {
                if c.is_ascii_alphanumeric() || c == '_' {
                    id.push(c.to_ascii_lowercase());
                } else if !id.is_empty() && !id.ends_with('-') {
                    id.push('-');
                }
            }
            id.trim_end_matches('-').to_owned()
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// A number with a comma in it, and what may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Comma {
    /// This number.
    Decimal(String),
    /// This number, or this one with the comma between its thousands.
    Either(String, String),
    /// Who knows.
    Unclear,
}

impl Comma {
    /// What to do about it.
    pub(super) fn help(&self) -> String {
        match self {
            Self::Decimal(number) => format!("write {number}"),
            Self::Either(decimal, thousands) => {
                format!("write {decimal}, or {thousands} if the comma parts thousands")
            }
            Self::Unclear => {
                "write the number with one point and nothing between its thousands".to_owned()
            }
        }
    }

    /// The number, where no other can be meant.
    pub(super) fn certain(self) -> Option<String> {
        match self {
            Self::Decimal(number) => Some(number),
            Self::Either(..) | Self::Unclear => None,
        }
    }
}

/// A number with a comma in it, perhaps with points between its thousands: `96,64`, `1.200,5`, `1,200`. Nothing where it is
/// no number.
pub(super) fn comma(written: &str) -> Option<Comma> {
    let (whole, decimals) = written.trim().rsplit_once(',')?;
    let unsigned = whole.trim_start_matches(['+', '-']);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(decimals) || !unsigned.split(['.', ',']).all(digits) {
        return None;
    }
    let mut groups = unsigned.split('.');
    let first = groups.next().unwrap_or_default();
    let number = format!("{}.{decimals}", whole.replace('.', ""));
    let thousands = groups.clone().count() > 0;
    let regular = first.len() <= 3 && groups.all(|group| group.len() == 3);
    if whole.contains(',') || (thousands && !regular) || !is_number(&number) {
        return Some(Comma::Unclear);
    }
    let may_part = !thousands && regular && decimals.len() == 3 && first != "0";
    Some(if may_part {
        Comma::Either(number, format!("{whole}{decimals}"))
    } else {
        Comma::Decimal(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_other_notations() {
        for (text, wanted) in [
            ("07.10.2026", "2026-10-07"),
            ("12/18/2026", "2026-12-18"),
            ("7-7-2026", "2026-07-07"),
            ("2026/10/7", "2026-10-07"),
            ("2026-12-18", "2026-12-18"),
        ] {
            assert_eq!(
                day(text).unwrap().certain().as_deref(),
                Some(wanted),
                "{text}"
            );
        }
        let either = day("10/7/2026").unwrap();
        assert_eq!(
            either.help(),
            "write 2026-07-10, or 2026-10-07 if the month stands first"
        );
        assert_eq!(either.certain(), None);
        for no in ["1.2.3", "2026-13-45", "10.2026", "Q4", "99.95", ""] {
            assert_eq!(day(no), None, "{no}");
        }
    }

    #[test]
    fn numbers_with_units() {
        assert_eq!(number_with_unit("96 h"), Some(("96", "h")));
        assert_eq!(number_with_unit("40%"), Some(("40", "%")));
        assert_eq!(number_with_unit("-1.5 days"), Some(("-1.5", "days")));
        for no in ["96", "h", "3 of 4", "1.2.3 h", ""] {
            assert_eq!(number_with_unit(no), None, "{no}");
        }
    }

    #[test]
    fn commas_in_numbers() {
        let decimal = |number: &str| Some(Comma::Decimal(number.to_owned()));
        let either = |one: &str, other: &str| Some(Comma::Either(one.to_owned(), other.to_owned()));
        for (written, wanted) in [
            ("99,95", decimal("99.95")),
            ("-1.200,5", decimal("-1200.5")),
            ("0,125", decimal("0.125")),
            ("1200,125", decimal("1200.125")),
            ("1,200", either("1.200", "1200")),
            ("1,200,000", Some(Comma::Unclear)),
            ("1.20,5", Some(Comma::Unclear)),
            ("00,5", Some(Comma::Unclear)),
            ("a,b", None),
            ("1,", None),
        ] {
            assert_eq!(comma(written), wanted, "{written}");
        }
    }

    #[test]
    fn headers_become_ids() {
        assert_eq!(as_ids("objective.Mean Time"), "objective.mean-time");
    }
}
