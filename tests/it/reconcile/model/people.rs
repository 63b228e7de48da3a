//! What people do in a model's GitLab, and what of it must be there ever after.

use std::collections::{BTreeMap, BTreeSet};

use okrsync::issue::{Body, Description};
use okrsync::sandbox::state::{IssueState, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::faults::edit;
use super::super::scene::Scene;

/// What Ann does to one issue.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Title(u8),
    Due(u8),
    /// Words above the block, or below it.
    Around(bool),
    Inside,
    Label,
    /// Takes away a label of ours.
    Unlabel,
    AssignAnn,
    Unassign,
    Close,
    Reopen,
    Comment,
    Row(u8, u8),
    /// Another value in the first row.
    CorrectRow(u8),
    DropRow,
    DropTable,
    /// Links it with another issue.
    Link(u8),
    /// Takes away one of its links.
    Unlink(u8),
    Move,
    Confide,
    DropBlock,
    Restore,
    /// Makes an issue of her own with the same description.
    Copy,
}

pub(super) fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..9_u8).prop_map(Deed::Title),
        2 => (0..9_u8).prop_map(Deed::Due),
        3 => any::<bool>().prop_map(Deed::Around),
        2 => Just(Deed::Inside),
        2 => Just(Deed::Label),
        2 => Just(Deed::Unlabel),
        2 => Just(Deed::AssignAnn),
        2 => Just(Deed::Unassign),
        2 => Just(Deed::Close),
        2 => Just(Deed::Reopen),
        1 => Just(Deed::Comment),
        3 => (0..9_u8, 0..9_u8).prop_map(|(day, value)| Deed::Row(day, value)),
        2 => (0..9_u8).prop_map(Deed::CorrectRow),
        1 => Just(Deed::DropRow),
        1 => Just(Deed::DropTable),
        2 => any::<u8>().prop_map(Deed::Link),
        2 => any::<u8>().prop_map(Deed::Unlink),
        1 => Just(Deed::Move),
        1 => Just(Deed::Confide),
        1 => Just(Deed::DropBlock),
        2 => Just(Deed::Restore),
        1 => Just(Deed::Copy),
    ]
}

/// What is people's, by the issue on which they left it.
#[derive(Debug, Default)]
pub(super) struct Theirs {
    count: u32,
    labels: BTreeSet<(u64, String)>,
    words: BTreeSet<(u64, String)>,
    comments: BTreeSet<String>,
    /// Date and value.
    rows: BTreeSet<(u64, String, String)>,
    links: BTreeSet<(u64, u64)>,
    assigned: BTreeSet<u64>,
    confidential: BTreeSet<u64>,
    /// Descriptions whose block they removed.
    saved: BTreeMap<u64, String>,
}

/// The issue that goes on where one was moved.
pub(super) fn here(state: &State, id: u64) -> u64 {
    let mut id = id;
    while let Some(moved) = state.issues.get(&id).and_then(|issue| issue.moved_to) {
        id = moved;
    }
    id
}

pub(super) fn text(state: &State, id: u64) -> &str {
    state.issues[&id].description.as_deref().unwrap_or_default()
}

pub(super) fn is_bare(state: &State, id: u64) -> bool {
    !text(state, id).contains("okrsync")
}

fn body(state: &State, id: u64) -> Option<Body> {
    let block = Description::parse(text(state, id)).ok()?.block?;
    Some(Body::parse(&block.body))
}

/// The rows of an issue's table, by date and value.
fn rows(state: &State, id: u64) -> Vec<(String, String)> {
    let table = body(state, id).and_then(|body| body.table);
    let rows = table.into_iter().flat_map(|table| table.rows);
    rows.map(|row| {
        let value = row.values.value.map(|value| value.to_string());
        (row.date.to_string(), value.unwrap_or_default())
    })
    .collect()
}

pub(super) fn names(state: &State, id: u64) -> BTreeSet<String> {
    let labels = state.issues[&id].labels.iter();
    labels.map(|id| state.labels[id].name.clone()).collect()
}

fn linked(state: &State, one: u64, other: u64) -> bool {
    let ends = |link: &okrsync::sandbox::state::Link| {
        (link.source, link.target) == (one, other) || (link.source, link.target) == (other, one)
    };
    state.links.values().any(ends)
}

impl Theirs {
    /// Lets Ann do it to an issue, where it can be done. Whether it is put right by the next apply, whatever the policy.
    pub(super) async fn happens(&mut self, scene: &Scene, id: u64, deed: Deed) -> bool {
        let before = scene.state();
        let id = here(&before, id);
        self.count += 1;
        let Some((method, path, sent)) = self.request(&before, id, deed) else {
            return false;
        };
        edit(scene, method, &path, sent).await;
        let after = scene.state();
        self.remember(&before, &after, id, deed);
        matches!(deed, Deed::DropTable | Deed::Restore)
    }

