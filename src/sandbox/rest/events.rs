//! What GitLab keeps of the past of an issue.

use serde_json::{Value, json};

use super::entity::{label_basic, milestone, time, user};
use super::paging::paged;
use super::{Answer, Context, find_issue};

fn defaults(project: u64, iid: &str) -> [(&'static str, String); 2] {
    [
        ("eventable_id", iid.to_owned()),
        ("id", project.to_string()),
    ]
}

/// A label that was deleted since is null; one that was renamed has its new name (recorded: flow).
pub(super) fn labels(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let issue = find_issue(c, project, iid)?;
    let rows: Vec<_> = c
        .state
        .label_events
        .iter()
        .filter(|event| event.issue == issue)
        .collect();
    paged(c, &rows, &defaults(project, iid), |event| {
        let label = c
            .state
            .labels
            .get(&event.label)
            .map_or(Value::Null, label_basic);
        json!({
            "id": event.id, "user": user(c.state, Some(event.user)), "created_at": time(event.at),
            "resource_type": "Issue", "resource_id": issue, "label": label,
            "action": event.action.as_str(),
        })
    })
}

pub(super) fn states(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let issue = find_issue(c, project, iid)?;
    let rows: Vec<_> = c
        .state
        .state_events
        .iter()
        .filter(|event| event.issue == issue)
        .collect();
    paged(c, &rows, &defaults(project, iid), |event| {
        json!({
            "id": event.id, "user": user(c.state, Some(event.user)), "created_at": time(event.at),
            "resource_type": "Issue", "resource_id": issue, "source_commit": null,
            "source_merge_request_id": null,
            "state": if event.closed { "closed" } else { "reopened" },
        })
    })
}

pub(super) fn milestones(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let issue = find_issue(c, project, iid)?;
    let rows: Vec<_> = c
        .state
        .milestone_events
        .iter()
        .filter(|event| event.issue == issue)
        .collect();
    paged(c, &rows, &defaults(project, iid), |event| {
        let one = c.state.milestones.get(&event.milestone);
        json!({
            "id": event.id, "user": user(c.state, Some(event.user)), "created_at": time(event.at),
            "resource_type": "Issue", "resource_id": issue,
            "milestone": one.map_or(Value::Null, |one| milestone(c.state, one, c.now)),
            "action": event.action.as_str(),
            "state": if event.closed { "closed" } else { "opened" },
        })
    })
}
