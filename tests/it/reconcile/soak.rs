//! A large apply under the limits of gitlab.com, in virtual time: it takes as long as the limits make it, and provokes none.
//!
//! `OKR_SOAK=all cargo test --test it reconcile::soak -- --nocapture` runs the whole: 10,000 issues, 1,000 changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use okrsync::gitlab::{self, Client, Event};
use okrsync::issue::DesiredIssue;
use okrsync::sandbox::state::Limits;
use okrsync::sandbox::{Clock, JournalEntry};

use super::faults::{block_on, report};
use super::reads::many;
use super::scene::Scene;

/// What gitlab.com allows in a minute (facts §8.1).
const REQUESTS: u64 = 2000;
const NEW_ISSUES: u64 = 200;
const NEW_NOTES: u64 = 60;

/// The name of the limit on notes, which are counted per user, wherever they are.
const NOTES: &str = "notes";

/// How much is there, and how much changes.
struct Size {
    /// Objectives, with 49 key results each.
    objectives: usize,
    created: usize,
    updated: usize,
    closed: usize,
}

const BOUNDED: Size = Size {
    objectives: 4,
    created: 220,
    updated: 20,
    closed: 70,
};

const WHOLE: Size = Size {
    objectives: 200,
    created: 650,
    updated: 200,
    closed: 150,
};

#[expect(
    clippy::disallowed_methods,
    reason = "people choose how much a test run tries"
)]
fn size() -> Size {
    match std::env::var("OKR_SOAK").as_deref() {
        Ok("all") => WHOLE,
        _ => BOUNDED,
    }
}

/// One time for client and server, which goes on when nobody has anything else to do but to wait.
#[derive(Clone)]
struct VirtualClock {
    clock: Clock,
    answered: Arc<AtomicU64>,
    client: Arc<OnceLock<Client>>,
    sleepers: Arc<Mutex<BTreeSet<(Timestamp, u64)>>>,
    names: Arc<AtomicU64>,
}

