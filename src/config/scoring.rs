use crate::model::{
    Item, KeyResult, Lifecycle, Number, Objective, ScoreRules, progress, weighted_mean,
};

/// `[scoring]`: the company's choices, each explicit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoringSettings {
    /// What becomes of progress beyond the target.
    pub over_achievement: OverAchievement,
    /// What becomes of a value that is worse than the baseline.
    pub regression: Regression,
    /// How much of its worth a milestone loses for each week begun after its due date, in percent, 0 to 100.
    pub late_per_week: Number,
    /// What a dropped key result counts.
    pub dropped: Dropped,
    /// How key results make their objective's score.
    pub roll_up: RollUp,
}

impl Default for ScoringSettings {
    fn default() -> Self {
        Self {
            over_achievement: OverAchievement::CapAt(Number::HUNDRED),
            regression: Regression::Negative,
            late_per_week: Number::ZERO,
            dropped: Dropped::Excluded,
            roll_up: RollUp::Mean,
        }
    }
}

/// What becomes of progress beyond the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverAchievement {
    /// It counts up to this score in percent, 100 or more.
    CapAt(Number),
    /// It counts in full.
    Uncapped,
}

/// What becomes of a value that is worse than the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regression {
    /// It counts below zero, as GitLab's published OKRs have it.
    Negative,
    /// It counts as zero.
    Zero,
}

/// What a dropped key result counts in its objective's score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It is left out.
    Excluded,
    /// It counts as zero.
    Zero,
}

/// How key results make their objective's score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollUp {
    /// Their mean, as GitLab's published OKRs were rolled up.
    Mean,
    /// Their mean by declared weights.
    Weighted,
}

/// What one of several objectives or key results counts in the score of what is above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Its score, with this weight.
    Weight(Number),
    /// Zero, with this weight: it was dropped.
    Zero(Number),
    /// Nothing: it was dropped and is left out.
    LeftOut,
}

impl ScoringSettings {
    /// What goes for the score of every single key result.
    pub fn rules(&self) -> ScoreRules {
        ScoreRules {
            most: match self.over_achievement {
                OverAchievement::CapAt(most) => Some(most),
                OverAchievement::Uncapped => None,
            },
            least: match self.regression {
                Regression::Negative => None,
                Regression::Zero => Some(Number::ZERO),
            },
            late_per_week: Some(self.late_per_week).filter(|lost| *lost > Number::ZERO),
        }
    }

    /// What an objective or key result counts among others.
    pub fn counting(&self, item: &Item) -> Counting {
        let weight = match (self.roll_up, item.weight) {
            (RollUp::Weighted, Some(weight)) => weight.value,
            _ => Number::from(1),
        };
        match (&item.lifecycle, self.dropped) {
            (Lifecycle::Dropped { .. }, Dropped::Excluded) => Counting::LeftOut,
            (Lifecycle::Dropped { .. }, Dropped::Zero) => Counting::Zero(weight),
            _ => Counting::Weight(weight),
        }
    }

    /// A key result's score by what the files say: the declared one, else what its values give.
    pub fn key_result(&self, key_result: &KeyResult) -> Option<Number> {
        let declared = key_result.item.score.map(|score| score.value);
        declared.or_else(|| progress(key_result, &self.rules()))
    }

    /// What an objective's own key results give it, by what the files say; `None` while one that counts has no score: what
    /// nobody has measured makes the whole unknown, not zero.
    pub fn objective(&self, objective: &Objective) -> Option<Number> {
        let scores = objective
            .key_results
            .iter()
            .filter_map(|key_result| match self.counting(&key_result.item) {
                Counting::Weight(weight) => {
                    Some(self.key_result(key_result).map(|score| (score, weight)))
                }
                Counting::Zero(weight) => Some(Some((Number::ZERO, weight))),
                Counting::LeftOut => None,
            })
            .collect::<Option<Vec<_>>>()?;
        weighted_mean(&scores)
    }
}