    fn request(&self, state: &State, id: u64, deed: Deed) -> Option<(&'static str, String, Value)> {
        let issue = &state.issues[&id];
        let at = format!("/api/v4/projects/{}/issues/{}", issue.project, issue.iid);
        let text = text(state, id);
        let put = |body: Value| Some(("PUT", at.clone(), body));
        let described = |text: String| put(json!({"description": text}));
        let n = self.count;
        match deed {
            // By its title alone an issue without its block is known.
            Deed::Title(_) if is_bare(state, id) => None,
            Deed::Title(n) => put(json!({"title": format!("Ann's title {n}")})),
            Deed::Due(n) => put(json!({"due_date": format!("2026-12-2{n}")})),
            Deed::Around(true) => described(format!("Above {n}.\n\n{text}")),
            Deed::Around(false) => described(format!("{text}\n\nBelow {n}.")),
            Deed::Inside => {
                let begin = "<!-- okrsync -->\n\n";
                let more = text.replacen(begin, &format!("{begin}Inside {n}.\n\n"), 1);
                described(more)
            }
            Deed::Label => put(json!({"add_labels": format!("human-{n}")})),
            Deed::Unlabel => {
                let names = names(state, id);
                let ours = names.iter().find(|name| !name.starts_with("human"))?;
                put(json!({"remove_labels": ours}))
            }
            Deed::AssignAnn => {
                let ann = state.user_by_name("ann")?.id;
                let mut all = issue.assignees.clone();
                if all.contains(&ann) {
                    return None;
                }
                // Free keeps the first.
                all.insert(0, ann);
                put(json!({"assignee_ids": all}))
            }
            Deed::Unassign => put(json!({"assignee_ids": []})),
            Deed::Close => put(json!({"state_event": "close"})),
            Deed::Reopen => put(json!({"state_event": "reopen"})),
            Deed::Comment => Some((
                "POST",
                format!("{at}/notes"),
                json!({"body": format!("Comment {n}.")}),
            )),
            Deed::Row(day, value) => {
                let end = text.find("\n\n<!-- okrsync:v1")?;
                let day = format!("2026-11-1{day}");
                if !text.contains("okrsync:check-ins") || text.contains(&format!("| {day} ")) {
                    return None;
                }
                let (table, rest) = text.split_at(end);
                described(format!("{table}\n| {day} | 80{value} | | | |{rest}"))
            }
            Deed::CorrectRow(value) => {
                let (day, old) = rows(state, id).into_iter().next()?;
                let line = |value: &str| format!("| {day} | {value} |");
                described(text.replacen(&line(&old), &line(&format!("90{value}")), 1))
            }
            Deed::DropRow => {
                let (day, old) = rows(state, id).into_iter().next()?;
                let start = text.find(&format!("| {day} | {old} |"))?;
                let end = text[start..].find('\n')?;
                described(format!("{}{}", &text[..start], &text[start + end + 1..]))
            }
            Deed::DropTable => {
                let start = text.find("<!-- okrsync:check-ins -->")?;
                let end = text.find("<!-- okrsync:v1")?;
                described(format!("{}{}", &text[..start], &text[end..]))
            }
            Deed::Link(other) => {
                let all: Vec<u64> = state.issues.keys().copied().collect();
                let other = &state.issues[&here(state, all[usize::from(other) % all.len()])];
                let ends =
                    json!({"target_project_id": other.project, "target_issue_iid": other.iid});
                Some(("POST", format!("{at}/links"), ends))
            }
            Deed::Unlink(nth) => {
                let links: Vec<&u64> = issue.links.iter().collect();
                let link = links.get(usize::from(nth) % links.len().max(1))?;
                Some(("DELETE", format!("{at}/links/{link}"), Value::Null))
            }
            Deed::Move => {
                let to = if issue.project == 1 { 2 } else { 1 };
                Some(("POST", format!("{at}/move"), json!({"to_project_id": to})))
            }
            Deed::Confide => put(json!({"confidential": true})),
            Deed::DropBlock => {
                // One that has another title would not be known again.
                if issue.title.starts_with("Ann's") {
                    return None;
                }
                let read = Description::parse(text).ok()?;
                read.block.as_ref()?;
                described(format!("{}\n\nNo block, {n}.{}", read.above, read.below))
            }
            Deed::Restore if is_bare(state, id) => described(self.saved.get(&id)?.clone()),
            Deed::Restore => None,
            Deed::Copy => {
                let path = format!("/api/v4/projects/{}/issues", issue.project);
                Some((
                    "POST",
                    path,
                    json!({"title": format!("Copy {n}"), "description": text}),
                ))
            }
        }
    }

