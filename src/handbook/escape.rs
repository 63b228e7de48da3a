use std::fmt::Write as _;

use super::ending::begins_with_word;

/// Where a text stands, which decides what would be punctuation there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// An owner, an area, or a title.
    Title,
    /// An outcome.
    Outcome,
    /// A title among others that commas separate.
    ListedTitle,
    /// An outcome among others that commas separate.
    ListedOutcome,
}

impl Place {
    fn is_outcome(self) -> bool {
        matches!(self, Self::Outcome | Self::ListedOutcome)
    }

    fn is_listed(self) -> bool {
        matches!(self, Self::ListedTitle | Self::ListedOutcome)
    }
}

/// A text as Markdown that shows it as it is, mentions nobody, and in which nothing is punctuation of a form.
pub(super) fn escape(text: &str, place: Place) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let first_percent = text.find('%');
    for (at, c) in text.char_indices() {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let behind = text.get(at + c.len_utf8()..).unwrap_or_default();
        let ends_word = behind.is_empty() || behind.starts_with(char::is_whitespace);
        let within_word =
            before.is_some_and(char::is_alphanumeric) && behind.starts_with(char::is_alphanumeric);
        let numbers_item = at == digits && digits > 0;
        let is_special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '$' | '|' | '@' => true,
            '_' => !within_word,
            // It may begin an entity.
            '&' => behind.starts_with(|c: char| c == '#' || c.is_ascii_alphabetic()),
            // Where an item begins with it, a list, a heading or a line below one; at the end, the end of a heading.
            '+' | '-' | '=' => at == 0,
            '#' => at == 0 || behind.is_empty(),
            ')' => numbers_item,
            // What may be the point within `e.g` counts as its own here too.
            '.' => numbers_item || ends_word || at == 0 || matches!(behind, "g" | "e"),
            ':' => ends_word || at == 0,
            ',' => (place.is_listed() && ends_word) || (at == 0 && place.is_outcome()),
            ';' => at == 0 && place.is_outcome(),
            '>' => at == 0 || matches!(before, Some('=' | '-')),
            '%' => behind.starts_with(')') || (place.is_outcome() && first_percent == Some(at)),
            _ => false,
        };
        if is_special {
            escaped.push('\\');
        }
        // A letter cannot be escaped but as an entity.
        if at == 0 && place.is_outcome() && begins_with_word(text) {
            // Writing to a string cannot fail.
            let _always = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
