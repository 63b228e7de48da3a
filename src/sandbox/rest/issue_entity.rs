//! Issues in GitLab's JSON (facts §11.1).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::duration;
use super::entity::{label_basic, merge, milestone, time, user};
use crate::sandbox::state::{Actor, Issue, IssueKind, IssueState, Namespace, State, Tier};
use crate::sandbox::text::task_counts;

/// How issues are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    /// Who asks.
    pub(super) actor: &'a Actor,
    /// From where relative references are written.
    pub(super) from: Option<Namespace>,
    /// Whether labels are objects.
    pub(super) label_details: bool,
    /// Now: decides what has expired.
    pub(super) now: Timestamp,
}

/// An issue in short, as links show their ends.
pub(super) fn basic(state: &State, issue: &Issue, view: View<'_>) -> Value {
    let mut labels: Vec<_> = issue
        .labels
        .iter()
        .filter_map(|id| state.labels.get(id))
        .collect();
    labels.sort_by(|a, b| a.name.cmp(&b.name));
    let labels: Vec<Value> = labels
        .into_iter()
        .map(|label| {
            if view.label_details {
                label_basic(label)
            } else {
                json!(label.name)
            }
        })
        .collect();
    let notes = issue.notes.iter().filter_map(|id| state.notes.get(id));
    let (tasks, done) = task_counts(issue.description.as_deref().unwrap_or_default());
    let assignees: Vec<Value> = issue
        .assignees
        .iter()
        .map(|id| user(state, Some(*id)))
        .collect();
    let mut value = json!({
        "id": issue.id, "iid": issue.iid, "project_id": issue.project, "title": issue.title,
        "description": issue.description,
        "state": match issue.state { IssueState::Opened => "opened", IssueState::Closed => "closed" },
        "created_at": time(issue.created_at), "updated_at": time(issue.updated_at),
        "closed_at": issue.closed_at.map(time), "closed_by": user(state, issue.closed_by),
        "labels": labels,
        "milestone": issue.milestone.and_then(|id| state.milestones.get(&id))
            .map(|one| milestone(state, one, view.now)),
        "assignees": assignees, "author": user(state, Some(issue.author)),
        "type": issue.kind.as_str().to_uppercase(),
        "assignee": user(state, issue.assignees.first().copied()),
        "user_notes_count": notes.filter(|note| !note.system).count(),
        "merge_requests_count": 0, "upvotes": 0, "downvotes": 0, "start_date": issue.start_date,
        "due_date": issue.due_date, "confidential": issue.confidential,
        "discussion_locked": issue.discussion_locked, "issue_type": issue.kind.as_str(),
        "web_url": web_url(state, issue),
        "time_stats": duration(issue.time_estimate, issue.time_spent),
        "task_completion_status": { "count": tasks, "completed_count": done },
    });
    // The key alone tells the tier (facts §12).
    if state.settings.tier == Tier::Premium {
        merge(
            &mut value,
            json!({ "weight": issue.weight, "blocking_issues_count": 0 }),
        );
    }
    value
}

/// The address of an issue's page: tasks have another than issues (recorded: create/type-task).
pub(crate) fn web_url(state: &State, issue: &Issue) -> String {
    let path = state
        .projects
        .get(&issue.project)
        .map_or("", |project| &project.path);
    let kind = match issue.kind {
        IssueKind::Task | IssueKind::Ticket => "work_items",
        _ => "issues",
    };
    format!("{}/{path}/-/{kind}/{}", state.base_url, issue.iid)
}

/// An issue in a list.
pub(super) fn listed(state: &State, issue: &Issue, view: View<'_>) -> Value {
    let mut value = basic(state, issue, view);
    let (tasks, done) = task_counts(issue.description.as_deref().unwrap_or_default());
    let status = match &issue.description {
        Some(text) if !text.is_empty() => {
            format!("{done} of {tasks} checklist items completed")
        }
        _ => String::new(),
    };
    let project = format!("{}/api/v4/projects/{}", state.base_url, issue.project);
    let api = format!("{project}/issues/{}", issue.iid);
    let duplicate = issue
        .duplicated_to
        .and_then(|id| state.issues.get(&id))
        .map(|other| {
            format!(
                "{}/api/v4/projects/{}/issues/{}",
                state.base_url, other.project, other.iid
            )
        });
    merge(
        &mut value,
        json!({
            // GitLab has it the wrong way round (facts §14.8).
            "has_tasks": tasks == 0,
            "task_status": status,
            "_links": {
                "self": api, "notes": format!("{api}/notes"),
                "award_emoji": format!("{api}/award_emoji"), "project": project,
                "closed_as_duplicate_of": duplicate,
            },
            "references": {
                "short": format!("#{}", issue.iid), "relative": relative(state, issue, view.from),
                "full": state.reference(issue),
            },
            "severity": issue.severity.as_str(), "moved_to_id": issue.moved_to, "imported": false,
            "imported_from": "none", "service_desk_reply_to": null,
        }),
    );
    value
}

/// An issue alone: it also tells whether whoever asks is subscribed.
pub(super) fn single(state: &State, issue: &Issue, view: View<'_>) -> Value {
    let mut value = listed(state, issue, view);
    let subscribed = view.actor.user.is_some_and(|user| {
        issue.author == user || issue.subscribers.contains(&user) || issue.assignees.contains(&user)
    });
    merge(&mut value, json!({ "subscribed": subscribed }));
    value
}

fn relative(state: &State, issue: &Issue, from: Option<Namespace>) -> String {
    match from {
        Some(Namespace::Project(project)) => state.reference_from(project, issue.id),
        Some(Namespace::Group(group)) => {
            let full = state.reference(issue);
            let group = state.groups.get(&group).map_or("", |group| &group.path);
            full.strip_prefix(&format!("{group}/"))
                .map_or(full.clone(), str::to_owned)
        }
        // Without a project or group to write it from, GitLab leaves the path out (recorded: lists/scope-all).
        None => format!("#{}", issue.iid),
    }
}
