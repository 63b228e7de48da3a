//! How long a plan takes for a large company's OKRs, and what it allocates.
//!
//! ```sh
//! cargo bench --bench plan
//! ```
//!
//! Method. 2,500 objectives with three key results each, in 250 teams, are read from text as files are; GitLab is taken to
//! hold what an apply of them leaves. Planning begins with both in memory: no file is read and nothing is asked. The three
//! cases: nothing is to do; every title and date is another; nothing is there yet. Beside the time stand the allocations of
//! one plan, which do not depend on the machine. The most memory of the process, with files and observation in it, is
//! printed at the end.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark is no shipping code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use okrsync::config;
use okrsync::config::Config;
use okrsync::diag::Diagnostics;
use okrsync::issue::{
    AppliedLink, Block, Description, DesiredIssue, LinkTarget, Marker, desired_issues,
};
use okrsync::load;
use okrsync::model::Key;
use okrsync::plan::{
    DecisionContext, Knowledge, ObservedIssue, ObservedLink, ObservedState, ObservedTracker,
    Ownership, PlanPolicy, Scope, decide, plan,
};
use okrsync::text::SourceMap;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const TEAMS: usize = 250;
const OBJECTIVES: usize = 10;
const KEY_RESULTS: usize = 3;

fn main() {
    divan::main();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("most memory: {}", line.trim_start_matches("VmHWM:").trim());
    }
}

/// Settings and OKRs; `edition` is in every title.
fn files(edition: &str) -> (Config, Vec<DesiredIssue>) {
    let mut sources = SourceMap::new();
    let mut settings = "[gitlab]\nowner = \"acme/okrs\"\nbots = [\"bot\"]\n\
        [policy]\nobjectives = { max = 20 }\nall_key_results = 100\nobjectives_per_owner = 100\n"
        .to_owned();
    for team in 0..TEAMS {
        let _ = write!(
            settings,
            "[teams.t{team}]\nmanager = \"manager-{team}\"\ntracker = \"acme/t{team}\"\n"
        );
    }
    let settings = sources.add("okr.toml", settings);
    let mut found = Diagnostics::new();
    let config = config::load(&sources, settings, &[], &mut found);
    let mut ids = Vec::new();
    for team in 0..TEAMS {
        let mut text = String::new();
        for objective in 0..OBJECTIVES {
            let _ = write!(
                text,
                "[objective.o{objective}]\ntitle = \"{edition} {objective} of team {team}\"\n\
                 description = \"What we heard most, from customers and from each other.\"\n"
            );
            for key_result in 0..KEY_RESULTS {
                let _ = write!(
                    text,
                    "[objective.o{objective}.kr.k{key_result}]\n\
                     title = \"{edition} {key_result}: from 96 h to 240 h\"\nmetric = \"mean time between failures\"\n\
                     unit = \"h\"\nfrom = 96\nto = 240\nshare = 30\n\
                     check_in.2026-10-05 = {{ value = 120, confidence = 60, note = \"Two failovers.\" }}\n\
                     check_in.2026-10-12 = {{ value = 131, confidence = 70 }}\n"
                );
            }
        }
        ids.push(sources.add(format!("okrs/2026-q4/t{team}.toml"), text));
    }
    let tree = load::load(&sources, &ids, &config, &mut found);
    assert!(!found.has_errors(), "{found:?}");
    let desired = desired_issues(&tree, &config);
    assert_eq!(desired.len(), TEAMS * OBJECTIVES * (1 + KEY_RESULTS));
    (config, desired)
}

fn ownership() -> Ownership {
    Ownership {
        owner: "acme/okrs".into(),
        previous_owners: vec![],
        bots: vec!["bot".parse().unwrap()],
    }
}

