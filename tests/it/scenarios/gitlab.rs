//! GitLab's side: what an apply of some files left, and what people and circumstances made of it.

use std::collections::{BTreeMap, BTreeSet};

use okrsync::issue::{AppliedLink, Block, Body, Description, DesiredIssue, LinkTarget, Marker};
use okrsync::model::{IssueReference, Key};
use okrsync::plan::{
    DecisionContext, Knowledge, ObservedIssue, ObservedLink, ObservedState, ObservedTracker,
    Ownership, Past, ReferencedIssue, decide,
};

use super::files::Declared;

/// The first global id of issues that are not ours: `other/work#7` has the id 1007.
const OTHERS: u64 = 1000;

pub(super) struct GitLab {
    pub(super) state: ObservedState,
    /// The global ids of the issues that the apply made.
    pub(super) ids: BTreeMap<Key, u64>,
}

/// A key, which may go without the quarter 2026-q4.
pub(super) fn key(text: &str) -> Result<Key, String> {
    let quartered = text.starts_with(|c: char| c.is_ascii_digit());
    let full = if quartered {
        text.to_owned()
    } else {
        format!("2026-q4/{text}")
    };
    full.parse().map_err(|e| format!("no key: {e}"))
}

pub(super) fn reference(text: &str) -> Result<IssueReference, String> {
    text.parse().map_err(|e| format!("no reference: {e}"))
}

fn tracker(id: u64, path: &str, premium: bool) -> ObservedTracker {
    ObservedTracker {
        id,
        labels: Knowledge::Known(BTreeSet::new()),
        several_assignees: Knowledge::Known(premium),
        group: path.rsplit_once('/').map(|(group, _)| group.to_owned()),
        issues_enabled: true,
        archived: false,
        visibility: None,
        role: Knowledge::Known(15),
        hidden: None,
    }
}

impl GitLab {
    /// GitLab as it is before anything is applied, with all accounts, trackers and issues that any of these files name, and
    /// the labels that the first of them need.
    pub(super) fn before(files: &[&Declared], premium: bool) -> Self {
        let mut state = ObservedState {
            viewer: Some("bot".parse().unwrap()),
            ..ObservedState::default()
        };
        for declared in files {
            for path in declared.config.teams.trackers() {
                let id = state.trackers.len() as u64 + 1;
                let new = || tracker(id, path, premium);
                state.trackers.entry(path.to_owned()).or_insert_with(new);
            }
            for wanted in &declared.desired {
                let people = wanted.assignees.iter().map(ToString::to_string);
                state.users.extend(people.zip(1..));
                for target in &wanted.links {
                    if let LinkTarget::Issue(issue) = target {
                        let found = ReferencedIssue::Found(OTHERS + issue.iid);
                        state.references.insert(issue.clone(), found);
                    }
                }
            }
        }
        let labels: BTreeSet<String> = files[0]
            .desired
            .iter()
            .flat_map(|wanted| wanted.labels.iter().cloned())
            .collect();
        for tracker in state.trackers.values_mut() {
            tracker.labels = Knowledge::Known(labels.clone());
        }
        let ids = BTreeMap::new();
        Self { state, ids }
    }

    /// Lets GitLab hold what an apply of these files leaves.
    pub(super) fn apply(&mut self, files: &Declared, ownership: &Ownership) {
        let ours = files.desired.iter().map(|wanted| wanted.key.clone());
        self.ids = ours.zip(1..).collect();
        for wanted in &files.desired {
            let issue = self.applied(wanted, files, ownership);
            self.state.issues.push(issue);
        }
        // GitLab shows a link at both its ends.
        let links: Vec<(u64, ObservedLink)> = self
            .state
            .issues
            .iter()
            .flat_map(|issue| {
                let links = issue.links.known().into_iter().flatten();
                links.map(|link| (issue.id, link.clone()))
            })
            .collect();
        for (from, link) in links {
            let back = ObservedLink {
                id: link.id,
                other: from,
            };
            if let Some(issue) = self.state.issues.iter_mut().find(|i| i.id == link.other)
                && let Knowledge::Known(there) = &mut issue.links
            {
                there.push(back);
            }
        }
    }

