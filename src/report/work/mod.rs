//! Whether the work at hand supports what was promised: the open milestones of trackers, and the open issues in them.
//!
//! The blueprint asks that milestones and the issues in them support OKRs, and that they are linked with their key results.

mod sentence;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use sentence::sentence;
pub use status::{MilestoneIssue, Supported, WorkCounts, WorkMilestone, WorkStatus, WorkTracker};

use crate::config::{Config, Team};
use crate::model::{Id, Key, OkrTree, Quarter, WorkReference};
use crate::plan::{
    Audience, IssueOfKey, Knowledge, ObservedMilestone, ObservedState, ObservedWork, ROLE_NEEDED,
    TrackerWork, WorkIssue,
};

/// What is needed to tell which work supports what.
#[derive(Debug, Clone, Copy)]
pub struct WorkMaterial<'a> {
    /// The OKRs.
    pub tree: &'a OkrTree,
    /// The settings that name the trackers.
    pub config: &'a Config,
    /// Which quarter's OKRs are to be supported.
    pub quarter: Quarter,
    /// The issue of each key that has one.
    pub issues: &'a BTreeMap<Key, IssueOfKey>,
    /// What was observed of them, with their links.
    pub observed: &'a ObservedState,
    /// What the trackers have in their open milestones.
    pub work: &'a ObservedWork,
    /// Who may read the output, where that is known: trackers that are open to fewer people are marked.
    pub readers: Option<Audience>,
}

/// The OKRs of a quarter by what leads to them.
#[derive(Default)]
struct Supports<'a> {
    /// By the ids of issues: their own, and those that are linked to them.
    ids: BTreeMap<u64, BTreeSet<&'a Key>>,
    /// By the paths of projects in lower case and numbers, as `work` names issues.
    references: BTreeMap<(String, u64), BTreeSet<&'a Key>>,
    /// As `work` names milestones: by paths in lower case and titles.
    names: BTreeMap<(String, &'a str), BTreeSet<&'a Key>>,
    /// By the ids of the milestones that are named so.
    milestones: BTreeMap<u64, BTreeSet<&'a Key>>,
}

/// Tells which work supports what, in the trackers that were looked at.
pub fn work(material: &WorkMaterial<'_>) -> WorkStatus {
    let supports = supports(material);
    let unseen_links = unseen_links(material);
    let links_seen = unseen_links.is_empty();
    let trackers: Vec<WorkTracker> = material
        .work
        .iter()
        .map(|(path, work)| tracker(material, &supports, links_seen, path, work))
        .collect();
    let counts = counts(&trackers);
    WorkStatus {
        sentence: sentence(counts, trackers.len()),
        counts,
        trackers,
        unseen_links,
    }
}

fn supports<'a>(material: &WorkMaterial<'a>) -> Supports<'a> {
    let mut all = Supports::default();
    let by_id: BTreeMap<u64, _> = material
        .observed
        .issues
        .iter()
        .map(|issue| (issue.id, issue))
        .collect();
    for entry in material.tree.items() {
        let item = entry.item();
        let key = &item.key;
        if key.quarter != material.quarter {
            continue;
        }
        if let Some(issue) = material.issues.get(key) {
            let id = issue.address.id;
            let links = by_id.get(&id).and_then(|issue| issue.links.known());
            let linked = links.into_iter().flatten().map(|link| link.other);
            for id in linked.chain([id]) {
                all.ids.entry(id).or_default().insert(key);
            }
        }
        for reference in &item.work {
            match &reference.value {
                WorkReference::Issue(issue) => {
                    let of = (issue.project.to_lowercase(), issue.iid);
                    all.references.entry(of).or_default().insert(key);
                }
                WorkReference::Milestone { project, title } => {
                    let of = (project.to_lowercase(), title.as_str());
                    all.names.entry(of).or_default().insert(key);
                }
            }
        }
    }
    // What is named by way of one project is a group's for all of them.
    for (path, work) in material.work {
        for milestone in work.known().into_iter().flat_map(|work| &work.milestones) {
            let named = all.naming(path, milestone);
            all.milestones
                .entry(milestone.id)
                .or_default()
                .extend(named);
        }
    }
    all
}

