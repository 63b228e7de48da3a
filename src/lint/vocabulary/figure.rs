use rust_decimal::Decimal;

use super::Unit;
use crate::model::Number;

/// A number in a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lint) struct Figure<'t> {
    /// As written, without its unit.
    pub(in crate::lint) text: &'t str,
    value: Number,
    /// What `k` or `M` behind it multiplies it by.
    factor: i64,
    /// The word or sign behind it.
    pub(in crate::lint) unit: &'t str,
    start: usize,
    end: usize,
    /// Whether "by" stands before it.
    by: bool,
}

impl Figure<'_> {
    /// Whether it says this number: as it stands, or multiplied as its `k` or `M` says.
    pub(in crate::lint) fn says(&self, number: Number) -> bool {
        let scaled = self.value.decimal().checked_mul(Decimal::from(self.factor));
        self.value == number || scaled.is_some_and(|scaled| Number::new(scaled) == number)
    }

    /// Whether it says how far to go, not where: "by 10 %".
    pub(in crate::lint) fn is_a_way(&self) -> bool {
        self.by
    }

    /// The unit that stands behind it, where it is one that titles change by mistake.
    pub(in crate::lint) fn known_unit(&self) -> Option<Unit> {
        Unit::of(self.unit)
    }
}

/// The numbers of a title, in order: not those within words, names of versions, quarters and years, ordinals and
/// percentiles.
pub(in crate::lint) fn figures(title: &str) -> Vec<Figure<'_>> {
    let mut figures = Vec::new();
    let mut at = 0;
    while let Some(found) = title[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + found;
        let length = title[start..]
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_')))
            .unwrap_or(title.len() - start);
        let text = title[start..start + length].trim_end_matches(['.', ',', '_']);
        at = start + text.len();
        let before = title[..start].chars().next_back();
        let stands_alone = before.is_none_or(|c| {
            c.is_whitespace()
                || matches!(
                    c,
                    '(' | '['
                        | '<'
                        | '>'
                        | '≤'
                        | '≥'
                        | '='
                        | '~'
                        | '±'
                        | '$'
                        | '€'
                        | '£'
                        | '"'
                        | '→'
                        | '–'
                        | '—'
                )
        });
        let (unit, end) = unit_behind(title, at);
        if !stands_alone || is_name(text, unit, &title[at..]) {
            continue;
        }
        let Some(value) = value(text) else { continue };
        figures.push(Figure {
            text,
            value,
            factor: factor(unit),
            unit,
            start,
            end,
            by: title[..start]
                .trim_end()
                .rsplit(char::is_whitespace)
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("by")),
        });
    }
    figures
}

/// The way that a title names: "from 96 h to 240 h", "96 → 240".
pub(in crate::lint) fn way(title: &str) -> Option<(Figure<'_>, Figure<'_>)> {
    let figures = figures(title);
    figures.windows(2).find_map(|pair| {
        let [from, to] = pair else { return None };
        let between = title[from.end..to.start].trim();
        let arrow = matches!(between, "→" | "->" | "=>" | "-->");
        let word = between.eq_ignore_ascii_case("to")
            && title[..from.start]
                .trim_end()
                .to_lowercase()
                .ends_with("from");
        (arrow || word).then(|| (from.clone(), to.clone()))
    })
}

/// A baseline, a target and their unit that a title says for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedWay<'t> {
    /// The baseline.
    pub from: Number,
    /// The target, which is another number.
    pub to: Number,
    /// The unit as written: one of those that titles commonly name, like `h` or `%`; absent where there is none of them.
    pub unit: Option<&'t str>,
}

/// The way that a title names, where nothing of it is left to guess: both numbers in one unit, and neither in thousands.
pub fn stated_way(title: &str) -> Option<StatedWay<'_>> {
    let (from, to) = way(title)?;
    let (one, other) = (from.known_unit(), to.known_unit());
    let is_one_unit = one.is_none() || other.is_none() || one == other;
    let is_plain = from.factor == 1 && to.factor == 1 && from.value != to.value;
    let unit = other.map(|_| to.unit).or(one.map(|_| from.unit));
    (is_one_unit && is_plain).then_some(StatedWay {
        from: from.value,
        to: to.value,
        unit,
    })
}

