//! Many issues at once: by GraphQL, by REST, and the same by both.

use std::collections::BTreeSet;

use okrsync::gitlab::{
    Complexity, ErrorKind, IssueFilter, IssueQuery, IssueRead, Knowledge, LinkType, ObservedLink,
    Via,
};
use serde_json::{Value, json};

use super::recordings::recorded;
use super::server::{Reply, Seen, Server};

/// The recorded issues of `acme/okrs`, as REST told them, with a link between the first two.
fn rest_issues() -> Vec<Value> {
    let steps = [
        "first",
        "second",
        "third",
        "fourth-closed",
        "fifth, confidential",
    ];
    let mut issues: Vec<Value> = steps
        .iter()
        .map(|step| recorded(&format!("graphql/{step}")).body)
        .collect();
    issues[0]["milestone"] = json!({"id": 9, "iid": 1, "title": "Patroni"});
    issues[3]["moved_to_id"] = json!(6);
    issues
}

/// The same issue as GraphQL tells it (recorded: graphql/group-issues).
fn graphql_issue(rest: &Value) -> Value {
    let gid = |kind: &str, id: &Value| json!(format!("gid://gitlab/{kind}/{id}"));
    let seconds = |time: &Value| match time.as_str() {
        Some(text) => json!(format!("{}Z", &text[..19])),
        None => Value::Null,
    };
    let user = |user: &Value| {
        json!({"id": gid("User", &user["id"]), "username": user["username"], "name": user["name"],
               "state": user["state"]})
    };
    let list = |nodes: Vec<Value>| json!({"nodes": nodes, "pageInfo": {"hasNextPage": false}});
    let values = |value: &Value| value.as_array().unwrap().clone();
    let link = |id: u64, other: u64| {
        json!({"linkId": format!("gid://gitlab/WorkItems::RelatedWorkItemLink/{id}"),
               "linkType": "relates_to", "workItem": {"id": format!("gid://gitlab/WorkItem/{other}")}})
    };
    let links = match rest["iid"].as_u64() {
        Some(1) => vec![link(5, 2)],
        Some(2) => vec![link(5, 1)],
        _ => Vec::new(),
    };
    let milestone = match &rest["milestone"] {
        Value::Null => Value::Null,
        it => json!({"id": gid("Milestone", &it["id"]), "title": it["title"]}),
    };
    let moved = match &rest["moved_to_id"] {
        Value::Null => Value::Null,
        id => json!({"id": gid("Issue", id)}),
    };
    json!({
        "id": gid("Issue", &rest["id"]), "iid": rest["iid"].to_string(), "projectId": rest["project_id"],
        "title": rest["title"], "description": rest["description"], "state": rest["state"], "type": rest["type"],
        "confidential": rest["confidential"], "webUrl": rest["web_url"],
        "createdAt": seconds(&rest["created_at"]), "updatedAt": seconds(&rest["updated_at"]),
        "closedAt": seconds(&rest["closed_at"]), "dueDate": rest["due_date"],
        "author": user(&rest["author"]), "assignees": list(values(&rest["assignees"]).iter().map(user).collect()),
        "labels": list(values(&rest["labels"]).iter().map(|name| json!({"title": name})).collect()),
        "milestone": milestone, "movedTo": moved, "linkedWorkItems": list(links),
    })
}

fn page(issues: &[Value], cursor: Option<&str>) -> Value {
    let nodes: Vec<Value> = issues.iter().map(graphql_issue).collect();
    json!({"nodes": nodes, "pageInfo": {"hasNextPage": cursor.is_some(), "endCursor": cursor}})
}

fn project(id: u64, path: &str, issues: &Value) -> Value {
    json!({"id": format!("gid://gitlab/Project/{id}"), "fullPath": path, "visibility": "public",
           "issuesEnabled": true, "archived": false, "maxAccessLevel": {"integerValue": 40}, "issues": issues})
}

fn projects(nodes: &[Value]) -> Reply {
    let complexity = json!({"score": 139, "limit": 250});
    let data = json!({"queryComplexity": complexity, "projects": {"nodes": nodes}});
    Reply::json(200, json!({ "data": data }))
}

