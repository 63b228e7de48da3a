use std::collections::BTreeMap;

use super::build::{is_confidential, owner};
use super::check_ins::{Said, said};
use super::contradiction::Known;
use super::material::Material;
use super::pace::pace;
use super::score::Score;
use super::standing::{Standing, of_active, of_ended};
use super::status::{IssueLink, KeyResultStatus, MeasureStatus, Movement, StepStatus};
use crate::config::QuarterState;
use crate::model::{
    Date, Freshness, Item, Key, KeyResult, Measure, Number, Objective, Period, Scoring, worth,
};
use crate::plan::IssueOfKey;

/// What goes for every key result of a quarter.
pub(super) struct QuarterScope<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) period: Period,
    pub(super) state: QuarterState,
    pub(super) needed_by: &'a BTreeMap<&'a Key, Vec<&'a Key>>,
}

/// How a key result goes.
pub(super) fn key_result(
    quarter: &QuarterScope<'_>,
    objective: &Objective,
    key_result: &KeyResult,
) -> KeyResultStatus {
    let material = quarter.material;
    let item = &key_result.item;
    let issue = material.issues.of(&item.key);
    let rules = material.config.scoring.rules();
    let today = material.today;
    let due = item.due.map_or(quarter.period.end(), |due| due.value);
    let Said { points, readings } = said(material, key_result, issue, &rules);
    let on = |day: Date| worth(key_result, &readings, Some(day), &rules);
    let (now, then) = (on(today), on(material.since));
    let score = match item.score {
        Some(score) => Score::declared(material, score),
        None => Score::of(material, formula(key_result), now.clone()),
    };
    let before = match item.score {
        Some(score) => Some(score.value),
        None => then.ok().map(|then| rules.bounded(then.percent)),
    };
    // A key result ends with its objective.
    let ended = of_ended(&item.lifecycle)
        .or_else(|| of_ended(&objective.item.lifecycle))
        .or((quarter.state == QuarterState::Closed).then_some(Standing::Ended));
    let has_begun = today >= quarter.period.start() && quarter.state != QuarterState::Draft;
    let pace = pace(
        key_result,
        &readings,
        now.as_ref().ok(),
        (quarter.period, due),
        today,
        &rules,
    );
    let known = Known {
        key_result,
        points: &points,
        readings: &readings,
        progress: now.as_ref().ok(),
        pace: &pace,
        due,
        today,
    };
    let last_word = points
        .iter()
        .map(|point| point.date)
        .chain(steps_done(key_result, today))
        .max();
    let is_asked = ended.is_none() && has_begun;
    let freshness = freshness(quarter, item, last_word);
    let (standing, reasons) = match ended {
        Some(ended) => (ended, Vec::new()),
        None if !has_begun => (Standing::NotBegun, Vec::new()),
        None => of_active(&known, now.as_ref().err().copied(), freshness, last_word),
    };
    let confidence_before = points
        .iter()
        .rev()
        .filter(|point| point.date <= material.since)
        .find_map(|point| point.confidence);
    let contradictions = if is_asked {
        known.contradictions()
    } else {
        Vec::new()
    };
    KeyResultStatus {
        title: item.title.value.clone(),
        owner: owner(material, item),
        due,
        confidential: is_confidential(item, &objective.item, issue),
        place: material.place(item.span),
        issue: issue.map(link),
        goal: goal(key_result),
        measure: measure(key_result, &readings, due, today),
        area: key_result.area.as_ref().map(|area| area.value.clone()),
        kind: key_result.kind.map(|kind| kind.value.as_str().to_owned()),
        unit: key_result.unit.as_ref().map(|unit| unit.value.clone()),
        share: key_result.share.map(|share| share.value),
        movement: Movement {
            before,
            now: score.percent,
        },
        score,
        standing,
        reasons,
        contradictions,
        confidence: known.confidence(),
        confidence_before,
        last_word,
        freshness: is_asked.then(|| freshness.name().to_owned()),
        conflicts: issue.map_or_else(Vec::new, |issue| issue.conflicts.clone()),
        unreadable_rows: issue.map_or(0, |issue| {
            u32::try_from(issue.unreadable.len()).unwrap_or(u32::MAX)
        }),
        needed_by: waiting(quarter.needed_by, &item.key),
        pace: ended.is_none().then_some(pace),
        check_ins: points,
        key: item.key.clone(),
    }
}

