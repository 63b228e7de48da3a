//! One metric of a team, week by week: what is drawn beside the check-ins of a key result.

use rust_decimal::Decimal;

use super::{FlowReport, FlowWeek};
use crate::model::{Date, Gauge, GaugeSource, Id, Number, WorkFigure, round_half_up};

/// A flow metric that has one value each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowMetric {
    /// How many items were done in the week.
    Velocity,
    /// The median of the flow times of what was done in the week.
    Time,
    /// How much of the flow time of what was done somebody worked, in percent.
    Efficiency,
    /// How many items were in progress when the week ended.
    Load,
}

impl FlowMetric {
    /// The metric that a key result names. None of `distribution`, which has a value for each kind of work, nor of a metric that
    /// only the policy of its team knows.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "velocity" => Some(Self::Velocity),
            "time" => Some(Self::Time),
            "efficiency" => Some(Self::Efficiency),
            "load" => Some(Self::Load),
            _ => None,
        }
    }

    /// The metric that a key result reads, with the team whose it is.
    pub fn measured(gauge: &Gauge) -> Option<(&Id, Self)> {
        let GaugeSource::Work { team, figure, .. } = &gauge.source else {
            return None;
        };
        let metric = match figure {
            WorkFigure::Velocity => Self::Velocity,
            WorkFigure::Time(_) => Self::Time,
            WorkFigure::Efficiency => Self::Efficiency,
            WorkFigure::Load => Self::Load,
            _ => return None,
        };
        Some((team, metric))
    }
}

/// A metric of a team, week by week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSeries {
    /// Which.
    pub metric: FlowMetric,
    /// What the values are in.
    pub unit: &'static str,
    /// Whether that is the unit that was asked for, so that values of that unit stand beside these.
    pub fits: bool,
    /// The weeks that have a value, in order.
    pub points: Vec<FlowPoint>,
}

/// The value of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowPoint {
    /// The week's first day.
    pub first: Date,
    /// Its last.
    pub last: Date,
    /// The value, to a hundredth.
    pub value: Number,
}

/// A metric of a team week by week, in the unit of a key result where that is one of the metric's. `None` where that team's
/// flow is not among the reports.
pub fn flow_series(
    reports: &[FlowReport],
    team: &Id,
    metric: FlowMetric,
    unit: Option<&str>,
) -> Option<FlowSeries> {
    let mut reports = reports.iter();
    let report = reports.find(|report| report.team == team.as_str())?;
    let wanted = unit.map(str::trim).unwrap_or_default().to_lowercase();
    let (unit, seconds, fits) = unit_of(metric, &wanted);
    let value = |week: &FlowWeek| match metric {
        FlowMetric::Velocity => whole(week.velocity),
        FlowMetric::Load => whole(week.load),
        FlowMetric::Efficiency => week.efficiency,
        FlowMetric::Time => {
            let time = Decimal::from(week.time?.median);
            Some(Number::new(time.checked_div(Decimal::from(seconds))?))
        }
    };
    let points = report.weeks.iter().filter_map(|week| {
        Some(FlowPoint {
            first: week.first,
            last: week.last,
            value: round_half_up(value(week)?, 2),
        })
    });
    Some(FlowSeries {
        metric,
        unit,
        fits,
        points: points.collect(),
    })
}

fn whole(count: usize) -> Option<Number> {
    i64::try_from(count).ok().map(Number::from)
}

/// What a metric is told in, how many seconds one of it has, and whether people mean that by the unit of their key result.
fn unit_of(metric: FlowMetric, wanted: &str) -> (&'static str, i64, bool) {
    match metric {
        FlowMetric::Time => match wanted {
            "min" | "mins" | "minute" | "minutes" => ("min", 60, true),
            "h" | "hr" | "hrs" | "hour" | "hours" => ("h", 3_600, true),
            "week" | "weeks" | "w" => ("weeks", 604_800, true),
            // Working days and the like are others.
            other => ("days", 86_400, matches!(other, "d" | "day" | "days")),
        },
        FlowMetric::Efficiency => ("%", 1, matches!(wanted, "%" | "percent" | "")),
        FlowMetric::Velocity => {
            let per_week = ["week", "weekly"];
            let says_week = wanted
                .split(|character: char| !character.is_alphanumeric())
                .any(|word| per_week.contains(&word));
            ("items a week", 1, says_week)
        }
        FlowMetric::Load => {
            let counts = [
                "", "item", "items", "issue", "issues", "ticket", "tickets", "card", "cards",
                "story", "stories", "task", "tasks",
            ];
            ("items", 1, counts.contains(&wanted))
        }
    }
}
