//! Two applies at once: one waits after one of its answers while the other goes on, at every pair of places.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use okrsync::gitlab::{Client, Event};
use okrsync::issue::{Description, DesiredIssue};
use okrsync::sandbox::state::{IssueState, State};
use rayon::prelude::*;

use super::ending::ending;
use super::faults::{
    block_on, difference, first, later, lived_in, lived_in_since, on_premium, people, report,
    reshaped, thorough, undisturbed, with_anns,
};
use super::scene::Scene;

/// One of two applies: it says when it has come to its place, and goes on when it is told.
struct Racer {
    client: Client,
    /// Says that it is over as well.
    arrived: Sender<()>,
}

/// What the test holds of a racer.
struct Reins {
    arrived: Receiver<()>,
    go: Sender<()>,
}

fn racer(scene: &Scene, stops_after: usize) -> (Racer, Reins) {
    let (arrived, has_arrived) = channel();
    let (go, may_go) = channel();
    let (tell, may_go) = (arrived.clone(), Mutex::new(may_go));
    let answers = AtomicUsize::new(0);
    let mut settings = scene.one_by_one();
    settings.observer = Some(Arc::new(move |event: &Event<'_>| {
        let answered = matches!(event, Event::Answered { .. });
        if answered && answers.fetch_add(1, Ordering::Relaxed) + 1 == stops_after {
            tell.send(()).unwrap();
            may_go.lock().unwrap().recv().unwrap();
        }
    }));
    let client = Client::new(settings).unwrap();
    let reins = Reins {
        arrived: has_arrived,
        go,
    };
    (Racer { client, arrived }, reins)
}

impl Racer {
    fn run(self, scene: &Scene, desired: &[DesiredIssue]) -> Result<usize, String> {
        let ended = block_on(scene.attempt(&self.client, desired));
        // Nobody waits any more for one that stopped on its way.
        let _unheard = self.arrived.send(());
        match ended {
            Ok((_, report)) => Ok(report.failed()),
            Err(error) => Err(format!("{error:?}")),
        }
    }
}

/// The first goes as far as its place, the second as far as its own, then the first to its end, then the second.
fn race(state: &State, desired: &[DesiredIssue], stops: (usize, usize)) -> State {
    let server = server();
    let scene = server.block_on(Scene::from(state));
    let (one, one_reins) = racer(&scene, stops.0);
    let (two, two_reins) = racer(&scene, stops.1);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| one.run(&scene, desired));
        one_reins.arrived.recv().unwrap();
        let two = scope.spawn(|| two.run(&scene, desired));
        two_reins.arrived.recv().unwrap();
        // One that has ended already is not told.
        let _gone = one_reins.go.send(());
        one.join().unwrap().unwrap();
        let _gone = two_reins.go.send(());
        two.join().unwrap().unwrap();
    });
    scene.state()
}

fn server() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// What is not as it should be after a race and at most one more apply.
fn verdict(raced: &State, desired: &[DesiredIssue], wanted: &[String]) -> Result<(), String> {
    block_on(async {
        let scene = Scene::from(raced).await;
        let (_, report) = scene
            .attempt(&scene.client("bot"), desired)
            .await
            .map_err(|error| format!("{error:?}"))?;
        if report.failed() > 0 {
            return Err(format!("the next apply failed: {report:#?}"));
        }
        let (next, _) = scene.plan(desired).await;
        if !next.is_empty() || !next.conflicts.is_empty() {
            return Err(format!("{:#?} {:#?}", next.changes, next.conflicts));
        }
        let state = scene.state();
        for issue in state.issues.values() {
            let text = issue.description.as_deref().unwrap_or_default();
            let block = Description::parse(text).unwrap().block;
            let loser = block.and_then(|block| block.marker.duplicate_of);
            if loser.is_some() && issue.state == IssueState::Opened {
                return Err(format!("an open twin: {issue:?}"));
            }
        }
        // A twin is closed and stays; the original of an issue that was moved has the same name, with or without a race.
        let live = |line: &&String| {
            let closed = line.contains("\"duplicate_of\":") && line.contains("\"open\":false");
            !(closed || line.starts_with("link") && line.contains(" (twin)"))
        };
        let ending = ending(&state);
        let found: Vec<&String> = ending.iter().filter(live).collect();
        let wanted: Vec<&String> = wanted.iter().filter(live).collect();
        if found != wanted {
            return Err(difference(&wanted, &found));
        }
        Ok(())
    })
}

fn races(name: &str, state: &State, desired: &[DesiredIssue]) {
    let (requests, wanted) = block_on(undisturbed(state, desired));
    let requests = usize::try_from(requests).unwrap();
    let every = if thorough() { 2 } else { 12 };
    let places: Vec<(usize, usize)> = (1..requests)
        .flat_map(|one| (1..=requests + 20).map(move |two| (one, two)))
        .enumerate()
        .filter(|(at, _)| at % (every * every) == 0)
        .map(|(_, places)| places)
        .collect();
    let wrong: Vec<String> = places
        .par_iter()
        .filter_map(|&stops| {
            let raced = race(state, desired, stops);
            let found = verdict(&raced, desired, &wanted);
            found.err().map(|what| format!("{stops:?}: {what}"))
        })
        .collect();
    report(&format!("{name}: {} races", places.len()));
    assert!(
        wrong.is_empty(),
        "{name}: {} of {}\n{}",
        wrong.len(),
        places.len(),
        wrong.join("\n")
    );
}

#[test]
fn two_first_applies_at_once_leave_one_issue_a_key() {
    races("first apply", &block_on(people()), &first());
}

#[test]
fn two_updates_at_once_end_as_one() {
    races("update", &block_on(lived_in()), &later());
}

#[test]
fn two_that_adopt_move_drop_and_prune_at_once_end_as_one() {
    let state = block_on(async { with_anns(lived_in().await).await });
    races("adopt, move, drop, prune", &state, &reshaped());
}

#[test]
fn races_on_premium_end_as_one() {
    let (new, old) = block_on(async {
        let new = on_premium(people().await);
        let old = lived_in_since(&new).await;
        (new, old)
    });
    races("Premium, first apply", &new, &first());
    races("Premium, update", &old, &later());
}
