//! What was saved or reviewed, beside what the files and GitLab say now.

use proptest::prelude::*;

use super::*;

/// What becomes of a saved plan: what is still to do, what is done, and what is stale.
fn resumed(saved: &Plan, desired: &[DesiredIssue], observed: &ObservedState) -> Vec<String> {
    let now = planned(desired, observed);
    let resumed = resume(saved, now, desired, &Safety::default(), false);
    let due = resumed.plan.changes.iter().map(|change| {
        let fields: Vec<String> = change.fields.iter().map(|f| f.field.name()).collect();
        let of = change
            .key
            .as_ref()
            .map_or_else(|| change.title.clone(), ToString::to_string);
        format!("{} {of}: {}", change.action.name(), fields.join(", "))
    });
    let counts = [(resumed.done, "done"), (resumed.left_out, "left out")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, what)| format!("{count} {what}"));
    let stale = resumed.stale.iter();
    let stale = stale.map(|stale| format!("! {}: {}", stale.of, stale.message));
    due.chain(counts).chain(stale).collect()
}

fn titled(title: &str, issue: DesiredIssue) -> DesiredIssue {
    DesiredIssue {
        title: title.into(),
        ..issue
    }
}

/// Files that give the objective another title and the key result another day, and their plan.
fn two_changes() -> ([DesiredIssue; 2], Plan) {
    let desired = [
        titled("New", objective()),
        DesiredIssue {
            due: "2026-12-18".parse().unwrap(),
            ..key_result()
        },
    ];
    let plan = planned(&desired, &applied(&[objective(), key_result()]));
    (desired, plan)
}

#[test]
fn what_is_at_its_start_is_to_do() {
    let (desired, saved) = two_changes();
    assert_eq!(
        resumed(&saved, &desired, &applied(&[objective(), key_result()])),
        [
            "update 2026-q4/sre/mtbf: title",
            "update 2026-q4/sre/mtbf/hours: due date",
        ]
    );
}

#[test]
fn what_is_at_its_end_is_done_and_the_rest_is_to_do() {
    let (desired, saved) = two_changes();
    let observed = applied(&[desired[0].clone(), key_result()]);
    assert_eq!(
        resumed(&saved, &desired, &observed),
        ["update 2026-q4/sre/mtbf/hours: due date", "1 done"]
    );
    assert_eq!(resumed(&saved, &desired, &applied(&desired)), ["2 done"]);
}

#[test]
fn what_is_neither_is_stale_and_says_what_differs() {
    let (desired, saved) = two_changes();
    let mut observed = applied(&[objective(), key_result()]);
    observed.issues[0].title = "Theirs".into();
    assert_eq!(
        resumed(&saved, &desired, &observed)[2..],
        ["! 2026-q4/sre/mtbf: title is “Theirs” in GitLab by now; planned from “Maximize MTBF”"]
    );
    observed.issues[0].title = "New".into();
    // Somebody made it so already: what is left is the record of it.
    assert_eq!(
        resumed(&saved, &desired, &observed),
        [
            "re-render 2026-q4/sre/mtbf: ",
            "update 2026-q4/sre/mtbf/hours: due date"
        ]
    );
}

#[test]
fn files_that_changed_since_are_stale() {
    let (desired, saved) = two_changes();
    let observed = applied(&[objective(), key_result()]);
    let later = [titled("Newer", objective()), desired[1].clone()];
    assert_eq!(
        resumed(&saved, &later, &observed)[1..],
        [
            "1 left out",
            "! 2026-q4/sre/mtbf: the files changed since: title"
        ]
    );
    assert_eq!(
        resumed(&saved, &desired[..1], &observed)[1..],
        [
            "1 left out",
            "! 2026-q4/sre/mtbf/hours: no file declares it any more"
        ]
    );
}

#[test]
fn what_the_saved_plan_does_not_have_is_left_out() {
    let (desired, _) = two_changes();
    let observed = applied(&[objective(), key_result()]);
    let saved = planned(&[desired[0].clone(), key_result()], &observed);
    assert_eq!(
        resumed(&saved, &desired, &observed),
        ["update 2026-q4/sre/mtbf: title", "1 left out"]
    );
}

