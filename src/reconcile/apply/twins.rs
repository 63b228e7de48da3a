use std::collections::{BTreeMap, BTreeSet};

use super::links::LinkEdits;
use super::report::Failure;
use super::run::Run;
use super::write::plan_address;
use crate::gitlab::{Issue, IssuePatch, IssueState, StateEvent};
use crate::issue::{Description, Marker};
use crate::model::Key;
use crate::plan::{Action, IssueAddress, Remark};

impl Run<'_> {
    /// After creating, looks whether another apply created an issue for the same key at the same time. The lower id stays.
    /// Whoever creates later looks later, so one of the two always sees the other.
    pub(super) async fn twins(&mut self) {
        let mut created: BTreeMap<String, BTreeSet<Key>> = BTreeMap::new();
        for (_, change) in self.changes(|change| change.action == Action::Create) {
            if let Some(key) = change
                .key
                .as_ref()
                .filter(|key| self.book.contains_key(key))
            {
                created
                    .entry(change.tracker.clone())
                    .or_default()
                    .insert(key.clone());
            }
        }
        for (tracker, keys) in created {
            if self.stopped().is_some() {
                return;
            }
            match self.recent(&tracker).await {
                Ok(issues) => self.settle_twins(&tracker, &keys, &issues).await,
                Err(failure) => {
                    for key in &keys {
                        self.fail(key, &failure);
                    }
                }
            }
        }
    }

    async fn settle_twins(&mut self, tracker: &str, keys: &BTreeSet<Key>, issues: &[Issue]) {
        let mut by_key: BTreeMap<Key, Vec<&Issue>> = BTreeMap::new();
        for issue in issues.iter().filter(|issue| issue.moved_to_id.is_none()) {
            let marker = Marker::read(&issue.description).filter(|marker| {
                self.context.ownership.is_ours(marker) && marker.duplicate_of.is_none()
            });
            if let Some(marker) = marker {
                by_key.entry(marker.key).or_default().push(issue);
            }
        }
        for key in keys {
            let Some(ours) = self.book.get(key).cloned() else {
                continue;
            };
            let same = by_key.get(key).into_iter().flatten();
            let older = same
                .filter(|issue| issue.id < ours.id)
                .min_by_key(|issue| issue.id);
            let Some(older) = older else { continue };
            let stays = plan_address(older, tracker);
            if let Err(failure) = self.yield_to(key, &ours, &stays).await {
                self.fail(key, &failure);
            }
        }
    }

    async fn yield_to(
        &mut self,
        key: &Key,
        ours: &IssueAddress,
        stays: &IssueAddress,
    ) -> Result<(), Failure> {
        self.close_twin(ours, stays.id).await?;
        self.book.insert(key.clone(), stays.clone());
        let message = format!(
            "another apply created {} at the same time; {} was closed",
            stays.reference(),
            ours.reference()
        );
        self.remarks.push(Remark::new("twin", message).on(key));
        for outcome in self.outcomes.values_mut() {
            if outcome.key.as_ref() == Some(key) && outcome.action == Action::Create {
                outcome.issue = Some(stays.clone());
            }
        }
        if let Some(desired) = self.index.desired(key) {
            self.converge(desired, stays, &LinkEdits::default(), true, None)
                .await?;
        }
        Ok(())
    }

    /// Closes the younger of two issues of one key; its marker says so from then on.
    pub(super) async fn close_twin(&self, twin: &IssueAddress, stays: u64) -> Result<(), Failure> {
        self.rewrite(twin, |issue| {
            let mut patch = IssuePatch::default();
            if let Ok(mut description) = Description::parse(&issue.description)
                && let Some(block) = &mut description.block
            {
                block.marker.duplicate_of = Some(stays);
                block.marker.pending = false;
                block.marker.applied.open = false;
                let text = description.render()?;
                patch.description = (text != issue.description).then_some(text);
                if issue.state == IssueState::Opened {
                    patch.state_event = Some(StateEvent::Close);
                }
            }
            Ok(patch)
        })
        .await
        .map(|_| ())
    }
}
