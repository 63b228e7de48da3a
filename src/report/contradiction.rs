use schemars::JsonSchema;
use serde::Serialize;

use super::check_ins::CheckInPoint;
use super::pace::{AT_RISK_BELOW, Pace};
use super::score::percent;
use crate::model::{
    Date, FLAT_DAYS, Health, KeyResult, Measure, Number, Progress, Reading, Working, unmoved_since,
};

/// Confidence in percent from which on somebody is confident.
const CONFIDENT_FROM: i64 = 70;

/// What is said of a key result, and what its data say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Contradiction {
    /// Which kind.
    pub kind: ContradictionKind,
    /// Both sides in one sentence, without a full stop.
    pub message: String,
    /// What is said, as the sentence begins.
    pub said: String,
    /// What the data say, as it ends.
    pub data: String,
}

/// How words and data can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContradictionKind {
    /// It is said to be on track, and the value has not moved for four weeks.
    FlatButOnTrack,
    /// It is said to be on track, and the due date, or a step's, is over.
    OverdueButOnTrack,
    /// It is said to be on track, and less than half is done of what was expected.
    FarBehindButOnTrack,
    /// It is said to be on track, and its guardrail is broken.
    BrokenButOnTrack,
    /// People are confident, and less than half is done of what was expected.
    FarBehindButConfident,
}

/// What is known of one key result on a day.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) key_result: &'a KeyResult,
    pub(super) points: &'a [CheckInPoint],
    pub(super) readings: &'a [Reading],
    pub(super) progress: Option<&'a Progress>,
    pub(super) pace: &'a Pace,
    pub(super) due: Date,
    pub(super) today: Date,
}

impl Known<'_> {
    /// The latest word of how it goes.
    pub(super) fn health(&self) -> Option<(Date, Health)> {
        let mut said = self.points.iter().rev();
        said.find_map(|point| Some((point.date, point.health?)))
    }

    /// The latest confidence in percent.
    pub(super) fn confidence(&self) -> Option<Number> {
        self.points.iter().rev().find_map(|point| point.confidence)
    }

    /// Whether it leads somewhere. A guardrail holds or does not, and is never done.
    fn is_way(&self) -> bool {
        matches!(
            self.key_result.measure,
            Measure::Linear { .. } | Measure::Milestones(_)
        )
    }

    /// Whether its due date is over.
    pub(super) fn is_overdue(&self) -> bool {
        self.is_way() && self.today > self.due
    }

    /// Whether there is nothing left to do: the target is reached or passed, or every step is done.
    pub(super) fn is_reached(&self) -> bool {
        let all = |progress: &Progress| match &progress.working {
            // A step that was late may count less than all of it.
            Working::Milestones { steps } => self.steps_done(steps.len()),
            _ => progress.percent >= Number::HUNDRED,
        };
        self.is_way() && self.progress.is_some_and(all)
    }

    fn steps_done(&self, all: usize) -> bool {
        let Measure::Milestones(steps) = &self.key_result.measure else {
            return false;
        };
        let done = steps
            .iter()
            .filter(|step| step.done.is_some_and(|done| done.value <= self.today));
        done.count() == all
    }

    /// Less than half is done of what was expected.
    pub(super) fn is_far_behind(&self) -> bool {
        self.pace
            .ratio
            .is_some_and(|ratio| ratio < Number::from(AT_RISK_BELOW))
    }

    /// How far it is against what was expected, in words.
    pub(super) fn distance(&self) -> String {
        let done = self.progress.map(|progress| percent(progress.percent));
        format!(
            "{} is done where {} was expected",
            done.unwrap_or_default(),
            percent(self.pace.expected_then)
        )
    }

    /// The steps whose day is over, and that are not done, by id.
    pub(super) fn overdue_steps(&self) -> Vec<String> {
        let Measure::Milestones(steps) = &self.key_result.measure else {
            return Vec::new();
        };
        steps
            .iter()
            .filter(|step| {
                let is_done = step.done.is_some_and(|done| done.value <= self.today);
                !is_done && step.due.is_some_and(|due| due.value < self.today)
            })
            .map(|step| step.id.to_string())
            .collect()
    }

    /// Whether its guardrail is broken by the last value.
    pub(super) fn is_broken(&self) -> bool {
        let Some(last) = self.readings.last() else {
            return false;
        };
        match &self.key_result.measure {
            Measure::AtLeast(bound) => last.value < bound.value,
            Measure::AtMost(bound) => last.value > bound.value,
            Measure::Linear { .. } | Measure::Milestones(_) => false,
        }
    }

    /// Since when the value has not moved, where that is four weeks or more.
    pub(super) fn flat_since(&self) -> Option<Reading> {
        if !matches!(self.key_result.measure, Measure::Linear { .. }) {
            return None;
        }
        let since = unmoved_since(self.readings)?;
        let until = self.readings.last()?.date;
        ((until - since.date).get_days() >= FLAT_DAYS).then_some(since)
    }

    /// What is said and what the data say, where they disagree.
    pub(super) fn contradictions(&self) -> Vec<Contradiction> {
        use ContradictionKind as Kind;
        if self.is_reached() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut push = |kind, said: &str, data: String| {
            found.push(Contradiction {
                kind,
                message: format!("{said}, but {data}"),
                said: said.to_owned(),
                data,
            });
        };
        if self
            .health()
            .is_some_and(|(_, health)| health == Health::OnTrack)
        {
            let said = "it is said to be on track";
            if let Some(since) = self.flat_since() {
                let flat = format!("the value has been {} since {}", since.value, since.date);
                push(Kind::FlatButOnTrack, said, flat);
            }
            if self.is_overdue() {
                let over = format!("it was due on {}", self.due);
                push(Kind::OverdueButOnTrack, said, over);
            }
            let steps = self.overdue_steps();
            if !steps.is_empty() {
                let late = format!("these steps are overdue: {}", steps.join(", "));
                push(Kind::OverdueButOnTrack, said, late);
            }
            if self.is_broken() {
                let broken = "the last value breaks its bound".to_owned();
                push(Kind::BrokenButOnTrack, said, broken);
            } else if self.is_far_behind() {
                push(Kind::FarBehindButOnTrack, said, self.distance());
            }
        }
        if let Some(confidence) = self.confidence()
            && confidence >= Number::from(CONFIDENT_FROM)
            && self.is_far_behind()
        {
            let said = format!("confidence is {confidence} %");
            push(Kind::FarBehindButConfident, &said, self.distance());
        }
        found
    }
}
