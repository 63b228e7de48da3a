//! From the tree and the settings to the issues that shall be.

use super::super::{
    DesiredIssue, desired_issues, escape_markdown, label_namespace, previous_labels,
};
use super::fixture::{at, config, key, objective, text, tree};
use crate::config::AssigneeTemplate;
use crate::model::Lifecycle;

fn issues() -> Vec<DesiredIssue> {
    desired_issues(&tree(objective()), &config())
}

fn strings(items: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

#[test]
fn one_issue_each_by_key() {
    let issues = issues();
    assert_eq!(
        strings(issues.iter().map(|issue| &issue.key)),
        [
            "2026-q4/sre/mtbf",
            "2026-q4/sre/mtbf/hours",
            "2026-q4/sre/mtbf/patroni"
        ]
    );
    let [objective, hours, patroni] = issues.as_slice() else {
        panic!("three issues");
    };
    assert_eq!(objective.tracker, "gl-infra/infrastructure");
    assert_eq!(hours.tracker, "gl-infra/sre");
    assert_eq!(strings(&objective.labels), ["2026-q4", "okr:o", "team:sre"]);
    assert_eq!(strings(&hours.labels), ["2026-q4", "okr:kr"]);
    assert_eq!(strings(&hours.assignees), ["sre-manager", "director"]);
    assert_eq!(hours.due.to_string(), "2026-12-18");
    assert_eq!(patroni.due.to_string(), "2026-12-31");
    assert!(hours.title.ends_with("@\u{200b}all"), "{}", hours.title);
    assert_eq!((hours.open, patroni.open), (true, false));
    assert_eq!(
        patroni.closing_reason.as_deref(),
        Some("/close says @\u{200b}all")
    );
    assert_eq!(
        strings(&objective.links),
        ["2026-q4/infrastructure/mission-critical"]
    );
    assert_eq!(
        strings(&hours.links),
        ["2026-q4/sre/mtbf", "gl-infra/infrastructure#123"]
    );
    assert_eq!(
        strings(hours.rows.iter().map(|row| row.date)),
        ["2026-10-05", "2026-10-12"]
    );
}

#[test]
fn earlier_names_follow_from_objective_and_team() {
    let issues = issues();
    assert_eq!(
        strings(&issues[1].previously),
        [
            "2026-q4/sre/uptime/hours",
            "2026-q4/reliability/mtbf/hours",
            "2026-q4/reliability/uptime/hours",
        ]
    );
    let mut taken = objective();
    taken.item.previously.push(at(key("2026-q4/sre/mtbf")));
    let issues = desired_issues(&tree(taken), &config());
    assert!(!issues[0].previously.contains(&issues[0].key));
}

#[test]
fn a_key_result_ends_with_its_objective_and_is_as_confidential() {
    let mut ended = objective();
    ended.item.confidential = true;
    ended.item.lifecycle = Lifecycle::Dropped {
        reason: text("No budget."),
    };
    for issue in desired_issues(&tree(ended), &config()) {
        assert!(!issue.open && issue.confidential, "{}", issue.key);
        assert!(issue.closing_reason.is_some(), "{}", issue.key);
    }
}

#[test]
fn each_assignee_comes_once() {
    let mut config = config();
    config.assign.key_result = vec![
        AssigneeTemplate::Owner,
        AssigneeTemplate::User("SRE-Lead".parse().unwrap()),
        AssigneeTemplate::Manager,
    ];
    let issues = desired_issues(&tree(objective()), &config);
    assert_eq!(strings(&issues[1].assignees), ["sre-lead", "sre-manager"]);
    assert_eq!(strings(&issues[2].assignees), ["sre-manager", "SRE-Lead"]);
}

#[test]
fn labels_of_earlier_team_names_are_known() {
    let config = config();
    let quarter = "2026-q4".parse().unwrap();
    let team = "sre".parse().unwrap();
    assert_eq!(
        strings(previous_labels(&config, &team, quarter, false)),
        ["team:reliability"]
    );
    assert!(previous_labels(&config, &team, quarter, true).is_empty());
    assert_eq!(
        strings(label_namespace(&config, &[quarter].into())),
        [
            "2026-q4",
            "okr:kr",
            "okr:o",
            "team:infrastructure",
            "team:reliability",
            "team:sre"
        ]
    );
}

#[test]
fn a_desired_issue_survives_json() {
    for issue in issues() {
        let json = serde_json::to_string(&issue).unwrap();
        let read: DesiredIssue = serde_json::from_str(&json).unwrap();
        assert_eq!(read, issue);
    }
    assert_eq!(escape_markdown(""), "");
}
