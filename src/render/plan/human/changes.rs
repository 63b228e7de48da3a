//! The changes of a plan: labels by tracker, issues by team.

use std::collections::BTreeMap;

use super::super::headline::{parts, plural};
use super::super::sections::{Entry, Sections, closing_reason, link_end, place, symbol, tags};
use super::page::{Page, Span, Tone};
use super::{COLLAPSE_BEYOND, HumanOptions, fields};
use crate::plan::{Action, Cause, Change, Counts, Field, FieldChange};

/// How many links of one issue are shown before they are cut.
const LINKS_SHOWN: usize = 12;

/// New labels, by where they are made.
pub(super) fn labels(page: &mut Page, sections: &Sections<'_>, options: &HumanOptions) {
    if sections.labels.is_empty() {
        return;
    }
    page.blank();
    page.line(0, 2, &[(Tone::Strong, "Labels".to_owned())]);
    for (tracker, labels) in &sections.labels {
        page.line(2, 4, &[(Tone::Dim, (*tracker).to_owned())]);
        if options.details {
            for change in labels {
                let mut line = vec![(Tone::Create, format!("+ {}", change.title))];
                for field in &change.fields {
                    let after = field.after.as_deref().unwrap_or_default();
                    line.push((Tone::Dim, format!("  {} {after}", field.field.name())));
                }
                page.line(4, 6, &line);
            }
        } else {
            let names = labels.iter().map(|change| fields::quoted(&change.title));
            let line = names.map(|name| (Tone::Create, format!("+{name}  ")));
            page.line(4, 4, &line.collect::<Vec<_>>());
        }
    }
}

/// What happens to issues and links, team by team, with each team's counts.
pub(super) fn teams(
    page: &mut Page,
    counts: &BTreeMap<String, Counts>,
    sections: &Sections<'_>,
    options: &HumanOptions,
) {
    let collapse = !options.details && (options.brief || sections.issues() > COLLAPSE_BEYOND);
    for (team, entries) in &sections.teams {
        page.blank();
        let name = if team.is_empty() { "(no key)" } else { team };
        let mut head = vec![(Tone::Strong, name.to_owned())];
        if let Some(counts) = counts.get(*team) {
            head.push((Tone::Dim, format!(": {}", parts(counts).join(", "))));
        }
        page.line(0, 2, &head);
        for entry in entries {
            let creates = entry.change.action == Action::Create;
            if collapse && (creates || !entry.is_issue()) {
                one_line(page, entry, options);
            } else {
                block(page, entry, options);
            }
        }
    }
    if collapse {
        page.blank();
        let hint = "Created issues are shown in one line each (use --details for all of them)";
        page.line(0, 2, &[(Tone::Dim, hint.to_owned())]);
    }
}

/// Symbol, key, place and tags of a change, without its title.
pub(super) fn head(change: &Change, options: &HumanOptions) -> Vec<Span> {
    let mut spans = subject(change);
    if !is_hidden(change, options) {
        spans.push((Tone::Dim, format!("  {}", place(change))));
    }
    spans.extend(tag_spans(change));
    spans
}

/// Symbol and key.
fn subject(change: &Change) -> Vec<Span> {
    let symbol = format!("{} ", symbol(change.action));
    let key = match &change.key {
        Some(key) => key.to_string(),
        None => "(no key)".to_owned(),
    };
    vec![(tone(change.action), symbol), (Tone::Strong, key)]
}

fn tag_spans(change: &Change) -> impl Iterator<Item = Span> {
    let tone = tone(change.action);
    let tags = tags(change).into_iter();
    tags.map(move |tag| (tone, format!("  ({tag})")))
}

fn tone(action: Action) -> Tone {
    match action {
        Action::CreateLabel | Action::Create => Tone::Create,
        Action::Adopt | Action::Update | Action::Release => Tone::Change,
        Action::Move | Action::Link | Action::Unlink => Tone::Link,
        Action::Rerender => Tone::Dim,
        Action::Close => Tone::Remove,
    }
}

fn is_hidden(change: &Change, options: &HumanOptions) -> bool {
    change.confidential && !options.confidential_visible
}

/// An entry in one line, cut to the width: of a new issue the title matters, not the tracker that it shares with others.
fn one_line(page: &mut Page, entry: &Entry<'_>, options: &HumanOptions) {
    let change = entry.change;
    let mut line = subject(change);
    if !entry.is_issue() {
        let count = plural(entry.links.len(), "link", "links");
        line.push((Tone::Dim, format!("  {count}")));
    } else if !is_hidden(change, options) {
        line.push((Tone::Plain, format!("  {}", change.title)));
    }
    line.extend(tag_spans(change));
    page.cut_line(2, &line);
}

/// A change that is part of no team's list, with all that differs.
pub(super) fn alone(page: &mut Page, change: &Change, options: &HumanOptions) {
    let links = Vec::new();
    block(page, &Entry { change, links }, options);
}

/// An entry with all that differs.
fn block(page: &mut Page, entry: &Entry<'_>, options: &HumanOptions) {
    let change = entry.change;
    let line = head(change, options);
    if is_hidden(change, options) {
        page.line(2, 4, &line);
        return;
    }
    page.line(2, 4, &line);
    // Where the title differs, both titles are shown below.
    let differs = |field: &FieldChange| field.field == Field::Title && field.before.is_some();
    if entry.is_issue() && !change.fields.iter().any(differs) {
        page.line(4, 4, &[(Tone::Plain, change.title.clone())]);
    }
    if let Some(reason) = closing_reason(change) {
        page.line(6, 6, &[(Tone::Plain, reason)]);
    }
    fields::differences(page, change, options);
    links(page, &entry.links, options);
}

fn links(page: &mut Page, links: &[&Change], options: &HumanOptions) {
    let shown = if options.details {
        links.len()
    } else {
        LINKS_SHOWN
    };
    for link in links.iter().take(shown) {
        let (tone, sign) = match link.action {
            Action::Unlink => (Tone::Remove, '-'),
            _ => (Tone::Link, '+'),
        };
        let mut line = vec![(tone, format!("{sign} link to {}", link_end(link)))];
        if link.cause == Cause::Drift {
            line.push((Tone::Dim, "  (reverts drift)".to_owned()));
        }
        page.line(6, 8, &line);
    }
    super::remarks::more(page, 6, links.len().saturating_sub(shown), "link", "links");
}
