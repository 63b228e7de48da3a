//! The recorded GraphQL requests, answered by [`super::execute`] itself.

mod cost;
mod errors;
mod reads;
mod recorded;
mod writes;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::execute;
use crate::sandbox::state::{Actor, NewIssue, Scope, State};
use crate::sandbox::{Response, World};

/// The moment at which every test begins.
pub(super) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The world of the recordings: `tests/recordings/world.json`.
pub(super) fn world() -> State {
    let text = include_str!("../../../../tests/recordings/world.json");
    let world: World = serde_json::from_str(text).unwrap();
    let mut state = world.state(noon()).unwrap();
    "{base}".clone_into(&mut state.base_url);
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
