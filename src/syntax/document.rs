use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::line::{header_above, key_of, line_of, lines_from, looks_like_header};
use super::recover;
use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::text::{FileId, SourceMap, Span};

/// Values named in one file that its schema allows and that cannot be read even so. Each takes another reading of the
/// file.
const MOST_ROUNDS: usize = 100;

/// The tree of one file: whatever of it could be read.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) root: DeTable<'a>,
    pub(super) poison: Poison,
}

/// What is already known to be wrong in a file, so that nobody complains about its consequences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Poison {
    /// Bytes that could not be read.
    pub(super) holes: Vec<Range<usize>>,
    /// Starts of the header lines (0 for the top of the file) under which something could not be read.
    pub(super) sections: BTreeSet<usize>,
    /// The texts of header lines that could not be read.
    pub(super) headers: Vec<String>,
    /// Paths of keys that were complained about.
    pub(super) paths: BTreeSet<String>,
    /// The same paths, part by part.
    pub(super) removed: Vec<Vec<String>>,
    /// Nothing of the file could be read.
    pub(super) unreadable: bool,
}

impl Poison {
    /// Whether a key that is absent from the table at `table` (its header or braces) may be absent because of something
    /// already said: it was wrong itself, or a line of its table could not be read.
    pub fn excuses(&self, table: Span, path: &(impl fmt::Display + ?Sized)) -> bool {
        self.unreadable || self.has(path) || self.in_section(table)
    }

    /// Whether a path was complained about.
    pub fn has(&self, path: &(impl fmt::Display + ?Sized)) -> bool {
        !self.paths.is_empty() && self.paths.contains(&path.to_string())
    }

    /// Whether the header of a table called `id` may be one that could not be read.
    pub fn lost_header(&self, id: &str) -> bool {
        self.headers.iter().any(|header| header.contains(id))
    }

    /// Whether tables of the file may be unknown: a header, or all of it, could not be read.
    pub fn is_incomplete(&self) -> bool {
        self.unreadable || !self.headers.is_empty()
    }

    /// Whether any syntax error was found.
    pub fn has_syntax_errors(&self) -> bool {
        self.unreadable || !self.holes.is_empty()
    }

    fn in_section(&self, table: Span) -> bool {
        let range = table.range();
        self.sections.contains(&range.start) || self.holes.iter().any(|hole| overlap(hole, &range))
    }
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end.max(other.start + 1) && other.start < one.end.max(one.start + 1)
}

/// The path of a key in a table, as diagnostics' subjects write it: `objective.mtbf.title`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

impl<'a> Document<'a> {
    /// Reads a file. Every syntax error becomes a diagnostic, each cause once; what they spoil is left out of the tree.
    pub fn parse(sources: &'a SourceMap, file: FileId, diagnostics: &mut Diagnostics) -> Self {
        let text = sources.file(file).text();
        let mut document = recover::parse(file, text, diagnostics);
        document.drop_holes();
        document
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// What is already known to be wrong.
    pub fn poison(&self) -> &Poison {
        &self.poison
    }

    /// The keys of the table at a path, each with where its value (a table's header) stands; empty where there is none.
    pub fn keys<'s>(
        &'s self,
        path: &[&str],
    ) -> impl Iterator<Item = (&'s str, Span)> + use<'s, 'a> {
        let entries = self.table(path).into_iter().flat_map(DeTable::iter);
        entries.map(|(key, value)| (key.get_ref().as_ref(), Span::new(self.file, value.span())))
    }

