//! How work flows in a team's value stream, as outputs show it.

mod course;
mod dependencies;
mod series;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

pub use self::course::{FlowQuarter, FlowWeek};
pub use self::dependencies::{
    DependenciesReport, DependencyReport, add_dependencies, linked_items,
};
pub use self::series::{FlowMetric, FlowPoint, FlowSeries, flow_series};
use crate::config::IncidentSettings;
use crate::flow::{
    Bottleneck, Deployment, Distribution, Doubt, Ending, Flow, Incident, Period, StageTime, Times,
    aging_period, aging_times, bottleneck, deployment_metrics, flow_metrics, incident_metrics,
    load_at, older_than, stage_times,
};
use crate::model::{Calendar, Date, Id, ItemType, Number};

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const FLOW_FORMAT: u32 = 1;

/// How work flows in a team's value stream. Times are whole seconds; shares are percent, as text, so that no reader rounds them.
///
/// While `format` stays the same, no field goes, changes its type or its meaning, or becomes null where it was not. New fields
/// may come: pass over what you do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "flow of okr")]
pub struct FlowReport {
    /// The version of this form: 1.
    pub format: u32,
    /// The team's id.
    pub team: String,
    /// Its name.
    pub name: String,
    /// The first day.
    #[schemars(with = "String")]
    pub first: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub last: Date,
    /// The instant until which the figures go: the end of the last day, or now.
    #[schemars(with = "String")]
    pub until: Timestamp,
    /// Flow velocity: how many items were done.
    pub velocity: usize,
    /// How many of them were never in progress: they have no flow time.
    pub never_started: usize,
    /// How many items ended without being done.
    pub cancelled: usize,
    /// Flow time: from the first commitment to the end.
    pub time: Option<TimesReport>,
    /// Flow efficiency: how much of that time somebody worked.
    #[schemars(with = "Option<String>")]
    pub efficiency: Option<Number>,
    /// How many items that were done do not count for the efficiency, since GitLab does not tell their whole past.
    pub uncertain: usize,
    /// Flow load.
    pub load: LoadReport,
    /// Flow distribution of what was done.
    pub distribution: DistributionReport,
    /// The time in each stage of the work, the longest first.
    pub stages: Vec<StageReport>,
    /// The stage where most of that time went, and whether it is a bottleneck; absent where nothing was in progress.
    pub bottleneck: Option<BottleneckReport>,
    /// The time week by week from the first day on, and no more than the last 53 weeks of it. The last week ends with the
    /// time, or now.
    pub weeks: Vec<FlowWeek>,
    /// What was done in the quarter in which the time ends, and in up to four before it, as far as the history goes; the
    /// earliest first.
    pub quarters: Vec<FlowQuarter>,
    /// How long items took lately, against which the age of those in progress is held; absent where none was done that had been
    /// in progress.
    pub past: Option<PastReport>,
    /// How items in progress are linked to other teams' items; absent where links were not read, as by `okr flow`.
    pub dependencies: Option<DependenciesReport>,
    /// Incidents of the severities that count.
    pub incidents: IncidentReport,
    /// Deployments, where they could be read.
    pub deployments: Option<DeploymentReport>,
    /// What of the items' past is not certain, each with how many items.
    pub doubts: Vec<DoubtReport>,
    /// Every item that was done in the period, the latest first: what the figures are made of.
    pub done: Vec<DoneItem>,
}

/// Times in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimesReport {
    /// Over how many.
    pub count: usize,
    /// Half of them took no longer.
    pub median: i64,
    /// 85 percent of them took no longer.
    pub p85: i64,
    /// 95 percent of them took no longer.
    pub p95: i64,
    /// The mean.
    pub mean: i64,
}

/// What is in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoadReport {
    /// The mean over the time.
    #[schemars(with = "Option<String>")]
    pub mean: Option<Number>,
    /// What is in progress at the end, the oldest first.
    pub items: Vec<LoadItem>,
    /// Their kinds.
    pub distribution: DistributionReport,
}

