//! GitLab's words for work become the words of flow metrics.

use std::collections::BTreeMap;

use super::store::StoredIssue;
use crate::flow::{ClosedAs, LabelAction, LabelEvent, StateEvent, WorkItem};
use crate::gitlab;

/// An issue that was read as a piece of work; nothing while its past is unread. Labels are named as they are named now, by
/// `names`, which goes by id; what is not in it (a label of a project that the issue was moved away from, or one that was
/// deleted since it was read) keeps the name that it had.
pub(super) fn work_item(
    project: &str,
    issue: StoredIssue,
    names: &BTreeMap<u64, String>,
) -> Option<WorkItem> {
    let (label_events, state_events) = issue.events?;
    let record = issue.record;
    let name = |label: gitlab::EventLabel| names.get(&label.id).cloned().unwrap_or(label.name);
    let closed_as = if record.moved_to_id.is_some() {
        Some(ClosedAs::Moved)
    } else {
        let duplicate = record.links.closed_as_duplicate_of.is_some();
        duplicate.then_some(ClosedAs::Duplicate)
    };
    Some(WorkItem {
        reference: format!("{project}#{}", record.iid),
        title: record.title,
        confidential: record.confidential,
        is_incident: record.issue_type == "incident",
        created_at: record.created_at,
        closed_at: record.closed_at,
        closed_as,
        labels: record.labels.into_iter().map(name).collect(),
        label_events: label_events
            .into_iter()
            .map(|event| LabelEvent {
                id: event.id,
                at: event.created_at,
                label: event.label.map(|label| (label.id, name(label))),
                action: match event.action {
                    gitlab::LabelAction::Add => LabelAction::Add,
                    gitlab::LabelAction::Remove => LabelAction::Remove,
                },
            })
            .collect(),
        state_events: state_events
            .into_iter()
            .map(|event| StateEvent {
                id: event.id,
                at: event.created_at,
                closed: event.state == "closed",
            })
            .collect(),
    })
}

/// GitLab's word for how severe an incident is, as a number: 1 for the worst.
pub(super) fn severity(word: Option<&str>) -> Option<u8> {
    match word?.to_ascii_uppercase().as_str() {
        "CRITICAL" => Some(1),
        "HIGH" => Some(2),
        "MEDIUM" => Some(3),
        "LOW" => Some(4),
        _ => None,
    }
}
