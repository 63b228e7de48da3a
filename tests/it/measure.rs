//! What reading the work costs: under the limits of a server, again, and after an interruption. In virtual time.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use okrsync::config::IncidentSettings;
use okrsync::gitlab::Clock as _;
use okrsync::measure::{Progress, Reader};
use okrsync::sandbox::state::Limits;
use okrsync::sandbox::{Fault, FaultRule, JournalEntry};

use crate::support::many_issues::{ManyIssues, stream};

/// So many requests are allowed in a minute.
const A_MINUTE: u64 = 200;

fn limited() -> Limits {
    Limits {
        throttle_authenticated_api_enabled: true,
        throttle_authenticated_api_requests_per_period: A_MINUTE,
        throttle_authenticated_api_period_in_seconds: 60,
        ..Limits::default()
    }
}

async fn many(counts: &[u64], limits: Limits) -> ManyIssues {
    ManyIssues::new(counts, limits, None, |_| {}).await
}

/// The issues whose past was asked for.
fn asked(journal: &[JournalEntry]) -> BTreeSet<u64> {
    let of_issue = |entry: &JournalEntry| {
        let (_, rest) = entry.path.split_once("/issues/")?;
        rest.split('/').next()?.parse().ok()
    };
    let pasts = journal
        .iter()
        .filter(|entry| entry.path.contains("/resource_"));
    pasts.filter_map(of_issue).collect()
}

#[tokio::test]
async fn a_first_run_obeys_the_limits_and_the_next_ones_ask_for_what_changed() {
    let mut work = many(&[400], limited()).await;
    let begin = work.clock.now();
    let seen = RefCell::new(Vec::new());
    let report = |progress: Progress| seen.borrow_mut().push((progress.done, progress.of));
    let read = work.run(&stream(0), report).await.unwrap();
    assert_eq!(read.items.len(), 400);
    assert!(read.items.iter().all(|item| item.label_events.len() == 5));
    assert_eq!(
        seen.into_inner(),
        (1..=400).map(|done| (done, 400)).collect::<Vec<_>>()
    );

    // The project, its labels, four pages of issues, and two requests for each.
    let journal = work.sandbox.journal();
    let refused = journal.iter().filter(|entry| entry.status == 429);
    let mut by_minute: BTreeMap<i64, usize> = BTreeMap::new();
    for entry in refused.clone() {
        *by_minute.entry(entry.at.as_second() / 60).or_default() += 1;
    }
    assert!(by_minute.values().all(|count| *count == 1), "{by_minute:?}");
    assert_eq!(journal.len() - refused.count(), 1 + 1 + 4 + 2 * 400);
    // It took as long as the limit makes it: four whole minutes, and some requests in the fifth.
    let took = work.clock.now().duration_since(begin);
    let bound = SignedDuration::from_secs(5 * 60);
    assert!(
        took > SignedDuration::from_mins(3) && took < bound,
        "{took:?}"
    );

    // Nothing changed: the project, its labels, and one page for what changed since.
    work.sandbox.clear_journal();
    let again = work.run(&stream(0), |_| {}).await.unwrap();
    assert_eq!(again, read);
    assert_eq!(work.sandbox.journal().len(), 3);

    // 130 changed: one page more, and two requests for each of them.
    work.retitle(101..=230);
    work.sandbox.clear_journal();
    work.run(&stream(0), |_| {}).await.unwrap();
    let journal = work.sandbox.journal();
    assert_eq!(asked(&journal), (101..=230).collect());
    let answered = journal.iter().filter(|entry| entry.status == 200);
    assert_eq!(answered.count(), 4 + 2 * 130);
}

#[tokio::test]
async fn an_interrupted_first_run_goes_on_after_what_it_kept() {
    let mut work = many(&[150], Limits::default()).await;
    work.sandbox.set_faults(vec![FaultRule {
        path: Some("/resource_state_events".to_owned()),
        skip: 77,
        times: 1000,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: r#"{"message":"403 Forbidden"}"#.to_owned(),
        })
    }]);
    work.run(&stream(0), |_| {}).await.unwrap_err();
    let journal = work.sandbox.journal();
    let refused: Vec<JournalEntry> = journal
        .into_iter()
        .filter(|entry| entry.status == 403)
        .collect();
    let first = *asked(&refused).first().unwrap();
    assert!(first > 50, "{first}");
    work.sandbox.set_faults(Vec::new());
    work.sandbox.clear_journal();
    let read = work.run(&stream(0), |_| {}).await.unwrap();
    assert_eq!(read.items.len(), 150);
    let journal = work.sandbox.journal();
    assert_eq!(asked(&journal), (first..=150).collect());
    let pasts = 2 * (151 - usize::try_from(first).unwrap());
    // What the interrupted run had under way may be answered as late as now, so an address can be there twice.
    let addresses: BTreeSet<&str> = journal.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(addresses.len(), 3 + pasts);
}

#[tokio::test]
async fn progress_is_told_over_all_projects_of_a_run() {
    let mut work = many(&[3, 0, 5], Limits::default()).await;
    let seen = RefCell::new(Vec::new());
    let report = |progress: Progress| seen.borrow_mut().push((progress.done, progress.of));
    let now = work.clock.now();
    let mut reader = Reader::new(&work.client, &mut work.store, now);
    // Two teams that share a project: what they share is read once.
    let mut shared = stream(0);
    shared.projects.push("acme/p2".to_owned());
    let streams = [stream(0), stream(1), shared];
    reader.read(&streams, report).await.unwrap();
    assert_eq!(
        seen.into_inner(),
        (1..=8).map(|done| (done, 8)).collect::<Vec<_>>()
    );
    let before = work.sandbox.journal().len();
    let incidents = IncidentSettings::default();
    for (stream, count) in streams.iter().zip([3, 0, 8]) {
        let read = reader.work(stream, &incidents, |_| {}).await.unwrap();
        assert_eq!(read.items.len(), count);
    }
    assert_eq!(work.sandbox.journal().len(), before, "it was read already");
}
