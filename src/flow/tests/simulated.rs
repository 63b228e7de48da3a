//! Items whose true intervals are known, and what GitLab would keep of them: every metric equals the truth, computed apart.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{hour, label_event, settings};
use crate::flow::{
    FlowState, LabelAction, Period, StateEvent, WorkItem, flow_metrics, flow_of, load_at, mean,
    quantile, stage_times,
};

/// Where the item truly was, and for how many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    New,
    Todo,
    Doing,
    Review,
    Blocked,
    Closed,
}

impl Place {
    /// The labels of an issue that is here. Whoever says that something is in the way may leave the label of the work.
    fn labels(self, noise: bool) -> &'static [&'static str] {
        match self {
            Self::New | Self::Closed => &[],
            Self::Todo => &["todo"],
            Self::Doing => &["doing"],
            Self::Review => &["review"],
            Self::Blocked if noise => &["blocked", "review", "ready"],
            Self::Blocked => &["blocked"],
        }
    }

    fn state(self) -> FlowState {
        match self {
            Self::New => FlowState::New,
            Self::Todo | Self::Blocked => FlowState::Waiting,
            Self::Doing | Self::Review => FlowState::Active,
            Self::Closed => FlowState::Done,
        }
    }
}

#[derive(Debug, Clone)]
struct Truth {
    begin: i64,
    walk: Vec<(Place, i64)>,
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::New),
        Just(Place::Todo),
        Just(Place::Doing),
        Just(Place::Review),
        Just(Place::Blocked),
        Just(Place::Closed),
    ]
}

fn truth() -> impl Strategy<Value = Truth> {
    let walk = prop::collection::vec((place(), 1..400_000_000_i64), 1..9);
    (0..2_000_000_000_i64, walk).prop_map(|(begin, walk)| Truth { begin, walk })
}

fn at(milliseconds: i64) -> Timestamp {
    hour(0) + SignedDuration::from_millis(milliseconds)
}

impl Truth {
    /// The places with their begin and end; the last one lasts.
    fn spans(&self) -> Vec<(Place, i64, Option<i64>)> {
        let mut begin = self.begin;
        let last = self.walk.len() - 1;
        let spans = self
            .walk
            .iter()
            .enumerate()
            .map(|(index, &(place, length))| {
                let from = begin;
                begin += length;
                (place, from, (index < last).then_some(begin))
            });
        spans.collect()
    }

    /// What GitLab would keep of it: each change of place is one change of the issue, with all its events at one instant.
    fn item(&self, noise: bool) -> WorkItem {
        let mut item = WorkItem {
            reference: format!("acme/sre#{}", self.begin),
            title: String::new(),
            confidential: false,
            is_incident: false,
            created_at: at(self.begin),
            closed_at: None,
            closed_as: None,
            labels: Vec::new(),
            label_events: Vec::new(),
            state_events: Vec::new(),
        };
        let mut id = 0;
        for (place, begin, _) in self.spans() {
            let when = at(begin);
            let closed = place == Place::Closed;
            if closed != item.closed_at.is_some() {
                id += 1;
                item.state_events.push(StateEvent {
                    id,
                    at: when,
                    closed,
                });
                item.closed_at = closed.then_some(when);
            }
            // A close leaves the labels as they are.
            if closed {
                continue;
            }
            let (before, now) = (std::mem::take(&mut item.labels), place.labels(noise));
            let gone = before
                .iter()
                .map(String::as_str)
                .filter(|name| !now.contains(name));
            let gone = gone.map(|name| (name, LabelAction::Remove));
            let come = now
                .iter()
                .copied()
                .filter(|&name| !before.iter().any(|old| old == name));
            let come = come.map(|name| (name, LabelAction::Add));
            for (name, action) in gone.chain(come) {
                id += 1;
                item.label_events.push(label_event(id, when, name, action));
            }
            item.labels = now.iter().map(|&name| name.to_owned()).collect();
        }
        // The server orders as it likes.
        item.label_events.reverse();
        item
    }

    fn started(&self) -> Option<i64> {
        let spans = self.spans();
        spans
            .iter()
            .find(|(place, ..)| place.state().is_in_progress())
            .map(|&(_, begin, _)| begin)
    }

    /// The begin of the closed places at the end.
    fn ended(&self) -> Option<i64> {
        let spans = self.spans();
        let closed = spans
            .iter()
            .rev()
            .take_while(|(place, ..)| *place == Place::Closed);
        closed.last().map(|&(_, begin, _)| begin)
    }

    fn active(&self) -> i64 {
        let spans = self.spans();
        let active = spans
            .iter()
            .filter(|(place, ..)| place.state() == FlowState::Active);
        active
            .filter_map(|&(_, begin, end)| Some(end? - begin))
            .sum()
    }

    /// Nothing was done before work on it began, or it was not done at all.
    fn flow_time(&self) -> Option<i64> {
        let (started, ended) = (self.started()?, self.ended()?);
        (started <= ended).then_some(ended - started)
    }
}

fn sum(values: impl Iterator<Item = i64>) -> i64 {
    values.sum()
}

