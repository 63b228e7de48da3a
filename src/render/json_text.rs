use std::fmt::Write as _;

use serde::Serialize;

use super::terminal_text::is_safe;

/// A value as indented JSON, ended by a line feed.
///
/// What a terminal or a reader of logs would obey instead of showing is written as an escape, which JSON allows for every
/// character: programs read the same text, and people may look at it.
pub fn json_text(value: &impl Serialize) -> String {
    // Strings, numbers and lists of them only: nothing that comes here can fail to be written.
    let plain = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut text = String::with_capacity(plain.len() + 1);
    for character in plain.chars() {
        // In indented JSON, a line feed is layout.
        if is_safe(character) || character == '\n' {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _always = write!(text, "\\u{unit:04x}");
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::json_text;

    #[test]
    fn programs_read_what_terminals_do_not_obey() {
        let hostile = "é\u{1b}[2J\u{9b}\u{202e}\u{e0041}\u{7f}\u{feff}\n\"\\";
        let text = json_text(&[hostile]);
        assert!(
            text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'),
            "{text:?}"
        );
        assert!(text.contains("\\udb40\\udc41"), "{text}");
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [hostile]);
    }
}
