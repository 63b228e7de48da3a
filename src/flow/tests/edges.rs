use super::{hour, hours, issue, label_event, settings};
use crate::config::Reopened;
use crate::flow::{
    ClosedAs, Distribution, Doubt, Ending, Flow, FlowState, LabelAction, Period, WorkItem,
    flow_metrics, flow_of, load_at, stage_times,
};
use crate::model::ItemType;

fn flow(item: &WorkItem) -> Flow {
    flow_of(item, &settings()).unwrap()
}

/// A timeline as `0 new, 2 active doing, …`.
fn told(flow: &Flow) -> String {
    let stretches = flow.timeline.stretches.iter().map(|stretch| {
        let at = stretch.from.duration_since(hour(0)).as_hours();
        let stage = stretch.stage.as_deref().unwrap_or_default();
        format!("{at} {} {stage}", stretch.state.as_str())
            .trim_end()
            .to_owned()
    });
    stretches.collect::<Vec<_>>().join(", ")
}

#[test]
fn labels_and_states_make_a_timeline() {
    for (history, expected) in [
        (&[][..], "0 new"),
        (
            &[(0, "+todo"), (2, "-todo +doing"), (5, "close")],
            "0 waiting todo, 2 active doing, 5 done",
        ),
        // What is added and removed in one change is one step, whichever comes first.
        (&[(1, "+doing -doing"), (3, "close")], "0 new, 3 done"),
        // Intervals repeat.
        (
            &[
                (9, "+doing"),
                (10, "-doing"),
                (12, "+doing"),
                (14, "-doing"),
                (15, "close"),
            ],
            "0 new, 9 active doing, 10 new, 12 active doing, 14 new, 15 done",
        ),
        // What is blocked waits, whatever else it says; what stands first in its list gives the stage.
        (
            &[
                (1, "+doing"),
                (2, "+blocked"),
                (4, "-blocked"),
                (5, "+review"),
                (6, "-doing"),
            ],
            "0 new, 1 active doing, 2 waiting blocked, 4 active doing, 6 active review",
        ),
        (
            &[(1, "+todo"), (2, "close"), (4, "reopen"), (6, "close")],
            "0 new, 1 waiting todo, 2 done, 4 waiting todo, 6 done",
        ),
        // Done by a label, before its close.
        (
            &[(1, "+doing"), (3, "+shipped"), (9, "close")],
            "0 new, 1 active doing, 3 done shipped, 9 done",
        ),
        (
            &[(1, "+doing"), (3, "+wontfix"), (9, "close")],
            "0 new, 1 active doing, 3 cancelled wontfix",
        ),
        // Labels that say nothing about states.
        (&[(1, "+feature"), (3, "-feature")], "0 new"),
    ] {
        assert_eq!(told(&flow(&issue(history))), expected, "{history:?}");
    }
}

#[test]
fn time_runs_from_the_first_commitment_to_the_last_close() {
    let item = issue(&[
        (4, "+todo"),
        (10, "-todo +doing"),
        (20, "close"),
        (50, "reopen"),
        (60, "close"),
    ]);
    let found = flow(&item);
    assert_eq!(found.started, Some(hour(4)));
    assert_eq!(found.ended, Some((hour(60), Ending::Done)));
    // The time between a close and a reopening is waiting; nobody worked then.
    assert_eq!(found.flow_time(), Some(hours(56)));
    assert_eq!(found.active_time(), Some(hours(20)));
    assert!(found.is_in_progress(hour(30)));
    let excluded = crate::config::FlowSettings {
        reopened: Reopened::Excluded,
        ..settings()
    };
    let found = flow_of(&item, &excluded).unwrap();
    assert_eq!(found.flow_time(), Some(hours(26)));
    assert_eq!(found.active_time(), Some(hours(20)));
    assert!(!found.is_in_progress(hour(30)));
    assert_eq!(found.in_progress_within(hour(0), hour(100)), hours(26));
}

