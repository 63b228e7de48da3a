use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::event::{ClosedAs, LabelAction, LabelEvent, StateEvent, WorkItem};
use crate::config::FlowStates;

/// Where a work item is, in the words of the Flow Framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowState {
    /// Nobody has committed to it.
    New,
    /// It was committed to and waits for somebody, or for something in its way.
    Waiting,
    /// Somebody works on it.
    Active,
    /// It is done.
    Done,
    /// It will not be done.
    Cancelled,
}

impl FlowState {
    /// As outputs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether work that is here is in progress: it counts for the flow load and the flow time.
    pub fn is_in_progress(self) -> bool {
        matches!(self, Self::Waiting | Self::Active)
    }

    /// Whether nothing more is to do.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

/// A time in which an item was in one state, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The state.
    pub state: FlowState,
    /// The label that says so, where one does.
    pub stage: Option<String>,
    /// From when.
    pub from: Timestamp,
    /// Until when; nothing while it lasts.
    pub to: Option<Timestamp>,
}

impl Stretch {
    /// How much of the stretch lies between two instants, the first no later than the second.
    pub fn within(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let begin = self.from.max(from);
        let end = self.to.map_or(to, |end| end.min(to));
        end.duration_since(begin).max(SignedDuration::ZERO)
    }
}

/// What of an item's past GitLab does not tell for certain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// A label that it once had was deleted since: what state it meant nobody knows.
    DeletedLabel,
    /// It has a label that no event tells of, as imported issues do: it is taken to have had it from the beginning.
    SinceTheBeginning(String),
    /// Its events end otherwise than GitLab shows the label now.
    HiddenLabelEvents(String),
    /// Its events end otherwise than GitLab shows its state now; a moved issue loses its state events.
    HiddenStateEvents,
}

/// When an item was in which state: stretches without gaps from its beginning on, the last one open at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The stretches, in order. Neighbours differ in state or stage, and none is empty.
    pub stretches: Vec<Stretch>,
    /// What is not certain, each once.
    pub doubts: BTreeSet<Doubt>,
}

/// One change of what an issue has, at an instant.
enum Change {
    Label { key: u64, present: bool },
    Closed(bool),
}

impl Timeline {
    /// Reads an item's past. Events are taken by their times, those of one time by their ids, so that a change that takes one
    /// label away and gives another is one step.
    pub fn of(item: &WorkItem, states: &FlowStates) -> Self {
        let mut doubts = BTreeSet::new();
        let mut labels = Labels::default();
        labels.read(item, states, &mut doubts);
        let Labels {
            names,
            at_first: mut present,
            mut changes,
        } = labels;
        let mut closings: Vec<StateEvent> = item.state_events.clone();
        closings.sort_by_key(|event| (event.at, event.id));
        let ends_closed = closings.last().is_some_and(|event| event.closed);
        let is_closed = item.closed_at.is_some();
        if ends_closed != is_closed {
            doubts.insert(Doubt::HiddenStateEvents);
            // Of a close that no event tells of, the issue tells the time. Of a reopening it does not: the item is taken to
            // be as its events end.
            if let Some(at) = item.closed_at {
                let id = u64::MAX;
                closings.push(StateEvent {
                    id,
                    at,
                    closed: true,
                });
            }
        }
        let closings = closings.into_iter();
        changes.extend(closings.map(|event| (event.at, event.id, Change::Closed(event.closed))));
        changes.sort_by_key(|&(at, id, _)| (at, id));

        let mut closed = false;
        let first = changes.first().map(|&(at, ..)| at);
        let begin = first.map_or(item.created_at, |first| first.min(item.created_at));
        let is_last_close = last_close(&changes);
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut step = |at: Timestamp, present: &BTreeSet<u64>, closed: bool| {
            let closed_as = item.closed_as.filter(|_| is_last_close == Some(at));
            let (state, label) = place(&names, present, closed, closed_as, states);
            match stretches.last_mut() {
                Some(last) if last.state == state && last.stage == label => return,
                // Several changes of one instant are one: what lay between them did not last.
                Some(last) if last.from == at => {
                    last.state = state;
                    last.stage = label;
                    return;
                }
                Some(last) => last.to = Some(at),
                None => {}
            }
            stretches.push(Stretch {
                state,
                stage: label,
                from: at,
                to: None,
            });
        };
        let mut changes = changes.into_iter().peekable();
        let mut at = begin;
        loop {
            while let Some((_, _, change)) = changes.next_if(|&(when, ..)| when <= at) {
                match change {
                    Change::Label { key, present: true } => drop(present.insert(key)),
                    Change::Label { key, .. } => drop(present.remove(&key)),
                    Change::Closed(now) => closed = now,
                }
            }
            step(at, &present, closed);
            match changes.peek() {
                Some(&(next, ..)) => at = next,
                None => break,
            }
        }
        Self { stretches, doubts }
    }

