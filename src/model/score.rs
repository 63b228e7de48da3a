//! Progress as exact arithmetic: what the values of a key result are worth, in percent.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{KeyResult, Measure, MilestoneStep, Number, Scoring};

/// How far a value came on the way from `from` to `to`, in percent, in either direction: below 0 for a regression, above
/// 100 beyond the target. `None` where there is no way to go, or the numbers are too large.
pub fn linear_progress(from: Number, to: Number, value: Number) -> Option<Number> {
    let way = to.decimal().checked_sub(from.decimal())?;
    let gone = value.decimal().checked_sub(from.decimal())?;
    percent(gone, way)
}

/// The part of the steps that is done, by weight, in percent; a step without a weight weighs 1.
pub fn milestone_progress(steps: &[MilestoneStep]) -> Option<Number> {
    let weight = |step: &MilestoneStep| step.weight.map_or(Decimal::ONE, |w| w.value.decimal());
    let sum = |done_only: bool| {
        steps
            .iter()
            .filter(|step| !done_only || step.done.is_some())
            .try_fold(Decimal::ZERO, |sum, step| sum.checked_add(weight(step)))
    };
    percent(sum(true)?, sum(false)?)
}

/// What a key result's check-ins or steps are worth, in percent, as its scoring says: below 0 for a regression, at most
/// `cap` where there is one. `None` while nothing was measured, or where it cannot be computed.
pub fn progress(key_result: &KeyResult, cap: Option<Number>) -> Option<Number> {
    let scoring = key_result
        .scoring
        .map_or(Scoring::EndValue, |scoring| scoring.value);
    let raw = match &key_result.measure {
        Measure::Milestones(steps) => milestone_progress(steps),
        Measure::Linear { from, to } => {
            let (from, to) = (from.as_ref()?.value, to.value);
            if scoring == Scoring::MonthlyAverage {
                monthly_average(key_result, from, to)
            } else {
                linear_progress(from, to, last_value(key_result)?)
            }
        }
        Measure::AtLeast(bound) => guardrail(key_result, scoring, |value| value >= bound.value),
        Measure::AtMost(bound) if scoring == Scoring::BudgetLeft => {
            let left = bound
                .value
                .decimal()
                .checked_sub(last_value(key_result)?.decimal())?;
            percent(left, bound.value.decimal()).map(|left| left.max(Number::ZERO))
        }
        Measure::AtMost(bound) => guardrail(key_result, scoring, |value| value <= bound.value),
    }?;
    Some(cap.map_or(raw, |cap| raw.min(cap)))
}

/// The mean of scores, each with its weight, exact; `None` without scores or without any weight.
pub fn weighted_mean(scores: &[(Number, Number)]) -> Option<Number> {
    let mut sum = Decimal::ZERO;
    let mut weights = Decimal::ZERO;
    for (score, weight) in scores {
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

/// The value of the latest check-in that has one.
fn last_value(key_result: &KeyResult) -> Option<Number> {
    key_result
        .check_ins
        .iter()
        .filter_map(|check_in| Some((check_in.date, check_in.value?.value)))
        .max_by_key(|(date, _)| *date)
        .map(|(_, value)| value)
}

/// The mean of what each month's last value is worth, over the months that have one.
fn monthly_average(key_result: &KeyResult, from: Number, to: Number) -> Option<Number> {
    let mut months = BTreeMap::new();
    for check_in in &key_result.check_ins {
        if let Some(value) = check_in.value {
            let month = (check_in.date.year(), check_in.date.month());
            let last = months.entry(month).or_insert((check_in.date, value.value));
            if last.0 <= check_in.date {
                *last = (check_in.date, value.value);
            }
        }
    }
    let scores = months
        .into_values()
        .map(|(_, value)| Some((linear_progress(from, to, value)?, Number::from(1))))
        .collect::<Option<Vec<_>>>()?;
    weighted_mean(&scores)
}

fn guardrail(
    key_result: &KeyResult,
    scoring: Scoring,
    keeps: impl Fn(Number) -> bool,
) -> Option<Number> {
    if scoring != Scoring::PeriodsHeld {
        let kept = keeps(last_value(key_result)?);
        return Some(if kept { Number::HUNDRED } else { Number::ZERO });
    }
    let values = || key_result.check_ins.iter().filter_map(|c| c.value);
    let kept = values().filter(|value| keeps(value.value)).count();
    percent(Decimal::from(kept), Decimal::from(values().count()))
}

fn percent(part: Decimal, whole: Decimal) -> Option<Number> {
    part.checked_mul(Decimal::ONE_HUNDRED)?
        .checked_div(whole)
        .map(Number::new)
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
            check_ins: check_ins
                .iter()
                .map(|(day, value)| CheckIn {
                    date: day.parse().unwrap(),
                    span,
                    value: Some(Spanned::new(number(value), span)),
                    confidence: None,
                    health: None,
                    note: None,
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
        for (measure, scoring, check_ins, shown) in cases {
            let key_result = key_result(measure.clone(), *scoring, check_ins);
            let progress = progress(&key_result, Some(Number::HUNDRED))
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
