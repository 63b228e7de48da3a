//! Two versions of one goal, compared: eased, raised, or something else.

use super::goal::{GoalKind, GoalPart};
use crate::issue::{DesiredIssue, NumberGoal, StatedGoal, StatedMeasure, StatedStep};
use crate::model::{Date, Number};

/// One difference between two versions of a goal.
pub(super) type Difference = (
    GoalKind,
    GoalPart,
    Option<String>,
    Option<String>,
    Option<i32>,
);

/// How a goal was before a change.
pub(super) struct Before<'a> {
    /// Absent where it does not change.
    pub(super) title: Option<&'a str>,
    /// Absent where its definition does not change, or cannot be read.
    pub(super) stated: Option<StatedGoal>,
    /// Whether it was pursued.
    pub(super) open: bool,
}

/// A difference of all of a goal.
pub(super) fn whole(kind: GoalKind, from: Option<String>, to: Option<String>) -> Vec<Difference> {
    vec![(kind, GoalPart::Whole, from, to, None)]
}

/// What differs between how a goal was and how it is declared; `given_up` where it ends by being dropped.
pub(super) fn differences(
    before: Option<Before<'_>>,
    now: &DesiredIssue,
    given_up: bool,
) -> Vec<Difference> {
    let stated = StatedGoal::read(&now.definition);
    let words =
        |goal: Option<&StatedGoal>| goal.and_then(|goal| goal.measure.as_ref()).map(in_words);
    let Some(before) = before else {
        return if now.open {
            whole(GoalKind::Added, None, words(stated.as_ref()))
        } else {
            Vec::new()
        };
    };
    match (before.open, now.open) {
        (true, false) if given_up => {
            return whole(GoalKind::Dropped, words(before.stated.as_ref()), None);
        }
        (true, false) => return whole(GoalKind::Ended, words(before.stated.as_ref()), None),
        (false, true) => return whole(GoalKind::Resumed, None, words(stated.as_ref())),
        (false, false) => return Vec::new(),
        (true, true) => {}
    }
    let mut differences = Vec::new();
    if let (Some(then), Some(new)) = (&before.stated, &stated) {
        if let (Some(then), Some(new)) = (&then.measure, &new.measure) {
            measure(&mut differences, then, new);
        }
        let mut redefined = |part, then: &Option<String>, new: &Option<String>| {
            if then != new {
                let difference = (GoalKind::Redefined, part, then.clone(), new.clone(), None);
                differences.push(difference);
            }
        };
        redefined(GoalPart::Metric, &then.metric, &new.metric);
        redefined(GoalPart::Scoring, &then.scoring, &new.scoring);
        if let (Some(then), Some(new)) = (then.due, new.due)
            && let Some(days) = days(then, new)
        {
            let kind = if days > 0 {
                GoalKind::Eased
            } else {
                GoalKind::Raised
            };
            let (from, to) = (Some(then.to_string()), Some(new.to_string()));
            differences.push((kind, GoalPart::Due, from, to, Some(days)));
        }
    }
    if let Some(title) = before.title.filter(|title| *title != now.title) {
        let (from, to) = (Some(title.to_owned()), Some(now.title.clone()));
        differences.push((GoalKind::Reworded, GoalPart::Title, from, to, None));
    }
    differences
}

/// By how many days a date moves, if it does.
fn days(then: Date, new: Date) -> Option<i32> {
    let days = new.since(then).map_or(0, |span| span.get_days());
    (days != 0).then_some(days)
}

fn measure(differences: &mut Vec<Difference>, then: &StatedMeasure, new: &StatedMeasure) {
    match (then, new) {
        (StatedMeasure::Steps(then), StatedMeasure::Steps(new)) => steps(differences, then, new),
        (
            StatedMeasure::Number {
                goal: old,
                unit: was,
            },
            StatedMeasure::Number { goal, unit },
        ) if std::mem::discriminant(old) == std::mem::discriminant(goal) => {
            if was == unit {
                number(differences, *old, *goal, unit.as_deref());
            } else if in_words(then) != in_words(new) {
                let (from, to) = (Some(in_words(then)), Some(in_words(new)));
                differences.push((GoalKind::Redefined, GoalPart::Unit, from, to, None));
            }
        }
        _ => {
            let (from, to) = (Some(in_words(then)), Some(in_words(new)));
            differences.push((GoalKind::Redefined, GoalPart::Measure, from, to, None));
        }
    }
}