    fn table(&self, path: &[&str]) -> Option<&DeTable<'a>> {
        let mut table = &self.root;
        for part in path {
            table = table.get(*part)?.get_ref().as_table()?;
        }
        Some(table)
    }

    /// The place of the key at the end of a path.
    pub fn key_span(&self, path: &[&str]) -> Option<Span> {
        let (last, before) = path.split_last()?;
        let (key, _) = self.table(before)?.get_key_value(*last)?;
        Some(Span::new(self.file, key.span()))
    }

    /// The place of the value at the end of a path: for a table under a header, the header.
    pub fn value_span(&self, path: &[&str]) -> Option<Span> {
        let (last, before) = path.split_last()?;
        let value = self.table(before)?.get(*last)?;
        Some(Span::new(self.file, value.span()))
    }

    /// Reads the tree as a raw type. What the schema check has complained about is left out already; a value that does
    /// not fit even so (a whole number that is written with a point) becomes a diagnostic and is left out as well.
    pub fn into_typed<T: DeserializeOwned>(self, diagnostics: &mut Diagnostics) -> Option<T> {
        let Document {
            file,
            text,
            mut root,
            mut poison,
        } = self;
        for round in 0.. {
            let whole = toml::Spanned::new(0..text.len(), root);
            let error = match T::deserialize(toml::de::Deserializer::from(whole)) {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            let span = error.span().unwrap_or(0..0);
            if round == MOST_ROUNDS {
                diagnostics.push(
                    Diagnostic::error(
                        "wrong-type",
                        "too much of this file cannot be used to go on",
                    )
                    .at(Span::new(file, span), "the next value that cannot be used")
                    .with_help("mend what is reported above first"),
                );
                break;
            }
            // Reading consumed the tree. It is made again; errors are rare here.
            root = Document::parse_quietly(file, text).root;
            for path in &poison.removed {
                remove(&mut root, path);
            }
            let path = path_at(&root, &span);
            let key = path.as_ref().and_then(|path| path.last());
            diagnostics.push(
                Diagnostic::error(
                    "wrong-type",
                    match key {
                        Some(key) => format!("`{key}` cannot be used"),
                        None => "the file cannot be used".to_owned(),
                    },
                )
                .at(Span::new(file, span.clone()), "")
                .with_note(error.message().trim())
                .with_help(
                    "write a value of the kind that the note names; a whole number has no point",
                )
                .with_fix(
                    without_point(text.get(span.clone()).unwrap_or_default()).map(|number| {
                        Fix::new(
                            Span::new(file, span.clone()),
                            number,
                            "write the whole number",
                        )
                    }),
                )
                .about(path.as_ref().map(|path| path.join(".")).unwrap_or_default()),
            );
            let path = path?;
            remove(&mut root, &path);
            poison.removed.push(path);
        }
        None
    }

    fn parse_quietly(file: FileId, text: &'a str) -> Self {
        let mut document = recover::parse(file, text, &mut Diagnostics::new());
        document.drop_holes();
        document
    }

    /// Whether a table has no header of its own that could be read, but one that could not.
    pub(super) fn lost_header_of(&self, table: &Range<usize>, id: &str) -> bool {
        let written = self.text.get(table.clone()).unwrap_or_default();
        !written.starts_with(['[', '{']) && self.poison.lost_header(id)
    }

    /// Whether a key is written once only: not in several headers, nor in several lines, of which one may not have been
    /// readable.
    pub(super) fn key_occurs_once(&self, path: &[String]) -> bool {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let (Some(key), Some(value)) = (self.key_span(&parts), self.value_span(&parts)) else {
            return false;
        };
        let line = line_of(self.text, key.range().start);
        if looks_like_header(&self.text[line.clone()]) {
            return false;
        }
        let inner: Vec<_> = self.keys(&parts).take(2).collect();
        let has_one_line = match inner.as_slice() {
            [] => true,
            [(_, only)] => !self.text[only.range()].starts_with('['),
            _ => self.text[value.range()].starts_with('{'),
        };
        let full = key_of(&self.text[line]).map(|(full, _)| full);
        let header = header_above(self.text, key.range().start);
        let twice = lines_from(self.text, header)
            .enumerate()
            .take_while(|(number, line)| {
                *number == 0 || !looks_like_header(&self.text[line.clone()])
            })
            .filter(|(_, line)| key_of(&self.text[line.clone()]).map(|(full, _)| full) == full)
            .count();
        has_one_line && twice <= 1
    }

    /// Takes a key out of the tree and remembers it as complained about.
    pub(super) fn poison_path(&mut self, path: &[String]) {
        self.poison.paths.insert(path.join("."));
        self.poison.removed.push(path.to_vec());
        remove(&mut self.root, path);
    }

    /// Numbers whose text the parser did not look at closely. Those that `readable` cannot read are reported and taken
    /// out.
    pub(super) fn check_numbers(
        &mut self,
        readable: fn(&str) -> bool,
        diagnostics: &mut Diagnostics,
    ) {
        let is_readable = |range: &Range<usize>| {
            let written = self.text.get(range.clone()).unwrap_or_default();
            readable(written)
        };
        let mut wrong = Vec::new();
        let mut path = Vec::new();
        numbers(&self.root, &mut path, &mut |path, range| {
            if !is_readable(&range) {
                let path: Vec<String> = path.iter().map(ToString::to_string).collect();
                wrong.push((path, range));
            }
        });
        for (path, range) in wrong {
            let written = self.text.get(range.clone()).unwrap_or_default();
            let help = if written.starts_with("0x")
                || written.starts_with("0o")
                || written.starts_with("0b")
            {
                "write the number with the digits 0 to 9"
            } else if written.contains("inf") || written.contains("nan") {
                "write a number that can be compared; infinity cannot be measured"
            } else {
                "numbers may have at most 28 digits"
            };
            let key = path.last().map_or("", String::as_str);
            let value = DeValue::parse(written).ok();
            let decimal = value.and_then(|value| decimal(value.get_ref()));
            diagnostics.push(
                Diagnostic::error(
                    "invalid-number",
                    format!("`{key}` is not a number that can be used"),
                )
                .at(Span::new(self.file, range.clone()), "")
                .with_help(help)
                .with_fix(decimal.map(|number| {
                    let title = "write the number in decimal digits";
                    Fix::new(Span::new(self.file, range), number, title)
                }))
                .about(path.join(".")),
            );
            self.poison_path(&path);
        }
    }

    /// Leaves out of the tree what touches a hole, and the sections of headers that could not be read.
    fn drop_holes(&mut self) {
        if self.poison.unreadable {
            self.root = DeTable::new();
            return;
        }
        if self.poison.holes.is_empty() {
            return;
        }
        let holes = std::mem::take(&mut self.poison.holes);
        prune(&mut self.root, self.text, &holes);
        for hole in &holes {
            let header = super::line::header_above(self.text, hole.start);
            self.poison.sections.insert(header);
            // A header's own span begins at its bracket, behind any indentation.
            let line = &self.text[line_of(self.text, header)];
            let indent = line.len() - line.trim_start().len();
            self.poison.sections.insert(header + indent);
            for line in lines_from(self.text, line_of(self.text, hole.start).start) {
                if line.start >= hole.end {
                    break;
                }
                let line = &self.text[line];
                if looks_like_header(line) {
                    self.poison.headers.push(line.to_owned());
                }
            }
        }
        self.poison.holes = holes;
    }
}