/// A GitLab that has the recorded issues, as REST.
fn rest(seen: &Seen) -> Reply {
    let (path, _) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
    let link = |iid: usize| {
        let mut end = rest_issues()[iid - 1].clone();
        end["issue_link_id"] = json!(5);
        end["link_type"] = json!("relates_to");
        Reply::json(200, json!([end]))
    };
    match path {
        "/api/v4/projects/acme%2Fokrs" => recorded("meta/project").reply(),
        "/api/v4/projects/1/issues" | "/api/v4/projects/acme%2Fokrs/issues" => {
            Reply::json(200, Value::from(rest_issues())).with("x-next-page", "")
        }
        "/api/v4/projects/1/issues/1" => Reply::json(200, &rest_issues()[0]),
        "/api/v4/projects/1/issues/1/links" => link(2),
        "/api/v4/projects/1/issues/2/links" => link(1),
        path if path.ends_with("/links") => Reply::json(200, "[]"),
        _ => Reply::json(404, r#"{"message":"404 Project Not Found"}"#),
    }
}

fn query(paths: &[&str]) -> IssueQuery {
    let projects = paths.iter().map(|&path| path.to_owned()).collect();
    IssueQuery {
        projects,
        filter: IssueFilter::default(),
    }
}

async fn by_rest(query: &IssueQuery) -> IssueRead {
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/api/graphql" => recorded("graphql/bad-field").reply(),
        _ => rest(seen),
    });
    server.client().read_issues(query).await.unwrap()
}

#[tokio::test]
async fn both_ways_see_the_same() {
    let issues = rest_issues();
    let server = Server::new(move |seen, _| {
        let sent = seen.json();
        match sent["variables"]["after"].as_str() {
            None => projects(&[project(1, "acme/okrs", &page(&issues[..3], Some("c1")))]),
            Some(after) => {
                assert_eq!(after, "c1");
                let data = json!({"project": {"issues": page(&issues[3..], None)}});
                Reply::json(200, json!({ "data": data }))
            }
        }
    });
    let query = query(&["acme/okrs"]);
    let graphql = server.client().read_issues(&query).await.unwrap();
    assert_eq!((graphql.via, graphql.requests), (Via::Graphql, 2));
    assert_eq!(
        (graphql.links, graphql.labels),
        (Knowledge::Known, Knowledge::Known)
    );
    let link = ObservedLink {
        id: 5,
        link_type: LinkType::RelatesTo,
        other: Some(2),
    };
    assert_eq!(graphql.issues[0].links, Some(vec![link]));
    assert_eq!(graphql.issues[0].project, "acme/okrs");
    assert_eq!(graphql.issues[3].issue.moved_to_id, Some(6));
    assert_eq!(
        graphql.complexity,
        Some(Complexity {
            score: 139,
            limit: 250
        })
    );
    let rest = by_rest(&query).await;
    // GraphQL, refused; the project; a page of issues; five times the links.
    assert_eq!((rest.via, rest.requests), (Via::Rest, 8));
    assert_eq!(graphql.issues, rest.issues);
    assert_eq!(graphql.projects, rest.projects);
}

#[tokio::test]
async fn what_selects_nothing_is_not_sent() {
    let empty = page(&[], None);
    let server = Server::new(move |_, _| projects(&[project(1, "acme/okrs", &empty)]));
    let mut query = query(&["acme/okrs", "ACME/okrs"]);
    server.client().read_issues(&query).await.unwrap();
    let variables = |index: usize| server.seen()[index].json()["variables"].clone();
    let plain = json!({"paths": ["acme/okrs"], "projects": 1, "first": 100, "state": "all"});
    assert_eq!(variables(0), plain);
    query.filter = IssueFilter {
        labels: BTreeSet::from(["okr:kr".to_owned(), "2026-q4".to_owned()]),
        authors: BTreeSet::from(["okr-bot".to_owned()]),
        iids: BTreeSet::from([7]),
        updated_after: Some("2026-11-22T00:00:00Z".parse().unwrap()),
        ..IssueFilter::default()
    };
    server.client().read_issues(&query).await.unwrap();
    let full = json!({
        "paths": ["acme/okrs"], "projects": 1, "first": 100, "state": "all", "labels": ["2026-q4", "okr:kr"],
        "or": {"authorUsernames": ["okr-bot"]}, "iids": ["7"], "updatedAfter": "2026-11-22T00:00:00Z",
    });
    assert_eq!(variables(1), full);
}

#[tokio::test]
async fn a_project_that_is_missing_is_an_error() {
    let empty = page(&[], None);
    let server = Server::new(move |seen, _| match seen.path.as_str() {
        "/api/graphql" => projects(&[project(1, "acme/okrs", &empty)]),
        _ => rest(seen),
    });
    let error = server
        .client()
        .read_issues(&query(&["acme/okrs", "no/such"]))
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::ProjectsNotFound(vec!["no/such".into()])
    );
    assert!(error.to_string().contains("no/such"), "{error}");
    // By REST it is a 404 of its own path.
    let error = server
        .job_client()
        .read_issues(&query(&["no/such"]))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (&ErrorKind::NotFound, "/api/v4/projects/no%2Fsuch/issues")
    );
}

