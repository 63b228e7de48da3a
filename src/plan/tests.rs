//! Scenarios: an observed state is derived from what the files say, one side is changed, and the plan is told in lines.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::{
    Assign, Config, GitLabSettings, Labels, Policy, QuarterState, Safety, ScoringSettings, Teams,
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
        rules: BTreeMap::new(),
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
        config,
        ownership: &ownership,
        scope: &Scope::default(),
        paused: false,
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

#[test]
fn nothing_to_do() {
    let desired = [objective(), key_result()];
    let plan = planned(&desired, &applied(&desired));
    assert!(plan.is_empty());
    assert_eq!(told(&plan), [DROPPED_TWICE]);
}

#[test]
fn everything_is_new() {
    let plan = planned(&[objective(), key_result()], &empty());
    assert_eq!(
        told(&plan),
        [
            "Create 2026-q4/sre/mtbf: due date -→2026-12-31; labels -→2026-q4, okr:o; assignees -→mia",
            "Create 2026-q4/sre/mtbf/hours: due date -→2026-12-31; labels -→2026-q4, okr:kr; assignees -→mia; \
             check-in 2026-10-05 -→102",
            "Link 2026-q4/sre/mtbf/hours: link -→2026-q4/sre/mtbf",
            DROPPED_TWICE,
        ]
    );
}

#[test]
fn a_missing_label_is_made_first() {
    let mut observed = empty();
    observed.trackers.get_mut(TRACKER).unwrap().labels = Knowledge::Known(BTreeSet::new());
    let plan = planned(&[objective()], &observed);
    let actions: Vec<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!(
        actions,
        [Action::CreateLabel, Action::CreateLabel, Action::Create]
    );
    assert_eq!(plan.summary.total.labels, 2);
}

#[test]
fn a_changed_title_is_one_change() {
    let observed = applied(&[objective()]);
    let changed = DesiredIssue {
        title: "Maximize the MTBF".into(),
        ..objective()
    };
    let plan = planned(&[changed], &observed);
    assert_eq!(
        told(&plan),
        [
            "Update 2026-q4/sre/mtbf: title Maximize MTBF→Maximize the MTBF",
            DROPPED
        ]
    );
}

#[test]
fn a_title_that_people_changed_is_kept_until_the_file_changes() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Ours".into();
    let kept = planned(&[objective()], &observed);
    assert!(kept.is_empty());
    assert_eq!(
        told(&kept)[1],
        "* drift: title was changed in GitLab: “Ours”, declared “Maximize MTBF”"
    );
    let changed = DesiredIssue {
        title: "Theirs".into(),
        ..objective()
    };
    let plan = planned(&[changed], &observed);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf: title Ours→Theirs over theirs"
    );
}

#[test]
fn drift_is_reverted_where_the_policy_says_so() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Ours".into();
    let mut config = config();
    config.policy.drift = crate::config::DriftPolicy::Revert;
    let plan = planned_with(&[objective()], &observed, &config);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf: title Ours→Maximize MTBF"
    );
    assert_eq!(plan.changes[0].cause, Cause::Drift);
}

#[test]
fn drift_fails_the_plan_where_the_policy_says_so() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Ours".into();
    let mut config = config();
    config.policy.drift = crate::config::DriftPolicy::Fail;
    let plan = planned_with(&[objective()], &observed, &config);
    assert!(plan.is_empty());
    assert_eq!(told(&plan)[0], "x drift");
}

#[test]
fn a_dropped_key_result_is_closed() {
    let observed = applied(&[objective(), key_result()]);
    let dropped = DesiredIssue {
        open: false,
        closing_reason: Some("no longer needed".into()),
        ..key_result()
    };
    let plan = planned(&[objective(), dropped], &observed);
    assert_eq!(
        told(&plan)[0],
        "Close 2026-q4/sre/mtbf/hours: state open→closed"
    );
    assert_eq!(plan.summary.total.close, 1);
}