    fn remember(&mut self, before: &State, after: &State, id: u64, deed: Deed) {
        let n = self.count;
        match deed {
            Deed::Label => {
                self.labels.insert((id, format!("human-{n}")));
            }
            Deed::Around(above) => {
                let side = if above { "Above" } else { "Below" };
                self.words.insert((id, format!("{side} {n}.")));
            }
            Deed::Comment => {
                self.comments.insert(format!("Comment {n}."));
            }
            Deed::AssignAnn => {
                self.assigned.insert(id);
            }
            Deed::Unassign => {
                self.assigned.retain(|on| here(after, *on) != id);
            }
            Deed::Confide => {
                self.confidential.insert(id);
            }
            Deed::Row(..) | Deed::CorrectRow(_) | Deed::DropRow | Deed::DropTable => {
                let (old, new) = (rows(before, id), rows(after, id));
                let all = new.iter().filter(|row| !old.contains(row));
                let added = all.map(|(day, value)| (id, day.clone(), value.clone()));
                let added: Vec<_> = added.collect();
                self.rows.retain(|(on, day, value)| {
                    here(after, *on) != id || new.contains(&(day.clone(), value.clone()))
                });
                self.rows.extend(added);
            }
            Deed::DropBlock => {
                self.saved.insert(id, text(before, id).to_owned());
                self.rows.retain(|(on, ..)| here(after, *on) != id);
            }
            Deed::Restore => {
                let text = text(after, id);
                self.words
                    .retain(|(on, word)| here(after, *on) != id || text.contains(word));
            }
            Deed::Link(_) => {
                let new = after
                    .links
                    .iter()
                    .find(|(id, _)| !before.links.contains_key(id));
                if let Some((_, link)) = new {
                    self.links.insert((link.source, link.target));
                }
            }
            Deed::Unlink(_) | Deed::Move => {
                self.follow(after);
                self.links
                    .retain(|(one, other)| linked(after, *one, *other));
                // Her own move loses the labels that the other project lacks, and maybe people.
                let moved = here(after, id);
                let ann = after.user_by_name("ann").unwrap().id;
                let stays = after.issues[&moved].assignees.contains(&ann);
                self.assigned
                    .retain(|on| here(after, *on) != moved || stays);
                let left = names(after, moved);
                self.labels
                    .retain(|(on, label)| here(after, *on) != moved || left.contains(label));
            }
            Deed::Title(_)
            | Deed::Due(_)
            | Deed::Inside
            | Deed::Unlabel
            | Deed::Close
            | Deed::Reopen
            | Deed::Copy => {}
        }
    }

    /// What was left on an issue that was moved is now on the other.
    fn follow(&mut self, state: &State) {
        let ends = |(one, other): &(u64, u64)| (here(state, *one), here(state, *other));
        self.links = self.links.iter().map(ends).collect();
    }

    /// What of it is gone.
    pub(super) fn lost(&mut self, state: &State) -> Vec<String> {
        self.follow(state);
        let mut lost = Vec::new();
        let at = |id: &u64| here(state, *id);
        for (id, label) in &self.labels {
            if !names(state, at(id)).contains(label) {
                lost.push(format!("the label {label} on {id}"));
            }
        }
        for (id, words) in &self.words {
            let found = Description::parse(text(state, at(id))).unwrap();
            if !found.above.contains(words) && !found.below.contains(words) {
                lost.push(format!("the words {words} on {id}"));
            }
        }
        for comment in &self.comments {
            let mut notes = state.notes.values();
            if !notes.any(|note| !note.system && note.body == *comment) {
                lost.push(format!("the comment {comment}"));
            }
        }
        for (id, day, value) in &self.rows {
            if !rows(state, at(id)).contains(&(day.clone(), value.clone())) {
                lost.push(format!("the row of {day}, {value}, on {id}"));
            }
        }
        for (one, other) in &self.links {
            if !linked(state, *one, *other) {
                lost.push(format!("the link of {one} and {other}"));
            }
        }
        let ann = state.user_by_name("ann").unwrap().id;
        for id in &self.assigned {
            if !state.issues[&at(id)].assignees.contains(&ann) {
                lost.push(format!("Ann's assignment to {id}"));
            }
        }
        for id in &self.confidential {
            if !state.issues[&at(id)].confidential {
                lost.push(format!("that {id} is confidential"));
            }
        }
        lost
    }
}

/// What an issue says for itself, links, comments and times apart.
pub(super) fn told(state: &State, id: u64) -> String {
    let issue = &state.issues[&id];
    let open = issue.state == IssueState::Opened;
    format!(
        "{:?} {open} {:?} {:?} {:?} {} {:?}",
        issue.title,
        names(state, id),
        issue.assignees,
        issue.due_date,
        issue.confidential,
        issue.description
    )
}
