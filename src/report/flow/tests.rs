use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    FlowMaterial, FlowMetric, FlowReport, add_dependencies, flow_report, flow_series, linked_items,
};
use crate::config::IncidentSettings;
use crate::flow::tests::{hour, issue, settings};
use crate::flow::{Flow, ItemLink, LinkKind, Period, flow_of, load_at};
use crate::model::{Calendar, Date, Id, Number};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn team() -> Id {
    "sre".parse().unwrap()
}

/// Items with histories in hours since Monday, 5 October 2026.
fn flows(histories: &[&[(i64, &str)]]) -> Vec<Flow> {
    let flows = histories.iter().enumerate().map(|(at, history)| {
        let mut item = issue(history);
        item.reference = format!("acme/sre#{}", at + 1);
        item.created_at = history
            .first()
            .map_or(item.created_at, |&(first, _)| hour(first));
        flow_of(&item, &settings()).unwrap()
    });
    flows.collect()
}

fn report(flows: &[Flow], days: (&str, &str), now: &str) -> FlowReport {
    report_for(
        flows,
        (day(days.0), day(days.1)),
        now.parse().unwrap(),
        &BTreeSet::new(),
    )
}

fn report_for(
    flows: &[Flow],
    days: (Date, Date),
    now: Timestamp,
    restricted: &BTreeSet<String>,
) -> FlowReport {
    flow_report(&FlowMaterial {
        team: (&team(), "Site Reliability"),
        days,
        now,
        flows,
        incidents: (&[], &IncidentSettings::default()),
        deployments: None,
        calendar: &Calendar::default(),
        restricted,
    })
    .unwrap()
}

const QUARTER: (&str, &str) = ("2026-10-01", "2026-12-31");

/// A history of up to six steps, each some hours after the one before.
fn history() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let step = prop::sample::select(vec![
        "+todo", "-todo", "+doing", "-doing", "+review", "+blocked", "-blocked", "close", "reopen",
        "+wontfix",
    ]);
    let steps = prop::collection::vec((1..700_i64, step), 1..7);
    (-2_000..1_500_i64, steps).prop_map(|(begin, steps)| {
        let mut at = begin;
        let later = steps.into_iter().map(|(after, what)| {
            at += after;
            (at, what)
        });
        later.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(120) })]

    #[test]
    fn weeks_make_up_the_quarter(
        histories in prop::collection::vec(history(), 0..25),
        first in -40..60_i32,
        length in 0..120_i32,
        now in 0..2_500_i64,
    ) {
        let histories: Vec<&[(i64, &str)]> = histories.iter().map(Vec::as_slice).collect();
        let flows = flows(&histories);
        let first = day("2026-10-05").checked_add(jiff::Span::new().days(first)).unwrap();
        let last = first.checked_add(jiff::Span::new().days(length)).unwrap();
        let begin = Period::days(first, last).unwrap().begin;
        // Half an hour, so that it is the end of no week by chance.
        let now = begin + SignedDuration::from_hours(now) + SignedDuration::from_mins(30);
        let report = report_for(&flows, (first, last), now, &BTreeSet::new());
        let weeks = &report.weeks;
        let sum = |of: fn(&super::FlowWeek) -> usize| weeks.iter().map(of).sum::<usize>();
        prop_assert_eq!(sum(|week| week.velocity), report.velocity);
        prop_assert_eq!(sum(|week| week.cancelled), report.cancelled);
        prop_assert_eq!(sum(|week| week.uncertain), report.uncertain);
        prop_assert_eq!(sum(|week| week.distribution.unmapped), report.distribution.unmapped);
        // Without gaps, of seven days each but the last.
        prop_assert_eq!(weeks[0].first, first);
        for pair in weeks.windows(2) {
            prop_assert_eq!((pair[0].last - pair[0].first).get_days(), 6);
            prop_assert_eq!(pair[0].last.tomorrow().unwrap(), pair[1].first);
        }
        for week in weeks {
            let end = Period::days(week.first, week.last).unwrap().end.min(report.until);
            prop_assert_eq!(week.load, load_at(&flows, end).items.len());
        }
        prop_assert_eq!(weeks.last().unwrap().load, report.load.items.len());
        prop_assert!(weeks.last().unwrap().last >= now.min(report.until).to_zoned(jiff::tz::TimeZone::UTC).date() || weeks.last().unwrap().last == last);
        // The time in each stage, week by week.
        for stage in &report.stages {
            let own = weeks.iter().flat_map(|week| &week.stages);
            let own = own.filter(|own| own.stage == stage.stage && own.state == stage.state);
            prop_assert_eq!(own.map(|own| own.total).sum::<i64>(), stage.total);
        }
        // The quarter of a report over a quarter says the same.
        let quarter = report_for(&flows, (day(QUARTER.0), day(QUARTER.1)), hour(24 * 70), &BTreeSet::new());
        let told = quarter.quarters.last().unwrap();
        prop_assert_eq!(told.velocity, quarter.velocity);
        prop_assert_eq!(&told.distribution, &quarter.distribution);
        prop_assert_eq!(told.time, quarter.time);
    }

    #[test]
    fn what_is_older_passes_more_lines(histories in prop::collection::vec(history(), 0..25)) {
        let histories: Vec<&[(i64, &str)]> = histories.iter().map(Vec::as_slice).collect();
        let report = report(&flows(&histories), QUARTER, "2026-11-16T00:00:00Z");
        let mut before = None;
        for item in report.load.items.iter().rev() {
            prop_assert!(item.older_than >= before, "the oldest stand first");
            before = item.older_than;
            prop_assert_eq!(item.is_old, item.older_than >= Some(85));
        }
        prop_assert!(report.past.is_some() || before.is_none());
    }
}

