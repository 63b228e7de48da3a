//! Where every query begins.

use super::group::{self, GroupObject};
use super::issue::IssueObject;
use super::issues;
use super::milestone::MilestoneObject;
use super::namespace::NamespaceObject;
use super::project::{self, ProjectObject};
use super::record::Record;
use super::user::UserObject;
use super::work_item::WorkItemObject;
use super::write::{gid, number_of};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Group, Namespace, Project, Role, User};

/// `Query`.
pub(in crate::sandbox::graphql) struct Query;

/// The most paths that `projects(fullPaths:)` takes (facts §4.3).
const MAX_PATHS: usize = 50;

impl<'s> Object<'s> for Query {
    fn type_name(&self) -> &'static str {
        "Query"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let state = context.state;
        let path = arguments.text("fullPath").unwrap_or_default();
        let id = |kinds: &[&str]| number_of(arguments.text("id").unwrap_or_default(), kinds);
        Ok(match name {
            "currentUser" => {
                let user = context.actor.user.and_then(|id| state.users.get(&id));
                Resolved::optional(user.map(|user| UserObject {
                    user,
                    current: true,
                }))
            }
            "echo" => {
                let text = arguments.text("text").unwrap_or_default();
                let name = context.actor.user.and_then(|id| state.users.get(&id));
                let name =
                    name.map_or_else(|| "nil".to_owned(), |one| format!("{:?}", one.username));
                Resolved::leaf(format!("{name} says: {text}"))
            }
            // Versions are told to who is signed in.
            "metadata" => Resolved::optional(context.actor.user.map(|_| {
                Record::new(
                    "Metadata",
                    vec![
                        ("version", state.settings.version.clone().into()),
                        ("revision", "Unknown".into()),
                        ("enterprise", state.settings.enterprise.into()),
                    ],
                )
            })),
            "queryComplexity" => {
                let (score, limit) = context.complexity;
                let values = vec![("score", score.into()), ("limit", limit.into())];
                Resolved::object(Record::new("QueryComplexity", values))
            }
            "group" => Resolved::optional(group_at(context, path).map(GroupObject)),
            "groups" => {
                let all = state.groups.values();
                let all = all.filter(|one| state.can_read_group(context.actor, one));
                group::list(all.collect(), arguments)?
            }
            "project" => Resolved::optional(project_at(context, path).map(ProjectObject)),
            "projects" => projects(context, arguments)?,
            "namespace" => {
                let project = project_at(context, path).map(|one| Namespace::Project(one.id));
                let group = || group_at(context, path).map(|one| Namespace::Group(one.id));
                Resolved::optional(project.or_else(group).map(NamespaceObject))
            }
            "issue" => {
                let found = id(&["Issue", "WorkItem"]).and_then(|id| context.readable(id));
                Resolved::optional(found.map(IssueObject))
            }
            "workItem" => {
                let found = id(&["WorkItem", "Issue"]).and_then(|id| context.readable(id));
                Resolved::optional(found.map(WorkItemObject))
            }
            "issues" => issues::issues(context, &issues::Scope::everywhere(), arguments)?,
            "milestone" => MilestoneObject::of(context, id(&["Milestone"])),
            "user" => {
                let by_id = id(&["User"]).and_then(|id| state.users.get(&id));
                let by_name = arguments
                    .text("username")
                    .and_then(|one| state.user_by_name(one));
                Resolved::optional(by_id.or(by_name).map(UserObject::new))
            }
            "users" => users(context, arguments)?,
            _ => Resolved::Unset,
        })
    }
}

/// The project at a full path, if the asker may see it.
pub(in crate::sandbox::graphql) fn project_at<'s>(
    context: &Context<'s>,
    path: &str,
) -> Option<&'s Project> {
    // A number is an id for REST only.
    let project = context
        .state
        .project(path)
        .filter(|one| one.path.eq_ignore_ascii_case(path))?;
    context
        .state
        .can_read_project(context.actor, project)
        .then_some(project)
}

/// The group at a full path, if the asker may see it.
pub(in crate::sandbox::graphql) fn group_at<'s>(
    context: &Context<'s>,
    path: &str,
) -> Option<&'s Group> {
    let group = context
        .state
        .group(path)
        .filter(|one| one.path.eq_ignore_ascii_case(path))?;
    context
        .state
        .can_read_group(context.actor, group)
        .then_some(group)
}

fn projects<'s>(context: &Context<'s>, arguments: &Arguments) -> Result<Resolved<'s>, Failure> {
    let paths = arguments.texts("fullPaths");
    if paths.as_ref().is_some_and(|paths| paths.len() > MAX_PATHS) {
        return Err(Failure::Field(format!(
            "You cannot provide more than {MAX_PATHS} full_paths"
        )));
    }
    let ids = arguments.texts("ids");
    let search = arguments.text("search").map(str::to_lowercase);
    let found = |project: &&Project| {
        let role = || {
            context
                .state
                .role(context.actor, Namespace::Project(project.id))
        };
        paths.as_ref().is_none_or(|paths| {
            paths
                .iter()
                .any(|path| path.eq_ignore_ascii_case(&project.path))
        }) && ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&gid("Project", project.id)))
            && search
                .as_ref()
                .is_none_or(|text| project.path.to_lowercase().contains(text))
            && (arguments.flag("membership") != Some(true) || role() >= Role::GUEST)
    };
    let all = context.state.projects.values();
    let all = all
        .filter(|one| context.state.can_read_project(context.actor, one))
        .filter(found);
    project::list(all.collect(), arguments)
}

fn users<'s>(context: &Context<'s>, arguments: &Arguments) -> Result<Resolved<'s>, Failure> {
    let names = arguments.texts("usernames");
    let ids = arguments.texts("ids");
    let search = arguments.text("search").map(str::to_lowercase);
    let found = |user: &&User| {
        names.as_ref().is_none_or(|all| {
            all.iter()
                .any(|one| one.eq_ignore_ascii_case(&user.username))
        }) && ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&gid("User", user.id)))
            && search.as_ref().is_none_or(|text| {
                user.username.to_lowercase().contains(text)
                    || user.name.to_lowercase().contains(text)
            })
    };
    let mut all: Vec<&User> = context.state.users.values().filter(found).collect();
    all.reverse();
    Connection::of(Kind::USERS, all, arguments, |user| user.id, UserObject::new)
}
