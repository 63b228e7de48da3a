//! The thin shell: a socket on loopback, the state behind a lock, faults, the journal, the state's file.

mod cut;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, State as Shared};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use self::cut::{Cut, Listener};
use super::clock::Clock;
use super::fault::{Fault, FaultRule, strike};
use super::request::Request;
use super::state::State;
use super::world::{World, WorldError};
use super::{Response, http};

/// Bodies above this are refused with 413.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// So much of a body is read before it is refused: who is still sending would not read the refusal.
const MAX_READ: usize = 32 * 1024 * 1024;

/// So many requests are remembered; then the oldest tenth is forgotten.
const MAX_JOURNAL: usize = 10_000;

/// How a sandbox is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Who and what exists at first.
    pub world: World,
    /// Where to listen: loopback only; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the state is kept: read if it exists, and written after every change.
    pub state_file: Option<PathBuf>,
    /// The time.
    pub clock: Clock,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It would be reachable from outside.
    #[error(
        "the sandbox shows everything to everybody, so it listens on loopback only: not on {0}, but for example on 127.0.0.1:0"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The world cannot be.
    #[error("the sandbox's world is wrong: {0}")]
    World(#[from] WorldError),
    /// The state's file cannot be read.
    #[error("cannot read the sandbox's state in {path}: move the file away to begin anew")]
    ReadState {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The state's file cannot be written.
    #[error("cannot write the sandbox's state to {path}: is its directory there, and writable?")]
    WriteState {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// One request that the sandbox was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// From 1, in the order in which they were carried out; forgetting the journal does not start anew.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The name of the token.
    pub token: Option<String>,
    /// Whose it is.
    pub user: Option<String>,
    /// Method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status that was answered; 0 if the connection was cut before it.
    pub status: u16,
    /// The body: JSON, else a text, else null.
    pub body: Value,
}

/// What lies behind the lock.
#[derive(Debug)]
struct Core {
    state: State,
    faults: Vec<FaultRule>,
    journal: Vec<JournalEntry>,
    requests: u64,
}

#[derive(Debug)]
struct Inner {
    core: Mutex<Core>,
    clock: Clock,
    world: World,
    state_file: Option<PathBuf>,
}

impl Inner {
    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts sandboxes; any number may run in one process.
#[derive(Debug, Clone, Copy)]
pub struct Sandbox;

impl Sandbox {
    /// Starts one; it serves until it is stopped or the returned handle is dropped.
    pub async fn start(options: Options) -> Result<Running, Error> {
        let Options {
            world,
            listen,
            state_file,
            clock,
        } = options;
        if !listen.ip().is_loopback() {
            return Err(Error::NotLoopback(listen));
        }
        let failed = |source| Error::Listen {
            address: listen,
            source,
        };
        let socket = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let url = format!("http://{address}");
        let mut added = Vec::new();
        let mut state = match state_file.as_deref().filter(|path| path.exists()) {
            Some(path) => {
                let mut state = read_state(path)?;
                let lacking = world.lacking(&state);
                added.extend(
                    lacking
                        .projects
                        .iter()
                        .map(|one| format!("the project {}", one.path)),
                );
                added.extend(
                    lacking
                        .users
                        .iter()
                        .map(|one| format!("the account {}", one.username)),
                );
                lacking.add_to(&mut state, clock.now())?;
                state
            }
            None => world.state(clock.now())?,
        };
        state.base_url.clone_from(&url);
        if let Some(path) = &state_file {
            write_state(path, &state)?;
        }
        let core = Core {
            state,
            faults: Vec::new(),
            journal: Vec::new(),
            requests: 0,
        };
        let inner = Arc::new(Inner {
            core: Mutex::new(core),
            clock,
            world,
            state_file,
        });
        let app = axum::Router::new()
            .fallback(serve)
            .with_state(Arc::clone(&inner));
        let service = app.into_make_service_with_connect_info::<Cut>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let server = axum::serve(Listener(socket), service);
            tokio::select! {
                _ended = server => {}
                _told = stopped => {}
            }
        });
        Ok(Running {
            inner,
            address,
            url,
            added,
            stop: Some(stop),
            server: Some(server),
        })
    }
}

/// A sandbox that runs. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    inner: Arc<Inner>,
    address: SocketAddr,
    url: String,
    added: Vec<String>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Running {
    /// Its address, `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// What the world has and a state that was kept did not have, so that it was added: `the project acme/okrs`.
    pub fn added(&self) -> &[String] {
        &self.added
    }

    /// The socket that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The requests since the start, or since the journal was forgotten.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.inner.core().journal.clone()
    }

    /// The requests after the one of this number: for who looks again and again.
    pub fn journal_after(&self, number: u64) -> Vec<JournalEntry> {
        let core = self.inner.core();
        let after = core.journal.partition_point(|entry| entry.number <= number);
        core.journal[after..].to_vec()
    }

    /// Forgets the requests.
    pub fn clear_journal(&self) {
        self.inner.core().journal.clear();
    }

    /// Sets what goes wrong from now on; an empty list ends it.
    pub fn set_faults(&self, rules: Vec<FaultRule>) {
        self.inner.core().faults = rules;
    }

    /// Looks at the state, or changes it, between two requests.
    pub fn with_state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.inner.core().state)
    }

    /// Waits until the server has ended by itself, which it does only if the socket fails.
    pub async fn wait(&mut self) {
        if let Some(server) = self.server.as_mut() {
            // A server that was torn down is as much at its end as one that returned.
            let _ended = server.await;
        }
    }

    /// Stops it and waits until it listens no more.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listens any more if the server has ended already.
            let _told = stop.send(());
        }
        self.wait().await;
    }
}