#[test]
fn creates_that_were_begun_are_ended_and_those_that_were_done_are_not_done_again() {
    let desired = [objective(), key_result()];
    let saved = planned(&desired, &empty());
    let mut observed = applied(&desired);
    observed.issues.pop();
    set_marker(&mut observed.issues[0], |marker| marker.pending = true);
    let told = resumed(&saved, &desired, &observed);
    assert_eq!(told[0], "update 2026-q4/sre/mtbf: unfinished apply");
    assert!(
        told[1].starts_with("create 2026-q4/sre/mtbf/hours: "),
        "{told:?}"
    );
    assert_eq!(told[2], "link 2026-q4/sre/mtbf/hours: link");
    assert_eq!(resumed(&saved, &desired, &applied(&desired)), ["3 done"]);
}

#[test]
fn a_label_that_went_since_is_made_again() {
    let saved = planned(&[objective()], &empty());
    assert_eq!(saved.changes.len(), 1);
    let mut observed = empty();
    let tracker = observed.trackers.get_mut(TRACKER).unwrap();
    tracker.labels = Knowledge::Known(["2026-q4".to_owned()].into());
    let told = resumed(&saved, &[objective()], &observed);
    assert_eq!(told[0], "make okr:o: colour");
    assert!(told[1].starts_with("create 2026-q4/sre/mtbf: "), "{told:?}");
    assert_eq!(told.len(), 2);
}

#[test]
fn closes_are_done_once_and_not_after_a_file_declares_the_key_again() {
    let observed = applied(&[objective(), key_result()]);
    let saved = planned(&[objective()], &observed);
    assert_eq!(
        resumed(&saved, &[objective()], &observed),
        ["close 2026-q4/sre/mtbf/hours: state"]
    );
    assert_eq!(
        resumed(&saved, &[objective(), key_result()], &observed),
        ["! 2026-q4/sre/mtbf/hours: a file declares it again"]
    );
    let mut closed = applied(&[objective(), key_result()]);
    closed.issues[1].open = false;
    assert_eq!(resumed(&saved, &[objective()], &closed), ["1 done"]);
}

#[test]
fn a_saved_plan_reads_back_and_other_formats_say_so() {
    let (_, saved) = two_changes();
    let text = serde_json::to_string(&saved).unwrap();
    assert_eq!(Plan::parse(&text).unwrap(), saved);
    let later = text.replacen("\"format\":2", "\"format\":3", 1);
    assert_eq!(
        Plan::parse(&later).unwrap_err().to_string(),
        "its format is 3; this okr reads format 2"
    );
    assert!(Plan::parse("{}").is_err());
}

/// How what was reviewed differs from what is applied.
fn differences(
    reviewed: (&[DesiredIssue], &[DesiredIssue]),
    merged: (&[DesiredIssue], Option<&[DesiredIssue]>),
) -> Vec<String> {
    let own = OwnChanges::of(reviewed.0, reviewed.1);
    let now = merged.1.map(|before| OwnChanges::of(merged.0, before));
    let differences = own.differences(now.as_ref(), merged.0).into_iter();
    differences
        .map(|difference| {
            let what = if difference.missing {
                "missing"
            } else {
                "more"
            };
            let sign = if difference.change.added { '+' } else { '-' };
            let OwnChange {
                key, field, value, ..
            } = difference.change;
            format!("{what} {key}: {sign}{field} {value}")
        })
        .collect()
}

#[test]
fn what_was_reviewed_is_recognised_whatever_other_merges_brought() {
    let base = [objective(), key_result()];
    let described = |text: &str, issue: DesiredIssue| DesiredIssue {
        definition: text.into(),
        ..issue
    };
    let reviewed = [objective(), described("How.\n\nTo 200 h", key_result())];
    assert_eq!(
        differences((&reviewed, &base), (&reviewed, Some(&base))),
        [""; 0]
    );
    // Another line of the same text, another field, another key.
    let other = DesiredIssue {
        key: key("2026-q4/sre/pages"),
        ..objective()
    };
    let theirs = [
        titled("Theirs", objective()),
        described("Why.\n\nHow it shows.", key_result()),
        other.clone(),
    ];
    let merged = [
        titled("Theirs", objective()),
        described("Why.\n\nHow.\n\nTo 200 h", key_result()),
        other,
    ];
    assert_eq!(
        differences((&reviewed, &base), (&merged, Some(&theirs))),
        [""; 0]
    );
    assert_eq!(differences((&reviewed, &base), (&merged, None)), [""; 0]);
}

