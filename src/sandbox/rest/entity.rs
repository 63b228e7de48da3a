//! People, projects, labels, milestones, notes and events in GitLab's JSON (facts §11).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::duration;
use crate::sandbox::color::text_color;
use crate::sandbox::state::{
    Actor, Group, Label, Member, MergeRequest, Milestone, Namespace, Note, Noteable, Project, Role,
    State, Token, User,
};
use crate::sandbox::text::{escape_html, hex};

/// A time as GitLab writes it: in UTC, with milliseconds.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// An account, or null.
pub(super) fn user(state: &State, id: Option<u64>) -> Value {
    id.and_then(|id| state.users.get(&id))
        .map_or(Value::Null, |user| user_basic(state, user))
}

/// An account in short.
pub(super) fn user_basic(state: &State, user: &User) -> Value {
    let mail = Sha256::digest(email(user).as_bytes());
    let hash = hex(&mail);
    json!({
        "id": user.id,
        "username": user.username,
        "public_email": null,
        "name": user.name,
        "state": if user.blocked { "blocked" } else { "active" },
        "locked": false,
        "avatar_url": format!("https://www.gravatar.com/avatar/{hash}?s=80&d=identicon"),
        "web_url": format!("{}/{}", state.base_url, user.username),
    })
}

/// An account where GitLab hides the names of bots: notes and lists of a project's users (recorded: bots).
pub(super) fn user_redacted(state: &State, id: u64) -> Value {
    let mut value = user(state, Some(id));
    if state.users.get(&id).is_some_and(|user| user.bot) {
        merge(&mut value, json!({ "name": "****" }));
    }
    value
}

fn email(user: &User) -> String {
    let host = if user.bot {
        "noreply.localhost"
    } else {
        "example.test"
    };
    format!("{}@{host}", user.username)
}

/// One's own account.
pub(super) fn user_own(state: &State, user: &User, now: Timestamp) -> Value {
    let mut value = user_basic(state, user);
    let today = now.strftime("%Y-%m-%d").to_string();
    let more = json!({
        "created_at": time(user.created_at), "bio": "", "location": "", "linkedin": "", "twitter": "",
        "discord": "", "website_url": "", "github": "", "job_title": "", "pronouns": null,
        "organization": "", "bot": user.bot, "work_information": null, "local_time": null,
        "last_sign_in_at": null, "confirmed_at": time(user.created_at), "last_activity_on": today,
        "email": email(user), "theme_id": 3, "color_scheme_id": 1, "projects_limit": 100_000,
        "current_sign_in_at": null, "identities": [], "can_create_group": true,
        "can_create_project": true, "two_factor_enabled": false, "external": false,
        "private_profile": false, "commit_email": email(user), "preferred_language": "en",
    });
    merge(&mut value, more);
    if user.admin {
        merge(
            &mut value,
            json!({ "is_admin": true, "note": null, "namespace_id": user.id }),
        );
    }
    value
}

/// Adds the fields of one object to another.
pub(super) fn merge(value: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (value, more) {
        fields.extend(more);
    }
}

/// A member of a project or group.
pub(super) fn member(state: &State, id: u64, member: &Member) -> Value {
    let mut value = user(state, Some(id));
    merge(
        &mut value,
        json!({
            "access_level": member.role.0, "created_at": time(member.since), "expires_at": null,
        }),
    );
    let made_by = state
        .users
        .values()
        .find(|user| user.admin)
        .filter(|admin| admin.id != id);
    if let Some(admin) = made_by {
        merge(
            &mut value,
            json!({ "created_by": user_basic(state, admin) }),
        );
    }
    value
}

/// A token, without its secret.
pub(super) fn token(token: &Token, now: Timestamp) -> Value {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let active = !token.revoked && token.expires_at.is_none_or(|day| day > today);
    json!({
        "id": token.id, "name": token.name, "revoked": token.revoked,
        "created_at": time(token.created_at), "description": null,
        "scopes": token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "user_id": token.user, "last_used_at": token.last_used_at.map(time), "active": active,
        "expires_at": token.expires_at, "last_used_ips": ["127.0.0.1"],
    })
}

