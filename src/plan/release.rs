//! What is to be done so that issues are managed no longer, and left as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Cause, Change, Operation, PLAN_FORMAT, Plan, Remark};
use super::forecast::Forecast;
use super::matching::claimed_key;
use super::observed::{ObservedIssue, ObservedState};
use super::order::in_order;
use super::planner::{PlanPolicy, unwritable_trackers};
use super::safety;
use super::summary::summarise;
use crate::config::QuarterState;
use crate::diag::closest;
use crate::issue::{BlockConflict, Description, DesiredIssue, Marker};
use crate::model::{IssueReference, Key};

/// Plans the release of these keys, an objective's with its key results; of every key in scope where none is named.
///
/// Whatever carries our marker by one of our accounts, or because a file adopts it, is released: open or closed, declared
/// or not, the twin of a race, and the original that a move left. Pure and deterministic, as [`plan`](fn@super::plan) is.
pub fn release<'a>(
    keys: &'a [Key],
    desired: &'a [DesiredIssue],
    observed: &ObservedState,
    policy: PlanPolicy<'a>,
) -> Plan {
    let mut releasing = Releasing::new(keys, desired, policy);
    for issue in &observed.issues {
        releasing.issue(issue);
    }
    releasing.unknown_keys();
    releasing.hidden(observed);
    releasing.declared();
    releasing.finish(observed)
}

/// What the next apply makes of a released key that a file still declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// It adopts the issue again.
    Returns,
    /// It stops at the issue that looks like the one to be created.
    Stops,
    /// It creates another issue, since the released one does not look like it.
    Anew,
}

/// How a [`Fate`] is told: the remark's id, of one key, of several, and what to do.
const FATES: &[(Fate, &str, &str, &str, &str)] = &[
    (
        Fate::Stops,
        "still-declared",
        "a file declares it: until none does, plan and apply stop at it and ask to adopt its issue",
        "are declared: until no file declares them, plan and apply stop at each and ask to adopt its issue",
        "merge the removal from the files next; nothing is closed then",
    ),
    (
        Fate::Returns,
        "still-adopted",
        "a file adopts its issue: the next apply puts it under management again",
        "are adopted by files: the next apply puts their issues under management again",
        "merge the removal from the files before anything is applied",
    ),
    (
        Fate::Anew,
        "still-declared-anew",
        "a file declares it, and its issue was closed, moved or renamed in GitLab: the next apply may create another one",
        "are declared, and their issues were closed, moved or renamed in GitLab: the next apply may create others",
        "merge the removal from the files before anything is applied",
    ),
];

struct Releasing<'d> {
    /// The keys that are named, by their names of today; all where empty.
    keys: Vec<Key>,
    policy: PlanPolicy<'d>,
    desired: BTreeMap<&'d Key, &'d DesiredIssue>,
    /// Today's name of every key that was called otherwise before.
    renamed: BTreeMap<&'d Key, &'d Key>,
    adopted: BTreeSet<&'d IssueReference>,
    changes: Vec<Change>,
    conflicts: Vec<Remark>,
    notices: Vec<Remark>,
    /// Keys of which something was found.
    met: BTreeSet<Key>,
    fates: BTreeMap<Key, Fate>,
    managed: u32,
}

impl<'d> Releasing<'d> {
    fn new(keys: &'d [Key], desired: &'d [DesiredIssue], policy: PlanPolicy<'d>) -> Self {
        let mut renamed = BTreeMap::new();
        for wanted in desired {
            for earlier in &wanted.previously {
                renamed.entry(earlier).or_insert(&wanted.key);
            }
        }
        let todays = |key: &'d Key| (*renamed.get(key).unwrap_or(&key)).clone();
        Self {
            keys: keys.iter().map(todays).collect(),
            policy,
            desired: desired.iter().map(|wanted| (&wanted.key, wanted)).collect(),
            renamed,
            adopted: desired
                .iter()
                .filter_map(|wanted| wanted.adopt.as_ref())
                .collect(),
            changes: Vec::new(),
            conflicts: Vec::new(),
            notices: Vec::new(),
            met: BTreeSet::new(),
            fates: BTreeMap::new(),
            managed: 0,
        }
    }

    /// The name that a key has today.
    fn todays(&self, key: &Key) -> Key {
        (*self.renamed.get(key).unwrap_or(&key)).clone()
    }

    fn is_meant(&self, key: &Key) -> bool {
        let named = |named: &Key| named == key || *named == key.of_objective();
        self.policy.scope.contains(key) && (self.keys.is_empty() || self.keys.iter().any(named))
    }

    fn issue(&mut self, issue: &ObservedIssue) {
        let address = issue.address();
        let ours = self.policy.ownership.bots.contains(&issue.author);
        let trusted = ours || self.adopted.contains(&address);
        match Description::parse(&issue.description) {
            Ok(Description {
                block: Some(block), ..
            }) => self.marked(issue, &block.marker, trusted),
            Err(conflict) if trusted => self.damaged(issue, &conflict),
            Ok(_) | Err(_) => {}
        }
    }

