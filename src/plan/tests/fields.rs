//! Fields, labels, links: what differs and who made it so.

use super::*;

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
    config.policy.drift = DriftPolicies::all(DriftPolicy::Revert);
    let plan = planned_with(&[objective()], &observed, &config);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf: title Ours→Maximize MTBF"
    );
    assert_eq!(plan.changes[0].cause, Cause::Drift);
}

#[test]
fn what_becomes_of_drift_goes_by_what_it_is() {
    let mut observed = applied(&[objective(), key_result()]);
    observed.issues[0].title = "Ours".into();
    observed.issues[0].due = Some("2027-01-31".parse().unwrap());
    observed.issues[0].labels = Knowledge::Known(BTreeSet::new());
    observed.issues[1].links = Knowledge::Known(vec![]);
    let mut config = config();
    config.policy.drift.labels = DriftPolicy::Revert;
    config.policy.drift.due = DriftPolicy::Fail;
    let plan = planned_with(&[objective(), key_result()], &observed, &config);
    let [labels] = plan.changes.as_slice() else {
        panic!("{:?}", plan.changes)
    };
    assert_eq!(labels.fields[0].field, Field::Labels);
    assert_eq!(labels.cause, Cause::Drift);
    let drift = plan.notices.iter().filter(|notice| notice.id == "drift");
    let kept: Vec<Option<Field>> = drift.map(|notice| notice.field).collect();
    assert_eq!(kept.len(), 3, "{:?}", plan.notices);
    for field in [Field::Title, Field::Due, Field::Link] {
        assert!(kept.contains(&Some(field)), "{kept:?}");
    }
    let [refusal] = plan.refusals.as_slice() else {
        panic!("{:?}", plan.refusals)
    };
    assert!(
        refusal.message.starts_with("1 difference "),
        "{}",
        refusal.message
    );
}

#[test]
fn all_that_people_did_to_one_key_can_be_changed_back_once() {
    let desired = [objective(), key_result()];
    let mut observed = applied(&desired);
    for issue in &mut observed.issues {
        issue.title = "Theirs".into();
        issue.links = Knowledge::Known(vec![]);
    }
    let reverted = DesiredIssue {
        revert: true,
        ..key_result()
    };
    let plan = planned(&[objective(), reverted], &observed);
    let actions: Vec<(Action, Cause)> = plan
        .changes
        .iter()
        .map(|change| (change.action, change.cause))
        .collect();
    assert_eq!(
        actions,
        [(Action::Update, Cause::Drift), (Action::Link, Cause::Drift)]
    );
    let only = |change: &Change| change.key.as_ref() == Some(&desired[1].key);
    assert!(plan.changes.iter().all(only));
}

#[test]
fn drift_fails_the_plan_where_the_policy_says_so() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Ours".into();
    let mut config = config();
    config.policy.drift = DriftPolicies::all(DriftPolicy::Fail);
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
        marker.applied.open = false;
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
    set_marker(&mut observed.issues[1], |marker| {
        marker.pending = true;
        // The link was announced; it has no id before it is made.
        marker.applied.links[0].id = None;
    });
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
fn what_a_confidential_issue_says_is_not_for_everybody() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Secret".into();
    observed.issues[0].confidential = true;
    let plan = planned(&[objective()], &observed);
    assert!(plan.is_empty(), "a person may make it confidential");
    let drift = plan
        .notices
        .iter()
        .find(|notice| notice.id == "drift")
        .unwrap();
    assert!(drift.confidential);
}

