//! Reads beyond the recorded ones: filters, pages, what is hidden.

use serde_json::{Value, json};

use super::{actor, ask, data, noon, with_issues, world};
use crate::sandbox::state::{IssueChange, IssueState, LinkKind, NewIssue, Tier};

/// The titles of `acme/okrs`' issues that match these arguments.
fn titles(state: &mut super::State, arguments: &str) -> Vec<String> {
    let query = format!(
        "{{ project(fullPath: \"acme/okrs\") {{ issues({arguments}) {{ nodes {{ title }} }} }} }}"
    );
    let answer = data(state, &query);
    let nodes = answer["project"]["issues"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    nodes
        .iter()
        .map(|node| node["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn filters_narrow() {
    let mut state = with_issues(&["a", "b", "c", "d"]);
    let maintainer = actor(&state, "maintainer").unwrap();
    let change = IssueChange {
        state: Some(IssueState::Closed),
        assignees: Some(vec![2]),
        ..IssueChange::default()
    };
    state.update_issue(&maintainer, 2, change, noon()).unwrap();
    for (arguments, found) in [
        ("labelName: [\"n0\", \"okr:o\"]", "ca"),
        ("labelName: \"n1\"", "db"),
        (
            "or: {labelNames: [\"n0\", \"n1\"]}, sort: CREATED_ASC",
            "abcd",
        ),
        ("not: {labelName: [\"n1\"]}", "ca"),
        ("labelName: [\"unknown\"]", ""),
        ("state: closed", "b"),
        ("state: opened", "dca"),
        ("iids: [\"1\", \"4\"]", "da"),
        ("iid: \"3\"", "c"),
        ("authorUsername: \"maintainer\"", "dcba"),
        ("authorUsername: \"nobody\"", ""),
        ("or: {authorUsernames: [\"owner\", \"maintainer\"]}", "dcba"),
        ("assigneeUsernames: [\"owner\"]", "b"),
        ("assigneeWildcardId: NONE", "dca"),
        ("not: {assigneeUsernames: [\"owner\"]}", "dca"),
        ("createdAfter: \"2026-11-22T12:00:02Z\"", "dc"),
        ("search: \"a\", in: [TITLE]", "a"),
        ("confidential: true", ""),
        ("types: [TASK]", ""),
        ("types: [ISSUE], sort: TITLE_ASC", "abcd"),
        ("sort: updated_desc, first: 1", "d"),
        ("closedAfter: \"2026-01-01\"", "b"),
    ] {
        assert_eq!(titles(&mut state, arguments).concat(), found, "{arguments}");
    }
}

#[test]
fn pages_follow_their_cursors_even_when_an_issue_leaves_the_list() {
    let mut state = with_issues(&["a", "b", "c", "d", "e"]);
    let page = |state: &mut super::State, after: &Value| {
        let query = "query($a: String) { project(fullPath: \"acme/okrs\") { issues(first: 2, after: $a, state: opened)
            { count pageInfo { hasNextPage hasPreviousPage endCursor } nodes { title } } } }";
        let answer = ask(state, "maintainer", query, json!({ "a": after })).value();
        answer["data"]["project"]["issues"].clone()
    };
    let first = page(&mut state, &Value::Null);
    assert_eq!(first["nodes"], json!([{ "title": "e" }, { "title": "d" }]));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    assert_eq!(first["count"], 5);
    let cursor = first["pageInfo"]["endCursor"].clone();
    // The last issue of the page is closed before the next one is asked for.
    let maintainer = actor(&state, "maintainer").unwrap();
    let close = IssueChange {
        state: Some(IssueState::Closed),
        ..IssueChange::default()
    };
    state.update_issue(&maintainer, 4, close, noon()).unwrap();
    let second = page(&mut state, &cursor);
    assert_eq!(second["nodes"], json!([{ "title": "c" }, { "title": "b" }]));
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    let third = page(&mut state, &second["pageInfo"]["endCursor"].clone());
    assert_eq!(third["nodes"], json!([{ "title": "a" }]));
    assert_eq!(third["pageInfo"]["hasNextPage"], false);
}

#[test]
fn what_an_asker_may_not_see_is_not_there() {
    let mut state = with_issues(&["open"]);
    let owner = actor(&state, "owner").unwrap();
    let new = |title: &str, confidential| NewIssue {
        title: title.to_owned(),
        confidential,
        ..NewIssue::default()
    };
    let hidden = state
        .create_issue(&owner, 1, new("hidden", true), noon())
        .unwrap();
    let vault = state
        .create_issue(&owner, 5, new("vault", false), noon())
        .unwrap();
    state
        .add_link(&owner, 1, hidden, LinkKind::RelatesTo, noon())
        .unwrap();
    state
        .add_link(&owner, 1, vault, LinkKind::RelatesTo, noon())
        .unwrap();
    let query = format!(
        "{{ issue(id: \"gid://gitlab/Issue/1\") {{ linkedWorkItems {{ nodes {{ workItem {{ title }} }} }} }}
           hidden: issue(id: \"gid://gitlab/Issue/{hidden}\") {{ title }}
           vault: project(fullPath: \"vault/secret\") {{ id }}
           group(fullPath: \"vault\") {{ id }} }}"
    );
    let linked = |state: &mut super::State, who: &str| {
        let answer = ask(state, who, &query, json!({})).value()["data"].clone();
        let nodes = answer["issue"]["linkedWorkItems"]["nodes"]
            .as_array()
            .unwrap()
            .len();
        (
            nodes,
            !answer["hidden"].is_null(),
            !answer["vault"].is_null(),
            !answer["group"].is_null(),
        )
    };
    assert_eq!(linked(&mut state, "owner"), (2, true, true, true));
    assert_eq!(linked(&mut state, "maintainer"), (1, true, false, false));
    assert_eq!(linked(&mut state, "guest"), (0, false, false, false));
    assert_eq!(linked(&mut state, "anon"), (0, false, false, false));
}

#[test]
fn a_group_lists_what_is_asked_of_it() {
    let mut state = with_issues(&["a"]);
    let answer = data(
        &mut state,
        "{ group(fullPath: \"acme\") { id fullName issues { count } without: workItems { nodes { id } }
           with: workItems(includeDescendants: true) { nodes { id } } projects { nodes { fullPath } }
           labels { nodes { title } } } }",
    );
    let group = &answer["group"];
    assert_eq!(group["id"], "gid://gitlab/Group/7");
    assert_eq!(group["issues"]["count"], 1);
    assert_eq!(group["without"]["nodes"], json!([]));
    assert_eq!(
        group["with"]["nodes"],
        json!([{ "id": "gid://gitlab/WorkItem/1" }])
    );
    assert_eq!(group["projects"]["nodes"].as_array().unwrap().len(), 4);
}

#[test]
fn people_labels_and_members_are_found() {
    let mut state = with_issues(&["a"]);
    let answer = data(
        &mut state,
        "{ users(usernames: [\"OWNER\", \"guest\"]) { nodes { username } } user(username: \"root\") { id name }
           project(fullPath: \"acme/okrs\") { nameWithNamespace labels { nodes { title color textColor } }
             label(title: \"okr:o\") { title } projectMembers(search: \"rep\") { nodes { user { username }
             accessLevel { integerValue stringValue } __typename } } openIssuesCount } }",
    );
    assert_eq!(
        answer["users"]["nodes"],
        json!([{ "username": "guest" }, { "username": "owner" }])
    );
    assert_eq!(
        answer["user"],
        json!({ "id": "gid://gitlab/User/1", "name": "Administrator" })
    );
    let project = &answer["project"];
    assert_eq!(project["nameWithNamespace"], "Acme / Okrs");
    assert_eq!(
        project["labels"]["nodes"][0],
        json!({ "title": "n0", "color": "#6699cc", "textColor": "#FFFFFF" })
    );
    assert_eq!(project["label"], json!({ "title": "okr:o" }));
    assert_eq!(
        project["projectMembers"]["nodes"],
        json!([{ "user": { "username": "reporter" },
                 "accessLevel": { "integerValue": 20, "stringValue": "REPORTER" }, "__typename": "GroupMember" }])
    );
    assert_eq!(project["openIssuesCount"], 1);
}

