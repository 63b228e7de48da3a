//! Groups.

use super::flow::FlowMetrics;
use super::namespace::NamespaceObject;
use super::record::Record;
use super::write::{gid, time};
use super::{issues, label, milestone, namespace, project, work_item_type};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Group, Namespace, Project};

/// A group.
pub(in crate::sandbox::graphql) struct GroupObject<'s>(pub(in crate::sandbox::graphql) &'s Group);

/// Groups by name.
pub(super) fn list<'s>(
    mut all: Vec<&'s Group>,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    all.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Connection::of(Kind::GROUPS, all, arguments, |group| group.id, GroupObject)
}

/// The projects in a group, with those of its subgroups if asked for.
pub(super) fn projects<'s>(
    context: &Context<'s>,
    group: u64,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let state = context.state;
    let path = state
        .groups
        .get(&group)
        .map_or("", |group| group.path.as_str());
    let below = arguments.flag("includeSubgroups") == Some(true);
    let ids = state.projects_of_group(group);
    let all = ids.iter().filter_map(|id| state.projects.get(id));
    let all: Vec<&Project> = all
        .filter(|one| below || one.parent_path() == path)
        .filter(|one| state.can_read_project(context.actor, one))
        .filter(|one| arguments.flag("withIssuesEnabled") != Some(true) || one.issues_enabled)
        .collect();
    project::list(all, arguments)
}

impl<'s> Object<'s> for GroupObject<'s> {
    fn type_name(&self) -> &'static str {
        "Group"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let group = self.0;
        let here = Namespace::Group(group.id);
        let state = context.state;
        let scope = |work_items| issues::Scope::of(here, arguments, work_items);
        Ok(match name {
            "id" => Resolved::leaf(gid("Group", group.id)),
            "name" => Resolved::leaf(group.name.clone()),
            "fullName" => Resolved::leaf(namespace::full_name(context, here, &group.name)),
            "path" => Resolved::leaf(group.slug()),
            "fullPath" => Resolved::leaf(group.path.clone()),
            "webUrl" => Resolved::leaf(context.url(&format!("groups/{}", group.path))),
            "webPath" => Resolved::leaf(format!("/groups/{}", group.path)),
            "visibility" => Resolved::leaf(group.visibility.as_str()),
            "createdAt" | "updatedAt" => Resolved::Leaf(time(group.created_at)),
            "parent" => {
                let above = state
                    .ancestors(here)
                    .get(1)
                    .and_then(|id| state.groups.get(id));
                Resolved::optional(above.map(GroupObject))
            }
            "rootNamespace" => {
                let root = state.ancestors(here).last().copied().unwrap_or(group.id);
                Resolved::object(NamespaceObject(Namespace::Group(root)))
            }
            "maxAccessLevel" => {
                Resolved::object(Record::access_level(state.role(context.actor, here)))
            }
            "groupMembersCount" => Resolved::leaf(group.members.len()),
            "projectsCount" => Resolved::leaf(state.projects_of_group(group.id).len()),
            "descendantGroups" => {
                let prefix = format!("{}/", group.path);
                let all = state
                    .groups
                    .values()
                    .filter(|one| one.path.starts_with(&prefix));
                list(
                    all.filter(|one| state.can_read_group(context.actor, one))
                        .collect(),
                    arguments,
                )?
            }
            "projects" => projects(context, group.id, arguments)?,
            "issues" => issues::issues(context, &scope(false), arguments)?,
            "workItems" => issues::work_items(context, &scope(true), arguments)?,
            "workItem" => namespace::work_item(context, here, arguments),
            "workItemTypes" => work_item_type::list(arguments)?,
            "label" => label::by_title(context, here, arguments.text("title").unwrap_or_default()),
            "labels" => label::of_namespace(context, here, arguments)?,
            "flowMetrics" => Resolved::object(FlowMetrics(here)),
            "milestones" => milestone::of_namespace(context, here, arguments)?,
            _ => Resolved::Unset,
        })
    }
}