#[test]
fn what_is_no_longer_declared_is_closed_and_what_people_reopen_stays_open() {
    let mut observed = applied(&[objective(), key_result()]);
    let plan = planned(&[objective()], &observed);
    assert_eq!(
        told(&plan),
        ["Close 2026-q4/sre/mtbf/hours: state open→closed", DROPPED]
    );
    // As prune leaves it, and a person reopens it.
    set_marker(&mut observed.issues[1], |marker| {
        marker.applied.open = false
    });
    let plan = planned(&[objective()], &observed);
    assert!(plan.is_empty());
    assert_eq!(
        told(&plan)[1],
        "* drift: it is no longer declared, and was reopened in GitLab"
    );
}

#[test]
fn a_rename_carries_the_issue_over() {
    let observed = applied(&[objective(), key_result()]);
    let renamed = DesiredIssue {
        key: key("2026-q4/sre/reliability"),
        previously: vec![key("2026-q4/sre/mtbf")],
        ..objective()
    };
    let child = DesiredIssue {
        key: key("2026-q4/sre/reliability/hours"),
        previously: vec![key("2026-q4/sre/mtbf/hours")],
        links: vec![LinkTarget::Key(key("2026-q4/sre/reliability"))],
        ..key_result()
    };
    let plan = planned(&[renamed, child], &observed);
    assert_eq!(
        told(&plan),
        [
            "Update 2026-q4/sre/reliability: key 2026-q4/sre/mtbf→2026-q4/sre/reliability",
            "Update 2026-q4/sre/reliability/hours: key 2026-q4/sre/mtbf/hours→2026-q4/sre/reliability/hours",
            DROPPED_TWICE,
        ]
    );
}

#[test]
fn a_new_tracker_moves_the_issue_and_a_move_by_people_is_kept() {
    let mut observed = applied(&[objective()]);
    let there = ObservedTracker {
        id: 2,
        ..observed.trackers[TRACKER].clone()
    };
    observed.trackers.insert("acme/new".into(), there);
    let moved = DesiredIssue {
        tracker: "acme/new".into(),
        ..objective()
    };
    let plan = planned(&[moved], &observed);
    assert_eq!(
        told(&plan)[0],
        "Move 2026-q4/sre/mtbf: tracker acme/okrs→acme/new"
    );
    observed.issues[0].project = "acme/new".into();
    let plan = planned(&[objective()], &observed);
    assert!(plan.is_empty());
    assert!(told(&plan)[1].starts_with("* drift: it was moved to acme/new"));
}

#[test]
fn labels_of_people_stay_and_ours_follow_the_files() {
    let mut observed = applied(&[objective()]);
    let labels = ["okr:o", "2026-q4", "human"].map(str::to_owned).into();
    observed.issues[0].labels = Knowledge::Known(labels);
    assert!(planned(&[objective()], &observed).is_empty());
    let changed = DesiredIssue {
        labels: BTreeSet::from(["okr:o".into()]),
        ..objective()
    };
    assert_eq!(
        told(&planned(&[changed], &observed))[0],
        "Update 2026-q4/sre/mtbf: labels 2026-q4→-"
    );
}

#[test]
fn an_interrupted_apply_is_finished() {
    let mut observed = applied(&[objective(), key_result()]);
    set_marker(&mut observed.issues[1], |marker| marker.pending = true);
    observed.issues[1].links = Knowledge::Known(vec![]);
    observed.issues[1].labels = Knowledge::Known(BTreeSet::new());
    let plan = planned(&[objective(), key_result()], &observed);
    assert_eq!(
        told(&plan)[..2],
        [
            "Update 2026-q4/sre/mtbf/hours: unfinished apply -→-; labels -→2026-q4, okr:kr",
            "Link 2026-q4/sre/mtbf/hours: link -→2026-q4/sre/mtbf",
        ]
    );
}

#[test]
fn a_link_that_people_removed_stays_removed() {
    let mut observed = applied(&[objective(), key_result()]);
    observed.issues[1].links = Knowledge::Known(vec![]);
    let plan = planned(&[objective(), key_result()], &observed);
    assert!(plan.is_empty());
    assert!(
        told(&plan).contains(&"* drift: the link to 2026-q4/sre/mtbf was removed in GitLab".into())
    );
}