proptest! {
    #[test]
    fn every_metric_equals_the_truth(truths in prop::collection::vec(truth(), 0..12), noise: bool) {
        let flows: Vec<_> = truths.iter().map(|truth| flow_of(&truth.item(noise), &settings()).unwrap()).collect();
        for (flow, truth) in flows.iter().zip(&truths) {
            prop_assert!(flow.timeline.doubts.is_empty(), "{:?}", flow.timeline.doubts);
            prop_assert_eq!(flow.started, truth.started().map(at));
            prop_assert_eq!(flow.ended.map(|(when, _)| when), truth.ended().map(at));
            prop_assert_eq!(flow.flow_time().map(|time| time.as_millis()), truth.flow_time().map(i128::from));
            if flow.flow_time().is_some() {
                prop_assert_eq!(flow.active_time().unwrap().as_millis(), i128::from(truth.active()));
            }
            // Without gaps, and no neighbours are the same.
            for pair in flow.timeline.stretches.windows(2) {
                prop_assert_eq!(pair[0].to, Some(pair[1].from));
                prop_assert!(pair[0].from < pair[1].from);
                prop_assert_ne!((&pair[0].state, &pair[0].stage), (&pair[1].state, &pair[1].stage));
            }
        }
        let period = Period { begin: at(500_000_000), end: at(2_500_000_000) };
        let metrics = flow_metrics(&flows, &period);
        let inside = |when: i64| (500_000_000..2_500_000_000).contains(&when);
        let done: Vec<&Truth> = truths.iter().filter(|truth| truth.ended().is_some_and(inside)).collect();
        prop_assert_eq!(metrics.velocity, done.len());
        let times: Vec<SignedDuration> = done.iter().filter_map(|truth| truth.flow_time()).map(SignedDuration::from_millis).collect();
        prop_assert_eq!(metrics.time.map(|times| times.median), quantile(&times, 50));
        prop_assert_eq!(metrics.time.map(|times| times.mean), mean(&times));
        prop_assert_eq!(metrics.never_started, done.len() - times.len());
        // Load by instant, counted from the truth.
        for when in [400_000_000, 900_000_000, 1_700_000_000] {
            let truly = truths.iter().filter(|truth| {
                truth.started().is_some_and(|started| started <= when) && truth.ended().is_none_or(|ended| ended > when)
            });
            prop_assert_eq!(load_at(&flows, at(when)).items.len(), truly.count());
        }
        // Time in stages, from the truth.
        let total: i128 = stage_times(&flows, &period).iter().map(|stage| stage.total.as_millis()).sum();
        let truly = sum(truths.iter().flat_map(Truth::spans).filter(|(place, ..)| place.state().is_in_progress()).map(|(_, begin, end)| {
            (end.unwrap_or(i64::MAX).min(2_500_000_000) - begin.max(500_000_000)).max(0)
        }));
        prop_assert_eq!(total, i128::from(truly));
    }

    #[test]
    fn a_quantile_grows_with_its_share_and_keeps_within_the_values(values in prop::collection::vec(0..1_000_000_i64, 1..40), low in 0..100_u8) {
        let times: Vec<SignedDuration> = values.iter().map(|&value| SignedDuration::from_millis(value)).collect();
        let (less, more) = (quantile(&times, low).unwrap(), quantile(&times, low + 1).unwrap());
        prop_assert!(less <= more);
        prop_assert!(times.iter().min().unwrap() <= &less && &more <= times.iter().max().unwrap());
        let mut reversed = times.clone();
        reversed.reverse();
        prop_assert_eq!(quantile(&reversed, low), Some(less));
    }
}

/// Little's law: what is in progress on average is how much is done in a time, times how long it takes. Where everything begins
/// and ends within the period it holds exactly; in a steady state, but for what crosses its ends.
#[test]
fn littles_law_holds() {
    // An item every six hours, each in progress for one to five days, in an order without a pattern.
    let truths: Vec<Truth> = (0..600_i64)
        .map(|index| {
            let days = (index * 7919) % 97;
            let length = 86_400_000 + days * 3_600_000;
            Truth {
                begin: index * 21_600_000,
                walk: vec![
                    (Place::Todo, length / 3),
                    (Place::Doing, length - length / 3),
                    (Place::Closed, 1),
                ],
            }
        })
        .collect();
    let flows: Vec<_> = truths
        .iter()
        .map(|truth| flow_of(&truth.item(false), &settings()).unwrap())
        .collect();
    let law = |period: Period| -> (f64, f64) {
        let metrics = flow_metrics(&flows, &period);
        let load: f64 = metrics.mean_load.unwrap().to_string().parse().unwrap();
        let rate =
            f64::from(u32::try_from(metrics.velocity).unwrap()) / period.length().as_secs_f64();
        (load, rate * metrics.time.unwrap().mean.as_secs_f64())
    };
    let (load, expected) = law(Period {
        begin: hour(0),
        end: hour(24 * 200),
    });
    assert!((load - expected).abs() <= 0.005, "{load} {expected}");
    let (load, expected) = law(Period {
        begin: hour(24 * 20),
        end: hour(24 * 120),
    });
    assert!(
        (load - expected).abs() / expected < 0.02,
        "{load} {expected}"
    );
}
