use jiff::civil::Date;

use super::{Id, Number};
use crate::text::Spanned;

/// How a key result is measured: exactly one of three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// From a baseline to a target, in either direction: progress is the share of the way that was gone.
    Linear {
        /// Where the measure stood when the quarter began; absent while nobody has measured it.
        from: Option<Spanned<Number>>,
        /// Where it shall stand at the end.
        to: Spanned<Number>,
    },
    /// A guardrail: the value must not fall below this.
    AtLeast(Spanned<Number>),
    /// A guardrail: the value must not rise above this.
    AtMost(Spanned<Number>),
    /// Steps that are done or not; one step is a yes or no. Never empty.
    Milestones(Vec<MilestoneStep>),
}

/// One step of a key result that is measured by milestones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneStep {
    /// Its name within the key result.
    pub id: Id,
    /// What is done when it is done.
    pub title: Spanned<String>,
    /// Its part of the whole, greater than 0; parts are compared with each other, so they need not sum to 100. Equal parts
    /// where none is given.
    pub weight: Option<Spanned<Number>>,
    /// When it shall be done.
    pub due: Option<Spanned<Date>>,
    /// When it was done.
    pub done: Option<Spanned<Date>>,
}

/// How values become a score, where a measure allows more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scoring {
    /// The last value decides: the default of every measure.
    EndValue,
    /// The mean of the progress of each month: for rates (linear only).
    MonthlyAverage,
    /// The share of check-ins that kept the guardrail (guardrails only).
    PeriodsHeld,
    /// The share of the budget that is left (`at_most` only).
    BudgetLeft,
}

impl Scoring {
    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EndValue => "end-value",
            Self::MonthlyAverage => "monthly-average",
            Self::PeriodsHeld => "periods-held",
            Self::BudgetLeft => "budget-left",
        }
    }

    /// Whether the measure can be scored so.
    pub fn suits(self, measure: &Measure) -> bool {
        match self {
            Self::EndValue => true,
            Self::MonthlyAverage => matches!(measure, Measure::Linear { .. }),
            Self::PeriodsHeld => matches!(measure, Measure::AtLeast(_) | Measure::AtMost(_)),
            Self::BudgetLeft => matches!(measure, Measure::AtMost(_)),
        }
    }
}
