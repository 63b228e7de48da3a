//! The changes of a plan: labels by tracker, issues by team, each with what differs.

use maud::{Markup, html};

use super::super::diff::{self, DiffLine};
use super::super::sections::{
    Entry, Sections, closing_reason, editor, link_end, other_cause, place, symbol, tags,
};
use super::{Show, folded, team_line, text};
use crate::plan::{Action, Change, Field, FieldChange, Tally};

/// New labels, by where they are made.
pub(super) fn labels(sections: &Sections<'_>) -> Markup {
    let count: usize = sections.labels.values().map(Vec::len).sum();
    let summary = format!("Labels: {count} to create");
    html! {
        @if count > 0 {
            (folded(&summary, &html! {
                ul { @for (tracker, labels) in &sections.labels {
                    li {
                        (text(tracker)) ": "
                        @for label in labels { ins { "+" code { (text(&label.title)) } } " " }
                    }
                } }
            }))
        }
    }
}

/// What happens to issues and links, team by team.
pub(super) fn teams(tally: &Tally, sections: &Sections<'_>, show: Show) -> Markup {
    html! {
        @for (team, entries) in &sections.teams {
            details.fold open[show.open] {
                summary { (team_line(team, tally)) }
                @for entry in entries { (self::entry(entry, show)) }
            }
        }
    }
}

/// Changes that are part of no team's list.
pub(super) fn alone(changes: &[&Change], show: Show) -> Markup {
    html! {
        @for change in changes {
            (entry(&Entry { change, links: Vec::new() }, Show { open: false, ..show }))
        }
    }
}

fn entry(entry: &Entry<'_>, show: Show) -> Markup {
    let change = entry.change;
    let hidden = change.confidential && !show.confidential;
    let class = match change.action {
        Action::CreateLabel | Action::Create => "create",
        Action::Adopt | Action::Update | Action::Move => "change",
        Action::Close => "close",
        Action::Rerender | Action::Link | Action::Unlink | Action::Release => "other",
    };
    let head = html! {
        span.sign { (symbol(change.action)) }
        @if entry.is_issue() && !hidden { " " strong { (text(&change.title)) } }
        @for tag in tags(change) { " " span.tag { "(" (tag) ")" } }
        span.where {
            @if let Some(key) = &change.key { code { (key) } " " }
            @if !hidden { (issue(change)) }
        }
    };
    html! {
        details.entry.(class) open[show.open && !hidden] {
            summary { (head) }
            @if !hidden {
                @if let Some(reason) = closing_reason(change) { p { (text(&reason)) } }
                dl {
                    @for field in &change.fields { (self::field(change, field)) }
                    @if !entry.links.is_empty() {
                        dt { "links" }
                        dd { @for link in &entry.links { (self::link(link)) } }
                    }
                }
            }
        }
    }
}

/// Where the issue is; a link where its address is one that a browser may follow.
fn issue(change: &Change) -> Markup {
    let address = change.issue.as_ref().map(|issue| issue.web_url.as_str());
    let is_web = |address: &&str| {
        ["https://", "http://"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
    };
    html! {
        @match address.filter(is_web) {
            Some(address) => { a href=(text(address)) rel="noreferrer" { (text(&place(change))) } }
            None => (text(&place(change))),
        }
    }
}

fn link(link: &Change) -> Markup {
    let end = text(&link_end(link));
    html! {
        div { @match link.action {
            Action::Unlink => { del { "− " code { (end) } } }
            _ => { ins { "+ " code { (end) } } }
        } }
    }
}

fn field(change: &Change, field: &FieldChange) -> Markup {
    let (before, after) = (field.before.as_deref(), field.after.as_deref());
    let value = match field.field {
        // A new issue's title stands in its head; of a changed link the head says all.
        Field::Title if change.action == Action::Create => return html! {},
        Field::Link => return html! {},
        Field::Labels => names(before, after),
        Field::Title | Field::Definition => difference(before, after),
        Field::Unfinished => {
            html! { "completes an interrupted apply" @if let Some(what) = after.or(before) { ": " (text(what)) } }
        }
        _ => values(before, after),
    };
    html! {
        dt { (field.field.name()) }
        dd {
            (value)
            @if let Some(applied) = &field.overwrites {
                div.tag {
                    "⚠ changed in GitLab" (text(&editor(field))) " since the last apply (then “"
                    (text(applied.lines().next().unwrap_or_default()))
                    "”): the reviewed value wins"
                }
            }
            @if let Some(cause) = other_cause(change, field) { div.tag { (text(&cause)) } }
        }
    }
}

fn values(before: Option<&str>, after: Option<&str>) -> Markup {
    html! {
        @match (before, after) {
            (Some(before), Some(after)) => { del { (text(before)) } " → " ins { (text(after)) } }
            (None, Some(after)) => { ins { (text(after)) } }
            (Some(before), None) => { del { (text(before)) } " → " span.dim { "(none)" } }
            (None, None) => { "changed" }
        }
    }
}

fn names(before: Option<&str>, after: Option<&str>) -> Markup {
    let names = |list: Option<&str>| -> Vec<String> {
        let names = list.unwrap_or_default().split(", ");
        names.filter(|name| !name.is_empty()).map(text).collect()
    };
    html! {
        @for name in names(after) { ins { "+" code { (name) } } " " }
        @for name in names(before) { del { "−" code { (name) } } " " }
    }
}

/// What differs between two texts, line by line, with the words that differ marked. A new text is shown as it is.
fn difference(before: Option<&str>, after: Option<&str>) -> Markup {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let marked = |parts: &[(bool, String)]| {
        html! {
            @for (emphasis, part) in parts {
                @if *emphasis { mark { (text(part)) } } @else { (text(part)) }
            }
        }
    };
    let lines = diff::lines(before, after, 2);
    html! {
        @if lines.is_empty() {
            span.dim { "white space at the ends of lines" }
        } @else {
            pre { @for line in &lines { @match line {
                DiffLine::Gap => { span.dim { "  …" } }
                DiffLine::Same(same) => { span { "  " (text(same)) } }
                DiffLine::Removed(parts) => { del { "− " (marked(parts)) } }
                DiffLine::Added(parts) => { ins { "+ " (marked(parts)) } }
            } } }
        }
    }
}
