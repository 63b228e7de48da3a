/// A text by its words alone: lower-case letters and digits, single spaces.
pub(in crate::lint) fn normalised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut add = |c: char| {
        if c.is_alphanumeric() || c == '%' {
            plain.push(c);
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    };
    for c in text.chars() {
        if c.is_ascii() {
            add(c.to_ascii_lowercase());
        } else {
            c.to_lowercase().for_each(&mut add);
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// What a [normalised] text says apart from the numbers in it, equal for texts that say the same. Texts of less than three
/// words are too short to tell.
pub(in crate::lint) fn wording(normalised: &str) -> Option<String> {
    let words: Vec<&str> = normalised
        .split(' ')
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    (words.len() >= 3).then(|| words.join(" "))
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
        assert_eq!(normalised("ΣΊΣΥΦΟΣ İ 5 %"), "σίσυφοσ i 5 %");
        let say = |text: &str| wording(&normalised(text));
        assert_eq!(
            say("Raise the MTBF from 96 h to 240 h"),
            say("Raise the MTBF from 240 h to 300 h")
        );
        assert_eq!(say("Raise MTBF to 240 h").unwrap(), "raise mtbf to h");
        assert_eq!(say("Raise NPS"), None);
    }
}