/// Items that spend some hours in each stage, one after the other, from an hour on.
fn passing(begin: i64, todo: i64, doing: i64, review: i64) -> Vec<(i64, &'static str)> {
    vec![
        (begin, "+todo"),
        (begin + todo, "-todo +doing"),
        (begin + todo + doing, "-doing +review"),
        (begin + todo + doing + review, "close"),
    ]
}

#[test]
fn a_bottleneck_takes_most_time_and_more_and_more_items() {
    let week = 168;
    // Review takes ever longer.
    let growing: Vec<_> = (0..8)
        .map(|at| passing(at * week / 2, 24, 24, 24 + at * 48))
        .collect();
    // Review takes long, and as long as ever.
    let steady: Vec<_> = (-8..8)
        .map(|at| passing(at * week / 2, 24, 24, 72))
        .collect();
    let close: Vec<_> = (0..8)
        .map(|at| passing(at * week / 2, 24, 60, 72))
        .collect();
    let only = vec![vec![(0, "+doing")]];
    for (name, items, days, verdict) in [
        (
            "growing",
            &growing,
            ("2026-10-05", "2026-11-01"),
            "stands-out",
        ),
        (
            "steady",
            &steady,
            ("2026-10-05", "2026-11-01"),
            "not-growing",
        ),
        (
            "close",
            &close,
            ("2026-10-05", "2026-11-01"),
            "close-second",
        ),
        ("only", &only, ("2026-10-05", "2026-11-01"), "only-stage"),
        ("short", &growing, ("2026-10-05", "2026-10-17"), "too-short"),
    ] {
        let items: Vec<&[(i64, &str)]> = items.iter().map(Vec::as_slice).collect();
        let report = report(&flows(&items), days, "2027-01-01T00:00:00Z");
        let found = report.bottleneck.unwrap();
        assert_eq!(found.verdict, verdict, "{name}: {found:?}");
        assert_eq!(found.stage, report.stages[0], "{name}");
    }
    assert_eq!(
        report(&[], QUARTER, "2026-11-16T00:00:00Z").bottleneck,
        None
    );
}

