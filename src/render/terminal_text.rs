//! Text from outside, made safe for a terminal: what would move the cursor, recolour the screen or reorder the line is
//! shown instead of obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text as one line that a terminal shows and never obeys.
///
/// C0 controls become their pictures (ESC is `␛`, a line feed `␊`), a tab becomes a space; C1 controls and the characters
/// that reorder or hide text become their code, `<U+202E>`.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push(&mut clean, character);
    }
    Cow::Owned(clean)
}

/// Like [`line`](fn@line), for text of several lines: line feeds stay, and the carriage return before one goes.
pub fn block(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text
        .split('\n')
        .map(|part| line(part.strip_suffix('\r').unwrap_or(part)))
        .collect();
    lines.join("\n")
}

/// A text in which every character that [`line`](fn@line) would spell out is replaced by a visible one of as many bytes, so
/// that places in it stay where they are. C0 controls stay: what draws source lines replaces them, and needs line feeds.
pub(super) fn in_place(text: &str) -> Cow<'_, str> {
    let stays = |character: char| is_safe(character) || character.is_ascii();
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let replace = |character: char| match character.len_utf8() {
        _ if stays(character) => character,
        2 => '¿',
        3 => '\u{fffd}',
        _ => '🛇',
    };
    Cow::Owned(text.chars().map(replace).collect())
}

fn push(clean: &mut String, character: char) {
    match character {
        '\t' => clean.push(' '),
        '\0'..='\u{1f}' => {
            clean.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'));
        }
        '\u{7f}' => clean.push('␡'),
        safe if is_safe(safe) => clean.push(safe),
        hidden => {
            // Writing to a String cannot fail.
            let _always = write!(clean, "<U+{:04X}>", u32::from(hidden));
        }
    }
}

/// Whether a terminal shows the character where it stands and does nothing else. Joiners stay: scripts and emoji need
/// them. Not safe either are the two characters that are none and that no XML document may hold.
pub(super) fn is_safe(character: char) -> bool {
    !(character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' // marks of direction, and a space without width
            | '\u{2028}'..='\u{202e}' // separators, embeddings, overrides
            | '\u{2060}'..='\u{2069}' // invisible operators, isolates
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_would_obey_is_left() {
        assert_eq!(line("\u{1b}[31mred\u{1b}[0m\r\n"), "␛[31mred␛[0m␍␊");
        assert_eq!(
            line("a\u{202e}b\u{9b}2J\u{2066}c\tc\u{7f}"),
            "a<U+202E>b<U+009B>2J<U+2066>c c␡"
        );
    }

    #[test]
    fn places_stay_where_they_are() {
        let text = "é\u{9b}\u{202e}\u{e0041}\n\u{1b}";
        assert_eq!(in_place(text), "é¿\u{fffd}🛇\n\u{1b}");
        assert_eq!(in_place(text).len(), text.len());
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["Größe 成長 «x»", "👩‍🚀 ok", "", "עברית", "Ω\u{301}"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(block("a\r\nb\n\u{7}"), "a\nb\n␇");
    }
}
