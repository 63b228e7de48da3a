use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::ways_out::on_one_line;
use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::text::{FileId, Span};

/// Warns of what only TOML 1.1 allows: editors and other tools that people use read TOML 1.0.
pub(super) fn check(file: FileId, text: &str, root: &DeTable<'_>, diagnostics: &mut Diagnostics) {
    for (_, value) in root {
        walk(file, text, value, diagnostics);
    }
}

fn walk(
    file: FileId,
    text: &str,
    value: &toml::Spanned<DeValue<'_>>,
    diagnostics: &mut Diagnostics,
) {
    let span = value.span();
    let written = text.get(span.clone()).unwrap_or_default();
    let mut warn = |at: Range<usize>, what: &str, help: &str, fix: Option<Fix>| {
        diagnostics.push(
            Diagnostic::warning(
                "newer-toml",
                format!("{what} is TOML 1.1, which many editors cannot read"),
            )
            .at(
                Span::new(file, span.start + at.start..span.start + at.end),
                "",
            )
            .with_help(help)
            .with_fix(fix),
        );
    };
    let place =
        |range: Range<usize>| Span::new(file, span.start + range.start..span.start + range.end);
    match value.get_ref() {
        DeValue::Table(table) => {
            if written.starts_with('{')
                && may_be_newer(written)
                && let Some((at, what)) = inline_table(written)
            {
                let line = on_one_line(written);
                let title = "write the table on one line";
                warn(
                    at,
                    what,
                    "write the table in braces on one line, without a comma at its end",
                    line.map(|line| Fix::new(place(0..written.len()), line, title)),
                );
                return;
            }
            for (_, inner) in table {
                walk(file, text, inner, diagnostics);
            }
        }
        DeValue::Array(list) => {
            for item in list {
                walk(file, text, item, diagnostics);
            }
        }
        DeValue::String(_) if written.starts_with('"') && written.contains('\\') => {
            if let Some(at) = new_escape(written) {
                let fix = Fix::new(
                    place(0..written.len()),
                    older_escapes(written),
                    "write it as \\u00XX",
                );
                warn(at, "this escape", "write \\u00XX instead", Some(fix));
            }
        }
        DeValue::Datetime(when) if when.time.is_some_and(|time| time.second.is_none()) => {
            warn(
                0..written.len(),
                "a time without seconds",
                "write the seconds, too",
                None,
            );
        }
        _ => {}
    }
}

/// Whether braces hold a line break, or a comma before a closing brace, perhaps within a text: most hold neither.
fn may_be_newer(written: &str) -> bool {
    written.contains('\n')
        || written
            .match_indices('}')
            .any(|(at, _)| written[..at].trim_ascii_end().ends_with(','))
}

fn new_escape(written: &str) -> Option<Range<usize>> {
    let mut chars = written.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\'
            && let Some((_, 'e' | 'x')) = chars.next()
        {
            return Some(at..at + 2);
        }
    }
    None
}

/// A text with `\u` for every escape that is newer.
fn older_escapes(written: &str) -> String {
    let mut older = String::with_capacity(written.len());
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            // `\e` is a whole escape, `\x` the beginning of one.
            ('\\', Some('e')) => older.push_str("\\u001B"),
            ('\\', Some('x')) => older.push_str("\\u00"),
            (c, next) => older.extend([Some(c), next].into_iter().flatten()),
        }
    }
    older
}

/// The first line break or final comma that belongs to braces, not to a list or text within them.
fn inline_table(written: &str) -> Option<(Range<usize>, &'static str)> {
    let bytes = written.as_bytes();
    let mut open: Vec<u8> = Vec::new();
    let mut comma = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = after_text(bytes, at);
                comma = None;
                continue;
            }
            b'#' => {
                while bytes.get(at).is_some_and(|&next| next != b'\n') {
                    at += 1;
                }
                continue;
            }
            b'{' | b'[' => {
                open.push(byte);
                comma = None;
            }
            b'}' | b']' => {
                if let (b'}', Some(place)) = (byte, comma) {
                    return Some((place..place + 1, "a comma before the closing brace"));
                }
                open.pop();
            }
            b'\n' if open.last() == Some(&b'{') => {
                return Some((at..at, "a table in braces over several lines"));
            }
            b',' => comma = Some(at),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => comma = None,
        }
        at += 1;
    }
    None
}

/// Where the quoted text that begins at `start` has ended.
pub(super) fn after_text(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let close = if long { vec![quote; 3] } else { vec![quote] };
    let mut at = start + close.len();
    while at < bytes.len() {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if bytes[at..].starts_with(&close) {
            at += close.len();
            // Up to two more quotation marks may belong to a long text.
            while long && bytes.get(at) == Some(&quote) {
                at += 1;
            }
            return at;
        } else {
            at += 1;
        }
    }
    bytes.len()
}