/// An item in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoadItem {
    /// The issue.
    pub issue: String,
    /// Its title; absent where not everybody may read it.
    pub title: Option<String>,
    /// Whether the issue is confidential.
    pub confidential: bool,
    /// Where it is: a label, or nothing for work that has none any more.
    pub stage: Option<String>,
    /// How long it has been in progress.
    pub age: i64,
    /// Whether it has been in progress for longer than 85 percent of what was done lately took.
    pub is_old: bool,
    /// 50, 85 or 95: the highest of these percentages of what was done lately that took less time than it has been in progress;
    /// absent where it is younger than that.
    pub older_than: Option<u8>,
}

/// How long items took lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PastReport {
    /// Those count that were done from this day on: the first of the time, or thirteen weeks before its end, whichever is earlier.
    #[schemars(with = "String")]
    pub since: Date,
    /// How long they took.
    pub time: TimesReport,
}

/// The stage where most of the time in progress went, and whether it is a bottleneck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BottleneckReport {
    /// The stage, and the time there.
    pub stage: StageReport,
    /// The stage where most time went after it, if there is another.
    pub next: Option<StageReport>,
    /// How many items were there on average in the first half of the time.
    #[schemars(with = "Option<String>")]
    pub load_before: Option<Number>,
    /// And in the second half.
    #[schemars(with = "Option<String>")]
    pub load_after: Option<Number>,
    /// stands-out: it is a bottleneck. only-stage: there is no other. close-second: the next takes at least four fifths of its
    /// time. not-growing: its load does not grow. too-short: the time is shorter than two weeks.
    pub verdict: &'static str,
}

/// How many items of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DistributionReport {
    /// Each kind.
    pub kinds: Vec<KindShare>,
    /// How many have no label of a kind.
    pub unmapped: usize,
    /// Their share.
    #[schemars(with = "Option<String>")]
    pub unmapped_share: Option<Number>,
}

/// How many items of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindShare {
    /// feature, defect, risk or debt.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
    /// The share of all.
    #[schemars(with = "Option<String>")]
    pub share: Option<Number>,
}

/// The time in a stage of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StageReport {
    /// The label; absent for reopened work that has none.
    pub stage: Option<String>,
    /// waiting or active.
    pub state: &'static str,
    /// The time of all items together.
    pub total: i64,
    /// Of how many items.
    pub items: usize,
    /// The share of all time in progress.
    #[schemars(with = "Option<String>")]
    pub share: Option<Number>,
    /// How many items were there on average.
    #[schemars(with = "Option<String>")]
    pub mean_load: Option<Number>,
}

/// Incidents of the severities that count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IncidentReport {
    /// How many began.
    pub count: usize,
    /// How many others began that nobody has given a severity.
    pub without_severity: usize,
    /// Mean time to resolution (MTTR).
    pub to_resolve: Option<i64>,
    /// Mean time to mitigation (MTTM).
    pub to_mitigate: Option<i64>,
    /// Mean time between incidents (MTBI).
    pub between: Option<i64>,
    /// Mean time between failures (MTBF).
    pub between_failures: Option<i64>,
}

/// The four metrics of DORA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeploymentReport {
    /// How many deployments there were.
    pub count: usize,
    /// Deployments for a day.
    #[schemars(with = "Option<String>")]
    pub frequency: Option<Number>,
    /// Lead time for changes, over all merge requests.
    pub lead_time: Option<TimesReport>,
    /// As GitLab computes it: the median of daily medians.
    pub lead_time_gitlab: Option<i64>,
    /// Time to restore the service, over all incidents.
    pub time_to_restore: Option<TimesReport>,
    /// As GitLab computes it.
    pub time_to_restore_gitlab: Option<i64>,
    /// Change failure rate: deployments after which an incident began before the next one.
    #[schemars(with = "Option<String>")]
    pub change_failure_rate: Option<Number>,
    /// As GitLab computes it: incidents for each deployment.
    #[schemars(with = "Option<String>")]
    pub change_failure_rate_gitlab: Option<Number>,
}

/// What of items' past is not certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoubtReport {
    /// What: deleted-label, since-the-beginning, hidden-label-events, hidden-state-events.
    pub doubt: &'static str,
    /// Of how many items.
    pub items: usize,
}

