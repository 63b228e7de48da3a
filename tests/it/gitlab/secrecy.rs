//! The token goes to the configured server only, and into no text.

use okrsync::gitlab::{Client, Error, ErrorKind, IssuePatch, ProjectRef, Settings, SettingsError};

use super::recordings::recorded;
use super::server::{Reply, Server, TOKEN, clock};

const PROJECT: ProjectRef = ProjectRef::Id(1);
const ENCODED: &str = "glpat%2Dvery%2Bsecret%2Fvalue";

fn issue() -> Reply {
    recorded("graphql/first").reply()
}

fn to(location: impl ToString) -> Reply {
    Reply::json(302, "{}").with("location", location)
}

/// Everything that an error can be made to say.
fn all_texts(error: &Error) -> String {
    let mut texts = format!("{error}\n{error:?}\n{error:#?}\n{}\n", error.hint());
    let mut link: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = link {
        texts.extend([cause.to_string(), format!("\n{cause:?}\n")]);
        link = cause.source();
    }
    texts
}

#[tokio::test]
async fn the_header_fits_the_kind_of_token() {
    let server = Server::script(vec![issue()]);
    server.client().issue(&PROJECT, 1).await.unwrap();
    server.job_client().issue(&PROJECT, 1).await.unwrap();
    let seen = server.seen();
    assert_eq!(
        (seen[0].header("private-token"), seen[0].header("job-token")),
        (Some(TOKEN), None)
    );
    assert_eq!(
        (seen[1].header("private-token"), seen[1].header("job-token")),
        (None, Some(TOKEN))
    );
    assert!(
        seen[0]
            .header("user-agent")
            .unwrap()
            .starts_with("okrsync/")
    );
    assert_eq!(seen[0].header("accept"), Some("application/json"));
}

#[tokio::test]
async fn no_redirect_takes_it_elsewhere() {
    let other = Server::script(vec![issue()]);
    let target = format!("{}/api/v4/projects/1/issues/1?private_token=x", other.url);
    let server = Server::script(vec![to(target)]);
    let error = server.client().issue(&PROJECT, 1).await.unwrap_err();
    let expected = format!("{}/api/v4/projects/1/issues/1", other.url);
    assert_eq!(*error.kind(), ErrorKind::Redirected { to: expected });
    assert_eq!((server.seen().len(), other.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_read_is_redirected_within_the_server_but_no_write() {
    let server = Server::new(|seen, _| match seen.path.as_str() {
        "/gitlab/api/v4/projects/1/issues/1" => issue(),
        _ => to("/gitlab/api/v4/projects/1/issues/1"),
    });
    let client = server.client();
    assert_eq!(client.issue(&PROJECT, 1).await.unwrap().iid, 1);
    assert_eq!(server.seen()[1].header("private-token"), Some(TOKEN));
    let patch = IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    };
    let error = client.update_issue(&PROJECT, 1, &patch).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Redirected { .. }),
        "{error}"
    );
    assert_eq!(server.seen().len(), 3);
    // A circle ends.
    let server = Server::script(vec![to("/api/v4/projects/1/issues/1")]);
    server.client().issue(&PROJECT, 1).await.unwrap_err();
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn no_error_says_it() {
    let echo = format!("you sent {TOKEN} or {ENCODED}");
    let moved = format!("/api/v4/projects/{ENCODED}/issues");
    for reply in [
        Reply::json(401, serde_json::json!({ "message": echo })),
        Reply::json(
            403,
            serde_json::json!({"error": "insufficient_scope", "scope": TOKEN}),
        ),
        Reply::json(400, serde_json::json!({"message": {"title": [echo]}})),
        Reply::html(502, &format!("<html><title>{echo}</title></html>")),
        Reply::html(200, &format!("<html><title>{echo}</title></html>")),
        Reply::text(404, "text/plain", &echo),
        Reply::json(200, serde_json::json!({"id": TOKEN})),
        Reply::json(200, format!(r#"{{"id": 1, "state": "{TOKEN}"}}"#)),
        Reply::json(404, "{}").with("x-request-id", TOKEN),
        to(format!("https://elsewhere.example/{ENCODED}")),
        to(moved),
        Reply::Drop,
    ] {
        let server = Server::script(vec![reply.clone()]);
        let error = server.client().issue(&PROJECT, 1).await.unwrap_err();
        let texts = all_texts(&error);
        assert!(
            !texts.contains(TOKEN) && !texts.contains(ENCODED),
            "{reply:?}\n{texts}"
        );
    }
    // Not even as part of an address.
    let server = Server::script(vec![Reply::json(
        404,
        r#"{"message":"404 Project Not Found"}"#,
    )]);
    let error = server.client().issue(&TOKEN.into(), 1).await.unwrap_err();
    let texts = all_texts(&error);
    assert!(
        !texts.contains(TOKEN) && !texts.contains("secret"),
        "{texts}"
    );
    let graphql = Reply::json(200, serde_json::json!({"errors": [{"message": echo}]}));
    let server = Server::script(vec![graphql]);
    let error = server.client().issue_by_id(1, &[]).await.unwrap_err();
    assert!(!all_texts(&error).contains(TOKEN));
}

#[test]
fn nothing_prints_it() {
    let server = Server::script(vec![issue()]);
    let texts = format!("{:?} {:?}", server.settings(&clock()), server.client());
    assert!(
        texts.contains("[REDACTED]") && !texts.contains("secret"),
        "{texts}"
    );
}

#[test]
fn no_client_is_made_of_bad_settings() {
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = Settings::new("https://gitlab.example.com".parse().unwrap());
        change(&mut settings);
        Client::new(settings).unwrap_err()
    };
    let no_pem = refused(&|settings| settings.ca_file = Some(b"no certificate".to_vec()));
    assert!(matches!(no_pem, SettingsError::CaFile(_)), "{no_pem:?}");
    let plain =
        refused(&|settings| settings.base_url = "http://gitlab.example.com".parse().unwrap());
    assert!(matches!(plain, SettingsError::PlainHttp(_)), "{plain:?}");
}