/// A project, as far as clients of issues read it.
pub(super) fn project(state: &State, project: &Project, actor: &Actor) -> Value {
    let base = &state.base_url;
    let api = format!("{base}/api/v4/projects/{}", project.id);
    let web = format!("{base}/{}", project.path);
    let parent = state.group(project.parent_path());
    let parent_name = parent.map_or("", |group| &group.name);
    let open = state
        .issues
        .values()
        .filter(|issue| issue.project == project.id && issue.closed_at.is_none())
        .count();
    let access = |role: Role| {
        if role == Role::NONE {
            Value::Null
        } else {
            json!({ "access_level": role.0, "notification_level": 3 })
        }
    };
    let direct = actor
        .user
        .and_then(|id| project.members.get(&id))
        .map(|member| member.role);
    let mut value = json!({
        "id": project.id, "description": null, "name": project.name,
        "name_with_namespace": format!("{parent_name} / {}", project.name),
        "path": project.slug(), "path_with_namespace": project.path,
        "created_at": time(project.created_at), "default_branch": "main", "tag_list": [],
        "topics": [],
        "ssh_url_to_repo": format!("git@localhost:{}.git", project.path),
        "http_url_to_repo": format!("{web}.git"), "web_url": web, "readme_url": null,
        "forks_count": 0, "avatar_url": null, "star_count": 0,
        "last_activity_at": time(project.created_at), "visibility": project.visibility.as_str(),
        "namespace": parent.map_or(Value::Null, |group| namespace(state, group)),
        "_links": {
            "self": api, "issues": format!("{api}/issues"),
            "merge_requests": format!("{api}/merge_requests"),
            "repo_branches": format!("{api}/repository/branches"), "labels": format!("{api}/labels"),
            "events": format!("{api}/events"), "members": format!("{api}/members"),
            "cluster_agents": format!("{api}/cluster_agents"),
        },
    });
    let more = json!({
        "packages_enabled": true, "empty_repo": true, "archived": project.archived,
        "issues_enabled": project.issues_enabled, "merge_requests_enabled": true,
        "wiki_enabled": true, "jobs_enabled": true, "snippets_enabled": true,
        "container_registry_enabled": true, "can_create_merge_request_in": true,
        "issues_access_level": if project.issues_enabled { "enabled" } else { "disabled" },
        "merge_requests_access_level": "enabled", "shared_runners_enabled": true,
        "lfs_enabled": true, "creator_id": 1, "import_status": "none", "open_issues_count": open,
        "description_html": "", "updated_at": time(project.created_at), "ci_config_path": null,
        "shared_with_groups": [], "request_access_enabled": true, "merge_method": "merge",
        "squash_option": "default_off", "autoclose_referenced_issues": true,
    });
    merge(&mut value, more);
    if let Some(actor_id) = actor.user {
        let inherited = parent.map_or(Role::NONE, |group| {
            state.user_role(actor_id, Namespace::Group(group.id))
        });
        let permissions = json!({
            "project_access": access(direct.unwrap_or(Role::NONE)),
            "group_access": access(inherited),
        });
        merge(&mut value, json!({ "permissions": permissions }));
    }
    value
}

fn namespace(state: &State, group: &Group) -> Value {
    json!({
        "id": group.id, "name": group.name, "path": group.slug(), "kind": "group",
        "full_path": group.path, "parent_id": parent_id(state, group), "avatar_url": null,
        "web_url": format!("{}/groups/{}", state.base_url, group.path),
    })
}

fn parent_id(state: &State, group: &Group) -> Option<u64> {
    state.ancestors(Namespace::Group(group.id)).get(1).copied()
}

