//! The example's files and a sandbox made for them, with the real `okr` between the two.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use okrsync::cli::{Env, Global, Project, Ui, world};
use okrsync::sandbox::{Clock, Options, Request, Running, Sandbox, World, handle};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::okr::{Okr, Ran, example, okr};

/// The bot's token in a sandbox that was set up from the example.
pub(crate) const TOKEN: &str = "sandbox-okr-bot";

/// The trackers of the example.
const TRACKERS: [&str; 3] = [
    "gl-infra/infrastructure",
    "gl-infra/frameworks",
    "gl-infra/delivery",
];

/// Files, a sandbox, and the runtime that it lives in.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    pub(crate) sandbox: Running,
    runtime: Runtime,
}

impl Bench {
    /// The example, and a sandbox made for it.
    pub(crate) fn new() -> Self {
        Self::of(|_| {})
    }

    /// As [`new`](Self::new), with the example applied.
    pub(crate) fn applied() -> Self {
        let bench = Self::new();
        bench.apply(&[]);
        bench
    }

    /// The example, and a sandbox that differs from the one made for it.
    pub(crate) fn of(change: impl FnOnce(&mut World)) -> Self {
        let dir = example();
        let mut world = world_of(dir.path());
        change(&mut world);
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(start(world, None, Clock::manual(now())));
        Self {
            dir,
            sandbox,
            runtime,
        }
    }

    /// Ends the sandbox and starts it anew with what it kept.
    pub(crate) fn restarted(self) -> Self {
        let Self {
            dir,
            sandbox,
            runtime,
        } = self;
        let file = dir.path().join("state.json");
        runtime.block_on(sandbox.stop());
        let world = world_of(dir.path());
        let sandbox = runtime.block_on(start(world, Some(file), Clock::manual(now())));
        Self {
            dir,
            sandbox,
            runtime,
        }
    }

    /// A sandbox that keeps its state in a file.
    pub(crate) fn kept() -> Self {
        let dir = example();
        let runtime = Runtime::new().unwrap();
        let file = dir.path().join("state.json");
        let world = world_of(dir.path());
        let sandbox = runtime.block_on(start(world, Some(file), Clock::manual(now())));
        Self {
            dir,
            sandbox,
            runtime,
        }
    }

    /// An `okr` that knows the sandbox and the bot's token.
    pub(crate) fn okr(&self, arguments: &[&str]) -> Okr {
        okr(arguments.iter().copied())
            .dir(self.dir.path())
            .env("OKR_URL", self.sandbox.url())
            .env("OKR_TOKEN", TOKEN)
    }

    /// Runs it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.okr(arguments).run()
    }

    /// A plan that succeeds, whatever the rules find in files that a test has changed.
    pub(crate) fn plan(&self) -> String {
        let ran = self.run(&["plan"]);
        let said = ran.stderr.lines();
        let mut said = said.filter(|line| !line.ends_with("okr validate shows them"));
        assert_eq!((ran.status, said.next()), (0, None), "{ran:?}");
        ran.stdout
    }

    /// An apply that succeeds; what it printed.
    pub(crate) fn apply(&self, arguments: &[&str]) -> String {
        let ran = self.run(&[&["apply", "--yes"], arguments].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    }

    /// Expects that a plan has nothing to do.
    pub(crate) fn assert_at_rest(&self) {
        let text = self.plan();
        assert!(text.starts_with("No changes."), "{text}");
    }

    /// Asks the sandbox as its owner, as a person with a browser does: past the journal.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        ask(&self.sandbox, afterwards(), method, path, body)
    }

    /// What GitLab holds at this path.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &Value::Null)
    }

    /// Every issue that carries a marker.
    pub(crate) fn managed(&self) -> Vec<Value> {
        let of = |tracker: &&str| {
            let path = format!("{}/issues?per_page=100&scope=all", project(tracker));
            self.get(&path).as_array().unwrap().clone()
        };
        let issues = TRACKERS.iter().flat_map(of);
        issues.filter(|issue| key_of(issue).is_some()).collect()
    }

    /// The issue of a key.
    pub(crate) fn issue(&self, key: &str) -> Value {
        let mut found = self.managed();
        found.retain(|issue| {
            key_of(issue).as_deref() == Some(key) && issue["moved_to_id"].is_null()
        });
        assert_eq!(found.len(), 1, "{key}");
        found.remove(0)
    }

    /// The path of the issue of a key.
    pub(crate) fn path(&self, key: &str) -> String {
        let issue = self.issue(key);
        format!("/projects/{}/issues/{}", issue["project_id"], issue["iid"])
    }

    /// What the sandbox was asked to change since it was last forgotten.
    pub(crate) fn writes(&self) -> Vec<String> {
        let is_write = |entry: &okrsync::sandbox::JournalEntry| {
            let query = entry.body["query"].as_str().unwrap_or_default();
            let graphql = entry.path.ends_with("/api/graphql");
            entry.method != "GET" && (!graphql || query.trim_start().starts_with("mutation"))
        };
        let journal = self.sandbox.journal();
        let writes = journal.iter().filter(|entry| is_write(entry));
        writes
            .map(|entry| format!("{} {}: {}", entry.method, entry.path, entry.status))
            .collect()
    }
}

/// Asks a sandbox as its owner at a time, past the journal.
pub(crate) fn ask(
    sandbox: &Running,
    time: jiff::Timestamp,
    method: &str,
    path: &str,
    body: &Value,
) -> Value {
    let request = Request {
        method: method.to_owned(),
        target: format!("/api/v4{path}"),
        headers: vec![
            ("private-token".to_owned(), "sandbox-root".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: if body.is_null() {
            vec![]
        } else {
            body.to_string().into_bytes()
        },
    };
    let answer = sandbox.with_state(|state| handle(state, &request, time));
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(answer.status < 300, "{method} {path}: {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// The path of a project in the API.
pub(crate) fn project(path: &str) -> String {
    format!("/projects/{}", path.replace('/', "%2F"))
}

/// The key that the marker of an issue's description names.
pub(crate) fn key_of(issue: &Value) -> Option<String> {
    let description = issue["description"].as_str()?;
    let (_, marker) = description.split_once("<!-- okrsync:v1")?;
    let json = marker.split("-->").next()?;
    let marker: Value = serde_json::from_str(json).ok()?;
    Some(marker["key"].as_str()?.to_owned())
}

fn now() -> jiff::Timestamp {
    "2026-11-16T09:00:00Z".parse().unwrap()
}

/// When people do what they do: the sandbox's clock has gone on since, by what the client waited for.
fn afterwards() -> jiff::Timestamp {
    "2026-11-16T12:00:00Z".parse().unwrap()
}

/// The world of a sandbox for the files in a directory.
pub(crate) fn world_of(dir: &Path) -> World {
    let global = Global {
        dir: Some(dir.to_owned()),
        ..Global::default()
    };
    let project = Project::open(&global, &Ui::new(&global, &Env::default())).unwrap();
    world::world(project.config.as_ref().unwrap(), &project.tree)
}

/// A sandbox that goes by this clock.
pub(crate) async fn start(world: World, state_file: Option<PathBuf>, clock: Clock) -> Running {
    let listen: SocketAddr = ([127, 0, 0, 1], 0).into();
    Sandbox::start(Options {
        world,
        listen,
        state_file,
        clock,
    })
    .await
    .unwrap()
}
