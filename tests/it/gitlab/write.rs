//! What is sent when something is written, and what is not sent because it would do harm.

use std::collections::BTreeSet;

use okrsync::gitlab::{
    ErrorKind, IssueFilter, IssuePatch, IssueState, LabelHome, NewIssue, NewLabel, NoteTarget,
    ProjectRef,
};
use serde_json::{Value, json};

use super::recordings::recorded;
use super::server::{Reply, Server};

const PROJECT: ProjectRef = ProjectRef::Id(1);

#[tokio::test]
async fn requests_have_the_recorded_form() {
    let cases = [
        "links/create",
        "links/delete",
        "labels/create:okr:o",
        "update/move",
        "notes/create",
    ];
    for name in cases {
        let exchange = recorded(name);
        let server = Server::script(vec![exchange.reply()]);
        let client = server.client();
        match name {
            "links/create" => drop(client.create_link(&PROJECT, 1, &PROJECT, 2).await.unwrap()),
            "links/delete" => client.delete_link(&PROJECT, 1, 1).await.unwrap(),
            "update/move" => drop(client.move_issue(&PROJECT, 1, 2).await.unwrap()),
            "notes/create" => {
                let target = NoteTarget::Issue(PROJECT, 1);
                drop(client.create_note(&target, "hello @owner").await.unwrap());
            }
            _ => {
                let label = NewLabel {
                    name: "okr:o".into(),
                    color: "#0052cc".into(),
                    description: Some("d".into()),
                };
                let home = LabelHome::Project(PROJECT);
                drop(client.create_label(&home, &label).await.unwrap());
            }
        }
        let seen = &server.seen()[0];
        assert_eq!(
            (&seen.method, &seen.path),
            (&exchange.method, &exchange.path),
            "{name}"
        );
        let sent = if seen.body.is_empty() {
            Value::Null
        } else {
            seen.json()
        };
        assert_eq!(sent, exchange.sent, "{name}");
    }
}

#[tokio::test]
async fn what_would_do_harm_is_not_sent() {
    let server = Server::script(vec![Reply::json(500, "{}")]);
    let client = server.client();
    let issue = |title: &str, description: &str, label: &str| NewIssue {
        title: title.into(),
        description: description.into(),
        labels: BTreeSet::from([label.to_owned()]),
        ..NewIssue::default()
    };
    let mut errors = Vec::new();
    for bad in [
        issue(" ", "d", "l"),
        issue("t", "\n ", "l"),
        issue("t", "d", "a,b"),
    ] {
        errors.push(client.create_issue(&PROJECT, &bad).await.unwrap_err());
    }
    errors.push(
        client
            .update_issue(&PROJECT, 1, &IssuePatch::default())
            .await
            .unwrap_err(),
    );
    let target = NoteTarget::MergeRequest(PROJECT, 1);
    errors.push(client.create_note(&target, " ").await.unwrap_err());
    errors.push(client.update_note(&target, 1, "/close").await.unwrap_err());
    for path in ["..", ".", "%2e%2e"] {
        // The last one is a name like any other once its percent signs are encoded.
        let result = client.project(&path.into()).await.unwrap_err();
        if path != "%2e%2e" {
            errors.push(result);
        }
    }
    for error in errors {
        assert_eq!(*error.kind(), ErrorKind::Refused, "{error}");
        assert!(!error.is_ambiguous() && !error.message().is_empty());
    }
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.path == "/api/v4/projects/%252e%252e")
    );
}

#[tokio::test]
async fn a_note_of_commands_is_no_note() {
    let server = Server::script(vec![recorded("notes/only-command").reply()]);
    let target = NoteTarget::Issue(PROJECT, 1);
    let error = server
        .client()
        .create_note(&target, "/close")
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NoteWasCommands);
}

#[tokio::test]
async fn notes_are_comments_oldest_first() {
    let server = Server::script(vec![recorded("merge_request_notes/list").reply()]);
    let target = NoteTarget::MergeRequest("acme/okrs".into(), 1);
    let notes = server.client().notes(&target).await.unwrap();
    assert_eq!(notes[0].body, "taken over");
    assert!(notes.iter().all(|note| !note.system));
    assert_eq!(
        server.seen()[0].path,
        "/api/v4/projects/acme%2Fokrs/merge_requests/1/notes?activity_filter=only_comments&order_by=created_at&sort=asc\
         &per_page=100&page=1"
    );
}

#[tokio::test]
async fn a_filter_is_sent_and_held() {
    let issues = recorded("lists/project-page1");
    let server = Server::new(move |_, _| Reply::json(200, &issues.body).with("x-next-page", ""));
    let filter = IssueFilter {
        labels: BTreeSet::from(["okr:kr".to_owned(), "any".to_owned()]),
        authors: BTreeSet::from([
            "Owner".to_owned(),
            "maintainer".to_owned(),
            "owner".to_owned(),
        ]),
        state: Some(IssueState::Opened),
        iids: (1..=101).collect(),
        updated_after: Some("2026-11-22T00:00:00Z".parse().unwrap()),
    };
    let found = server.client().issues(&PROJECT, &filter).await.unwrap();
    // `any` would match every label on the server: it is looked for here, and nothing carries it.
    assert_eq!(found, []);
    let paths: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(
        paths.len(),
        6,
        "three authors, two hundreds of numbers: {paths:?}"
    );
    assert!(paths[0].starts_with(
        "/api/v4/projects/1/issues?order_by=created_at&sort=asc&state=opened&labels=okr%3Akr\
         &updated_after=2026-11-22T00%3A00%3A00Z&author_username=Owner&iids%5B%5D=1&iids%5B%5D=2&"
    ));
    let filter = IssueFilter {
        labels: BTreeSet::from(["okr:kr".to_owned()]),
        ..IssueFilter::default()
    };
    let found = server.client().issues(&PROJECT, &filter).await.unwrap();
    assert_eq!(
        found.iter().map(|issue| issue.iid).collect::<Vec<_>>(),
        [2, 3]
    );
}

#[tokio::test]
async fn a_list_that_shrinks_is_read_anew() {
    let body = recorded("graphql/first").body;
    let rows = move |iids: &[u64], total: u64, next: &str| {
        let row = |iid: &u64| {
            let mut issue = body.clone();
            (issue["id"], issue["iid"]) = (json!(iid), json!(iid));
            issue
        };
        Reply::json(200, Value::from(iids.iter().map(row).collect::<Vec<_>>()))
            .with("x-total", total)
            .with("x-next-page", next)
    };
    // Issue 1 is deleted between the pages, and 3 slips to the first one.
    let server = Server::script(vec![
        rows(&[1, 2], 4, "2"),
        rows(&[4], 3, ""),
        rows(&[2, 3], 3, "2"),
        rows(&[4], 3, ""),
    ]);
    let found = server
        .client()
        .issues(&PROJECT, &IssueFilter::default())
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|issue| issue.iid).collect::<Vec<_>>(),
        [2, 3, 4]
    );
    let shrinking = (0..9).map(|n| rows(&[1], 100 - n, "2")).collect();
    let server = Server::script(shrinking);
    let error = server
        .client()
        .issues(&PROJECT, &IssueFilter::default())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unstable);
}
