//! Dates as people write them and GitLab takes them.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// The date that a parameter means, read as Ruby and Rails do; anything that is none is dropped without an error
/// (recorded: create, the rows `due:…`).
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    // A full timestamp begins with its date.
    let text = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    let number = |digits: &str| digits.parse::<i16>().ok();
    let make = |year: &str, month: &str, day: &str| {
        if year.len() != 4 {
            return None;
        }
        let small = |digits: &str| i8::try_from(number(digits)?).ok();
        Date::new(number(year)?, small(month)?, small(day)?).ok()
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return make(&text[..4], &text[4..6], &text[6..]);
    }
    if let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] {
        return make(year, month, day);
    }
    match text.split('/').collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => make(year, month, day),
        [day, month, year] => make(year, month, day),
        _ => None,
    }
}

/// The date that the argument of `/due` means: a date, or one relative to today.
pub(crate) fn parse_relative_date(text: &str, now: Timestamp) -> Option<Date> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["today"] => Some(today),
        ["tomorrow"] => today.checked_add(1.day()).ok(),
        ["yesterday"] => today.checked_sub(1.day()).ok(),
        ["in", number, unit] => {
            let number: i64 = if matches!(number, "a" | "an") {
                1
            } else {
                number.parse().ok()?
            };
            let number = number.clamp(-10_000, 10_000);
            let span = match unit {
                "day" | "days" => number.days(),
                "week" | "weeks" => number.weeks(),
                "month" | "months" => number.months(),
                _ => return None,
            };
            today.checked_add(span).ok()
        }
        _ => parse_date(text),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn odd_dates_are_read_as_recorded() {
        for (text, day) in [
            ("2026-12-31", Some(date(2026, 12, 31))),
            ("2026-2-3", Some(date(2026, 2, 3))),
            ("20260203", Some(date(2026, 2, 3))),
            ("11/03/2016", Some(date(2016, 3, 11))),
            ("2026-12-31T00:00:00Z", Some(date(2026, 12, 31))),
            ("not a date", None),
            ("2026-02-30", None),
            ("", None),
        ] {
            assert_eq!(parse_date(text), day, "{text}");
        }
    }

    #[test]
    fn due_commands_may_be_relative() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        assert_eq!(
            parse_relative_date("tomorrow", now),
            Some(date(2026, 11, 23))
        );
        assert_eq!(
            parse_relative_date("in 2 weeks", now),
            Some(date(2026, 12, 6))
        );
        assert_eq!(parse_relative_date("to the weather", now), None);
    }
}
