//! What queries cost, against GitLab's own scores.

use serde_json::{Value, json};

use super::{ask, data, with_issues, world};

/// The price of a query, without that of asking for it.
fn price(query: &str) -> u64 {
    let answer = data(
        &mut world(),
        &format!("{{ {query} queryComplexity {{ score limit }} }}"),
    );
    assert_eq!(answer["queryComplexity"]["limit"], 250);
    answer["queryComplexity"]["score"].as_u64().unwrap() - 3
}

#[test]
fn reading_a_group_costs_as_recorded() {
    let issues = "iid title description state dueDate webUrl updatedAt confidential reference(full: true) id
        labels(first: 50) { nodes { title } } assignees(first: 10) { nodes { username } } milestone { id title }
        author { username }";
    let page = "pageInfo { hasNextPage endCursor }";
    let query = |more: &str| {
        format!(
            "group(fullPath: \"acme\") {{ issues(includeSubgroups: true, first: 100) {{ {page} nodes {{ {issues} {more} }} }} }}"
        )
    };
    assert_eq!(price(&query("")), 57);
    assert_eq!(
        price(&query(
            "linkedWorkItems { nodes { linkId workItem { id } } }"
        )),
        75
    );

    let fields = "id iid title state webUrl updatedAt confidential reference(full: true) workItemType { name }
        author { username } namespace { fullPath }";
    let widgets = |linked: &str| {
        format!(
            "widgets {{ type ... on WorkItemWidgetDescription {{ description }} ... on WorkItemWidgetLabels
            {{ labels(first: 50) {{ nodes {{ title }} }} }} ... on WorkItemWidgetLinkedItems {{ linkedItems(first: 100)
            {{ nodes {{ linkId linkType workItem {{ {linked} }} }} }} }} }}"
        )
    };
    let query = |fields: &str| {
        format!(
            "group(fullPath: \"acme\") {{ workItems(includeDescendants: true, first: 100) {{ {page} nodes {{ {fields} }} }} }}"
        )
    };
    assert_eq!(
        price(&query(&format!(
            "{fields} {}",
            widgets("id iid reference(full: true)")
        ))),
        69
    );
    assert_eq!(price(&query(&format!("{fields} {}", widgets("id")))), 65);
    let links = "id widgets(onlyTypes: [LINKED_ITEMS]) { type ... on WorkItemWidgetLinkedItems { linkedItems
        { nodes { linkId linkType workItem { id } } } } }";
    assert_eq!(price(&query(links)), 39);
}

#[test]
fn pages_searches_and_orders_cost_more() {
    let project = |arguments: &str| {
        price(&format!(
            "project(fullPath: \"acme/okrs\") {{ issues{arguments} {{ nodes {{ iid }} }} }}"
        ))
    };
    // One for the field, one for its default order, two for what is asked of it; then one percent an item.
    assert_eq!(project(""), 1 + 8);
    assert_eq!(project("(first: 50)"), 1 + 6);
    assert_eq!(project("(first: 500)"), 1 + 8);
    assert_eq!(project("(search: \"a\", first: 50)"), 1 + 13);
    assert_eq!(project("(iid: \"1\")"), 1 + 4);
}

#[test]
fn twenty_two_creations_fit_and_twenty_three_do_not() {
    let many = |count: usize| {
        let one = |n: usize| {
            format!(
                "c{n}: createIssue(input: {{projectPath: \"acme/okrs\", title: \"t{n}\"}}) {{ errors issue {{ iid webUrl labels {{ nodes {{ title }} }} }} }}"
            )
        };
        format!(
            "mutation {{ {} }}",
            (0..count).map(one).collect::<Vec<_>>().join(" ")
        )
    };
    let mut state = world();
    let answer = ask(&mut state, "maintainer", &many(23), json!({})).value();
    let message = "Query has complexity of 253, which exceeds max complexity of 250";
    assert_eq!(answer, json!({ "errors": [{ "message": message }] }));
    assert!(state.issues.is_empty());
    let answer = ask(&mut state, "maintainer", &many(22), json!({})).value();
    assert_eq!(answer["data"]["c21"]["issue"]["iid"], "22");
}

#[test]
fn administrators_may_spend_more_and_nobody_less() {
    let query = "{ queryComplexity { score limit } }";
    let limit = |who: &str| {
        ask(&mut world(), who, query, json!({})).value()["data"]["queryComplexity"]["limit"].clone()
    };
    assert_eq!(
        [limit("root"), limit("guest"), limit("anon")],
        [300, 250, 200].map(Value::from)
    );
}

#[test]
fn one_hundred_issues_with_links_are_quick() {
    let titles: Vec<String> = (0..120).map(|n| format!("issue {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut state = with_issues(&titles);
    let actor = super::actor(&state, "maintainer").unwrap();
    for target in 2..=90 {
        let kind = crate::sandbox::state::LinkKind::RelatesTo;
        state
            .add_link(&actor, 1, target, kind, super::noon())
            .unwrap();
    }
    let answer = data(
        &mut state,
        "{ group(fullPath: \"acme\") { issues(includeSubgroups: true, first: 100, sort: CREATED_ASC) { nodes { iid
           linkedWorkItems { nodes { linkId workItem { id } } } } } } }",
    );
    let nodes = answer["group"]["issues"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 100);
    assert_eq!(
        nodes[0]["linkedWorkItems"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        89
    );
}