/// The unit directly behind a figure, or behind one space, and where it ends.
fn unit_behind(title: &str, at: usize) -> (&str, usize) {
    let rest = &title[at..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    let word = &rest[spaces..];
    let length = match word.chars().next() {
        Some('%') => 1,
        Some(c) if c.is_alphabetic() => word
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(word.len()),
        _ => 0,
    };
    let unit = &word[..length];
    let joins = [
        "to", "of", "in", "per", "by", "and", "or", "for", "with", "on", "at", "from", "a", "as",
        "than",
    ];
    if length == 0 || joins.iter().any(|join| unit.eq_ignore_ascii_case(join)) {
        (&rest[..0], at)
    } else {
        (unit, at + spaces + length)
    }
}

/// Whether digits are part of a name: an ordinal, a year, a version.
fn is_name(text: &str, unit: &str, rest: &str) -> bool {
    let glued = rest.starts_with(|c: char| c.is_alphabetic());
    let ordinal = glued && matches!(unit, "st" | "nd" | "rd" | "th");
    let hyphened = rest.starts_with(['-', '/', ':', '#']);
    let year =
        text.len() == 4 && (text.starts_with("19") || text.starts_with("20")) && unit.is_empty();
    let version = text.matches('.').count() > 1;
    ordinal || hyphened || year || version
}

fn factor(unit: &str) -> i64 {
    match unit {
        "k" | "K" | "thousand" => 1_000,
        "m" | "M" | "mio" | "million" => 1_000_000,
        "bn" | "B" | "billion" => 1_000_000_000,
        _ => 1,
    }
}

/// `1,200.5` and `1_200` with separators of thousands; `99,95` with a decimal comma.
fn value(text: &str) -> Option<Number> {
    let groups: Vec<&str> = text.split(',').collect();
    let thousands = groups.len() > 1
        && groups[1..].iter().all(|group| {
            group
                .split('.')
                .next()
                .is_some_and(|digits| digits.len() == 3)
        });
    let plain = if thousands {
        text.replace(',', "")
    } else {
        text.replacen(',', ".", 1)
    };
    plain.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(title: &str) -> Vec<String> {
        figures(title)
            .iter()
            .map(|figure| format!("{}{}", figure.value, figure.unit))
            .collect()
    }

    #[test]
    fn figures_are_told_from_names() {
        for (title, wanted) in [
            ("Raise the MTBF from 96 h to 240 h", vec!["96h", "240h"]),
            ("Raise availability to 99,95 %", vec!["99.95%"]),
            (
                "Grow to 1,200 users and 2_000 seats",
                vec!["1200users", "2000seats"],
            ),
            ("Spend no more than $15k", vec!["15k"]),
            ("Cut p95 latency of v2 in 2026 by Q4", vec![]),
            ("The 99th percentile of GitLab 18.9.1", vec![]),
            ("SEV-1 incidents 24/7", vec![]),
            ("At most 5% of deployments", vec!["5%"]),
            ("<2500ms", vec!["2500ms"]),
        ] {
            assert_eq!(shown(title), wanted, "{title}");
        }
    }

    #[test]
    fn only_what_is_certain_is_stated() {
        let stated =
            |title| stated_way(title).map(|way| format!("{} {} {:?}", way.from, way.to, way.unit));
        for (title, wanted) in [
            (
                "Raise the MTBF from 96 h to 240 h",
                Some("96 240 Some(\"h\")"),
            ),
            ("Raise it from 92% to 95%", Some("92 95 Some(\"%\")")),
            ("Run time 70 → 56 minutes", Some("70 56 Some(\"minutes\")")),
            ("Cut manual steps from 42 to 10", Some("42 10 None")),
            ("Lower MTTP from 3 days to 12 h", None),
            ("Grow from 15k to 20k", None),
            ("Stay from 5 to 5", None),
            ("Raise it to 95 %", None),
        ] {
            assert_eq!(stated(title).as_deref(), wanted, "{title}");
        }
    }

    #[test]
    fn a_way_has_two_ends() {
        let ends = |title| way(title).map(|(from, to)| (from.text, to.text));
        assert_eq!(ends("Raise from 45% to 60%"), Some(("45", "60")));
        assert_eq!(ends("Run time 70 → 56 min"), Some(("70", "56")));
        assert_eq!(ends("Move 3 of 5 to 7"), None);
        assert_eq!(ends("Add 3 to 5 people"), None);
        assert!(
            figures("Cut cost by 10 %")[0].is_a_way() && !figures("Cut cost to 10 %")[0].is_a_way()
        );
        let (from, _) = way("from 15k to 20k").unwrap();
        assert!(from.says("15".parse().unwrap()) && from.says("15000".parse().unwrap()));
        assert!(!from.says("150".parse().unwrap()));
    }
}
