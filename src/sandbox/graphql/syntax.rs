//! What GitLab says of a text that is no GraphQL.

use super::problem::{Place, Problem};

/// The words for a syntax error at a byte offset (recorded: graphql/syntax).
///
/// The token that was met and its place are exact. What was expected is always called a name: the grammar expects one in
/// nearly every place where a query goes wrong.
pub(super) fn syntax_problem(text: &str, offset: Option<usize>) -> Problem {
    let rest = offset
        .and_then(|offset| text.get(offset..))
        .unwrap_or_default();
    let skipped = rest.len() - rest.trim_start_matches([' ', '\n', '\r', '\t', ',']).len();
    let rest = &rest[skipped..];
    let (kind, token, place) = if rest.is_empty() {
        // At the end of the text GitLab points at the last token that it read.
        let last = text.trim_end_matches([' ', '\n', '\r', '\t', ',']);
        let start = last.len() - last_token(last).len();
        ("(none)", "", Place::of(text, start))
    } else {
        let (kind, token) = token(rest);
        (
            kind,
            token,
            Place::of(text, offset.unwrap_or_default() + skipped),
        )
    };
    let Place { line, column } = place;
    Problem::new(format!(
        "Expected NAME, actual: {kind} ({token:?}) at [{line}, {column}]"
    ))
    .at(place)
}

/// The kind of the first token in GitLab's words, and its text.
fn token(text: &str) -> (&'static str, &str) {
    let first = text.chars().next().unwrap_or(' ');
    let kind = match first {
        '{' => "LCURLY",
        '}' => "RCURLY",
        '(' => "LPAREN",
        ')' => "RPAREN",
        '[' => "LBRACKET",
        ']' => "RBRACKET",
        ':' => "COLON",
        '!' => "BANG",
        '$' => "VAR_SIGN",
        '=' => "EQUALS",
        '@' => "DIR_SIGN",
        '|' => "PIPE",
        '&' => "AMP",
        '"' => "STRING",
        '.' if text.starts_with("...") => return ("ELLIPSIS", "..."),
        '-' | '0'..='9' => "INT",
        'a'..='z' | 'A'..='Z' | '_' => "IDENTIFIER",
        _ => "UNKNOWN_CHAR",
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = match kind {
        "IDENTIFIER" | "INT" => text.find(|c| !word(c) && c != '-').unwrap_or(text.len()),
        "STRING" => text[1..].find('"').map_or(text.len(), |end| end + 2),
        _ => first.len_utf8(),
    };
    (kind, &text[..length])
}

/// The last word or sign of a text.
fn last_token(text: &str) -> &str {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text.char_indices().next_back() {
        Some((_, last)) if word(last) => {
            let start = text.rfind(|c| !word(c)).map_or(0, |at| {
                at + text[at..].chars().next().map_or(1, char::len_utf8)
            });
            &text[start..]
        }
        Some((at, _)) => &text[at..],
        None => text,
    }
}
