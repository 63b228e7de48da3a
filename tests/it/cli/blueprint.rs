//! What GitLab holds after the example was applied: every issue, label and link that the blueprint asks for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::bench::{Bench, key_of, project};

/// An objective: team and id, tracker, due date, the managers' objectives and other issues that it is linked to.
const OBJECTIVES: [(&str, &str, &str, &str, &[&str]); 5] = [
    (
        "infrastructure/mission-critical",
        "gl-infra/infrastructure",
        "director",
        "2026-12-31",
        &[],
    ),
    (
        "sae/mttr",
        "gl-infra/infrastructure",
        "sae-manager",
        "2026-12-31",
        &["2026-q4/infrastructure/mission-critical"],
    ),
    (
        "sre/mtbf",
        "gl-infra/infrastructure",
        "sre-manager",
        "2026-12-31",
        &["2026-q4/infrastructure/mission-critical"],
    ),
    (
        "delivery/deploys",
        "gl-infra/frameworks",
        "delivery-manager",
        "2026-12-31",
        &["2026-q4/infrastructure/mission-critical"],
    ),
    (
        "andrew/observable-availability",
        "gl-infra/infrastructure",
        "andrew",
        "2026-12-11",
        &[
            "2026-q4/sae/mttr",
            "2026-q4/sre/mtbf",
            "2026-q4/delivery/deploys",
        ],
    ),
];

/// A key result: its key, tracker, manager and due date.
const KEY_RESULTS: [(&str, &str, &str); 9] = [
    ("sae/mttr/restore", "sae-manager", "2026-12-18"),
    ("sae/mttr/database-changes", "sae-manager", "2026-12-11"),
    ("sae/mttr/zone-loss", "sae-manager", "2026-12-31"),
    ("sre/mtbf/hours", "sre-manager", "2026-12-18"),
    ("sre/mtbf/readiness", "sre-manager", "2026-12-11"),
    ("sre/mtbf/pages", "sre-manager", "2026-12-31"),
    (
        "delivery/deploys/lead-time",
        "delivery-manager",
        "2026-12-11",
    ),
    (
        "delivery/deploys/change-failures",
        "delivery-manager",
        "2026-12-31",
    ),
    (
        "delivery/deploys/manual-steps",
        "delivery-manager",
        "2026-12-21",
    ),
];

fn tracker_of(issue: &Value) -> String {
    let reference = issue["references"]["full"].as_str().unwrap();
    reference.split('#').next().unwrap().to_owned()
}

fn labels(issue: &Value) -> BTreeSet<String> {
    let labels = issue["labels"].as_array().unwrap().iter();
    labels.map(|l| l.as_str().unwrap().to_owned()).collect()
}

fn set(labels: &[&str]) -> BTreeSet<String> {
    labels.iter().map(|&label| label.to_owned()).collect()
}

/// The keys of the managed issues that this one is linked to.
fn linked(bench: &Bench, key: &str) -> BTreeSet<String> {
    let links = bench.get(&format!("{}/links", bench.path(key)));
    links
        .as_array()
        .unwrap()
        .iter()
        .filter_map(key_of)
        .collect()
}

#[test]
fn every_issue_label_and_link_is_there() {
    let bench = Bench::applied();
    let managed = bench.managed();
    assert_eq!(managed.len(), OBJECTIVES.len() + KEY_RESULTS.len());
    for (id, tracker, manager, due, supports) in OBJECTIVES {
        let key = format!("2026-q4/{id}");
        let issue = bench.issue(&key);
        let team = format!("team:{}", id.split('/').next().unwrap());
        assert_eq!(tracker_of(&issue), tracker, "{key}");
        assert_eq!(labels(&issue), set(&["okr:o", &team, "2026-q4"]), "{key}");
        assert_eq!(issue["assignee"]["username"], manager, "{key}");
        assert_eq!(issue["due_date"], due, "{key}");
        assert_eq!(issue["state"], "opened", "{key}");
        let linked = linked(&bench, &key);
        for supported in supports {
            assert!(
                linked.contains(*supported),
                "{key} → {supported}: {linked:?}"
            );
        }
    }
    for (id, manager, due) in KEY_RESULTS {
        let key = format!("2026-q4/{id}");
        let issue = bench.issue(&key);
        let tracker = if id.starts_with("delivery/") {
            "gl-infra/delivery"
        } else {
            "gl-infra/infrastructure"
        };
        assert_eq!(tracker_of(&issue), tracker, "{key}");
        assert_eq!(labels(&issue), set(&["okr:kr", "2026-q4"]), "{key}");
        assert_eq!(issue["assignee"]["username"], manager, "{key}");
        assert_eq!(issue["due_date"], due, "{key}");
        let (objective, _) = key.rsplit_once('/').unwrap();
        assert!(linked(&bench, &key).contains(objective), "{key}");
        let description = issue["description"].as_str().unwrap();
        // The director, whom GitLab Free does not keep as a second assignee, is in the text.
        assert!(description.contains("director"), "{key}: {description}");
    }
}

#[test]
fn work_is_linked_and_milestones_are_named() {
    let bench = Bench::applied();
    let path = bench.path("2026-q4/sre/mtbf/hours");
    let links = bench.get(&format!("{path}/links"));
    let links_of = links.as_array().unwrap().iter();
    let references: BTreeSet<&str> = links_of
        .map(|link| link["references"]["full"].as_str().unwrap())
        .collect();
    assert!(
        references.contains("gl-infra/infrastructure#123"),
        "{links}"
    );
    let issue = bench.get(&path);
    let description = issue["description"].as_str().unwrap();
    assert!(
        description.contains("gl-infra/infrastructure%\"Patroni rollout\""),
        "{description}"
    );
}

#[test]
fn labels_are_made_once_with_a_colour_and_a_description() {
    let bench = Bench::applied();
    let labels = bench.get(&format!("{}/labels", project("gl-infra/infrastructure")));
    let labels = labels.as_array().unwrap();
    assert_eq!(labels.len(), 7, "{labels:?}");
    for label in labels {
        assert!(label["color"].as_str().unwrap().starts_with('#'), "{label}");
        assert!(
            !label["description"].as_str().unwrap().is_empty(),
            "{label}"
        );
    }
}
