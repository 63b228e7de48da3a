//! Issues as work items.

use serde_json::Value;

use super::issue;
use super::namespace::NamespaceObject;
use super::project::ProjectObject;
use super::record::Record;
use super::user::UserObject;
use super::widget;
use super::work_item_type::WorkItemTypeObject;
use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Issue, IssueState, Namespace, Role};

/// An issue as `WorkItem`: the same thing with the same number.
pub(in crate::sandbox::graphql) struct WorkItemObject<'s>(
    pub(in crate::sandbox::graphql) &'s Issue,
);

impl<'s> Object<'s> for WorkItemObject<'s> {
    fn type_name(&self) -> &'static str {
        "WorkItem"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let item = self.0;
        let state = context.state;
        Ok(match name {
            "id" => Resolved::leaf(gid("WorkItem", item.id)),
            "iid" => Resolved::leaf(item.iid.to_string()),
            "title" | "name" => Resolved::leaf(item.title.clone()),
            "description" => Resolved::leaf(item.description.clone()),
            "state" => Resolved::leaf(match item.state {
                IssueState::Opened => "OPEN",
                IssueState::Closed => "CLOSED",
            }),
            "confidential" => Resolved::leaf(item.confidential),
            "reference" => Resolved::leaf(issue::reference(context, item, arguments)),
            "webUrl" => Resolved::leaf(format!("{}{}", state.base_url, issue::path(context, item))),
            "webPath" => Resolved::leaf(issue::path(context, item)),
            "workItemType" => Resolved::object(WorkItemTypeObject::of(item.kind)),
            "author" => UserObject::of(context, item.author),
            "namespace" => Resolved::object(NamespaceObject(Namespace::Project(item.project))),
            "project" => Resolved::optional(state.projects.get(&item.project).map(ProjectObject)),
            "createdAt" => Resolved::Leaf(time(item.created_at)),
            "updatedAt" => Resolved::Leaf(time(item.updated_at)),
            "closedAt" => Resolved::Leaf(item.closed_at.map_or(Value::Null, time)),
            "userDiscussionsCount" => Resolved::leaf(issue::comments(context, item)),
            "movedToWorkItemUrl" => {
                let target = item.moved_to.and_then(|id| context.readable(id));
                let url =
                    target.map(|one| format!("{}{}", state.base_url, issue::path(context, one)));
                Resolved::leaf(url)
            }
            "duplicatedToWorkItemUrl" => {
                let target = item.duplicated_to.and_then(|id| context.readable(id));
                let url =
                    target.map(|one| format!("{}{}", state.base_url, issue::path(context, one)));
                Resolved::leaf(url)
            }
            "userPermissions" => Resolved::object(permissions(context, item)),
            "widgets" => widget::all(item, arguments),
            _ => Resolved::Unset,
        })
    }
}

fn permissions(context: &Context<'_>, item: &Issue) -> Record {
    let update = context.state.can_update_issue(context.actor, item);
    let metadata = context.state.can_set_metadata(context.actor, item.project);
    let role = context
        .state
        .role(context.actor, Namespace::Project(item.project));
    Record::new(
        "WorkItemPermissions",
        vec![
            ("readWorkItem", true.into()),
            ("updateWorkItem", update.into()),
            ("adminWorkItem", metadata.into()),
            ("setWorkItemMetadata", metadata.into()),
            ("adminParentLink", metadata.into()),
            ("moveWorkItem", metadata.into()),
            ("cloneWorkItem", metadata.into()),
            ("markNoteAsInternal", metadata.into()),
            ("adminWorkItemLink", (role >= Role::GUEST).into()),
            ("deleteWorkItem", (role >= Role::OWNER).into()),
            ("createNote", context.actor.user.is_some().into()),
            ("reportSpam", context.actor.user.is_some().into()),
        ],
    )
}
