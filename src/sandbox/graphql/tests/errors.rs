//! Errors in GitLab's words and shapes, beyond the recorded ones.

use serde_json::{Value, json};

use super::{ask, execute, noon, scoped, world};
use crate::sandbox::state::{Actor, Scope};

/// The first error of a query as a maintainer.
fn error(query: &str, variables: Value) -> Value {
    let answer = ask(&mut world(), "maintainer", query, variables);
    assert_eq!(answer.status, 200);
    let answer = answer.value();
    assert_eq!(answer.get("data"), None, "{query}");
    answer["errors"][0].clone()
}

fn said(query: &str) -> String {
    error(query, json!({}))["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn validation_speaks_as_gitlab_does() {
    assert_eq!(
        error(
            "query A {\n  g: group(fullPath: \"acme\") { nonsense }\n}",
            json!({})
        ),
        json!({
            "message": "Field 'nonsense' doesn't exist on type 'Group'",
            "locations": [{ "line": 2, "column": 32 }],
            "path": ["query A", "g", "nonsense"],
            "extensions": { "code": "undefinedField", "typeName": "Group", "fieldName": "nonsense" },
        })
    );
    assert_eq!(
        error("{ group { id } }", json!({})),
        json!({
            "message": "Field 'group' is missing required arguments: fullPath",
            "locations": [{ "line": 1, "column": 3 }],
            "path": ["query", "group"],
            "extensions": {
                "code": "missingRequiredArguments", "className": "Field", "name": "group", "arguments": "fullPath",
            },
        })
    );
    assert_eq!(
        error("{ group(fullPath: \"acme\", depth: 1) { id } }", json!({}))["path"],
        json!(["query", "group", "depth"])
    );
    for (query, message) in [
        (
            "{ group(fullPath: \"acme\", depth: 1) { id } }",
            "Field 'group' doesn't accept argument 'depth'",
        ),
        (
            "query($x: Int) { echo(text: \"a\") }",
            "Variable $x is declared by anonymous query but not used",
        ),
        (
            "query Q { group(fullPath: $x) { id } }",
            "Variable $x is used by Q but not declared",
        ),
        (
            "{ group(fullPath: \"a\") { ...F } }",
            "Fragment F was used, but not defined",
        ),
        (
            "query($p: String!) { group(fullPath: $p) { id } }",
            "Type mismatch on variable $p and argument fullPath (String! / ID!)",
        ),
        (
            "{ currentUser }",
            "Field must have selections (field 'currentUser' returns CurrentUser but has no selections. Did you mean 'currentUser { ... }'?)",
        ),
        (
            "mutation { createIssue(input: {projectPath: \"a\"}) { errors } }",
            "Argument 'title' on InputObject 'CreateIssueInput' is required. Expected type String!",
        ),
        (
            "mutation { createIssue(input: {projectPath: \"a\", title: \"b\", color: \"c\"}) { errors } }",
            "InputObject 'CreateIssueInput' doesn't accept argument 'color'",
        ),
    ] {
        assert_eq!(said(query), message);
    }
}

#[test]
fn a_missing_variable_is_named() {
    let error = error("query($g: ID!) { group(fullPath: $g) { id } }", json!({}));
    assert_eq!(
        error["message"],
        "Variable $g of type ID! was provided invalid value"
    );
    assert_eq!(
        error["extensions"]["problems"][0]["explanation"],
        "Expected value to not be null"
    );
    assert_eq!(error["locations"], json!([{ "line": 1, "column": 7 }]));
}

#[test]
fn syntax_errors_name_the_token_that_was_met() {
    assert_eq!(
        said("{ group("),
        "Expected NAME, actual: (none) (\"\") at [1, 8]"
    );
    assert_eq!(
        said("{ a(b: }"),
        "Expected NAME, actual: RCURLY (\"}\") at [1, 8]"
    );
    assert_eq!(said(""), "No query string was present");
}

#[test]
fn deep_and_recursive_queries_are_refused() {
    let nest = |inner: &str| {
        format!(
            "{{ workItem(id: \"gid://gitlab/WorkItem/1\") {{ widgets {{ ... on WorkItemWidgetHierarchy {{ {inner} }} }} }} }}"
        )
    };
    let parent = |inner: &str| {
        format!("parent {{ widgets {{ ... on WorkItemWidgetHierarchy {{ {inner} }} }} }}")
    };
    let twice = nest(&parent("hasParent"));
    assert_eq!(
        ask(&mut world(), "maintainer", &twice, json!({})).value(),
        json!({ "data": { "workItem": null } })
    );
    let message = said(&nest(&parent(&parent("hasParent"))));
    assert!(
        message.starts_with("Recursive query - too many of fields '{\"widgets\"=>3}'"),
        "{message}"
    );

    let nodes = |depth: usize| {
        let open = "edges { node { ... on WorkItem { ".repeat(depth);
        (open, "} } }".repeat(depth))
    };
    let (open, close) = nodes(1);
    let shallow =
        format!("{{ group(fullPath: \"acme\") {{ workItems {{ {open} id {close} }} }} }}");
    assert_eq!(
        ask(&mut world(), "maintainer", &shallow, json!({})).value()["errors"],
        Value::Null
    );
}

#[test]
fn tokens_that_may_not_use_graphql_are_unknown_to_it() {
    let mut state = world();
    let body = json!({ "query": "{ currentUser { username } }" });
    let answer = execute(&mut state, &scoped(3, Scope::ReadUser), &body, noon());
    assert_eq!(
        (answer.status, answer.value()),
        (401, json!({ "errors": [{ "message": "Invalid token" }] }))
    );
    let answer = execute(&mut state, &Actor::user(3), &body, noon());
    assert_eq!(
        answer.value(),
        json!({ "data": { "currentUser": { "username": "maintainer" } } })
    );
}

#[test]
fn several_queries_are_answered_in_order_and_priced_together() {
    let mut state = world();
    let one = json!({ "query": "{ echo(text: \"a\") }" });
    let answer = execute(&mut state, &Actor::user(3), &json!([one, one]), noon());
    let said = json!({ "data": { "echo": "\"maintainer\" says: a" } });
    assert_eq!(answer.value(), json!([said, said]));

    let dear = json!({ "query": "{ group(fullPath: \"acme\") { workItems(includeDescendants: true) { nodes { widgets {
        ... on WorkItemWidgetLinkedItems { linkedItems { nodes { workItem { id iid title state webUrl reference
        confidential description author { username name } namespace { fullPath id } } } } } } } } } }" });
    let answer = execute(&mut state, &Actor::user(3), &dear, noon()).value();
    assert_eq!(answer["errors"], Value::Null);
    let answers = execute(
        &mut state,
        &Actor::user(3),
        &json!([dear, dear, dear, dear, dear]),
        noon(),
    )
    .value();
    let message = answers[0]["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.ends_with("which exceeds max complexity of 250"),
        "{message}"
    );
}
