//! Progress as exact arithmetic that shows its working: what the values of a key result are worth, in percent.
//!
//! `docs/scoring.md` says each formula, where it comes from, and works an example.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{KeyResult, Measure, MilestoneStep, Number, Scoring};
use crate::text::{Span, Spanned};

/// A value that was measured on a day, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The day.
    pub date: Date,
    /// The measure's value.
    pub value: Number,
    /// Where it is written.
    pub source: Source,
}

/// Where something is written that people say of a key result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the file.
    File(Span),
    /// In a row of the issue's check-in table that the file does not have yet.
    Issue,
}

/// What the company has declared about scores: the same for every key result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScoreRules {
    /// The most that a key result can score, in percent; without one, over-achievement counts in full.
    pub most: Option<Number>,
    /// The least that a key result can score, in percent; without one, a regression counts below 0.
    pub least: Option<Number>,
    /// How much of its worth a step loses for each week begun after its due date, in percent, 0 to 100; nothing where
    /// absent.
    pub late_per_week: Option<Number>,
}

impl ScoreRules {
    /// A score within the declared bounds.
    #[must_use]
    pub fn bounded(&self, raw: Number) -> Number {
        let raw = self.most.map_or(raw, |most| raw.min(most));
        self.least.map_or(raw, |least| raw.max(least))
    }
}

/// What a key result is worth, with the working that leads there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Its worth in percent, exact, before [`ScoreRules::bounded`].
    pub percent: Number,
    /// How it came about.
    pub working: Working,
}

/// The formula that was used, and what was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Working {
    /// `(value − from) ÷ (to − from)`, with the last value.
    Linear {
        /// The baseline.
        from: Spanned<Number>,
        /// The target.
        to: Spanned<Number>,
        /// The last value.
        value: Reading,
    },
    /// The mean of `(value − from) ÷ (to − from)` over the months, each with its last value.
    MonthlyAverage {
        /// The baseline.
        from: Spanned<Number>,
        /// The target.
        to: Spanned<Number>,
        /// The last value of each month that has one, by month.
        months: Vec<Reading>,
    },
    /// All or nothing, by the last value.
    Kept {
        /// The bound that the value must not cross.
        bound: Spanned<Number>,
        /// The last value.
        value: Reading,
        /// Whether it keeps the bound.
        kept: bool,
    },
    /// The share of the values that kept the bound.
    PeriodsHeld {
        /// The bound that values must not cross.
        bound: Spanned<Number>,
        /// Every value, each with whether it keeps the bound.
        values: Vec<(Reading, bool)>,
    },
    /// `1 − spent ÷ budget`, not below 0, with the last value as what was spent.
    BudgetLeft {
        /// The budget.
        budget: Spanned<Number>,
        /// What was spent by then.
        spent: Reading,
    },
    /// The weights of the steps that are done, in parts of all weights.
    Milestones {
        /// Every step, in the order of the file.
        steps: Vec<StepWorth>,
    },
}

/// What one step counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWorth {
    /// Its id within the key result.
    pub id: super::Id,
    /// Its weight; 1 where none is declared.
    pub weight: Number,
    /// How much of the weight counts, in percent: 0 while it is not done, 100 once it is, less when it was late and the
    /// rules say so.
    pub counts: Number,
    /// Where the step says that it is done; its title while it does not.
    pub span: Span,
}

/// Why nothing can be said about a key result's worth. It is neither zero nor fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unmeasured {
    /// No check-in has a value.
    NoValue,
    /// Nobody has measured where it began.
    NoBaseline,
    /// Baseline and target are equal, or the budget is nothing: there is no way to go.
    NoWay,
    /// The numbers are too large to be computed with.
    TooLarge,
}

impl Unmeasured {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoValue => "no check-in has a value",
            Self::NoBaseline => "no baseline was measured",
            Self::NoWay => "there is no way from the baseline to the target",
            Self::TooLarge => "the numbers are too large",
        }
    }
}

/// How far a value came on the way from `from` to `to`, in percent, in either direction: below 0 for a regression, above
/// 100 beyond the target. `None` where there is no way to go, or the numbers are too large.
pub fn linear_progress(from: Number, to: Number, value: Number) -> Option<Number> {
    let way = to.decimal().checked_sub(from.decimal())?;
    let gone = value.decimal().checked_sub(from.decimal())?;
    percent(gone, way)
}

/// What a key result's check-ins or steps are worth, in percent, as its scoring and the rules say. `None` while nothing was
/// measured, or where it cannot be computed.
pub fn progress(key_result: &KeyResult, rules: &ScoreRules) -> Option<Number> {
    let worth = worth(key_result, &readings(key_result), None, rules).ok()?;
    Some(rules.bounded(worth.percent))
}

