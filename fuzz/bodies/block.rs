use std::collections::BTreeMap;
use std::sync::LazyLock;

use okrsync::issue::{
    Applied, Block, Body, Description, DesiredIssue, Marker, TakenAway, desired_issues, normalise,
};
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
    let desired = &desired_issues(&SCENE.tree, &SCENE.config)[1];
    let before = issue(desired, &seen);
    show_plan(desired, &before);
    let Ok(read) = Description::parse(&seen) else {
        return;
    };
    let stored = normalise(&seen);
    assert!(stored.starts_with(&read.above) && stored.ends_with(&read.below));

    let (after, _) = write(desired, &before, &read);
    let written = &after.description;
    let again = Description::parse(written).expect("what was written can be read");
    let table = table_of(&again).expect("a check-in table");
    assert!(again.above.starts_with(&read.above), "{written}");
    assert_eq!(again.below, read.below, "{written}");
    let record = read.block.as_ref();
    let record = record.map(|block| &block.marker.applied.check_ins);
    if let Some(seen) = table_of(&read) {
        for row in seen.rows {
            let ours = record.is_some_and(|record| record.get(&row.date) == Some(&row.values));
            assert!(
                ours || table.rows.contains(&row),
                "lost {row:?}:\n{written}"
            );
        }
        for line in seen.unreadable {
            assert!(
                table.unreadable.contains(&line),
                "lost {line:?}:\n{written}"
            );
        }
    }
    let (at_rest, decision) = write(desired, &after, &again);
    assert!(decision.is_noop(), "{:?}", decision.fields);
    assert_eq!(at_rest, after);
}

/// The issue as an apply leaves it.
fn write(
    desired: &DesiredIssue,
    before: &ObservedIssue,
    read: &Description,
) -> (ObservedIssue, Decision) {
    let body = read.block.as_ref().map(|block| Body::parse(&block.body));
    let seen = read.block.as_ref().zip(body.as_ref());
    let seen = seen.map(|(block, body)| (body, &block.marker));
    let (state, ownership) = (state(desired, before), ownership());
    let context = DecisionContext::of(desired, &desired.tracker, &state, &SCENE.config, &ownership);
    let decision = decide(desired, before, seen, context);
    let marker = read.block.as_ref().map(|block| block.marker.clone());
    let block = Block {
        body: decision.body.render(),
        marker: Marker {
            key: desired.key.clone(),
            owner: ownership.owner.clone(),
            birth: "0123456789abcdef".to_owned(),
            // Only an apply that is under way records what people took away.
            applied: Applied {
                taken_away: TakenAway::default(),
                ..decision.applied.clone()
            },
            pending: false,
            duplicate_of: None,
            unknown: marker.map(|marker| marker.unknown).unwrap_or_default(),
        },
    };
    let patch = decision.patch.clone();
    let mut after = before.clone();
    after.description = read.with_block(block).render().expect("JSON");
    after.title = patch.title.unwrap_or(after.title);
    after.due = patch.due.or(after.due);
    after.confidential = patch.confidential.unwrap_or(after.confidential);
    after.open = patch.open.unwrap_or(after.open);
    // Free keeps one.
    after.assignees = patch.assignees.unwrap_or(after.assignees);
    after.assignees.truncate(1);
    if let Knowledge::Known(labels) = &mut after.labels {
        labels.retain(|label| !patch.remove_labels.contains(label));
        labels.extend(patch.add_labels);
    }
    (after, decision)
}

fn table_of(description: &Description) -> Option<okrsync::issue::Table> {
    Body::parse(&description.block.as_ref()?.body).table
}

/// Shows what would be done to an issue that looks like this.
fn show_plan(desired: &DesiredIssue, seen: &ObservedIssue) {
    let (state, ownership, scope) = (state(desired, seen), ownership(), Scope::default());
    let policy = PlanPolicy {
        readers: None,
        config: &SCENE.config,
        ownership: &ownership,
        scope: &scope,
        paused: false,
        base: None,
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

/// An issue that has this description and is like a new one otherwise.
fn issue(desired: &DesiredIssue, description: &str) -> ObservedIssue {
    ObservedIssue {
        id: 1,
        iid: 1,
        description: description.to_owned(),
        author: "okr-bot".parse().expect("a name"),
        ..ObservedIssue::blank(desired)
    }
}

/// GitLab with one issue.
fn state(desired: &DesiredIssue, issue: &ObservedIssue) -> ObservedState {
    let tracker = ObservedTracker {
        id: 1,
        labels: Knowledge::Known(desired.labels.clone()),
        several_assignees: Knowledge::Known(false),
        group: Some("acme".to_owned()),
        issues_enabled: true,
        archived: false,
        visibility: None,
        role: Knowledge::Known(15),
        hidden: None,
    };
    ObservedState {
        viewer: Some("okr-bot".parse().expect("a name")),
        trackers: BTreeMap::from([(desired.tracker.clone(), tracker)]),
        issues: vec![issue.clone()],
        users: BTreeMap::from([("mia".to_owned(), 7), ("dan".to_owned(), 8)]),
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
