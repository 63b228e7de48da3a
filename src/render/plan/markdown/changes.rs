//! The changes of a plan, folded by team.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter;

use unicode_width::UnicodeWidthStr as _;

use super::super::diff::{self, DiffLine};
use super::super::headline::{parts, plural};
use super::super::sections::{
    Entry, Sections, cause_tag, closing_reason, editor, link_end, other_cause, place, symbol,
};
use super::escape::{bold, code, cut, fenced, html_word, one_line, prose};
use super::{Level, Show, folded};
use crate::plan::{Action, Change, Counts, Field, FieldChange};
use crate::render::terminal_text;

/// How many characters of a value are shown.
const VALUE_SHOWN: usize = 300;
/// How many lines of a text's difference, and of a new text, are shown.
const DIFF_SHOWN: usize = 40;
/// How many characters of one line of a difference are shown.
const DIFF_LINE_SHOWN: usize = 2_000;

/// New labels, by where they are made.
pub(super) fn labels(text: &mut String, sections: &Sections<'_>, show: Show) {
    let count: usize = sections.labels.values().map(Vec::len).sum();
    if count == 0 || show.level >= Level::Keys {
        return;
    }
    let mut body = String::new();
    label_list(&mut body, sections);
    let summary = format!("Labels: {count} to create");
    folded(text, &summary, &body);
}

fn label_list(text: &mut String, sections: &Sections<'_>) {
    for (tracker, labels) in &sections.labels {
        let names: Vec<String> = labels.iter().map(|label| code(&label.title)).collect();
        let _ = writeln!(text, "- {}: {}", code(tracker), names.join(" "));
    }
}

/// Everything in one list, for what is folded as a whole.
pub(super) fn list(text: &mut String, sections: &Sections<'_>, show: Show) {
    if show.level < Level::Keys {
        label_list(text, sections);
    }
    for entry in sections.teams.values().flatten() {
        self::entry(text, entry, show);
    }
    for change in &sections.check_ins {
        alone(text, change, show);
    }
}

/// A change that is part of no team's list.
pub(super) fn alone(text: &mut String, change: &Change, show: Show) {
    let links = Vec::new();
    entry(text, &Entry { change, links }, show);
}

/// What happens to issues and links, team by team, with each team's counts.
pub(super) fn teams(
    text: &mut String,
    counts: &BTreeMap<String, Counts>,
    sections: &Sections<'_>,
    show: Show,
) {
    for (team, entries) in &sections.teams {
        let name = if team.is_empty() {
            "without a key".to_owned()
        } else {
            html_word(team)
        };
        let counts = counts.get(*team).map(parts);
        let summary = match counts {
            Some(counts) if !counts.is_empty() => format!("{name}: {}", counts.join(", ")),
            _ => name,
        };
        let mut body = String::new();
        for entry in entries {
            self::entry(&mut body, entry, show);
        }
        folded(text, &summary, &body);
    }
}

fn entry(text: &mut String, entry: &Entry<'_>, show: Show) {
    let change = entry.change;
    let hidden = change.confidential && !show.confidential;
    let _ = write!(text, "- **{}**", markdown_symbol(change.action));
    if let Some(key) = &change.key {
        let _ = write!(text, " {}", code(&key.to_string()));
    }
    if show.level >= Level::Keys {
        text.push('\n');
        return;
    }
    if !hidden {
        let _ = write!(text, " {}", code(&place(change)));
        if entry.is_issue() {
            let _ = write!(text, " {}", prose(&cut(&change.title, VALUE_SHOWN)));
        }
    }
    for tag in tags(change) {
        let _ = write!(text, " *({tag})*");
    }
    text.push('\n');
    if hidden || show.level >= Level::Titles {
        return;
    }
    if let Some(reason) = closing_reason(change) {
        let _ = writeln!(text, "  - {}", prose(&cut(&reason, VALUE_SHOWN)));
    }
    for field in &change.fields {
        self::field(text, change, field, show);
        if let Some(cause) = other_cause(change, field) {
            let _ = writeln!(text, "    - *{}*", prose(&cause));
        }
    }
    links(text, &entry.links);
}

/// The symbol, escaped where it would begin a list.
fn markdown_symbol(action: Action) -> &'static str {
    match symbol(action) {
        "+" => "\\+",
        "-" => "−",
        "~" => "\\~",
        other => other,
    }
}

fn tags(change: &Change) -> Vec<&'static str> {
    let mut tags = Vec::new();
    if change.action == Action::Adopt {
        tags.push("adopted");
    }
    tags.extend(cause_tag(change));
    if change.confidential {
        tags.push("confidential");
    }
    tags
}

