//! What happened on an issue: comments, and what GitLab noted by itself.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{idiff, markdown, parts};
use crate::sandbox::state::{EventAction, Issue, Note, State};

/// One thing that happened.
enum Entry<'s> {
    Note(&'s Note),
    Event { user: u64, words: Markup },
}

/// All entries, oldest first.
pub(super) fn of(state: &State, issue: &Issue) -> Markup {
    let mut entries: Vec<(Timestamp, Entry<'_>)> = Vec::new();
    let notes = issue.notes.iter().filter_map(|id| state.notes.get(id));
    entries.extend(notes.map(|note| (note.created_at, Entry::Note(note))));
    for event in state
        .label_events
        .iter()
        .filter(|event| event.issue == issue.id)
    {
        let label = state.labels.get(&event.label).map(parts::label);
        let words = html! {
            (verb(event.action)) " "
            @if let Some(label) = label { (label) } @else { "a deleted label" }
        };
        entries.push((
            event.at,
            Entry::Event {
                user: event.user,
                words,
            },
        ));
    }
    for event in state
        .state_events
        .iter()
        .filter(|event| event.issue == issue.id)
    {
        let words = html! { (if event.closed { "closed" } else { "reopened" }) };
        entries.push((
            event.at,
            Entry::Event {
                user: event.user,
                words,
            },
        ));
    }
    for event in state
        .milestone_events
        .iter()
        .filter(|event| event.issue == issue.id)
    {
        let title = state
            .milestones
            .get(&event.milestone)
            .map(|one| one.title.as_str());
        let words = html! {
            (match event.action { EventAction::Add => "set", EventAction::Remove => "removed" })
            " the milestone " (title.unwrap_or("(deleted)"))
        };
        entries.push((
            event.at,
            Entry::Event {
                user: event.user,
                words,
            },
        ));
    }
    entries.sort_by_key(|(at, _)| *at);
    html! {
        @if entries.is_empty() {
            p.soft { "Nothing has happened yet." }
        } @else {
            ol.timeline {
                @for (at, entry) in &entries {
                    @match entry {
                        Entry::Note(note) if note.system => (system(state, issue, note)),
                        Entry::Note(note) => (comment(state, issue, note)),
                        Entry::Event { user, words } => li { (event(state, *user, words, *at)) },
                    }
                }
            }
        }
    }
}

fn verb(action: EventAction) -> &'static str {
    match action {
        EventAction::Add => "added",
        EventAction::Remove => "removed",
    }
}

fn event(state: &State, user: u64, words: &Markup, at: Timestamp) -> Markup {
    let name = state
        .users
        .get(&user)
        .map_or("somebody", |one| one.name.as_str());
    html! { div.event { span { strong { (name) } " " (words) } (parts::time(at)) } }
}

fn system(state: &State, issue: &Issue, note: &Note) -> Markup {
    let words = idiff::render(&note.body)
        .unwrap_or_else(|| markdown::render(state, issue.project, &note.body));
    html! { li id={ "note_" (note.id) } { (event(state, note.author, &words, note.created_at)) } }
}

fn comment(state: &State, issue: &Issue, note: &Note) -> Markup {
    let edited = note.updated_at > note.created_at;
    html! {
        li id={ "note_" (note.id) } {
            article.card.comment.internal[note.internal] {
                header {
                    (parts::person(state, note.author))
                    a.soft.small href={ "#note_" (note.id) } { (parts::time(note.created_at)) }
                    @if edited { span.soft.small { "edited " (parts::time(note.updated_at)) } }
                    @if note.internal { span.badge.confidential { "Internal" } }
                }
                div.pad { (markdown::render(state, issue.project, &note.body)) }
            }
        }
    }
}
