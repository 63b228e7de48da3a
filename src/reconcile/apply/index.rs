use std::collections::BTreeMap;

use super::run::ApplyContext;
use crate::issue::DesiredIssue;
use crate::model::Key;
use crate::plan::{Action, Change, ObservedIssue, Plan};

/// What the steps of an apply look up for every issue, by what they look for: searched through each time, ten thousand
/// issues would take a hundred million looks.
pub(super) struct Index<'a> {
    desired: BTreeMap<&'a Key, &'a DesiredIssue>,
    /// By the keys that they had before.
    renamed: BTreeMap<&'a Key, &'a DesiredIssue>,
    /// By their global ids.
    observed: BTreeMap<u64, &'a ObservedIssue>,
    link_steps: BTreeMap<&'a Key, Vec<&'a Change>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(plan: &'a Plan, context: &ApplyContext<'a>) -> Self {
        let mut renamed = BTreeMap::new();
        for wanted in context.desired {
            for earlier in &wanted.previously {
                // Where two claim the same, the first counts.
                renamed.entry(earlier).or_insert(wanted);
            }
        }
        let mut link_steps: BTreeMap<&Key, Vec<&Change>> = BTreeMap::new();
        for change in &plan.changes {
            if let (Action::Link | Action::Unlink, Some(key)) = (change.action, &change.key) {
                link_steps.entry(key).or_default().push(change);
            }
        }
        let desired = context.desired.iter().map(|wanted| (&wanted.key, wanted));
        let observed = context.observed.issues.iter();
        Self {
            desired: desired.collect(),
            renamed,
            observed: observed.map(|issue| (issue.id, issue)).collect(),
            link_steps,
        }
    }

    /// How the issue of a key shall be.
    pub(super) fn desired(&self, key: &Key) -> Option<&'a DesiredIssue> {
        self.desired.get(key).copied()
    }

    /// The name that a key has today.
    pub(super) fn todays_name<'k>(&self, key: &'k Key) -> &'k Key
    where
        'a: 'k,
    {
        self.renamed.get(key).map_or(key, |wanted| &wanted.key)
    }

    /// An issue as it was observed.
    pub(super) fn observed(&self, id: u64) -> Option<&'a ObservedIssue> {
        self.observed.get(&id).copied()
    }

    /// The links that the plan makes and removes for a key.
    pub(super) fn link_steps(&self, key: &Key) -> &[&'a Change] {
        self.link_steps.get(key).map_or(&[], Vec::as_slice)
    }
}
