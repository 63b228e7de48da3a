//! Milestones.

use super::group::GroupObject;
use super::project::ProjectObject;
use super::write::{day, gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Milestone, Namespace};

/// A milestone of a project or group.
pub(in crate::sandbox::graphql) struct MilestoneObject<'s>(
    pub(in crate::sandbox::graphql) &'s Milestone,
);

impl<'s> MilestoneObject<'s> {
    /// The milestone of an id, or null.
    pub(in crate::sandbox::graphql) fn of(context: &Context<'s>, id: Option<u64>) -> Resolved<'s> {
        let found = id.and_then(|id| context.state.milestones.get(&id));
        Resolved::optional(found.map(Self))
    }

    fn path(&self, context: &Context<'s>) -> String {
        let iid = self.0.iid;
        match self.0.owner {
            Namespace::Project(id) => {
                let path = context
                    .state
                    .projects
                    .get(&id)
                    .map_or("", |one| one.path.as_str());
                format!("/{path}/-/milestones/{iid}")
            }
            Namespace::Group(id) => {
                let path = context
                    .state
                    .groups
                    .get(&id)
                    .map_or("", |one| one.path.as_str());
                format!("/groups/{path}/-/milestones/{iid}")
            }
        }
    }
}

/// The milestones of a project or group, by due date.
pub(in crate::sandbox::graphql) fn of_namespace<'s>(
    context: &Context<'s>,
    namespace: Namespace,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let mut owners = vec![namespace];
    if arguments.flag("includeAncestors") == Some(true) {
        owners.extend(
            context
                .state
                .ancestors(namespace)
                .into_iter()
                .map(Namespace::Group),
        );
    }
    if let (Namespace::Group(id), Some(true)) = (namespace, arguments.flag("includeDescendants")) {
        owners.extend(
            context
                .state
                .projects_of_group(id)
                .into_iter()
                .map(Namespace::Project),
        );
    }
    let ids = arguments.texts("ids");
    let found = |one: &&Milestone| {
        owners.contains(&one.owner)
            && arguments
                .text("title")
                .is_none_or(|title| one.title == title)
            && arguments
                .text("searchTitle")
                .is_none_or(|part| one.title.to_lowercase().contains(&part.to_lowercase()))
            && arguments
                .text("state")
                .is_none_or(|state| (state == "closed") == one.closed)
            && ids.as_ref().is_none_or(|ids| {
                ids.iter()
                    .any(|id| *id == gid("Milestone", one.id) || *id == one.id.to_string())
            })
    };
    let mut all: Vec<&Milestone> = context.state.milestones.values().filter(found).collect();
    // Those without a date come last.
    all.sort_by_key(|one| (one.due_date.is_none(), one.due_date, one.id));
    Connection::of(
        Kind::MILESTONES,
        all,
        arguments,
        |one| one.id,
        MilestoneObject,
    )
}

impl<'s> Object<'s> for MilestoneObject<'s> {
    fn type_name(&self) -> &'static str {
        "Milestone"
    }

    fn field(
        &self,
        name: &str,
        _: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let one = self.0;
        let today = context.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (project, group) = match one.owner {
            Namespace::Project(id) => (context.state.projects.get(&id), None),
            Namespace::Group(id) => (None, context.state.groups.get(&id)),
        };
        Ok(match name {
            "id" => Resolved::leaf(gid("Milestone", one.id)),
            "iid" => Resolved::leaf(one.iid.to_string()),
            "title" => Resolved::leaf(one.title.clone()),
            "description" => Resolved::leaf(one.description.clone()),
            "state" => Resolved::leaf(if one.closed { "closed" } else { "active" }),
            "startDate" => Resolved::Leaf(day(one.start_date)),
            "dueDate" => Resolved::Leaf(day(one.due_date)),
            "expired" => Resolved::leaf(one.due_date.is_some_and(|date| date < today)),
            "upcoming" => Resolved::leaf(one.start_date.is_some_and(|date| date > today)),
            "projectMilestone" => Resolved::leaf(project.is_some()),
            "groupMilestone" => Resolved::leaf(group.is_some()),
            "subgroupMilestone" => Resolved::leaf(group.is_some_and(|one| one.path.contains('/'))),
            "project" => Resolved::optional(project.map(ProjectObject)),
            "group" => Resolved::optional(group.map(GroupObject)),
            "webPath" => Resolved::leaf(self.path(context)),
            "createdAt" => Resolved::Leaf(time(one.created_at)),
            "updatedAt" => Resolved::Leaf(time(one.updated_at)),
            _ => Resolved::Unset,
        })
    }
}
