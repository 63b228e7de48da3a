/// A word in a text that stands for what is not known yet, or for what cannot be reached: `TBD`, `from X to Y`, `∞`.
pub(in crate::lint) fn placeholder(text: &str) -> Option<&str> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '"'))
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(['.', '!']);
        let upper = bare.to_uppercase();
        let says_so = matches!(upper.as_str(), "TBD" | "TBA" | "TBC" | "TODO" | "FIXME")
            || matches!(bare, "???" | "??" | "..." | "…")
            || bare.eq_ignore_ascii_case("xx%")
            || bare.eq_ignore_ascii_case("xx");
        let endless = bare.contains('∞') || matches!(upper.as_str(), "INFINITY" | "INFINITE");
        let percent = matches!(bare, "X%" | "x%" | "N%" | "Y%" | "?%");
        let before = at.checked_sub(1).map(|at| words[at].to_lowercase());
        let after = words.get(at + 1).map(|word| word.to_lowercase());
        let letter = matches!(bare, "X" | "Y" | "Z" | "N" | "x" | "y" | "z" | "n" | "?");
        let end_of_way = before.as_deref() == Some("to")
            && matches!(words.get(at.wrapping_sub(2)), Some(&("X" | "x")));
        let on_a_way = before.as_deref() == Some("from")
            || end_of_way
            || (before.as_deref() == Some("to") && after.is_none())
            || after.as_deref() == Some("%");
        if says_so || endless || percent || (letter && on_a_way) {
            return Some(word);
        }
    }
    let bracketed = text.find('<').and_then(|start| {
        let end = text[start..].find('>')?;
        let inside = &text[start + 1..start + end];
        let is_blank = inside.is_empty()
            || inside.starts_with(|c: char| c.is_alphabetic())
                && inside
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '_'));
        is_blank.then(|| &text[start..=start + end])
    });
    bracketed.or_else(|| {
        let lower = text.to_lowercase();
        [
            "to be defined",
            "to be determined",
            "to be decided",
            "lorem ipsum",
        ]
        .into_iter()
        .find(|phrase| lower.contains(phrase))
    })
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn what_is_not_known_yet_is_seen_and_letters_in_names_are_not() {
        for (text, wanted) in [
            ("Raise NPS from X to Y", Some("X")),
            ("Raise NPS to TBD", Some("TBD")),
            ("TODO: what shall be different?", Some("TODO")),
            ("MTBF to infinity", Some("infinity")),
            ("Reach N % of users", Some("N")),
            ("Cut cost by XX%", Some("XX%")),
            ("Raise <metric> from 1 to 2", Some("<metric>")),
            ("Target to be determined", Some("to be determined")),
            ("Port the app to Mac OS X", None),
            ("Raise availability to <99.95 %", None),
            ("From A to Z in one day", None),
            ("Keep p99 < 300 ms and p50 > 20 ms", None),
            ("Plan Y is better than plan X", None),
        ] {
            assert_eq!(placeholder(text), wanted, "{text}");
        }
    }
}
