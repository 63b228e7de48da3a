//! Changes that certainly mend a mistake: nothing that somebody wrote is lost, and there is no other way to read it.

use std::ops::Range;

use toml::de::DeValue;

use super::line::{key_of, line_of, lines_from, looks_like_header};
use super::newer_toml::after_text;

/// Quotation marks of word processors, each with those that may close what it opens.
const PAIRS: [(char, &[char]); 6] = [
    ('“', &['”', '“', '"']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('»', &['«']),
    ('‘', &['’', '\'']),
    ('"', &['”', '“']),
];

/// A place in a text and what should stand there.
pub(super) type Change = (Range<usize>, String);

/// A text between quotation marks of a word processor, of which the first stands `at` a place, in straight ones. The text
/// must end where its line, list or table goes on.
pub(super) fn straight_quotes(text: &str, at: usize) -> Option<Change> {
    let line = line_of(text, at);
    let written = text.get(at..line.end)?;
    let open = written.chars().next()?;
    let (_, closing) = PAIRS.iter().find(|(mark, _)| *mark == open)?;
    let begin = open.len_utf8();
    let (end, close) = written[begin..]
        .char_indices()
        .map(|(offset, c)| (begin + offset, c))
        .find(|(end, c)| closing.contains(c) && ends(&written[end + c.len_utf8()..]))?;
    let inside = &written[begin..end];
    let all = at..at + end + close.len_utf8();
    let plain = !inside.contains(['"', '\\', '“', '”', '„', '«', '»']);
    (plain && !inside.trim().is_empty()).then(|| (all, format!("\"{inside}\"")))
}

/// Whether a value may have ended before this.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with([',', '}', ']', '#'])
}

/// A text with quotation marks in it, which ended at the first of them, as one that goes to the last. It must be the whole
/// value of its line.
pub(super) fn inner_quotes(text: &str, at: usize) -> Option<Change> {
    let line = line_of(text, at);
    let value = value_of(text, line)?;
    let written = &text[value.clone()];
    let mark = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = written.get(1..)?.strip_suffix(mark)?;
    let is_one_text = inside.contains(mark) && !inside.contains(['=', '#', '\\', ',']);
    let long = inside.starts_with(mark) || inside.ends_with(mark);
    (is_one_text && !long).then(|| (value, format!("\"{}\"", inside.replace('"', "\\\""))))
}

/// Where the quotation mark belongs that a text lacks at its end: at the end of its line, where the next line is another
/// statement. It must be the whole value of its line.
pub(super) fn closing_quote(text: &str, at: usize) -> Option<Change> {
    let line = line_of(text, at);
    let value = value_of(text, line.clone())?;
    let written = &text[value.clone()];
    let mark = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_open = !written[1..].contains(['"', '\'', '#', '\\', '”', '“']) && written.len() > 1;
    let next = lines_from(text, line.start)
        .skip(1)
        .map(|next| &text[next])
        .find(|next| !next.trim().is_empty());
    // A line that begins with # proves nothing: it may be a heading of the text.
    let ends_here = next.is_none_or(|next| looks_like_header(next) || key_of(next).is_some());
    (is_open && ends_here).then(|| (value.end..value.end, mark.to_string()))
}

/// The bracket that a list or table in braces lacks, which was opened at `open` and must end before `end`. There must be
/// one line, and no comment on it.
pub(super) fn closing_bracket(text: &str, open: usize, end: usize) -> Option<Change> {
    let written = text.get(open..end)?.trim_end();
    let (close, gap) = match written.chars().next()? {
        '[' => ("]", ""),
        _ => ("}", " "),
    };
    let bytes = written.as_bytes();
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = after_text(bytes, at);
                continue;
            }
            b'#' | b'\n' => return None,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
    }
    let place = open + written.len();
    (depth == 1 && !written.ends_with(',')).then(|| (place..place, format!("{gap}{close}")))
}

/// A table in braces as TOML 1.0 has it: on one line, without a comma at its end. Nothing where it has comments.
pub(super) fn on_one_line(table: &str) -> Option<String> {
    let bytes = table.as_bytes();
    let mut line = String::with_capacity(table.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                let end = after_text(bytes, at);
                line.push_str(table.get(at..end)?);
                at = end;
                continue;
            }
            b'#' => return None,
            b' ' | b'\t' | b'\r' | b'\n' => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            b'}' => {
                let kept = line.trim_end().trim_end_matches(',').trim_end().len();
                line.truncate(kept);
                line.push_str(if line.ends_with('{') { "}" } else { " }" });
            }
            _ => {
                let character = table.get(at..)?.chars().next()?;
                line.push(character);
                at += character.len_utf8();
                continue;
            }
        }
        at += 1;
    }
    Some(line)
}

/// Whether words without quotation marks, up to the end of a line or of a table in braces, can only be meant as a text.
pub(super) fn is_bare_text(text: &str, words: Range<usize>) -> bool {
    let written = &text[words.clone()];
    let line = line_of(text, words.start);
    let rest = text[words.end..line.end].trim();
    let nested = value_of(text, line.clone()).is_none_or(|value| value.start != words.start);
    let in_braces = nested && text[line.start..words.start].trim_end().ends_with('=');
    let ends = rest.is_empty() && !nested || in_braces && matches!(rest, "}" | "},");
    let other = [
        "true", "false", "yes", "no", "on", "off", "null", "none", "nil",
    ];
    ends && !written.contains(['"', '\\', '\'', '[', ']', '{', '}', '='])
        && !other.contains(&written.to_lowercase().as_str())
}

/// The value of a line that is a key and a value, up to the end of the line: between its `=` and what white space follows.
fn value_of(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let written = &text[line.clone()];
    let (_, equals) = key_of(written)?;
    let value = &written[equals + 1..];
    let start = line.start + equals + 1 + (value.len() - value.trim_start().len());
    let end = start + value.trim().len();
    (start < end).then_some(start..end)
}