impl<'a> Supports<'a> {
    fn of_issue(&self, tracker: &str, issue: &WorkIssue) -> BTreeSet<&'a Key> {
        let reference = (tracker.to_lowercase(), issue.iid);
        let by_reference = self.references.get(&reference);
        let all = self.ids.get(&issue.id).into_iter().chain(by_reference);
        all.flatten().copied().collect()
    }

    /// What names a milestone by the project that holds its issues or, if it is a group's, by a group above that. A title is
    /// there once in a project and the groups above it (recorded: milestones/dup-of-group).
    fn naming(&self, tracker: &str, milestone: &ObservedMilestone) -> BTreeSet<&'a Key> {
        let tracker = tracker.to_lowercase();
        let groups = tracker.match_indices('/').map(|(at, _)| &tracker[..at]);
        let groups = groups.filter(|_| milestone.of_group);
        let mut keys = BTreeSet::new();
        for path in groups.chain([tracker.as_str()]) {
            let named = (path.to_owned(), milestone.title.as_str());
            keys.extend(self.names.get(&named).into_iter().flatten());
        }
        keys
    }
}

/// Why links of the quarter's OKRs may not have been seen.
fn unseen_links(material: &WorkMaterial<'_>) -> Vec<String> {
    let mut reasons = BTreeSet::new();
    let ids: BTreeSet<u64> = material
        .issues
        .iter()
        .filter(|(key, _)| key.quarter == material.quarter)
        .map(|(_, issue)| issue.address.id)
        .collect();
    for issue in &material.observed.issues {
        if let Knowledge::Unknown(why) = &issue.links
            && ids.contains(&issue.id)
        {
            reasons.insert(why.clone());
        }
    }
    // A managed issue that is hidden has links that are hidden, too.
    for entry in material.tree.items() {
        let key = &entry.item().key;
        let is_missing = key.quarter == material.quarter && !material.issues.contains_key(key);
        let team = material.config.teams.get(&key.team);
        if let (true, Some(team)) = (is_missing, team) {
            let path = if key.is_key_result() {
                &team.key_result_tracker
            } else {
                &team.tracker
            };
            let tracker = material.observed.trackers.get(path);
            let hidden = tracker.and_then(|tracker| tracker.hidden.as_ref());
            reasons.extend(hidden.map(|why| format!("issues of {path} may be hidden: {why}")));
        }
    }
    reasons.into_iter().collect()
}

fn tracker(
    material: &WorkMaterial<'_>,
    supports: &Supports<'_>,
    links_seen: bool,
    path: &str,
    work: &Knowledge<TrackerWork>,
) -> WorkTracker {
    let mut status = WorkTracker {
        tracker: path.to_owned(),
        restricted: material.observed.is_for_fewer(path, material.readers),
        unread: None,
        remarks: Vec::new(),
        milestones: Vec::new(),
    };
    match work {
        Knowledge::Unknown(why) => status.unread = Some(why.clone()),
        Knowledge::Known(work) => {
            status.remarks = remarks(material, path, work);
            status.milestones = work
                .milestones
                .iter()
                .map(|one| milestone(supports, links_seen, path, one, &work.issues))
                .collect();
            status.milestones.sort_by(|a, b| {
                let by_day = |of: &WorkMilestone| (of.due.is_none(), of.due);
                (by_day(a), &a.title, &a.reference).cmp(&(by_day(b), &b.title, &b.reference))
            });
        }
    }
    status
}

