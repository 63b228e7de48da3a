//! What is sent again, and what never is.

use std::time::Duration;

use okrsync::gitlab::{
    Client, Error, ErrorKind, Issue, IssuePatch, NewIssue, NoteTarget, ProjectRef,
};

use super::recordings::recorded;
use super::server::{Reply, Server, clock};

const PROJECT: ProjectRef = ProjectRef::Id(1);

fn issue() -> Reply {
    recorded("graphql/first").reply()
}

fn broken(reply: &Reply) -> Vec<Reply> {
    vec![reply.clone(), issue()]
}

fn failures() -> Vec<(Reply, ErrorKind)> {
    vec![
        (
            Reply::json(500, r#"{"message":"500 Internal Server Error"}"#),
            ErrorKind::Server,
        ),
        (
            Reply::html(502, "<html><title>502 Bad Gateway</title></html>"),
            ErrorKind::Server,
        ),
        (Reply::text(503, "text/plain", ""), ErrorKind::Server),
        (Reply::Drop, ErrorKind::Dropped),
        (Reply::Half(201, r#"{"id": 1, "#.into()), ErrorKind::Dropped),
    ]
}

async fn create(client: &Client) -> Result<Issue, Error> {
    let issue = NewIssue {
        title: "t".into(),
        description: "d".into(),
        ..NewIssue::default()
    };
    client.create_issue(&PROJECT, &issue).await
}

fn patch() -> IssuePatch {
    IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    }
}

#[tokio::test]
async fn a_read_is_repeated() {
    for (failure, _) in failures() {
        let server = Server::script(broken(&failure));
        let issue = server.client().issue(&PROJECT, 1).await;
        assert_eq!(issue.unwrap().title, "first", "{failure:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn an_update_is_repeated() {
    for (failure, _) in failures() {
        let server = Server::script(broken(&failure));
        server
            .client()
            .update_issue(&PROJECT, 1, &patch())
            .await
            .unwrap();
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(
            (seen[1].method.as_str(), seen[1].body.as_str()),
            ("PUT", r#"{"title":"t"}"#)
        );
    }
}

#[tokio::test]
async fn a_creation_is_never_repeated_blindly() {
    for (failure, kind) in failures() {
        let server = Server::script(broken(&failure));
        let error = create(&server.client()).await.unwrap_err();
        assert_eq!(*error.kind(), kind, "{failure:?}");
        assert!(error.is_ambiguous(), "{failure:?}");
        assert!(error.hint().contains("look before"), "{}", error.hint());
        assert_eq!(server.seen().len(), 1, "{failure:?}");
        let note = NoteTarget::Issue(PROJECT, 1);
        let error = server.client().create_note(&note, "n").await.unwrap_err();
        // The second answer is an issue, so the note was written for all we know.
        assert!(error.is_ambiguous());
    }
}

#[tokio::test]
async fn what_takes_too_long_may_have_happened() {
    for (reply, attempts) in [(Reply::Hang, 1)] {
        let server = Server::script(vec![reply]);
        let mut settings = server.settings(&clock());
        settings.timeout = Duration::from_millis(100);
        settings.max_attempts = 1;
        let client = Client::new(settings).unwrap();
        let error = create(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (&ErrorKind::Timeout, attempts)
        );
        assert!(error.is_ambiguous());
        assert!(
            !client.issue(&PROJECT, 1).await.unwrap_err().is_ambiguous(),
            "a read"
        );
    }
}

#[tokio::test]
async fn one_open_try_leaves_it_open() {
    let no = Reply::json(403, r#"{"message":"403 Forbidden"}"#);
    let server = Server::script(vec![Reply::Drop, no.clone()]);
    let error = server
        .client()
        .update_issue(&PROJECT, 1, &patch())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Forbidden);
    assert!(error.is_ambiguous(), "the first try may have written");
    let server = Server::script(vec![no]);
    let error = server
        .client()
        .update_issue(&PROJECT, 1, &patch())
        .await
        .unwrap_err();
    assert!(!error.is_ambiguous());
}

#[tokio::test]
async fn a_repeated_deletion_that_finds_nothing_has_done_it() {
    let gone = Reply::json(404, r#"{"message":"404 Not found"}"#);
    let server = Server::script(vec![Reply::Drop, gone.clone()]);
    server.client().delete_link(&PROJECT, 1, 1).await.unwrap();
    let server = Server::script(vec![gone]);
    let error = server
        .client()
        .delete_link(&PROJECT, 1, 1)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_merged_text_is_sent_once() {
    for (failure, kind) in failures() {
        let server = Server::script(broken(&failure));
        let error = server
            .client()
            .update_issue_once(&PROJECT, 1, &patch())
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), kind);
        assert!(error.is_ambiguous() && error.is_transient());
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_failure_that_stays_is_given_up() {
    let server = Server::script(vec![Reply::json(500, r#"{"message":"500"}"#)]);
    let clock = clock();
    let client = Client::new(server.settings(&clock)).unwrap();
    let error = client.issue(&PROJECT, 1).await.unwrap_err();
    assert_eq!((error.attempts(), server.seen().len()), (4, 4));
    let waits = clock.waits();
    assert_eq!(waits.len(), 3);
    assert!(
        waits.iter().all(|wait| *wait <= Duration::from_secs(2)),
        "{waits:?}"
    );
    assert_eq!(client.requests_sent(), 4);
}

#[tokio::test]
async fn a_busy_server_says_when() {
    let busy = Reply::text(503, "text/plain", "busy").with("retry-after", 7);
    let server = Server::script(broken(&busy));
    let clock = clock();
    let client = Client::new(server.settings(&clock)).unwrap();
    client.issue(&PROJECT, 1).await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(7)]);
}