#[test]
fn what_was_never_started_is_done_without_a_time() {
    let flows = [flow(&issue(&[(3, "close")]))];
    let period = Period {
        begin: hour(0),
        end: hour(100),
    };
    let metrics = flow_metrics(&flows, &period);
    assert_eq!((metrics.velocity, metrics.never_started), (1, 1));
    assert_eq!((metrics.time, metrics.efficiency), (None, None));
}

#[test]
fn an_item_that_came_and_went_in_an_instant_has_a_time_of_zero() {
    let found = flow(&issue(&[(3, "+doing close")]));
    // Its label and its close came at once: nobody can say that it was in progress.
    assert_eq!((found.started, found.flow_time()), (None, None));
    assert_eq!(found.ended, Some((hour(3), Ending::Done)));
}

#[test]
fn an_open_item_has_an_age_and_no_flow_time() {
    let flows = [
        flow(&issue(&[(3, "+doing")])),
        flow(&issue(&[(1, "+todo"), (2, "close")])),
        flow(&issue(&[])),
    ];
    assert_eq!(flows[0].flow_time(), None);
    let load = load_at(&flows, hour(10));
    let ages: Vec<_> = load.items.iter().map(|(_, age)| *age).collect();
    assert_eq!(ages, [hours(7)]);
    assert_eq!(load_at(&flows, hour(2)).items.len(), 0);
    assert_eq!(load_at(&flows, hour(1)).items.len(), 1);
}

#[test]
fn what_was_moved_or_is_a_duplicate_is_cancelled_here() {
    for closed_as in [ClosedAs::Moved, ClosedAs::Duplicate] {
        let item = WorkItem {
            closed_as: Some(closed_as),
            ..issue(&[(1, "+doing"), (5, "close")])
        };
        assert_eq!(flow(&item).ended, Some((hour(5), Ending::Cancelled)));
        // An earlier close of its own was one.
        let item = WorkItem {
            closed_as: Some(closed_as),
            ..issue(&[(1, "+doing"), (2, "close"), (3, "reopen"), (5, "close")])
        };
        assert_eq!(
            told(&flow(&item)),
            "0 new, 1 active doing, 2 done, 3 active doing, 5 cancelled"
        );
    }
}

#[test]
fn a_moved_issue_goes_on_with_its_labels_and_without_its_states() {
    // As recorded: the events keep their times under later ids, after a removal at the time of the move.
    let mut item = issue(&[]);
    item.created_at = hour(20);
    item.label_events = vec![
        label_event(10, hour(20), "todo", LabelAction::Remove),
        label_event(11, hour(3), "todo", LabelAction::Add),
        label_event(12, hour(3), "?", LabelAction::Add),
    ];
    item.closed_at = Some(hour(30));
    let found = flow(&item);
    assert_eq!(told(&found), "3 waiting todo, 20 new, 30 done");
    let doubts: Vec<_> = found.timeline.doubts.iter().cloned().collect();
    assert_eq!(doubts, [Doubt::DeletedLabel, Doubt::HiddenStateEvents]);
    assert!(!found.is_certain());
}

#[test]
fn what_no_event_tells_is_doubted() {
    // Imported: the label is there, and no event.
    let mut item = issue(&[(9, "close")]);
    item.labels.push("doing".to_owned());
    let found = flow(&item);
    assert_eq!(told(&found), "0 active doing, 9 done");
    assert!(
        found
            .timeline
            .doubts
            .contains(&Doubt::SinceTheBeginning("doing".into()))
    );
    assert!(found.is_certain(), "it may have been so");
    // The label is gone, and no event says when.
    let mut item = issue(&[(1, "+doing"), (9, "close")]);
    item.labels.clear();
    let found = flow(&item);
    assert!(
        found
            .timeline
            .doubts
            .contains(&Doubt::HiddenLabelEvents("doing".into()))
    );
    assert!(!found.is_certain());
    // It is open, and its events end with a close.
    let mut item = issue(&[(1, "+doing"), (9, "close")]);
    item.closed_at = None;
    assert!(
        flow(&item)
            .timeline
            .doubts
            .contains(&Doubt::HiddenStateEvents)
    );
    // What was removed first was there before.
    let found = flow(&issue(&[(4, "-todo +doing")]));
    assert_eq!(told(&found), "0 waiting todo, 4 active doing");
}

