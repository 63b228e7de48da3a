//! The recorded GraphQL requests, answered by [`super::execute`] itself.

mod cost;
mod errors;
mod reads;
mod recorded;
mod writes;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::execute;
use crate::sandbox::Response;
use crate::sandbox::state::{
    Actor, Group, Member, NewIssue, Project, Role, Scope, State, Token, User, Visibility,
};

/// The moment at which every test begins.
pub(super) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The world of the recordings: `tests/recordings/world.json`.
pub(super) fn world() -> State {
    let world: Value =
        serde_json::from_str(include_str!("../../../../tests/recordings/world.json")).unwrap();
    let mut state = State {
        base_url: "{base}".to_owned(),
        ..State::default()
    };
    state.settings.version = "18.9.0-pre".to_owned();
    let at = noon();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value["id"].as_u64().unwrap();
    for user in world["users"].as_array().unwrap() {
        let user = User {
            id: number(user),
            username: text(user, "username"),
            name: text(user, "name"),
            admin: user["admin"] == json!(true),
            bot: false,
            blocked: false,
            created_at: at,
        };
        state.users.insert(user.id, user);
    }
    let visibility = |value: &Value| match value["visibility"].as_str() {
        Some("private") => Visibility::Private,
        _ => Visibility::Public,
    };
    for group in world["groups"].as_array().unwrap() {
        let members = group["members"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, role)| {
                let role = Role(u8::try_from(role.as_u64().unwrap()).unwrap());
                (
                    state.user_by_name(name).unwrap().id,
                    Member { role, since: at },
                )
            });
        let group = Group {
            id: number(group),
            path: text(group, "path"),
            name: text(group, "name"),
            visibility: visibility(group),
            members: members.collect(),
            created_at: at,
            last_milestone_iid: 0,
        };
        state.groups.insert(group.id, group);
    }
    for project in world["projects"].as_array().unwrap() {
        let project = Project {
            id: number(project),
            path: text(project, "path"),
            name: text(project, "name"),
            visibility: visibility(project),
            issues_enabled: project["issues_enabled"] != json!(false),
            default_template: None,
            members: [].into(),
            created_at: at,
            last_issue_iid: 0,
            last_milestone_iid: 0,
            iids: [].into(),
        };
        state.projects.insert(project.id, project);
    }
    for (name, token) in world["tokens"].as_object().unwrap() {
        let scopes = token["scopes"].as_array().map(|all| {
            all.iter()
                .filter_map(|scope| serde_json::from_value(scope.clone()).ok())
                .collect()
        });
        let job = token["ci_job_of"]
            .as_str()
            .and_then(|path| state.project(path));
        let token = Token {
            id: 1,
            name: name.clone(),
            user: state.user_by_name(&text(token, "user")).unwrap().id,
            scopes: scopes.unwrap_or_default(),
            job_of: job.map(|one| one.id),
            project: None,
            created_at: at,
            expires_at: None,
            last_used_at: None,
            revoked: false,
        };
        state.tokens.insert(name.clone(), token);
    }
    state
}

/// Who a recording's "as" is.
pub(super) fn actor(state: &State, name: &str) -> Option<Actor> {
    let (private, job) = match name {
        "anon" => (None, None),
        "job" => (None, Some(name)),
        _ => (Some(name), None),
    };
    state.actor(private, job, noon()).ok()
}

/// Runs a query as somebody.
pub(super) fn ask(
    state: &mut State,
    who: &str,
    query: &str,
    variables: impl Into<Value>,
) -> Response {
    let actor = actor(state, who).unwrap();
    let body = json!({ "query": query, "variables": variables.into() });
    execute(state, &actor, &body, noon())
}

/// Runs a query as a maintainer and gives its data; there must be no errors.
pub(super) fn data(state: &mut State, query: &str) -> Value {
    let answer = ask(state, "maintainer", query, json!({})).value();
    assert_eq!(answer.get("errors"), None, "{query}");
    answer["data"].clone()
}

/// A state with issues of these titles in `acme/okrs`, the first one of them oldest.
pub(super) fn with_issues(titles: &[&str]) -> State {
    let mut state = world();
    let maintainer = actor(&state, "maintainer").unwrap();
    for (index, title) in titles.iter().enumerate() {
        let new = NewIssue {
            title: (*title).to_owned(),
            labels: vec![format!("n{}", index % 2), "okr:o".to_owned()],
            ..NewIssue::default()
        };
        let at = noon() + jiff::SignedDuration::from_secs(i64::try_from(index).unwrap());
        state.create_issue(&maintainer, 1, new, at).unwrap();
    }
    state
}

/// Everything that a scope opens, and nothing more.
pub(super) fn scoped(user: u64, scope: Scope) -> Actor {
    Actor {
        user: Some(user),
        token: None,
        scopes: vec![scope],
        job_of: None,
    }
}
