use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use okrsync::issue::{Block, Body, Description, DesiredIssue, Marker, desired_issues, normalise};
use okrsync::plan::{
    Decision, DecisionContext, Knowledge, ObservedIssue, ObservedState, ObservedTracker, Ownership,
    PlanPolicy, Scope, decide, plan,
};
use okrsync::render::plan::{HumanOptions, MarkdownOptions, human, markdown};

use super::gitlab::assert_inert;
use super::scene::{OKR_TOML, Scene, assert_no_controls, text};

const OKRS: &str = r#"
[objective.mtbf]
title = "Maximize MTBF"
[objective.mtbf.kr.hours]
title = "Raise MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
check_in.2026-10-05 = { value = 102, confidence = 50, health = "on-track" }
check_in.2026-10-12 = { value = 118, note = "Two failovers." }
"#;

static SCENE: LazyLock<Scene> = LazyLock::new(|| Scene::of(OKR_TOML, OKRS));

/// Whatever stands in an issue's description is read, merged with what the files say, and written; what people wrote is
/// still there, and nothing is left to do.
pub fn block(data: &[u8]) {
    let seen = text(data);
    let desired = desired_issues(&SCENE.tree, &SCENE.config);
    let desired = &desired[1];
    show_plan(desired, &seen);
    let Ok(read) = Description::parse(&seen) else {
        return;
    };
    let stored = normalise(&seen);
    assert!(stored.starts_with(&read.above) && stored.ends_with(&read.below));

    let (written, _) = write(desired, &seen, &read);
    let again = Description::parse(&written).expect("what was written can be read");
    let table = table_of(&again).expect("a check-in table");
    assert!(again.above.starts_with(&read.above), "{written}");
    assert_eq!(again.below, read.below, "{written}");
    let record = read
        .block
        .as_ref()
        .map(|block| &block.marker.applied.check_ins);
    if let Some(before) = table_of(&read) {
        for row in before.rows {
            let ours = record.is_some_and(|record| record.get(&row.date) == Some(&row.values));
            assert!(
                ours || table.rows.contains(&row),
                "lost {row:?}:\n{written}"
            );
        }
        for line in before.unreadable {
            assert!(
                table.unreadable.contains(&line),
                "lost {line:?}:\n{written}"
            );
        }
    }
    let (at_rest, decision) = write(desired, &written, &again);
    assert_eq!(at_rest, written);
    let left: Vec<_> = decision
        .fields
        .iter()
        .map(|field| field.field.name())
        .collect();
    // Nothing but the description was written here.
    for name in ["definition", "block", "check-in"] {
        assert!(
            !left.iter().any(|field| field.starts_with(name)),
            "{left:?}"
        );
    }
}

/// What an apply writes.
fn write(desired: &DesiredIssue, seen: &str, read: &Description) -> (String, Decision) {
    let body = read.block.as_ref().map(|block| Body::parse(&block.body));
    let before = read.block.as_ref().zip(body.as_ref());
    let before = before.map(|(block, body)| (body, &block.marker));
    let (state, ownership) = (state(desired, seen), ownership());
    let context = DecisionContext::of(desired, &desired.tracker, &state, &SCENE.config, &ownership);
    let decision = decide(desired, &state.issues[0], before, context);
    let marker = read.block.as_ref().map(|block| block.marker.clone());
    let block = Block {
        body: decision.body.render(),
        marker: Marker {
            key: desired.key.clone(),
            owner: ownership.owner.clone(),
            birth: "0123456789abcdef".to_owned(),
            applied: decision.applied.clone(),
            pending: false,
            duplicate_of: None,
            unknown: marker.map(|marker| marker.unknown).unwrap_or_default(),
        },
    };
    let written = read.with_block(block).render().expect("JSON");
    (written, decision)
}

fn table_of(description: &Description) -> Option<okrsync::issue::Table> {
    Body::parse(&description.block.as_ref()?.body).table
}

/// Shows what would be done to an issue that looks like this.
fn show_plan(desired: &DesiredIssue, seen: &str) {
    let (state, ownership, scope) = (state(desired, seen), ownership(), Scope::default());
    let policy = PlanPolicy {
        config: &SCENE.config,
        ownership: &ownership,
        scope: &scope,
        paused: false,
    };
    let plan = plan(std::slice::from_ref(desired), &state, policy);
    let shown = human(
        &plan,
        &HumanOptions {
            color: false,
            width: 100,
            details: true,
            brief: false,
            confidential_visible: true,
        },
    );
    assert_no_controls(&shown);
    let note = markdown(
        &plan,
        &MarkdownOptions {
            max_bytes: 100_000,
            marker: None,
            confidential_visible: true,
        },
    );
    assert_no_controls(&note);
    assert_inert(&note);
}

/// GitLab with one issue, whose description is this.
fn state(desired: &DesiredIssue, description: &str) -> ObservedState {
    let tracker = ObservedTracker {
        id: 1,
        labels: Knowledge::Known(desired.labels.clone()),
        several_assignees: Knowledge::Known(false),
        group: Some("acme".to_owned()),
        issues_enabled: true,
        archived: false,
        role: Knowledge::Known(15),
        hidden: None,
    };
    let issue = ObservedIssue {
        id: 1,
        iid: 1,
        description: description.to_owned(),
        author: "okr-bot".parse().expect("a name"),
        labels: Knowledge::Known(BTreeSet::new()),
        ..ObservedIssue::blank(desired)
    };
    ObservedState {
        viewer: Some("okr-bot".parse().expect("a name")),
        trackers: BTreeMap::from([(desired.tracker.clone(), tracker)]),
        issues: vec![issue],
        users: BTreeMap::from([("mia".to_owned(), 7)]),
        ..ObservedState::default()
    }
}

fn ownership() -> Ownership {
    Ownership {
        owner: "acme/okrs".to_owned(),
        previous_owners: Vec::new(),
        bots: vec!["okr-bot".parse().expect("a name")],
    }
}
