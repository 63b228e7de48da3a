//! `workItemCreate` and `workItemUpdate`.

use super::Change;
use super::input::{self, ISSUES, LABELS};
use super::issue::state_event;
use super::payload::{Payload, Subject};
use super::refused::reasons;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::object::Failure;
use crate::sandbox::graphql::types::work_item_type::WorkItemTypeObject;
use crate::sandbox::state::{IssueChange, LinkKind, NewIssue};

const CREATED: &str = "WorkItemCreatePayload";
const UPDATED: &str = "WorkItemUpdatePayload";

pub(super) fn create(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let path = input
        .text("namespacePath")
        .or_else(|| input.text("projectPath"));
    let project = change.project(path.unwrap_or_default())?;
    let widget = |name: &str| input.object(name).unwrap_or_default();
    let dates = widget("startAndDueDateWidget");
    let description = widget("descriptionWidget");
    let description = description
        .text("description")
        .or_else(|| input.text("description"));
    let kind = input::id(input, "workItemTypeId", &["WorkItems::Type"]).unwrap_or(1);
    let new = NewIssue {
        title: input.text("title").unwrap_or_default().to_owned(),
        description: description.map(str::to_owned),
        kind: WorkItemTypeObject::kind_of(kind),
        label_ids: input::ids(&widget("labelsWidget"), "labelIds", &LABELS).unwrap_or_default(),
        assignees: input::ids(&widget("assigneesWidget"), "assigneeIds", &["User"])
            .unwrap_or_default(),
        milestone: input::id(&widget("milestoneWidget"), "milestoneId", &["Milestone"]),
        start_date: input::day(&dates, "startDate").flatten(),
        due_date: input::day(&dates, "dueDate").flatten(),
        confidential: input.flag("confidential").unwrap_or(false),
        created_at: input.text("createdAt").and_then(|text| text.parse().ok()),
        ..NewIssue::default()
    };
    let id = match change
        .state
        .create_issue(change.actor, project, new, change.now)
    {
        Ok(id) => id,
        Err(refusal) => return Ok(Payload::failed(CREATED, reasons(refusal)?)),
    };
    let linked = input::ids(&widget("linkedItemsWidget"), "workItemsIds", &ISSUES);
    for target in linked.unwrap_or_default() {
        // An item that cannot be linked does not undo the creation.
        let kind = LinkKind::RelatesTo;
        let _ = change
            .state
            .add_link(change.actor, id, target, kind, change.now);
    }
    Ok(Payload::done(CREATED, Subject::WorkItem(id)))
}

pub(super) fn update(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let id = change.changeable(input::id(input, "id", &ISSUES))?;
    let widget = |name: &str| input.object(name).unwrap_or_default();
    let dates = widget("startAndDueDateWidget");
    let labels = widget("labelsWidget");
    let wanted = IssueChange {
        title: input.text("title").map(str::to_owned),
        description: input::text(&widget("descriptionWidget"), "description"),
        add_label_ids: input::ids(&labels, "addLabelIds", &LABELS).unwrap_or_default(),
        remove_label_ids: input::ids(&labels, "removeLabelIds", &LABELS).unwrap_or_default(),
        assignees: input::ids(&widget("assigneesWidget"), "assigneeIds", &["User"]),
        milestone: input::milestone(&widget("milestoneWidget"), "milestoneId"),
        start_date: input::day(&dates, "startDate"),
        due_date: input::day(&dates, "dueDate"),
        confidential: input.flag("confidential"),
        discussion_locked: widget("notesWidget").flag("discussionLocked"),
        state: state_event(input),
        ..IssueChange::default()
    };
    match change
        .state
        .update_issue(change.actor, id, wanted, change.now)
    {
        Ok(()) => Ok(Payload::done(UPDATED, Subject::WorkItem(id))),
        Err(refusal) => Ok(Payload::failed(UPDATED, reasons(refusal)?)),
    }
}
