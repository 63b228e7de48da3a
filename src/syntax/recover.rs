use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::document::{Document, Poison};
use super::line::{floor, header_above, line_of, lines_from, looks_like_header};
use super::mistakes::{self, Damage};
use super::newer_toml;
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{FileId, Span};

/// Syntax errors named in one file; a file with more is not text that somebody wrote by hand.
const MOST_ERRORS: usize = 100;

/// Bytes parsed again for the sake of one file's errors.
const MOST_WORK: usize = 16 << 20;

/// Reads a text. The parser recovers from errors inside a line by itself; after others it takes what follows for
/// something else. So the line of such an error is blanked and the text read again, and only the earliest error of each
/// reading is believed.
pub(super) fn parse<'a>(
    file: FileId,
    text: &'a str,
    diagnostics: &mut Diagnostics,
) -> Document<'a> {
    let mut poison = Poison::default();
    let (table, mut errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let root = table.into_inner();
        newer_toml::check(file, text, &root, diagnostics);
        return Document {
            file,
            text,
            root,
            poison,
        };
    }
    let mut table = Some(table);
    let mut patched = text.to_owned();
    let mut duplicate_headers: Vec<usize> = Vec::new();
    for round in 0.. {
        let Some((at, message)) = earliest(&patched, &errors, &poison.holes, &duplicate_headers)
        else {
            break;
        };
        if round == MOST_ERRORS || round * text.len() > MOST_WORK {
            let line = line_of(text, at.start);
            diagnostics.push(
                Diagnostic::error("toml-syntax", "too much of this file is not TOML to go on")
                    .at(Span::new(file, line), "the next thing that cannot be read")
                    .with_help("mend what is reported above first"),
            );
            poison.unreadable = true;
            break;
        }
        let mistake = mistakes::name(file, text, &patched, at, &message);
        diagnostics.push(mistake.diagnostic);
        match mistake.damage {
            Damage::DuplicateHeader(line) => duplicate_headers.push(line.start),
            Damage::Ignored(place) => {
                duplicate_headers.push(place.start);
            }
            Damage::Line(hole) => poison.holes.push(hole),
            Damage::Lines(lines) => {
                let header = looks_like_header(&text[line_of(text, lines.start)]);
                let before = patched.clone();
                patched = blank(patched, lines.clone(), header.then_some(round));
                poison.holes.push(lines);
                if patched == before {
                    // Nothing left to blank: the rest is beyond naming.
                    poison.unreadable = true;
                    break;
                }
                table = None;
            }
        }
        if table.is_none() {
            errors = DeTable::parse_recoverable(&patched).1;
        }
    }
    let root = match table {
        Some(table) => table.into_inner(),
        None if poison.unreadable => DeTable::new(),
        None => {
            let (table, _) = DeTable::parse_recoverable(&patched);
            rebuild(table.get_ref(), text)
        }
    };
    newer_toml::check(file, text, &root, diagnostics);
    Document {
        file,
        text,
        root,
        poison,
    }
}

/// The first error that has not been explained yet.
fn earliest(
    patched: &str,
    errors: &[Error],
    holes: &[Range<usize>],
    explained: &[usize],
) -> Option<(Range<usize>, String)> {
    errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(patched.len()..patched.len());
            let start = floor(patched, span.start);
            (
                start..floor(patched, span.end).max(start),
                error.message().to_owned(),
            )
        })
        .filter(|(at, message)| {
            let known = |hole: &Range<usize>| hole.start <= at.start && at.start <= hole.end;
            if holes.iter().any(known) {
                return false;
            }
            if message == "duplicate key" {
                let line = line_of(patched, at.start).start;
                // What a doubled table holds twice is the doubled table's fault.
                return !explained.contains(&at.start)
                    && !explained.contains(&line)
                    && !explained.contains(&header_above(patched, at.start));
            }
            true
        })
        .min_by_key(|(at, _)| at.start)
}

/// The same text with lines made empty. Under a header that was blanked, a name of its own keeps the keys that follow
/// away from the table above.
fn blank(text: String, lines: Range<usize>, header: Option<usize>) -> String {
    let first = line_of(&text, lines.start);
    let mut bytes = text.into_bytes();
    for byte in &mut bytes[lines] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    if let Some(number) = header {
        let name = format!("['!{number}']");
        if name.len() <= first.len() {
            bytes[first.start..first.start + name.len()].copy_from_slice(name.as_bytes());
        }
    }
    // Whole lines were blanked, so no character was cut.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The end of the section that `line` opens: where the next header begins, or the end of the text.
pub(super) fn section_end(text: &str, line: &Range<usize>) -> usize {
    lines_from(text, line.start)
        .skip(1)
        .find(|next| looks_like_header(&text[next.clone()]))
        .map_or(text.len(), |next| next.start)
}

/// The tree of a patched text as a tree of the text itself: what survived stands in both alike.
fn rebuild<'a>(table: &DeTable<'_>, text: &'a str) -> DeTable<'a> {
    table
        .iter()
        .filter(|(key, _)| !text_differs(key, text))
        .filter_map(|(key, value)| {
            let name = Cow::Owned(key.get_ref().clone().into_owned());
            Some((
                toml::Spanned::new(key.span(), name),
                rebuild_value(value, text)?,
            ))
        })
        .collect()
}

/// Whether a key is one of [`blank`]'s own names.
fn text_differs(key: &toml::Spanned<Cow<'_, str>>, text: &str) -> bool {
    key.get_ref().starts_with('!')
        && text
            .get(key.span())
            .is_none_or(|written| !written.contains(key.get_ref().as_ref()))
}

fn rebuild_value<'a>(
    value: &toml::Spanned<DeValue<'_>>,
    text: &'a str,
) -> Option<toml::Spanned<DeValue<'a>>> {
    let rebuilt = match value.get_ref() {
        DeValue::String(text) => DeValue::String(Cow::Owned(text.clone().into_owned())),
        DeValue::Integer(_) | DeValue::Float(_) => {
            let written = text.get(value.span())?;
            DeValue::parse(written).ok()?.into_inner()
        }
        DeValue::Boolean(choice) => DeValue::Boolean(*choice),
        DeValue::Datetime(when) => DeValue::Datetime(*when),
        DeValue::Array(list) => DeValue::Array(
            list.iter()
                .filter_map(|item| rebuild_value(item, text))
                .collect(),
        ),
        DeValue::Table(inner) => DeValue::Table(rebuild(inner, text)),
    };
    Some(toml::Spanned::new(value.span(), rebuilt))
}
