//! Which items in progress are linked to other teams' items.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::FlowReport;
use crate::flow::ItemLink;

/// The most items whose links are worth asking for, the oldest: each costs a request.
const ASKED: usize = 200;

/// How a team's items in progress are linked to those of other teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DependenciesReport {
    /// Of how many items in progress the links were read; of the others they are unknown.
    pub read: usize,
    /// The links to other teams' items, the item that has been in progress for the longest time first.
    pub links: Vec<DependencyReport>,
}

/// A link between an item in progress and another team's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DependencyReport {
    /// The issue in progress.
    pub issue: String,
    /// relates-to, blocks or is-blocked-by. On GitLab Free all of them are the first.
    pub link: &'static str,
    /// The other issue.
    pub other: String,
    /// The teams whose it is.
    pub teams: Vec<String>,
    /// Where the other one is: in-progress, done (within the time), or neither, new or done before.
    pub state: &'static str,
    /// The label that says where, where it is in progress and has one.
    pub stage: Option<String>,
    /// How long it has been in progress, where it is.
    pub age: Option<i64>,
}

/// The items in progress whose links are worth asking for: the oldest ones of all teams, each once.
pub fn linked_items(reports: &[FlowReport]) -> Vec<String> {
    let items = reports.iter().flat_map(|report| &report.load.items);
    let mut items: Vec<(i64, &str)> = items.map(|item| (item.age, item.issue.as_str())).collect();
    items.sort_by(|a, b| b.cmp(a));
    items.dedup();
    let asked = items.into_iter().take(ASKED);
    asked.map(|(_, issue)| issue.to_owned()).collect()
}

/// Adds to each report how its items in progress are linked to other teams' items. `asked` are the items whose links were read,
/// `owners` the teams whose work each item is. An item that is this team's too is none of another.
pub fn add_dependencies(
    reports: &mut [FlowReport],
    links: &[ItemLink],
    asked: &[String],
    owners: &BTreeMap<String, BTreeSet<String>>,
) {
    let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
    let mut found: Vec<DependenciesReport> = Vec::new();
    for report in &*reports {
        let items = report.load.items.iter();
        let read: Vec<&str> = items
            .map(|item| item.issue.as_str())
            .filter(|issue| asked.contains(issue))
            .collect();
        let of_item = |issue: &str| {
            let own: BTreeSet<&ItemLink> = links.iter().filter(|link| link.from == issue).collect();
            let told = own
                .into_iter()
                .filter_map(|link| dependency(report, link, reports, owners));
            told.collect::<Vec<_>>()
        };
        found.push(DependenciesReport {
            read: read.len(),
            links: read.into_iter().flat_map(of_item).collect(),
        });
    }
    for (report, found) in reports.iter_mut().zip(found) {
        report.dependencies = Some(found);
    }
}

fn dependency(
    report: &FlowReport,
    link: &ItemLink,
    reports: &[FlowReport],
    owners: &BTreeMap<String, BTreeSet<String>>,
) -> Option<DependencyReport> {
    let teams = owners.get(&link.to)?;
    if teams.contains(&report.team) {
        return None;
    }
    let of_owners = || reports.iter().filter(|other| teams.contains(&other.team));
    let in_progress = of_owners()
        .flat_map(|other| &other.load.items)
        .find(|item| item.issue == link.to);
    let mut done = of_owners().flat_map(|other| &other.done);
    let state = match in_progress {
        Some(_) => "in-progress",
        None if done.any(|item| item.issue == link.to) => "done",
        None => "neither",
    };
    Some(DependencyReport {
        issue: link.from.clone(),
        link: link.kind.as_str(),
        other: link.to.clone(),
        teams: teams.iter().cloned().collect(),
        state,
        stage: in_progress.and_then(|item| item.stage.clone()),
        age: in_progress.map(|item| item.age),
    })
}
