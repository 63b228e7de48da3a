//! A large apply under the limits of gitlab.com, in virtual time: it takes as long as the limits make it, and provokes none.
//!
//! `OKR_SOAK=all cargo test --test it reconcile::soak -- --nocapture` runs the whole: 10,000 issues, 1,000 changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use okrsync::gitlab::{self, Client};
use okrsync::issue::DesiredIssue;
use okrsync::sandbox::JournalEntry;
use okrsync::sandbox::state::Limits;

use super::faults::{block_on, report};
use super::reads::many;
use super::scene::Scene;
use crate::support::virtual_time::{VirtualClock, memory};

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
    let samples = held.clone();
    settings.observer = Some(clock.observer(move |count| {
        if count.is_multiple_of(250) {
            samples.lock().unwrap().extend(memory());
        }
    }));
    let client = Client::new(settings).unwrap();
    clock.watch(&client);
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