/// What becomes of one request.
enum Outcome {
    Answer(Response),
    Cut,
    Half(Response),
}

async fn serve(
    Shared(inner): Shared<Arc<Inner>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_READ).await.ok();
    let Some(body) = body.filter(|body| body.len() <= MAX_BODY) else {
        return send(Response::text(413, "Request Entity Too Large"));
    };
    let headers = parts.headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let request = Request {
        method: parts.method.as_str().to_owned(),
        target: target.to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    if request.path().starts_with("/-/")
        && let Some(answer) = control(&inner, &request)
    {
        return send(answer);
    }
    let (outcome, wait) = carry_out(&inner, &request);
    if wait > 0 {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    match outcome {
        Outcome::Answer(answer) => send(answer),
        Outcome::Cut => {
            cut.after(0);
            send(Response::empty(204))
        }
        Outcome::Half(answer) => {
            let body = answer.body.len();
            let answer = send(answer);
            cut.after_body(body / 2);
            answer
        }
    }
}

/// Carries a request out as the faults let it, and writes it into the journal.
fn carry_out(inner: &Inner, request: &Request) -> (Outcome, u64) {
    let mut guard = inner.core();
    let core = &mut *guard;
    let mut now = inner.clock.now();
    core.requests += 1;
    let mut wait = 0;
    let mut instead = None;
    let mut after = None;
    let mut request = Cow::Borrowed(request);
    for fault in strike(&mut core.faults, &request) {
        match fault {
            Fault::Latency { ms } => wait += ms,
            Fault::Edit { requests } => {
                for edit in requests {
                    // At a moment of its own: who compares times must be able to tell it from what follows.
                    http::handle(&mut core.state, &edit.request(), now);
                    now = inner.clock.now();
                }
            }
            Fault::StatusBefore { status, body } => {
                instead = Some(Outcome::Answer(given(status, &body)));
            }
            Fault::RateLimited { retry_after } => {
                let answer = Response::text(429, "Retry later\n");
                instead = Some(Outcome::Answer(match retry_after {
                    Some(seconds) => answer.with("retry-after", seconds.to_string()),
                    None => answer,
                }));
            }
            Fault::NewToken => request = Cow::Owned(without_labels(&request)),
            Fault::DropBefore => instead = Some(Outcome::Cut),
            fault @ (Fault::StatusAfter { .. } | Fault::DropAfter | Fault::Truncate) => {
                after = Some(fault);
            }
        }
    }
    let outcome = instead.unwrap_or_else(|| {
        let answer = http::handle(&mut core.state, &request, now);
        match after {
            Some(Fault::StatusAfter { status, body }) => Outcome::Answer(given(status, &body)),
            Some(Fault::DropAfter) => Outcome::Cut,
            Some(Fault::Truncate) => Outcome::Half(answer),
            _ => Outcome::Answer(answer),
        }
    });
    let status = match &outcome {
        Outcome::Answer(answer) | Outcome::Half(answer) => answer.status,
        Outcome::Cut => 0,
    };
    let entry = entry(core, &request, status, now);
    if core.journal.len() >= MAX_JOURNAL {
        core.journal.drain(..MAX_JOURNAL / 10);
    }
    core.journal.push(entry);
    let outcome = match save(inner, &core.state, &request) {
        Ok(()) => outcome,
        Err(error) => Outcome::Answer(Response::message(500, error.to_string())),
    };
    (outcome, wait)
}

/// The request as GitLab takes it from a token whose membership does not count yet: its labels are not there. See
/// [`Fault::NewToken`] for how far that was recorded.
fn without_labels(request: &Request) -> Request {
    let mut request = request.clone();
    if let Ok(Value::Object(mut body)) = serde_json::from_slice(&request.body) {
        for labels in ["labels", "add_labels", "remove_labels"] {
            body.remove(labels);
        }
        // GitLab refuses an update of nothing; one of nothing but labels reads the issue.
        if body.is_empty() {
            "GET".clone_into(&mut request.method);
        }
        request.body = Value::Object(body).to_string().into();
    }
    request
}

/// Writes the state where it is kept, if the request may have changed it.
fn save(inner: &Inner, state: &State, request: &Request) -> Result<(), Error> {
    match &inner.state_file {
        Some(path) if request.method != "GET" && request.method != "HEAD" => {
            write_state(path, state)
        }
        _ => Ok(()),
    }
}

/// An answer that a fault gives: JSON where it looks like it.
fn given(status: u16, body: &str) -> Response {
    match serde_json::from_str::<Value>(body) {
        Ok(body @ (Value::Object(_) | Value::Array(_))) => Response::json(status, &body),
        _ => Response::text(status, body),
    }
}

fn entry(core: &Core, request: &Request, status: u16, now: Timestamp) -> JournalEntry {
    let secret = request
        .header("private-token")
        .or_else(|| request.header("job-token"));
    let bearer = request
        .header("authorization")
        .and_then(|text| text.split_once(' '));
    let secret = secret.or(bearer.map(|(_, secret)| secret));
    let token = secret.and_then(|secret| core.state.tokens.get(secret));
    let user = token.and_then(|token| core.state.users.get(&token.user));
    let body = serde_json::from_slice(&request.body).unwrap_or_else(|_| {
        if request.body.is_empty() {
            Value::Null
        } else {
            json!(String::from_utf8_lossy(&request.body))
        }
    });
    JournalEntry {
        number: core.requests,
        at: now,
        token: token.map(|token| token.name.clone()),
        user: user.map(|user| user.username.clone()),
        method: request.method.clone(),
        path: request.target.clone(),
        status,
        body,
    }
}

/// The sandbox's own addresses: journal, faults, state.
fn control(inner: &Inner, request: &Request) -> Option<Response> {
    let mut core = inner.core();
    let answer = match (request.method.as_str(), request.path()) {
        ("GET", "/-/journal") => Response::json(200, &json!(core.journal)),
        ("DELETE", "/-/journal") => {
            core.journal.clear();
            Response::empty(204)
        }
        ("GET", "/-/faults") => Response::json(200, &json!(core.faults)),
        ("PUT", "/-/faults") => match serde_json::from_slice(&request.body) {
            Ok(rules) => {
                core.faults = rules;
                Response::empty(204)
            }
            Err(error) => Response::error(400, &format!("these are no fault rules: {error}")),
        },
        ("PUT", "/-/artifacts") => match serde_json::from_slice(&request.body) {
            Ok(artifact) => {
                core.state.keep_artifact(artifact);
                match save(inner, &core.state, request) {
                    Ok(()) => Response::empty(204),
                    Err(error) => Response::error(500, &error.to_string()),
                }
            }
            Err(error) => {
                Response::error(400, &format!("this is nothing that a job left: {error}"))
            }
        },
        ("PUT", "/-/commits") => match serde_json::from_slice(&request.body) {
            Ok(push) => match core.state.push(&push) {
                Ok(()) => match save(inner, &core.state, request) {
                    Ok(()) => Response::empty(204),
                    Err(error) => Response::error(500, &error.to_string()),
                },
                Err(refusal) => Response::refusal(&refusal),
            },
            Err(error) => Response::error(400, &format!("this is no commit: {error}")),
        },
        ("DELETE", "/-/state") => match inner.world.state(inner.clock.now()) {
            Ok(state) => {
                let base_url = std::mem::take(&mut core.state.base_url);
                core.state = State { base_url, ..state };
                core.faults.clear();
                match save(inner, &core.state, request) {
                    Ok(()) => Response::empty(204),
                    Err(error) => Response::error(500, &error.to_string()),
                }
            }
            Err(error) => Response::error(500, &error.to_string()),
        },
        _ => return None,
    };
    Some(answer)
}

fn send(answer: Response) -> axum::response::Response {
    let mut sent = axum::response::Response::new(Body::from(answer.body));
    *sent.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            sent.headers_mut()
                .append(HeaderName::from_static(name), value);
        }
    }
    sent
}

#[allow(
    clippy::disallowed_methods,
    reason = "the sandbox keeps its own state, no file of the user's"
)]
fn read_state(path: &Path) -> Result<State, Error> {
    let failed = |source| Error::ReadState {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read(path).map_err(failed)?;
    serde_json::from_slice(&text).map_err(|error| failed(error.into()))
}

/// Writes the state into a file beside the old one and puts it into its place, so that none is ever half there.
fn write_state(path: &Path, state: &State) -> Result<(), Error> {
    let failed = |source| Error::WriteState {
        path: path.to_owned(),
        source,
    };
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    let mut out = std::io::BufWriter::new(file.as_file_mut());
    serde_json::to_writer(&mut out, state).map_err(|error| failed(error.into()))?;
    std::io::Write::flush(&mut out).map_err(failed)?;
    drop(out);
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
