//! Issues.

use serde_json::Value;

use super::label;
use super::link;
use super::milestone::MilestoneObject;
use super::note;
use super::record::Record;
use super::user::UserObject;
use super::write::{day, gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Issue, IssueKind, IssueState};

/// An issue as `Issue`.
pub(in crate::sandbox::graphql) struct IssueObject<'s>(pub(in crate::sandbox::graphql) &'s Issue);

/// `/acme/okrs/-/issues/1`; tasks live under `work_items` (facts §11.1).
pub(super) fn path(context: &Context<'_>, issue: &Issue) -> String {
    let project = context
        .state
        .projects
        .get(&issue.project)
        .map_or("", |one| one.path.as_str());
    let kind = if issue.kind == IssueKind::Task {
        "work_items"
    } else {
        "issues"
    };
    format!("/{project}/-/{kind}/{}", issue.iid)
}

/// `acme/okrs#1`, or `#1`.
pub(super) fn reference(context: &Context<'_>, issue: &Issue, arguments: &Arguments) -> String {
    if arguments.flag("full") == Some(true) {
        context.state.reference(issue)
    } else {
        format!("#{}", issue.iid)
    }
}

/// The number of comments that people wrote.
pub(super) fn comments(context: &Context<'_>, issue: &Issue) -> usize {
    let notes = issue
        .notes
        .iter()
        .filter_map(|id| context.state.notes.get(id));
    notes.filter(|note| !note.system).count()
}

impl<'s> Object<'s> for IssueObject<'s> {
    fn type_name(&self) -> &'static str {
        "Issue"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let issue = self.0;
        let state = context.state;
        Ok(match name {
            "id" => Resolved::leaf(gid("Issue", issue.id)),
            "iid" => Resolved::leaf(issue.iid.to_string()),
            "projectId" => Resolved::leaf(issue.project),
            "title" | "name" => Resolved::leaf(issue.title.clone()),
            "description" => Resolved::leaf(issue.description.clone()),
            "state" => Resolved::leaf(match issue.state {
                IssueState::Opened => "opened",
                IssueState::Closed => "closed",
            }),
            "type" => Resolved::leaf(issue.kind.as_str().to_uppercase()),
            "confidential" => Resolved::leaf(issue.confidential),
            "discussionLocked" => Resolved::leaf(issue.discussion_locked.unwrap_or(false)),
            "reference" => Resolved::leaf(reference(context, issue, arguments)),
            "webUrl" => Resolved::leaf(format!("{}{}", state.base_url, path(context, issue))),
            "webPath" => Resolved::leaf(path(context, issue)),
            "dueDate" => Resolved::Leaf(day(issue.due_date)),
            "createdAt" => Resolved::Leaf(time(issue.created_at)),
            "updatedAt" => Resolved::Leaf(time(issue.updated_at)),
            "closedAt" => Resolved::Leaf(issue.closed_at.map_or(Value::Null, time)),
            "author" => UserObject::of(context, issue.author),
            "updatedBy" => match issue.updated_by {
                Some(id) => UserObject::of(context, id),
                None => Resolved::leaf(Value::Null),
            },
            "assignees" => UserObject::list(context, issue.assignees.clone(), arguments)?,
            "participants" => UserObject::list(context, issue.subscribers.clone(), arguments)?,
            "commenters" => UserObject::list(context, commenters(context, issue), arguments)?,
            "labels" => label::of_issue(context, &issue.labels, arguments)?,
            "milestone" => MilestoneObject::of(context, issue.milestone),
            "linkedWorkItems" => link::of_issue(context, issue, arguments)?,
            "notes" => note::of_issue(context, issue, arguments)?,
            "moved" => Resolved::leaf(issue.moved_to.is_some()),
            "movedTo" => {
                let target = issue.moved_to.and_then(|id| context.readable(id));
                Resolved::optional(target.map(IssueObject))
            }
            "closedAsDuplicateOf" => {
                let target = issue.duplicated_to.and_then(|id| context.readable(id));
                Resolved::optional(target.map(IssueObject))
            }
            "severity" => Resolved::leaf(issue.severity.as_str()),
            "userNotesCount" | "userDiscussionsCount" => Resolved::leaf(comments(context, issue)),
            "timeEstimate" => Resolved::leaf(issue.time_estimate),
            "totalTimeSpent" => Resolved::leaf(issue.time_spent),
            "taskCompletionStatus" => {
                Resolved::object(Record::task_completion(issue.description.as_deref()))
            }
            "subscribed" => Resolved::leaf(
                context
                    .actor
                    .user
                    .is_some_and(|user| issue.subscribers.contains(&user)),
            ),
            "emailsEnabled" => Resolved::leaf(true),
            "userPermissions" => Resolved::object(permissions(context, issue)),
            _ => Resolved::Unset,
        })
    }
}

fn commenters(context: &Context<'_>, issue: &Issue) -> std::collections::BTreeSet<u64> {
    let notes = issue
        .notes
        .iter()
        .filter_map(|id| context.state.notes.get(id));
    notes
        .filter(|note| !note.system)
        .map(|note| note.author)
        .collect()
}

fn permissions(context: &Context<'_>, issue: &Issue) -> Record {
    let update = context.state.can_update_issue(context.actor, issue);
    let metadata = context.state.can_set_metadata(context.actor, issue.project);
    Record::new(
        "IssuePermissions",
        vec![
            ("readIssue", true.into()),
            ("updateIssue", update.into()),
            ("reopenIssue", update.into()),
            ("adminIssue", metadata.into()),
            ("moveIssue", metadata.into()),
            ("cloneIssue", metadata.into()),
            ("adminIssueRelation", context.actor.user.is_some().into()),
            ("createNote", context.actor.user.is_some().into()),
        ],
    )
}
