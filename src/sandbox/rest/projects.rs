//! Projects, groups, their members, and what jobs left.

use serde_json::json;

use super::entity::{group, member, project, user_redacted};
use super::paging::paged;
use super::{Answer, Context};
use crate::sandbox::Response;
use crate::sandbox::state::{Group, Namespace, Project, Refusal, Visibility};

pub(super) fn show(c: &mut Context<'_>, id: u64) -> Answer {
    let found = c
        .state
        .projects
        .get(&id)
        .ok_or_else(|| Refusal::missing("Project"))?;
    Ok(Response::json(200, &project(c.state, found, &c.actor)))
}

fn readable<'a>(c: &'a Context<'_>) -> Vec<&'a Project> {
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let mut rows: Vec<&Project> = c
        .state
        .projects
        .values()
        .filter(|one| c.state.can_read_project(&c.actor, one))
        .filter(|one| one.path.to_lowercase().contains(&search))
        .collect();
    rows.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.id)));
    rows
}

pub(super) fn list(c: &mut Context<'_>) -> Answer {
    let rows = readable(c);
    paged(c, &rows, &[], |one| project(c.state, one, &c.actor))
}

/// A new project in the namespace of whoever asks (`lib/api/projects.rb`; not recorded). Assumed: it is private unless the
/// request says otherwise, as it is where nobody changed the instance's default.
pub(super) fn create(c: &mut Context<'_>) -> Answer {
    let slug = c.params.text("path").or_else(|| c.params.text("name"));
    let Some(slug) = slug.filter(|slug| !slug.is_empty()) else {
        let error = "name, path are missing, at least one parameter must be provided";
        return Err(Response::error(400, error));
    };
    let words = ["private", "internal", "public"];
    let visibility = match c.params.word("visibility", &words)? {
        Some("public") => Visibility::Public,
        Some("internal") => Visibility::Internal,
        _ => Visibility::Private,
    };
    let id = c.state.create_project(&c.actor, &slug, visibility, c.now)?;
    let mut answer = show(c, id)?;
    answer.status = 201;
    Ok(answer)
}

/// Deletes at once; a real GitLab may keep a project for some days after the same answer (`lib/api/projects.rb`,
/// `delete_project`; not recorded).
pub(super) fn delete(c: &mut Context<'_>, id: u64) -> Answer {
    c.state.delete_project(&c.actor, id)?;
    Ok(Response::message(202, "202 Accepted"))
}

pub(super) fn of_group(c: &mut Context<'_>, id: u64) -> Answer {
    let below = c.state.projects_of_group(id);
    let subgroups = c.params.boolean("include_subgroups")?.unwrap_or_default();
    let path = c.state.groups.get(&id).map_or("", |group| &group.path);
    let mut rows = readable(c);
    rows.retain(|one| below.contains(&one.id) && (subgroups || one.parent_path() == path));
    paged(c, &rows, &[("id", id.to_string())], |one| {
        project(c.state, one, &c.actor)
    })
}

pub(super) fn list_groups(c: &mut Context<'_>) -> Answer {
    let rows: Vec<&Group> = c
        .state
        .groups
        .values()
        .filter(|one| c.state.can_read_group(&c.actor, one))
        .collect();
    paged(c, &rows, &[], |one| group(c.state, one, &c.actor, false))
}

pub(super) fn show_group(c: &mut Context<'_>, id: u64) -> Answer {
    let found = c
        .state
        .groups
        .get(&id)
        .ok_or_else(|| Refusal::missing("Group"))?;
    let with_projects = c.params.boolean("with_projects")?.unwrap_or(true);
    Ok(Response::json(
        200,
        &group(c.state, found, &c.actor, with_projects),
    ))
}

/// Everybody who has access, by id (recorded: meta/project-users).
pub(super) fn users(c: &mut Context<'_>, id: u64) -> Answer {
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let members = c.state.members(Namespace::Project(id));
    let named = |id: &u64| {
        c.state
            .users
            .get(id)
            .is_some_and(|user| user.username.to_lowercase().contains(&search))
    };
    let rows: Vec<u64> = members.into_keys().filter(named).collect();
    paged(c, &rows, &[("id", id.to_string())], |id| {
        user_redacted(c.state, *id)
    })
}

/// Everybody with a role, or those of them that `user_ids` names (facts §6.3).
pub(super) fn members(c: &mut Context<'_>, id: u64) -> Answer {
    let named = c.params.numbers("user_ids")?.unwrap_or_default();
    let rows: Vec<_> = c
        .state
        .members(Namespace::Project(id))
        .into_iter()
        .filter(|(user, _)| named.is_empty() || named.contains(user))
        .collect();
    paged(c, &rows, &[("id", id.to_string())], |(id, one)| {
        member(c.state, *id, one)
    })
}

/// The names of the templates for issues, which lie in the repository: a page of `key` and `name`
/// (`lib/api/project_templates.rb`; not recorded, and the facts speak of the default template alone, §1.4). Assumed: of a
/// template in the repository both are its file's name without the extension.
pub(super) fn issue_templates(c: &mut Context<'_>, id: u64) -> Answer {
    let project = c.state.projects.get(&id);
    let has_default = project.is_some_and(|one| one.default_template.is_some());
    let rows: &[&str] = if has_default { &["Default"] } else { &[] };
    paged(
        c,
        rows,
        &[("id", id.to_string())],
        |name| json!({ "key": name, "name": name }),
    )
}

/// A file that a job left, by the ref of its pipeline, the file's path and the parameter `job` (facts of pipelines §7b.2).
/// Assumed: what is not there is 404.
pub(super) fn artifact(c: &mut Context<'_>, id: u64, rest: &[&str]) -> Answer {
    let job = c.params.text("job").unwrap_or_default();
    let project = c.state.projects.get(&id).map(|one| one.path.clone());
    let raw = rest.iter().position(|part| *part == "raw");
    let (git_ref, path) = match raw {
        Some(at) => (rest[..at].join("/"), rest[at + 1..].join("/")),
        None => return Err(Refusal::not_found().into()),
    };
    let found = c.state.artifacts.iter().find(|one| {
        Some(&one.project) == project.as_ref()
            && one.git_ref == git_ref
            && one.job == job
            && one.path == path
    });
    let found = found.ok_or_else(Refusal::not_found)?;
    Ok(Response::text(200, &found.text))
}
