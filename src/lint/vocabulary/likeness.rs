/// A text by its words alone: lower-case letters and digits, single spaces.
pub(in crate::lint) fn normalised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '%' {
            plain.push(c);
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Whether two texts say the same apart from the numbers in them. Texts of less than three words are too short to tell.
pub(in crate::lint) fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        normalised(text)
            .split(' ')
            .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    one.len() >= 3 && one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_by_their_words() {
        assert_eq!(
            normalised("  MTBF — of *all* services! "),
            "mtbf of all services"
        );
        assert!(alike(
            "Raise the MTBF from 96 h to 240 h",
            "Raise the MTBF from 240 h to 300 h"
        ));
        assert!(!alike("Raise the MTBF to 240 h", "Raise the MTTR to 240 h"));
        assert!(!alike("Raise NPS", "Raise NPS"));
    }
}
