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

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_typing_error_is_recognised_and_a_different_word_is_not() {
        let keys = ["title", "owner", "unit", "check_in"];
        assert_eq!(closest("titel", keys), Some("title"));
        assert_eq!(closest("Owner", keys), Some("owner"));
        assert_eq!(closest("checkin", keys), Some("check_in"));
        assert_eq!(closest("banana", keys), None);
    }
}
