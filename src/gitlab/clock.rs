//! Time, injected: waiting for a rate limit must cost a test nothing.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};

/// Tells the time and waits.
///
/// GitLab's windows are aligned to its clock, so a client needs the time of day and not only durations.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
    /// Resolves once `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The computer's clock and tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[expect(
    clippy::disallowed_methods,
    reason = "this is where the time is injected from"
)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until somebody waits, and then jumps: a wait of a minute takes no time.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<(Timestamp, Vec<Duration>)>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            state: Mutex::new((start, Vec::new())),
        }
    }

    /// Every wait so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        lock(&self.state).1.clone()
    }

    /// Moves the time on, as if somebody else had waited.
    pub fn advance(&self, duration: Duration) {
        let mut state = lock(&self.state);
        state.0 = later(state.0, duration);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        lock(&self.state).0
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            {
                let mut state = lock(&self.state);
                state.0 = later(state.0, duration);
                state.1.push(duration);
            }
            tokio::task::yield_now().await;
        })
    }
}

/// How far the server's clock is ahead of ours, as its last answer told it.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    ahead: Mutex<Option<SignedDuration>>,
}

impl ServerClock {
    /// Takes in the `Date` of an answer that has just arrived. It has whole seconds.
    pub(super) fn heed(&self, headers: &HeaderMap, now: Timestamp) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = date {
            *lock(&self.ahead) = Some(date.timestamp().duration_since(now));
        }
    }

    /// Nothing, where no answer had a date.
    pub(super) fn ahead(&self) -> Option<SignedDuration> {
        *lock(&self.ahead)
    }
}

/// `time + duration`, at most the end of time.
pub(super) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.saturating_add(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX))
        .unwrap_or(Timestamp::MAX)
}

/// How long it is from `now` to `then`; nothing once it has passed.
pub(super) fn until(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// A lock whose holder cannot have left broken state behind: every critical section here is a few assignments.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
