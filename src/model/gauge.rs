use std::fmt;

use super::Id;
use crate::text::{Span, Spanned};

/// Where a key result's value is read from: `measure = { … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauge {
    /// The whole table.
    pub span: Span,
    /// What is asked.
    pub source: GaugeSource,
}

/// What is asked for a key result's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GaugeSource {
    /// A figure of how work flows in a team's value stream.
    Work {
        /// The team.
        team: Id,
        /// Which figure.
        figure: WorkFigure,
        /// Over which days.
        window: Window,
        /// In which unit the key result counts it.
        scale: Scale,
    },
    /// How many issues or merge requests of a project there are.
    Count {
        /// Of which.
        what: Counted,
        /// The project's full path.
        project: String,
        /// Those that are, or have become, this.
        state: CountedState,
        /// Labels that each of them has, all of them.
        labels: Vec<String>,
        /// Over which days; open ones are counted as of now.
        window: Window,
    },
    /// What a Prometheus server says.
    Prometheus {
        /// The server's name in okr.toml.
        server: Id,
        /// In `PromQL`; it gives one number.
        query: Spanned<String>,
        /// What is made of its values over the days; only its value of now, where absent.
        aggregate: Option<(Aggregate, Window)>,
    },
    /// A number in a JSON document on a server that okr.toml lists.
    Http {
        /// The document's address.
        address: Spanned<String>,
        /// Where in it the number is, as a JSON Pointer (RFC 6901).
        pointer: String,
    },
    /// A number in a file of the repository, or one that an earlier job has made.
    File {
        /// Its path from the directory of okr.toml.
        path: Spanned<String>,
        /// Where the number is in a JSON document; without it, the number is all that the file holds.
        pointer: Option<String>,
    },
}

/// A figure of how work flows, of deployments or of incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkFigure {
    /// How many items were done.
    Velocity,
    /// The time that so many percent of the items that were done did not exceed.
    Time(u8),
    /// The share of that time in which somebody worked.
    Efficiency,
    /// How many items are in progress.
    Load,
    /// The share of items of this kind among those that were done.
    Distribution(ItemType),
    /// Deployments for each day.
    DeploymentFrequency,
    /// From merge to deployment, the median.
    LeadTime,
    /// From an incident's beginning to its end, the median.
    TimeToRestore,
    /// The share of deployments after which an incident began.
    ChangeFailureRate,
    /// How many incidents began.
    Incidents,
    /// The mean time to resolution.
    MeanTimeToResolve,
    /// The mean time to mitigation.
    MeanTimeToMitigate,
    /// The mean time between the beginnings of two incidents.
    MeanTimeBetweenIncidents,
    /// The mean time without an incident, for each.
    MeanTimeBetweenFailures,
}

/// What a figure is, which says how its key result's unit is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// How many.
    Count,
    /// A share, in percent.
    Share,
    /// How long.
    Duration,
    /// How many in a time.
    Rate,
}

impl WorkFigure {
    /// Whether it is one of work items, so that it needs to be known what labels mean.
    pub fn is_of_items(self) -> bool {
        matches!(
            self,
            Self::Velocity | Self::Time(_) | Self::Efficiency | Self::Load | Self::Distribution(_)
        )
    }

    /// Whether deployments have to be known for it.
    pub fn needs_deployments(self) -> bool {
        matches!(
            self,
            Self::DeploymentFrequency | Self::LeadTime | Self::ChangeFailureRate
        )
    }

    /// Whether issues have to be known for it: work items or incidents.
    pub fn needs_issues(self) -> bool {
        !matches!(self, Self::DeploymentFrequency | Self::LeadTime)
    }

    /// What it is.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Velocity | Self::Load | Self::Incidents => Dimension::Count,
            Self::Efficiency | Self::Distribution(_) | Self::ChangeFailureRate => Dimension::Share,
            Self::DeploymentFrequency => Dimension::Rate,
            Self::Time(_)
            | Self::LeadTime
            | Self::TimeToRestore
            | Self::MeanTimeToResolve
            | Self::MeanTimeToMitigate
            | Self::MeanTimeBetweenIncidents
            | Self::MeanTimeBetweenFailures => Dimension::Duration,
        }
    }
}

impl fmt::Display for WorkFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Velocity => "flow velocity",
            Self::Time(50) => "median flow time",
            Self::Time(percent) => return write!(f, "flow time of {percent} %"),
            Self::Efficiency => "flow efficiency",
            Self::Load => "flow load",
            Self::Distribution(kind) => return write!(f, "share of {} work", kind.as_str()),
            Self::DeploymentFrequency => "deployment frequency",
            Self::LeadTime => "lead time for changes",
            Self::TimeToRestore => "time to restore",
            Self::ChangeFailureRate => "change failure rate",
            Self::Incidents => "incidents",
            Self::MeanTimeToResolve => "MTTR",
            Self::MeanTimeToMitigate => "MTTM",
            Self::MeanTimeBetweenIncidents => "MTBI",
            Self::MeanTimeBetweenFailures => "MTBF",
        };
        f.write_str(text)
    }
}