    fn damaged(&mut self, issue: &ObservedIssue, conflict: &BlockConflict) {
        let address = issue.address();
        let key = claimed_key(&issue.description).map(|key| self.todays(&key));
        let is_meant = match &key {
            Some(key) => self.is_meant(key),
            None => self.keys.is_empty(),
        };
        if !is_meant {
            return;
        }
        let remark = Remark::new("damaged-block", format!("{address}: {conflict}"))
            .at(&address)
            .help("mend the markers in the issue's description, or take them out by hand");
        self.met.extend(key.clone());
        self.conflicts.push(match &key {
            Some(key) => remark.on(key),
            None => remark,
        });
    }

    fn marked(&mut self, issue: &ObservedIssue, marker: &Marker, trusted: bool) {
        let address = issue.address();
        let key = self.todays(&marker.key);
        if trusted && self.policy.ownership.is_ours(marker) {
            self.managed += 1;
        }
        if !self.is_meant(&key) {
            return;
        }
        if !self.policy.ownership.is_ours(marker) {
            // Of what others manage nobody wants to hear who releases all of their own.
            if !self.keys.is_empty() {
                let message = format!(
                    "{address} carries this key for another owner, “{}”: it is not ours to release",
                    marker.owner
                );
                let conflict = Remark::new("foreign-owner", message).at(&address);
                self.conflicts.push(conflict.on(&key));
                self.met.insert(key);
            }
            return;
        }
        self.met.insert(key.clone());
        if !trusted {
            let message = format!(
                "{address} carries the marker of {} but was written by {}: it does not count, and stays as it is",
                marker.key, issue.author
            );
            self.notices
                .push(Remark::new("copied-marker", message).at(&address));
            return;
        }
        self.remember(&key, issue);
        self.changes.push(Change {
            action: Action::Release,
            key: Some(key),
            cause: Cause::Pending,
            tracker: issue.project.clone(),
            issue: Some(issue.to_address()),
            title: issue.title.clone(),
            fields: Vec::new(),
            confidential: issue.confidential,
            operation: Operation::Release {
                birth: marker.birth.clone(),
            },
        });
    }

    /// Named keys of which nothing was found: released already, never applied, or misspelt.
    fn unknown_keys(&mut self) {
        for key in &self.keys {
            if self
                .met
                .iter()
                .any(|met| met == key || met.of_objective() == *key)
            {
                continue;
            }
            if self.desired.contains_key(key) {
                let notice = Remark::new("not-managed", "no issue of ours carries it");
                self.notices.push(notice.on(key));
                continue;
            }
            let names: Vec<String> = self.desired.keys().map(ToString::to_string).collect();
            let conflict = Remark::new(
                "unknown-key",
                "no file declares it, and no issue of ours carries it",
            )
            .on(key);
            let near = closest(&key.to_string(), names.iter().map(String::as_str));
            self.conflicts.push(match near {
                Some(near) => conflict.help(format!("did you mean {near}?")),
                None => conflict,
            });
        }
    }

    /// What this token does not see is not released.
    fn hidden(&mut self, observed: &ObservedState) {
        for (path, tracker) in &observed.trackers {
            if let Some(reason) = &tracker.hidden {
                let message =
                    format!("issues of {path} that were not seen are not released: {reason}");
                self.notices
                    .push(Remark::new("issues-hidden", message).help(
                        "use a token of the account that writes the issues, or of a Planner",
                    ));
            }
        }
    }

    /// Remembers what becomes of a key that files still declare, once this issue of it is released.
    fn remember(&mut self, key: &Key, issue: &ObservedIssue) {
        let Some(wanted) = self.desired.get(key) else {
            return;
        };
        if wanted.quarter_state != QuarterState::Active || !wanted.open {
            return;
        }
        let looks_alike =
            issue.open && issue.title == wanted.title && issue.project == wanted.tracker;
        let fate = match &wanted.adopt {
            Some(_) => Fate::Returns,
            None if looks_alike => Fate::Stops,
            None => Fate::Anew,
        };
        let known = self.fates.entry(key.clone()).or_insert(fate);
        *known = fate.min(*known);
    }

    /// Says what files that still declare a released key lead to.
    fn declared(&mut self) {
        for (fate, id, one, many, help) in FATES {
            let keys = self.fates.iter().filter(|(_, of)| *of == fate);
            let keys: Vec<&Key> = keys.map(|(key, _)| key).collect();
            let notice = match keys.as_slice() {
                [] => continue,
                [only] => Remark::new(id, *one).on(only),
                keys => Remark::new(id, format!("{} of these keys {many}", keys.len())),
            };
            self.notices.push(notice.help(*help));
        }
    }

    fn finish(mut self, observed: &ObservedState) -> Plan {
        self.notices
            .extend(unwritable_trackers(&self.changes, observed));
        self.changes.sort_by(in_order);
        for remarks in [&mut self.conflicts, &mut self.notices] {
            remarks.sort();
            remarks.dedup();
        }
        let summary = summarise(&self.changes, self.managed);
        let safety = &self.policy.config.safety;
        let refusals = safety::check(&self.changes, &summary, safety, self.policy.paused);
        Plan {
            format: PLAN_FORMAT,
            owner: self.policy.ownership.owner.clone(),
            base: None,
            own: None,
            summary,
            goals: Vec::new(),
            forecast: Forecast::default(),
            changes: self.changes,
            conflicts: self.conflicts,
            notices: self.notices,
            refusals,
        }
    }
}
