//! From key results to objectives, teams and departments.

use rust_decimal::Decimal;

use super::score::{Input, Score, exact, mean_of};
use crate::model::{Number, weighted_mean};

/// What one part of a mean gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its score, where it is known.
    pub(super) score: Option<Number>,
    /// What it was at the end of the day since which changes are told.
    pub(super) before: Option<Number>,
    /// What it should be by today.
    pub(super) expected: Option<Number>,
    /// Its weight, 0 or more.
    pub(super) weight: Number,
}

/// What parts give together.
#[derive(Clone)]
pub(super) struct Whole {
    pub(super) score: Score,
    pub(super) before: Option<Number>,
    pub(super) expected: Option<Number>,
}

/// The mean of parts by their weights, over those whose score is known. Which part comes first makes no difference.
pub(super) fn mean(parts: &[(String, Part)], what: &str) -> Whole {
    let known: Vec<&Part> = parts
        .iter()
        .map(|(_, part)| part)
        .filter(|part| part.score.is_some())
        .collect();
    let of = |value: fn(&Part) -> Option<Number>| {
        let weighted: Vec<(Number, Number)> = parts
            .iter()
            .filter_map(|(_, part)| Some((value(part)?, part.weight)))
            .collect();
        weighted_mean(&weighted)
    };
    let percent = of(|part| part.score);
    let is_weighted = parts.iter().any(|(_, part)| part.weight != Number::from(1));
    let formula = if is_weighted {
        format!("the mean of {what} by weight")
    } else {
        format!("the mean of {what}")
    };
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let working =
        percent.map(|percent| format!("{} = {}", written(&known, is_weighted), exact(percent)));
    let missing = match percent {
        Some(_) => None,
        None if parts.is_empty() => Some("there is nothing to compute it from".to_owned()),
        None if known.is_empty() => Some(format!("none of {what} has a score")),
        None => Some("what has a score has no weight".to_owned()),
    };
    Whole {
        score: Score {
            percent,
            formula,
            working,
            inputs: parts
                .iter()
                .map(|(name, part)| Input::score(name, part.score, part.weight))
                .collect(),
            missing,
            known: count(known.len()),
            counting: count(parts.len()),
        },
        before: of(|part| part.before),
        expected: of(|part| part.score.and(part.expected)),
    }
}

/// `(52.08 % + 53.85 %) ÷ 2`, or with weights `(52.08 % × 2 + 53.85 % × 1) ÷ 3`.
fn written(known: &[&Part], is_weighted: bool) -> String {
    let score = |part: &&Part| exact(part.score.unwrap_or(Number::ZERO));
    if !is_weighted {
        return mean_of(&known.iter().map(score).collect::<Vec<_>>());
    }
    let products: Vec<String> = known
        .iter()
        .map(|part| format!("{} × {}", score(part), part.weight))
        .collect();
    let weights: Decimal = known
        .iter()
        .map(|part| part.weight.decimal())
        .fold(Decimal::ZERO, |sum, weight| {
            sum.checked_add(weight).unwrap_or(sum)
        });
    format!("({}) ÷ {}", products.join(" + "), Number::new(weights))
}
