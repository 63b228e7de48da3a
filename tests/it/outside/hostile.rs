//! Servers that answer too much, too slowly, or something else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use okrsync::measure::{Outside, OutsideError, OutsideSettings};

use super::{TOKEN, json, limited, listed, of, value, whole};
use crate::gitlab::server::{Reply, Server};

/// Long enough for whatever answers at once, also on a machine that is busy.
const PATIENT: Duration = Duration::from_mins(1);
/// For servers that never come to an end.
const SHORT: Duration = Duration::from_millis(300);
const MIB: u64 = 1 << 20;

/// Writes zeros until the client hangs up, at most a gigabyte, and counts them.
fn pour(stream: &mut TcpStream, head: &str, written: &AtomicU64) {
    let zeros = vec![b'0'; 1 << 16];
    let mut go_on = stream.write_all(head.as_bytes()).is_ok();
    while go_on && written.load(Ordering::SeqCst) < 1024 * MIB {
        go_on = stream.write_all(&zeros).is_ok();
        written.fetch_add(zeros.len() as u64, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn an_answer_without_end_is_given_up_early() {
    for head in [
        // Without a length, so that it has to be counted.
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n",
        // With one that is a lie or is too long.
        "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n",
        "HTTP/1.1 500 Oh\r\nconnection: close\r\n\r\n",
    ] {
        let written = Arc::new(AtomicU64::new(0));
        let count = written.clone();
        let server = Server::new(move |_, _| {
            let count = count.clone();
            Reply::raw(move |stream| pour(stream, head, &count))
        });
        let error = json(&limited(&server.url, PATIENT, MIB), &server.url)
            .await
            .unwrap_err();
        match error {
            OutsideError::TooLarge { largest, .. } => assert_eq!(largest, MIB),
            OutsideError::Status { status, .. } => assert_eq!(status, 500),
            error => panic!("{error:?}"),
        }
        // What the client read, and what lay in the buffers of both sides.
        let written = written.load(Ordering::SeqCst);
        assert!(written < 64 * MIB, "{written} bytes were taken");
    }
}

#[tokio::test]
async fn an_answer_may_be_as_long_as_the_limit() {
    let text = format!("\"{}\"", "x".repeat(998));
    let server = Server::script(vec![Reply::json(200, &text)]);
    json(&limited(&server.url, PATIENT, 1000), &server.url)
        .await
        .unwrap();
    let error = json(&limited(&server.url, PATIENT, 999), &server.url)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}/: the answer is longer than 999 bytes", server.url)
    );
}

/// A packed answer.
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn packed(body: Vec<u8>) -> Server {
    Server::new(move |_, _| {
        let body = body.clone();
        Reply::raw(move |stream| {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _hung_up = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&body));
        })
    })
}

