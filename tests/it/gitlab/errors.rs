//! Every failure that a GitLab answered gets its name, its text and a way out.

use okrsync::gitlab::{
    Client, Conflict, Error, ErrorKind, GraphqlProblem, IssuePatch, NewIssue, ProjectRef, Settings,
};

use super::recordings::{all, recorded};
use super::server::{Reply, Server, clock};

fn new_issue() -> NewIssue {
    NewIssue {
        title: "t".into(),
        description: "d".into(),
        ..NewIssue::default()
    }
}

/// Lets the client meet `reply` by a request of the kind that got it.
async fn meet(method: &str, reply: Reply) -> Error {
    let server = Server::script(vec![reply]);
    let client = server.client();
    let project = ProjectRef::Id(1);
    match method {
        "GET" => client.issue(&project, 1).await.unwrap_err(),
        "POST" => client
            .create_issue(&project, &new_issue())
            .await
            .unwrap_err(),
        "PUT" => {
            let patch = IssuePatch {
                title: Some("t".into()),
                ..IssuePatch::default()
            };
            client.update_issue(&project, 1, &patch).await.unwrap_err()
        }
        "DELETE" => client.delete_link(&project, 1, 1).await.unwrap_err(),
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn every_recorded_failure_is_named() {
    let mut met = 0;
    for exchange in all().iter().filter(|exchange| exchange.status >= 400) {
        let error = meet(&exchange.method, exchange.reply()).await;
        let kind = error.kind();
        let fits = match exchange.status {
            400 => *kind == ErrorKind::Invalid,
            401 => *kind == ErrorKind::Unauthorized,
            403 => {
                matches!(
                    kind,
                    ErrorKind::Forbidden | ErrorKind::InsufficientScope { .. }
                )
            }
            404 => *kind == ErrorKind::NotFound,
            409 => matches!(kind, ErrorKind::Conflict(conflict) if *conflict != Conflict::Other),
            422 => *kind == ErrorKind::Unprocessable,
            429 => matches!(kind, ErrorKind::RateLimited { wait: Some(_) }),
            500 => *kind == ErrorKind::Server,
            _ => false,
        };
        assert!(fits, "{}: {error:?}", exchange.name());
        assert_eq!(error.status(), Some(exchange.status));
        assert!(
            !error.message().is_empty(),
            "{}: {error:?}",
            exchange.name()
        );
        assert!(!error.hint().is_empty());
        // Only the failures of the server itself leave open whether something was written.
        let open = exchange.status == 500 && exchange.method != "GET";
        assert_eq!(error.is_ambiguous(), open, "{}", exchange.name());
        met += 1;
    }
    assert!(met > 80, "{met}");
}

#[tokio::test]
async fn a_409_has_its_meaning() {
    for (name, meaning) in [
        ("create/iid-owner-dup", Conflict::DuplicatedIssue),
        ("labels/dup", Conflict::LabelExists),
        ("links/dup-reverse", Conflict::AlreadyLinked),
    ] {
        let error = meet("POST", recorded(name).reply()).await;
        assert_eq!(*error.kind(), ErrorKind::Conflict(meaning));
    }
}

#[tokio::test]
async fn the_text_says_what_was_asked_and_what_gitlab_said() {
    let reply = recorded("meta/write-with-read-scope")
        .reply()
        .with("x-request-id", "01ABC");
    let error = meet("POST", reply).await;
    assert_eq!(
        error.to_string(),
        "POST /api/v4/projects/1/issues: 403 insufficient_scope: The request requires higher privileges than provided \
         by the access token. (request 01ABC)"
    );
    assert!(error.hint().contains("OKR_TOKEN"), "{}", error.hint());
    let error = meet("POST", recorded("create/title-256").reply()).await;
    assert_eq!(
        error.message(),
        "title is too long (maximum is 255 characters)"
    );
}

#[tokio::test]
async fn tokens_that_ended_are_told_apart() {
    for (description, kind) in [
        (
            "Token is expired. You can either do re-authorization.",
            ErrorKind::TokenExpired,
        ),
        (
            "Token was revoked. You have to re-authorize.",
            ErrorKind::TokenRevoked,
        ),
    ] {
        let body = serde_json::json!({"error": "invalid_token", "error_description": description});
        let error = meet("GET", Reply::json(401, body)).await;
        assert_eq!(*error.kind(), kind);
    }
}

#[tokio::test]
async fn what_is_not_gitlab_is_not_believed() {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
    let error = meet("GET", Reply::html(200, page)).await;
    assert_eq!(
        (error.kind(), error.message()),
        (&ErrorKind::NotGitlab, "Sign in")
    );
    assert!(!error.is_ambiguous());
    // The same answer to a write: a proxy may have spoken after GitLab wrote.
    assert!(meet("POST", Reply::html(200, page)).await.is_ambiguous());
    let blocked = meet("POST", Reply::html(403, page)).await;
    assert_eq!(*blocked.kind(), ErrorKind::NotGitlab);
    assert!(!blocked.is_ambiguous());
    let error = meet("GET", Reply::json(200, r#"{"id": "one"}"#)).await;
    assert_eq!(*error.kind(), ErrorKind::Undecodable);
    let error = meet("GET", Reply::json(200, r#"{"id": 1, "title": "half"#)).await;
    assert_eq!((error.kind(), error.message()), (&ErrorKind::NotGitlab, ""));
}

#[tokio::test]
async fn a_renamed_project_is_named() {
    let moved = |to: &str| {
        Reply::json(301, r#"{"message":"This resource has been moved"}"#).with("location", to)
    };
    let server = Server::new({
        let (by_id, project) = (
            moved("/api/v4/projects/1/issues/1"),
            recorded("meta/project").reply(),
        );
        move |seen, _| match seen.path.as_str() {
            "/api/v4/projects/1" => project.clone(),
            _ => by_id.clone(),
        }
    });
    let error = server
        .client()
        .issue(&"acme/old".into(), 1)
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::ProjectMoved {
            to: Some("acme/okrs".into())
        }
    );
    assert!(error.hint().contains("acme/okrs"));
    let error = meet("GET", moved("/api/v4/projects/acme%2Fnew/issues/1")).await;
    assert_eq!(
        *error.kind(),
        ErrorKind::ProjectMoved {
            to: Some("acme/new".into())
        }
    );
    let body = r#"{"message":"405 Method Not Allowed - Non GET methods are not allowed for moved projects"}"#;
    let error = meet("PUT", Reply::json(405, body)).await;
    assert_eq!(*error.kind(), ErrorKind::ProjectMoved { to: None });
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut settings = Settings::new(url.parse().unwrap());
    let clock = clock();
    settings.clock = clock.clone();
    let client = okrsync::gitlab::Client::new(settings).unwrap();
    let error = client
        .create_issue(&ProjectRef::Id(1), &new_issue())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unreachable);
    assert!(!error.is_ambiguous(), "nothing was sent");
    assert_eq!((error.attempts(), clock.waits().len()), (4, 3));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_not_tried_again() {
    let server = Server::script(vec![Reply::json(200, "{}")]);
    let mut settings = Settings::new(server.url.replace("http://", "https://").parse().unwrap());
    let clock = clock();
    settings.clock = clock.clone();
    let client = okrsync::gitlab::Client::new(settings).unwrap();
    let error = client.issue(&ProjectRef::Id(1), 1).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Tls(_)),
        "{:?}",
        std::error::Error::source(&error)
    );
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn graphql_complaints_are_errors() {
    for (reply, problem) in [
        (
            recorded("mutations/create-aliased-30").reply(),
            GraphqlProblem::TooComplex,
        ),
        (
            recorded("graphql/bad-field").reply(),
            GraphqlProblem::UnknownField,
        ),
        (
            recorded("mutations/as-guest").reply(),
            GraphqlProblem::NotFoundOrForbidden,
        ),
        (recorded("graphql/syntax").reply(), GraphqlProblem::Other),
        (
            Reply::json(
                200,
                r#"{"data":{"issue":null},"errors":[{"message":"Timeout on X.y"}]}"#,
            ),
            GraphqlProblem::Timeout,
        ),
    ] {
        let server = Server::script(vec![reply]);
        let error = server.client().issue_by_id(1, &[]).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Graphql(problem), "{error}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let long = format!("[\"{}\"]", "x".repeat(100_000));
    for (max_answer, kind) in [
        (1_000, ErrorKind::TooLarge),
        (1 << 20, ErrorKind::Undecodable),
    ] {
        let server = Server::script(vec![Reply::json(200, &long)]);
        let mut settings = server.settings(&clock());
        settings.max_answer = max_answer;
        let client = Client::new(settings).unwrap();
        let error = client.issue(&ProjectRef::Id(1), 1).await.unwrap_err();
        assert_eq!(*error.kind(), kind, "{error:?}");
        assert_eq!(error.attempts(), 1);
    }
    assert!(Settings::new("https://gitlab.example.com".parse().unwrap()).max_answer >= 100 << 20);
}
