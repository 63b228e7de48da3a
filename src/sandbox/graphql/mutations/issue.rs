//! `createIssue`, `updateIssue` and `issueSetSeverity`.

use super::Change;
use super::input::{self, LABELS};
use super::payload::{Payload, Subject};
use super::refused::reasons;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::object::Failure;
use crate::sandbox::state::{IssueChange, IssueKind, IssueState, NewIssue, Severity};

const CREATED: &str = "CreateIssuePayload";
const UPDATED: &str = "UpdateIssuePayload";
const SEVERITY_SET: &str = "IssueSetSeverityPayload";

impl Change<'_> {
    /// The project at a path, if it may be seen.
    pub(super) fn project(&self, path: &str) -> Result<u64, Failure> {
        let project = self
            .state
            .project(path)
            .filter(|one| one.path.eq_ignore_ascii_case(path));
        let seen = project.filter(|one| self.state.can_read_project(self.actor, one));
        seen.map(|one| one.id).ok_or_else(Failure::unavailable)
    }

    /// The issue of a global id, if it may be changed (recorded: mutations/as-guest).
    pub(super) fn changeable(&self, id: Option<u64>) -> Result<u64, Failure> {
        let issue = id.and_then(|id| self.state.issues.get(&id));
        let issue = issue.filter(|issue| self.state.can_update_issue(self.actor, issue));
        issue.map(|issue| issue.id).ok_or_else(Failure::unavailable)
    }
}

/// `ISSUE`, `TASK`, …; types that Free does not sell are made plain issues.
fn kind(input: &Arguments) -> Option<IssueKind> {
    input
        .text("type")
        .map(|word| IssueKind::parse(&word.to_lowercase()).unwrap_or_default())
}

/// `CLOSE` and `REOPEN`.
pub(super) fn state_event(input: &Arguments) -> Option<IssueState> {
    match input.text("stateEvent") {
        Some("CLOSE") => Some(IssueState::Closed),
        Some("REOPEN") => Some(IssueState::Opened),
        _ => None,
    }
}

pub(super) fn create(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let project = change.project(input.text("projectPath").unwrap_or_default())?;
    let new = NewIssue {
        title: input.text("title").unwrap_or_default().to_owned(),
        description: input.text("description").map(str::to_owned),
        kind: kind(input).unwrap_or_default(),
        labels: input.texts("labels").unwrap_or_default(),
        label_ids: input::ids(input, "labelIds", &LABELS).unwrap_or_default(),
        assignees: input::ids(input, "assigneeIds", &["User"]).unwrap_or_default(),
        milestone: input::id(input, "milestoneId", &["Milestone"]),
        due_date: input::day(input, "dueDate").flatten(),
        confidential: input.flag("confidential").unwrap_or(false),
        discussion_locked: input.flag("locked"),
        iid: input.number("iid").and_then(|iid| u64::try_from(iid).ok()),
        created_at: input.text("createdAt").and_then(|text| text.parse().ok()),
        ..NewIssue::default()
    };
    match change
        .state
        .create_issue(change.actor, project, new, change.now)
    {
        Ok(id) => Ok(Payload::done(CREATED, Subject::Issue(id))),
        Err(refusal) => Ok(Payload::failed(CREATED, reasons(refusal)?)),
    }
}

/// The issue of a path and a number, if it may be changed.
fn named(change: &Change<'_>, input: &Arguments) -> Result<u64, Failure> {
    let project = change.project(input.text("projectPath").unwrap_or_default())?;
    let iid = input.text("iid").and_then(|iid| iid.parse().ok());
    let issue = iid.and_then(|iid| change.state.issue_by_iid(project, iid));
    change.changeable(issue.map(|issue| issue.id))
}

/// Changes an issue; what is refused is told in the payload.
fn changed(
    change: &mut Change<'_>,
    id: u64,
    wanted: IssueChange,
    payload: &'static str,
) -> Result<Payload, Failure> {
    let done = Payload::done(payload, Subject::Issue(id));
    match change
        .state
        .update_issue(change.actor, id, wanted, change.now)
    {
        Ok(()) => Ok(done),
        Err(refusal) => Ok(done.with_errors(reasons(refusal)?)),
    }
}

/// Sets how severe an incident is; other issues stay as they are (not recorded: `app/graphql/mutations/issues/set_severity.rb`).
pub(super) fn set_severity(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let id = named(change, input)?;
    let wanted = IssueChange {
        severity: input.text("severity").and_then(Severity::parse),
        ..IssueChange::default()
    };
    changed(change, id, wanted, SEVERITY_SET)
}

pub(super) fn update(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let id = named(change, input)?;
    let wanted = IssueChange {
        title: input.text("title").map(str::to_owned),
        description: input::text(input, "description"),
        kind: kind(input),
        label_ids: input::ids(input, "labelIds", &LABELS),
        add_label_ids: input::ids(input, "addLabelIds", &LABELS).unwrap_or_default(),
        remove_label_ids: input::ids(input, "removeLabelIds", &LABELS).unwrap_or_default(),
        milestone: input::milestone(input, "milestoneId"),
        due_date: input::day(input, "dueDate"),
        confidential: input.flag("confidential"),
        discussion_locked: input.flag("locked"),
        state: state_event(input),
        ..IssueChange::default()
    };
    changed(change, id, wanted, UPDATED)
}
