//! Labels of an issue: names to labels, labels made on use, and their events.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::{
    Actor, Counters, EventAction, LabelEvent, Namespace, NewLabel, Refusal, State, Tier,
};
use crate::sandbox::text::strip;

impl State {
    /// The labels that issues of a project may carry, by name: its own and those of the groups above. Where both have a
    /// name, the project's is taken (GitLab does not define it; facts §5).
    pub fn available_labels(&self, project: u64) -> BTreeMap<&str, u64> {
        let groups = self.ancestors(Namespace::Project(project));
        let mut found = BTreeMap::new();
        for label in self.labels.values() {
            match label.owner {
                Namespace::Group(group) if groups.contains(&group) => {
                    found.entry(label.name.as_str()).or_insert(label.id);
                }
                Namespace::Project(owner) if owner == project => {
                    found.insert(label.name.as_str(), label.id);
                }
                _ => {}
            }
        }
        found
    }

    /// The labels of these names; a name that is unknown is made a label of the project, if that is allowed, else it is
    /// dropped silently (recorded: create/labels-guest).
    ///
    /// GitLab fails with 500 over the same new name twice, and over a name above 255 characters beside others; alone,
    /// such a name is dropped (recorded: create/label-dup-new, label-256, label-256-and-other).
    pub(super) fn labels_named(
        &mut self,
        actor: &Actor,
        project: u64,
        names: &[String],
        now: Timestamp,
    ) -> Result<Vec<u64>, Refusal> {
        let names: Vec<&str> = names
            .iter()
            .map(|name| strip(name))
            .filter(|name| !name.is_empty())
            .collect();
        let known: BTreeMap<String, u64> = self
            .available_labels(project)
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect();
        let unknown: Vec<&str> = names
            .iter()
            .filter(|name| !known.contains_key(**name))
            .copied()
            .collect();
        let may_create = self.can_admin_labels(actor, Namespace::Project(project));
        if may_create {
            let distinct: BTreeSet<&str> = unknown.iter().copied().collect();
            let too_long = unknown.iter().any(|name| name.chars().count() > 255);
            if distinct.len() < unknown.len() || (too_long && names.len() > 1) {
                return Err(Refusal::Internal);
            }
        }
        let mut ids = Vec::new();
        for name in names {
            let id = match known.get(name) {
                Some(id) => *id,
                None if may_create && name.chars().count() <= 255 => {
                    let new = NewLabel {
                        name: name.to_owned(),
                        color: "#6699cc".to_owned(),
                        ..NewLabel::default()
                    };
                    self.insert_label(Namespace::Project(project), &new, now)
                }
                None => continue,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Of two labels of one scope (`a::x`, `a::y`), Premium keeps the one listed last; Free knows no scopes (facts §1.6).
    pub(super) fn without_scope_conflicts(&self, labels: Vec<u64>) -> Vec<u64> {
        if self.settings.tier == Tier::Free {
            return labels;
        }
        let scope = |id: &u64| {
            let label = self.labels.get(id)?;
            label.name.rsplit_once("::").map(|(scope, _)| scope)
        };
        let mut kept: Vec<u64> = Vec::new();
        for id in labels {
            if let Some(new) = scope(&id) {
                kept.retain(|old| scope(old) != Some(new));
            }
            kept.push(id);
        }
        kept
    }

    /// Gives an issue exactly these labels and records what was put on and taken off.
    pub(super) fn put_labels(&mut self, issue: u64, labels: &[u64], user: u64, now: Timestamp) {
        let labels = self.without_scope_conflicts(labels.to_vec());
        let Some(target) = self.issues.get_mut(&issue) else {
            return;
        };
        let before = std::mem::replace(&mut target.labels, labels.clone());
        let mut added: Vec<u64> = labels
            .iter()
            .filter(|label| !before.contains(label))
            .copied()
            .collect();
        added.sort_unstable();
        let removed = before
            .iter()
            .filter(|label| !labels.contains(label))
            .copied();
        let events: Vec<(u64, EventAction)> = added
            .iter()
            .map(|label| (*label, EventAction::Add))
            .chain(removed.map(|label| (label, EventAction::Remove)))
            .collect();
        if events.is_empty() {
            return;
        }
        for (label, action) in events {
            let id = Counters::next(&mut self.counters.label_events);
            self.label_events.push(LabelEvent {
                id,
                issue,
                user,
                label,
                action,
                at: now,
            });
        }
        self.touch_issue(issue, now);
    }
}
