//! Who is a member of a project or group.

use super::group::GroupObject;
use super::project::ProjectObject;
use super::record::Record;
use super::user::UserObject;
use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Member, Namespace};

/// One membership: of the project itself, or inherited from a group above it.
struct MemberObject {
    user: u64,
    member: Member,
    of: Namespace,
}

/// `projectMembers(…)`: direct and inherited ones unless `relations` says otherwise.
pub(super) fn of_project<'s>(
    context: &Context<'s>,
    project: u64,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let state = context.state;
    let relations = arguments.texts("relations").unwrap_or_default();
    let wanted = |relation: &str| relations.iter().any(|one| one == relation);
    let direct = state.projects.get(&project).map(|one| &one.members);
    let is_direct = |user: &u64| direct.is_some_and(|members| members.contains_key(user));
    let search = arguments.text("search").map(str::to_lowercase);
    let named = |user: &u64| {
        let Some(user) = state.users.get(user) else {
            return false;
        };
        search.as_ref().is_none_or(|text| {
            user.username.to_lowercase().contains(text) || user.name.to_lowercase().contains(text)
        })
    };
    let all = state
        .members(Namespace::Project(project))
        .into_iter()
        .filter(|(user, _)| {
            named(user)
                && wanted(if is_direct(user) {
                    "DIRECT"
                } else {
                    "INHERITED"
                })
        });
    let above = state.ancestors(Namespace::Project(project));
    let of = |user: u64| {
        let group = above.iter().filter_map(|id| state.groups.get(id));
        let mut group = group
            .filter(|group| group.members.contains_key(&user))
            .map(|group| group.id);
        match group.next_back() {
            Some(id) if !is_direct(&user) => Namespace::Group(id),
            _ => Namespace::Project(project),
        }
    };
    let all = all
        .map(|(user, member)| MemberObject {
            user,
            member,
            of: of(user),
        })
        .collect();
    Connection::of(Kind::MEMBERS, all, arguments, |one| one.user, |one| one)
}

impl<'s> Object<'s> for MemberObject {
    fn type_name(&self) -> &'static str {
        match self.of {
            Namespace::Project(_) => "ProjectMember",
            Namespace::Group(_) => "GroupMember",
        }
    }

    fn field(
        &self,
        name: &str,
        _: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let state = context.state;
        let (project, group) = match self.of {
            Namespace::Project(id) => (state.projects.get(&id), None),
            Namespace::Group(id) => (None, state.groups.get(&id)),
        };
        Ok(match name {
            "id" => Resolved::leaf(gid(<Self as Object<'s>>::type_name(self), self.user)),
            "user" => UserObject::of(context, self.user),
            "accessLevel" => Resolved::object(Record::access_level(self.member.role)),
            "createdAt" | "updatedAt" => Resolved::Leaf(time(self.member.since)),
            "project" => Resolved::optional(project.map(ProjectObject)),
            "group" => Resolved::optional(group.map(GroupObject)),
            _ => Resolved::Unset,
        })
    }
}
