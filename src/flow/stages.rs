use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::item::Flow;
use super::metrics::{hundredths, percent};
use super::period::Period;
use super::timeline::FlowState;
use crate::model::Number;

/// How much time all items together spent in a stage of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageTime {
    /// The label that says that an item is here; nothing for the time between a close and a reopening.
    pub stage: Option<String>,
    /// Whether somebody works on what is here.
    pub state: FlowState,
    /// The time.
    pub total: SignedDuration,
    /// Of how many items.
    pub items: usize,
    /// Its share of all time in progress, in percent to a hundredth.
    pub share: Option<Number>,
    /// How many items were there on average, to a hundredth.
    pub mean_load: Option<Number>,
}

/// The time that items in progress spent in each stage within a period, the longest first.
pub fn stage_times(flows: &[Flow], period: &Period) -> Vec<StageTime> {
    let mut stages: BTreeMap<(Option<&str>, FlowState), (SignedDuration, usize)> = BTreeMap::new();
    for flow in flows {
        let mut own: BTreeMap<(Option<&str>, FlowState), SignedDuration> = BTreeMap::new();
        for stretch in &flow.timeline.stretches {
            if stretch.state.is_in_progress() {
                let within = stretch.within(period.begin, period.end);
                *own.entry((stretch.stage.as_deref(), stretch.state))
                    .or_default() += within;
            }
        }
        for (stage, time) in own {
            if time > SignedDuration::ZERO {
                let (total, items) = stages.entry(stage).or_default();
                *total += time;
                *items += 1;
            }
        }
    }
    let all: i128 = stages.values().map(|(total, _)| total.as_millis()).sum();
    let mut stages: Vec<StageTime> = stages
        .into_iter()
        .map(|((stage, state), (total, items))| StageTime {
            stage: stage.map(str::to_owned),
            state,
            total,
            items,
            share: percent(total.as_millis(), all),
            mean_load: hundredths(total.as_millis(), period.length().as_millis()),
        })
        .collect();
    stages.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.stage.cmp(&b.stage)));
    stages
}