/// The four kinds of work items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemType {
    /// New value.
    Feature,
    /// Something that was promised does not work.
    Defect,
    /// Security, privacy, compliance.
    Risk,
    /// What makes later work slower or harder.
    Debt,
}

impl ItemType {
    /// All of them, as they are listed.
    pub const ALL: [Self; 4] = [Self::Feature, Self::Defect, Self::Risk, Self::Debt];

    /// As files and outputs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Defect => "defect",
            Self::Risk => "risk",
            Self::Debt => "debt",
        }
    }
}

/// What one of a figure is in the unit of its key result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The figure as it is: a count, or percent.
    Plain,
    /// Seconds in the unit of a time, or in the time of a rate.
    Seconds(u32),
}

impl Scale {
    /// What a unit that people write means for a figure; nothing where it does not go with it. A unit is never guessed.
    pub fn of(unit: Option<&str>, dimension: Dimension) -> Option<Self> {
        let unit = unit.map(str::trim);
        match dimension {
            Dimension::Count => Some(Self::Plain),
            Dimension::Share => (unit == Some("%")).then_some(Self::Plain),
            Dimension::Duration => seconds(unit?).map(Self::Seconds),
            Dimension::Rate => {
                let unit = unit?;
                let (_, time) = unit.rsplit_once('/').or_else(|| {
                    let (what, time) = unit.rsplit_once(' ')?;
                    let per = what == "per"
                        || what == "a"
                        || what.ends_with(" per")
                        || what.ends_with(" a");
                    per.then_some((what, time))
                })?;
                seconds(time.trim()).map(Self::Seconds)
            }
        }
    }
}

/// How long a unit of time is.
fn seconds(unit: &str) -> Option<u32> {
    Some(match unit {
        "s" | "sec" | "second" | "seconds" => 1,
        "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    })
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Issues.
    Issues,
    /// Merge requests.
    MergeRequests,
}

/// Which issues or merge requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedState {
    /// Those that are open now.
    Open,
    /// Those that were made in the days.
    Created,
    /// Issues that were closed in the days and are closed now.
    Closed,
    /// Merge requests that were merged in the days.
    Merged,
}

impl CountedState {
    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Created => "created",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

/// What is made of a metric's values over some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aggregate {
    /// Their arithmetic mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Aggregate {
    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
        }
    }
}

/// The days over which something is measured. They end on the day of measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// Since the quarter began.
    Quarter,
    /// This many days, the last of them today.
    Days(u16),
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarter => f.write_str("since the quarter began"),
            Self::Days(1) => f.write_str("of today"),
            Self::Days(days) => write!(f, "over {days} days"),
        }
    }
}

impl fmt::Display for Gauge {
    /// What is measured, in a line, without the texts that people wrote: those are shown beside it, escaped as their place needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            GaugeSource::Work {
                team,
                figure: figure @ WorkFigure::Load,
                ..
            } => write!(f, "{figure} of {team}"),
            GaugeSource::Work {
                team,
                figure,
                window,
                ..
            } => write!(f, "{figure} of {team} {window}"),
            GaugeSource::Count {
                what,
                project,
                state,
                window,
                ..
            } => {
                let what = match what {
                    Counted::Issues => "issues",
                    Counted::MergeRequests => "merge requests",
                };
                match state {
                    CountedState::Open => write!(f, "open {what} of {project}"),
                    state => write!(f, "{what} of {project} {} {window}", state.as_str()),
                }
            }
            GaugeSource::Prometheus {
                server,
                aggregate: None,
                ..
            } => write!(f, "a query to {server}"),
            GaugeSource::Prometheus {
                server,
                aggregate: Some((aggregate, window)),
                ..
            } => write!(
                f,
                "the {} of a query to {server} {window}",
                aggregate.as_str()
            ),
            GaugeSource::Http { .. } => f.write_str("a document on a server"),
            GaugeSource::File { .. } => f.write_str("a file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_say_what_a_figure_is_counted_in_or_do_not_go_with_it() {
        let scale = |unit, dimension| Scale::of(unit, dimension);
        let seconds = |seconds| Some(Scale::Seconds(seconds));
        for (unit, dimension, expected) in [
            (None, Dimension::Count, Some(Scale::Plain)),
            (Some("issues"), Dimension::Count, Some(Scale::Plain)),
            (Some("%"), Dimension::Share, Some(Scale::Plain)),
            (Some("percent of work"), Dimension::Share, None),
            (None, Dimension::Share, None),
            (Some("h"), Dimension::Duration, seconds(3_600)),
            (Some("days"), Dimension::Duration, seconds(86_400)),
            (Some("m"), Dimension::Duration, None),
            (None, Dimension::Duration, None),
            (Some("deployments/day"), Dimension::Rate, seconds(86_400)),
            (Some("/week"), Dimension::Rate, seconds(604_800)),
            (Some("deploys per week"), Dimension::Rate, seconds(604_800)),
            (Some("per day"), Dimension::Rate, seconds(86_400)),
            (Some("deploys a day"), Dimension::Rate, seconds(86_400)),
            (Some("deploys"), Dimension::Rate, None),
            (Some("happy day"), Dimension::Rate, None),
        ] {
            assert_eq!(scale(unit, dimension), expected, "{unit:?} {dimension:?}");
        }
    }
}
