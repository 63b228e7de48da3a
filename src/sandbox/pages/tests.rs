//! What the pages show, and what they must never let through.

use jiff::Timestamp;

use super::handle;
use crate::sandbox::World;
use crate::sandbox::state::{Actor, LinkKind, Namespace, NewIssue, NewNote, Noteable, Role, State};

fn at() -> Timestamp {
    "2026-10-01T09:00:00Z".parse().unwrap()
}

/// A project with an objective, a key result and a confidential issue.
fn state() -> State {
    let world: World = serde_json::from_value(serde_json::json!({
        "users": [{ "id": 1, "username": "director", "name": "Dana <Director>" }],
        "groups": [{ "path": "infra", "visibility": "private", "members": { "director": 50 } }],
        "projects": [{ "id": 1, "path": "infra/sre", "visibility": "private" }],
    }))
    .unwrap();
    let mut state = world.state(at()).unwrap();
    let actor = Actor::user(1);
    let mut create = |title: &str, description: &str, confidential| {
        let new = NewIssue {
            title: title.to_owned(),
            description: Some(description.to_owned()),
            labels: vec!["okr:o".to_owned(), "2026-q4".to_owned()],
            assignees: vec![1],
            due_date: Some("2026-12-31".parse().unwrap()),
            confidential,
            ..NewIssue::default()
        };
        state.create_issue(&actor, 1, new, at()).unwrap()
    };
    let objective = create(
        "Maximize <MTBF>",
        "Why.\n\n| week | value |\n|--|--|\n| W40 | 96 |\n\n- [x] done\n- [ ] not\n\nSee #2 and infra/sre#3.\n\n\
         <!-- marker -->\n<script>alert(1)</script>\n\n![chart](https://elsewhere.example/a.png) [x](javascript:alert(1))",
        false,
    );
    let key_result = create("Raise MTBF", "From 96 h.", false);
    create("A secret", "psst", true);
    state
        .add_link(&actor, objective, key_result, LinkKind::RelatesTo, at())
        .unwrap();
    let note = NewNote {
        body: "Two **failovers**".to_owned(),
        ..NewNote::default()
    };
    state
        .create_note(&actor, Noteable::Issue(objective), &note, at())
        .unwrap();
    assert_eq!(state.role(&actor, Namespace::Project(1)), Role::OWNER);
    state
}

fn page(state: &State, path: &str) -> String {
    let answer = handle(state, path).unwrap();
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    String::from_utf8(answer.body).unwrap()
}

#[test]
fn an_issue_shows_what_gitlab_shows() {
    let page = page(&state(), "/infra/sre/-/issues/1");
    for part in [
        "Maximize &lt;MTBF&gt;",
        "<td>96</td>",
        "type=\"checkbox\" checked",
        "href=\"/infra/sre/-/issues/2\"",
        "href=\"/infra/sre/-/issues/3\"",
        "okr:o",
        "2026-12-31",
        "Two <strong>failovers</strong>",
        "Raise MTBF",
        "relates to",
        "There is no login",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn nothing_active_and_nothing_hidden_comes_through() {
    let page = page(&state(), "/infra/sre/-/work_items/1");
    for part in [
        "<script",
        "marker",
        "<img",
        "javascript:",
        "Dana <Director>",
    ] {
        assert!(!page.contains(part), "{part} came through");
    }
    assert!(page.contains("href=\"https://elsewhere.example/a.png\""));
}

#[test]
fn links_are_seen_from_both_ends() {
    let page = page(&state(), "/infra/sre/-/issues/2");
    assert!(page.contains("Linked items"));
    assert!(page.contains("href=\"/infra/sre/-/issues/1\""));
}

#[test]
fn lists_count_by_state_and_mark_the_confidential() {
    let state = state();
    let open = page(&state, "/infra/sre/-/issues");
    assert_eq!(open.matches("class=\"title\"").count(), 3);
    assert!(open.contains("badge confidential"));
    assert_eq!(open, page(&state, "/infra/sre?state=opened"));
    assert!(page(&state, "/infra/sre/-/issues?state=closed").contains("No issue here."));
    assert!(page(&state, "/groups/infra").contains("infra/sre#1"));
    assert!(page(&state, "/").contains("3 open"));
}

#[test]
fn what_is_not_there_has_no_page() {
    let state = state();
    for path in [
        "/nowhere",
        "/infra/sre/-/issues/99",
        "/infra/sre/-/issues/x",
        "/infra/sre/-/tree",
    ] {
        assert_eq!(handle(&state, path), None, "{path}");
    }
}
