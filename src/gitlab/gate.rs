//! Rate limits: who must wait, and until when.
//!
//! GitLab says 429 in three ways (recorded: `throttle_api`, `throttle_create`), and each of them closes a gate for every
//! request that it would hit, so that none of them provokes it again:
//!
//! * the instance's throttle of all requests of a user: plain text, `Retry-After` and `RateLimit-*`;
//! * a limit of one endpoint, such as notes: JSON and `Retry-After`;
//! * the creation of issues, per project: JSON and no word about when. Its window is the server's clock minute.
//!
//! Of the last two no answer says how many are left, so the requests of each clock minute are [counted](Quota): up to the
//! limits that GitLab is known to have they go side by side, and beyond one at a time, so that at most one is refused.

mod quota;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::clock::{later, lock, until};
use quota::{Allowance, Quota};

/// Which of GitLab's own limits a request counts against, besides the one on all requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    /// New issues of one project (300 a minute by default; per project and user).
    CreateIssue(String),
    /// New notes anywhere (300 a minute by default; per user).
    CreateNote,
    /// Everything else, by endpoint.
    Endpoint(&'static str),
}

/// A `RateLimit-Reset` further ahead than any throttle's period shows that the two clocks disagree.
const LONGEST_WINDOW: Duration = Duration::from_hours(1);

/// The clocks of client and server differ a little: what the server calls the next minute begins this much later.
const SKEW: Duration = Duration::from_secs(1);

/// The gates of one client.
#[derive(Debug, Default)]
pub(super) struct Gates {
    state: Mutex<State>,
    answered: std::sync::Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    all: Option<Timestamp>,
    buckets: BTreeMap<Bucket, Timestamp>,
    quotas: BTreeMap<Bucket, Quota>,
    budget: Option<Budget>,
    under_way: u64,
}

/// What the server last said about its throttle of all requests.
#[derive(Debug, Clone, Copy)]
struct Budget {
    remaining: u64,
    reset: Timestamp,
}

/// Whether a request may go.
pub(super) enum Entry<'a> {
    /// It may; the pass is given back when its answer is here.
    Open(Pass<'a>),
    /// Not before this moment.
    Until(Timestamp),
    /// What is left of the limit is under way already: after the next answer more is known.
    AfterAnswer(OwnedNotified),
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gates: &'a Gates,
    /// Where its kind is counted.
    counted: Option<Bucket>,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.gates.state);
        state.under_way -= 1;
        let quota = self.counted.as_ref();
        if let Some(quota) = quota.and_then(|bucket| state.quotas.get_mut(bucket)) {
            quota.ended();
        }
        drop(state);
        self.gates.answered.notify_waiters();
    }
}

/// What a 429 asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Throttle {
    /// It concerns all requests of this user.
    pub(super) everything: bool,
    /// From now on.
    pub(super) wait: Duration,
}

impl Gates {
    pub(super) fn enter(&self, bucket: &Bucket, now: Timestamp) -> Entry<'_> {
        let answered = self.answered.clone().notified_owned();
        let mut state = lock(&self.state);
        let closed = [state.all, state.buckets.get(bucket).copied()];
        if let Some(open) = closed
            .into_iter()
            .flatten()
            .max()
            .filter(|open| *open > now)
        {
            return Entry::Until(open);
        }
        if let Some(budget) = state.budget.filter(|budget| budget.reset > now)
            && budget.remaining <= state.under_way
        {
            return match state.under_way {
                0 => Entry::Until(budget.reset),
                _ => Entry::AfterAnswer(answered),
            };
        }
        let counted = Quota::of(bucket).map(|fresh| {
            let quota = state.quotas.entry(bucket.clone()).or_insert(fresh);
            (bucket.clone(), quota.enter(now))
        });
        match counted {
            Some((_, Allowance::AfterAnswer)) => return Entry::AfterAnswer(answered),
            Some((_, Allowance::NextMinute)) => {
                return Entry::Until(later(now, to_next_minute(now) + SKEW));
            }
            Some((_, Allowance::Now)) | None => {}
        }
        state.under_way += 1;
        Entry::Open(Pass {
            gates: self,
            counted: counted.map(|(bucket, _)| bucket),
        })
    }

    /// Takes in that a request was let through.
    pub(super) fn passed(&self, bucket: &Bucket) {
        if let Some(quota) = lock(&self.state).quotas.get_mut(bucket) {
            quota.passed();
        }
    }

    /// Takes in what an answer says about the throttle of all requests.
    pub(super) fn heed(&self, headers: &HeaderMap, now: Timestamp) {
        let Some((remaining, reset)) = limit_headers(headers) else {
            return;
        };
        if reset <= now || until(now, reset) > LONGEST_WINDOW {
            return;
        }
        let mut state = lock(&self.state);
        // Answers overtake each other: within one window the count only falls.
        let remaining = match state.budget {
            Some(budget) if budget.reset == reset => budget.remaining.min(remaining),
            _ => remaining,
        };
        state.budget = Some(Budget { remaining, reset });
    }

    /// Closes the gate that a 429 is about.
    pub(super) fn close(&self, bucket: &Bucket, throttle: &Throttle, now: Timestamp) {
        let open = later(now, throttle.wait);
        let mut state = lock(&self.state);
        if throttle.everything {
            state.all = state.all.max(Some(open));
            // The server said how long to wait; its reset by another clock adds nothing.
            state.budget = None;
        } else {
            let gate = state.buckets.entry(bucket.clone()).or_insert(open);
            *gate = (*gate).max(open);
            if let Some(quota) = state.quotas.get_mut(bucket) {
                quota.refused();
            }
        }
    }
}

