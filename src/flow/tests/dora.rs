use jiff::civil::date;

use super::{hour, hours, issue};
use crate::config::IncidentSettings;
use crate::flow::{
    ClosedAs, Deployment, Incident, Period, WorkItem, deployment_metrics, incident_metrics,
    incident_of, quantile,
};

fn deployment(id: u64, at: i64, merged: &[i64]) -> Deployment {
    Deployment {
        id,
        finished_at: hour(at),
        merged_at: merged.iter().map(|&at| hour(at)).collect(),
    }
}

fn incident(severity: Option<u8>, began: i64, history: &[(i64, &str)]) -> Incident {
    let item = WorkItem {
        is_incident: true,
        created_at: hour(began),
        ..issue(history)
    };
    incident_of(&item, severity, &IncidentSettings::default()).unwrap()
}

fn week() -> Period {
    Period::days(date(2026, 10, 5), date(2026, 10, 11)).unwrap()
}

#[test]
fn lead_time_is_over_all_merges_and_gitlabs_over_days() {
    // Monday: 1, 2 and 9 hours; Tuesday: 4 hours. The median of all is 3, of the days' medians (2 and 4) 3 as well; with
    // another change on Tuesday they part.
    let deployments = [deployment(1, 10, &[9, 8, 1]), deployment(2, 30, &[26])];
    let metrics = deployment_metrics(&deployments, &[], &week());
    assert_eq!(metrics.deployments, 2);
    assert_eq!(metrics.frequency.unwrap().to_string(), "0.29");
    assert_eq!(metrics.lead_time.unwrap().median, hours(3));
    assert_eq!(metrics.lead_time_gitlab, Some(hours(3)));
    let deployments = [deployment(1, 10, &[9, 8, 1]), deployment(2, 30, &[26, 20])];
    let metrics = deployment_metrics(&deployments, &[], &week());
    assert_eq!(metrics.lead_time.unwrap().median, hours(4));
    assert_eq!(metrics.lead_time_gitlab, Some(hours(4) + hours(1) / 2));
}

#[test]
fn a_merge_after_its_deployment_took_no_time() {
    let metrics = deployment_metrics(&[deployment(1, 10, &[12])], &[], &week());
    assert_eq!(metrics.lead_time.unwrap().median, hours(0));
}

#[test]
fn a_deployment_fails_once_and_gitlab_counts_incidents() {
    let deployments = [
        deployment(1, 10, &[]),
        deployment(2, 20, &[]),
        deployment(3, 200, &[]),
    ];
    let incidents = [
        incident(Some(1), 11, &[(14, "close")]),
        incident(Some(2), 12, &[(13, "close")]),
        // Before any deployment: GitLab counts it, and no deployment has failed.
        incident(None, 2, &[(3, "close")]),
    ];
    let metrics = deployment_metrics(&deployments, &incidents, &week());
    assert_eq!(metrics.deployments, 2, "the third is of the next week");
    assert_eq!(metrics.change_failure_rate.unwrap().to_string(), "50");
    assert_eq!(
        metrics.change_failure_rate_gitlab.unwrap().to_string(),
        "150"
    );
    assert_eq!(metrics.time_to_restore.unwrap().median, hours(1));
    let none = deployment_metrics(&[], &incidents, &week());
    assert_eq!(none.change_failure_rate, None, "nothing was deployed");
    assert_eq!(none.change_failure_rate_gitlab.unwrap().to_string(), "300");
    assert_eq!(
        (none.frequency.unwrap().to_string(), none.lead_time),
        ("0".to_owned(), None)
    );
}

#[test]
fn incidents_have_their_times() {
    let settings = IncidentSettings::default();
    let duplicate = Incident {
        is_duplicate: true,
        ..incident(Some(1), 5, &[(6, "close")])
    };
    let incidents = [
        incident(
            Some(1),
            10,
            &[
                (11, "+incident::mitigated"),
                (14, "+incident::resolved"),
                (40, "close"),
            ],
        ),
        incident(Some(2), 34, &[(40, "close")]),
        incident(Some(3), 50, &[(60, "close")]),
        incident(None, 60, &[]),
        duplicate,
    ];
    let metrics = incident_metrics(&incidents, &settings, &week());
    assert_eq!((metrics.count, metrics.without_severity), (2, 1));
    // 4 and 6 hours: the label, where there is one, else the close.
    assert_eq!(metrics.to_resolve, Some(hours(5)));
    assert_eq!(metrics.to_mitigate, Some(hours(1)));
    assert_eq!(metrics.between, Some(hours(24)));
    // 168 hours less 10, for two.
    assert_eq!(metrics.between_failures, Some(hours(79)));
}

#[test]
fn what_incidents_share_is_down_once_and_one_still_lasts() {
    let settings = IncidentSettings::default();
    let incidents = [
        incident(Some(1), 10, &[(20, "close")]),
        incident(Some(1), 15, &[(30, "close")]),
        incident(Some(1), 160, &[]),
    ];
    let metrics = incident_metrics(&incidents, &settings, &week());
    // 20 hours and the last 8, of 168, over three.
    assert_eq!(metrics.between_failures, Some(hours(140) / 3));
    let nothing = incident_metrics(&[], &settings, &week());
    assert_eq!(
        (
            nothing.between,
            nothing.between_failures,
            nothing.to_resolve
        ),
        (None, None, None)
    );
}

#[test]
fn no_incident_is_made_of_other_issues() {
    let settings = IncidentSettings::default();
    assert_eq!(incident_of(&issue(&[]), None, &settings), None);
    let moved = WorkItem {
        is_incident: true,
        closed_as: Some(ClosedAs::Moved),
        ..issue(&[(1, "close")])
    };
    assert_eq!(
        incident_of(&moved, None, &settings),
        None,
        "it goes on elsewhere"
    );
}

#[test]
fn a_quantile_lies_on_the_line_between_two_values() {
    // PERCENTILE_CONT over 1, 2, 3, 4: 2.5 at 0.5, 3.55 at 0.85.
    let values: Vec<_> = [4, 1, 3, 2].map(hours).to_vec();
    assert_eq!(quantile(&values, 50), Some(hours(5) / 2));
    assert_eq!(
        quantile(&values, 85),
        Some(jiff::SignedDuration::from_mins(213))
    );
    assert_eq!(
        (quantile(&values, 0), quantile(&values, 100)),
        (Some(hours(1)), Some(hours(4)))
    );
    assert_eq!(quantile(&values[..1], 85), Some(hours(4)));
    assert_eq!(quantile(&[], 50), None);
}