/// An item that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoneItem {
    /// The issue.
    pub issue: String,
    /// Its title; absent where not everybody may read it.
    pub title: Option<String>,
    /// Whether the issue is confidential.
    pub confidential: bool,
    /// feature, defect, risk or debt; absent where no label says so.
    pub kind: Option<&'static str>,
    /// When work on it was first committed to.
    #[schemars(with = "Option<String>")]
    pub started: Option<Timestamp>,
    /// When it was done.
    #[schemars(with = "String")]
    pub ended: Timestamp,
    /// Its flow time.
    pub time: Option<i64>,
    /// How much of it somebody worked.
    pub active: Option<i64>,
    /// What of its past is not certain.
    pub doubts: Vec<&'static str>,
}

/// What a report of a value stream is made of.
#[derive(Debug, Clone, Copy)]
pub struct FlowMaterial<'a> {
    /// The team.
    pub team: (&'a Id, &'a str),
    /// The first and the last day.
    pub days: (Date, Date),
    /// Now.
    pub now: Timestamp,
    /// The work items.
    pub flows: &'a [Flow],
    /// The incidents, and how they are told.
    pub incidents: (&'a [Incident], &'a IncidentSettings),
    /// The deployments, where they could be read.
    pub deployments: Option<&'a [Deployment]>,
    /// Which days each quarter has.
    pub calendar: &'a Calendar,
    /// The projects that are open to fewer people than what is told: titles of their issues are not among it.
    pub restricted: &'a BTreeSet<String>,
}

impl FlowMaterial<'_> {
    /// The title of an issue, where everybody may read it who reads the report.
    fn title(&self, flow: &Flow) -> Option<String> {
        let project = flow.reference.rsplit_once('#');
        let is_restricted = project.is_some_and(|(project, _)| self.restricted.contains(project));
        (!flow.confidential && !is_restricted).then(|| flow.title.clone())
    }
}

/// How work flows in a period; nothing for one that has not begun.
pub fn flow_report(material: &FlowMaterial<'_>) -> Option<FlowReport> {
    let (first, last) = material.days;
    let period = Period::days(first, last)?.until(material.now)?;
    let flows = material.flows;
    let metrics = flow_metrics(flows, &period);
    let past = aging_times(flows, &period);
    let load = load_at(flows, period.end);
    let (incidents, settings) = material.incidents;
    let incident = incident_metrics(incidents, settings, &period);
    let deployments = material.deployments.map(|deployments| {
        let metrics = deployment_metrics(deployments, incidents, &period);
        DeploymentReport {
            count: metrics.deployments,
            frequency: metrics.frequency,
            lead_time: metrics.lead_time.map(times),
            lead_time_gitlab: metrics.lead_time_gitlab.map(seconds),
            time_to_restore: metrics.time_to_restore.map(times),
            time_to_restore_gitlab: metrics.time_to_restore_gitlab.map(seconds),
            change_failure_rate: metrics.change_failure_rate,
            change_failure_rate_gitlab: metrics.change_failure_rate_gitlab,
        }
    });
    let (team, name) = material.team;
    Some(FlowReport {
        format: FLOW_FORMAT,
        team: team.to_string(),
        name: name.to_owned(),
        first,
        last,
        until: period.end,
        velocity: metrics.velocity,
        never_started: metrics.never_started,
        cancelled: metrics.cancelled,
        time: metrics.time.map(times),
        efficiency: metrics.efficiency,
        uncertain: metrics.uncertain,
        load: LoadReport {
            mean: metrics.mean_load,
            items: load
                .items
                .iter()
                .map(|&(flow, age)| LoadItem {
                    issue: flow.reference.clone(),
                    title: material.title(flow),
                    confidential: flow.confidential,
                    stage: stage_at(flow, period.end),
                    age: seconds(age),
                    is_old: past.is_some_and(|past| age > past.p85),
                    older_than: past.and_then(|past| older_than(age, &past)),
                })
                .collect(),
            distribution: distribution(&load.distribution),
        },
        distribution: distribution(&metrics.distribution),
        stages: stages(flows, &period),
        bottleneck: bottleneck(flows, &period).map(bottleneck_report),
        weeks: course::weeks(material),
        quarters: course::quarters(material, &period),
        past: past.map(|past| PastReport {
            since: day_of(aging_period(&period).begin),
            time: times(past),
        }),
        incidents: IncidentReport {
            count: incident.count,
            without_severity: incident.without_severity,
            to_resolve: incident.to_resolve.map(seconds),
            to_mitigate: incident.to_mitigate.map(seconds),
            between: incident.between.map(seconds),
            between_failures: incident.between_failures.map(seconds),
        },
        deployments,
        dependencies: None,
        doubts: doubts(flows, &period),
        done: done(material, &period),
    })
}