#[test]
fn what_was_not_reviewed_is_told_and_what_is_missing_too() {
    let base = [objective(), key_result()];
    let reviewed = [titled("Reviewed", objective()), key_result()];
    let merged = [titled("Other", objective()), key_result()];
    assert_eq!(
        differences((&reviewed, &base), (&merged, Some(&base))),
        [
            "more 2026-q4/sre/mtbf: +title Other",
            "missing 2026-q4/sre/mtbf: +title Reviewed",
        ]
    );
    let more = [reviewed[0].clone(), titled("Sneaked in", key_result())];
    assert_eq!(
        differences((&reviewed, &base), (&more, Some(&base))),
        [
            "more 2026-q4/sre/mtbf/hours: -title Raise MTBF from 96 h to 240 h",
            "more 2026-q4/sre/mtbf/hours: +title Sneaked in",
        ]
    );
    assert_eq!(differences((&reviewed, &base), (&more, None)), [""; 0]);
}

#[test]
fn what_the_files_said_already_does_not_differ() {
    let base = [objective(), key_result()];
    let reviewed = [titled("Reviewed", objective()), key_result()];
    assert_eq!(
        differences((&reviewed, &base), (&reviewed, Some(&reviewed))),
        [""; 0]
    );
    let removed = [objective()];
    assert_eq!(
        differences((&removed, &base), (&removed, Some(&removed))),
        [""; 0]
    );
}

#[test]
fn settings_that_change_every_key_do_not_differ_for_keys_that_others_brought() {
    let labelled = |issue: DesiredIssue| DesiredIssue {
        labels: ["new".to_owned()].into(),
        ..issue
    };
    let other = DesiredIssue {
        key: key("2026-q4/sre/pages"),
        ..objective()
    };
    let (base, reviewed) = ([objective()], [labelled(objective())]);
    let theirs = [objective(), other.clone()];
    let merged = [labelled(objective()), labelled(other)];
    assert_eq!(
        differences((&reviewed, &base), (&merged, Some(&theirs))),
        [""; 0]
    );
    // One that this merge itself brings was not reviewed.
    assert!(!differences((&reviewed, &base), (&merged, Some(&base))).is_empty());
}

#[test]
fn a_key_that_another_merge_renamed_is_followed() {
    let (base, reviewed) = ([objective()], [titled("Reviewed", objective())]);
    let renamed = |issue: DesiredIssue| DesiredIssue {
        key: key("2026-q4/sre/uptime"),
        previously: vec![key("2026-q4/sre/mtbf")],
        ..issue
    };
    assert_eq!(
        differences(
            (&reviewed, &base),
            (
                &[titled("Reviewed", renamed(objective()))],
                Some(&[renamed(objective())])
            )
        ),
        [""; 0]
    );
}

prop_compose! {
    fn some_issues()(
        titles in prop::collection::vec("[ab]", 3),
        lines in prop::collection::vec("[abc\n]{0,4}", 3),
        labels in prop::collection::btree_set("[xyz]", 0..3),
        there in prop::collection::vec(any::<bool>(), 3),
    ) -> Vec<DesiredIssue> {
        let names = ["2026-q4/sre/a", "2026-q4/sre/b", "2026-q4/sre/c"];
        let all = names.iter().zip(titles).zip(lines).zip(there);
        all.filter(|(_, there)| *there)
            .map(|(((name, title), definition), _)| DesiredIssue {
                key: key(name),
                title,
                definition,
                labels: labels.clone(),
                ..objective()
            })
            .collect()
    }
}

proptest! {
    /// Whatever is merged as it was reviewed is recognised, and the fingerprint tells equal changes from others.
    #[test]
    fn the_same_change_is_the_same(base in some_issues(), now in some_issues(), other in some_issues()) {
        let own = OwnChanges::of(&now, &base);
        prop_assert_eq!(own.differences(Some(&own), &now), vec![]);
        prop_assert_eq!(own.differences(None, &now), vec![]);
        let another = OwnChanges::of(&other, &base);
        prop_assert_eq!(own.fingerprint == another.fingerprint, own.changes == another.changes);
    }

    /// A plan that was saved a moment ago is wholly to do, and once it was applied wholly done.
    #[test]
    fn a_saved_plan_is_to_do_then_done(before in some_issues(), now in some_issues()) {
        let observed = applied(&before);
        let saved = planned(&now, &observed);
        let fresh = resume(&saved, planned(&now, &observed), &now, &Safety::default(), false);
        prop_assert_eq!(fresh.stale, vec![]);
        prop_assert_eq!((fresh.done, fresh.left_out), (0, 0));
        prop_assert_eq!(&fresh.plan.changes, &saved.changes);
    }
}