/// A number without the zeros that it begins with.
pub(super) fn without_zeros(written: &str) -> Option<String> {
    let unsigned = written.trim_start_matches(['+', '-']);
    let sign = written.strip_suffix(unsigned)?.trim_start_matches('+');
    let bare = unsigned.trim_start_matches('0');
    let zero = if bare.starts_with(|c: char| c.is_ascii_digit()) {
        ""
    } else {
        "0"
    };
    Some(format!("{sign}{zero}{bare}")).filter(|number| is_number(number))
}

/// Whether a text is a number as TOML writes it.
pub(super) fn is_number(text: &str) -> bool {
    let finite = text.bytes().any(|b| b.is_ascii_digit());
    let value = DeValue::parse(text).map(toml::Spanned::into_inner);
    finite && matches!(value, Ok(DeValue::Integer(_) | DeValue::Float(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with the change that is made at its first `@`, which is taken out.
    fn changed(text: &str, change: impl Fn(&str, usize) -> Option<Change>) -> Option<String> {
        let at = text.find('@').unwrap();
        let text = text.replacen('@', "", 1);
        let (range, replacement) = change(&text, at)?;
        Some(format!(
            "{}{replacement}{}",
            &text[..range.start],
            &text[range.end..]
        ))
    }

    #[test]
    fn quotation_marks_become_straight_where_the_text_can_only_end_there() {
        for (text, wanted) in [
            ("a = @“Users’ MTBF” # c", Some("a = \"Users’ MTBF\" # c")),
            ("a = @„Größe“", Some("a = \"Größe\"")),
            ("a = { b = @‘x’, c = 1 }", Some("a = { b = \"x\", c = 1 }")),
            ("a = [@«x», “y”]", Some("a = [\"x\", “y”]")),
            ("a = @\"More”", Some("a = \"More\"")),
            ("a = @“More\"", Some("a = \"More\"")),
            ("a = @“One” and “two”", None),
            ("a = @“No end", None),
            ("a = @“a\\b”", None),
        ] {
            assert_eq!(changed(text, straight_quotes).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn quotation_marks_in_texts_are_escaped_where_they_can_only_be_inside() {
        for (text, wanted) in [
            (
                "a = \"Raise \"@the\" MTBF\"",
                Some("a = \"Raise \\\"the\\\" MTBF\""),
            ),
            ("a = 'it'@s'", Some("a = \"it's\"")),
            ("a = \"A\"@ b = \"B\"", None),
            ("a = \"A\"@ # \"B\"", None),
            ("a = \"A\"@B", None),
            ("a = [\"A\"@B\"]", None),
        ] {
            assert_eq!(changed(text, inner_quotes).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_open_is_closed_where_it_can_only_end_there() {
        for (text, wanted) in [
            (
                "a = @\"Raise MTBF \nb = 1",
                Some("a = \"Raise MTBF\" \nb = 1"),
            ),
            ("a = @'x", Some("a = 'x'")),
            ("a = @\"Raise MTBF\nand more", None),
            ("a = @\"Raise # MTBF\n", None),
            ("a = @\"Why:\n# Heading\nmore\"", None),
            ("a = { b = @\"x }", None),
        ] {
            assert_eq!(changed(text, closing_quote).as_deref(), wanted, "{text}");
        }
        let bracket = |text: &str, at| closing_bracket(text, at, text.len());
        for (text, wanted) in [
            ("a = @[\"]\"", Some("a = [\"]\"]")),
            ("a = @{ b = 1\n", Some("a = { b = 1 }\n")),
            ("a = @[[1]", Some("a = [[1]]")),
            ("a = @[[1", None),
            ("a = @[1,", None),
            ("a = @[1 # c", None),
            ("a = @[\n1", None),
        ] {
            assert_eq!(changed(text, bracket).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn tables_come_onto_one_line() {
        let long = "{\r\n  a = \"é  }\",\r\n  b = [\n 1 ],\r\n}";
        assert_eq!(
            on_one_line(long).as_deref(),
            Some("{ a = \"é  }\", b = [ 1 ] }")
        );
        assert_eq!(on_one_line("{ a = 1, }").as_deref(), Some("{ a = 1 }"));
        assert_eq!(on_one_line("{ , }").as_deref(), Some("{}"));
        assert_eq!(on_one_line("{\n a = 1 # c\n}"), None);
    }

    #[test]
    fn bare_words_are_a_text_where_nothing_else_can_be_meant() {
        for (text, wanted) in [
            ("a = @Raise MTBF@", true),
            ("a = { b = 1, c = @all fine@ }", true),
            ("a = { b = @all fine@, thanks }", false),
            ("a = [@one@, two]", false),
            ("a = @Fix@ #12", false),
            ("a = @yes@", false),
            ("a = @it's@", false),
        ] {
            let places: Vec<usize> = text.match_indices('@').map(|(at, _)| at).collect();
            let bare = text.replace('@', "");
            assert_eq!(
                is_bare_text(&bare, places[0]..places[1] - 1),
                wanted,
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_lose_zeros_only() {
        for (written, wanted) in [
            ("007", Some("7")),
            ("-00.5", Some("-0.5")),
            ("+01", Some("1")),
            ("000", Some("0")),
            ("08:15", None),
        ] {
            assert_eq!(without_zeros(written).as_deref(), wanted, "{written}");
        }
        for (text, number) in [
            ("96", true),
            ("9.5e3", true),
            (".5", false),
            ("007", false),
            ("inf", false),
            ("2026-01-01", false),
        ] {
            assert_eq!(is_number(text), number, "{text}");
        }
    }
}
