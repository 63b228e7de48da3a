use jiff::{SignedDuration, Timestamp};

use super::item::{Ending, Flow};
use super::period::Period;
use super::quantile::{mean, median, quantile};
use crate::model::{ItemType, Number};

/// The five metrics of the Flow Framework, of a value stream in a period. What is done in it is what ended in it for good, as far
/// as is known today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowMetrics {
    /// Flow velocity: how many items were done.
    pub velocity: usize,
    /// Flow time of the items that were done and have one.
    pub time: Option<Times>,
    /// How many were done without ever having started: closed as they were new. They count for the velocity and have no flow
    /// time.
    pub never_started: usize,
    /// Flow efficiency in percent, to a hundredth: how much of the flow time of what was done somebody worked on it. Only items
    /// whose past is certain count.
    pub efficiency: Option<Number>,
    /// How many of the items that were done do not count for the efficiency, since their past is not certain.
    pub uncertain: usize,
    /// Flow load: how many items were in progress, by the mean over the time, to a hundredth.
    pub mean_load: Option<Number>,
    /// Flow distribution of what was done.
    pub distribution: Distribution,
    /// How many items ended without being done.
    pub cancelled: usize,
}

/// How long something took, over several items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Over how many items.
    pub count: usize,
    /// Half of them took no longer.
    pub median: SignedDuration,
    /// 85 percent of them took no longer.
    pub p85: SignedDuration,
    /// 95 percent of them took no longer.
    pub p95: SignedDuration,
    /// The mean, for Little's law; long times pull at it.
    pub mean: SignedDuration,
}

impl Times {
    /// Of the given times; nothing of none.
    pub fn of(times: &[SignedDuration]) -> Option<Self> {
        Some(Self {
            count: times.len(),
            median: median(times)?,
            p85: quantile(times, 85)?,
            p95: quantile(times, 95)?,
            mean: mean(times)?,
        })
    }
}

/// How many items of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Distribution {
    counts: [usize; 4],
    /// How many have no label of a kind.
    pub unmapped: usize,
}

impl Distribution {
    /// Of the given kinds.
    pub fn of(kinds: impl IntoIterator<Item = Option<ItemType>>) -> Self {
        let mut distribution = Self::default();
        for kind in kinds {
            let count = kind.and_then(|kind| distribution.counts.get_mut(kind as usize));
            *count.unwrap_or(&mut distribution.unmapped) += 1;
        }
        distribution
    }

    /// How many of a kind.
    pub fn count(&self, kind: ItemType) -> usize {
        self.counts.get(kind as usize).copied().unwrap_or_default()
    }

    /// How many in all, those without a kind as well.
    pub fn total(&self) -> usize {
        self.counts.iter().sum::<usize>() + self.unmapped
    }

    /// The share of a kind among all, those without a kind as well, in percent to a hundredth.
    pub fn share(&self, kind: ItemType) -> Option<Number> {
        percent(self.count(kind) as i128, self.total() as i128)
    }

    /// The share of those without a kind, in percent to a hundredth.
    pub fn unmapped_share(&self) -> Option<Number> {
        percent(self.unmapped as i128, self.total() as i128)
    }
}

/// What is in progress at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load<'a> {
    /// The items, the one that has been in progress for the longest time first.
    pub items: Vec<(&'a Flow, SignedDuration)>,
    /// Their kinds.
    pub distribution: Distribution,
}

/// The metrics of a period that has gone by.
pub fn flow_metrics(flows: &[Flow], period: &Period) -> FlowMetrics {
    let ended = |how: Ending| {
        flows.iter().filter(move |flow| {
            flow.ended
                .is_some_and(|(at, ending)| ending == how && period.contains(at))
        })
    };
    let done: Vec<&Flow> = ended(Ending::Done).collect();
    let times: Vec<SignedDuration> = done.iter().filter_map(|flow| flow.flow_time()).collect();
    let certain = done.iter().filter(|flow| flow.is_certain());
    let shares = certain.filter_map(|flow| Some((flow.active_time()?, flow.flow_time()?)));
    let (active, total) = shares.fold((0, 0), |(active, total), (a, t)| {
        (active + a.as_millis(), total + t.as_millis())
    });
    let loaded: i128 = flows
        .iter()
        .map(|flow| {
            flow.in_progress_within(period.begin, period.end)
                .as_millis()
        })
        .sum();
    FlowMetrics {
        velocity: done.len(),
        time: Times::of(&times),
        never_started: done.len() - times.len(),
        efficiency: percent(active, total),
        uncertain: done.iter().filter(|flow| !flow.is_certain()).count(),
        mean_load: hundredths(loaded, period.length().as_millis()),
        distribution: Distribution::of(done.iter().map(|flow| flow.kind)),
        cancelled: ended(Ending::Cancelled).count(),
    }
}

/// What is in progress at an instant.
pub fn load_at(flows: &[Flow], at: Timestamp) -> Load<'_> {
    let in_progress = flows.iter().filter(|flow| flow.is_in_progress(at));
    let mut items: Vec<(&Flow, SignedDuration)> = in_progress
        .filter_map(|flow| Some((flow, flow.time_by(at)?)))
        .collect();
    items.sort_by(|(a, a_age), (b, b_age)| {
        (b_age.cmp(a_age)).then_with(|| a.reference.cmp(&b.reference))
    });
    Load {
        distribution: Distribution::of(items.iter().map(|(flow, _)| flow.kind)),
        items,
    }
}

/// A share in percent, to a hundredth, halves up.
pub(super) fn percent(part: i128, of: i128) -> Option<Number> {
    hundredths(part.checked_mul(100)?, of)
}

/// A quotient, to a hundredth, halves up; nothing for a divisor that is not above zero.
pub(super) fn hundredths(part: i128, of: i128) -> Option<Number> {
    if of <= 0 {
        return None;
    }
    let doubled = part.checked_mul(200)?.checked_add(of)?;
    let rounded = doubled.div_euclid(of.checked_mul(2)?);
    let value = rust_decimal::Decimal::try_from_i128_with_scale(rounded, 2).ok()?;
    Some(Number::new(value))
}