/// A group, with the projects right in it if so asked.
pub(super) fn group(state: &State, group: &Group, actor: &Actor, with_projects: bool) -> Value {
    let above = state.ancestors(Namespace::Group(group.id));
    let names: Vec<&str> = above
        .iter()
        .rev()
        .filter_map(|id| state.groups.get(id))
        .map(|group| group.name.as_str())
        .collect();
    let mut value = json!({
        "id": group.id, "web_url": format!("{}/groups/{}", state.base_url, group.path),
        "name": group.name, "path": group.slug(), "description": null,
        "visibility": group.visibility.as_str(), "share_with_group_lock": false,
        "require_two_factor_authentication": false, "two_factor_grace_period": 48,
        "project_creation_level": "developer", "auto_devops_enabled": null,
        "subgroup_creation_level": "maintainer", "emails_disabled": false, "emails_enabled": true,
        "mentions_disabled": null, "lfs_enabled": true, "archived": false, "avatar_url": null,
        "request_access_enabled": true, "full_name": names.join(" / "), "full_path": group.path,
        "created_at": time(group.created_at), "parent_id": parent_id(state, group),
        "organization_id": 1, "shared_with_groups": [],
    });
    if with_projects {
        let mut projects: Vec<&Project> = state
            .projects
            .values()
            .filter(|one| one.parent_path() == group.path && state.can_read_project(actor, one))
            .collect();
        // Newest first; whose permissions these are is not said here.
        projects.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.id)));
        let projects: Vec<Value> = projects
            .into_iter()
            .map(|one| project(state, one, &Actor::anonymous()))
            .collect();
        merge(
            &mut value,
            json!({ "projects": projects, "shared_projects": [] }),
        );
    }
    value
}

/// A label inside of an issue or an event.
pub(super) fn label_basic(label: &Label) -> Value {
    let html = label
        .description
        .as_deref()
        .map(escape_html)
        .unwrap_or_default();
    json!({
        "id": label.id, "name": label.name, "description": label.description,
        "description_html": html, "text_color": text_color(&label.color), "color": label.color,
    })
}

/// A label; `of_project` where a project's endpoint shows it, which tells rank and kind; with the numbers of issues if
/// so asked.
pub(super) fn label(
    state: &State,
    label: &Label,
    actor: &Actor,
    of_project: Option<u64>,
    counts: bool,
) -> Value {
    let mut value = label_basic(label);
    if counts {
        let carries = |closed: bool| {
            state
                .issues
                .values()
                .filter(|issue| of_project.is_none_or(|project| issue.project == project))
                .filter(|issue| issue.closed_at.is_some() == closed)
                .filter(|issue| issue.labels.contains(&label.id))
                .filter(|issue| state.can_read_issue(actor, issue))
                .count()
        };
        let more = json!({
            "open_issues_count": carries(false), "closed_issues_count": carries(true),
            "open_merge_requests_count": 0,
        });
        merge(&mut value, more);
    }
    merge(&mut value, json!({ "subscribed": false }));
    if of_project.is_some() {
        let own = matches!(label.owner, Namespace::Project(_));
        merge(
            &mut value,
            json!({ "priority": label.priority, "is_project_label": own }),
        );
    }
    value
}

/// A milestone: either `project_id` or `group_id` is there.
pub(super) fn milestone(state: &State, one: &Milestone, now: Timestamp) -> Value {
    let mut value = json!({ "id": one.id, "iid": one.iid });
    let path = match one.owner {
        Namespace::Project(id) => {
            merge(&mut value, json!({ "project_id": id }));
            state.projects.get(&id).map(|project| project.path.clone())
        }
        Namespace::Group(id) => {
            merge(&mut value, json!({ "group_id": id }));
            state
                .groups
                .get(&id)
                .map(|group| format!("groups/{}", group.path))
        }
    };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let path = path.unwrap_or_default();
    merge(
        &mut value,
        json!({
            "title": one.title, "description": one.description,
            "state": if one.closed { "closed" } else { "active" },
            "created_at": time(one.created_at), "updated_at": time(one.updated_at),
            "due_date": one.due_date, "start_date": one.start_date,
            "expired": one.due_date.is_some_and(|day| day < today),
            "web_url": format!("{}/{path}/-/milestones/{}", state.base_url, one.iid),
        }),
    );
    value
}