    fn applied(
        &self,
        wanted: &DesiredIssue,
        files: &Declared,
        ownership: &Ownership,
    ) -> ObservedIssue {
        let id = self.ids[&wanted.key];
        let blank = ObservedIssue::blank(wanted);
        let context = DecisionContext::of(
            wanted,
            &wanted.tracker,
            &self.state,
            &files.config,
            ownership,
        );
        let decision = decide(wanted, &blank, None, context);
        let mut record = decision.applied;
        record.open = wanted.open;
        let mut links = Vec::new();
        for (at, target) in (0..).zip(&wanted.links) {
            let other = match target {
                LinkTarget::Key(to) => self.ids.get(to).copied(),
                LinkTarget::Issue(issue) => Some(OTHERS + issue.iid),
            };
            let Some(other) = other else { continue };
            record.links.push(AppliedLink {
                to: target.clone(),
                id: Some(other),
            });
            let link = 100 * id + at;
            links.push(ObservedLink { id: link, other });
        }
        let marker = Marker {
            key: wanted.key.clone(),
            owner: ownership.owner.clone(),
            birth: format!("birth-{id}"),
            applied: record.clone(),
            pending: false,
            duplicate_of: None,
            unknown: serde_json::Map::new(),
        };
        let block = Block {
            body: decision.body.render(),
            marker,
        };
        ObservedIssue {
            id,
            iid: id,
            web_url: format!(
                "https://gitlab.example.com/{}/-/issues/{id}",
                wanted.tracker
            ),
            description: Description::default().with_block(block).render().unwrap(),
            due: Some(wanted.due),
            open: wanted.open,
            confidential: wanted.confidential,
            author: "bot".parse().unwrap(),
            labels: Knowledge::Known(wanted.labels.clone()),
            assignees: record.assignees.kept,
            links: Knowledge::Known(links),
            ..blank
        }
    }

    /// The issue that stands for a key, or the one that a reference names.
    pub(super) fn issue(&mut self, name: &str) -> Result<&mut ObservedIssue, String> {
        let gone = || format!("there is no issue of {name}");
        let mut issues = self.state.issues.iter_mut();
        let found = if name.contains('#') {
            let reference = reference(name)?;
            issues.find(|issue| issue.address() == reference)
        } else {
            let id = *self.ids.get(&key(name)?).ok_or_else(gone)?;
            issues.find(|issue| issue.id == id)
        };
        found.ok_or_else(gone)
    }

    /// What GitLab tells of the past of a key's issue.
    pub(super) fn past(&mut self, name: &str) -> Result<&mut Past, String> {
        let address = self.issue(name)?.address();
        Ok(self.state.pasts.entry(address).or_default())
    }

    pub(super) fn tracker(&mut self, path: &str) -> Result<&mut ObservedTracker, String> {
        let gone = || format!("there is no tracker {path}");
        self.state.trackers.get_mut(path).ok_or_else(gone)
    }

    /// Changes the marker of a key's issue.
    pub(super) fn marker(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Marker),
    ) -> Result<(), String> {
        self.block(name, |block| change(&mut block.marker))
    }

    /// Changes what stands in the block of a key's issue.
    pub(super) fn body(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Body),
    ) -> Result<(), String> {
        self.block(name, |block| {
            let mut body = Body::parse(&block.body);
            change(&mut body);
            block.body = body.render();
        })
    }

    fn block(&mut self, name: &str, change: impl FnOnce(&mut Block)) -> Result<(), String> {
        let issue = self.issue(name)?;
        let read = Description::parse(&issue.description);
        let mut description = read.map_err(|e| format!("its block is damaged: {e}"))?;
        let mut block = description.block.take().ok_or("it has no block")?;
        change(&mut block);
        issue.description = description.with_block(block).render().unwrap();
        Ok(())
    }

    /// Replaces a part of a description that is there exactly once.
    pub(super) fn replace(&mut self, name: &str, old: &str, new: &str) -> Result<(), String> {
        let issue = self.issue(name)?;
        if issue.description.matches(old).count() != 1 {
            return Err(format!("it is not there once in:\n{}", issue.description));
        }
        issue.description = issue.description.replacen(old, new, 1);
        Ok(())
    }

    /// A second issue that carries the description of a key's, with the next free id.
    pub(super) fn copy(&mut self, name: &str, project: &str) -> Result<&mut ObservedIssue, String> {
        let id = 50 + self.state.issues.len() as u64;
        let copy = ObservedIssue {
            id,
            iid: id,
            project: project.to_owned(),
            ..self.issue(name)?.clone()
        };
        self.state.issues.push(copy);
        self.state.issues.last_mut().ok_or_else(String::new)
    }

    /// The global id of the issue of a key, or of somebody else's.
    pub(super) fn id(&mut self, name: &str) -> Result<u64, String> {
        if let Ok(issue) = self.issue(name) {
            return Ok(issue.id);
        }
        Ok(OTHERS + reference(name)?.iid)
    }
}
