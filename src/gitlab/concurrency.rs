//! How many requests are under way at once: grows while the server keeps up, halves when it does not.

use std::sync::Mutex;

use tokio::sync::Notify;

use super::clock::lock;

/// Bounds of the number of requests under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parallelism {
    /// At first.
    pub start: usize,
    /// Never more than this, however well it goes.
    pub max: usize,
}

impl Default for Parallelism {
    fn default() -> Self {
        Self { start: 4, max: 8 }
    }
}

/// An adaptive limit: one more after as many answers in a row as the limit is, half after a 429 or a 5xx.
#[derive(Debug)]
pub(super) struct Concurrency {
    state: Mutex<State>,
    freed: Notify,
    max: usize,
}

#[derive(Debug)]
struct State {
    limit: usize,
    running: usize,
    streak: usize,
}

/// The right to have one request under way.
#[derive(Debug)]
pub(super) struct Permit<'a>(&'a Concurrency);

impl Concurrency {
    pub(super) fn new(bounds: Parallelism) -> Self {
        let max = bounds.max.max(1);
        let limit = bounds.start.clamp(1, max);
        Self {
            state: Mutex::new(State {
                limit,
                running: 0,
                streak: 0,
            }),
            freed: Notify::new(),
            max,
        }
    }

    /// Waits until fewer requests than the limit are under way.
    pub(super) async fn acquire(&self) -> Permit<'_> {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Registered before the look, so that nothing that is freed in between goes unnoticed.
            freed.as_mut().enable();
            {
                let mut state = lock(&self.state);
                if state.running < state.limit {
                    state.running += 1;
                    return Permit(self);
                }
            }
            freed.await;
        }
    }

    /// The server answered well.
    pub(super) fn succeeded(&self) {
        let grown = {
            let mut state = lock(&self.state);
            state.streak += 1;
            let grows = state.streak >= state.limit && state.limit < self.max;
            if grows {
                state.limit += 1;
                state.streak = 0;
            }
            grows
        };
        if grown {
            self.freed.notify_one();
        }
    }

    /// The server had too much.
    pub(super) fn struggled(&self) {
        let mut state = lock(&self.state);
        state.limit = (state.limit / 2).max(1);
        state.streak = 0;
    }

    /// How many requests may be under way at present.
    pub(super) fn limit(&self) -> usize {
        lock(&self.state).limit
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn it_grows_by_one_and_halves() {
        let limit = Concurrency::new(Parallelism::default());
        assert_eq!(limit.limit(), 4);
        for _ in 0..4 {
            limit.succeeded();
        }
        assert_eq!(limit.limit(), 5);
        for _ in 0..100 {
            limit.succeeded();
        }
        assert_eq!(limit.limit(), 8, "never over the maximum");
        limit.struggled();
        assert_eq!(limit.limit(), 4);
        for _ in 0..5 {
            limit.struggled();
        }
        assert_eq!(limit.limit(), 1, "never nothing");
    }

    #[tokio::test]
    async fn whoever_waits_is_let_in() {
        let limit = Concurrency::new(Parallelism { start: 1, max: 1 });
        let first = limit.acquire().await;
        let second = limit.acquire();
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert!(second.as_mut().now_or_never().is_some());
    }
}