#[test]
fn links_of_people_are_never_removed_and_ours_are() {
    let mut observed = applied(&[objective(), key_result()]);
    let links = vec![
        ObservedLink { id: 102, other: 1 },
        ObservedLink { id: 900, other: 77 },
    ];
    observed.issues[1].links = Knowledge::Known(links);
    let unlinked = DesiredIssue {
        links: vec![],
        ..key_result()
    };
    let plan = planned(&[objective(), unlinked], &observed);
    assert_eq!(
        told(&plan)[0],
        "Unlink 2026-q4/sre/mtbf/hours: link 2026-q4/sre/mtbf→-"
    );
    assert_eq!(plan.changes.len(), 1);
}

#[test]
fn unknown_links_and_labels_are_never_absent() {
    let mut observed = applied(&[objective(), key_result()]);
    for issue in &mut observed.issues {
        issue.links = Knowledge::Unknown("a job token".into());
        issue.labels = Knowledge::Unknown("a job token".into());
    }
    let plan = planned(&[objective(), key_result()], &observed);
    assert!(plan.is_empty());
    assert!(told(&plan).contains(&"* links-unknown: its links are unknown: a job token".into()));
}

#[test]
fn a_marker_of_another_author_does_not_count() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].author = "mallory".parse::<Username>().unwrap();
    let plan = planned(&[objective()], &observed);
    assert_eq!(plan.changes[0].action, Action::Create);
    assert!(
        told(&plan)
            .iter()
            .any(|line| line.starts_with("* copied-marker"))
    );
    // The file says that it is the one: then it counts.
    let adopting = DesiredIssue {
        adopt: Some("acme/okrs#1".parse().unwrap()),
        ..objective()
    };
    assert!(planned(&[adopting], &observed).is_empty());
}

#[test]
fn a_marker_of_another_owner_stops_its_key() {
    let mut observed = applied(&[objective()]);
    set_marker(&mut observed.issues[0], |marker| {
        marker.owner = "somebody/else".into()
    });
    let plan = planned(&[objective()], &observed);
    assert!(plan.is_empty());
    assert_eq!(told(&plan), ["! foreign-owner"]);
    // A previous owner's markers are taken over.
    set_marker(&mut observed.issues[0], |marker| {
        marker.owner = "acme/old".into()
    });
    let plan = planned(&[objective()], &observed);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf: owner acme/old→acme/okrs"
    );
}

#[test]
fn a_copy_stops_its_own_key_only() {
    let mut observed = applied(&[objective(), key_result()]);
    let copy = ObservedIssue {
        id: 50,
        iid: 50,
        ..observed.issues[1].clone()
    };
    observed.issues.push(copy);
    let renamed = DesiredIssue {
        title: "New".into(),
        ..objective()
    };
    let plan = planned(&[renamed, key_result()], &observed);
    assert_eq!(
        told(&plan)[..2],
        [
            "Update 2026-q4/sre/mtbf: title Maximize MTBF→New",
            "! copied-marker"
        ]
    );
}

#[test]
fn of_twins_the_lower_id_stays() {
    let mut observed = applied(&[objective()]);
    let mut twin = ObservedIssue {
        id: 50,
        iid: 50,
        ..observed.issues[0].clone()
    };
    set_marker(&mut twin, |marker| marker.birth = "another".into());
    observed.issues.push(twin);
    let plan = planned(&[objective()], &observed);
    assert_eq!(told(&plan)[0], "Close 2026-q4/sre/mtbf: state open→closed");
    assert_eq!(plan.changes[0].issue.as_ref().unwrap().iid, 50);
    let Operation::CloseTwin { stays, .. } = &plan.changes[0].operation else {
        panic!()
    };
    assert_eq!(stays.iid, 1);
}

