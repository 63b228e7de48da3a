//! A time that goes on only when everybody waits, so that an hour's limit takes no hour to test. Benchmarks use it, too.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use okrsync::gitlab::{self, Client, Event, Observer};
use okrsync::sandbox::Clock;

/// One time for client and server, which goes on when nobody has anything else to do but to wait.
#[derive(Clone)]
pub(crate) struct VirtualClock {
    clock: Clock,
    answered: Arc<AtomicU64>,
    client: Arc<OnceLock<Client>>,
    sleepers: Arc<Mutex<BTreeSet<(Timestamp, u64)>>>,
    names: Arc<AtomicU64>,
}

impl VirtualClock {
    pub(crate) fn of(clock: Clock) -> Self {
        Self {
            clock,
            answered: Arc::default(),
            client: Arc::default(),
            sleepers: Arc::default(),
            names: Arc::default(),
        }
    }

    /// Counts the answers of the client that goes by this clock, and tells `each` how many came before.
    pub(crate) fn observer(&self, each: impl Fn(u64) + Send + Sync + 'static) -> Observer {
        let answered = Arc::clone(&self.answered);
        Arc::new(move |event: &Event<'_>| {
            if matches!(event, Event::Answered { .. }) {
                each(answered.fetch_add(1, Ordering::Relaxed));
            }
        })
    }

    /// The client that goes by this clock.
    pub(crate) fn watch(&self, client: &Client) {
        assert!(self.client.set(client.clone()).is_ok());
    }

    fn under_way(&self) -> u64 {
        let sent = self.client.get().map_or(0, Client::requests_sent);
        u64::from(sent) - self.answered.load(Ordering::Relaxed)
    }
}

impl gitlab::Clock for VirtualClock {
    /// Looks without moving it on, as the sandbox does with every request.
    fn now(&self) -> Timestamp {
        match &self.clock {
            Clock::Manual(time) => *time.lock().unwrap(),
            Clock::System => Timestamp::MAX,
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        /// So often in a row nothing else happened: everybody waits.
        const QUIET: u32 = 200;
        Box::pin(async move {
            let end = self.now() + SignedDuration::try_from(duration).unwrap();
            let me = (end, self.names.fetch_add(1, Ordering::Relaxed));
            self.sleepers.lock().unwrap().insert(me);
            let (mut quiet, mut seen) = (0, 0);
            while self.now() < end {
                let answered = self.answered.load(Ordering::Relaxed);
                let busy = self.under_way() > 0 || answered != seen;
                (quiet, seen) = (if busy { 0 } else { quiet + 1 }, answered);
                let next = self.sleepers.lock().unwrap().first() == Some(&me);
                if quiet > QUIET && next {
                    self.clock.advance(end.duration_since(self.now()));
                }
                tokio::task::yield_now().await;
            }
            self.sleepers.lock().unwrap().remove(&me);
        })
    }
}

/// The memory that the process holds, in MB, where the system tells.
#[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
pub(crate) fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}
