//! A number that explains itself: what was computed, from what, and where each input stands.

use schemars::JsonSchema;
use serde::Serialize;

use super::material::Material;
use crate::config::{OverAchievement, Regression};
use crate::model::{
    Number, Progress, Reading, Source, Unmeasured, Working, linear_progress, round_half_up,
};
use crate::text::Spanned;

/// A score in percent with its working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Score {
    /// The score in percent, exact; below 0 for a regression, above 100 beyond the target where that counts. Absent where
    /// nothing is known: that is neither zero nor fine.
    #[schemars(with = "Option<String>")]
    pub percent: Option<Number>,
    /// How it is computed, in symbols.
    pub formula: String,
    /// The same with the numbers put in and the result, rounded; absent where nothing is known.
    pub working: Option<String>,
    /// What went into it.
    pub inputs: Vec<Input>,
    /// Why nothing is known, where nothing is.
    pub missing: Option<String>,
    /// How many of the objectives, key results or teams that count have a score; 1 or 0 for a key result.
    pub known: u32,
    /// How many count.
    pub counting: u32,
}

/// Something that a score was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Input {
    /// What it is in the formula: "from", "value of 2026-11-16", a key.
    pub name: String,
    /// Its value; absent where it is not known.
    pub value: Option<String>,
    /// Its weight in a mean.
    #[schemars(with = "Option<String>")]
    pub weight: Option<Number>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A line of a file.
    File(Place),
    /// A row in the check-in table of its issue that the file does not have yet.
    UnpulledRow,
    /// The setting of this name in okr.toml, or its default.
    Setting(String),
    /// The score of another objective, key result or team.
    Score,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// The path in the workspace.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl Score {
    /// Nothing is known, for this reason.
    pub(super) fn unknown(formula: impl Into<String>, missing: impl Into<String>) -> Self {
        Self {
            percent: None,
            formula: formula.into(),
            working: None,
            inputs: Vec::new(),
            missing: Some(missing.into()),
            known: 0,
            counting: 1,
        }
    }

    /// A score that somebody has declared.
    pub(super) fn declared(material: &Material<'_>, score: Spanned<Number>) -> Self {
        Self {
            percent: Some(score.value),
            formula: "the declared score".to_owned(),
            working: Some(percent(score.value)),
            inputs: vec![Input::file(material, "score", score)],
            missing: None,
            known: 1,
            counting: 1,
        }
    }

    /// What a key result's values give.
    pub(super) fn of(
        material: &Material<'_>,
        formula: &str,
        worth: Result<Progress, Unmeasured>,
    ) -> Self {
        let progress = match worth {
            Ok(progress) => progress,
            Err(why) => return Self::unknown(formula, why.name()),
        };
        let scoring = &material.config.scoring;
        let bounded = scoring.rules().bounded(progress.percent);
        let (mut working, mut inputs) = worked(material, &progress.working);
        working.push_str(" = ");
        working.push_str(&exact(progress.percent));
        if bounded != progress.percent {
            let (setting, value) = if bounded < progress.percent {
                let value = match scoring.over_achievement {
                    OverAchievement::CapAt(most) => most.to_string(),
                    OverAchievement::Uncapped => "uncapped".to_owned(),
                };
                ("scoring.over_achievement", value)
            } else {
                let value = match scoring.regression {
                    Regression::Zero => "zero",
                    Regression::Negative => "negative",
                };
                ("scoring.regression", value.to_owned())
            };
            working.push_str(", counted as ");
            working.push_str(&percent(bounded));
            inputs.push(Input::setting(setting, value));
        }
        if let (Some(lost), true) = (scoring.rules().late_per_week, is_late(&progress.working)) {
            inputs.push(Input::setting("scoring.late_per_week", lost.to_string()));
        }
        Self {
            percent: Some(bounded),
            formula: formula.to_owned(),
            working: Some(working),
            inputs,
            missing: None,
            known: 1,
            counting: 1,
        }
    }

    /// Whether everything that counts is known.
    pub fn is_complete(&self) -> bool {
        self.known == self.counting
    }
}

impl Input {
    fn file(material: &Material<'_>, name: impl Into<String>, number: Spanned<Number>) -> Self {
        Self {
            name: name.into(),
            value: Some(number.value.to_string()),
            weight: None,
            origin: Origin::File(material.place(number.span)),
        }
    }