/// The values that a key result's file has.
pub fn readings(key_result: &KeyResult) -> Vec<Reading> {
    let said = key_result.check_ins.iter();
    said.filter_map(|check_in| {
        let value = check_in.value?;
        Some(Reading {
            date: check_in.date,
            value: value.value,
            source: Source::File(value.span),
        })
    })
    .collect()
}

/// What readings are worth to a key result, by what was known at the end of a day, or by all that is known.
///
/// # Errors
/// Nothing was measured, or it cannot be computed.
pub fn worth(
    key_result: &KeyResult,
    readings: &[Reading],
    until: Option<Date>,
    rules: &ScoreRules,
) -> Result<Progress, Unmeasured> {
    let scoring = key_result
        .scoring
        .map_or(Scoring::EndValue, |scoring| scoring.value);
    let known: Vec<Reading> = readings
        .iter()
        .filter(|reading| until.is_none_or(|until| reading.date <= until))
        .copied()
        .collect();
    match &key_result.measure {
        Measure::Milestones(steps) => milestones(steps, until, rules),
        Measure::Linear { from, to } => {
            let from = from.ok_or(Unmeasured::NoBaseline)?;
            if scoring == Scoring::MonthlyAverage {
                monthly_average(from, *to, &known)
            } else {
                linear(from, *to, last(&known)?)
            }
        }
        Measure::AtMost(budget) if scoring == Scoring::BudgetLeft => {
            budget_left(*budget, last(&known)?)
        }
        Measure::AtLeast(bound) => guardrail(*bound, scoring, &known, |value| value >= bound.value),
        Measure::AtMost(bound) => guardrail(*bound, scoring, &known, |value| value <= bound.value),
    }
}

/// The mean of scores, each with its weight, exact; `None` without scores or without any weight.
pub fn weighted_mean(scores: &[(Number, Number)]) -> Option<Number> {
    // The last digit may depend on the order of a sum, so there is one order.
    let mut scores = scores.to_vec();
    scores.sort_unstable();
    let mut sum = Decimal::ZERO;
    let mut weights = Decimal::ZERO;
    for (score, weight) in &scores {
        sum = sum.checked_add(score.decimal().checked_mul(weight.decimal())?)?;
        weights = weights.checked_add(weight.decimal())?;
    }
    sum.checked_div(weights).map(Number::new)
}

/// A number rounded to `decimals` places, halves up: what is shown of a score.
#[must_use]
pub fn round_half_up(number: Number, decimals: u32) -> Number {
    let strategy = if number < Number::ZERO {
        RoundingStrategy::MidpointTowardZero
    } else {
        RoundingStrategy::MidpointAwayFromZero
    };
    Number::new(number.decimal().round_dp_with_strategy(decimals, strategy))
}

/// A part of a whole in percent; `None` where the whole is nothing, or the numbers are too large.
pub fn percent(part: Decimal, whole: Decimal) -> Option<Number> {
    part.checked_mul(Decimal::ONE_HUNDRED)?
        .checked_div(whole)
        .map(Number::new)
}

/// The latest reading.
fn last(readings: &[Reading]) -> Result<Reading, Unmeasured> {
    let latest = readings.iter().max_by_key(|reading| reading.date);
    latest.copied().ok_or(Unmeasured::NoValue)
}

/// How far a value came; where it cannot be said, why.
fn way(from: Spanned<Number>, to: Spanned<Number>, value: Number) -> Result<Number, Unmeasured> {
    if from.value == to.value {
        return Err(Unmeasured::NoWay);
    }
    linear_progress(from.value, to.value, value).ok_or(Unmeasured::TooLarge)
}

fn linear(
    from: Spanned<Number>,
    to: Spanned<Number>,
    value: Reading,
) -> Result<Progress, Unmeasured> {
    Ok(Progress {
        percent: way(from, to, value.value)?,
        working: Working::Linear { from, to, value },
    })
}

