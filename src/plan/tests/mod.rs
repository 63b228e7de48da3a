//! Scenarios: an observed state is derived from what the files say, one side is changed, and the plan is told in lines.

mod attribution;
mod fields;
mod goals;
mod identity;
mod release;
mod saved;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::{
    Assign, Config, DriftPolicies, DriftPolicy, GitLabSettings, Labels, Policy, QuarterState,
    Safety, ScoringSettings, Teams,
};
use crate::issue::{
    Block, Body, Description, DesiredIssue, LinkTarget, Marker, Row, RowValues, Table,
};
use crate::model::{Calendar, Key, Username};

const TRACKER: &str = "acme/okrs";

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn config() -> Config {
    Config {
        file: None,
        required_version: None,
        gitlab: GitLabSettings {
            url: None,
            owner: "acme/okrs".into(),
            previous_owners: vec!["acme/old".into()],
            bots: vec![],
        },
        calendar: Calendar::default(),
        quarters: BTreeMap::new(),
        labels: Labels::default(),
        assign: Assign::default(),
        teams: Teams::default(),
        policy: Policy::default(),
        safety: Safety::default(),
        scoring: ScoringSettings::default(),
        flow: crate::config::FlowSettings::default(),
        servers: std::collections::BTreeMap::new(),
        rules: BTreeMap::new(),
        rules_url: None,
    }
}

fn ownership() -> Ownership {
    Ownership {
        owner: "acme/okrs".into(),
        previous_owners: vec!["acme/old".into()],
        bots: vec!["bot".parse().unwrap()],
    }
}