/// A note; `changes` is what its commands did, told only in the answer that made it.
pub(super) fn note(state: &State, note: &Note, changes: &Value) -> Value {
    let (kind, id, iid) = match note.on {
        Noteable::Issue(id) => ("Issue", id, state.issues.get(&id).map(|issue| issue.iid)),
        Noteable::MergeRequest(id) => (
            "MergeRequest",
            id,
            state.merge_requests.get(&id).map(|one| one.iid),
        ),
    };
    json!({
        "id": note.id, "type": null, "body": note.body, "author": user_redacted(state, note.author),
        "created_at": time(note.created_at), "updated_at": time(note.updated_at),
        "system": note.system, "noteable_id": id, "noteable_type": kind,
        "project_id": state.project_of(note.on), "resolvable": false,
        "confidential": note.internal, "internal": note.internal, "imported": false,
        "imported_from": "none", "noteable_iid": iid, "commands_changes": changes,
    })
}

/// A merge request, as far as clients of notes read it; a list shows less.
pub(super) fn merge_request(state: &State, one: &MergeRequest, actor: &Actor) -> Value {
    let path = state
        .projects
        .get(&one.project)
        .map_or("", |project| &project.path);
    let notes = one.notes.iter().filter_map(|id| state.notes.get(id));
    // What has no time of merge was not merged through the sandbox, and nobody knows by whom.
    let merger = user(state, one.merged_at.map(|_| one.author));
    let labels = one.labels.iter().filter_map(|id| state.labels.get(id));
    let labels: BTreeSet<&str> = labels.map(|label| label.name.as_str()).collect();
    // Of what is merged already nobody asks whether it can be (`detailed_merge_status`; not recorded).
    let status = if one.state == "merged" {
        ["can_be_merged", "not_open"]
    } else {
        ["checking"; 2]
    };
    let mut value = json!({
        "id": one.id, "iid": one.iid, "project_id": one.project, "title": one.title,
        "description": one.description, "state": one.state, "created_at": time(one.created_at),
        "updated_at": time(one.updated_at), "merged_by": merger, "merge_user": merger,
        "merged_at": one.merged_at.map(time), "closed_by": null, "closed_at": null,
        "target_branch": one.target_branch, "source_branch": one.source_branch,
        "user_notes_count": notes.filter(|note| !note.system).count(), "upvotes": 0,
        "downvotes": 0, "author": user(state, Some(one.author)), "assignees": [],
        "assignee": null, "reviewers": [], "source_project_id": one.project,
        "target_project_id": one.project, "labels": labels, "draft": false, "imported": false,
        "imported_from": "none", "work_in_progress": false, "milestone": null,
    });
    let more = json!({
        "merge_when_pipeline_succeeds": false, "merge_status": status[0],
        "detailed_merge_status": status[1], "merge_after": null, "sha": null,
        "merge_commit_sha": one.merge_commit, "squash_commit_sha": null, "discussion_locked": null,
        "should_remove_source_branch": null, "force_remove_source_branch": null,
        "prepared_at": null, "reference": format!("!{}", one.iid),
        "references": {
            "short": format!("!{}", one.iid), "relative": format!("!{}", one.iid),
            "full": format!("{path}!{}", one.iid),
        },
        "web_url": format!("{}/{path}/-/merge_requests/{}", state.base_url, one.iid),
        "time_stats": duration(0, 0), "squash": false, "squash_on_merge": false,
        "task_completion_status": { "count": 0, "completed_count": 0 }, "has_conflicts": false,
        "blocking_discussions_resolved": true, "subscribed": actor.user == Some(one.author),
        "changes_count": null, "pipeline": null, "head_pipeline": null, "diff_refs": null,
        "merge_error": null, "first_contribution": true,
        "user": { "can_merge": state.role(actor, Namespace::Project(one.project)) >= Role::DEVELOPER },
    });
    merge(&mut value, more);
    value
}
