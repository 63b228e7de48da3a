//! Exactly once: whatever goes wrong at whatever request of an apply, the next one ends where an undisturbed one does.

use okrsync::config::QuarterState;
use okrsync::gitlab::Client;
use okrsync::issue::{DesiredIssue, LinkTarget, Row, RowValues};
use okrsync::plan::Plan;
use okrsync::reconcile::{ApplyReport, ReconcileError};
use okrsync::sandbox::state::{State, Tier};
use okrsync::sandbox::{EditRequest, Fault, FaultRule};
use rayon::prelude::*;
use serde_json::json;

use super::ending::ending;
use super::scene::{DELIVERY, Scene, TRACKER, key_result, objective};

/// What goes wrong at one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    FailsBefore,
    FailsAfter,
    ProxyFailsAfter,
    DropsBefore,
    DropsAfter,
    Truncates,
    Throttles,
    ThrottlesForAMinute,
    DiesBefore,
    DiesAfter,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::FailsBefore,
        Self::FailsAfter,
        Self::ProxyFailsAfter,
        Self::DropsBefore,
        Self::DropsAfter,
        Self::Truncates,
        Self::Throttles,
        Self::ThrottlesForAMinute,
        Self::DiesBefore,
        Self::DiesAfter,
    ];
    /// Those that find most: the others differ from them in how the client hears of the failure.
    const FEW: [Self; 3] = [Self::FailsAfter, Self::DropsBefore, Self::DiesAfter];

    /// The rules that let it happen at a request, counted from 0.
    pub(super) fn rules(self, request: u32) -> Vec<FaultRule> {
        let at = |fault| FaultRule {
            skip: request,
            ..FaultRule::once(fault)
        };
        let from = |request, fault| FaultRule {
            skip: request,
            times: u32::MAX,
            ..FaultRule::once(fault)
        };
        let body = String::new();
        let status = 500;
        match self {
            Self::FailsBefore => vec![at(Fault::StatusBefore { status, body })],
            Self::FailsAfter => vec![at(Fault::StatusAfter { status, body })],
            Self::ProxyFailsAfter => vec![at(Fault::StatusAfter {
                status: 502,
                body: "<html><body>Bad gateway</body></html>".to_owned(),
            })],
            Self::DropsBefore => vec![at(Fault::DropBefore)],
            Self::DropsAfter => vec![at(Fault::DropAfter)],
            Self::Truncates => vec![at(Fault::Truncate)],
            Self::Throttles => vec![at(Fault::RateLimited { retry_after: None })],
            Self::ThrottlesForAMinute => vec![at(Fault::RateLimited {
                retry_after: Some(60),
            })],
            Self::DiesBefore => vec![from(request, Fault::DropBefore)],
            Self::DiesAfter => vec![at(Fault::DropAfter), from(request + 1, Fault::DropBefore)],
        }
    }
}

fn work(iid: u64) -> LinkTarget {
    format!("{DELIVERY}#{iid}").parse().unwrap()
}

fn row(date: &str, value: i64) -> Row {
    Row {
        date: date.parse().unwrap(),
        values: RowValues {
            value: Some(value.into()),
            ..RowValues::default()
        },
    }
}

/// Two objectives, one of which supports the other, and five key results, two of which refer to other people's work.
pub(super) fn first() -> Vec<DesiredIssue> {
    let mut desired = vec![objective("a"), objective("b")];
    let supported = LinkTarget::Key(desired[1].key.clone());
    desired[0].links.push(supported);
    for id in ["moved", "dropped", "removed", "relinked", "kept"] {
        desired.push(key_result("a", id));
    }
    desired[2].links.push(work(1));
    desired[5].links.push(work(1));
    desired
}

/// The same OKRs some weeks later: of everything that can change, something did.
pub(super) fn later() -> Vec<DesiredIssue> {
    let mut desired = first();
    let renamed = &mut desired[2];
    renamed.title = "Key result with another title".into();
    renamed.definition = "How it shows by now.".into();
    renamed.rows.push(row("2026-10-12", 110));
    renamed.links[1] = work(2);
    let dropped = &mut desired[3];
    dropped.open = false;
    dropped.closing_reason = Some("Nobody needs it.".into());
    dropped.links.push(work(2));
    desired[5].links[1] = work(2);
    desired[4] = key_result("a", "new");
    desired[4].links.push(work(2));
    desired
}

