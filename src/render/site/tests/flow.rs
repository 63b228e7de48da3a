use std::collections::BTreeSet;

use super::pages::element;
use super::{OKR_TOML, assert_links, day, site_of};
use crate::config::IncidentSettings;
use crate::flow::tests::{hour, issue, settings};
use crate::flow::{Flow, flow_of};
use crate::model::Calendar;
use crate::report::{FlowMaterial, FlowReport, flow_report};

/// A month of a team's work: what was done, and what is in progress, one of it confidential.
pub(super) fn flows() -> Vec<FlowReport> {
    let week = 168;
    let mut histories: Vec<Vec<(i64, &str)>> = (0..12)
        .map(|at| {
            let begin = at * week / 3;
            vec![
                (
                    begin,
                    if at % 3 == 0 {
                        "+todo +bug"
                    } else {
                        "+todo +feature"
                    },
                ),
                (begin + 24, "-todo +doing"),
                (begin + 48, "-doing +review"),
                (begin + 72 + at * 40, "close"),
            ]
        })
        .collect();
    histories.push(vec![(0, "+doing"), (24, "+?"), (48, "close")]);
    histories.push(vec![(week, "+doing +security")]);
    histories.push(vec![(4 * week, "+todo")]);
    histories.push(vec![(5 * week, "+todo"), (5 * week + 24, "-todo")]);
    let flows: Vec<Flow> = histories
        .iter()
        .zip(1..)
        .map(|(history, at)| {
            let mut item = issue(history);
            item.reference = format!("acme/sre#{at}");
            item.title = format!("Piece of work {at}");
            item.confidential = at == 15;
            item.created_at = hour(history[0].0);
            flow_of(&item, &settings()).unwrap()
        })
        .collect();
    let report = flow_report(&FlowMaterial {
        team: (&"sre".parse().unwrap(), "Site Reliability"),
        days: (day("2026-10-01"), day("2026-12-31")),
        now: "2026-11-17T00:00:00Z".parse().unwrap(),
        flows: &flows,
        incidents: (&[], &IncidentSettings::default()),
        deployments: Some(&[]),
        calendar: &Calendar::default(),
        restricted: &BTreeSet::new(),
    });
    vec![report.unwrap()]
}

const SRE: &str = r#"
[objective.flow]
title = "Work goes through without waiting"
[objective.flow.kr.time]
title = "Shorten the median flow time from 9 to 4 days"
kind = "flow"
flow_metric = "time"
unit = "days"
from = 9
to = 4
check_in.2026-11-16 = { value = 7 }
[objective.flow.kr.load]
title = "At most five things at once"
kind = "flow"
flow_metric = "load"
unit = "people"
at_most = 5
[objective.flow.kr.mix]
title = "Less repair work, from 40 % to 20 %"
kind = "flow"
flow_metric = "distribution"
unit = "%"
from = 40
to = 20
"#;

fn pages() -> std::collections::BTreeMap<String, String> {
    let files = [("okrs/2026-q4/sre.toml".to_owned(), SRE.to_owned())];
    site_of(OKR_TOML, &files, None, &flows(), |_| ())
}

#[test]
fn a_page_of_a_value_stream_is_linked_and_links_back() {
    let pages = pages();
    assert_links(&pages);
    for (path, link) in [
        ("index.html", "href=\"flow/sre.html\""),
        ("teams/sre.html", "href=\"../flow/sre.html\""),
        ("objectives/sre.flow.html", "href=\"../flow/sre.html\""),
        ("flow/sre.html", "href=\"../teams/sre.html\""),
    ] {
        assert!(pages[path].contains(link), "{path}");
    }
}

#[test]
fn charts_of_a_value_stream() {
    let page = &pages()["flow/sre.html"];
    for (name, title) in [
        ("stages", "id=\"stages-chart-name\""),
        ("load", "id=\"load-chart-name\""),
        ("time", "id=\"time-chart-name\""),
        ("aging", "id=\"aging-chart-name\""),
    ] {
        let figure = page.split("<figure").find(|figure| figure.contains(title));
        let figure = format!("<figure{}", figure.unwrap());
        insta::assert_snapshot!(
            format!("flow_chart_{name}"),
            element(&figure, "<figure", "</figure>")
        );
    }
}

#[test]
fn every_chart_has_its_numbers_below_it() {
    let pages = pages();
    // The chart of check-ins has none where nobody has checked in.
    for (path, which) in [
        ("flow/sre.html", ""),
        ("objectives/sre.flow.html", "id=\"flow-"),
    ] {
        let charts: Vec<&str> = pages[path].split("<figure").skip(1).collect();
        let charts = charts.iter().filter(|chart| chart.contains(which));
        let mut seen = 0;
        for chart in charts {
            let (_, after) = chart.split_once("</figure>").unwrap();
            assert!(after.contains("<table"), "{path}: {chart}");
            seen += 1;
        }
        assert!(seen >= 2, "{path}: {seen}");
    }
}

#[test]
fn the_metric_of_a_key_result_is_drawn_against_its_goal_where_the_unit_fits() {
    let page = &pages()["objectives/sre.flow.html"];
    let (_, time) = page.split_once("id=\"kr-time\"").unwrap();
    insta::assert_snapshot!(
        "flow_chart_of_a_key_result",
        element(
            time.split_once("</figure>").unwrap().1,
            "<figure",
            "</figure>"
        )
    );
    let (_, load) = page.split_once("id=\"kr-load\"").unwrap();
    let (load, mix) = load.split_once("id=\"kr-mix\"").unwrap();
    assert!(load.contains("another unit"));
    let drawn = element(
        load.split_once("</figure>").unwrap().1,
        "<figure",
        "</figure>",
    );
    assert!(
        !drawn.contains("class=\"goal\"") && !drawn.contains("at most 5"),
        "{drawn}"
    );
    assert!(mix.contains("How its flow metric (distribution) goes stands in"));
}

#[test]
fn titles_of_confidential_issues_are_not_told() {
    let pages = pages();
    let page = &pages["flow/sre.html"];
    assert!(page.contains("Piece of work 14") && page.contains("acme/sre#15"));
    for (path, page) in &pages {
        assert!(!page.contains("Piece of work 15"), "{path}");
    }
}

#[test]
fn what_is_not_certain_is_said() {
    let page = &pages()["flow/sre.html"];
    for said in [
        "has no label of a kind",
        "The efficiency is without 1 item",
        "had a label that was deleted since",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_team_without_work_has_a_page_that_says_so() {
    let mut reports = flows();
    let none = flow_report(&FlowMaterial {
        team: (&"sre".parse().unwrap(), "Site Reliability"),
        days: (day("2026-10-01"), day("2026-12-31")),
        now: "2026-10-01T08:00:00Z".parse().unwrap(),
        flows: &[],
        incidents: (&[], &IncidentSettings::default()),
        deployments: None,
        calendar: &Calendar::default(),
        restricted: &BTreeSet::new(),
    });
    reports[0] = none.unwrap();
    let files = [("okrs/2026-q4/sre.toml".to_owned(), SRE.to_owned())];
    let pages = site_of(OKR_TOML, &files, None, &reports, |_| ());
    assert_links(&pages);
    let page = &pages["flow/sre.html"];
    for said in [
        "nothing was in progress",
        "nothing that was in progress was done",
        "Nothing is in progress.",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf"));
}