/// What of a tracker may not have been seen.
fn remarks(material: &WorkMaterial<'_>, path: &str, work: &TrackerWork) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(why) = &work.only_with_issues {
        remarks.push(format!(
            "milestones without an open issue are missing: {why}"
        ));
    }
    let tracker = material.observed.trackers.get(path);
    if tracker.is_some_and(|tracker| !tracker.issues_enabled) {
        remarks.push("issues are switched off there, or for this token".to_owned());
    }
    // Recorded: lists/guest-confidential.
    match tracker.map(|tracker| &tracker.role) {
        Some(Knowledge::Known(role)) if *role < ROLE_NEEDED => {
            let text =
                "the token's account is less than a Planner, so confidential issues are missing";
            remarks.push(text.to_owned());
        }
        Some(Knowledge::Unknown(_)) if material.observed.viewer.is_none() => {
            let text = "a job token does not tell its role: below Planner, confidential issues are missing";
            remarks.push(text.to_owned());
        }
        _ => {}
    }
    remarks
}

fn milestone(
    supports: &Supports<'_>,
    links_seen: bool,
    tracker: &str,
    milestone: &ObservedMilestone,
    issues: &[WorkIssue],
) -> WorkMilestone {
    let named = supports.milestones.get(&milestone.id);
    let named: BTreeSet<&Key> = named.into_iter().flatten().copied().collect();
    let mut by_issue: BTreeMap<&Key, u32> = BTreeMap::new();
    let (mut count, mut left) = (0, Vec::new());
    let mut own: Vec<&WorkIssue> = issues
        .iter()
        .filter(|issue| issue.milestone == milestone.id)
        .collect();
    own.sort_by_key(|issue| issue.iid);
    for issue in own {
        count += 1;
        let supported = supports.of_issue(tracker, issue);
        if supported.is_empty() && named.is_empty() {
            left.push(MilestoneIssue {
                reference: format!("{tracker}#{}", issue.iid),
                title: issue.title.clone(),
                web_url: issue.web_url.clone(),
                confidential: issue.confidential,
            });
        }
        for key in supported {
            *by_issue.entry(key).or_default() += 1;
        }
    }
    let keys: BTreeSet<&Key> = named
        .iter()
        .copied()
        .chain(by_issue.keys().copied())
        .collect();
    let supports = keys.into_iter().map(|key| Supported {
        key: key.clone(),
        named: named.contains(key),
        issues: by_issue.get(key).copied().unwrap_or_default(),
    });
    let (without, unknown) = if links_seen {
        (left, Vec::new())
    } else {
        (Vec::new(), left)
    };
    let place = if milestone.of_group { "" } else { tracker };
    WorkMilestone {
        reference: format!("{place}%{}", milestone.iid),
        title: milestone.title.clone(),
        due: milestone.due,
        web_url: milestone.web_url.clone(),
        of_group: milestone.of_group,
        supports: supports.collect(),
        issues: count,
        without,
        unknown,
    }
}

fn counts(trackers: &[WorkTracker]) -> WorkCounts {
    let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut counts = WorkCounts::default();
    // By address, since a group's milestone is there for each of its trackers.
    let mut milestones: BTreeMap<&str, bool> = BTreeMap::new();
    for tracker in trackers {
        counts.unread_trackers += u32::from(tracker.unread.is_some());
        for milestone in &tracker.milestones {
            counts.issues += milestone.issues;
            counts.without += size(milestone.without.len());
            counts.unknown += size(milestone.unknown.len());
            let supports = !milestone.supports.is_empty() || !milestone.unknown.is_empty();
            *milestones.entry(&milestone.web_url).or_default() |= supports;
        }
    }
    counts.supporting = counts.issues - counts.without - counts.unknown;
    counts.milestones = size(milestones.len());
    let without = milestones.values().filter(|supports| !**supports);
    counts.milestones_without = size(without.count());
    counts
}

/// The trackers of teams and of those below them, sorted, each once; all where none is named.
pub fn trackers_of(config: &Config, teams: &BTreeSet<Id>) -> Vec<String> {
    let is_asked = |team: &Team| {
        let mut lineage = config.teams.lineage(&team.id).into_iter();
        teams.is_empty() || lineage.any(|above| teams.contains(&above.id))
    };
    let asked = config.teams.iter();
    let asked = asked.filter(|team| is_asked(team));
    let paths: BTreeSet<&String> = asked
        .flat_map(|team| [&team.tracker, &team.key_result_tracker])
        .collect();
    paths.into_iter().cloned().collect()
}
