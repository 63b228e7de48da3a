use jiff::civil::Date;

/// A text that is a day in another notation, as TOML writes it: `07.10.2026`, `7/10/2026`, `2026/10/07`.
pub(super) fn day(text: &str) -> Option<String> {
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
    // What cannot be day and month is month and day.
    let date = date(month, day).or_else(|| date(day, month))?;
    Some(date.to_string())
}

/// A text that is a number, perhaps with a comma or with signs for thousands, and a unit: `96 h`, `40%`, `1.5 days`.
pub(super) fn number_with_unit(text: &str) -> Option<(&str, &str)> {
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

/// A decimal number with a comma, as TOML writes it.
pub(super) fn with_point(text: &str) -> Option<String> {
    let (whole, fraction) = text.trim().split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (digits(whole.trim_start_matches(['+', '-'])) && digits(fraction))
        .then(|| format!("{whole}.{fraction}"))
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

/// A number with a decimal comma, with a point instead: `96,64`, `1.200,5` with points between its thousands. Nothing where
/// points stand elsewhere.
pub(super) fn pointed(written: &str) -> Option<String> {
    let (whole, decimals) = written.rsplit_once(',')?;
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let thousands = groups.clone().count() > 0;
    let regular =
        groups.all(|group| group.len() == 3) && first.trim_start_matches(['+', '-']).len() <= 3;
    (!thousands || regular).then(|| format!("{}.{decimals}", whole.replace('.', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_other_notations() {
        assert_eq!(day("07.10.2026").as_deref(), Some("2026-10-07"));
        assert_eq!(day("12/18/2026").as_deref(), Some("2026-12-18"));
        assert_eq!(day("2026/10/7").as_deref(), Some("2026-10-07"));
        assert_eq!(day("2026-12-18").as_deref(), Some("2026-12-18"));
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
        assert_eq!(with_point("99,95").as_deref(), Some("99.95"));
        assert_eq!(with_point("a,b"), None);
    }

    #[test]
    fn headers_become_ids() {
        assert_eq!(as_ids("objective.Mean Time"), "objective.mean-time");
    }
}