/// A GitLab in which people work on two issues of their own.
pub(super) async fn people() -> State {
    let scene = Scene::new().await;
    for title in ["Work of others", "More work of others"] {
        edit(
            &scene,
            "POST",
            &format!("{}/issues", project(DELIVERY)),
            json!({"title": title, "description": "Theirs."}),
        )
        .await;
    }
    scene.state()
}

fn project(path: &str) -> String {
    format!("/api/v4/projects/{}", path.replace('/', "%2F"))
}

/// Ann does something in GitLab.
pub(super) async fn edit(scene: &Scene, method: &str, path: &str, body: serde_json::Value) {
    let request = EditRequest {
        token: "ann".into(),
        method: method.into(),
        path: path.into(),
        body,
    };
    scene.sandbox.set_faults(vec![FaultRule::once(Fault::Edit {
        requests: vec![request],
    })]);
    scene.client("owner").metadata().await.unwrap();
    scene.sandbox.set_faults(vec![]);
}

/// After the first apply people did what people do, to every issue: none of it may be lost.
pub(super) async fn lived_in() -> State {
    lived_in_since(&people().await).await
}

/// As [`lived_in`], from another beginning.
pub(super) async fn lived_in_since(beginning: &State) -> State {
    let scene = Scene::from(beginning).await;
    scene.apply(&first()).await;
    for issue in scene.issues().await {
        if !issue.issue.description.contains("okrsync") {
            continue;
        }
        let at = format!("{}/issues/{}", project(&issue.project), issue.issue.iid);
        let (above, below) = ("People's words above.\n\n", "\n\nPeople's words below.");
        let mut text = format!("{above}{}{below}", issue.issue.description);
        if let Some(end) = text
            .find("\n\n<!-- okrsync:v1")
            .filter(|_| text.contains("| ---"))
        {
            text.insert_str(end, "\n| 2026-11-02 | 104 | 50 % | on-track | by hand |");
        }
        edit(
            &scene,
            "PUT",
            &at,
            json!({"description": text, "add_labels": "theirs"}),
        )
        .await;
        edit(
            &scene,
            "POST",
            &format!("{at}/notes"),
            json!({"body": "A comment."}),
        )
        .await;
        edit(
            &scene,
            "POST",
            &format!("{at}/links"),
            json!({"target_project_id": TRACKER, "target_issue_iid": 2}),
        )
        .await;
    }
    // What was ours and people took away stays away.
    let relinked = scene.issue("Key result relinked").await;
    let at = format!("{}/issues/{}", project(DELIVERY), relinked.issue.iid);
    let objective = scene.issue("Objective a").await.issue.id;
    let links = relinked.links.unwrap();
    let link = links.iter().find(|link| link.other == Some(objective));
    let link = format!("{at}/links/{}", link.unwrap().id);
    edit(&scene, "DELETE", &link, json!(null)).await;
    edit(
        &scene,
        "PUT",
        &at,
        json!({"remove_labels": "2026-q4", "assignee_ids": []}),
    )
    .await;
    scene.state()
}

/// On Premium.
pub(super) fn on_premium(state: State) -> State {
    let mut state = state;
    state.settings.tier = Tier::Premium;
    state
}

/// What was applied is to be put into another shape: an issue of Ann's adopted, one moved to another tracker, one dropped
/// and one no longer declared.
pub(super) fn reshaped() -> Vec<DesiredIssue> {
    let mut desired = first();
    let dropped = &mut desired[3];
    dropped.open = false;
    dropped.closing_reason = Some("Nobody needs it.".into());
    desired[6].tracker = TRACKER.into();
    desired[4] = key_result("a", "adopted");
    desired[4].adopt = Some(format!("{DELIVERY}#8").parse().unwrap());
    desired[4].links.push(work(1));
    desired
}

