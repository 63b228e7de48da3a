//! Figures in the units of key results: the same numbers as the metrics that they are taken from, and never zero for nothing.

use proptest::prelude::*;

use super::{hour, issue, settings};
use crate::config::IncidentSettings;
use crate::flow::{
    Deployment, FigureMaterial, Flow, Incident, NoFigure, Period, figure, flow_metrics, flow_of,
};
use crate::model::{Dimension, ItemType, Scale, WorkFigure};

const ALL: [WorkFigure; 16] = [
    WorkFigure::Velocity,
    WorkFigure::Time(50),
    WorkFigure::Time(85),
    WorkFigure::Time(95),
    WorkFigure::Efficiency,
    WorkFigure::Load,
    WorkFigure::Distribution(ItemType::Feature),
    WorkFigure::DeploymentFrequency,
    WorkFigure::LeadTime,
    WorkFigure::TimeToRestore,
    WorkFigure::ChangeFailureRate,
    WorkFigure::Incidents,
    WorkFigure::MeanTimeToResolve,
    WorkFigure::MeanTimeToMitigate,
    WorkFigure::MeanTimeBetweenIncidents,
    WorkFigure::MeanTimeBetweenFailures,
];

/// A unit that goes with a figure.
fn unit(which: WorkFigure) -> &'static str {
    match which.dimension() {
        Dimension::Count => "items",
        Dimension::Share => "%",
        Dimension::Duration => "h",
        Dimension::Rate => "deployments/week",
    }
}

fn value(which: WorkFigure, unit: &str, material: &FigureMaterial<'_>) -> Result<String, NoFigure> {
    let scale = Scale::of(Some(unit), which.dimension()).unwrap();
    figure(which, scale, material).map(|number| number.to_string())
}

/// An incident of the worst severity that began and ended at these hours.
fn incident(began: i64, ended: Option<i64>) -> Incident {
    Incident {
        reference: format!("g/p#{began}"),
        made_at: hour(began),
        began: hour(began),
        mitigated: ended.map(|_| hour(began + 1)),
        ended: ended.map(hour),
        closed_at: ended.map(hour),
        severity: Some(1),
        is_duplicate: false,
    }
}

fn week() -> Period {
    Period {
        begin: hour(0),
        end: hour(168),
    }
}

#[test]
fn nothing_has_no_value_but_a_count_of_what_can_be_counted() {
    let material = FigureMaterial {
        flows: &[],
        incidents: (&[], &IncidentSettings::default()),
        deployments: None,
        period: week(),
    };
    for which in ALL {
        let value = value(which, unit(which), &material);
        match which {
            // Nobody had to tell: there was none.
            WorkFigure::Incidents => assert_eq!(value, Ok("0".to_owned())),
            _ => assert!(value.is_err(), "{which}: {value:?}"),
        }
    }
    let deployed = FigureMaterial {
        deployments: Some(&[]),
        ..material
    };
    let frequency = value(
        WorkFigure::DeploymentFrequency,
        "deployments/day",
        &deployed,
    );
    assert_eq!(frequency, Ok("0".to_owned()));
    let lead = value(WorkFigure::LeadTime, "h", &deployed);
    assert_eq!(lead, Err(NoFigure::NothingDeployed));
}

#[test]
fn a_week_of_known_work_has_the_figures_that_a_person_computes() {
    // From the first commitment to the end 24 h and 72 h, of them 24 h and 36 h active; one is in progress.
    let one = issue(&[(0, "+feature"), (24, "+doing"), (48, "close")]);
    let other = issue(&[(24, "+todo"), (60, "-todo +doing"), (96, "close")]);
    let open = issue(&[(120, "+doing")]);
    let flows: Vec<Flow> = [one, other, open]
        .iter()
        .map(|item| flow_of(item, &settings()).unwrap())
        .collect();
    let incidents = [incident(10, Some(14)), incident(110, Some(118))];
    let deployments = [
        Deployment {
            id: 1,
            finished_at: hour(8),
            merged_at: vec![hour(2), hour(6)],
        },
        Deployment {
            id: 2,
            finished_at: hour(50),
            merged_at: vec![hour(40)],
        },
    ];
    let settings = IncidentSettings::default();
    let material = FigureMaterial {
        flows: &flows,
        incidents: (&incidents, &settings),
        deployments: Some(&deployments),
        period: week(),
    };
    let expected = [
        (WorkFigure::Velocity, "items", "2"),
        (WorkFigure::Time(50), "h", "48"),
        (WorkFigure::Time(50), "d", "2"),
        (WorkFigure::Time(85), "h", "64.8"),
        // (24 + 36) ÷ (24 + 72)
        (WorkFigure::Efficiency, "%", "62.5"),
        (WorkFigure::Load, "items", "1"),
        (WorkFigure::DeploymentFrequency, "deployments/week", "2"),
        (WorkFigure::DeploymentFrequency, "deployments/day", "0.29"),
        // 6, 2 and 10 h
        (WorkFigure::LeadTime, "h", "6"),
        (WorkFigure::LeadTime, "min", "360"),
        (WorkFigure::TimeToRestore, "h", "6"),
        // After each of the two an incident began.
        (WorkFigure::ChangeFailureRate, "%", "100"),
        (WorkFigure::Incidents, "incidents", "2"),
        (WorkFigure::MeanTimeToResolve, "h", "6"),
        (WorkFigure::MeanTimeToMitigate, "h", "1"),
        (WorkFigure::MeanTimeBetweenIncidents, "h", "100"),
        // (168 − 4 − 8) ÷ 2
        (WorkFigure::MeanTimeBetweenFailures, "h", "78"),
    ];
    for (which, unit, expected) in expected {
        let value = value(which, unit, &material).unwrap();
        assert_eq!(value, expected, "{which} in {unit}");
    }
}

proptest! {
    /// Whatever the work, a figure is that of the metrics over the same time, and a time in hours is a 24th of it in days.
    #[test]
    fn a_figure_is_what_the_metrics_say(spans in proptest::collection::vec((0i64..100, 1i64..60), 0..8)) {
        let flows: Vec<Flow> = spans
            .iter()
            .map(|&(begin, length)| {
                let item = issue(&[(begin, "+doing"), (begin + length, "close")]);
                flow_of(&item, &settings()).unwrap()
            })
            .collect();
        let settings = IncidentSettings::default();
        let material = FigureMaterial {
            flows: &flows,
            incidents: (&[], &settings),
            deployments: None,
            period: week(),
        };
        let metrics = flow_metrics(&flows, &week());
        let velocity = value(WorkFigure::Velocity, "items", &material);
        prop_assert_eq!(velocity.is_ok(), !flows.is_empty());
        if let Ok(velocity) = velocity {
            prop_assert_eq!(velocity, metrics.velocity.to_string());
        }
        let time = value(WorkFigure::Time(50), "min", &material).ok();
        let median = metrics.time.map(|times| (times.median.as_secs() / 60).to_string());
        prop_assert_eq!(time, median);
    }
}
