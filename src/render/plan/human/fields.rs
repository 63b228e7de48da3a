//! What differs in one issue, field by field.

use unicode_width::UnicodeWidthStr as _;

use super::super::diff::{self, DiffLine};
use super::super::headline::plural;
use super::super::sections::{editor, other_cause};
use super::HumanOptions;
use super::page::{Page, Span, Tone};
use super::remarks::more;
use crate::plan::{Action, Change, Field, FieldChange};

/// Rows of a difference shown before it is cut.
const DIFF_SHOWN: usize = 12;
/// Lines of a new issue's definition shown before it is cut.
const DEFINITION_SHOWN: usize = 4;
/// Check-ins of a new issue shown before they are only counted.
const CHECK_INS_SHOWN: usize = 3;
/// Where the values stand, and how wide the names before them may be.
const INDENT: usize = 6;
const NAME: usize = 13;
const VALUE: usize = INDENT + NAME;

/// All differences of a change.
pub(super) fn differences(page: &mut Page, change: &Change, options: &HumanOptions) {
    let is_check_in = |field: &&FieldChange| matches!(field.field, Field::CheckIn(_));
    let check_ins = change.fields.iter().filter(is_check_in).count();
    let count_check_ins =
        change.action == Action::Create && check_ins > CHECK_INS_SHOWN && !options.details;
    let mut counted = false;
    for field in &change.fields {
        match field.field {
            Field::CheckIn(_) if count_check_ins => {
                if !counted {
                    counted = true;
                    check_in_count(page, change, check_ins);
                }
            }
            // A new issue's title stands in its head.
            Field::Title if change.action == Action::Create => {}
            Field::Labels => labels(page, field),
            Field::Definition if field.before.is_none() => new_definition(page, field, options),
            Field::Title | Field::Definition if field.before.is_some() => {
                text(page, field, options);
            }
            Field::Unfinished => unfinished(page, field),
            _ => value(page, field),
        }
        overwritten(page, field);
        if let Some(cause) = other_cause(change, field) {
            page.line(VALUE, VALUE + 2, &[(Tone::Dim, format!("({cause})"))]);
        }
    }
}

/// A label's name, in quotation marks where it would not stand alone.
pub(super) fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

fn named(name: &str, spans: Vec<Span>) -> Vec<Span> {
    let padding = " ".repeat(NAME.saturating_sub(name.width()).max(1));
    let mut line = vec![(Tone::Dim, format!("{name}{padding}"))];
    line.extend(spans);
    line
}

fn put(page: &mut Page, field: Field, spans: Vec<Span>) {
    page.line(INDENT, VALUE, &named(&field.name(), spans));
}

fn value(page: &mut Page, field: &FieldChange) {
    let mut spans = match (&field.before, &field.after) {
        (Some(before), Some(after)) => vec![
            (Tone::Remove, before.clone()),
            (Tone::Plain, " → ".to_owned()),
            (Tone::Create, after.clone()),
        ],
        (None, Some(after)) => vec![(Tone::Create, after.clone())],
        (Some(before), None) => vec![
            (Tone::Remove, before.clone()),
            (Tone::Plain, " → ".to_owned()),
            (Tone::Dim, "(none)".to_owned()),
        ],
        (None, None) => vec![(Tone::Dim, "changed".to_owned())],
    };
    if let Field::CheckIn(date) = field.field {
        spans.insert(0, (Tone::Plain, format!("{date}: ")));
        page.line(INDENT, VALUE, &named("check-in", spans));
    } else {
        put(page, field.field, spans);
    }
}

fn labels(page: &mut Page, field: &FieldChange) {
    let names = |text: &Option<String>, tone, sign| -> Vec<Span> {
        let names = text.as_deref().unwrap_or_default().split(", ");
        let names = names.filter(|name| !name.is_empty());
        names
            .map(|name| (tone, format!("{sign}{} ", quoted(name))))
            .collect()
    };
    let mut spans = names(&field.after, Tone::Create, '+');
    spans.extend(names(&field.before, Tone::Remove, '-'));
    put(page, field.field, spans);
}

fn unfinished(page: &mut Page, field: &FieldChange) {
    let what = field.after.as_deref().or(field.before.as_deref());
    let text = match what {
        Some(what) => format!("completes an interrupted apply: {what}"),
        None => "completes an interrupted apply".to_owned(),
    };
    page.line(INDENT, INDENT + 2, &[(Tone::Plain, text)]);
}