#[test]
fn a_moved_issue_is_followed() {
    let mut observed = applied(&[objective()]);
    let moved = ObservedIssue {
        id: 9,
        iid: 3,
        ..observed.issues[0].clone()
    };
    observed.issues[0].open = false;
    observed.issues[0].moved_to = Some(9);
    observed.issues.push(moved);
    assert!(planned(&[objective()], &observed).is_empty());
    observed.issues.pop();
    assert_eq!(told(&planned(&[objective()], &observed)), ["! moved-away"]);
}

#[test]
fn a_damaged_block_is_never_doubled() {
    let mut observed = applied(&[objective()]);
    let broken = observed.issues[0]
        .description
        .replace("<!-- okrsync -->\n", "");
    observed.issues[0].description = broken;
    let plan = planned(&[objective()], &observed);
    assert_eq!(told(&plan), ["! damaged-block"]);
}

#[test]
fn an_issue_that_looks_alike_stops_the_create() {
    let mut observed = empty();
    observed.unmanaged.push(UnmanagedIssue {
        project: TRACKER.into(),
        iid: 4,
        title: "Maximize MTBF".into(),
        author: "ann".parse().unwrap(),
        claims: None,
        open: true,
    });
    assert_eq!(told(&planned(&[objective()], &observed)), ["! looks-alike"]);
}

#[test]
fn an_issue_is_adopted_by_name() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].description = "People's words.".into();
    observed.issues[0].author = "ann".parse().unwrap();
    observed.issues[0].title = "Old words".into();
    let adopting = DesiredIssue {
        adopt: Some("acme/okrs#1".parse().unwrap()),
        ..objective()
    };
    let plan = planned(&[adopting], &observed);
    assert_eq!(
        told(&plan)[0],
        "Adopt 2026-q4/sre/mtbf: title Old words→Maximize MTBF"
    );
}

#[test]
fn drafts_create_nothing_and_closed_quarters_are_frozen() {
    let draft = DesiredIssue {
        quarter_state: QuarterState::Draft,
        ..objective()
    };
    assert_eq!(
        told(&planned(&[draft], &empty())),
        ["* draft: 2026-q4 is a draft: 1 issue would be created"]
    );
    let mut observed = applied(&[objective()]);
    let closed = DesiredIssue {
        quarter_state: QuarterState::Closed,
        title: "Edited after the end".into(),
        ..objective()
    };
    observed.issues[0].open = false;
    assert!(planned(std::slice::from_ref(&closed), &observed).is_empty());
    assert!(planned(&[closed], &empty()).is_empty());
}

#[test]
fn rows_of_people_are_kept_and_announced() {
    let mut observed = applied(&[objective(), key_result()]);
    let mut description = Description::parse(&observed.issues[1].description).unwrap();
    let mut block = description.block.take().unwrap();
    let mut body = Body::parse(&block.body);
    let table = Table {
        rows: vec![row("2026-10-05", 102), row("2026-10-12", 118)],
        unreadable: vec![],
    };
    body.table = Some(table);
    block.body = body.render();
    observed.issues[1].description = description.with_block(block).render().unwrap();
    let plan = planned(&[objective(), key_result()], &observed);
    assert!(plan.is_empty());
    let expected = "* awaiting-pull: the check-in of 2026-10-12 was written in GitLab: 118";
    assert!(told(&plan).contains(&expected.into()));
}

#[test]
fn too_much_at_once_is_refused_in_the_plan() {
    let keys: Vec<DesiredIssue> = (0..12)
        .map(|n| DesiredIssue {
            key: key(&format!("2026-q4/sre/o-{n}")),
            ..objective()
        })
        .collect();
    let observed = applied(&keys);
    let plan = planned(&keys[..3], &observed);
    assert_eq!(plan.summary.total.close, 9);
    let limits: Vec<&str> = plan
        .refusals
        .iter()
        .map(|refusal| refusal.limit.as_str())
        .collect();
    assert_eq!(limits, ["max_close", "max_close_percent"]);
}

#[test]
fn a_plan_reads_back_as_it_was_written() {
    let plan = planned(&[objective(), key_result()], &empty());
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
}