/// A whole number that was written with a point.
fn without_point(written: &str) -> Option<&str> {
    let (number, zeros) = written.split_once('.')?;
    (!zeros.is_empty() && zeros.bytes().all(|b| b == b'0')).then_some(number)
}

/// A number that is not decimal, in decimal digits.
fn decimal(number: &DeValue<'_>) -> Option<String> {
    let DeValue::Integer(number) = number else {
        return None;
    };
    (number.radix() != 10)
        .then(|| i64::from_str_radix(number.as_str(), number.radix()).ok())
        .flatten()
        .map(|number| number.to_string())
}

fn remove(table: &mut DeTable<'_>, path: &[String]) {
    match path {
        [] => {}
        [last] => {
            table.remove(last.as_str());
        }
        [first, rest @ ..] => match table.get_mut(first.as_str()).map(toml::Spanned::get_mut) {
            Some(DeValue::Table(inner)) => remove(inner, rest),
            // One wrong element spoils a list.
            Some(DeValue::Array(list)) => {
                let inner = rest.first().and_then(|at| at.parse::<usize>().ok());
                match inner
                    .and_then(|at| list.get_mut(at))
                    .map(toml::Spanned::get_mut)
                {
                    Some(DeValue::Table(inner)) if rest.len() > 1 => remove(inner, &rest[1..]),
                    _ => {
                        table.remove(first.as_str());
                    }
                }
            }
            _ => {}
        },
    }
}

/// The path of the value, or of the key, that stands exactly at a place.
fn path_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<String>> {
    for (key, value) in table {
        let name = key.get_ref().clone().into_owned();
        if let DeValue::Table(inner) = value.get_ref()
            && let Some(mut rest) = path_at(inner, span)
        {
            rest.insert(0, name);
            return Some(rest);
        }
        let inside = |item: &toml::Spanned<DeValue<'_>>| item.span() == *span;
        let listed = value
            .get_ref()
            .as_array()
            .is_some_and(|list| list.iter().any(inside));
        if value.span() == *span || key.span() == *span || listed {
            return Some(vec![name]);
        }
    }
    None
}

fn prune(table: &mut DeTable<'_>, text: &str, holes: &[Range<usize>]) {
    let touched = |range: &Range<usize>| holes.iter().any(|hole| overlap(hole, range));
    let entries = std::mem::take(table);
    for (key, mut value) in entries {
        let span = value.span();
        // A patched text's spans may end inside a character of the original.
        let under_header = text.as_bytes().get(span.start) != Some(&b'{');
        let keep = match value.get_mut() {
            DeValue::Table(inner) if under_header => {
                let own = touched(&span) && touched(&key.span());
                prune(inner, text, holes);
                !own || !inner.is_empty()
            }
            _ => !touched(&span) && !touched(&key.span()),
        };
        if keep {
            table.insert(key, value);
        }
    }
}

/// A step on the way to a value: a key, or a place in a list.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Item(at) => at.fmt(f),
        }
    }
}

fn numbers<'d>(
    table: &'d DeTable<'_>,
    path: &mut Vec<Step<'d>>,
    visit: &mut impl FnMut(&[Step<'d>], Range<usize>),
) {
    for (key, value) in table {
        path.push(Step::Key(key.get_ref()));
        number(value, path, visit);
        path.pop();
    }
}

fn number<'d>(
    value: &'d toml::Spanned<DeValue<'_>>,
    path: &mut Vec<Step<'d>>,
    visit: &mut impl FnMut(&[Step<'d>], Range<usize>),
) {
    match value.get_ref() {
        DeValue::Integer(_) | DeValue::Float(_) => visit(path, value.span()),
        DeValue::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                path.push(Step::Item(at));
                number(item, path, visit);
                path.pop();
            }
        }
        DeValue::Table(table) => numbers(table, path, visit),
        _ => {}
    }
}