/// Trackers without an issue.
fn empty(desired: &[DesiredIssue]) -> ObservedState {
    let labels: BTreeSet<String> = desired
        .iter()
        .flat_map(|issue| issue.labels.clone())
        .collect();
    let mut state = ObservedState {
        viewer: Some("bot".parse().unwrap()),
        ..ObservedState::default()
    };
    for (id, issue) in (1..).zip(desired) {
        let tracker = ObservedTracker {
            id,
            labels: Knowledge::Known(labels.clone()),
            several_assignees: Knowledge::Known(false),
            group: Some("acme".into()),
            issues_enabled: true,
            archived: false,
            visibility: None,
            role: Knowledge::Known(15),
            hidden: None,
        };
        state
            .trackers
            .entry(issue.tracker.clone())
            .or_insert(tracker);
        for person in &issue.assignees {
            state.users.insert(person.as_str().to_ascii_lowercase(), id);
        }
    }
    state
}

/// GitLab as an apply of these files leaves it.
fn applied(config: &Config, desired: &[DesiredIssue]) -> ObservedState {
    let ids: BTreeMap<&Key, u64> = desired.iter().map(|issue| &issue.key).zip(1..).collect();
    let ownership = ownership();
    let mut state = empty(desired);
    let mut issues = Vec::new();
    for (wanted, id) in desired.iter().zip(1..) {
        let blank = ObservedIssue::blank(wanted);
        let context = DecisionContext::of(wanted, &wanted.tracker, &state, config, &ownership);
        let decision = decide(wanted, &blank, None, context);
        let mut record = decision.applied;
        let mut links = Vec::new();
        for target in &wanted.links {
            if let LinkTarget::Key(to) = target {
                let other = ids[to];
                record.links.push(AppliedLink {
                    to: target.clone(),
                    id: Some(other),
                });
                links.push(ObservedLink {
                    id: 1_000_000 + id,
                    other,
                });
            }
        }
        let block = Block {
            body: decision.body.render(),
            marker: Marker {
                key: wanted.key.clone(),
                owner: ownership.owner.clone(),
                birth: format!("birth-{id}"),
                applied: record,
                pending: false,
                duplicate_of: None,
                unknown: serde_json::Map::new(),
            },
        };
        issues.push(ObservedIssue {
            id,
            iid: id,
            web_url: format!(
                "https://gitlab.example.com/{}/-/issues/{id}",
                wanted.tracker
            ),
            description: Description::default().with_block(block).render().unwrap(),
            due: Some(wanted.due),
            open: wanted.open,
            author: "bot".parse().unwrap(),
            labels: Knowledge::Known(wanted.labels.clone()),
            assignees: wanted.assignees.first().cloned().into_iter().collect(),
            links: Knowledge::Known(links),
            ..blank
        });
    }
    state.issues = issues;
    state
}

fn planned(
    bencher: Bencher<'_, '_>,
    config: &Config,
    desired: &[DesiredIssue],
    observed: &ObservedState,
    changes: usize,
) {
    let (ownership, scope) = (ownership(), Scope::default());
    let policy = PlanPolicy {
        readers: None,
        config,
        ownership: &ownership,
        scope: &scope,
        paused: false,
        base: None,
    };
    assert_eq!(plan(desired, observed, policy).changes.len(), changes);
    bencher.bench(|| plan(black_box(desired), black_box(observed), policy));
}

#[divan::bench(sample_count = 10)]
fn nothing_to_do(bencher: Bencher<'_, '_>) {
    let (config, desired) = files("Raise");
    planned(bencher, &config, &desired, &applied(&config, &desired), 0);
}

#[divan::bench(sample_count = 10)]
fn every_title_changes(bencher: Bencher<'_, '_>) {
    let (config, before) = files("Raise");
    let (_, desired) = files("Lift");
    planned(
        bencher,
        &config,
        &desired,
        &applied(&config, &before),
        desired.len(),
    );
}

#[divan::bench(sample_count = 10)]
fn everything_is_new(bencher: Bencher<'_, '_>) {
    let (config, desired) = files("Raise");
    let links: usize = desired.iter().map(|issue| issue.links.len()).sum();
    planned(
        bencher,
        &config,
        &desired,
        &empty(&desired),
        desired.len() + links,
    );
}