/// The mean of what each month's last value is worth, over the months that have one.
fn monthly_average(
    from: Spanned<Number>,
    to: Spanned<Number>,
    readings: &[Reading],
) -> Result<Progress, Unmeasured> {
    let mut months: BTreeMap<(i16, i8), Reading> = BTreeMap::new();
    for reading in readings {
        let month = (reading.date.year(), reading.date.month());
        let last = months.entry(month).or_insert(*reading);
        if last.date <= reading.date {
            *last = *reading;
        }
    }
    let months: Vec<Reading> = months.into_values().collect();
    let scores = months
        .iter()
        .map(|month| Ok((way(from, to, month.value)?, Number::from(1))))
        .collect::<Result<Vec<_>, Unmeasured>>()?;
    if scores.is_empty() {
        return Err(Unmeasured::NoValue);
    }
    Ok(Progress {
        percent: weighted_mean(&scores).ok_or(Unmeasured::TooLarge)?,
        working: Working::MonthlyAverage { from, to, months },
    })
}

fn budget_left(budget: Spanned<Number>, spent: Reading) -> Result<Progress, Unmeasured> {
    if budget.value == Number::ZERO {
        return Err(Unmeasured::NoWay);
    }
    let left = budget.value.decimal().checked_sub(spent.value.decimal());
    let left = left.and_then(|left| percent(left, budget.value.decimal()));
    Ok(Progress {
        percent: left.ok_or(Unmeasured::TooLarge)?.max(Number::ZERO),
        working: Working::BudgetLeft { budget, spent },
    })
}

fn guardrail(
    bound: Spanned<Number>,
    scoring: Scoring,
    readings: &[Reading],
    keeps: impl Fn(Number) -> bool,
) -> Result<Progress, Unmeasured> {
    let value = last(readings)?;
    if scoring != Scoring::PeriodsHeld {
        let kept = keeps(value.value);
        return Ok(Progress {
            percent: if kept { Number::HUNDRED } else { Number::ZERO },
            working: Working::Kept { bound, value, kept },
        });
    }
    let values: Vec<(Reading, bool)> = readings
        .iter()
        .map(|reading| (*reading, keeps(reading.value)))
        .collect();
    let held = values.iter().filter(|(_, held)| *held).count();
    let share = percent(Decimal::from(held), Decimal::from(values.len()));
    Ok(Progress {
        percent: share.ok_or(Unmeasured::TooLarge)?,
        working: Working::PeriodsHeld { bound, values },
    })
}

/// The part of the steps that is done, by weight; a step without a weight weighs 1.
fn milestones(
    steps: &[MilestoneStep],
    until: Option<Date>,
    rules: &ScoreRules,
) -> Result<Progress, Unmeasured> {
    let steps: Vec<StepWorth> = steps
        .iter()
        .map(|step| step_worth(step, until, rules))
        .collect();
    let scores: Vec<(Number, Number)> = steps
        .iter()
        .map(|step| (step.counts, step.weight))
        .collect();
    Ok(Progress {
        percent: weighted_mean(&scores).ok_or(Unmeasured::TooLarge)?,
        working: Working::Milestones { steps },
    })
}

