use std::fmt;

use jiff::SignedDuration;

use super::deployment::{Deployment, deployment_metrics};
use super::incident::{Incident, incident_metrics};
use super::item::Flow;
use super::metrics::{flow_metrics, hundredths, load_at};
use super::period::Period;
use crate::config::IncidentSettings;
use crate::model::{Number, Scale, WorkFigure};

/// What a figure of a value stream is computed from.
#[derive(Debug, Clone, Copy)]
pub struct FigureMaterial<'a> {
    /// The work items.
    pub flows: &'a [Flow],
    /// The incidents, and how they are told.
    pub incidents: (&'a [Incident], &'a IncidentSettings),
    /// The deployments; absent where nobody asked for them.
    pub deployments: Option<&'a [Deployment]>,
    /// The time over which it is computed, until now.
    pub period: Period,
}

/// Why a figure has no value. It is then not zero: nobody knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFigure {
    /// There are no work items at all.
    NoItems,
    /// Nothing was done that would have it.
    NothingDone,
    /// The deployments are not known.
    DeploymentsUnknown,
    /// Nothing was deployed.
    NothingDeployed,
    /// No deployment tells which merge requests it brought.
    NoMergeRequests,
    /// No incident tells it.
    NoIncidents,
    /// It is too great for a number.
    TooGreat,
}

impl fmt::Display for NoFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoItems => "no issue of the team's projects is a work item",
            Self::NothingDone => "nothing was done in the time that would tell it",
            Self::DeploymentsUnknown => "the deployments could not be read",
            Self::NothingDeployed => "nothing was deployed in the time",
            Self::NoMergeRequests => {
                "no deployment of the time tells which merge requests it brought"
            }
            Self::NoIncidents => "no incident of the time tells it",
            Self::TooGreat => "it is too great for a number",
        })
    }
}

/// One figure of a value stream, in the unit of its key result, to a hundredth.
///
/// # Errors
/// It has no value in that time.
pub fn figure(
    figure: WorkFigure,
    scale: Scale,
    material: &FigureMaterial<'_>,
) -> Result<Number, NoFigure> {
    let period = &material.period;
    let (incidents, settings) = material.incidents;
    if figure.is_of_items() && material.flows.is_empty() {
        return Err(NoFigure::NoItems);
    }
    let in_unit = |time: Option<SignedDuration>, otherwise: NoFigure| {
        let time = time.ok_or(otherwise)?;
        let Scale::Seconds(seconds) = scale else {
            return Err(NoFigure::TooGreat);
        };
        hundredths(time.as_millis(), i128::from(seconds) * 1_000).ok_or(NoFigure::TooGreat)
    };
    let count = |count: usize| hundredths(count as i128, 1).ok_or(NoFigure::TooGreat);
    let metrics = || flow_metrics(material.flows, period);
    let deployed = || {
        let deployments = material.deployments.ok_or(NoFigure::DeploymentsUnknown)?;
        Ok(deployment_metrics(deployments, incidents, period))
    };
    let incident = || incident_metrics(incidents, settings, period);
    match figure {
        WorkFigure::Velocity => count(metrics().velocity),
        WorkFigure::Time(percent) => {
            let time = metrics().time.map(|times| match percent {
                95 => times.p95,
                85 => times.p85,
                _ => times.median,
            });
            in_unit(time, NoFigure::NothingDone)
        }
        WorkFigure::Efficiency => metrics().efficiency.ok_or(NoFigure::NothingDone),
        WorkFigure::Load => count(load_at(material.flows, period.end).items.len()),
        WorkFigure::Distribution(kind) => {
            (metrics().distribution.share(kind)).ok_or(NoFigure::NothingDone)
        }
        WorkFigure::DeploymentFrequency => {
            let Scale::Seconds(seconds) = scale else {
                return Err(NoFigure::TooGreat);
            };
            let scaled = deployed()?.deployments as i128 * i128::from(seconds) * 1_000;
            hundredths(scaled, period.length().as_millis()).ok_or(NoFigure::TooGreat)
        }
        WorkFigure::LeadTime => {
            let metrics = deployed()?;
            let why = match metrics.deployments {
                0 => NoFigure::NothingDeployed,
                _ => NoFigure::NoMergeRequests,
            };
            in_unit(metrics.lead_time.map(|times| times.median), why)
        }
        WorkFigure::TimeToRestore => {
            // Incidents tell it, whatever was deployed.
            let metrics = deployment_metrics(&[], incidents, period);
            in_unit(
                metrics.time_to_restore.map(|times| times.median),
                NoFigure::NoIncidents,
            )
        }
        WorkFigure::ChangeFailureRate => {
            (deployed()?.change_failure_rate).ok_or(NoFigure::NothingDeployed)
        }
        WorkFigure::Incidents => count(incident().count),
        WorkFigure::MeanTimeToResolve => in_unit(incident().to_resolve, NoFigure::NoIncidents),
        WorkFigure::MeanTimeToMitigate => in_unit(incident().to_mitigate, NoFigure::NoIncidents),
        WorkFigure::MeanTimeBetweenIncidents => in_unit(incident().between, NoFigure::NoIncidents),
        WorkFigure::MeanTimeBetweenFailures => {
            in_unit(incident().between_failures, NoFigure::NoIncidents)
        }
    }
}