#[test]
fn what_a_project_shows_to_fewer_people_than_the_okrs_have_is_not_for_everybody() {
    use Audience::{Accounts, Everybody, Members};
    for (readers, open_to, secret) in [
        (None, Some(Members), false),
        (Some(Members), Some(Members), false),
        (Some(Members), None, false),
        (Some(Accounts), Some(Members), true),
        (Some(Accounts), Some(Everybody), false),
        (Some(Everybody), Some(Accounts), true),
        // A job token may not know.
        (Some(Everybody), None, true),
    ] {
        let mut observed = applied(&[objective()]);
        observed.issues[0].title = "By hand".into();
        observed.trackers.get_mut(TRACKER).unwrap().visibility = open_to;
        let ownership = ownership();
        let config = config();
        let planned = |desired: DesiredIssue| {
            let policy = PlanPolicy {
                readers,
                config: &config,
                ownership: &ownership,
                scope: &Scope::default(),
                paused: false,
                base: None,
            };
            plan(&[desired], &observed, policy)
        };
        let case = format!("{readers:?} {open_to:?}");
        let due = planned(DesiredIssue {
            due: "2026-12-24".parse().unwrap(),
            ..objective()
        });
        let drift = due.notices.iter().find(|notice| notice.id == "drift");
        assert_eq!(drift.unwrap().confidential, secret, "{case}");
        assert!(
            !due.changes[0].confidential,
            "{case}: what files say is no secret"
        );
        let title = planned(DesiredIssue {
            title: "Another".into(),
            ..objective()
        });
        assert_eq!(
            title.changes[0].confidential, secret,
            "{case}: it shows the title by hand"
        );
    }
}

#[test]
fn a_dropped_key_result_keeps_the_links_that_it_has() {
    let mut observed = applied(&[objective(), key_result()]);
    set_marker(&mut observed.issues[1], |marker| {
        marker.applied.links.clear();
    });
    observed.issues[1].links = Knowledge::Known(vec![]);
    let dropped = DesiredIssue {
        open: false,
        ..key_result()
    };
    let plan = planned(&[objective(), dropped], &observed);
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(plan.changes[0].action, Action::Close);
}

#[test]
fn a_link_that_people_removed_follows_the_policy_of_the_team() {
    let desired = [objective(), key_result()];
    let mut observed = applied(&desired);
    observed.issues[1].links = Knowledge::Known(vec![]);
    assert!(planned(&desired, &observed).is_empty());
    let mut config = config();
    let mut team = crate::config::Team {
        id: "sre".parse().unwrap(),
        span: crate::text::Span::new(crate::text::SourceMap::new().add("okr.toml", ""), 0..0),
        name: "SRE".into(),
        manager: None,
        parent: None,
        tracker: TRACKER.into(),
        key_result_tracker: TRACKER.into(),
        individual: false,
        flow: crate::config::ValueStream::default(),
        policy: Policy::default(),
        rules: BTreeMap::new(),
        previously: vec![],
    };
    config.policy.drift = DriftPolicies::all(DriftPolicy::Revert);
    config.teams = Teams::new([team.clone()]);
    assert!(planned_with(&desired, &observed, &config).is_empty());
    config.policy.drift = DriftPolicies::all(DriftPolicy::Keep);
    team.policy.drift = DriftPolicies::all(DriftPolicy::Revert);
    config.teams = Teams::new([team]);
    let plan = planned_with(&desired, &observed, &config);
    assert_eq!(
        told(&plan)[0],
        "Link 2026-q4/sre/mtbf/hours: link -→2026-q4/sre/mtbf"
    );
}

#[test]
fn what_people_took_away_before_an_interrupted_apply_stays_away() {
    let desired = [objective(), key_result()];
    let mut observed = applied(&desired);
    let issue = &mut observed.issues[1];
    issue.labels = Knowledge::Known(["okr:kr".to_owned()].into());
    issue.assignees = vec![];
    issue.links = Knowledge::Known(vec![]);
    set_marker(issue, |marker| {
        marker.pending = true;
        marker.applied.taken_away.labels = ["2026-q4".to_owned()].into();
        marker.applied.taken_away.assignees = vec!["mia".parse().unwrap()];
    });
    let plan = planned(&desired, &observed);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf/hours: unfinished apply -→-"
    );
    assert_eq!(plan.changes.len(), 1);
    // Without that record it was the apply that did not come to it.
    set_marker(&mut observed.issues[1], |marker| {
        marker.applied.taken_away = crate::issue::TakenAway::default();
        marker.applied.links[0].id = None;
    });
    let plan = planned(&desired, &observed);
    assert_eq!(
        told(&plan)[..2],
        [
            "Update 2026-q4/sre/mtbf/hours: unfinished apply -→-; labels -→2026-q4; assignees -→mia",
            "Link 2026-q4/sre/mtbf/hours: link -→2026-q4/sre/mtbf",
        ]
    );
}
