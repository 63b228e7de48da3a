//! The pure way from a request to its answer: limits, tokens, routes, conditional reads.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::request::{Params, Request};
use super::state::{Actor, Refusal, State};
use super::text::hex;
use super::{Response, graphql, pages, rest};

/// Answers a request and changes the state accordingly.
pub fn handle(state: &mut State, request: &Request, now: Timestamp) -> Response {
    let path = request.path();
    if !path.starts_with("/api/") {
        let readable = matches!(request.method.as_str(), "GET" | "HEAD");
        let page = if readable {
            pages::handle(state, &request.target)
        } else {
            None
        };
        return page.unwrap_or_else(|| Response::html(404, "<h1>404: Page not found</h1>".into()));
    }
    let actor = actor(state, request, now);
    let secret = actor.as_ref().ok().and_then(|actor| actor.token.clone());
    let user = actor.as_ref().ok().and_then(|actor| actor.user);
    let throttle = user.and_then(|user| Throttle::count(state, user, now));
    if let Some(throttle) = throttle.filter(Throttle::exceeded) {
        // Rack refuses before anything else is looked at (recorded: `throttle_api`).
        return throttle.refuse();
    }
    let answer = answer(state, request, actor, now);
    if let Some(token) = secret.and_then(|secret| state.tokens.get_mut(&secret)) {
        token.last_used_at = Some(now);
    }
    let answer = conditional(request, answer);
    // The request may have been the one that switched the throttle off.
    let still_on = state.settings.limits.throttle_authenticated_api_enabled;
    match throttle.filter(|_| still_on) {
        Some(throttle) => throttle.tell(answer),
        None => answer,
    }
}

/// Who stands behind the headers or the query.
fn actor(state: &State, request: &Request, now: Timestamp) -> Result<Actor, Refusal> {
    let bearer = request.header("authorization").and_then(|text| {
        let (kind, token) = text.split_once(' ')?;
        kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let from_query = |name: &str| {
        let pairs = request
            .query()
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let private = request
        .header("private-token")
        .or(bearer)
        .or_else(|| from_query("private_token"));
    let job = request
        .header("job-token")
        .or_else(|| from_query("job_token"));
    state.actor(private, job, now)
}

fn answer(
    state: &mut State,
    request: &Request,
    actor: Result<Actor, Refusal>,
    now: Timestamp,
) -> Response {
    let params = match Params::read(request) {
        Ok(params) => params,
        Err(refused) => return refused,
    };
    let path = request.path().trim_end_matches('/');
    if path == "/api/graphql" {
        if request.method != "POST" {
            return Response::error(404, "404 Not Found");
        }
        // GraphQL knows no job tokens (recorded: graphql/job, bogus).
        return match actor {
            Ok(actor) if actor.job_of.is_none() => {
                let body = serde_json::from_slice(&request.body).unwrap_or(Value::Object(params.0));
                graphql::execute(state, &actor, &body, now)
            }
            _ => Response::json(401, &json!({ "errors": [{ "message": "Invalid token" }] })),
        };
    }
    if !path.starts_with("/api/v4/") {
        return Response::error(404, "404 Not Found");
    }
    match actor {
        Ok(actor) => rest::handle(state, actor, request, params, now),
        Err(refusal) => Response::refusal(&refusal),
    }
}

/// Gives what was read an `ETag`, and answers 304 to who has it already; it saves transfer, nothing else (facts §1.8, §0b).
fn conditional(request: &Request, answer: Response) -> Response {
    if request.method != "GET" || answer.status != 200 {
        return answer;
    }
    let hash = Sha256::digest(&answer.body);
    let digits = hex(&hash[..16]);
    let etag = format!("W/\"{digits}\"");
    let known = request.header("if-none-match");
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag)) {
        return Response::empty(304).with("etag", etag);
    }
    answer.with("etag", etag)
}

/// The throttle of all authenticated requests of one user.
#[derive(Debug, Clone, Copy)]
struct Throttle {
    allowed: u64,
    period: u64,
    observed: u64,
    resets_at: i64,
    now: Timestamp,
}

impl Throttle {
    /// Counts one request, if the throttle is on.
    fn count(state: &mut State, user: u64, now: Timestamp) -> Option<Self> {
        let limits = &state.settings.limits;
        if !limits.throttle_authenticated_api_enabled {
            return None;
        }
        let allowed = limits.throttle_authenticated_api_requests_per_period;
        let period = limits.throttle_authenticated_api_period_in_seconds.max(1);
        let count = state
            .windows
            .count(format!("throttle_authenticated_api:{user}"), period, now);
        Some(Self {
            allowed,
            period,
            observed: count.observed,
            resets_at: count.resets_at,
            now,
        })
    }

    fn exceeded(&self) -> bool {
        self.observed > self.allowed
    }

    /// Adds the headers: the limit per minute, but what remains in the throttle's own period (facts §8.2).
    fn tell(&self, answer: Response) -> Response {
        let per_minute = (self.allowed * 60).div_ceil(self.period);
        answer
            .with("ratelimit-name", "throttle_authenticated_api")
            .with("ratelimit-limit", per_minute.to_string())
            .with("ratelimit-observed", self.observed.to_string())
            .with(
                "ratelimit-remaining",
                self.allowed.saturating_sub(self.observed).to_string(),
            )
            .with("ratelimit-reset", self.resets_at.to_string())
    }

    fn refuse(&self) -> Response {
        let wait = self.resets_at.saturating_sub(self.now.as_second()).max(1);
        let at = Timestamp::from_second(self.resets_at).unwrap_or(self.now);
        self.tell(Response::text(429, "Retry later\n"))
            .with("retry-after", wait.to_string())
            .with(
                "ratelimit-resettime",
                at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            )
    }
}