fn field(text: &mut String, change: &Change, field: &FieldChange, show: Show) {
    let name = field.field.name();
    let before = field.before.as_deref();
    let after = field.after.as_deref();
    match field.field {
        Field::Title if change.action == Action::Create => return,
        Field::Labels => {
            let added = names(after, "\\+");
            let removed = names(before, "−");
            let _ = writeln!(text, "  - {name}: {}", [added, removed].concat().join(" "));
        }
        Field::Title => {
            let (before, after) = title(before.unwrap_or_default(), after.unwrap_or_default());
            let _ = writeln!(text, "  - {name}: “{before}” → “{after}”");
        }
        Field::Definition if show.level == Level::Texts => {
            let _ = writeln!(text, "  - {name}:\n");
            let lines = difference(before.unwrap_or_default(), after.unwrap_or_default());
            text.push_str(&fenced(&lines, "diff", 4));
        }
        Field::Definition => {
            let what = if before.is_some() {
                "differs"
            } else {
                "is new"
            };
            let _ = writeln!(text, "  - {name} {what}");
        }
        Field::Unfinished => {
            let _ = write!(text, "  - completes an interrupted apply");
            if let Some(what) = after.or(before) {
                let _ = write!(text, ": {}", prose(&cut(what, VALUE_SHOWN)));
            }
            text.push('\n');
        }
        _ => {
            let shown = |value: &str| code(&cut(value, VALUE_SHOWN));
            let values = match (before, after) {
                (Some(before), Some(after)) => format!("{} → {}", shown(before), shown(after)),
                (None, Some(after)) => shown(after),
                (Some(before), None) => format!("{} → *(none)*", shown(before)),
                (None, None) => "changed".to_owned(),
            };
            let _ = writeln!(text, "  - {name}: {values}");
        }
    }
    if let Some(applied) = &field.overwrites {
        let first = applied.lines().next().unwrap_or_default();
        let _ = writeln!(
            text,
            "  - ⚠️ {} since the last apply (then {}): the reviewed value wins",
            prose(&format!("{name} was changed in GitLab{}", editor(field))),
            code(&cut(first, VALUE_SHOWN))
        );
    }
}

/// Both sides of a title, with the words that differ in bold.
fn title(before: &str, after: &str) -> (String, String) {
    let [before, after] = [before, after].map(|title| cut(&one_line(title), VALUE_SHOWN));
    let (mut old, mut new) = (prose(&before), prose(&after));
    for line in diff::lines(&before, &after, 0) {
        match line {
            DiffLine::Removed(parts) => old = bold(&parts),
            DiffLine::Added(parts) => new = bold(&parts),
            DiffLine::Gap | DiffLine::Same(_) => {}
        }
    }
    (old, new)
}

fn names(list: Option<&str>, sign: &str) -> Vec<String> {
    let names = list.unwrap_or_default().split(", ");
    let names = names.filter(|name| !name.is_empty());
    names.map(|name| format!("{sign}{}", code(name))).collect()
}

/// What differs between two texts as lines of a difference. Below a line of which a part differs, another one marks that
/// part: nothing in a text can be taken for it, since every line of a text begins with a sign or with spaces.
fn difference(before: &str, after: &str) -> Vec<String> {
    let all = diff::lines(before, after, 2);
    let mut lines = Vec::new();
    for line in all.iter().take(DIFF_SHOWN) {
        let (sign, parts) = match line {
            DiffLine::Gap => {
                lines.push("  …".to_owned());
                continue;
            }
            DiffLine::Same(text) => {
                lines.push(cut(&format!("  {text}"), DIFF_LINE_SHOWN));
                continue;
            }
            DiffLine::Removed(parts) => ('-', parts),
            DiffLine::Added(parts) => ('+', parts),
        };
        let text: String = parts.iter().map(|(_, text)| text.as_str()).collect();
        lines.push(cut(&format!("{sign} {text}"), DIFF_LINE_SHOWN));
        lines.extend(marks(parts));
    }
    let rest = all.len().saturating_sub(DIFF_SHOWN);
    if rest > 0 {
        lines.push(format!("  … {}", plural(rest, "more line", "more lines")));
    }
    lines
}

/// What of a line differs, marked by carets to stand below it; nothing where all of it does, or nothing.
fn marks(parts: &[(bool, String)]) -> Option<String> {
    let says = |wanted: bool| {
        let mut parts = parts.iter();
        parts.any(|(emphasis, text)| *emphasis == wanted && !text.trim().is_empty())
    };
    if !says(true) || !says(false) {
        return None;
    }
    let mut line = "? ".to_owned();
    let parts = parts.iter().flat_map(|(emphasis, text)| {
        let mark = if *emphasis { '^' } else { ' ' };
        text.chars().map(move |character| (mark, character))
    });
    for (mark, character) in parts.take(DIFF_LINE_SHOWN - line.len()) {
        let shown = terminal_text::line(character.encode_utf8(&mut [0; 4])).width();
        line.extend(iter::repeat_n(mark, shown));
    }
    line.truncate(line.trim_end().len());
    (line.len() > 1).then_some(line)
}

fn links(text: &mut String, links: &[&Change]) {
    for link in links {
        let verb = match link.action {
            Action::Unlink => "remove the link to",
            _ => "link to",
        };
        let _ = writeln!(
            text,
            "  - {verb} {}",
            code(&cut(&link_end(link), VALUE_SHOWN))
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_differ_are_marked_below_their_line() {
        assert_eq!(
            difference("from 96 h to 240 h", "from 96 h to 300 h"),
            [
                "- from 96 h to 240 h",
                "?              ^^^",
                "+ from 96 h to 300 h",
                "?              ^^^",
            ]
        );
        assert_eq!(
            difference("日本 and more of it", "日本 and less of it"),
            [
                "- 日本 and more of it",
                "?          ^^^^",
                "+ 日本 and less of it",
                "?          ^^^^",
            ]
        );
    }

    #[test]
    fn a_line_that_is_wholly_another_has_no_marks_and_none_is_forged() {
        assert_eq!(difference("one", "another"), ["- one", "+ another"]);
        assert_eq!(difference("", "? ^^^"), ["+ ? ^^^"]);
    }

    #[test]
    fn titles_show_what_differs_in_bold() {
        assert_eq!(
            title("Raise it from 96 h", "Raise it from 98 h"),
            (
                "Raise it from <b>96</b> h".to_owned(),
                "Raise it from <b>98</b> h".to_owned()
            )
        );
        assert_eq!(
            title("<b>x", "#1 @all"),
            (r"\<b\>x".to_owned(), r"\#1 \@all".to_owned())
        );
    }
}
