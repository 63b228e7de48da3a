use std::collections::{BTreeMap, BTreeSet};

use crate::config::{AssigneeTemplate, Config, QuarterState};
use crate::issue::{DesiredIssue, LinkTarget};
use crate::model::{Id, IssueReference, Key, OkrTree, Username};
use crate::plan::not_kept_on_free;

/// What the files need of GitLab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The trackers by their full path.
    pub trackers: BTreeMap<String, TrackerWants>,
    /// The pairs of projects whose issues are to be linked, with how many links.
    pub links: BTreeMap<(String, String), u32>,
    /// The people that OKRs and teams name.
    pub people: BTreeMap<Username, Person>,
}

/// What issues need of their tracker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrackerWants {
    /// The labels that its issues shall carry.
    pub labels: BTreeSet<String>,
    /// Whom GitLab Free would not assign, with the number of issues.
    pub not_kept: BTreeMap<Username, u32>,
}

/// What somebody is named for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The trackers in which issues are assigned to them.
    pub assigned_in: BTreeSet<String>,
}

impl Wanted {
    /// What the files of some teams need; of all teams where none is named.
    pub fn of(
        config: &Config,
        tree: &OkrTree,
        desired: &[DesiredIssue],
        teams: &BTreeSet<Id>,
    ) -> Self {
        let mut wanted = Self::default();
        let selected = |id: &Id| teams.is_empty() || teams.contains(id);
        for team in config.teams.iter().filter(|team| selected(&team.id)) {
            for tracker in [&team.tracker, &team.key_result_tracker] {
                wanted.trackers.entry(tracker.clone()).or_default();
            }
            let director = config.teams.director(&team.id);
            for name in team.manager.iter().chain(director) {
                wanted.people.entry(name.clone()).or_default();
            }
        }
        for template in config
            .assign
            .objective
            .iter()
            .chain(&config.assign.key_result)
        {
            if let AssigneeTemplate::User(name) = template {
                wanted.people.entry(name.clone()).or_default();
            }
        }
        let owners = tree
            .items()
            .filter(|item| selected(&item.key().team))
            .filter_map(|item| item.item().owner.as_ref());
        for owner in owners {
            wanted.people.entry(owner.value.clone()).or_default();
        }
        let tracker_of: BTreeMap<&Key, &String> = desired
            .iter()
            .map(|issue| (&issue.key, &issue.tracker))
            .collect();
        let is_live = |issue: &&DesiredIssue| {
            selected(&issue.team) && issue.open && issue.quarter_state == QuarterState::Active
        };
        for issue in desired.iter().filter(is_live) {
            wanted.add(issue, &tracker_of);
        }
        wanted
    }

    fn add(&mut self, issue: &DesiredIssue, tracker_of: &BTreeMap<&Key, &String>) {
        let tracker = self.trackers.entry(issue.tracker.clone()).or_default();
        tracker.labels.extend(issue.labels.iter().cloned());
        for person in not_kept_on_free(issue) {
            *tracker.not_kept.entry(person.clone()).or_default() += 1;
        }
        for person in &issue.assignees {
            let person = self.people.entry(person.clone()).or_default();
            person.assigned_in.insert(issue.tracker.clone());
        }
        for target in &issue.links {
            let to = match target {
                LinkTarget::Key(key) => tracker_of.get(key).copied(),
                LinkTarget::Issue(IssueReference { project, .. }) => Some(project),
            };
            if let Some(to) = to.filter(|to| **to != issue.tracker) {
                let pair = (issue.tracker.clone(), to.clone());
                *self.links.entry(pair).or_default() += 1;
            }
        }
    }

    /// The projects at the other end of links that are no trackers.
    pub(super) fn foreign(&self) -> BTreeSet<&String> {
        let ends = self.links.keys().map(|(_, to)| to);
        ends.filter(|to| !self.trackers.contains_key(*to)).collect()
    }
}
