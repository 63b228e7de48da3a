//! The embedded GitLab over a real socket.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read fixtures, and fail loudly"
)]

mod compare;
mod deployments;
mod faults;
mod replay;
mod rules;

use std::path::PathBuf;

use jiff::Timestamp;
use okrsync::sandbox::{Clock, Options, Running, Sandbox, World};
use reqwest::{Client, Method};
use serde_json::Value;

/// Where the recorded answers of a real GitLab lie.
pub(crate) fn recordings() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings")
}

/// The world that every recording begins in.
pub(crate) fn recorded_world() -> World {
    let text = std::fs::read_to_string(recordings().join("world.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A time shortly before the recordings, at the beginning of a minute.
pub(crate) fn clock() -> Clock {
    let start: Timestamp = "2026-11-22T03:30:00Z".parse().unwrap();
    Clock::manual(start)
}

/// Starts a sandbox on a free port.
pub(crate) async fn start(world: World, clock: Clock) -> Running {
    let listen = "127.0.0.1:0".parse().unwrap();
    Sandbox::start(Options {
        world,
        listen,
        state_file: None,
        clock,
    })
    .await
    .unwrap()
}

/// A client that goes to nobody but the sandbox.
pub(crate) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Asks as the owner of a token and gives status and JSON.
pub(crate) async fn ask(
    sandbox: &Running,
    token: &str,
    method: &str,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let answer = try_ask(sandbox, token, method, path, body).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

/// The same where the connection may be cut.
pub(crate) async fn try_ask(
    sandbox: &Running,
    token: &str,
    method: &str,
    path: &str,
    body: Value,
) -> reqwest::Result<reqwest::Response> {
    let method: Method = method.parse().unwrap();
    let request = client().request(method, format!("{}{path}", sandbox.url()));
    let request = request.header("private-token", token);
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    request.send().await
}
