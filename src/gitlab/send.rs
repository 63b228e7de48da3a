//! Sending: waits its turn, tries again where that is safe, and names every failure.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::call::{Call, Repeat};
use super::classify;
use super::client::Client;
use super::clock::until;
use super::concurrency::Permit;
use super::error::{Cause, Error, ErrorKind, answer_text};
use super::gate::{Entry, Pass, Throttle, retry_after};
use super::observer::Event;

/// After so many 429s in a row a request is given up: the limit is not what GitLab says it is.
const MAX_THROTTLED: u32 = 5;
/// Redirects within the instance that a read follows.
const MAX_HOPS: u32 = 3;

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    attempts: u32,
}

/// One try that failed before there was a whole answer.
struct Broken {
    kind: ErrorKind,
    /// False where nothing can have reached the server.
    sent: bool,
    status: Option<StatusCode>,
    cause: Cause,
}

/// The right to send one request.
struct Turn<'a> {
    _permit: Permit<'a>,
    _pass: Pass<'a>,
}

impl Client {
    /// Sends `call` and decodes the answer.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let answer = self.send(call).await?;
        self.decode(call, &answer)
    }

    /// Decodes an answer. Of a write, an answer that cannot be read leaves open what happened.
    pub(super) fn decode<T: DeserializeOwned>(
        &self,
        call: &Call,
        answer: &Answer,
    ) -> Result<T, Error> {
        serde_json::from_slice(&answer.body).map_err(|error| {
            let json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
            let scrub = |text: &str| self.scrub(text);
            let (kind, message) = if json {
                (ErrorKind::Undecodable, scrub(&error.to_string()))
            } else {
                (ErrorKind::NotGitlab, scrub(&answer_text(&answer.body)))
            };
            self.failure(kind, call)
                .with_status(answer.status)
                .with_message(message)
                .with_request_id(self.request_id(&answer.headers))
                .with_cause(Cause::of(&error, &scrub))
                .after(answer.attempts, call.writes())
        })
    }

    /// An error of `call`, to be filled in.
    pub(super) fn failure(&self, kind: ErrorKind, call: &Call) -> Error {
        let path = format!("{}{}", self.inner.base.path(), call.path);
        Error::new(kind, &call.method, &self.scrub(&path))
    }

    /// A call that is not sent, and why.
    pub(super) fn refuse(&self, call: &Call, why: impl Into<String>) -> Error {
        self.failure(ErrorKind::Refused, call).with_message(why)
    }

    /// Sends `call` until there is a 2xx answer or a failure that stands.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let inner = &*self.inner;
        let mut url = self.address(call)?;
        let max_attempts = call.max_attempts.unwrap_or(inner.max_attempts);
        let (mut attempts, mut failed, mut throttled, mut hops) = (0, 0, 0, 0);
        let mut ambiguous = false;
        loop {
            let turn = self.turn(call, attempts, ambiguous).await?;
            attempts += 1;
            let outcome = self.exchange(call, &url).await;
            let status = match &outcome {
                Ok(answer) => Some(answer.status.as_u16()),
                Err(broken) => broken.status.map(|status| status.as_u16()),
            };
            self.tell(&Event::Answered {
                method: &call.method,
                path: url.path(),
                status,
                attempt: attempts,
            });
            let now = inner.clock.now();
            let (error, again, pause) = match outcome {
                Ok(mut answer) => {
                    inner.gates.heed(&answer.headers, now);
                    inner.server_clock.heed(&answer.headers, now);
                    let status = answer.status;
                    if status.is_success() {
                        inner.concurrency.succeeded();
                        inner.gates.passed(&call.bucket);
                        answer.attempts = attempts;
                        return Ok(answer);
                    }
                    if status.is_redirection() {
                        drop(turn);
                        url = self
                            .redirect(call, &url, &answer, &mut hops)
                            .await
                            .map_err(|error| error.after(attempts, ambiguous))?;
                        continue;
                    }
                    if status == StatusCode::TOO_MANY_REQUESTS {
                        inner.concurrency.struggled();
                        let throttle = Throttle::read(&answer.headers, &answer.body, now);
                        inner.gates.close(&call.bucket, &throttle, now);
                        throttled += 1;
                        if throttled < MAX_THROTTLED && call.repeat != Repeat::Fresh {
                            continue;
                        }
                        let kind = ErrorKind::RateLimited {
                            wait: Some(throttle.wait),
                        };
                        let error = self.answered(kind, call, &answer);
                        return Err(error.after(attempts, ambiguous));
                    }
                    let error = self.answered(classify::kind(status, &answer.body), call, &answer);
                    if !status.is_server_error() {
                        return Err(error.after(attempts, ambiguous));
                    }
                    inner.concurrency.struggled();
                    ambiguous |= call.writes();
                    (error, call.may_repeat(), retry_after(&answer.headers))
                }
                Err(broken) => {
                    ambiguous |= broken.sent && call.writes();
                    // A certificate does not get better by asking again, nor does an endless answer.
                    let again = !matches!(broken.kind, ErrorKind::Tls(_) | ErrorKind::TooLarge)
                        && (call.may_repeat() || (call.repeat == Repeat::Create && !broken.sent));
                    let mut error = self.failure(broken.kind, call).with_cause(broken.cause);
                    if let Some(status) = broken.status {
                        error = error.with_status(status);
                    }
                    (error, again, None)
                }
            };
            drop(turn);
            failed += 1;
            let pause = pause.unwrap_or_else(|| inner.backoff.after(failed));
            if !again || failed >= max_attempts || pause > inner.max_wait {
                return Err(error.after(attempts, ambiguous));
            }
            self.pause(call, pause).await;
        }
    }

    /// The address of a call; refuses paths that would mean something else once parsed, such as `..`.
    fn address(&self, call: &Call) -> Result<Url, Error> {
        if let Some(why) = &call.unwritable {
            return Err(self.refuse(call, self.scrub(why)));
        }
        let wanted = format!("{}{}", self.inner.base.path(), call.path);
        let mut url = self.inner.base.clone();
        url.set_path(&wanted);
        if url.path() != wanted {
            return Err(self.refuse(
                call,
                "a project, group or name that cannot be part of a path",
            ));
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        Ok(url)
    }

    /// Waits until no gate is closed and a place is free.
    async fn turn(&self, call: &Call, attempts: u32, ambiguous: bool) -> Result<Turn<'_>, Error> {
        loop {
            let permit = self.inner.concurrency.acquire().await;
            let now = self.inner.clock.now();
            match self.inner.gates.enter(&call.bucket, now) {
                Entry::Open(pass) => {
                    return Ok(Turn {
                        _permit: permit,
                        _pass: pass,
                    });
                }
                Entry::AfterAnswer(answered) => {
                    drop(permit);
                    answered.await;
                }
                Entry::Until(open) => {
                    drop(permit);
                    let wait = until(now, open);
                    if call.repeat == Repeat::Fresh || wait > self.inner.max_wait {
                        let kind = ErrorKind::RateLimited { wait: Some(wait) };
                        return Err(self.failure(kind, call).after(attempts, ambiguous));
                    }
                    self.pause(call, wait).await;
                }
            }
        }
    }

    async fn pause(&self, call: &Call, duration: Duration) {
        let path = format!("{}{}", self.inner.base.path(), call.path);
        self.tell(&Event::Waiting {
            method: &call.method,
            path: &path,
            duration,
        });
        self.inner.clock.sleep(duration).await;
    }

    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.inner.observer {
            observer(event);
        }
    }

    /// One request over the network, and its whole answer.
    async fn exchange(&self, call: &Call, url: &Url) -> Result<Answer, Broken> {
        self.inner.sent.fetch_add(1, Ordering::Relaxed);
        let mut request = self.inner.http.request(call.method.clone(), url.clone());
        if let Some((name, value)) = &self.inner.token_header {
            request = request.header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let scrub = |text: &str| self.scrub(text);
        let mut response = request
            .send()
            .await
            .map_err(|error| broken(error, None, &scrub))?;
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| broken(error, Some(status), &scrub))?
        {
            if body.len() + chunk.len() > self.inner.max_answer {
                return Err(Broken {
                    kind: ErrorKind::TooLarge,
                    sent: true,
                    status: Some(status),
                    cause: Cause::text(format!("more than {} bytes", self.inner.max_answer)),
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body,
            attempts: 0,
        })
    }

    /// The id under which GitLab's logs have a request.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-request-id")?.to_str().ok()?;
        (id.len() <= 100).then(|| self.scrub(id))
    }

    /// An error that GitLab answered.
    fn answered(&self, kind: ErrorKind, call: &Call, answer: &Answer) -> Error {
        let kind = match kind {
            ErrorKind::InsufficientScope { needed } => ErrorKind::InsufficientScope {
                needed: self.scrub(&needed),
            },
            ErrorKind::ProjectMoved { to: Some(to) } => ErrorKind::ProjectMoved {
                to: Some(self.scrub(&to)),
            },
            kind => kind,
        };
        self.failure(kind, call)
            .with_status(answer.status)
            .with_message(self.scrub(&answer_text(&answer.body)))
            .with_request_id(self.request_id(&answer.headers))
    }

    /// Where a redirect leads, if it may be followed: a read, to the same server. The token goes nowhere else, and a
    /// renamed project is named instead.
    async fn redirect(
        &self,
        call: &Call,
        from: &Url,
        answer: &Answer,
        hops: &mut u32,
    ) -> Result<Url, Error> {
        let location = answer
            .headers
            .get(LOCATION)
            .and_then(|value| value.to_str().ok());
        let Some(to) = location.and_then(|location| from.join(location).ok()) else {
            return Err(self.answered(ErrorKind::Unexpected, call, answer));
        };
        let same_server = to.origin() == self.inner.base.origin();
        if same_server && let Some(moved) = classify::moved_project(from.path(), to.path()) {
            let to = match moved.parse::<u64>() {
                // GitLab names the project by its id; people know it by its path.
                Ok(id) if call.method == Method::GET => self.path_of(id).await.unwrap_or(moved),
                _ => moved,
            };
            return Err(self.answered(ErrorKind::ProjectMoved { to: Some(to) }, call, answer));
        }
        *hops += 1;
        if same_server && call.method == Method::GET && *hops <= MAX_HOPS {
            return Ok(to);
        }
        let mut to = to;
        to.set_query(None);
        to.set_fragment(None);
        // Fails only for addresses that cannot hold a name, which is as good.
        let _ = to.set_username("");
        let _ = to.set_password(None);
        let to = self.scrub(to.as_str());
        Err(self.answered(ErrorKind::Redirected { to }, call, answer))
    }

    async fn path_of(&self, id: u64) -> Option<String> {
        let call = Call::get("project", &format!("projects/{id}"));
        let project = Box::pin(self.json::<super::Project>(&call)).await;
        project.ok().map(|project| project.path_with_namespace)
    }
}

/// Names a failure of the network.
fn broken(
    error: reqwest::Error,
    status: Option<StatusCode>,
    scrub: &impl Fn(&str) -> String,
) -> Broken {
    let (connecting, timeout) = (error.is_connect(), error.is_timeout());
    let cause = Cause::of(&error.without_url(), scrub);
    let kind = match (connecting, timeout) {
        (true, _) => classify::tls(&cause).map_or(ErrorKind::Unreachable, ErrorKind::Tls),
        (false, true) => ErrorKind::Timeout,
        (false, false) => ErrorKind::Dropped,
    };
    Broken {
        kind,
        sent: !connecting,
        status,
        cause,
    }
}
