//! What GitLab holds in the end, without what differs from run to run: ids, births, times.

use std::collections::BTreeMap;

use okrsync::issue::Description;
use okrsync::sandbox::state::{IssueState, Namespace, Noteable, State};
use serde_json::{Value, json};

/// A line of JSON for every label, issue, link and comment, sorted.
pub(crate) fn ending(state: &State) -> Vec<String> {
    let ending = Ending {
        state,
        names: names(state),
    };
    let mut lines: Vec<String> = state
        .labels
        .values()
        .map(|label| {
            let home = match label.owner {
                Namespace::Project(id) => format!("project {id}"),
                Namespace::Group(id) => format!("group {id}"),
            };
            format!(
                "label {home} {} {} {:?}",
                label.name, label.color, label.description
            )
        })
        .collect();
    lines.extend(state.issues.keys().map(|id| ending.issue(*id)));
    lines.extend(state.links.values().map(|link| {
        let (one, other) = (ending.name(link.source), ending.name(link.target));
        format!("link {} {}", one.clone().min(other.clone()), one.max(other))
    }));
    lines.extend(
        state
            .notes
            .values()
            .filter(|note| !note.system)
            .map(|note| {
                let on = match note.on {
                    Noteable::Issue(id) => ending.name(id),
                    Noteable::MergeRequest(id) => format!("merge request {id}"),
                };
                let said = note
                    .body
                    .split("<!-- okrsync:note ")
                    .next()
                    .unwrap_or_default();
                format!("note {on} by {}: {said}", ending.user(note.author))
            }),
    );
    lines.sort();
    lines
}

/// Issues by the key in their marker, else by their place; the younger of two of one key are called twins.
fn names(state: &State) -> BTreeMap<u64, String> {
    let mut names = BTreeMap::new();
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    for issue in state.issues.values() {
        let text = issue.description.as_deref().unwrap_or_default();
        let marker = Description::parse(text)
            .ok()
            .and_then(|found| found.block)
            .map(|block| block.marker);
        let name = match marker {
            Some(marker) => marker.key.to_string(),
            None => format!("project {}#{}", issue.project, issue.iid),
        };
        let before = taken.entry(name.clone()).or_default();
        *before += 1;
        let twin = if *before > 1 { " (twin)" } else { "" };
        names.insert(issue.id, format!("{name}{twin}"));
    }
    names
}

struct Ending<'a> {
    state: &'a State,
    names: BTreeMap<u64, String>,
}

impl Ending<'_> {
    fn name(&self, id: u64) -> String {
        self.names[&id].clone()
    }

    fn user(&self, id: u64) -> &str {
        &self.state.users[&id].username
    }

    fn issue(&self, id: u64) -> String {
        let issue = &self.state.issues[&id];
        let mut labels: Vec<&str> = issue
            .labels
            .iter()
            .map(|id| self.state.labels[id].name.as_str())
            .collect();
        labels.sort_unstable();
        let assignees: Vec<&str> = issue.assignees.iter().map(|id| self.user(*id)).collect();
        let shown = json!({
            "project": issue.project,
            "title": issue.title,
            "open": issue.state == IssueState::Opened,
            "labels": labels,
            "assignees": assignees,
            "due": issue.due_date,
            "confidential": issue.confidential,
            "text": self.description(issue.description.as_deref().unwrap_or_default()),
        });
        format!("issue {} {shown}", self.name(id))
    }

    /// People's text, the block, and its marker with the names of issues in the place of their ids.
    fn description(&self, text: &str) -> Value {
        let Ok(Description {
            above,
            block: Some(block),
            below,
        }) = Description::parse(text)
        else {
            return Value::from(text);
        };
        let mut marker = serde_json::to_value(&block.marker).unwrap();
        marker["birth"] = Value::Null;
        for link in marker["applied"]["links"].as_array_mut().unwrap() {
            if let Some(id) = link["id"].as_u64() {
                link["id"] = self.name(id).into();
            }
        }
        json!({"above": above, "body": block.body, "marker": marker, "below": below})
    }
}
