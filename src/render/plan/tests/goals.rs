//! The first line, as a sentence for each thing that can happen to a goal.

use super::fixture::{self, goal};
use super::{PLAIN, human};
use crate::plan::{Cause, GoalChange, GoalKind, GoalPart, Plan};

const HOURS: &str = "2026-q4/sre/mtbf/hours";

fn told(goals: Vec<GoalChange>) -> String {
    let plan = Plan {
        goals,
        ..fixture::plan(Vec::new())
    };
    human(&plan, &PLAIN).lines().next().unwrap().to_owned()
}

fn change(kind: GoalKind, part: GoalPart, from: &str, to: &str) -> GoalChange {
    goal(HOURS, "Raise MTBF", (kind, part), (from, to))
}

#[test]
fn each_change_is_one_sentence() {
    use GoalKind::{Added, Dropped, Eased, Ended, Raised, Redefined, Resumed, Reworded};
    use GoalPart::{Baseline, Due, Measure, Metric, Scoring, Steps, Target, Title, Unit, Whole};
    let days = |days, change| GoalChange {
        days: Some(days),
        ..change
    };
    let mut said = Vec::new();
    for change in [
        change(Dropped, Whole, "from 96 h to 240 h", ""),
        change(Ended, Whole, "", ""),
        change(Resumed, Whole, "", ""),
        change(Added, Whole, "", "from 96 h to 240 h"),
        change(Added, Whole, "", ""),
        change(Eased, Target, "240 h", "200 h"),
        change(Raised, Target, "99.5 %", "99.9 %"),
        change(Eased, Baseline, "96 h", "80 h"),
        change(Redefined, Target, "5", "4"),
        change(Redefined, Measure, "at most 3", "3 steps"),
        change(Redefined, Metric, "", "MTBF"),
        change(Redefined, Unit, "from 1 h to 2 h", "from 60 min to 120 min"),
        change(Redefined, Scoring, "", "periods-held"),
        change(Redefined, Steps, "", ""),
        change(Eased, Steps, "3 steps", "2 steps"),
        days(
            1,
            change(Eased, Steps, "“Plan” 2026-11-01", "“Plan” 2026-11-02"),
        ),
        days(13, change(Eased, Due, "2026-12-18", "2026-12-31")),
        days(-1, change(Raised, Due, "2026-12-18", "2026-12-17")),
        change(Reworded, Title, "Lift MTBF", "Raise MTBF"),
    ] {
        said.push(told(vec![change]));
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn an_eased_goal_says_by_which_amendment() {
    let amended = GoalChange {
        amendment: Some("2026-11-02, director: The fire".to_owned()),
        ..change(GoalKind::Eased, GoalPart::Target, "240 h", "200 h")
    };
    assert_eq!(
        told(vec![amended]),
        "SRE eases “Raise MTBF”: 240 h → 200 h (amendment of 2026-11-02, director: The fire)"
    );
}

#[test]
fn of_several_the_weightiest_is_named_and_the_others_are_counted() {
    use GoalKind::{Added, Dropped, Eased, Raised};
    use GoalPart::{Target, Whole};
    let eased = || change(Eased, Target, "240 h", "200 h");
    let of = |key: &str, kind, part| goal(key, "Another", (kind, part), ("", ""));
    let same_team = of("2026-q4/sre/mtbf/pages", Raised, Target);
    let other_team = of("2026-q4/sae/mttr/restore", Raised, Target);
    let added = of("2026-q4/sae/mttr/new", Added, Whole);
    let objective = of("2026-q4/sae/old", Dropped, Whole);
    let with_it = of("2026-q4/sae/old/a", Dropped, Whole);
    let said = [
        told(vec![eased(), same_team.clone()]),
        told(vec![eased(), other_team.clone()]),
        told(vec![eased(), same_team, other_team, added.clone()]),
        told(vec![objective.clone(), with_it.clone()]),
        told(vec![objective, with_it, eased()]),
        told(vec![
            added.clone(),
            of("2026-q4/sae/mttr/newer", Added, Whole),
        ]),
        told(vec![added, of("2027-q1/sre/mtbf", Added, Whole)]),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn what_is_not_for_everybody_comes_last_and_says_its_key_only() {
    let secret = GoalChange {
        confidential: true,
        ..change(GoalKind::Dropped, GoalPart::Whole, "", "")
    };
    let open = goal(
        "2026-q4/sre/mtbf/pages",
        "Halve pages",
        (GoalKind::Reworded, GoalPart::Title),
        ("Cut pages", "Halve pages"),
    );
    let plan = Plan {
        goals: vec![secret, open],
        ..fixture::plan(Vec::new())
    };
    let options = super::HumanOptions {
        confidential_visible: false,
        ..PLAIN
    };
    assert!(human(&plan, &PLAIN).starts_with("SRE drops “Raise MTBF”; and rewords"));
    let first = "SRE rewords “Cut pages” as “Halve pages”; and closes 2026-q4/sre/mtbf/hours (confidential)\n";
    let text = human(&plan, &options);
    assert!(text.starts_with(first), "{text}");
    assert!(!text.contains("MTBF"), "{text}");
}

#[test]
fn a_merge_request_answers_for_its_own_goals() {
    let mut pending = change(GoalKind::Eased, GoalPart::Target, "240 h", "200 h");
    let mut plan = fixture::merge_request();
    plan.refusals.clear();
    plan.conflicts.clear();
    plan.goals = vec![pending.clone()];
    assert!(human(&plan, &PLAIN).starts_with("No goal changes.\nPlan: "));
    pending.cause = Cause::ThisMergeRequest;
    plan.goals = vec![pending];
    assert!(human(&plan, &PLAIN).starts_with("SRE eases “Raise MTBF”: 240 h → 200 h\n"));
}
