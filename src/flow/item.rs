use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::event::WorkItem;
use super::timeline::{Doubt, FlowState, Timeline};
use crate::config::{FlowSettings, FlowTypes, Reopened};
use crate::model::ItemType;

/// How an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Done,
    /// It will not be done.
    Cancelled,
}

/// What became of a work item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The full reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Whether not everybody may read it.
    pub confidential: bool,
    /// What kind of work it is, by the labels that it ended with, or has now: later labels do not rewrite what was done. Nothing
    /// where no label says so.
    pub kind: Option<ItemType>,
    /// When work on it was first committed to: it began to wait, or to be worked on. Nothing where it never was.
    pub started: Option<Timestamp>,
    /// When and how it ended for good: the last time, no reopening came after.
    pub ended: Option<(Timestamp, Ending)>,
    /// When it was in which state.
    pub timeline: Timeline,
    reopened: Reopened,
}

impl Flow {
    /// From its start to its end, waiting and active. Nothing while it is not done, or where it was done without a start.
    pub fn flow_time(&self) -> Option<SignedDuration> {
        let (ended, _) = self.ended?;
        self.time_by(ended)
    }

    /// How long it had been in progress at an instant, from its start on; nothing before that.
    pub fn time_by(&self, at: Timestamp) -> Option<SignedDuration> {
        let started = self.started.filter(|&started| started <= at)?;
        let over = match self.reopened {
            Reopened::Waiting => SignedDuration::ZERO,
            Reopened::Excluded => self.sum(started, at, FlowState::is_over),
        };
        Some(at.duration_since(started) - over)
    }

    /// How much of its flow time somebody worked on it.
    pub fn active_time(&self) -> Option<SignedDuration> {
        let (started, (ended, _)) = (self.started?, self.ended?);
        let active = |state| state == FlowState::Active;
        Some(self.sum(started, ended, active))
    }

    /// Whether it was in progress at an instant: started, not ended for good. A reopening does not make it a second item: the
    /// time between counts as the setting says.
    pub fn is_in_progress(&self, at: Timestamp) -> bool {
        let is_begun = self.started.is_some_and(|started| started <= at);
        let is_over = self.ended.is_some_and(|(ended, _)| ended <= at);
        let pauses = self.reopened == Reopened::Excluded
            && self.timeline.state_at(at).is_some_and(FlowState::is_over);
        is_begun && !is_over && !pauses
    }

    /// How long it was in progress between two instants.
    pub fn in_progress_within(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let Some(started) = self.started else {
            return SignedDuration::ZERO;
        };
        let begin = started.max(from);
        let end = self.ended.map_or(to, |(ended, _)| ended.min(to));
        if end <= begin {
            return SignedDuration::ZERO;
        }
        let over = match self.reopened {
            Reopened::Waiting => SignedDuration::ZERO,
            Reopened::Excluded => self.sum(begin, end, FlowState::is_over),
        };
        end.duration_since(begin) - over
    }

    /// Whether its past is told well enough to say how much of its time was active.
    pub fn is_certain(&self) -> bool {
        let doubts = &self.timeline.doubts;
        !doubts.iter().any(|doubt| {
            matches!(
                doubt,
                Doubt::DeletedLabel | Doubt::HiddenLabelEvents(_) | Doubt::HiddenStateEvents
            )
        })
    }

    fn sum(
        &self,
        from: Timestamp,
        to: Timestamp,
        counts: impl Fn(FlowState) -> bool,
    ) -> SignedDuration {
        let stretches = self.timeline.stretches.iter();
        stretches
            .filter(|stretch| counts(stretch.state))
            .map(|stretch| stretch.within(from, to))
            .fold(SignedDuration::ZERO, |sum, part| sum + part)
    }
}

/// What became of an issue; nothing where its labels say that it is no work item.
pub fn flow_of(item: &WorkItem, settings: &FlowSettings) -> Option<Flow> {
    let timeline = Timeline::of(item, &settings.states);
    let stretches = &timeline.stretches;
    let over = stretches
        .iter()
        .rev()
        .take_while(|stretch| stretch.state.is_over())
        .last();
    // What was closed as done and is called cancelled afterwards is cancelled, since when it was closed.
    let ending = stretches.last().map(|last| match last.state {
        FlowState::Cancelled => Ending::Cancelled,
        _ => Ending::Done,
    });
    let ended = over.zip(ending).map(|(over, ending)| (over.from, ending));
    let started = stretches
        .iter()
        .find(|stretch| stretch.state.is_in_progress())
        .map(|stretch| stretch.from);
    let labels = match ended {
        Some((ended, _)) => item.labels_at(ended),
        None => item.labels.iter().map(String::as_str).collect(),
    };
    let types = &settings.types;
    let is_managed = |all: &Vec<String>| all.iter().all(|label| labels.contains(label.as_str()));
    if has_any(&labels, &types.ignore) || settings.managed.iter().any(is_managed) {
        return None;
    }
    Some(Flow {
        reference: item.reference.clone(),
        title: item.title.clone(),
        confidential: item.confidential,
        kind: kind_of(&labels, item.is_incident, types),
        started,
        ended,
        reopened: settings.reopened,
        timeline,
    })
}

fn has_any(labels: &BTreeSet<&str>, wanted: &[String]) -> bool {
    wanted.iter().any(|label| labels.contains(label.as_str()))
}

/// What kind of work labels say; an incident without a label of a kind is a defect.
fn kind_of(labels: &BTreeSet<&str>, is_incident: bool, types: &FlowTypes) -> Option<ItemType> {
    let by_label = [
        (&types.risk, ItemType::Risk),
        (&types.defect, ItemType::Defect),
        (&types.debt, ItemType::Debt),
        (&types.feature, ItemType::Feature),
    ];
    let found = by_label
        .into_iter()
        .find(|(wanted, _)| has_any(labels, wanted));
    let found = found.map(|(_, kind)| kind);
    found.or(is_incident.then_some(ItemType::Defect))
}