fn objective() -> DesiredIssue {
    DesiredIssue {
        key: key("2026-q4/sre/mtbf"),
        previously: vec![],
        adopt: None,
        tracker: TRACKER.into(),
        title: "Maximize MTBF".into(),
        due: "2026-12-31".parse().unwrap(),
        labels: BTreeSet::from(["okr:o".into(), "2026-q4".into()]),
        assignees: vec!["mia".parse().unwrap(), "dan".parse().unwrap()],
        confidential: false,
        open: true,
        closing_reason: None,
        quarter_state: QuarterState::Active,
        definition: "What we do.".into(),
        rows: vec![],
        links: vec![],
        team: "sre".parse().unwrap(),
        is_key_result: false,
        revert: false,
    }
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

fn key_result() -> DesiredIssue {
    DesiredIssue {
        key: key("2026-q4/sre/mtbf/hours"),
        title: "Raise MTBF from 96 h to 240 h".into(),
        labels: BTreeSet::from(["okr:kr".into(), "2026-q4".into()]),
        definition: "How it shows.".into(),
        rows: vec![row("2026-10-05", 102)],
        links: vec![LinkTarget::Key(key("2026-q4/sre/mtbf"))],
        is_key_result: true,
        ..objective()
    }
}

/// GitLab without any issue.
fn empty() -> ObservedState {
    let tracker = ObservedTracker {
        id: 1,
        labels: Knowledge::Known(["okr:o", "okr:kr", "2026-q4"].map(str::to_owned).into()),
        several_assignees: Knowledge::Known(false),
        group: Some("acme".into()),
        issues_enabled: true,
        archived: false,
        visibility: None,
        role: Knowledge::Known(15),
        hidden: None,
    };
    ObservedState {
        viewer: Some("bot".parse().unwrap()),
        trackers: BTreeMap::from([(TRACKER.to_owned(), tracker)]),
        users: BTreeMap::from([("mia".into(), 7), ("dan".into(), 8)]),
        ..ObservedState::default()
    }
}

fn set_marker(issue: &mut ObservedIssue, change: impl FnOnce(&mut Marker)) {
    let mut description = Description::parse(&issue.description).unwrap();
    let mut block = description.block.take().unwrap();
    change(&mut block.marker);
    issue.description = description.with_block(block).render().unwrap();
}

/// GitLab as an apply leaves it.
fn applied(desired: &[DesiredIssue]) -> ObservedState {
    let mut state = empty();
    let config = config();
    let ownership = ownership();
    let ids: BTreeMap<Key, u64> = desired
        .iter()
        .zip(1..)
        .map(|(wanted, id)| (wanted.key.clone(), id))
        .collect();
    for wanted in desired {
        let id = ids[&wanted.key];
        let blank = ObservedIssue::blank(wanted);
        let context = DecisionContext::of(wanted, TRACKER, &state, &config, &ownership);
        let decision = decide(wanted, &blank, None, context);
        let mut record = decision.applied;
        let mut links = Vec::new();
        for target in &wanted.links {
            if let LinkTarget::Key(to) = target {
                record.links.push(crate::issue::AppliedLink {
                    to: target.clone(),
                    id: Some(ids[to]),
                });
                links.push(ObservedLink {
                    id: 100 + id,
                    other: ids[to],
                });
            }
        }
        let block = Block {
            body: decision.body.render(),
            marker: Marker {
                key: wanted.key.clone(),
                owner: "acme/okrs".into(),
                birth: format!("birth-{id}"),
                applied: record,
                pending: false,
                duplicate_of: None,
                unknown: serde_json::Map::new(),
            },
        };
        state.issues.push(ObservedIssue {
            id,
            iid: id,
            web_url: format!("https://gitlab.example.com/{TRACKER}/-/issues/{id}"),
            description: Description::default().with_block(block).render().unwrap(),
            due: Some(wanted.due),
            open: wanted.open,
            confidential: wanted.confidential,
            author: "bot".parse().unwrap(),
            labels: Knowledge::Known(wanted.labels.clone()),
            assignees: wanted.assignees.first().cloned().into_iter().collect(),
            links: Knowledge::Known(links),
            ..blank
        });
    }
    state
}

fn planned(desired: &[DesiredIssue], observed: &ObservedState) -> Plan {
    planned_with(desired, observed, &config())
}

fn planned_with(desired: &[DesiredIssue], observed: &ObservedState, config: &Config) -> Plan {
    let ownership = ownership();
    let policy = PlanPolicy {
        readers: None,
        config,
        ownership: &ownership,
        scope: &Scope::default(),
        paused: false,
        base: None,
    };
    plan(desired, observed, policy)
}

/// A plan in lines: what a reviewer of these tests reads.
fn told(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter().map(|change| {
        let fields: Vec<String> = change
            .fields
            .iter()
            .filter(|field| field.field != Field::Definition)
            // A new issue's title is no news to a reader who sees its key.
            .filter(|field| change.action != Action::Create || field.field != Field::Title)
            .map(|field| {
                let (before, after) = (field.before.as_deref(), field.after.as_deref());
                let wins = if field.overwrites.is_some() {
                    " over theirs"
                } else {
                    ""
                };
                format!(
                    "{} {}→{}{wins}",
                    field.field.name(),
                    before.unwrap_or("-"),
                    after.unwrap_or("-")
                )
            })
            .collect();
        let name = change
            .key
            .as_ref()
            .map_or_else(|| change.title.clone(), ToString::to_string);
        format!("{:?} {name}: {}", change.action, fields.join("; "))
    });
    let conflicts = plan
        .conflicts
        .iter()
        .map(|remark| format!("! {}", remark.id));
    let notices = plan
        .notices
        .iter()
        .map(|remark| format!("* {}: {}", remark.id, remark.message));
    let refusals = plan
        .refusals
        .iter()
        .map(|refusal| format!("x {}", refusal.limit));
    changes
        .chain(conflicts)
        .chain(refusals)
        .chain(notices)
        .collect()
}

const DROPPED: &str = "* assignee-dropped: GitLab Free keeps one assignee: dan is named in the description of 1 issue only";
const DROPPED_TWICE: &str = "* assignee-dropped: GitLab Free keeps one assignee: dan is named in the description of 2 issues only";