fn step_worth(step: &MilestoneStep, until: Option<Date>, rules: &ScoreRules) -> StepWorth {
    let done = step
        .done
        .filter(|done| until.is_none_or(|until| done.value <= until));
    let counts = done.map_or(Number::ZERO, |done| {
        let late = step
            .due
            .map_or(0, |due| (done.value - due.value).get_days());
        let weeks = Decimal::from(late.max(0).saturating_add(6) / 7);
        let lost = rules
            .late_per_week
            .and_then(|lost| lost.decimal().checked_mul(weeks))
            .unwrap_or_default();
        Number::new(Decimal::ONE_HUNDRED - lost.min(Decimal::ONE_HUNDRED))
    });
    StepWorth {
        id: step.id.clone(),
        weight: step.weight.map_or(Number::from(1), |weight| weight.value),
        counts,
        span: done.map_or(step.title.span, |done| done.span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CheckIn, Item, Lifecycle};
    use crate::text::{SourceMap, Span, Spanned};

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn published_scores_come_out() {
        for (from, to, value, shown) in [
            ("45", "60", "56.87", "79.13"),
            ("96", "240", "131", "24.31"),
            ("74.4", "76.2", "74.3784", "-1.2"),
            ("70", "56", "64.4", "40"),
            ("0", "2", "3", "150"),
        ] {
            let progress = linear_progress(number(from), number(to), number(value)).unwrap();
            assert_eq!(round_half_up(progress, 2).to_string(), shown);
        }
        assert_eq!(linear_progress(number("5"), number("5"), number("5")), None);
        let huge = number("79000000000000000000000000000");
        assert_eq!(linear_progress(number("-1"), huge, huge), None);
    }

    /// Days and the values measured on them.
    type Days<'a> = &'a [(&'a str, &'a str)];

    fn key_result(measure: Measure, scoring: Scoring, check_ins: Days<'_>) -> KeyResult {
        let span = Span::new(SourceMap::new().add("a.toml", ""), 0..0);
        KeyResult {
            item: Item {
                key: "2026-q4/sre/mtbf/hours".parse().unwrap(),
                span,
                title: Spanned::new(String::new(), span),
                description: None,
                owner: None,
                due: None,
                confidential: false,
                weight: None,
                lifecycle: Lifecycle::Active,
                previously: vec![],
                adopt: None,
                carried_from: None,
                depends_on: vec![],
                confirms: vec![],
                work: vec![],
                allow: vec![],
                amendments: vec![],
                outcome: None,
                score: None,
                evidence: vec![],
            },
            area: None,
            share: None,
            kind: None,
            flow_metric: None,
            metric: None,
            unit: None,
            measure,
            scoring: Some(Spanned::new(scoring, span)),
            gauge: None,
            check_ins: check_ins
                .iter()
                .map(|(day, value)| CheckIn {
                    date: day.parse().unwrap(),
                    span,
                    value: Some(Spanned::new(number(value), span)),
                    confidence: None,
                    health: None,
                    note: None,
                    measured: false,
                })
                .collect(),
        }
    }

    #[test]
    fn each_scoring_has_its_formula() {
        let at = |text: &str| {
            let span = Span::new(SourceMap::new().add("a.toml", ""), 0..0);
            Spanned::new(number(text), span)
        };
        let linear = |from: &str, to: &str| Measure::Linear {
            from: Some(at(from)),
            to: at(to),
        };
        let unmeasured = Measure::Linear {
            from: None,
            to: at("5"),
        };
        let rate = &[
            ("2026-10-31", "12"),
            ("2026-10-05", "11"),
            ("2026-11-30", "13"),
            ("2026-12-31", "15"),
        ];
        let twice = &[("2026-10-05", "10"), ("2026-10-12", "20")];
        let cases: &[(Measure, Scoring, Days<'_>, Option<&str>)] = &[
            (
                linear("10", "17"),
                Scoring::MonthlyAverage,
                rate,
                Some("47.6"),
            ),
            (linear("10", "17"), Scoring::EndValue, rate, Some("71.4")),
            (linear("10", "17"), Scoring::EndValue, &[], None),
            (linear("0", "5"), Scoring::EndValue, twice, Some("100")),
            (
                linear("20", "0"),
                Scoring::EndValue,
                &[("2026-10-05", "25")],
                Some("-25"),
            ),
            (unmeasured, Scoring::EndValue, twice, None),
            (
                Measure::AtMost(at("15")),
                Scoring::EndValue,
                twice,
                Some("0"),
            ),
            (
                Measure::AtLeast(at("20")),
                Scoring::EndValue,
                twice,
                Some("100"),
            ),
            (
                Measure::AtMost(at("15")),
                Scoring::PeriodsHeld,
                twice,
                Some("50"),
            ),
            (Measure::AtMost(at("15")), Scoring::PeriodsHeld, &[], None),
            (
                Measure::AtMost(at("15")),
                Scoring::BudgetLeft,
                &[("2026-10-05", "30")],
                Some("0"),
            ),
            (
                Measure::AtMost(at("15")),
                Scoring::BudgetLeft,
                &[("2026-10-05", "6")],
                Some("60"),
            ),
        ];
        let capped = ScoreRules {
            most: Some(Number::HUNDRED),
            ..ScoreRules::default()
        };
        for (measure, scoring, check_ins, shown) in cases {
            let key_result = key_result(measure.clone(), *scoring, check_ins);
            let progress = progress(&key_result, &capped)
                .map(|progress| round_half_up(progress, 1).to_string());
            assert_eq!(progress.as_deref(), *shown, "{measure:?} {scoring:?}");
        }
    }

    #[test]
    fn means_and_halves() {
        let one = Number::from(1);
        let scores =
            |texts: &[&str]| -> Vec<_> { texts.iter().map(|text| (number(text), one)).collect() };
        for (texts, shown) in [
            (["100", "40", "90"], "77"),
            (["100", "100", "0"], "67"),
            (["28.5", "47.5", "78.5"], "52"),
        ] {
            let mean = weighted_mean(&scores(&texts)).unwrap();
            assert_eq!(round_half_up(mean, 0).to_string(), shown);
        }
        assert_eq!(weighted_mean(&[]), None);
        assert_eq!(round_half_up(number("0.5"), 0), one);
        assert_eq!(round_half_up(number("-0.5"), 0), Number::ZERO);
        assert_eq!(round_half_up(number("-0.6"), 0), number("-1"));
    }
}