/// Every item that was done in a period, the latest first.
fn done(material: &FlowMaterial<'_>, period: &Period) -> Vec<DoneItem> {
    let mut items: Vec<DoneItem> = material
        .flows
        .iter()
        .filter_map(|flow| {
            let (ended, ending) = flow.ended?;
            (ending == Ending::Done && period.contains(ended)).then(|| DoneItem {
                issue: flow.reference.clone(),
                title: material.title(flow),
                confidential: flow.confidential,
                kind: flow.kind.map(ItemType::as_str),
                started: flow.started,
                ended,
                time: flow.flow_time().map(seconds),
                active: flow.active_time().map(seconds),
                doubts: doubts_of(flow).into_iter().collect(),
            })
        })
        .collect();
    items.sort_by(|a, b| b.ended.cmp(&a.ended).then_with(|| a.issue.cmp(&b.issue)));
    items
}

/// What is not certain of items that were done in the period or are in progress.
fn doubts(flows: &[Flow], period: &Period) -> Vec<DoubtReport> {
    let counts = |flow: &&Flow| match flow.ended {
        Some((ended, _)) => period.contains(ended),
        None => flow.started.is_some(),
    };
    let mut found: Vec<DoubtReport> = Vec::new();
    for doubt in flows.iter().filter(counts).flat_map(doubts_of) {
        match found.iter_mut().find(|found| found.doubt == doubt) {
            Some(found) => found.items += 1,
            None => found.push(DoubtReport { doubt, items: 1 }),
        }
    }
    found.sort_by_key(|found| found.doubt);
    found
}

fn doubts_of(flow: &Flow) -> BTreeSet<&'static str> {
    let doubts = flow.timeline.doubts.iter();
    doubts
        .map(|doubt| match doubt {
            Doubt::DeletedLabel => "deleted-label",
            Doubt::SinceTheBeginning(_) => "since-the-beginning",
            Doubt::HiddenLabelEvents(_) => "hidden-label-events",
            Doubt::HiddenStateEvents => "hidden-state-events",
        })
        .collect()
}

fn stage_at(flow: &Flow, at: Timestamp) -> Option<String> {
    let stretches = flow.timeline.stretches.iter().rev();
    let mut before = stretches.skip_while(|stretch| stretch.from > at);
    before.next().and_then(|stretch| stretch.stage.clone())
}

/// The time in each stage within a period, the longest first.
fn stages(flows: &[Flow], period: &Period) -> Vec<StageReport> {
    let stages = stage_times(flows, period).into_iter();
    stages.map(stage_report).collect()
}

fn stage_report(stage: StageTime) -> StageReport {
    StageReport {
        stage: stage.stage,
        state: stage.state.as_str(),
        total: seconds(stage.total),
        items: stage.items,
        share: stage.share,
        mean_load: stage.mean_load,
    }
}

fn bottleneck_report(found: Bottleneck) -> BottleneckReport {
    BottleneckReport {
        stage: stage_report(found.stage),
        next: found.next.map(stage_report),
        load_before: found.load_before,
        load_after: found.load_after,
        verdict: found.verdict.as_str(),
    }
}

/// The day of an instant, as UTC has it.
fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn distribution(counts: &Distribution) -> DistributionReport {
    let kinds = ItemType::ALL.map(|kind| KindShare {
        kind: kind.as_str(),
        count: counts.count(kind),
        share: counts.share(kind),
    });
    DistributionReport {
        kinds: kinds.to_vec(),
        unmapped: counts.unmapped,
        unmapped_share: counts.unmapped_share(),
    }
}

fn times(times: Times) -> TimesReport {
    TimesReport {
        count: times.count,
        median: seconds(times.median),
        p85: seconds(times.p85),
        p95: seconds(times.p95),
        mean: seconds(times.mean),
    }
}

/// Whole seconds, halves up.
fn seconds(time: SignedDuration) -> i64 {
    let rounded = time.saturating_add(SignedDuration::from_millis(500));
    rounded.as_secs() - i64::from(rounded.subsec_nanos() < 0)
}
