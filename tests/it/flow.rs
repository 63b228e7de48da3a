//! docs/flow.md: every example is computed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use okrsync::config::{FlowSettings, load};
use okrsync::diag::Diagnostics;
use okrsync::flow::{
    Deployment, Flow, Incident, LabelAction, LabelEvent, StateEvent, WorkItem, flow_of, incident_of,
};
use okrsync::model::{Calendar, Date};
use okrsync::render::flow::{FlowOptions, human};
use okrsync::report::{FlowMaterial, flow_report};
use okrsync::text::SourceMap;

use crate::support::okr::{read, repository};

fn page() -> String {
    read(repository().join("docs/flow.md"))
}

/// The settings that the page shows.
fn settings(page: &str) -> FlowSettings {
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (toml, _) = rest.split_once("```").unwrap();
    let mut sources = SourceMap::default();
    let text =
        format!("[gitlab]\nowner = \"acme/okrs\"\n[teams.sre]\ntracker = \"acme/sre\"\n{toml}");
    let file = sources.add("okr.toml", text);
    let mut found = Diagnostics::default();
    let config = load(&sources, file, &[], &mut found);
    assert!(found.iter().next().is_none(), "{found:?}");
    assert_eq!(
        config.teams.iter().next().unwrap().flow.labels,
        ["team:sre"]
    );
    config.flow
}

/// An issue from a line like `10-05 09:00 +workflow::doing; 10-07 09:00 close`.
fn item(number: usize, line: &str) -> WorkItem {
    let at = |words: &[&str]| {
        format!("2026-{}T{}:00Z", words[0], words[1])
            .parse()
            .unwrap()
    };
    let mut item = WorkItem {
        reference: format!("acme/sre#{number}"),
        title: format!("work {number}"),
        confidential: false,
        is_incident: false,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        closed_at: None,
        closed_as: None,
        labels: Vec::new(),
        label_events: Vec::new(),
        state_events: Vec::new(),
    };
    let mut id = 0;
    for (index, step) in line.split("; ").enumerate() {
        let words: Vec<&str> = step.split_whitespace().collect();
        let at = at(&words);
        if index == 0 {
            item.created_at = at;
        }
        for word in &words[2..] {
            id += 1;
            let (sign, name) = word.split_at(1);
            let mut label = |action| {
                let key = name.bytes().map(u64::from).sum();
                item.label_events.push(LabelEvent {
                    id,
                    at,
                    label: Some((key, name.to_owned())),
                    action,
                });
            };
            match sign {
                "+" => {
                    label(LabelAction::Add);
                    item.labels.push(name.to_owned());
                }
                "-" => {
                    label(LabelAction::Remove);
                    item.labels.retain(|label| label != name);
                }
                _ => {
                    let closed = *word == "close";
                    item.closed_at = closed.then_some(at);
                    item.state_events.push(StateEvent { id, at, closed });
                }
            }
        }
    }
    item
}

/// A time like `10-05 09:00`.
fn time(text: &str) -> Timestamp {
    let (day, hour) = text.split_once(' ').unwrap();
    format!("2026-{day}T{hour}:00Z").parse().unwrap()
}

/// A deployment from a line like `deployment 10-06 12:00 of 10-05 12:00, 10-06 06:00`.
fn deployment(line: &str) -> Option<Deployment> {
    let (finished, merged) = line
        .strip_prefix("deployment ")?
        .split_once(" of ")
        .unwrap();
    let finished_at = time(finished);
    Some(Deployment {
        id: u64::try_from(finished_at.as_second()).unwrap(),
        finished_at,
        merged_at: merged.split(", ").map(time).collect(),
    })
}

/// An incident from a line like `incident 1: 10-06 15:00; 10-06 19:00 close`.
fn incident(line: &str, settings: &FlowSettings) -> Option<Incident> {
    let (severity, history) = line.strip_prefix("incident ")?.split_once(": ").unwrap();
    let item = WorkItem {
        is_incident: true,
        ..item(0, history)
    };
    incident_of(&item, severity.parse().ok(), &settings.incidents)
}

#[test]
fn every_example_of_the_page_has_its_figures() {
    let page = page();
    let settings = settings(&page);
    let day = |text: &str| text.parse::<Date>().unwrap();
    let mut seen = 0;
    for example in page.split("```example\n").skip(1) {
        let (example, _) = example.split_once("```").unwrap();
        let (histories, figures): (Vec<&str>, Vec<&str>) = example
            .lines()
            .partition(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let (events, figures): (Vec<&str>, Vec<&str>) = figures
            .into_iter()
            .partition(|line| line.starts_with("deployment ") || line.starts_with("incident "));
        let deployments: Vec<Deployment> =
            events.iter().filter_map(|line| deployment(line)).collect();
        let incidents: Vec<Incident> = events
            .iter()
            .filter_map(|line| incident(line, &settings))
            .collect();
        let flows: Vec<Flow> = histories
            .iter()
            .enumerate()
            .map(|(number, line)| flow_of(&item(number, line), &settings).unwrap())
            .collect();
        let report = flow_report(&FlowMaterial {
            team: (&"sre".parse().unwrap(), "Site Reliability"),
            days: (day("2026-10-05"), day("2026-10-18")),
            now: "2026-11-01T00:00:00Z".parse().unwrap(),
            flows: &flows,
            incidents: (&incidents, &settings.incidents),
            deployments: (!deployments.is_empty()).then_some(deployments.as_slice()),
            calendar: &Calendar::default(),
            restricted: &BTreeSet::new(),
        });
        let report = report.unwrap();
        let text = human(
            std::slice::from_ref(&report),
            &FlowOptions {
                color: false,
                width: 400,
            },
        );
        let line = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.trim_start().strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name}: {text}"))
                .trim()
                .to_owned()
        };
        for figure in figures {
            let (name, expected) = figure.split_once(": ").unwrap();
            let found = match name {
                "velocity" => report.velocity.to_string(),
                "never in progress" => report.never_started.to_string(),
                "cancelled" => report.cancelled.to_string(),
                "time" => line("time").split(" (of").next().unwrap().to_owned(),
                "efficiency" => line("efficiency").replace(" of that time somebody worked", ""),
                "load" => line("load").replace("1 item in", "1 in"),
                name => line(name),
            };
            assert_eq!(found, expected, "{name} of\n{example}\n{text}");
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
}