impl VirtualClock {
    fn of(clock: Clock) -> Self {
        Self {
            clock,
            answered: Arc::default(),
            client: Arc::default(),
            sleepers: Arc::default(),
            names: Arc::default(),
        }
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

/// The limit that a request counts against beside that on all of them.
fn bucket(entry: &JournalEntry) -> &str {
    let path = entry.path.as_str();
    match entry.method.as_str() {
        "POST" if path.ends_with("/issues") => path,
        "POST" if path.ends_with("/notes") => NOTES,
        _ => "",
    }
}

fn minute(entry: &JournalEntry) -> i64 {
    entry.at.as_second().div_euclid(60)
}

/// How many minutes so many requests take at so many a minute, the last one not counted: its requests go at once.
fn minutes(count: usize, a_minute: u64) -> u64 {
    u64::try_from(count)
        .unwrap()
        .div_ceil(a_minute)
        .saturating_sub(1)
}

/// The memory that the process holds, in MB, where the system tells.
#[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

fn later(first: &[DesiredIssue], size: &Size) -> Vec<DesiredIssue> {
    let mut desired = first.to_vec();
    // New key results, so many to an objective that none has a hundred links.
    let objectives: Vec<String> = (0..size.objectives).map(|at| format!("o{at}")).collect();
    for (at, id) in objectives.iter().cycle().take(size.created).enumerate() {
        let mut new = super::scene::key_result(id, &format!("new{at}"));
        if size.objectives < 10 {
            new.links.clear();
        }
        desired.push(new);
    }
    let key_results = desired.iter_mut().filter(|wanted| wanted.is_key_result);
    let (closed, updated) = (size.closed, size.updated);
    for (at, wanted) in key_results.take(closed + updated).enumerate() {
        if at < closed {
            wanted.open = false;
            wanted.closing_reason = Some("Nobody needs it.".into());
        } else {
            wanted.title.push_str(", once more");
        }
    }
    desired
}

async fn soak(size: Size) {
    let scene = Scene::new().await;
    let first = many(size.objectives, 49);
    scene.apply(&first).await;
    scene.sandbox.clear_journal();
    scene.sandbox.with_state(|state| {
        state.settings.limits = Limits {
            issues_create_limit: NEW_ISSUES,
            notes_create_limit: NEW_NOTES,
            throttle_authenticated_api_enabled: true,
            throttle_authenticated_api_requests_per_period: REQUESTS,
            throttle_authenticated_api_period_in_seconds: 60,
            ..Limits::default()
        };
    });
    let clock = VirtualClock::of(scene.clock.clone());
    // To the beginning of a minute.
    let passed = gitlab::Clock::now(&clock)
        .as_millisecond()
        .rem_euclid(60_000);
    scene
        .clock
        .advance(SignedDuration::from_millis(60_000 - passed));
    let held: Arc<Mutex<Vec<u64>>> = Arc::default();
    let mut settings = scene.settings("bot");
    settings.clock = Arc::new(clock.clone());
    let (answered, samples) = (clock.answered.clone(), held.clone());
    settings.observer = Some(Arc::new(move |event: &Event<'_>| {
        if matches!(event, Event::Answered { .. }) {
            let count = answered.fetch_add(1, Ordering::Relaxed);
            if count.is_multiple_of(250) {
                samples.lock().unwrap().extend(memory());
            }
        }
    }));
    let client = Client::new(settings).unwrap();
    assert!(clock.client.set(client.clone()).is_ok());
    let start = gitlab::Clock::now(&clock);
    let desired = later(&first, &size);
    let (plan, outcome) = scene.attempt(&client, &desired).await.unwrap();
    let took = gitlab::Clock::now(&clock).duration_since(start);
    assert_eq!(outcome.failed(), 0, "{:#?}", outcome.outcomes);
    let issues = plan.summary.total;
    let changed = issues.create + issues.update + issues.close;
    assert_eq!(changed as usize, size.created + size.updated + size.closed);

    let journal = scene.sandbox.journal();
    let mut refused: BTreeMap<(i64, &str), usize> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &journal {
        if entry.status == 429 {
            *refused.entry((minute(entry), bucket(entry))).or_default() += 1;
        } else {
            *counts.entry(bucket(entry)).or_default() += 1;
        }
    }
    // Issues are closed last, each with a note, so the minutes of both add up.
    let notes = minutes(counts.remove(NOTES).unwrap_or_default(), NEW_NOTES);
    let everything = minutes(journal.len(), REQUESTS);
    counts.remove("");
    let creates = counts
        .values()
        .map(|count| minutes(*count, NEW_ISSUES))
        .max();
    let bound = (creates.unwrap_or_default() + notes).max(everything) * 60;
    let memory = held.lock().unwrap().clone();
    report(&format!(
        "{} issues, {changed} changed by {} requests in {} virtual seconds; the limits make it {bound}; refused: \
         {refused:?}; memory of client and sandbox at every 250 requests in MB: {memory:?}",
        first.len(),
        journal.len(),
        took.as_secs(),
    ));
    assert!(bound > 0, "the limits were not reached");
    assert!(refused.values().all(|count| *count == 1), "{refused:?}");
    let most = bound + bound / 10;
    assert!(
        took.as_secs().unsigned_abs() <= most,
        "{took:?} of {most} s"
    );
    // Until the apply begins, memory grows with what is observed; what it does itself must not add up.
    let quarter = memory.get(memory.len() / 4).copied().unwrap_or_default();
    let last = memory.last().copied().unwrap_or_default();
    assert!(last <= quarter + quarter / 4 + 32, "{memory:?}");
    let (next, _) = scene.plan(&desired).await;
    assert!(next.is_empty(), "{:#?}", next.changes);
}

#[test]
fn a_large_apply_takes_what_the_limits_allow_and_provokes_none_twice() {
    block_on(soak(size()));
}