    /// The state at an instant; nothing before the item's beginning.
    pub fn state_at(&self, at: Timestamp) -> Option<FlowState> {
        let found = self
            .stretches
            .iter()
            .rev()
            .find(|stretch| stretch.from <= at);
        found.map(|stretch| stretch.state)
    }
}

/// When the last close was after which no reopening came.
fn last_close(changes: &[(Timestamp, u64, Change)]) -> Option<Timestamp> {
    let mut states = changes
        .iter()
        .rev()
        .filter_map(|(at, _, change)| match change {
            Change::Closed(closed) => Some((*at, *closed)),
            Change::Label { .. } => None,
        });
    states
        .next()
        .filter(|&(_, closed)| closed)
        .map(|(at, _)| at)
}

/// The labels that an item has had and that say something about its state.
#[derive(Default)]
struct Labels {
    /// Their names, by id.
    names: BTreeMap<u64, String>,
    /// Those that it had before its first event.
    at_first: BTreeSet<u64>,
    changes: Vec<(Timestamp, u64, Change)>,
}

impl Labels {
    fn read(&mut self, item: &WorkItem, states: &FlowStates, doubts: &mut BTreeSet<Doubt>) {
        let mut events: Vec<&LabelEvent> = item.label_events.iter().collect();
        events.sort_by_key(|event| (event.at, event.id));
        let mut present_at_last: BTreeMap<u64, bool> = BTreeMap::new();
        for event in events {
            let Some((key, name)) = &event.label else {
                doubts.insert(Doubt::DeletedLabel);
                continue;
            };
            if rank(states, name).is_none() {
                continue;
            }
            let present = event.action == LabelAction::Add;
            // Whatever is removed first was there before.
            if present_at_last.insert(*key, present).is_none() && !present {
                self.at_first.insert(*key);
            }
            self.names.insert(*key, name.clone());
            let change = Change::Label { key: *key, present };
            self.changes.push((event.at, event.id, change));
        }
        // A group and a project may each have a label of one name.
        let mut by_name: BTreeMap<&str, bool> = BTreeMap::new();
        for (key, name) in &self.names {
            let present = present_at_last.get(key).copied().unwrap_or_default();
            *by_name.entry(name).or_default() |= present;
        }
        let now: BTreeSet<&str> = item.labels.iter().map(String::as_str).collect();
        for (&name, &present) in &by_name {
            if present != now.contains(name) {
                doubts.insert(Doubt::HiddenLabelEvents(name.to_owned()));
            }
        }
        let untold = now
            .into_iter()
            .filter(|name| rank(states, name).is_some() && !by_name.contains_key(name));
        // No event has an id as high as these.
        let untold: Vec<(u64, String)> = (0..)
            .map(|at| u64::MAX - at)
            .zip(untold.map(str::to_owned))
            .collect();
        for (key, name) in untold {
            doubts.insert(Doubt::SinceTheBeginning(name.clone()));
            self.at_first.insert(key);
            self.names.insert(key, name);
        }
    }
}

/// What each list of [`FlowStates`] means, in their order.
const STATES: [FlowState; 5] = [
    FlowState::Cancelled,
    FlowState::Done,
    FlowState::Waiting,
    FlowState::Active,
    FlowState::Waiting,
];

/// How much a label counts among those of one issue: the list that it stands in, and its place there.
fn rank(states: &FlowStates, name: &str) -> Option<(usize, usize)> {
    let lists = [
        &states.cancelled,
        &states.done,
        &states.blocked,
        &states.active,
        &states.waiting,
    ];
    lists.iter().enumerate().find_map(|(list, labels)| {
        let place = labels.iter().position(|label| label == name)?;
        Some((list, place))
    })
}

/// The state that labels and the issue's own state make, and the label that decides.
fn place(
    names: &BTreeMap<u64, String>,
    present: &BTreeSet<u64>,
    closed: bool,
    closed_as: Option<ClosedAs>,
    states: &FlowStates,
) -> (FlowState, Option<String>) {
    let names = present.iter().filter_map(|key| names.get(key));
    let ranked = names.filter_map(|name| Some((rank(states, name)?, name)));
    let (state, name) = match ranked.min() {
        Some(((list, _), name)) => (STATES.get(list).copied(), Some(name.clone())),
        None => (None, None),
    };
    let state = state.unwrap_or(FlowState::New);
    match (closed, state) {
        (true, FlowState::Cancelled) | (false, _) => (state, name),
        (true, _) if closed_as.is_some() => (FlowState::Cancelled, None),
        (true, _) => (FlowState::Done, None),
    }
}