#[test]
fn two_labels_of_one_name_are_one() {
    // A group's label was replaced by a project's of the same name.
    let mut item = issue(&[(1, "+doing"), (4, "-doing")]);
    let mut other = label_event(3, hour(4), "doing", LabelAction::Add);
    other.label = Some((99, "doing".to_owned()));
    item.label_events.push(other);
    item.labels.push("doing".to_owned());
    let found = flow(&item);
    assert_eq!(told(&found), "0 new, 1 active doing");
    assert!(found.is_certain());
}

#[test]
fn the_kind_is_what_it_was_when_the_item_ended() {
    // Labels of later days do not rewrite history.
    let item = issue(&[(0, "+bug"), (5, "close"), (9, "-bug +feature")]);
    assert_eq!(flow(&item).kind, Some(ItemType::Defect));
    let open = issue(&[(0, "+bug"), (9, "-bug +feature")]);
    assert_eq!(flow(&open).kind, Some(ItemType::Feature));
    // Of several, the one that costs most if it is overlooked.
    assert_eq!(
        flow(&issue(&[(0, "+feature +security")])).kind,
        Some(ItemType::Risk)
    );
    assert_eq!(flow(&issue(&[])).kind, None);
    let incident = WorkItem {
        is_incident: true,
        ..issue(&[])
    };
    assert_eq!(flow(&incident).kind, Some(ItemType::Defect));
    assert_eq!(flow_of(&issue(&[(0, "+okr:kr")]), &settings()), None);
    // A managed issue has all the labels of its kind; one of them alone may be on work as well.
    let managed = crate::config::FlowSettings {
        managed: vec![vec!["okr".to_owned(), "department::a".to_owned()]],
        ..settings()
    };
    assert_eq!(
        flow_of(
            &issue(&[(0, "+okr +department::a"), (3, "close")]),
            &managed
        ),
        None
    );
    assert!(flow_of(&issue(&[(0, "+department::a")]), &managed).is_some());
}

#[test]
fn a_distribution_shows_what_has_no_kind() {
    let kinds = [
        Some(ItemType::Feature),
        Some(ItemType::Defect),
        None,
        Some(ItemType::Feature),
        None,
        None,
    ];
    let distribution = Distribution::of(kinds);
    assert_eq!((distribution.total(), distribution.unmapped), (6, 3));
    assert_eq!(distribution.count(ItemType::Feature), 2);
    assert_eq!(
        distribution.share(ItemType::Feature).unwrap().to_string(),
        "33.33"
    );
    assert_eq!(distribution.unmapped_share().unwrap().to_string(), "50");
    assert_eq!(Distribution::default().share(ItemType::Debt), None);
}

#[test]
fn the_stage_with_the_most_time_is_the_bottleneck() {
    let flows = [
        flow(&issue(&[
            (0, "+todo"),
            (2, "-todo +doing"),
            (4, "-doing +review"),
            (20, "close"),
        ])),
        flow(&issue(&[(0, "+doing"), (3, "-doing +review")])),
        flow(&issue(&[(90, "+doing")])),
    ];
    let period = Period {
        begin: hour(1),
        end: hour(23),
    };
    let stages: Vec<_> = stage_times(&flows, &period)
        .into_iter()
        .map(|stage| {
            (
                stage.stage.unwrap(),
                stage.state,
                stage.total,
                stage.items,
                stage.share.unwrap().to_string(),
            )
        })
        .collect();
    assert_eq!(
        stages,
        [
            (
                "review".to_owned(),
                FlowState::Active,
                hours(36),
                2,
                "87.8".to_owned()
            ),
            (
                "doing".to_owned(),
                FlowState::Active,
                hours(4),
                2,
                "9.76".to_owned()
            ),
            (
                "todo".to_owned(),
                FlowState::Waiting,
                hours(1),
                1,
                "2.44".to_owned()
            ),
        ]
    );
}
