//! Writes beyond the recorded ones.

use serde_json::{Value, json};

use super::{ask, data, noon, with_issues, world};
use crate::sandbox::state::Issue;

/// What a mutation of a maintainer answers.
fn change(state: &mut super::State, mutation: &str) -> Value {
    data(state, &format!("mutation {{ {mutation} }}"))
}

fn issue(state: &super::State, id: u64) -> &Issue {
    &state.issues[&id]
}

#[test]
fn an_issue_is_updated_by_its_number() {
    let mut state = with_issues(&["a"]);
    let label = state
        .labels
        .values()
        .find(|one| one.name == "n0")
        .unwrap()
        .id;
    let answer = change(
        &mut state,
        &format!(
            "updateIssue(input: {{projectPath: \"acme/okrs\", iid: \"1\", title: \"b\", dueDate: \"2026-12-31\",
              stateEvent: CLOSE, removeLabelIds: [\"gid://gitlab/ProjectLabel/{label}\"], clientMutationId: \"me\"}})
              {{ clientMutationId errors issue {{ title dueDate state labels {{ nodes {{ title }} }} }} }}"
        ),
    );
    assert_eq!(
        answer["updateIssue"],
        json!({ "clientMutationId": "me", "errors": [], "issue": { "title": "b", "dueDate": "2026-12-31",
                "state": "closed", "labels": { "nodes": [{ "title": "okr:o" }] } } })
    );
    change(
        &mut state,
        "updateIssue(input: {projectPath: \"acme/okrs\", iid: \"1\", dueDate: null}) { errors }",
    );
    assert_eq!(issue(&state, 1).due_date, None);
    assert_eq!(issue(&state, 1).title, "b");
}

#[test]
fn a_work_item_is_made_and_changed_through_its_widgets() {
    let mut state = with_issues(&["a"]);
    let answer = change(
        &mut state,
        "workItemCreate(input: {namespacePath: \"acme/okrs\", title: \"new\", workItemTypeId: \"gid://gitlab/WorkItems::Type/6\",
           descriptionWidget: {description: \"text\"}, startAndDueDateWidget: {startDate: \"2026-10-01\", dueDate: \"2026-12-31\"},
           linkedItemsWidget: {workItemsIds: [\"gid://gitlab/WorkItem/1\"]}}) { errors workItem { id workItemType { name } } }",
    );
    // An objective that the tier does not have silently becomes an issue.
    assert_eq!(
        answer["workItemCreate"]["workItem"],
        json!({ "id": "gid://gitlab/WorkItem/2", "workItemType": { "name": "Issue" } })
    );
    assert_eq!(issue(&state, 1).links.len(), 1);
    let label = state.labels.keys().next().copied().unwrap();
    change(
        &mut state,
        &format!(
            "workItemUpdate(input: {{id: \"gid://gitlab/WorkItem/2\", assigneesWidget: {{assigneeIds: [\"gid://gitlab/User/2\",
              \"gid://gitlab/User/4\"]}}, labelsWidget: {{addLabelIds: [\"gid://gitlab/Label/{label}\"]}}, confidential: true}})
              {{ errors }}"
        ),
    );
    let item = issue(&state, 2);
    assert_eq!(
        (item.assignees.as_slice(), item.labels.as_slice()),
        ([2].as_slice(), [label].as_slice())
    );
    assert!(item.confidential);
    assert_eq!(item.due_date, Some("2026-12-31".parse().unwrap()));
}

#[test]
fn links_tell_what_was_not_done() {
    let mut state = with_issues(&["a", "b", "c"]);
    let owner = super::actor(&state, "owner").unwrap();
    let new = crate::sandbox::state::NewIssue {
        title: "v".to_owned(),
        ..Default::default()
    };
    let vault = state.create_issue(&owner, 5, new, noon()).unwrap();
    let gid = |id: u64| format!("\"gid://gitlab/WorkItem/{id}\"");
    let add = format!(
        "workItemAddLinkedItems(input: {{id: {}, workItemsIds: [{}, {}]}}) {{ errors message }}",
        gid(1),
        gid(2),
        gid(vault)
    );
    let answer = change(&mut state, &add);
    assert_eq!(
        answer["workItemAddLinkedItems"],
        json!({ "errors": [format!(
            "Item with ID: {vault} cannot be added. You don't have permission to perform this action.")], "message": "" })
    );
    assert_eq!(issue(&state, 1).links.len(), 1);
    let remove = format!(
        "workItemRemoveLinkedItems(input: {{id: {}, workItemsIds: [{}, {}]}}) {{ errors message }}",
        gid(1),
        gid(2),
        gid(3)
    );
    let answer = change(&mut state, &remove);
    assert_eq!(
        answer["workItemRemoveLinkedItems"]["message"],
        "Successfully unlinked IDs: 2. IDs with errors: 3 could not be removed due to not being linked."
    );
}

#[test]
fn notes_are_written_and_changed() {
    let mut state = with_issues(&["a"]);
    let answer = change(
        &mut state,
        "createNote(input: {noteableId: \"gid://gitlab/Issue/1\", body: \"hello\\n/close\"}) { errors note { id body system
           author { username } } }",
    );
    let note = &answer["createNote"]["note"];
    assert_eq!(note["body"], "hello");
    assert_eq!(
        issue(&state, 1).state,
        crate::sandbox::state::IssueState::Closed
    );
    let id = note["id"].as_str().unwrap();
    let answer = change(
        &mut state,
        &format!("updateNote(input: {{id: \"{id}\", body: \"bye\"}}) {{ note {{ body }} }}"),
    );
    assert_eq!(answer["updateNote"]["note"]["body"], "bye");
    let answer = change(
        &mut state,
        "createNote(input: {noteableId: \"gid://gitlab/Issue/1\", body: \"/reopen\"}) { errors note { body } }",
    );
    assert_eq!(answer["createNote"], json!({ "errors": [], "note": null }));
    assert_eq!(
        issue(&state, 1).state,
        crate::sandbox::state::IssueState::Opened
    );
    let comments = data(
        &mut state,
        "{ issue(id: \"gid://gitlab/Issue/1\") { notes(filter: ONLY_COMMENTS) { nodes { body } } userNotesCount } }",
    );
    assert_eq!(
        comments["issue"],
        json!({ "notes": { "nodes": [{ "body": "bye" }] }, "userNotesCount": 1 })
    );
}

#[test]
fn labels_are_made_once() {
    let mut state = world();
    let make = "labelCreate(input: {projectPath: \"acme/okrs\", title: \"okr:o\", color: \"#00ff00\"}) { errors label { title color } }";
    let answer = change(&mut state, make);
    assert_eq!(
        answer["labelCreate"]["label"],
        json!({ "title": "okr:o", "color": "#00ff00" })
    );
    let answer = change(&mut state, make);
    assert_eq!(
        answer["labelCreate"],
        json!({ "errors": ["Title has already been taken"], "label": null })
    );
}

#[test]
fn over_the_limit_the_whole_request_is_429() {
    let mut state = world();
    state.settings.limits.issues_create_limit = 2;
    let one = |alias: &str| {
        format!(
            "{alias}: createIssue(input: {{projectPath: \"acme/okrs\", title: \"t\"}}) {{ errors }}"
        )
    };
    let query = format!("mutation {{ {} {} {} }}", one("a"), one("b"), one("c"));
    let answer = ask(&mut state, "maintainer", &query, json!({}));
    assert_eq!(answer.status, 429);
    let message = "This endpoint has been requested too many times. Try again later.";
    assert_eq!(
        answer.value(),
        json!({ "errors": [{ "message": message }] })
    );
    assert_eq!(answer.header("retry-after"), None);
    // What was made before the limit stays, though nobody is told.
    assert_eq!(state.issues.len(), 2);
}

#[test]
fn nobody_and_read_only_tokens_change_nothing() {
    let mut state = with_issues(&["a"]);
    let query = "mutation { updateIssue(input: {projectPath: \"acme/okrs\", iid: \"1\", title: \"b\"}) { errors } }";
    for who in ["anon", "read_api", "outsider", "guest"] {
        let answer = ask(&mut state, who, query, json!({})).value();
        assert_eq!(answer["data"], json!({ "updateIssue": null }), "{who}");
        assert_eq!(answer["errors"][0]["path"], json!(["updateIssue"]), "{who}");
    }
    assert_eq!(issue(&state, 1).title, "a");
}
