//! Labels that changes need and that GitLab lacks: made once, before anything carries them.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Cause, Change, Field, FieldChange, Operation, Remark};
use super::observed::{Knowledge, ObservedState};
use crate::config::{Config, LabelPlace};
use crate::issue::DesiredIssue;

/// The changes that make missing labels, and what is unknown about labels.
pub(crate) fn missing_labels(
    needed: &[(String, String)],
    observed: &ObservedState,
    config: &Config,
    desired: &[DesiredIssue],
) -> (Vec<Change>, Vec<Remark>) {
    let mut missing: BTreeSet<(String, bool, String)> = BTreeSet::new();
    let mut unknown: BTreeMap<String, String> = BTreeMap::new();
    for (project, label) in needed {
        let Some(tracker) = observed.trackers.get(project) else {
            continue;
        };
        match &tracker.labels {
            Knowledge::Known(labels) if labels.contains(label) => {}
            Knowledge::Known(_) => {
                let group = tracker
                    .group
                    .clone()
                    .filter(|_| config.labels.at == LabelPlace::Group);
                let in_group = group.is_some();
                missing.insert((
                    group.unwrap_or_else(|| project.clone()),
                    in_group,
                    label.clone(),
                ));
            }
            Knowledge::Unknown(reason) => {
                unknown.insert(project.clone(), reason.clone());
            }
        }
    }
    let styles = styles(config, desired);
    let changes = missing
        .into_iter()
        .map(|(place, in_group, name)| {
            // What no template makes is people's, and moves along with their issue.
            let (color, description) = styles
                .get(name.as_str())
                .cloned()
                .unwrap_or_else(|| ("#6699cc".to_owned(), String::new()));
            Change {
                action: Action::CreateLabel,
                key: None,
                cause: Cause::Pending,
                tracker: place,
                issue: None,
                title: name.clone(),
                fields: vec![FieldChange::new(Field::Color, None, Some(color.clone()))],
                confidential: false,
                operation: Operation::CreateLabel {
                    name,
                    color,
                    description,
                    in_group,
                },
            }
        })
        .collect();
    let remarks = unknown
        .into_iter()
        .map(|(project, reason)| {
            Remark::new(
                "labels-unknown",
                format!("which labels {project} has is unknown: {reason}"),
            )
        })
        .collect();
    (changes, remarks)
}

/// The colour and description of every label that we make: by what the template says, so that one kind looks alike.
fn styles(config: &Config, desired: &[DesiredIssue]) -> BTreeMap<String, (String, String)> {
    let mut styles = BTreeMap::new();
    for issue in desired {
        let templates = if issue.is_key_result {
            &config.labels.key_result
        } else {
            &config.labels.objective
        };
        for template in templates {
            let name = template.fill(&issue.team, issue.key.quarter);
            let team = config
                .teams
                .get(&issue.team)
                .map_or(issue.team.as_str(), |team| &team.name);
            let (color, description) = match (template.has_team(), template.has_quarter()) {
                (true, true) => (
                    "#0d9488",
                    format!("OKRs of {team} in {}", issue.key.quarter),
                ),
                (true, false) => ("#0f766e", format!("OKRs of {team}")),
                (false, true) => ("#6d28d9", format!("OKRs of {}", issue.key.quarter)),
                (false, false) if issue.is_key_result => ("#2563eb", "Key results".to_owned()),
                (false, false) => ("#1d4ed8", "Objectives".to_owned()),
            };
            styles
                .entry(name)
                .or_insert((color.to_owned(), description));
        }
    }
    styles
}
