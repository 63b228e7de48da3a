//! Every shape that a GitLab answered is understood.

use okrsync::gitlab::{
    CurrentUser, Issue, IssueLink, IssueState, IssuesAccess, Label, LabelHome, LinkType,
    LinkedIssue, Member, MergeRequest, Metadata, Note, Project, ProjectRef, TokenSelf, User,
    Visibility, Weight,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::recordings::{Exchange, all, recorded};
use super::server::{Reply, Server};

fn decode<T: DeserializeOwned>(exchange: &Exchange) {
    let decoded = serde_json::from_value::<T>(exchange.body.clone());
    assert!(
        decoded.is_ok(),
        "{}: {}",
        exchange.name(),
        decoded.err().unwrap()
    );
}

#[test]
fn every_recorded_answer_is_understood() {
    let mut counts = [0; 5];
    for exchange in all() {
        let path = exchange.path.split('?').next().unwrap();
        let segments: Vec<&str> = path.trim_start_matches("/api/v4/").split('/').collect();
        let list = exchange.body.is_array();
        // A long list is kept as its length in the recordings.
        if !(200..300).contains(&exchange.status)
            || !(list
                || exchange.body.get("id").is_some()
                || exchange.body.get("version").is_some())
        {
            continue;
        }
        match (&*segments, list) {
            (["projects" | "groups", _, "issues"] | ["issues"], true) => {
                // Details of labels are another form, which the client does not ask for.
                if exchange.path.contains("with_labels_details=true") {
                    continue;
                }
                counts[0] += 1;
                decode::<Vec<Issue>>(&exchange);
            }
            (["projects", _, "issues"] | ["projects", _, "issues", _], false) => {
                counts[1] += 1;
                decode::<Issue>(&exchange);
            }
            (["projects", _, "issues", _, "move" | "clone"], false) => decode::<Issue>(&exchange),
            (["projects", _, "issues", _, "links"], true) => decode::<Vec<LinkedIssue>>(&exchange),
            (["projects", _, "issues", _, "links", ..], false) => {
                counts[2] += 1;
                decode::<IssueLink>(&exchange);
            }
            (["projects", _, "issues" | "merge_requests", _, "notes"], true) => {
                decode::<Vec<Note>>(&exchange);
            }
            (["projects", _, "issues" | "merge_requests", _, "notes", ..], false) => {
                counts[3] += 1;
                decode::<Note>(&exchange);
            }
            (["projects" | "groups", _, "labels"], true) => decode::<Vec<Label>>(&exchange),
            (["projects" | "groups", _, "labels", ..], false) => {
                counts[4] += 1;
                decode::<Label>(&exchange);
            }
            (["projects", _, "merge_requests", _], false) => decode::<MergeRequest>(&exchange),
            (["projects", _], false) => decode::<Project>(&exchange),
            (["projects", _, "members", "all"], true) => decode::<Vec<Member>>(&exchange),
            (["projects", _, "users"] | ["users"], true) => decode::<Vec<User>>(&exchange),
            (["user"], false) => decode::<CurrentUser>(&exchange),
            (["personal_access_tokens", "self"], false) => decode::<TokenSelf>(&exchange),
            (["version" | "metadata"], false) => decode::<Metadata>(&exchange),
            _ => {}
        }
    }
    // The recordings hold many of each; a test that finds none has stopped looking.
    assert!(counts.iter().all(|count| *count >= 5), "{counts:?}");
}

#[tokio::test]
async fn an_issue_is_read_field_by_field() {
    let server = Server::script(vec![recorded("graphql/first").reply()]);
    let issue = server.client().issue(&ProjectRef::Id(1), 1).await.unwrap();
    assert_eq!((issue.id, issue.iid, issue.project_id), (1, 1, 1));
    assert_eq!(
        (issue.title.as_str(), issue.description.as_str()),
        ("first", "")
    );
    assert_eq!(issue.state, IssueState::Opened);
    assert_eq!(issue.updated_at.to_string(), "2026-11-22T03:37:27.969Z");
    assert_eq!(issue.labels, ["2026-q4", "okr:o"]);
    assert_eq!(issue.assignees[0].username, "owner");
    assert!(issue.assignees[0].is_active());
    assert_eq!(issue.author.id, 3);
    assert_eq!(issue.due_date, Some(jiff::civil::date(2026, 12, 31)));
    assert_eq!(
        (issue.issue_type.as_str(), issue.confidential),
        ("issue", false)
    );
    assert_eq!((issue.moved_to_id, issue.weight), (None, Weight::Untold));
    assert_eq!(server.seen()[0].path, "/api/v4/projects/1/issues/1");
}

#[test]
fn a_weight_tells_a_paid_plan() {
    let mut body = recorded("graphql/first").body;
    for (weight, read) in [
        (Value::Null, Weight::Unset),
        (Value::from(3), Weight::Set(3)),
    ] {
        body["weight"] = weight;
        assert_eq!(
            serde_json::from_value::<Issue>(body.clone())
                .unwrap()
                .weight,
            read
        );
    }
}

#[tokio::test]
async fn a_project_is_asked_for_by_its_encoded_path() {
    let server = Server::script(vec![recorded("meta/project-by-path").reply()]);
    let project = server.client().project(&"acme/okrs".into()).await.unwrap();
    assert_eq!(server.seen()[0].path, "/api/v4/projects/acme%2Fokrs");
    assert_eq!(
        (project.id, project.path_with_namespace.as_str()),
        (1, "acme/okrs")
    );
    assert_eq!(project.visibility, Some(Visibility::Public));
    assert_eq!(project.issues_access_level, Some(IssuesAccess::Enabled));
    assert_eq!(project.permissions.unwrap().access_level(), 40);
    assert_eq!(project.default_branch.as_deref(), Some("main"));
    assert!(project.links.issues.is_some());
}

#[tokio::test]
async fn links_come_with_their_own_ids() {
    let server = Server::script(vec![recorded("links/list").reply()]);
    let links = server.client().links(&ProjectRef::Id(1), 1).await.unwrap();
    let ends: Vec<_> = links
        .iter()
        .map(|link| (link.issue_link_id, link.issue.id, link.link_type))
        .collect();
    assert_eq!(
        ends,
        [(1, 2, LinkType::RelatesTo), (2, 3, LinkType::RelatesTo)]
    );
}

#[tokio::test]
async fn labels_are_read_to_the_last_page() {
    let page = |names: &[&str], next: &str| {
        let labels: Vec<Value> = names
            .iter()
            .map(|name| serde_json::json!({"id": 1, "name": name, "color": "#000000"}))
            .collect();
        Reply::json(200, Value::from(labels))
            .with("x-next-page", next)
            .with("x-total", 3)
    };
    let server = Server::script(vec![page(&["a", "b"], "2"), page(&["c"], "")]);
    let labels = server
        .client()
        .labels(&LabelHome::Group("acme/sub".into()))
        .await
        .unwrap();
    assert_eq!(
        labels
            .iter()
            .map(|label| label.name.as_str())
            .collect::<String>(),
        "abc"
    );
    let paths: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(
        paths,
        [
            "/api/v4/groups/acme%2Fsub/labels?only_group_labels=true&per_page=100&page=1",
            "/api/v4/groups/acme%2Fsub/labels?only_group_labels=true&per_page=100&page=2",
        ]
    );
}

#[tokio::test]
async fn the_version_is_found_on_old_servers_too() {
    let old = Reply::json(404, r#"{"error":"404 Not Found"}"#);
    let server = Server::script(vec![old, recorded("meta/version").reply()]);
    // The last recorded answer is the job token's 401.
    let error = server.client().metadata().await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    assert_eq!(server.seen()[1].path, "/api/v4/version");
    let known = Reply::json(200, r#"{"version":"15.1.0","revision":"abc"}"#);
    let server = Server::script(vec![
        Reply::json(404, r#"{"error":"404 Not Found"}"#),
        known,
    ]);
    let metadata = server.client().metadata().await.unwrap();
    assert_eq!(
        (metadata.major_minor(), metadata.enterprise),
        (Some((15, 1)), None)
    );
}

#[tokio::test]
async fn who_and_what_else_is_asked_for_where_gitlab_has_it() {
    let server = Server::new(|seen, _| match seen.path.split('?').next().unwrap() {
        "/api/v4/user" => as_owner("meta/user").reply(),
        "/api/v4/personal_access_tokens/self" => as_owner("meta/self").reply(),
        "/api/v4/projects/1/members/all" => recorded("meta/members-all").reply(),
        _ => recorded("merge_request_notes/merge-request").reply(),
    });
    let client = server.client();
    let project = ProjectRef::Id(1);
    let user = client.current_user().await.unwrap();
    assert_eq!(
        (user.id, user.username.as_str(), user.bot),
        (2, "owner", false)
    );
    let token = client.token_self().await.unwrap();
    assert_eq!(
        (token.scopes, token.user_id, token.active),
        (vec!["api".to_owned()], 2, true)
    );
    assert_eq!(token.expires_at, Some(jiff::civil::date(2026, 12, 22)));
    let members = client.members(&project).await.unwrap();
    let roles: Vec<_> = members
        .iter()
        .map(|member| (member.user.id, member.access_level))
        .collect();
    assert_eq!(roles, [(1, 50), (2, 50), (3, 40), (4, 20), (5, 10)]);
    let request = client.merge_request(&project, 1).await.unwrap();
    assert_eq!(
        (
            request.source_branch.as_str(),
            request.target_branch.as_str()
        ),
        ("okr-2027-q1", "main")
    );
    assert_eq!((request.state.as_str(), request.sha), ("opened", None));
    assert_eq!(server.seen()[3].path, "/api/v4/projects/1/merge_requests/1");
}

/// The recorded answer of that name that is none of the refusals.
fn as_owner(name: &str) -> Exchange {
    let found = all()
        .into_iter()
        .find(|it| it.name() == name && it.status == 200);
    found.unwrap()
}