#[tokio::test]
async fn errors_beside_data_are_errors() {
    let body = json!({
        "data": {"projects": {"nodes": [project(1, "acme/okrs", &page(&[], None))]}},
        "errors": [{"message": "something went wrong"}],
    });
    let server = Server::script(vec![Reply::json(200, body)]);
    let error = server
        .client()
        .read_issues(&query(&["acme/okrs"]))
        .await
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Graphql(_)), "{error}");
}

#[tokio::test]
async fn a_job_token_reads_issues_and_says_what_it_cannot_see() {
    let server = Server::new(|seen, _| rest(seen));
    let read = server
        .job_client()
        .read_issues(&query(&["acme/okrs"]))
        .await
        .unwrap();
    assert_eq!(
        (read.issues.len(), read.via, read.requests),
        (5, Via::Rest, 1)
    );
    assert_eq!(
        (read.links, read.labels),
        (Knowledge::Unknown, Knowledge::Unknown)
    );
    assert!(read.issues.iter().all(|issue| issue.links.is_none()));
    assert_eq!(
        (read.projects[0].id, read.projects[0].access_level),
        (Some(1), None)
    );
}

#[tokio::test]
async fn what_is_too_much_is_asked_for_in_parts() {
    let paths: Vec<String> = (0..3).map(|n| format!("acme/p{n}")).collect();
    let server = Server::new(|seen, _| {
        let variables = &seen.json()["variables"];
        let paths = variables["paths"].as_array().unwrap();
        if paths.len() > 1 || variables["first"].as_u64().unwrap() > 50 {
            return Reply::text(
                503,
                "application/json",
                r#"{"errors":[{"message":"Request timed out."}]}"#,
            );
        }
        projects(&[project(1, paths[0].as_str().unwrap(), &page(&[], None))])
    });
    let wanted = IssueQuery {
        projects: paths.clone(),
        filter: IssueFilter::default(),
    };
    let read = server.client().read_issues(&wanted).await.unwrap();
    assert_eq!(
        read.projects
            .iter()
            .map(|project| &project.path)
            .collect::<Vec<_>>(),
        paths.iter().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_list_that_was_cut_is_completed() {
    let issues = rest_issues();
    let mut first = page(&issues[..1], None);
    first["nodes"][0]["labels"] = json!({"nodes": [], "pageInfo": {"hasNextPage": true}});
    let server = Server::new(move |seen, _| match seen.path.as_str() {
        "/api/graphql" => projects(&[project(1, "acme/okrs", &first)]),
        _ => rest(seen),
    });
    let read = server
        .client()
        .read_issues(&query(&["acme/okrs"]))
        .await
        .unwrap();
    assert_eq!(
        read.issues[0],
        by_rest(&query(&["acme/okrs"])).await.issues[0]
    );
}

#[tokio::test]
async fn one_issue_is_found_by_its_id() {
    let issue = graphql_issue(&rest_issues()[0]);
    let server = Server::script(vec![
        Reply::json(200, json!({"data": {"issue": issue}})),
        Reply::json(200, json!({"data": {"issue": null}})),
    ]);
    let client = server.client();
    assert_eq!(
        client
            .issue_by_id(1, &[])
            .await
            .unwrap()
            .unwrap()
            .issue
            .title,
        "first"
    );
    assert_eq!(client.issue_by_id(2, &[]).await.unwrap(), None);
    assert_eq!(
        server.seen()[0].json()["variables"],
        json!({"id": "gid://gitlab/Issue/1"})
    );
}

#[tokio::test]
async fn accounts_are_found_either_way() {
    let account = json!({"id": "gid://gitlab/User/2", "username": "owner", "name": "Owner Example", "state": "active"});
    let graphql = Reply::json(200, json!({"data": {"users": {"nodes": [account]}}}));
    let names = [
        "owner".to_owned(),
        "OWNER".to_owned(),
        "nobody-here".to_owned(),
    ];
    let server = Server::script(vec![graphql]);
    let users = server.client().users(&names).await.unwrap();
    assert_eq!(server.seen().len(), 1);
    let sent = server.seen()[0].json()["variables"].clone();
    assert_eq!(sent, json!({"usernames": ["nobody-here", "owner"]}));
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/api/graphql" => Reply::json(404, r#"{"error":"404 Not Found"}"#),
        "/api/v4/users?username=owner" => recorded("meta/users-by-name-case").reply(),
        _ => recorded("meta/users-unknown").reply(),
    });
    assert_eq!(server.client().users(&names).await.unwrap(), users);
    assert_eq!((users[0].id, users[0].username.as_str()), (2, "owner"));
}