    fn setting(name: &str, value: String) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value),
            weight: None,
            origin: Origin::Setting(name.to_owned()),
        }
    }

    fn reading(material: &Material<'_>, reading: &Reading) -> Self {
        Self {
            name: format!("value of {}", reading.date),
            value: Some(reading.value.to_string()),
            weight: None,
            origin: origin(material, reading.source),
        }
    }

    /// The score of another objective, key result or team.
    pub(super) fn score(name: &str, score: Option<Number>, weight: Number) -> Self {
        Self {
            name: name.to_owned(),
            value: score.map(exact),
            weight: Some(weight),
            origin: Origin::Score,
        }
    }
}

/// Where something that people say is written.
pub(super) fn origin(material: &Material<'_>, source: Source) -> Origin {
    match source {
        Source::File(span) => Origin::File(material.place(span)),
        Source::Issue => Origin::UnpulledRow,
    }
}

/// A percentage with two decimals, halves up: what people compare with what was published.
pub(super) fn exact(number: Number) -> String {
    format!("{} %", round_half_up(number, 2))
}

/// Whole percent, halves up.
pub(super) fn percent(number: Number) -> String {
    format!("{} %", round_half_up(number, 0))
}

fn is_late(working: &Working) -> bool {
    let Working::Milestones { steps } = working else {
        return false;
    };
    let partly = |counts: Number| counts != Number::HUNDRED;
    steps.iter().any(|step| partly(step.counts))
}

/// The left side of the equation, and what was put into it.
fn worked(material: &Material<'_>, working: &Working) -> (String, Vec<Input>) {
    match working {
        Working::Linear { from, to, value } => (
            way(from.value, to.value, value.value),
            vec![
                Input::reading(material, value),
                Input::file(material, "from", *from),
                Input::file(material, "to", *to),
            ],
        ),
        Working::MonthlyAverage { from, to, months } => {
            let parts: Vec<String> = months
                .iter()
                .filter_map(|month| linear_progress(from.value, to.value, month.value))
                .map(exact)
                .collect();
            let mut inputs: Vec<Input> = months
                .iter()
                .map(|month| Input::reading(material, month))
                .collect();
            inputs.push(Input::file(material, "from", *from));
            inputs.push(Input::file(material, "to", *to));
            (mean_of(&parts), inputs)
        }
        Working::Kept { bound, value, kept } => (
            format!(
                "{} {} {}",
                value.value,
                if *kept { "keeps" } else { "breaks" },
                bound.value
            ),
            vec![
                Input::reading(material, value),
                Input::file(material, "bound", *bound),
            ],
        ),
        Working::PeriodsHeld { bound, values } => {
            let held = values.iter().filter(|(_, held)| *held).count();
            let mut inputs: Vec<Input> = values
                .iter()
                .map(|(reading, _)| Input::reading(material, reading))
                .collect();
            inputs.push(Input::file(material, "bound", *bound));
            (format!("{held} ÷ {}", values.len()), inputs)
        }
        Working::BudgetLeft { budget, spent } => (
            format!("1 − {} ÷ {}", spent.value, budget.value),
            vec![
                Input::reading(material, spent),
                Input::file(material, "budget", *budget),
            ],
        ),
        Working::Milestones { steps } => {
            let done: Vec<String> = steps
                .iter()
                .filter(|step| step.counts > Number::ZERO)
                .map(|step| {
                    if step.counts == Number::HUNDRED {
                        step.weight.to_string()
                    } else {
                        format!("{} × {}", step.weight, percent(step.counts))
                    }
                })
                .collect();
            let all: Vec<String> = steps.iter().map(|step| step.weight.to_string()).collect();
            let sum = |parts: &[String]| match parts {
                [] => "0".to_owned(),
                [one] => one.clone(),
                parts => format!("({})", parts.join(" + ")),
            };
            let inputs = steps.iter().map(|step| Input {
                name: format!("step {}", step.id),
                value: Some(if step.counts > Number::ZERO {
                    percent(step.counts)
                } else {
                    "not done".to_owned()
                }),
                weight: Some(step.weight),
                origin: Origin::File(material.place(step.span)),
            });
            (format!("{} ÷ {}", sum(&done), sum(&all)), inputs.collect())
        }
    }
}

/// `(171 − 96) ÷ (240 − 96)`, with what is below zero in parentheses of its own.
fn way(from: Number, to: Number, value: Number) -> String {
    let from = if from < Number::ZERO {
        format!("({from})")
    } else {
        from.to_string()
    };
    format!("({value} − {from}) ÷ ({to} − {from})")
}

/// The mean of parts, written out.
pub(super) fn mean_of(parts: &[String]) -> String {
    match parts {
        [one] => one.clone(),
        parts => format!("({}) ÷ {}", parts.join(" + "), parts.len()),
    }
}
