//! Releases: which issues are managed no longer, and what is said of the others.

use super::*;

fn released(keys: &[Key], desired: &[DesiredIssue], observed: &ObservedState) -> Plan {
    released_in(&Scope::default(), keys, desired, observed)
}

fn released_in(
    scope: &Scope,
    keys: &[Key],
    desired: &[DesiredIssue],
    observed: &ObservedState,
) -> Plan {
    let (config, ownership) = (config(), ownership());
    let policy = PlanPolicy {
        readers: None,
        config: &config,
        ownership: &ownership,
        scope,
        paused: false,
        base: None,
    };
    release(keys, desired, observed, policy)
}

const O: &str = "2026-q4/sre/mtbf";
const KR: &str = "2026-q4/sre/mtbf/hours";

#[test]
fn keys_are_released_an_objective_with_its_key_results() {
    let desired = [objective(), key_result()];
    let observed = applied(&desired);
    let all = [
        "Release 2026-q4/sre/mtbf: ",
        "Release 2026-q4/sre/mtbf/hours: ",
    ];
    assert_eq!(told(&released(&[key(O)], &[], &observed)), all);
    assert_eq!(told(&released(&[], &[], &observed)), all);
    let one = released(&[key(KR)], &desired, &observed);
    assert_eq!(
        told(&one),
        [
            all[1],
            "* still-declared: a file declares it: until none does, plan and apply stop at it and ask to adopt its issue"
        ]
    );
    assert_eq!((one.summary.total.release, one.summary.managed), (1, 2));
    let other = Scope {
        teams: BTreeSet::from(["delivery".parse().unwrap()]),
        ..Scope::default()
    };
    assert!(told(&released_in(&other, &[], &desired, &observed)).is_empty());
}

#[test]
fn a_renamed_key_is_released_under_either_name() {
    let observed = applied(&[objective()]);
    let renamed = DesiredIssue {
        key: key("2026-q4/sre/uptime"),
        previously: vec![key(O)],
        ..objective()
    };
    for name in [O, "2026-q4/sre/uptime"] {
        let plan = released(&[key(name)], std::slice::from_ref(&renamed), &observed);
        assert_eq!(told(&plan)[0], "Release 2026-q4/sre/uptime: ", "{name}");
    }
}

#[test]
fn only_what_is_ours_is_released() {
    let mut observed = applied(&[objective(), key_result()]);
    set_marker(&mut observed.issues[0], |marker| {
        marker.owner = "acme/theirs".into();
    });
    observed.issues[1].author = "ann".parse().unwrap();
    let all = released(&[], &[], &observed);
    assert_eq!(
        told(&all),
        [
            "* copied-marker: acme/okrs#2 carries the marker of 2026-q4/sre/mtbf/hours but was written by ann: it does not count, and stays as it is"
        ]
    );
    assert_eq!(
        told(&released(&[key(O)], &[], &observed))[0],
        "! foreign-owner"
    );
    // What a file adopts is ours, whoever wrote it; released it would come back.
    let adopting = DesiredIssue {
        adopt: Some("acme/okrs#2".parse().unwrap()),
        ..key_result()
    };
    assert_eq!(
        told(&released(&[key(KR)], &[adopting], &observed)),
        [
            "Release 2026-q4/sre/mtbf/hours: ",
            "* still-adopted: a file adopts its issue: the next apply puts it under management again"
        ]
    );
}

#[test]
fn what_an_apply_would_make_of_a_declared_key_is_said() {
    let desired = [objective(), key_result()];
    let ids = |desired: &[DesiredIssue], observed: &ObservedState| -> Vec<String> {
        let plan = released(&[], desired, observed);
        plan.notices.into_iter().map(|notice| notice.id).collect()
    };
    let mut observed = applied(&desired);
    assert_eq!(ids(&desired, &observed), ["still-declared"]);
    observed.issues[0].title = "Renamed in GitLab".into();
    assert_eq!(
        ids(&desired, &observed),
        ["still-declared", "still-declared-anew"]
    );
    let drafts = desired.map(|wanted| DesiredIssue {
        quarter_state: QuarterState::Draft,
        ..wanted
    });
    assert_eq!(ids(&drafts, &observed), [""; 0]);
}

#[test]
fn what_is_not_found_is_told_apart_from_what_is_misspelt() {
    let desired = [objective(), key_result()];
    assert_eq!(
        told(&released(&[key(KR)], &desired, &empty())),
        ["* not-managed: no issue of ours carries it"]
    );
    let misspelt = released(&[key("2026-q4/sre/mtbf/hour")], &desired, &empty());
    assert_eq!(told(&misspelt), ["! unknown-key"]);
    let help = misspelt.conflicts[0].help.as_deref();
    assert_eq!(help, Some("did you mean 2026-q4/sre/mtbf/hours?"));
}

#[test]
fn a_damaged_block_is_not_cut_at_a_guess() {
    let mut observed = applied(&[objective(), key_result()]);
    let text = &mut observed.issues[1].description;
    *text = text.replace("<!-- okrsync -->\n", "");
    let plan = released(&[], &[], &observed);
    assert_eq!(
        told(&plan),
        ["Release 2026-q4/sre/mtbf: ", "! damaged-block"]
    );
}

#[test]
fn what_cannot_be_written_or_seen_is_said() {
    let mut observed = applied(&[objective()]);
    let tracker = observed.trackers.get_mut(TRACKER).unwrap();
    tracker.archived = true;
    tracker.hidden = Some("why".into());
    let plan = released(&[], &[], &observed);
    let ids: Vec<&str> = plan
        .notices
        .iter()
        .map(|notice| notice.id.as_str())
        .collect();
    assert_eq!(ids, ["issues-hidden", "tracker-archived"]);
}

#[test]
fn an_issue_of_ours_without_a_marker_is_not_made_a_second_time() {
    let mut observed = applied(&[objective()]);
    let released = Description::parse(&observed.issues[0].description)
        .unwrap()
        .released();
    observed.issues[0].description = released;
    assert_eq!(told(&planned(&[objective()], &observed)), ["! looks-alike"]);
    assert!(planned(&[], &observed).is_empty());
    // What would not be created anyway stops at nothing.
    let dropped = DesiredIssue {
        open: false,
        ..objective()
    };
    assert!(told(&planned(&[dropped], &observed)).is_empty());
    observed.issues[0].title = "Something else".into();
    assert!(told(&planned(&[objective()], &observed))[0].starts_with("Create"));
}

#[test]
fn nothing_is_adopted_outside_of_trackers() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].description = "Theirs.".into();
    observed.issues[0].author = "ann".parse().unwrap();
    observed.issues[0].project = "acme/elsewhere".into();
    let adopting = DesiredIssue {
        adopt: Some("acme/elsewhere#1".parse().unwrap()),
        ..objective()
    };
    let desired = [adopting];
    assert_eq!(told(&planned(&desired, &observed)), ["! adopt-outside"]);
    assert!(addresses(&desired, &observed, &ownership()).is_empty());
}
