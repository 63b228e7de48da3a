//! A project or a group, seen as what holds work items.

use super::issues;
use super::work_item::WorkItemObject;
use super::work_item_type;
use super::write::gid;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::Namespace;

/// A project or group as `Namespace`.
pub(in crate::sandbox::graphql) struct NamespaceObject(pub(in crate::sandbox::graphql) Namespace);

impl NamespaceObject {
    /// Full path, shown name and visibility.
    fn about<'s>(&self, context: &Context<'s>) -> Option<(&'s str, &'s str, &'static str)> {
        let state = context.state;
        match self.0 {
            Namespace::Project(id) => {
                let one = state.projects.get(&id)?;
                Some((&one.path, &one.name, one.visibility.as_str()))
            }
            Namespace::Group(id) => {
                let one = state.groups.get(&id)?;
                Some((&one.path, &one.name, one.visibility.as_str()))
            }
        }
    }
}

/// The work item of a number in a project; a group has none of its own on Free.
pub(super) fn work_item<'s>(
    context: &Context<'s>,
    namespace: Namespace,
    arguments: &Arguments,
) -> Resolved<'s> {
    let found = match (
        namespace,
        arguments.text("iid").and_then(|iid| iid.parse().ok()),
    ) {
        (Namespace::Project(id), Some(iid)) => context.state.issue_by_iid(id, iid),
        _ => None,
    };
    let seen = found.filter(|issue| context.state.can_read_issue(context.actor, issue));
    Resolved::optional(seen.map(WorkItemObject))
}

/// The names of the groups above and of the namespace itself: `Acme / Okrs`.
pub(super) fn full_name(context: &Context<'_>, namespace: Namespace, name: &str) -> String {
    let own = match namespace {
        Namespace::Group(id) => Some(id),
        Namespace::Project(_) => None,
    };
    let above = context
        .state
        .ancestors(namespace)
        .into_iter()
        .filter(|id| Some(*id) != own);
    let groups = above.filter_map(|id| context.state.groups.get(&id));
    let mut names: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
    names.reverse();
    names.push(name);
    names.join(" / ")
}

impl<'s> Object<'s> for NamespaceObject {
    fn type_name(&self) -> &'static str {
        "Namespace"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let Some((path, shown, visibility)) = self.about(context) else {
            return Err(Failure::unavailable());
        };
        Ok(match name {
            "id" => Resolved::leaf(match self.0 {
                Namespace::Project(id) => gid("Namespaces::ProjectNamespace", id),
                Namespace::Group(id) => gid("Group", id),
            }),
            "name" => Resolved::leaf(shown),
            "fullName" => Resolved::leaf(full_name(context, self.0, shown)),
            "path" => Resolved::leaf(path.rsplit_once('/').map_or(path, |(_, last)| last)),
            "fullPath" => Resolved::leaf(path),
            "visibility" => Resolved::leaf(visibility),
            "webUrl" => Resolved::leaf(match self.0 {
                Namespace::Project(_) => context.url(path),
                Namespace::Group(_) => context.url(&format!("groups/{path}")),
            }),
            "rootNamespace" => {
                let root = context.state.ancestors(self.0).last().copied();
                Resolved::object(Self(root.map_or(self.0, Namespace::Group)))
            }
            "projects" => match self.0 {
                Namespace::Group(id) => super::group::projects(context, id, arguments)?,
                Namespace::Project(_) => super::project::list(Vec::new(), arguments)?,
            },
            "workItem" => work_item(context, self.0, arguments),
            "workItems" => {
                let scope = issues::Scope::of(self.0, arguments, true);
                issues::work_items(context, &scope, arguments)?
            }
            "workItemTypes" => work_item_type::list(arguments)?,
            _ => Resolved::Unset,
        })
    }
}