#[test]
fn the_tier_shows_in_the_assignees_widget() {
    let query = "{ namespace(fullPath: \"acme/okrs\") { workItemTypes(name: ISSUE) { nodes { name widgetDefinitions {
        type ... on WorkItemWidgetDefinitionAssignees { allowsMultipleAssignees } } } } } }";
    let several = |state: &mut super::State| {
        let answer = data(state, query);
        answer["namespace"]["workItemTypes"]["nodes"][0]["widgetDefinitions"][0].clone()
    };
    let mut state = world();
    assert_eq!(
        several(&mut state),
        json!({ "type": "ASSIGNEES", "allowsMultipleAssignees": false })
    );
    state.settings.tier = Tier::Premium;
    assert_eq!(
        several(&mut state),
        json!({ "type": "ASSIGNEES", "allowsMultipleAssignees": true })
    );
}

#[test]
fn fragments_directives_and_introspection_work() {
    let mut state = with_issues(&["a"]);
    let query = "query($no: Boolean!) { issue(id: \"gid://gitlab/Issue/1\") { ...F title @skip(if: $no) iid } __typename
        __type(name: \"IssueState\") { enumValues { name } } } fragment F on Issue { kind: type ... @include(if: $no) { state } }";
    let answer = ask(&mut state, "maintainer", query, json!({ "no": true })).value();
    assert_eq!(
        answer["data"]["issue"],
        json!({ "kind": "ISSUE", "state": "opened", "iid": "1" })
    );
    assert_eq!(answer["data"]["__typename"], "Query");
    assert_eq!(answer["data"]["__type"]["enumValues"][1]["name"], "closed");
}
