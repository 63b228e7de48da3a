//! What is rendered can be read back, however an editor laid it out since.

use proptest::prelude::*;

use super::super::{NumberGoal, StatedGoal, StatedMeasure, desired_issues, same_but_progress};
use super::fixture::{config, item, key_result, linear, number, objective, step, text, tree};
use crate::model::{KeyResult, Measure, Number, Objective};

/// The definition of an objective's first key result.
fn rendered(objective: Objective) -> String {
    let issues = desired_issues(&tree(objective), &config());
    let found = issues.into_iter().find(|issue| issue.is_key_result);
    found.unwrap().definition
}

/// The definition of one key result alone.
fn of(key_result: KeyResult) -> String {
    let mut objective = objective();
    objective.key_results = vec![key_result];
    rendered(objective)
}

fn measured(measure: Measure, unit: Option<&str>) -> KeyResult {
    let mut key_result = key_result(item("2026-q4/sre/mtbf/hours", "Title => 12%"), measure);
    key_result.unit = unit.map(text);
    key_result
}

fn n(text: &str) -> Number {
    text.parse().unwrap()
}

fn number_goal(definition: &str) -> Option<(NumberGoal, Option<String>)> {
    match StatedGoal::read(definition)?.measure? {
        StatedMeasure::Number { goal, unit } => Some((goal, unit)),
        StatedMeasure::Steps(_) => None,
    }
}

#[test]
fn a_goal_is_read_back() {
    let definition = rendered(objective());
    let read = StatedGoal::read(&definition).unwrap();
    assert_eq!(read.due, Some("2026-12-18".parse().unwrap()));
    assert_eq!(
        read.metric.as_deref(),
        Some("MTBF of user-visible services")
    );
    let way = NumberGoal::Way(Some(n("96")), n("240"));
    assert_eq!(number_goal(&definition), Some((way, Some("h".to_owned()))));
    let padded = definition.replace("| Goal | from 96 h", "|  Goal   |  from 96  h");
    assert_eq!(StatedGoal::read(&padded), Some(read));
}

#[test]
fn every_kind_of_number_is_read_back() {
    let unmeasured = Measure::Linear {
        from: None,
        to: number("2.5"),
    };
    for (measure, goal) in [
        (
            linear("-3", "0.5"),
            NumberGoal::Way(Some(n("-3")), n("0.5")),
        ),
        (unmeasured, NumberGoal::Way(None, n("2.5"))),
        (
            Measure::AtLeast(number("99.9")),
            NumberGoal::AtLeast(n("99.9")),
        ),
        (Measure::AtMost(number("1")), NumberGoal::AtMost(n("1"))),
    ] {
        let read = number_goal(&of(measured(measure, None)));
        assert_eq!(read, Some((goal, None)));
    }
}

#[test]
fn steps_are_read_back_without_whether_they_are_done() {
    let steps = |done| Measure::Milestones(vec![step("plan", done), step("rollout", None)]);
    let read = |done| StatedGoal::read(&of(measured(steps(done), None))).unwrap();
    assert_eq!(read(None), read(Some("2026-10-20")));
    let Some(StatedMeasure::Steps(steps)) = read(None).measure else {
        panic!("no steps")
    };
    assert_eq!(steps[1].title, "The rollout of <it> | all");
    assert_eq!(steps[1].due, Some("2026-11-01".parse().unwrap()));
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    let definition = rendered(objective());
    for (text, instead) in [
        ("from 96 h to 240 h", "as much as we can"),
        ("from 96 h to 240 h", "from 96 h to 240 min"),
        ("| Goal |", "| Aim |"),
        ("| Key result |", "| Something |"),
    ] {
        let edited = definition.replace(text, instead);
        assert_ne!(edited, definition);
        assert_eq!(StatedGoal::read(&edited), None, "{instead}");
    }
    assert_eq!(StatedGoal::read(""), None);
    let mut forged = objective();
    forged.key_results[0].item.description =
        Some(text("| Goal | from 1 h to 2 h |\n\n**Steps**\n\n- [ ] x"));
    assert!(
        number_goal(&rendered(forged))
            .is_some_and(|(goal, _)| goal == NumberGoal::Way(Some(n("96")), n("240")))
    );
}

#[test]
fn only_progress_differs_where_only_check_ins_do() {
    let before = of(measured(linear("96", "240"), Some("h")));
    let mut later = measured(linear("96", "240"), Some("h"));
    later.check_ins = vec![super::fixture::check_in("2026-10-12", "131", None)];
    let later = of(later);
    assert_ne!(before, later);
    assert!(same_but_progress(&before, &later), "{before}\n{later}");
    assert!(!same_but_progress(
        &before,
        &later.replace("240 h", "200 h")
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn units_of_all_kinds_are_read_back(unit in "[a-z%€°/@|*_\\\\<$` ]{0,8}( to )?[a-z]{1,6}") {
        let shown = unit.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = number_goal(&of(measured(linear("1.5", "-20"), Some(&unit))));
        prop_assert_eq!(read, Some((NumberGoal::Way(Some(n("1.5")), n("-20")), Some(shown))));
    }
}