#[test]
fn quarters_go_back_as_far_as_the_history() {
    let day_of_work = [(0, "+doing"), (24, "close")];
    let before = |days: i64| -> Vec<(i64, &str)> {
        let hours = |(at, what): (i64, &'static str)| (at - days * 24, what);
        day_of_work.into_iter().map(hours).collect()
    };
    for (days, first, count) in [
        (0, "2026-q4", 1),
        (4, "2026-q4", 1),
        (5, "2026-q3", 2),
        (200, "2026-q1", 4),
        (2_000, "2025-q4", 5),
    ] {
        let old = before(days);
        let items = [&day_of_work[..], &old];
        let report = report(&flows(&items), QUARTER, "2026-11-16T00:00:00Z");
        let names: Vec<&str> = report
            .quarters
            .iter()
            .map(|quarter| quarter.quarter.as_str())
            .collect();
        assert_eq!(
            (names.first(), names.len(), names.last()),
            (Some(&first), count, Some(&"2026-q4")),
            "{days}"
        );
    }
    // A time that is no quarter is told with the quarter in which it ends.
    let report = report(
        &flows(&[&day_of_work]),
        ("2026-09-01", "2026-10-10"),
        "2026-11-16T00:00:00Z",
    );
    let told = &report.quarters.last().unwrap();
    assert_eq!((told.quarter.as_str(), told.velocity), ("2026-q4", 1));
}

#[test]
fn the_first_week_of_a_quarter_has_past_times_to_go_by() {
    // Twenty items that took one to twenty days, before the quarter; one in progress for sixteen days, one for eighteen.
    let done: Vec<Vec<(i64, &str)>> = (1..=20)
        .map(|days| vec![(-24 * 30 - days * 24, "+doing"), (-24 * 30, "close")])
        .collect();
    let mut items: Vec<&[(i64, &str)]> = done.iter().map(Vec::as_slice).collect();
    let (sixteen, eighteen) = ([(-24 * 16, "+doing")], [(-24 * 18, "+doing")]);
    items.extend([&sixteen[..], &eighteen]);
    let report = report(&flows(&items), QUARTER, "2026-10-05T00:00:00Z");
    assert_eq!(report.time, None);
    let past = report.past.unwrap();
    assert_eq!((past.since, past.time.count), (day("2026-07-06"), 20));
    let told: Vec<(i64, Option<u8>, bool)> = report
        .load
        .items
        .iter()
        .map(|item| (item.age / 86_400, item.older_than, item.is_old))
        .collect();
    // 50 %: 10.5 days; 85 %: 17.15 days; 95 %: 19.05 days.
    assert_eq!(told, [(18, Some(85), true), (16, Some(50), false)]);
}

#[test]
fn long_times_are_told_by_their_last_weeks() {
    let report = report(&[], ("2000-01-01", "2026-12-31"), "2026-11-16T12:00:00Z");
    assert_eq!(report.weeks.len(), 53);
    let last = report.weeks.last().unwrap();
    assert!((last.first..=last.last).contains(&day("2026-11-16")));
}

#[test]
fn titles_are_for_those_who_may_read_them() {
    let mut flows = flows(&[&[(0, "+doing")], &[(0, "+doing"), (24, "close")]]);
    let titles = |flows: &[Flow], restricted: &[&str]| {
        let restricted = restricted.iter().map(|&path| path.to_owned()).collect();
        let days = (day(QUARTER.0), day(QUARTER.1));
        let report = report_for(flows, days, hour(1000), &restricted);
        (
            report.load.items[0].title.clone(),
            report.done[0].title.clone(),
        )
    };
    let told = Some("a piece of work".to_owned());
    assert_eq!(titles(&flows, &[]), (told.clone(), told.clone()));
    assert_eq!(titles(&flows, &["acme/other"]), (told.clone(), told));
    assert_eq!(titles(&flows, &["acme/sre"]), (None, None));
    for flow in &mut flows {
        flow.confidential = true;
    }
    assert_eq!(titles(&flows, &[]), (None, None));
}

#[test]
fn a_metric_goes_week_by_week_in_the_unit_of_a_key_result() {
    let items: [&[(i64, &str)]; 3] = [
        &[(0, "+doing"), (36, "close")],
        &[(0, "+todo"), (24, "-todo +doing"), (48, "close")],
        &[(24 * 7 + 1, "+doing")],
    ];
    let report = report(
        &flows(&items),
        ("2026-10-05", "2026-10-18"),
        "2026-11-16T00:00:00Z",
    );
    let reports = [report];
    let number = |text: &str| -> Number { text.parse().unwrap() };
    for (metric, unit, told, fits, values) in [
        ("time", Some("days"), "days", true, &["1.75"][..]),
        ("time", Some(" Hours"), "h", true, &["42"]),
        ("time", Some("working days"), "days", false, &["1.75"]),
        ("time", None, "days", false, &["1.75"]),
        ("efficiency", Some("%"), "%", true, &["71.43"]),
        ("efficiency", Some("points"), "%", false, &["71.43"]),
        ("load", Some("items"), "items", true, &["0", "1"]),
        ("load", Some("%"), "items", false, &["0", "1"]),
        (
            "velocity",
            Some("items / week"),
            "items a week",
            true,
            &["2", "0"],
        ),
        (
            "velocity",
            Some("items"),
            "items a week",
            false,
            &["2", "0"],
        ),
    ] {
        let metric = FlowMetric::named(metric).unwrap();
        let series = flow_series(&reports, &team(), metric, unit).unwrap();
        assert_eq!(
            (series.unit, series.fits),
            (told, fits),
            "{metric:?} {unit:?}"
        );
        let found: Vec<Number> = series.points.iter().map(|point| point.value).collect();
        let values: Vec<Number> = values.iter().map(|value| number(value)).collect();
        assert_eq!(found, values, "{metric:?} {unit:?}");
    }
    assert_eq!(FlowMetric::named("distribution"), None);
    let other: Id = "delivery".parse().unwrap();
    assert_eq!(flow_series(&reports, &other, FlowMetric::Load, None), None);
}

#[test]
fn dependencies_are_links_to_items_of_other_teams() {
    let flows = flows(&[
        &[(0, "+doing")],
        &[(24, "+review")],
        &[(0, "+doing"), (24, "close")],
        &[(0, "")],
    ]);
    let days = ("2026-10-01", "2026-12-31");
    let of = |team: &str, flows: &[Flow]| {
        let mut report = report(flows, days, "2026-10-10T00:00:00Z");
        team.clone_into(&mut report.team);
        report
    };
    let mut reports = [of("sre", &flows[..1]), of("delivery", &flows[1..])];
    let asked = linked_items(&reports);
    assert_eq!(asked, ["acme/sre#1", "acme/sre#2"], "the oldest first");
    let link = |from: u32, to: &str| ItemLink {
        from: format!("acme/sre#{from}"),
        to: to.to_owned(),
        kind: LinkKind::RelatesTo,
    };
    let links = [
        link(1, "acme/sre#2"),
        link(1, "acme/sre#3"),
        link(1, "acme/sre#4"),
        // Another item of the same team, one of both, one of nobody.
        link(1, "acme/sre#5"),
        link(1, "acme/sre#6"),
        link(1, "acme/other#1"),
        link(2, "acme/sre#1"),
    ];
    let owned = |item: u32, teams: &[&str]| {
        let teams = teams.iter().map(|&team| team.to_owned()).collect();
        (format!("acme/sre#{item}"), teams)
    };
    let owners = BTreeMap::from([
        owned(1, &["sre"]),
        owned(2, &["delivery"]),
        owned(3, &["delivery"]),
        owned(4, &["delivery"]),
        owned(5, &["sre"]),
        owned(6, &["delivery", "sre"]),
    ]);
    add_dependencies(&mut reports, &links, &asked, &owners);
    let told = |at: usize| -> Vec<(String, &str)> {
        let found = reports[at].dependencies.as_ref().unwrap();
        assert_eq!(found.read, 1);
        let links = found.links.iter();
        links.map(|link| (link.other.clone(), link.state)).collect()
    };
    let other = |item: u32, state| (format!("acme/sre#{item}"), state);
    assert_eq!(
        told(0),
        [
            other(2, "in-progress"),
            other(3, "done"),
            other(4, "neither")
        ]
    );
    assert_eq!(told(1), [other(1, "in-progress")]);
}
