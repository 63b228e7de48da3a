/// The candidate that was probably meant by `word`, if one is near enough to be worth a "did you mean".
///
/// Nearness is Jaro-Winkler similarity of the lower-case words, at least 0.8; among equals the first candidate wins, so
/// the answer depends on nothing but the arguments.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let likeness = strsim::jaro_winkler(&word, &candidate.to_lowercase());
        if likeness >= 0.8 && best.is_none_or(|(so_far, _)| likeness > so_far) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The one candidate that `word` can only be a misspelling of: no other is as near. Stricter than [`closest`], since what
/// it says is not only suggested but done.
///
/// Nearness is the number of letters that were left out, added, changed or swapped: none in words of up to two letters,
/// one in words of up to five, two in longer ones. Upper and lower case do not count.
pub fn misspelt<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let most = match lower.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let near = candidates.into_iter().filter_map(|candidate| {
        let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
        (distance <= most).then_some((distance, candidate))
    });
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, only)] => Some(only),
        [(0, same), (next, _), ..] if *next > 0 => Some(same),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{closest, misspelt};

    #[test]
    fn what_can_only_be_one_word_is_that_word() {
        let keys = [
            "title", "owner", "unit", "to", "at_least", "at_most", "score", "share",
        ];
        for (word, meant) in [
            ("titel", Some("title")),
            ("Owner", Some("owner")),
            ("at-leats", Some("at_least")),
            ("TO", Some("to")),
            ("tp", None),
            ("uni", Some("unit")),
            ("shore", None),
            ("baseline", None),
        ] {
            assert_eq!(misspelt(word, keys), meant, "{word}");
        }
    }

    #[test]
    fn a_typing_error_is_recognised_and_a_different_word_is_not() {
        let keys = ["title", "owner", "unit", "check_in"];
        assert_eq!(closest("titel", keys), Some("title"));
        assert_eq!(closest("Owner", keys), Some("owner"));
        assert_eq!(closest("checkin", keys), Some("check_in"));
        assert_eq!(closest("banana", keys), None);
    }
}
