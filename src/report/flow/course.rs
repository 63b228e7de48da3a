//! A value stream over time: week by week, and quarter by quarter.

use jiff::{SignedDuration, ToSpan as _};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    DistributionReport, FlowMaterial, StageReport, TimesReport, day_of, distribution, stages, times,
};
use crate::flow::{Period, flow_metrics, load_at};
use crate::model::{Date, Number, Quarter};

/// The most weeks that are told, the last ones: a year.
const WEEKS: usize = 53;
/// The most quarters before the last one that are told.
const QUARTERS_BEFORE: usize = 4;

/// How work flowed in a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlowWeek {
    /// Its first day.
    #[schemars(with = "String")]
    pub first: Date,
    /// Its last day, the seventh or the last of the time.
    #[schemars(with = "String")]
    pub last: Date,
    /// Flow velocity: how many items were done.
    pub velocity: usize,
    /// How many items ended without being done.
    pub cancelled: usize,
    /// Flow time of what was done.
    pub time: Option<TimesReport>,
    /// Flow efficiency of what was done.
    #[schemars(with = "Option<String>")]
    pub efficiency: Option<Number>,
    /// How many items that were done do not count for the efficiency, since GitLab does not tell their whole past.
    pub uncertain: usize,
    /// Flow load: how many items were in progress when the week ended, or are now.
    pub load: usize,
    /// How many were in progress on average.
    #[schemars(with = "Option<String>")]
    pub mean_load: Option<Number>,
    /// Flow distribution of what was done.
    pub distribution: DistributionReport,
    /// The time in each stage of the work, the longest first.
    pub stages: Vec<StageReport>,
}

/// What was done in a quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlowQuarter {
    /// Which.
    pub quarter: String,
    /// Its first day.
    #[schemars(with = "String")]
    pub first: Date,
    /// Its last day.
    #[schemars(with = "String")]
    pub last: Date,
    /// Flow velocity: how many items were done until its end, or until now.
    pub velocity: usize,
    /// Flow time of what was done.
    pub time: Option<TimesReport>,
    /// Flow efficiency of what was done.
    #[schemars(with = "Option<String>")]
    pub efficiency: Option<Number>,
    /// Flow distribution of what was done.
    pub distribution: DistributionReport,
}

/// The weeks of the time that have begun, from its first day on.
pub(super) fn weeks(material: &FlowMaterial<'_>) -> Vec<FlowWeek> {
    let (first, last) = material.days;
    let begun = begun(first, last.min(day_of(material.now)));
    let told = begun.into_iter().filter_map(|begin| {
        let end = begin
            .checked_add(6.days())
            .map_or(last, |end| end.min(last));
        week(material, begin, end)
    });
    told.collect()
}

/// The first days of the last weeks that begin between two days.
fn begun(first: Date, last: Date) -> Vec<Date> {
    let weeks = (last - first).get_days() / 7;
    let told = i32::try_from(WEEKS).unwrap_or(i32::MAX);
    let earliest = (weeks + 1).saturating_sub(told).max(0);
    (earliest..=weeks)
        .filter_map(|week| first.checked_add((i64::from(week) * 7).days()).ok())
        .collect()
}

fn week(material: &FlowMaterial<'_>, first: Date, last: Date) -> Option<FlowWeek> {
    let period = Period::days(first, last)?.until(material.now)?;
    let flows = material.flows;
    let metrics = flow_metrics(flows, &period);
    Some(FlowWeek {
        first,
        last,
        velocity: metrics.velocity,
        cancelled: metrics.cancelled,
        time: metrics.time.map(times),
        efficiency: metrics.efficiency,
        uncertain: metrics.uncertain,
        load: load_at(flows, period.end).items.len(),
        mean_load: metrics.mean_load,
        distribution: distribution(&metrics.distribution),
        stages: stages(flows, &period),
    })
}

/// The quarter in which the time ends and those before it, as far as there are items that had begun.
pub(super) fn quarters(material: &FlowMaterial<'_>, period: &Period) -> Vec<FlowQuarter> {
    let last_day = day_of(period.end - SignedDuration::from_nanos(1));
    let Some(last) = material.calendar.quarter_of(last_day) else {
        return Vec::new();
    };
    let began = material
        .flows
        .iter()
        .filter_map(|flow| flow.timeline.stretches.first())
        .map(|stretch| stretch.from)
        .min();
    let back = std::iter::successors(Some(last), |quarter| quarter.previous());
    let mut told: Vec<FlowQuarter> = back
        .take(QUARTERS_BEFORE + 1)
        .filter_map(|quarter| Some((quarter, days(material, quarter)?)))
        .take_while(|(quarter, (_, of))| {
            *quarter == last || began.is_some_and(|began| began < of.end)
        })
        .map(|(quarter, ((first, last), of))| {
            let metrics = flow_metrics(material.flows, &of);
            FlowQuarter {
                quarter: quarter.to_string(),
                first,
                last,
                velocity: metrics.velocity,
                time: metrics.time.map(times),
                efficiency: metrics.efficiency,
                distribution: distribution(&metrics.distribution),
            }
        })
        .collect();
    told.reverse();
    told
}

/// The days of a quarter, and the time that has gone by of it.
fn days(material: &FlowMaterial<'_>, quarter: Quarter) -> Option<((Date, Date), Period)> {
    let days = material.calendar.period(quarter)?;
    let (first, last) = (days.start(), days.end());
    let period = Period::days(first, last)?.until(material.now)?;
    Some(((first, last), period))
}