/// As [`lived_in`], with an issue of Ann's own.
pub(super) async fn with_anns(state: State) -> State {
    let scene = Scene::from(&state).await;
    edit(
        &scene,
        "POST",
        &format!("{}/issues", project(DELIVERY)),
        json!({"title": "Ann's", "description": "Ann's words.", "labels": "theirs"}),
    )
    .await;
    assert_eq!(scene.issue("Ann's").await.issue.iid, 8);
    scene.state()
}

/// What is disturbed.
#[derive(Debug, Clone, Copy)]
enum Doing {
    Apply,
    Release,
}

impl Doing {
    async fn attempt(
        self,
        scene: &Scene,
        desired: &[DesiredIssue],
    ) -> Result<(Plan, ApplyReport), ReconcileError> {
        match self {
            Self::Apply => scene.attempt(&client(scene), desired).await,
            Self::Release => scene.attempt_release(&client(scene), desired).await,
        }
    }
}

/// One case of the matrix.
struct Case {
    doing: Doing,
    name: String,
    state: State,
    desired: Vec<DesiredIssue>,
    rules: Vec<FaultRule>,
    ending: Vec<String>,
}

impl Case {
    /// Lets it go wrong, does it again, and says what is not as it should be.
    async fn run(self) -> Result<(), String> {
        let scene = Scene::from(&self.state).await;
        scene.sandbox.set_faults(self.rules);
        // It may end in any way.
        let disturbed = self.doing.attempt(&scene, &self.desired).await;
        let failed = disturbed.map(|(_, report)| report.failed());
        scene.sandbox.set_faults(vec![]);
        let say = |what: String| {
            Err(format!(
                "{}, of whose changes failed {failed:?}: {what}",
                self.name
            ))
        };
        let (plan, report) = match self.doing.attempt(&scene, &self.desired).await {
            Ok(done) => done,
            Err(error) => return say(format!("{error:?}")),
        };
        if !plan.conflicts.is_empty() {
            return say(format!("conflicts {:#?}", plan.conflicts));
        }
        if report.failed() > 0 {
            return say(format!("the second time failed too: {report:#?}"));
        }
        match self.doing.attempt(&scene, &self.desired).await {
            Ok((next, _)) if next.is_empty() => {}
            Ok((next, _)) => return say(format!("not empty {:#?}", next.changes)),
            Err(error) => return say(format!("{error:?}")),
        }
        let found = ending(&scene.state());
        if found != self.ending {
            return say(difference(&self.ending, &found));
        }
        Ok(())
    }
}

pub(super) fn client(scene: &Scene) -> Client {
    Client::new(scene.one_by_one()).unwrap()
}

pub(super) fn difference<T: PartialEq + std::fmt::Display>(wanted: &[T], found: &[T]) -> String {
    let only = |a: &[T], b: &[T], sign| {
        let lines = a.iter().filter(|line| !b.contains(line));
        lines
            .map(|line| format!("{sign} {line}"))
            .collect::<Vec<_>>()
    };
    [only(wanted, found, "-"), only(found, wanted, "+")]
        .concat()
        .join("\n")
}

/// An apply without faults: how many requests it takes and where it ends.
pub(super) async fn undisturbed(state: &State, desired: &[DesiredIssue]) -> (u32, Vec<String>) {
    undisturbed_doing(Doing::Apply, state, desired).await
}

async fn undisturbed_doing(
    doing: Doing,
    state: &State,
    desired: &[DesiredIssue],
) -> (u32, Vec<String>) {
    let scene = Scene::from(state).await;
    let (plan, report) = doing.attempt(&scene, desired).await.unwrap();
    assert!(!plan.is_empty(), "nothing is tried");
    assert_eq!(report.failed(), 0, "{report:#?}");
    let requests = u32::try_from(scene.sandbox.journal().len()).unwrap();
    let (next, _) = doing.attempt(&scene, desired).await.unwrap();
    assert!(next.is_empty(), "{next:#?}");
    (requests, ending(&scene.state()))
}

/// Every kind at every request; failures by kind.
fn matrix(name: &str, state: &State, desired: &[DesiredIssue], every: usize) {
    matrix_of(Doing::Apply, name, state, desired, every);
}