fn number(
    differences: &mut Vec<Difference>,
    then: NumberGoal,
    new: NumberGoal,
    unit: Option<&str>,
) {
    let mut push = |kind, part, then: Number, new: Number| {
        if then != new {
            let values = (Some(with_unit(then, unit)), Some(with_unit(new, unit)));
            differences.push((kind, part, values.0, values.1, None));
        }
    };
    let eased_if = |easier| {
        if easier {
            GoalKind::Eased
        } else {
            GoalKind::Raised
        }
    };
    match (then, new) {
        (NumberGoal::AtLeast(then), NumberGoal::AtLeast(new)) => {
            push(eased_if(new < then), GoalPart::Target, then, new);
        }
        (NumberGoal::AtMost(then), NumberGoal::AtMost(new)) => {
            push(eased_if(new > then), GoalPart::Target, then, new);
        }
        (NumberGoal::Way(from, to), NumberGoal::Way(new_from, new_to)) => {
            // The same judgement as that of the rule moved-goal: a baseline further from the target makes the same value
            // worth more, and without a baseline nobody can say which side is easier.
            let kind = |then: Number, new: Number| match from.or(new_from) {
                Some(from) if to > from => eased_if(new < then),
                Some(from) if to < from => eased_if(new > then),
                _ => GoalKind::Redefined,
            };
            push(kind(to, new_to), GoalPart::Target, to, new_to);
            if let (Some(from), Some(new_from)) = (from, new_from) {
                push(kind(from, new_from), GoalPart::Baseline, from, new_from);
            }
        }
        _ => {}
    }
}

fn steps(differences: &mut Vec<Difference>, then: &[StatedStep], new: &[StatedStep]) {
    let lacks = |steps: &[StatedStep], wanted: &StatedStep| {
        !steps.iter().any(|step| step.title == wanted.title)
    };
    let gone = then.iter().any(|step| lacks(new, step));
    let come = new.iter().any(|step| lacks(then, step));
    let kind = match (gone, come) {
        (true, false) => Some(GoalKind::Eased),
        (false, true) => Some(GoalKind::Raised),
        (true, true) => Some(GoalKind::Redefined),
        (false, false) => {
            let weight = |step: &StatedStep| (step.title.clone(), step.weight.clone());
            let differ = !then.iter().map(weight).eq(new.iter().map(weight));
            differ.then_some(GoalKind::Redefined)
        }
    };
    if let Some(kind) = kind {
        let count = |steps: &[StatedStep]| in_words(&StatedMeasure::Steps(steps.to_vec()));
        // The same number on both sides would say nothing.
        let differ = then.len() != new.len();
        let (from, to) = (differ.then(|| count(then)), differ.then(|| count(new)));
        differences.push((kind, GoalPart::Steps, from, to, None));
    }
    for step in then {
        let kept = new.iter().find(|kept| kept.title == step.title);
        if let Some((due, new_due)) = step.due.zip(kept.and_then(|kept| kept.due))
            && let Some(days) = days(due, new_due)
        {
            let kind = if days > 0 {
                GoalKind::Eased
            } else {
                GoalKind::Raised
            };
            let moved = |date| Some(format!("“{}” {date}", step.title));
            differences.push((
                kind,
                GoalPart::Steps,
                moved(due),
                moved(new_due),
                Some(days),
            ));
        }
    }
}

fn with_unit(number: Number, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{number} {unit}"),
        None => number.to_string(),
    }
}

fn in_words(measure: &StatedMeasure) -> String {
    match measure {
        StatedMeasure::Steps(steps) if steps.len() == 1 => "1 step".to_owned(),
        StatedMeasure::Steps(steps) => format!("{} steps", steps.len()),
        StatedMeasure::Number { goal, unit } => {
            let shown = |number: Number| with_unit(number, unit.as_deref());
            match goal {
                NumberGoal::AtLeast(bound) => format!("at least {}", shown(*bound)),
                NumberGoal::AtMost(bound) => format!("at most {}", shown(*bound)),
                NumberGoal::Way(Some(from), to) => {
                    format!("from {} to {}", shown(*from), shown(*to))
                }
                NumberGoal::Way(None, to) => format!("to {}", shown(*to)),
            }
        }
    }
}
