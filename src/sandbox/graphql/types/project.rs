//! Projects.

use super::flow::FlowMetrics;
use super::group::GroupObject;
use super::issue::IssueObject;
use super::namespace::NamespaceObject;
use super::record::Record;
use super::write::{gid, time};
use super::{issues, label, member, milestone, namespace, widget, work_item_type};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{IssueFilter, Namespace, Project, StateFilter};

/// A project.
pub(in crate::sandbox::graphql) struct ProjectObject<'s>(
    pub(in crate::sandbox::graphql) &'s Project,
);

/// Projects, the newest first (recorded: graphql/projects-issues).
pub(super) fn list<'s>(
    mut all: Vec<&'s Project>,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    all.sort_by_key(|project| std::cmp::Reverse(project.id));
    Connection::of(
        Kind::PROJECTS,
        all,
        arguments,
        |project| project.id,
        ProjectObject,
    )
}

impl<'s> ProjectObject<'s> {
    fn group(&self, context: &Context<'s>) -> Option<u64> {
        context
            .state
            .ancestors(Namespace::Project(self.0.id))
            .first()
            .copied()
    }
}

impl<'s> Object<'s> for ProjectObject<'s> {
    fn type_name(&self) -> &'static str {
        "Project"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let project = self.0;
        let here = Namespace::Project(project.id);
        let state = context.state;
        let scope = |work_items| issues::Scope::of(here, arguments, work_items);
        let group = |id: u64| state.groups.get(&id).map(GroupObject);
        Ok(match name {
            "id" => Resolved::leaf(gid("Project", project.id)),
            "name" => Resolved::leaf(project.name.clone()),
            "nameWithNamespace" => {
                Resolved::leaf(namespace::full_name(context, here, &project.name))
            }
            "path" => Resolved::leaf(project.slug()),
            "fullPath" => Resolved::leaf(project.path.clone()),
            "webUrl" => Resolved::leaf(context.url(&project.path)),
            "webPath" => Resolved::leaf(format!("/{}", project.path)),
            "visibility" => Resolved::leaf(project.visibility.as_str()),
            "archived" => Resolved::leaf(project.archived),
            "issuesEnabled" => Resolved::leaf(project.issues_enabled),
            // Of merge requests, but sold with the same plan as several assignees of issues.
            "allowsMultipleMergeRequestAssignees" => {
                Resolved::leaf(widget::several_assignees(context))
            }
            "mergeRequestsEnabled" => Resolved::leaf(true),
            "createdAt" | "updatedAt" | "lastActivityAt" => {
                Resolved::Leaf(time(project.created_at))
            }
            "group" => Resolved::optional(self.group(context).and_then(group)),
            "rootGroup" => {
                let root = state.ancestors(here).last().copied();
                Resolved::optional(root.and_then(group))
            }
            "namespace" => {
                let above = self
                    .group(context)
                    .map(|id| NamespaceObject(Namespace::Group(id)));
                Resolved::optional(above)
            }
            "maxAccessLevel" => {
                Resolved::object(Record::access_level(state.role(context.actor, here)))
            }
            "issues" => issues::issues(context, &scope(false), arguments)?,
            "issue" => {
                let found = issues::first(context, &scope(false), arguments)?;
                Resolved::optional(found.map(IssueObject))
            }
            "openIssuesCount" => {
                let filter = IssueFilter {
                    within: Some(here),
                    state: StateFilter::Opened,
                    ..IssueFilter::default()
                };
                Resolved::leaf(state.find_issues(context.actor, &filter).len())
            }
            "workItems" => issues::work_items(context, &scope(true), arguments)?,
            "workItemTypes" => work_item_type::list(arguments)?,
            "label" => label::by_title(context, here, arguments.text("title").unwrap_or_default()),
            "labels" => label::of_namespace(context, here, arguments)?,
            "flowMetrics" => Resolved::object(FlowMetrics(here)),
            "milestones" => milestone::of_namespace(context, here, arguments)?,
            "projectMembers" => member::of_project(context, project.id, arguments)?,
            _ => Resolved::Unset,
        })
    }
}
