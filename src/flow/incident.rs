use jiff::{SignedDuration, Timestamp};

use super::event::{ClosedAs, LabelAction, WorkItem};
use super::period::Period;
use super::quantile::mean;
use crate::config::IncidentSettings;

/// An incident: when it began, when its effect was over, when it was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The full reference.
    pub reference: String,
    /// When its issue was made.
    pub made_at: Timestamp,
    /// When it began: when its issue was made.
    pub began: Timestamp,
    /// When its effect was over: the first label that says so.
    pub mitigated: Option<Timestamp>,
    /// When it was resolved: the first label that says so, else the last close.
    pub ended: Option<Timestamp>,
    /// When its issue was closed, where it is closed.
    pub closed_at: Option<Timestamp>,
    /// How severe it is, 1 the worst, 4 the least; nothing where nobody has said.
    pub severity: Option<u8>,
    /// Whether another incident stands for it.
    pub is_duplicate: bool,
}

/// How often incidents came and how long they took, over those of the severities that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentMetrics {
    /// How many began in the period.
    pub count: usize,
    /// How many of all that began in it have no severity, and therefore do not count.
    pub without_severity: usize,
    /// Mean time to resolution, over those that were resolved in the period.
    pub to_resolve: Option<SignedDuration>,
    /// Mean time to mitigation, over those that were mitigated in the period.
    pub to_mitigate: Option<SignedDuration>,
    /// Mean time between incidents: from the beginning of one to the beginning of the next; of two and more.
    pub between: Option<SignedDuration>,
    /// Mean time between failures: the time without an incident in the period, for each that began in it.
    pub between_failures: Option<SignedDuration>,
}

/// An issue as an incident, where it is one. `severity` is 1 for the worst, as GitLab's field has it.
pub fn incident_of(
    item: &WorkItem,
    severity: Option<u8>,
    settings: &IncidentSettings,
) -> Option<Incident> {
    if !item.is_incident || item.closed_as == Some(ClosedAs::Moved) {
        return None;
    }
    let first = |labels: &[String]| {
        let events = item.label_events.iter();
        let added = events.filter(|event| event.action == LabelAction::Add);
        let named = added.filter(|event| {
            let label = event.label.as_ref();
            label.is_some_and(|(_, name)| labels.contains(name))
        });
        named.map(|event| event.at).min()
    };
    let resolved = first(&settings.resolved);
    Some(Incident {
        reference: item.reference.clone(),
        made_at: item.created_at,
        began: item.created_at,
        mitigated: first(&settings.mitigated).or(resolved),
        ended: resolved.or(item.closed_at),
        closed_at: item.closed_at,
        severity,
        is_duplicate: item.closed_as == Some(ClosedAs::Duplicate),
    })
}

/// The metrics of a period that has gone by.
pub fn incident_metrics(
    incidents: &[Incident],
    settings: &IncidentSettings,
    period: &Period,
) -> IncidentMetrics {
    let real = incidents.iter().filter(|incident| !incident.is_duplicate);
    let (severe, others): (Vec<&Incident>, Vec<&Incident>) = real.partition(|incident| {
        let severity = incident.severity;
        severity.is_some_and(|severity| settings.severities.contains(&severity))
    });
    let mut begins: Vec<Timestamp> = severe
        .iter()
        .map(|incident| incident.began)
        .filter(|began| period.contains(began.to_owned()))
        .collect();
    begins.sort_unstable();
    let lasted = |until: fn(&Incident) -> Option<Timestamp>| -> Vec<SignedDuration> {
        let ended = severe.iter().filter_map(|incident| {
            let until = until(incident).filter(|&until| period.contains(until))?;
            Some(until.duration_since(incident.began))
        });
        ended.collect()
    };
    let gaps: Vec<SignedDuration> = begins
        .iter()
        .zip(begins.iter().skip(1))
        .map(|(&first, &second)| second.duration_since(first))
        .collect();
    let up = period.length() - downtime(&severe, period);
    IncidentMetrics {
        count: begins.len(),
        without_severity: others
            .iter()
            .filter(|incident| incident.severity.is_none() && period.contains(incident.began))
            .count(),
        to_resolve: mean(&lasted(|incident| incident.ended)),
        to_mitigate: mean(&lasted(|incident| incident.mitigated)),
        between: mean(&gaps),
        between_failures: i32::try_from(begins.len())
            .ok()
            .and_then(|count| up.checked_div(count)),
    }
}

/// How much of a period some incident lasted; what two share counts once.
fn downtime(incidents: &[&Incident], period: &Period) -> SignedDuration {
    let mut spans: Vec<(Timestamp, Timestamp)> = incidents
        .iter()
        .map(|incident| {
            let end = incident.ended.unwrap_or(period.end).min(period.end);
            (incident.began.max(period.begin), end)
        })
        .filter(|(begin, end)| begin < end)
        .collect();
    spans.sort_unstable();
    let mut total = SignedDuration::ZERO;
    let mut covered = period.begin;
    for (begin, end) in spans {
        let begin = begin.max(covered);
        if end > begin {
            total += end.duration_since(begin);
            covered = end;
        }
    }
    total
}