#[tokio::test]
async fn the_limit_counts_what_is_unpacked() {
    let bomb = gzip(&vec![b' '; 32 << 20]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let server = packed(bomb);
    let error = json(&limited(&server.url, PATIENT, MIB), &server.url)
        .await
        .unwrap_err();
    assert!(matches!(error, OutsideError::TooLarge { .. }), "{error:?}");

    let server = packed(gzip(br#"{"value": 3}"#));
    let answer = json(&of(&server.url), &server.url).await.unwrap();
    assert_eq!(value(&answer, "/value"), "3");
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("gzip"));

    let server = packed(b"no gzip at all".to_vec());
    let error = json(&of(&server.url), &server.url).await.unwrap_err();
    assert!(matches!(error, OutsideError::Broken { .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_timeout() {
    // A byte every few milliseconds: no single wait is long.
    let drip = |stream: &mut TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
        stream
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        while stream.write_all(b" ").is_ok() {
            let hung_up = stream.read(&mut [0]).is_ok();
            if hung_up {
                break;
            }
        }
    };
    let server = Server::new(move |_, _| Reply::raw(drip));
    let error = json(&limited(&server.url, SHORT, MIB), &server.url)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}/: no whole answer within 300ms", server.url)
    );

    let silent = Server::script(vec![Reply::Hang]);
    let error = json(&limited(&silent.url, SHORT, MIB), &silent.url)
        .await
        .unwrap_err();
    assert!(matches!(error, OutsideError::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn redirects_share_one_timeout() {
    let silent = Server::script(vec![Reply::Hang]);
    let to = silent.url.clone();
    let server = Server::new(move |_, _| Reply::text(302, "text/plain", "").with("location", &to));
    let mut settings = OutsideSettings::new(vec![
        listed("a", &server.url, None),
        listed("b", &silent.url, None),
    ]);
    settings.timeout = SHORT;
    let error = json(&Outside::new(settings).unwrap(), &server.url)
        .await
        .unwrap_err();
    assert!(matches!(error, OutsideError::Timeout { .. }), "{error:?}");
    assert_eq!(silent.seen().len(), 1);
}

#[tokio::test]
async fn something_else_than_json_is_said_to_be_that() {
    let said = async |reply: Reply| {
        let server = Server::script(vec![reply]);
        let error = json(&of(&server.url), &server.url).await.unwrap_err();
        let hint = error.hint();
        (error.to_string().replace(&server.url, ""), hint)
    };
    let page = "/ answered with a web page, perhaps to sign in";
    let no_json = "/ answered something that is no JSON";
    for (reply, text) in [
        (
            Reply::html(200, "<!DOCTYPE html><title>Sign in</title>"),
            page,
        ),
        (Reply::html(200, "Please sign in"), page),
        (Reply::text(200, "application/json", "\n <html>"), page),
        (Reply::text(200, "Text/HTML; charset=utf-8", "x"), page),
        (Reply::text(200, "text/plain", "99.95 %"), no_json),
        (Reply::json(200, r#"{"value": 1"#), no_json),
        (Reply::json(200, "NaN"), no_json),
        (Reply::json(200, ""), "/ answered nothing"),
        (Reply::json(204, ""), "/ answered nothing"),
        (
            Reply::Half(200, "{".to_owned()),
            "/: the answer broke off, or cannot be unpacked",
        ),
        (
            Reply::Drop,
            "/: the answer broke off, or cannot be unpacked",
        ),
        (Reply::json(304, ""), "/ answered 304 Not Modified"),
        (Reply::json(302, ""), "/ answered 302 Found"),
    ] {
        let shown = format!("{reply:?}");
        let (said, hint) = said(reply).await;
        assert_eq!(said, text, "{shown}");
        assert!(hint.ends_with('.'), "{hint}");
    }
}

#[tokio::test]
async fn json_is_json_whatever_type_it_says_to_have() {
    for kind in ["text/plain", "text/html", "application/octet-stream", ""] {
        let server = Server::script(vec![Reply::text(200, kind, "\u{feff}{\"value\": 1.10}")]);
        let answer = json(&of(&server.url), &server.url).await.unwrap();
        assert_eq!(value(&answer, "/value"), "1.1", "{kind}");
    }
}

#[tokio::test]
async fn each_failure_says_what_to_do_next() {
    for (status, token, says) in [
        (401, None, "name the variable that holds it with token_env"),
        (403, None, "name the variable that holds it with token_env"),
        (401, Some(TOKEN), "does not accept the token"),
        (403, Some(TOKEN), "does not accept the token"),
        (404, None, "Check the address"),
        (414, None, "too long"),
        (429, None, "run again later"),
        (500, None, "The server failed"),
        (503, None, "The server failed"),
        (418, None, "what stands between you and the server"),
    ] {
        // The server repeats what it was sent.
        let server = Server::new(move |seen, _| {
            let sent = seen.header("authorization").unwrap_or_default();
            Reply::json(status, format!(r#"{{"sent": "{sent}"}}"#))
        });
        let list = vec![listed("metrics", &server.url, token)];
        let outside = Outside::new(OutsideSettings::new(list)).unwrap();
        let error = json(&outside, &format!("{}/kpi?key=s3cret", server.url))
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{}/kpi answered {status}", server.url)),
            "{text}"
        );
        assert!(error.hint().contains(says), "{status}: {}", error.hint());
        let whole = whole(&error);
        assert!(
            !whole.contains(TOKEN) && !whole.contains("s3cret"),
            "{whole}"
        );
        assert_eq!(server.seen().len(), 1, "nothing is repeated");
    }
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let error = json(&of(&closed), &closed).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{closed}/: no connection"));
    assert!(error.hint().contains("HTTPS_PROXY"));
    // Plain text where TLS is expected.
    let server = Server::script(vec![Reply::json(200, "1")]);
    let tls = server.url.replace("http:", "https:");
    let error = json(&of(&tls), &tls).await.unwrap_err();
    assert!(matches!(error, OutsideError::Tls { .. }), "{error:?}");
}