impl Throttle {
    /// Reads a 429.
    pub(super) fn read(headers: &HeaderMap, body: &[u8], now: Timestamp) -> Self {
        let limit = limit_headers(headers);
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        let everything = limit.is_some() || !is_json;
        let wait = retry_after(headers)
            .or_else(|| limit.map(|(_, reset)| until(now, reset)))
            .unwrap_or_else(|| to_next_minute(now) + SKEW);
        Self {
            everything,
            wait: wait.max(Duration::from_secs(1)),
        }
    }
}

/// `Retry-After` in seconds, the form that GitLab uses.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    number(headers, "retry-after").map(Duration::from_secs)
}

fn limit_headers(headers: &HeaderMap) -> Option<(u64, Timestamp)> {
    let remaining = number(headers, "ratelimit-remaining")?;
    let reset = i64::try_from(number(headers, "ratelimit-reset")?).ok()?;
    Some((remaining, Timestamp::from_second(reset).ok()?))
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn to_next_minute(now: Timestamp) -> Duration {
    let passed = u64::try_from(now.as_millisecond().rem_euclid(60_000)).unwrap_or(0);
    Duration::from_millis(60_000 - passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    const READ: Bucket = Bucket::Endpoint("issues");

    #[test]
    fn the_three_429s_are_told_apart() {
        let rack = headers(&[
            ("ratelimit-remaining", "0"),
            ("ratelimit-reset", "1795319340"),
            ("retry-after", "10"),
        ]);
        let json = br#"{"message":{"error":"This endpoint has been requested too many times."}}"#;
        let now = at(1_795_319_330);
        for (headers, body, everything, seconds) in [
            (&rack, &b"Retry later\n"[..], true, 10),
            (&headers(&[]), b"Retry later\n", true, 11),
            (&headers(&[("retry-after", "60")]), json, false, 60),
            (&headers(&[]), json, false, 11),
        ] {
            let throttle = Throttle::read(headers, body, now);
            assert_eq!(
                throttle,
                Throttle {
                    everything,
                    wait: Duration::from_secs(seconds)
                }
            );
        }
    }

    #[test]
    fn a_gate_stops_its_own_bucket_only() {
        let gates = Gates::default();
        let okrs = Bucket::CreateIssue("acme/okrs".into());
        let other = Bucket::CreateIssue("acme/delivery".into());
        let wait = Duration::from_secs(30);
        gates.close(
            &okrs,
            &Throttle {
                everything: false,
                wait,
            },
            at(0),
        );
        assert!(matches!(gates.enter(&okrs, at(29)), Entry::Until(open) if open == at(30)));
        assert!(matches!(gates.enter(&other, at(29)), Entry::Open(_)));
        assert!(matches!(gates.enter(&READ, at(29)), Entry::Open(_)));
        assert!(matches!(gates.enter(&okrs, at(30)), Entry::Open(_)));
        gates.close(
            &okrs,
            &Throttle {
                everything: true,
                wait,
            },
            at(100),
        );
        assert!(matches!(gates.enter(&READ, at(101)), Entry::Until(_)));
    }

    #[test]
    fn what_remains_is_never_overdrawn() {
        let gates = Gates::default();
        let left = |n: &'static str| {
            headers(&[
                ("ratelimit-remaining", n),
                ("ratelimit-reset", "1795319340"),
            ])
        };
        let now = at(1_795_319_300);
        gates.heed(&left("2"), now);
        let first = gates.enter(&READ, now);
        let second = gates.enter(&READ, now);
        assert!(matches!(
            (&first, &second),
            (Entry::Open(_), Entry::Open(_))
        ));
        assert!(matches!(gates.enter(&READ, now), Entry::AfterAnswer(_)));
        gates.heed(&left("0"), now);
        gates.heed(&left("1"), now); // overtaken by the answer before
        drop((first, second));
        let reset = at(1_795_319_340);
        assert!(matches!(gates.enter(&READ, now), Entry::Until(open) if open == reset));
        assert!(matches!(gates.enter(&READ, reset), Entry::Open(_)));
    }

    #[test]
    fn a_reset_in_the_past_or_far_ahead_is_ignored() {
        let gates = Gates::default();
        let none = headers(&[
            ("ratelimit-remaining", "0"),
            ("ratelimit-reset", "1795319340"),
        ]);
        for now in [1_795_319_340, 1_795_319_340 - 3_601] {
            gates.heed(&none, at(now));
            assert!(matches!(gates.enter(&READ, at(now)), Entry::Open(_)));
        }
    }
}
