//! What is rendered can be read back, however an editor laid it out since.

use proptest::prelude::*;

use super::super::{
    NumberGoal, StatedDescription, StatedGoal, StatedMeasure, desired_issues, digest,
    same_but_progress,
};
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

/// The definitions of an objective and its key result, both described by these words.
fn described(words: Option<&str>) -> [String; 2] {
    let mut objective = objective();
    objective.item.description = words.map(text);
    objective.key_results[0].item.description = words.map(text);
    let issues = desired_issues(&tree(objective), &config());
    let of = |is_key_result| {
        let found = issues
            .iter()
            .find(|issue| issue.is_key_result == is_key_result);
        found.unwrap().definition.clone()
    };
    [of(false), of(true)]
}

#[test]
fn a_description_is_told_from_what_stands_around_it() {
    let (declared, written) = (
        "Words of ours.\n",
        "Theirs:\n\n| a | b |\n| --- | --- |\n| > | @mia |\n\n**Work**\n\n- x",
    );
    let (ours, theirs) = (described(Some(declared)), described(Some(written)));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let stated = StatedDescription::read(ours, Some(declared), theirs).unwrap();
        assert_eq!(stated.text, written);
        assert_eq!(stated.digest_as_declared, digest(ours));
        // A key result's progress went on in the file: what was applied is still known.
        let applied = theirs.replace("Progress", "Progress of then");
        let stated = StatedDescription::read(ours, Some(declared), &applied).unwrap();
        let was = ours.replace("Progress", "Progress of then");
        assert_eq!(
            (stated.text.as_str(), stated.digest_as_declared),
            (written, digest(&was))
        );
        // Somebody else answers for it: that is more than the description.
        let more = theirs.replacen("| Owner |", "| Owners |", 1);
        let stated = StatedDescription::read(ours, Some(declared), &more).unwrap();
        assert_ne!(stated.digest_as_declared, digest(ours));
    }
    for (ours, theirs) in described(None).iter().zip(&theirs) {
        let stated = StatedDescription::read(ours, None, theirs).unwrap();
        assert_eq!(
            (stated.text.as_str(), stated.digest_as_declared),
            (written, digest(ours))
        );
    }
    let none = described(None);
    let stated = StatedDescription::read(&ours[1], Some(declared), &none[1]).unwrap();
    assert_eq!(stated.text, "");
}

#[test]
fn what_cannot_be_told_for_certain_is_not() {
    let declared = "Words.";
    let [_, ours] = described(Some(declared));
    for theirs in [
        ours.replace("Words.", "Words.\n\n```\nno end"),
        ours.replace("**Check-ins**", "**Check in**"),
        ours.replace("\n> ", "\n"),
        ours.replace("Words.\n\n", "Words. "),
        format!("{ours}\n\nBelow the table."),
        String::new(),
    ] {
        assert_ne!(theirs, ours);
        assert_eq!(
            StatedDescription::read(&ours, Some(declared), &theirs),
            None,
            "{theirs}"
        );
    }
}

proptest! {
    /// Whatever people write, a file that declares what was read makes the same definition.
    #[test]
    fn a_description_comes_back(
        declared in proptest::option::of("[a-c|*`@ \n#-]{1,24}"),
        written in prop_oneof!["[a-c|*`@<>/ \n#_.-]{1,32}", "(a|`{3}\n|\n|\n\n|\\*\\*Steps\\*\\*|/close|@mia|> |\\| x \\||<!-- okrsync){1,8}"],
    ) {
        let declared = declared.as_deref();
        for (ours, theirs) in described(declared).iter().zip(&described(Some(&written))) {
            let Some(stated) = StatedDescription::read(ours, declared, theirs) else {
                continue;
            };
            prop_assert_eq!(&stated.digest_as_declared, &digest(ours));
            let again = described(Some(&stated.text));
            prop_assert!(again.iter().any(|again| digest(again) == digest(theirs)));
        }
    }
}
