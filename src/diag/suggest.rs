use std::borrow::Cow;

/// How many candidates are looked at. Nobody has more to choose from, but a broken file may: its mistakes, each compared
/// with all of its names, must not take minutes.
const MOST_CANDIDATES: usize = 2_000;

/// The candidate that was probably meant by `word`, if one is near enough to be worth a "did you mean".
///
/// Nearness is Jaro-Winkler similarity of the lower-case words, at least 0.8; among equals the first candidate wins, so
/// the answer depends on nothing but the arguments.
pub fn closest<T: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    let word = lower_case(word);
    let mut best: Option<(f64, T)> = None;
    for candidate in candidates.into_iter().take(MOST_CANDIDATES) {
        let likeness = strsim::jaro_winkler(&word, &lower_case(candidate.as_ref()));
        if likeness >= 0.8 && best.as_ref().is_none_or(|(so_far, _)| likeness > *so_far) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn lower_case(word: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if word.bytes().all(is_lower) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
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
    use super::*;

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
        assert_eq!(closest("größe", ["GRÖSSE", "GRÖẞE"]), Some("GRÖẞE"));
    }

    #[test]
    fn a_word_is_compared_with_so_many_and_no_more() {
        let mut asked = 0;
        let endless = std::iter::repeat_with(|| {
            asked += 1;
            "another"
        });
        assert_eq!(closest("word", endless), None);
        assert_eq!(asked, MOST_CANDIDATES);
    }
}