/// How fresh the last word is; after the quarter nobody is asked any more but for its end.
fn freshness(quarter: &QuarterScope<'_>, item: &Item, last_word: Option<Date>) -> Freshness {
    let config = quarter.material.config;
    let team = config.teams.get(&item.key.team);
    let policy = team.map_or(&config.policy, |team| &team.policy);
    let since = last_word.unwrap_or(quarter.period.start());
    let today = quarter.material.today.min(quarter.period.end());
    Freshness::of(since, today, policy.check_in_every.value)
}

/// Who depends on a key result, or on its objective.
fn waiting(needed_by: &BTreeMap<&Key, Vec<&Key>>, key: &Key) -> Vec<Key> {
    let of = |key: &Key| needed_by.get(key).into_iter().flatten().copied();
    let mut waiting: Vec<Key> = of(key).chain(of(&key.of_objective())).cloned().collect();
    waiting.sort_unstable();
    waiting.dedup();
    waiting
}

pub(super) fn link(issue: &IssueOfKey) -> IssueLink {
    IssueLink {
        reference: format!("{}#{}", issue.address.project, issue.address.iid),
        web_url: issue.address.web_url.clone(),
    }
}

fn steps_done(key_result: &KeyResult, today: Date) -> Vec<Date> {
    let Measure::Milestones(steps) = &key_result.measure else {
        return Vec::new();
    };
    let done = steps.iter().filter_map(|step| Some(step.done?.value));
    done.filter(|done| *done <= today).collect()
}

/// How a key result's score is computed, in symbols.
fn formula(key_result: &KeyResult) -> &'static str {
    let scoring = scoring(key_result);
    match (&key_result.measure, scoring) {
        (Measure::Linear { .. }, Scoring::MonthlyAverage) => {
            "the mean over the months of (month's last value − from) ÷ (to − from)"
        }
        (Measure::Linear { .. }, _) => "(value − from) ÷ (to − from)",
        (Measure::AtLeast(_) | Measure::AtMost(_), Scoring::PeriodsHeld) => {
            "values that keep the bound ÷ all values"
        }
        (Measure::AtMost(_), Scoring::BudgetLeft) => "1 − spent ÷ budget, not below 0",
        (Measure::AtLeast(_) | Measure::AtMost(_), _) => {
            "100 % while the last value keeps the bound, else 0 %"
        }
        (Measure::Milestones(_), _) => "weights of the steps that are done ÷ all weights",
    }
}

fn scoring(key_result: &KeyResult) -> Scoring {
    let declared = key_result.scoring.map(|scoring| scoring.value);
    declared.unwrap_or(Scoring::EndValue)
}

fn goal(key_result: &KeyResult) -> String {
    let unit = key_result.unit.as_ref().map(|unit| unit.value.as_str());
    let with_unit = |number: Number| match unit {
        Some(unit) => format!("{number} {unit}"),
        None => number.to_string(),
    };
    match &key_result.measure {
        Measure::Linear {
            from: Some(from),
            to,
        } => format!("from {} to {}", with_unit(from.value), with_unit(to.value)),
        Measure::Linear { from: None, to } => {
            format!(
                "to {}, from a baseline not yet measured",
                with_unit(to.value)
            )
        }
        Measure::AtLeast(bound) => format!("at least {}", with_unit(bound.value)),
        Measure::AtMost(bound) => format!("at most {}", with_unit(bound.value)),
        Measure::Milestones(steps) => match steps.len() {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        },
    }
}

fn measure(
    key_result: &KeyResult,
    readings: &[crate::model::Reading],
    due: Date,
    today: Date,
) -> MeasureStatus {
    let mut numbers = MeasureStatus {
        scoring: scoring(key_result).as_str().to_owned(),
        value: readings.last().map(|reading| reading.value),
        ..MeasureStatus::default()
    };
    match &key_result.measure {
        Measure::Linear { from, to } => {
            numbers.from = from.map(|from| from.value);
            numbers.to = Some(to.value);
        }
        Measure::AtLeast(bound) => numbers.at_least = Some(bound.value),
        Measure::AtMost(bound) => numbers.at_most = Some(bound.value),
        Measure::Milestones(steps) => {
            numbers.steps = steps
                .iter()
                .map(|step| StepStatus {
                    id: step.id.clone(),
                    title: step.title.value.clone(),
                    weight: step.weight.map_or(Number::from(1), |weight| weight.value),
                    due: step.due.map_or(due, |due| due.value),
                    done: step
                        .done
                        .map(|done| done.value)
                        .filter(|done| *done <= today),
                })
                .collect();
        }
    }
    numbers
}