fn matrix_of(doing: Doing, name: &str, state: &State, desired: &[DesiredIssue], every: usize) {
    let kinds = kinds();
    let every = if thorough() { 1 } else { every };
    let (requests, ending) = block_on(undisturbed_doing(doing, state, desired));
    let cases: Vec<(Kind, u32)> = kinds
        .iter()
        .flat_map(|kind| (0..requests).map(|request| (*kind, request)))
        .enumerate()
        .filter(|(at, _)| at % every == 0)
        .map(|(_, case)| case)
        .collect();
    let tried: Vec<Kind> = cases.iter().map(|(kind, _)| *kind).collect();
    let failures: Vec<(Kind, String)> = cases
        .into_par_iter()
        .filter_map(|(kind, request)| {
            let case = Case {
                doing,
                name: format!("{name}, {kind:?} at request {request}"),
                state: state.clone(),
                desired: desired.to_vec(),
                rules: kind.rules(request),
                ending: ending.clone(),
            };
            Some((kind, block_on(case.run()).err()?))
        })
        .collect();
    let table: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let failed = failures.iter().filter(|(other, _)| other == kind).count();
            let tried = tried.iter().filter(|other| *other == kind).count();
            format!("| {:<20} | {tried:>5} | {failed:>6} |", format!("{kind:?}"))
        })
        .collect();
    let table = format!(
        "{name}: {requests} requests, {} cases\n| kind                 | cases | failed |\n\
         | -------------------- | ----: | -----: |\n{}",
        tried.len(),
        table.join("\n")
    );
    report(&table);
    let all: Vec<String> = failures.into_iter().map(|(_, failure)| failure).collect();
    assert!(all.is_empty(), "{}\n{table}", all.join("\n"));
}

/// Shows how much was tried; `--nocapture` lets it through.
#[expect(clippy::print_stderr, reason = "a test's own report")]
pub(super) fn report(text: &str) {
    eprintln!("{text}");
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Whether everything is to be tried, which takes minutes.
#[expect(
    clippy::disallowed_methods,
    reason = "people choose how much a test run tries"
)]
pub(crate) fn thorough() -> bool {
    std::env::var("OKR_FAULTS").as_deref() == Ok("all")
}

/// All kinds where `OKR_FAULTS` is `all`.
fn kinds() -> &'static [Kind] {
    if thorough() { &Kind::ALL } else { &Kind::FEW }
}

#[test]
fn a_first_apply_survives_every_fault() {
    matrix("first apply", &block_on(people()), &first(), 1);
}

#[test]
fn an_update_survives_every_fault() {
    matrix("update", &block_on(lived_in()), &later(), 1);
}

#[test]
fn adopting_moving_dropping_and_pruning_survive_every_fault() {
    let state = block_on(async { with_anns(lived_in().await).await });
    matrix("adopt, move, drop, prune", &state, &reshaped(), 2);
}

/// The quarter of all that was applied is closed: each issue gets its last text and one note, and is closed once.
#[test]
fn the_end_of_a_quarter_survives_every_fault() {
    let mut desired = first();
    for issue in &mut desired {
        issue.quarter_state = QuarterState::Closed;
        issue.open = false;
        issue.closing_reason = Some("2026-q4 has ended; score 70 %".into());
        issue.definition += "\n\n**Closed** with 2026-q4.";
    }
    matrix("end of a quarter", &block_on(lived_in()), &desired, 2);
}

/// What nobody declares is released, with all that people did to it since.
#[test]
fn a_release_survives_every_fault() {
    matrix_of(Doing::Release, "release", &block_on(lived_in()), &[], 1);
}

#[test]
fn premium_survives_every_fault() {
    let (new, old, anns) = block_on(async {
        let new = on_premium(people().await);
        let old = lived_in_since(&new).await;
        let anns = with_anns(old.clone()).await;
        (new, old, anns)
    });
    matrix("Premium, first apply", &new, &first(), 5);
    matrix("Premium, update", &old, &later(), 5);
    let name = "Premium, adopt, move, drop, prune";
    matrix(name, &anns, &reshaped(), 5);
}