fn new_definition(page: &mut Page, field: &FieldChange, options: &HumanOptions) {
    let after = field.after.as_deref().unwrap_or_default();
    let lines: Vec<&str> = after.lines().filter(|line| says_something(line)).collect();
    let shown = shown(lines.len(), DEFINITION_SHOWN, options);
    for (number, line) in lines.iter().take(shown).enumerate() {
        let spans = vec![(Tone::Plain, (*line).to_owned())];
        let name = field.field.name();
        let line = named(if number == 0 { &name } else { "" }, spans);
        if options.details {
            page.line(INDENT, VALUE, &line);
        } else {
            page.cut_line(INDENT, &line);
        }
    }
    more(
        page,
        VALUE,
        lines.len().saturating_sub(shown),
        "line",
        "lines",
    );
}

/// How many of `count` lines are shown: all where everything is wanted, or where saying that two more follow would take as
/// much room as they do.
fn shown(count: usize, limit: usize, options: &HumanOptions) -> usize {
    if options.details || count <= limit + 2 {
        count
    } else {
        limit
    }
}

/// Whether a line of Markdown is more than the frame of a table.
fn says_something(line: &str) -> bool {
    line.contains(|character| !matches!(character, ' ' | '\t' | '\r' | '|' | '-' | ':'))
}

/// A text that differs, line by line, with the words that differ emphasised.
fn text(page: &mut Page, field: &FieldChange, options: &HumanOptions) {
    let before = field.before.as_deref().unwrap_or_default();
    let after = field.after.as_deref().unwrap_or_default();
    let lines = diff::lines(before, after, 2);
    if lines.is_empty() {
        let spans = vec![(Tone::Dim, "white space at the ends of lines".to_owned())];
        return put(page, field.field, spans);
    }
    // A title's difference is short: it stands beside its name, a longer text's below it.
    let beside = field.field == Field::Title;
    let indent = if beside { VALUE } else { INDENT + 2 };
    if !beside {
        page.line(INDENT, INDENT, &[(Tone::Dim, field.field.name())]);
    }
    let shown = shown(lines.len(), DIFF_SHOWN, options);
    for (number, line) in lines.iter().take(shown).enumerate() {
        let spans = diff_line(line);
        if beside && number == 0 {
            page.line(INDENT, VALUE + 2, &named(&field.field.name(), spans));
        } else {
            page.line(indent, indent + 2, &spans);
        }
    }
    more(
        page,
        indent,
        lines.len().saturating_sub(shown),
        "line",
        "lines",
    );
}

fn diff_line(line: &DiffLine) -> Vec<Span> {
    let marked = |sign: &str, parts: &[(bool, String)], tone, word| {
        let mut spans = vec![(tone, format!("{sign} "))];
        spans.extend(parts.iter().map(|(emphasis, text)| {
            let tone = if *emphasis { word } else { tone };
            (tone, text.clone())
        }));
        spans
    };
    match line {
        DiffLine::Gap => vec![(Tone::Dim, "  …".to_owned())],
        DiffLine::Same(text) => vec![(Tone::Dim, format!("  {text}"))],
        DiffLine::Removed(parts) => marked("-", parts, Tone::Remove, Tone::RemovedWord),
        DiffLine::Added(parts) => marked("+", parts, Tone::Create, Tone::AddedWord),
    }
}

fn check_in_count(page: &mut Page, change: &Change, count: usize) {
    let dates = change.fields.iter().filter_map(|field| match field.field {
        Field::CheckIn(date) => Some(date),
        _ => None,
    });
    let first = dates.clone().min();
    let last = dates.max();
    if let (Some(first), Some(last)) = (first, last) {
        let text = format!("{}, {first} to {last}", plural(count, "day", "days"));
        page.line(
            INDENT,
            VALUE,
            &named("check-ins", vec![(Tone::Create, text)]),
        );
    }
}

/// Says that people changed a field in GitLab and that the reviewed value wins.
fn overwritten(page: &mut Page, field: &FieldChange) {
    let Some(applied) = &field.overwrites else {
        return;
    };
    let applied = match applied.lines().next() {
        Some(line) if !line.trim().is_empty() => line,
        _ => "nothing",
    };
    let spans = [
        (Tone::Alarm, "! ".to_owned()),
        (
            Tone::Change,
            format!(
                "changed in GitLab{} since the last apply; the reviewed value wins",
                editor(field)
            ),
        ),
        (Tone::Dim, format!(" (last applied: {applied})")),
    ];
    page.line(VALUE, VALUE + 2, &spans);
}
