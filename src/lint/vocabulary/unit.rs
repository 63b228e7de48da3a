/// A unit that titles name, by what it measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) struct Unit {
    /// Units of one dimension can be converted into each other.
    dimension: &'static str,
    name: &'static str,
}

impl Unit {
    /// The unit that a word names, if it is one of those whose change is a common mistake.
    pub(in crate::lint) fn of(word: &str) -> Option<Self> {
        let lower = word.trim_end_matches('.').to_lowercase();
        let (dimension, name) = match lower.as_str() {
            "ms" | "millisecond" | "milliseconds" => ("time", "milliseconds"),
            "s" | "sec" | "secs" | "second" | "seconds" => ("time", "seconds"),
            "min" | "mins" | "minute" | "minutes" => ("time", "minutes"),
            "h" | "hr" | "hrs" | "hour" | "hours" => ("time", "hours"),
            "d" | "day" | "days" => ("time", "days"),
            "week" | "weeks" => ("time", "weeks"),
            "month" | "months" => ("time", "months"),
            "kb" => ("size", "kB"),
            "mb" => ("size", "MB"),
            "gb" => ("size", "GB"),
            "tb" => ("size", "TB"),
            "%" | "percent" => ("share", "percent"),
            _ => return None,
        };
        Some(Self { dimension, name })
    }

    /// Its name.
    pub(in crate::lint) fn name(self) -> &'static str {
        self.name
    }

    /// Whether both measure the same thing, in different units.
    pub(in crate::lint) fn clashes(self, other: Self) -> bool {
        self.dimension == other.dimension && self != other
    }
}

/// Two units between which a title moves in words: "from days to single-digit hours".
pub(in crate::lint) fn change_of_unit(title: &str) -> Option<(Unit, Unit)> {
    let words: Vec<&str> = title
        .split(|c: char| !c.is_alphanumeric() && c != '%')
        .filter(|word| !word.is_empty())
        .collect();
    // Single letters are units only behind a figure, and those are looked at elsewhere.
    let unit = |word: &&str| (word.len() > 1).then(|| Unit::of(word)).flatten();
    for (at, word) in words.iter().enumerate() {
        if !word.eq_ignore_ascii_case("to") || at == 0 {
            continue;
        }
        let Some(before) = unit(&words[at - 1]) else {
            continue;
        };
        let after = words[at + 1..].iter().take(4).find_map(unit);
        if let Some(after) = after.filter(|after| before.clashes(*after)) {
            return Some((before, after));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_unit_is_seen_in_words() {
        let change = |title| change_of_unit(title).map(|(a, b)| (a.name(), b.name()));
        assert_eq!(
            change("Lower MTTP from days to single-digit hours"),
            Some(("days", "hours"))
        );
        assert_eq!(change("Shorten reviews from 21 days to 8 days"), None);
        assert_eq!(change("Move from days to a score in percent"), None);
        assert_eq!(change("Add two days to the plan"), None);
        assert_eq!(change("to"), None);
    }
}
