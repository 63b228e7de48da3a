use super::dialect::mentions_somebody;
use super::mention::{ZERO_WIDTH_SPACE, backslashes_before, is_name, may_mention};
use super::normalise::collapse;
use super::title::follows_at_sign;

/// A line of Markdown as it may stand in a table cell: pipes and HTML are escaped, mentions stopped, lines joined. Code spans
/// stay, but for pipes, which tables want escaped even there (recorded: markdown/pipe). Escaping twice changes nothing.
///
/// A zero-width space stops mentions: a backslash would not do it in a formula.
pub(super) fn escape_cell(text: &str) -> String {
    escape(text, true)
}

/// A line of Markdown as it may stand anywhere within a line: what would begin a block of code or HTML at the beginning of
/// a line does not matter.
pub(super) fn escape_inline(text: &str) -> String {
    escape(text, false)
}

fn escape(text: &str, in_table: bool) -> String {
    let text = collapse(text);
    let escaped = escape_line(&text, in_table, false);
    // Formulas and the like may read backticks in another way, and so does the title of an alert, which may begin where an
    // item of a list does.
    let begins_item = !in_table && mentions_somebody(&format!("- {escaped}"));
    if begins_item || mentions_somebody(&format!("x {escaped}")) {
        escape_line(&text, in_table, true)
    } else {
        escaped
    }
}

/// With `in_code`, mentions are stopped in code spans too.
fn escape_line(text: &str, in_table: bool, in_code: bool) -> String {
    let spans = code_spans(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let code = spans.iter().any(|span| span.contains(&at));
        let needed = match c {
            '|' => in_table,
            '<' => !code && opens_html(&text[at..]),
            _ => false,
        };
        if needed && backslashes_before(text, at).is_multiple_of(2) {
            escaped.push('\\');
        }
        escaped.push(c);
        let ends_entity = c == ';'
            && follows_at_sign(&text[..=at])
            && text[at + 1..].chars().next().is_some_and(is_name);
        if (in_code || !code) && (ends_entity || c == '@' && may_mention(text, at)) {
            escaped.push(ZERO_WIDTH_SPACE);
        }
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
        let dropped = match c {
            '\\' if backslashes_before(&text, at).is_multiple_of(2) => {
                match text[at + 1..].chars().next() {
                    Some('|') => true,
                    Some('@' | '<') => !code,
                    _ => false,
                }
            }
            ZERO_WIDTH_SPACE => follows_at_sign(&text[..at]),
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
            ("ping @all, not a@b", "ping @\u{200b}all, not a@b"),
            ("`@all | x` and <b>", r"`@all \| x` and \<b>"),
            ("a <br> b < c", "a <br> b < c"),
            ("$@x$ &#64;x", "$@\u{200b}x$ &#64;\u{200b}x"),
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
