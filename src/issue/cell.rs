use super::mention::{at_sign_entity, backslashes_before, may_mention};
use super::normalise::collapse;

/// A line of Markdown as it may stand in a table cell: pipes, HTML and mentions are escaped, lines joined. Code spans stay,
/// but for pipes, which tables want escaped even there (recorded: markdown/pipe). Escaping twice changes nothing.
pub(super) fn escape_cell(text: &str) -> String {
    let text = collapse(text);
    let spans = code_spans(&text);
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let code = spans.iter().any(|span| span.contains(&at));
        let needed = match c {
            '|' => true,
            '@' => !code && may_mention(&text, at),
            '&' => !code && at_sign_entity(&text[at..]).is_some(),
            '<' => !code && opens_html(&text[at..]),
            _ => false,
        };
        if needed && backslashes_before(&text, at).is_multiple_of(2) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What a table cell says: the inverse of [`escape_cell`], up to backslashes that change nothing.
pub(super) fn unescape_cell(text: &str) -> String {
    let text = collapse(text);
    let spans = code_spans(&text);
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let code = spans.iter().any(|span| span.contains(&at));
        let dropped = c == '\\'
            && backslashes_before(&text, at).is_multiple_of(2)
            && match text[at + 1..].chars().next() {
                Some('|') => true,
                Some('@' | '<') => !code,
                Some('&') => !code && at_sign_entity(&text[at + 1..]).is_some(),
                _ => false,
            };
        if !dropped {
            plain.push(c);
        }
    }
    plain
}

/// Whether `<` begins a tag, comment or the like; a line break is what people write in cells on purpose.
fn opens_html(text: &str) -> bool {
    let next = text[1..].chars().next();
    next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        && !text.starts_with("<br>")
}

/// The code spans of one line: a run of backticks up to the next run as long.
fn code_spans(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|&&b| b == b'`').count();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        if bytes[at] != b'`' {
            at += 1;
            continue;
        }
        let length = run(at);
        let mut end = at + length;
        loop {
            if end >= bytes.len() {
                at += length;
                break;
            }
            let closing = run(end);
            if closing == length {
                spans.push(at..end + closing);
                at = end + closing;
                break;
            }
            end += closing.max(1);
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_are_one_line_without_pipes_html_and_mentions() {
        for (text, cell) in [
            ("a | b\nc", r"a \| b c"),
            ("ping @all, not a@b", r"ping \@all, not a@b"),
            ("`@all | x` and <b>", r"`@all \| x` and \<b>"),
            ("a <br> b < c", "a <br> b < c"),
            (r"done \@x", r"done \@x"),
            (r"\\@x", r"\\\@x"),
        ] {
            assert_eq!(escape_cell(text), cell, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cell_comes_back(text in r"[a-b@|<`\\& /#64;\n]{0,30}") {
            let escaped = escape_cell(&text);
            prop_assert_eq!(unescape_cell(&escaped), unescape_cell(&text));
            prop_assert_eq!(escape_cell(&escaped), escaped);
        }
    }
}
