use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::incident::Incident;
use super::metrics::{Times, hundredths, percent};
use super::period::Period;
use super::quantile::median;
use crate::model::Number;

/// A deployment to production that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The global id.
    pub id: u64,
    /// When it was finished.
    pub finished_at: Timestamp,
    /// When each merge request that it brought was merged.
    pub merged_at: Vec<Timestamp>,
}

/// The four metrics of DORA in a period: ours, and where GitLab computes otherwise, as GitLab does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentMetrics {
    /// How many deployments there were.
    pub deployments: usize,
    /// Deployment frequency: deployments for a day, to a hundredth, the same as GitLab's.
    pub frequency: Option<Number>,
    /// Lead time for changes: from a merge to the end of the deployment that brought it, over all merge requests.
    pub lead_time: Option<Times>,
    /// GitLab's: the median of the medians of the days on which something was deployed.
    pub lead_time_gitlab: Option<SignedDuration>,
    /// Time to restore the service: from the beginning of an incident to its end, over those that ended in the period.
    pub time_to_restore: Option<Times>,
    /// GitLab's: the median of the medians of the days on which incidents were closed, from made to closed.
    pub time_to_restore_gitlab: Option<SignedDuration>,
    /// Change failure rate in percent, to a hundredth: the share of deployments after which an incident began before the next
    /// one. Never above 100.
    pub change_failure_rate: Option<Number>,
    /// GitLab's: incidents made, duplicates not counted, for each deployment, in percent; with no deployment as for one. It can
    /// be above 100.
    pub change_failure_rate_gitlab: Option<Number>,
}

/// The metrics of a period that has gone by. `deployments` and `incidents` may reach beyond it.
pub fn deployment_metrics(
    deployments: &[Deployment],
    incidents: &[Incident],
    period: &Period,
) -> DeploymentMetrics {
    let mut ours: Vec<&Deployment> = deployments
        .iter()
        .filter(|deployment| period.contains(deployment.finished_at))
        .collect();
    ours.sort_by_key(|deployment| (deployment.finished_at, deployment.id));
    let lead_times: Vec<(Timestamp, SignedDuration)> = ours
        .iter()
        .flat_map(|deployment| {
            let finished = deployment.finished_at;
            let merges = deployment.merged_at.iter();
            // A deployment can be older than the merge that GitLab counts to it: GREATEST(0, …), as there.
            merges.map(move |&merged| {
                (
                    finished,
                    finished.duration_since(merged).max(SignedDuration::ZERO),
                )
            })
        })
        .collect();
    let real: Vec<&Incident> = incidents
        .iter()
        .filter(|incident| !incident.is_duplicate)
        .collect();
    let restored: Vec<SignedDuration> = real
        .iter()
        .filter_map(|incident| {
            let ended = incident.ended.filter(|&ended| period.contains(ended))?;
            Some(ended.duration_since(incident.began))
        })
        .collect();
    let closed: Vec<(Timestamp, SignedDuration)> = incidents
        .iter()
        .filter_map(|incident| {
            let closed = incident
                .closed_at
                .filter(|&closed| period.contains(closed))?;
            Some((closed, closed.duration_since(incident.made_at)))
        })
        .collect();
    let made = real
        .iter()
        .filter(|incident| period.contains(incident.made_at))
        .count();
    let failed = failures(&ours, &real, period);
    DeploymentMetrics {
        deployments: ours.len(),
        frequency: per_day(ours.len(), period),
        lead_time: Times::of(&lead_times.iter().map(|&(_, time)| time).collect::<Vec<_>>()),
        lead_time_gitlab: median_of_days(&lead_times),
        time_to_restore: Times::of(&restored),
        time_to_restore_gitlab: median_of_days(&closed),
        change_failure_rate: percent(failed as i128, ours.len() as i128),
        change_failure_rate_gitlab: percent(made as i128, ours.len().max(1) as i128),
    }
}

/// How many deployments an incident followed before the next deployment, or before the period's end.
fn failures(ours: &[&Deployment], incidents: &[&Incident], period: &Period) -> usize {
    let nexts = ours.iter().skip(1).map(|next| next.finished_at);
    let nexts = nexts.chain([period.end]);
    ours.iter()
        .zip(nexts)
        .filter(|(deployment, next)| {
            let after = deployment.finished_at..*next;
            incidents
                .iter()
                .any(|incident| after.contains(&incident.began))
        })
        .count()
}

fn per_day(count: usize, period: &Period) -> Option<Number> {
    let day = SignedDuration::from_hours(24).as_millis();
    hundredths(
        (count as i128).checked_mul(day)?,
        period.length().as_millis(),
    )
}

/// The median of each day's median, as GitLab rolls up daily metrics.
fn median_of_days(times: &[(Timestamp, SignedDuration)]) -> Option<SignedDuration> {
    let mut days: BTreeMap<Date, Vec<SignedDuration>> = BTreeMap::new();
    for &(at, time) in times {
        days.entry(at.to_zoned(TimeZone::UTC).date())
            .or_default()
            .push(time);
    }
    let medians: Vec<SignedDuration> = days.values().filter_map(|times| median(times)).collect();
    median(&medians)
}
