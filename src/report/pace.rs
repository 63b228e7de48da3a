use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{
    Date, JUDGED_FROM, KeyResult, Measure, Number, Period, Progress, Reading, ScoreRules, Scoring,
    Working, expected, expected_of_months, round_half_up, trend, worth,
};

/// Below this part of what was expected, in percent, a key result needs attention.
pub const ATTENTION_BELOW: i64 = 75;

/// Below this part of what was expected, in percent, a key result is at risk.
pub const AT_RISK_BELOW: i64 = 50;

/// The most check-ins that a projection is made from: the last ones, since what was slow in the first weeks need not stay so.
const PROJECTED_FROM: usize = 6;

/// The fewest check-ins that a projection is made from: a line through two points proves nothing.
const FEWEST: usize = 3;

/// Decimals of a ratio, far fewer than numbers have.
const RATIO_DIGITS: u32 = 12;

/// A key result's score against what the calendar asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pace {
    /// What it should be worth today, in percent, exact.
    #[schemars(with = "String")]
    pub expected: Number,
    /// The value that should be measured today; only where a baseline leads to a target.
    #[schemars(with = "Option<String>")]
    pub expected_value: Option<Number>,
    /// How that is known.
    pub method: String,
    /// The day of the value that is compared; today where the measure needs no value.
    #[schemars(with = "Option<String>")]
    pub measured_on: Option<Date>,
    /// What it should have been worth on that day, in percent, exact. A value is compared with what was asked for on its
    /// own day; that it is old is told beside.
    #[schemars(with = "String")]
    pub expected_then: Number,
    /// The score in parts of what was expected then, in percent, to twelve decimals: 100 is on pace. Absent where there is no score, or
    /// less than a quarter of the way was expected yet.
    #[schemars(with = "Option<String>")]
    pub ratio: Option<Number>,
    /// Where the values lead.
    pub projection: Option<Projection>,
}

/// Where values lead if they go on as they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Projection {
    /// How it is made.
    pub method: String,
    /// The day that it is made for.
    #[schemars(with = "String")]
    pub by: Date,
    /// The value on that day, with at most four decimals.
    #[schemars(with = "String")]
    pub value: Number,
    /// What the key result is worth then, in percent, with at most two decimals; only where one last value decides.
    #[schemars(with = "Option<String>")]
    pub score: Option<Number>,
}

/// The pace of a key result on a day.
pub(super) fn pace(
    key_result: &KeyResult,
    readings: &[Reading],
    progress: Option<&Progress>,
    (period, due): (Period, Date),
    today: Date,
    rules: &ScoreRules,
) -> Pace {
    let scoring = key_result
        .scoring
        .map_or(Scoring::EndValue, |scoring| scoring.value);
    let (measure, first) = (&key_result.measure, period.start());
    let on = |day: Date| expected(measure, scoring, first, due, day);
    let measured_on = match measure {
        Measure::Milestones(_) => Some(today),
        _ => readings.iter().map(|reading| reading.date).max(),
    };
    let expected_then = match progress.map(|progress| &progress.working) {
        Some(Working::MonthlyAverage { months, .. }) => {
            expected_of_months(months, first, due).unwrap_or(Number::ZERO)
        }
        _ => on(measured_on.unwrap_or(today)),
    };
    let ratio = progress.and_then(|progress| {
        let enough = expected_then >= Number::from(JUDGED_FROM);
        let score = rules.bounded(progress.percent);
        let ratio = crate::model::percent(score.decimal(), expected_then.decimal());
        // Thirds have no end: a part of a part would lie just beside what it is.
        let ratio = ratio.map(|ratio| round_half_up(ratio, RATIO_DIGITS));
        ratio.filter(|_| enough)
    });
    let expected = on(today);
    Pace {
        expected,
        expected_value: expected_value(measure, expected),
        method: method(measure, scoring).to_owned(),
        measured_on,
        expected_then,
        ratio,
        projection: projection(key_result, readings, due, today, scoring, rules),
    }
}

fn method(measure: &Measure, scoring: Scoring) -> &'static str {
    match (measure, scoring) {
        (Measure::Linear { .. }, Scoring::MonthlyAverage) => {
            "even from the quarter's first day to the due date; the mean over the months is compared with the mean of what \
             was due on the days of their values"
        }
        (Measure::Linear { .. }, _) => "even from the quarter's first day to the due date",
        (Measure::Milestones(_), _) => "the weights of the steps that are due",
        (Measure::AtMost(_), Scoring::BudgetLeft) => {
            "a budget that is spent evenly from the quarter's first day to the due date"
        }
        (Measure::AtLeast(_) | Measure::AtMost(_), _) => "a guardrail holds all the time",
    }
}

/// The value that makes so many percent of the way.
fn expected_value(measure: &Measure, expected: Number) -> Option<Number> {
    let Measure::Linear {
        from: Some(from),
        to,
    } = measure
    else {
        return None;
    };
    let way = to.value.decimal().checked_sub(from.value.decimal())?;
    let gone = way
        .checked_mul(expected.decimal())?
        .checked_div(Decimal::ONE_HUNDRED)?;
    let value = from.value.decimal().checked_add(gone)?;
    Some(round_half_up(Number::new(value), 4))
}

fn projection(
    key_result: &KeyResult,
    readings: &[Reading],
    due: Date,
    today: Date,
    scoring: Scoring,
    rules: &ScoreRules,
) -> Option<Projection> {
    if today >= due || readings.len() < FEWEST {
        return None;
    }
    let last = readings.get(readings.len().saturating_sub(PROJECTED_FROM)..)?;
    let value = round_half_up(trend(last, due)?.value, 4);
    let one_value_decides = matches!(scoring, Scoring::EndValue | Scoring::BudgetLeft);
    let score = one_value_decides.then(|| {
        let source = last.last()?.source;
        let by_then = Reading {
            date: due,
            value,
            source,
        };
        let progress = worth(key_result, &[by_then], None, rules).ok()?;
        Some(round_half_up(rules.bounded(progress.percent), 2))
    });
    Some(Projection {
        method: format!("least squares over the last {} check-ins", last.len()),
        by: due,
        value,
        score: score.flatten(),
    })
}
