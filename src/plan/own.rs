//! What a merge request changes about the OKRs, by its files alone.
//!
//! GitLab does not come into it: what a job could not see, what people did meanwhile and what other merges brought cannot
//! make the same change look like another one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attribution::Renames;
use super::change::Remark;
use super::rows;
use super::sets::listed_people;
use crate::config::Config;
use crate::issue::{DesiredIssue, sha256};
use crate::model::{Id, Key, Username};

/// A merge request's own changes: those of its files, in terms of issues.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct OwnChanges {
    /// Names them: the same changes have the same one, whatever they are made to.
    pub fingerprint: String,
    /// The changes, sorted.
    pub changes: BTreeSet<OwnChange>,
    /// The keys that were declared before.
    #[schemars(with = "BTreeSet<String>")]
    pub declared_before: BTreeSet<Key>,
}

/// One thing that a merge request makes be said of an issue, or no longer be said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OwnChange {
    /// The objective or key result; of a renamed one the new key.
    #[schemars(with = "String")]
    pub key: Key,
    /// What it is about: the title, one of the labels, a line of the description, the check-in of a day.
    pub field: String,
    /// The value.
    pub value: String,
    /// Whether the value is new; else it is gone.
    pub added: bool,
}

/// A difference between what was reviewed and what is about to be applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreviewed {
    /// What differs.
    pub change: OwnChange,
    /// Whether it was reviewed and is not what the files say; else the files have it and it was not reviewed.
    pub missing: bool,
}

/// Statements about one issue with how often they are made: what it is about, and the value.
type Facts = BTreeMap<(String, String), u32>;

impl OwnChanges {
    /// What the files say now and did not say before, and the other way round.
    pub fn of(desired: &[DesiredIssue], before: &[DesiredIssue]) -> Self {
        let renames = Renames::of(desired, before);
        let earlier: BTreeMap<&Key, &DesiredIssue> = before
            .iter()
            .map(|wanted| (renames.key(&wanted.key), wanted))
            .collect();
        let now: BTreeMap<&Key, &DesiredIssue> =
            desired.iter().map(|wanted| (&wanted.key, wanted)).collect();
        let keys: BTreeSet<&Key> = now.keys().chain(earlier.keys()).copied().collect();
        let mut changes = BTreeSet::new();
        for key in keys {
            let (new, old) = (now.get(key), earlier.get(key));
            if new == old {
                continue;
            }
            let facts = |issue: Option<&&DesiredIssue>| issue.map(|issue| facts(issue));
            let (new, old) = (
                facts(new).unwrap_or_default(),
                facts(old).unwrap_or_default(),
            );
            changes.extend(more(key, &new, &old, true));
            changes.extend(more(key, &old, &new, false));
        }
        Self {
            fingerprint: fingerprint(&changes),
            changes,
            declared_before: before.iter().map(|wanted| wanted.key.clone()).collect(),
        }
    }

    /// What of these reviewed changes differs from what is about to be applied. `now` are the changes of the merge that is
    /// being applied, where it is known what was there before it; without them only what was reviewed is looked for. What
    /// the files said already does not differ, nor does what concerns OKRs that other merges brought meanwhile.
    pub fn differences(&self, now: Option<&Self>, desired: &[DesiredIssue]) -> Vec<Unreviewed> {
        let mut todays: BTreeMap<&Key, &Key> = BTreeMap::new();
        let mut said: BTreeMap<&Key, &DesiredIssue> = BTreeMap::new();
        for wanted in desired {
            todays.extend(
                wanted
                    .previously
                    .iter()
                    .map(|earlier| (earlier, &wanted.key)),
            );
            said.insert(&wanted.key, wanted);
        }
        let todays = |key: &Key| -> Key { (*todays.get(key).unwrap_or(&key)).clone() };
        let reviewed: BTreeSet<OwnChange> = self
            .changes
            .iter()
            .map(|change| OwnChange {
                key: todays(&change.key),
                ..change.clone()
            })
            .collect();
        let mut differences: Vec<Unreviewed> = reviewed
            .iter()
            .filter(|change| now.is_none_or(|now| !now.changes.contains(*change)))
            .filter(|change| {
                let facts = said.get(&change.key).map(|issue| facts(issue));
                let fact = (change.field.clone(), change.value.clone());
                facts.is_some_and(|facts| facts.contains_key(&fact)) != change.added
            })
            .map(|change| Unreviewed {
                change: change.clone(),
                missing: true,
            })
            .collect();
        let known: BTreeSet<Key> = self.declared_before.iter().map(todays).collect();
        let touched: BTreeSet<&Key> = reviewed.iter().map(|change| &change.key).collect();
        if let Some(now) = now {
            let others = |key: &Key| {
                now.declared_before.contains(key) && !known.contains(key) && !touched.contains(key)
            };
            let extra = now.changes.difference(&reviewed);
            differences.extend(extra.filter(|change| !others(&change.key)).map(|change| {
                Unreviewed {
                    change: change.clone(),
                    missing: false,
                }
            }));
        }
        differences.sort();
        differences
    }
}

/// That somebody changes OKRs of teams which neither they nor a team of theirs above manage: nothing is wrong with it, and
/// reviewers should know.
pub fn other_teams(own: &OwnChanges, config: &Config, author: &Username) -> Option<Remark> {
    let changed: BTreeSet<&Id> = own.changes.iter().map(|change| &change.key.team).collect();
    let others: Vec<&str> = changed
        .into_iter()
        .filter(|id| !answers_for(author, id, config))
        .map(Id::as_str)
        .collect();
    let message = match others.as_slice() {
        [] => return None,
        [one] => format!("{author} changes OKRs of {one}, a team that somebody else manages"),
        [first @ .., last] => format!(
            "{author} changes OKRs of {} and {last}, teams that somebody else manages",
            first.join(", ")
        ),
    };
    let help = "see that those who manage them know of it";
    Some(Remark::new("other-teams", message).help(help))
}

/// Whether a person manages a team or one above it.
fn answers_for(person: &Username, team: &Id, config: &Config) -> bool {
    let mut lineage = config.teams.lineage(team).into_iter();
    lineage.any(|team| team.manager.as_ref() == Some(person))
}

fn fingerprint(changes: &BTreeSet<OwnChange>) -> String {
    let mut text = String::new();
    for change in changes {
        let sign = if change.added { '+' } else { '-' };
        // Lengths keep one value from reading like the beginning of another change.
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{sign}{}\n{}:{}\n{}:{}\n",
            change.key,
            change.field.len(),
            change.field,
            change.value.len(),
            change.value
        );
    }
    sha256(&text)
}

/// What `some` say more often than `others`.
fn more(key: &Key, some: &Facts, others: &Facts, added: bool) -> Vec<OwnChange> {
    let more = some
        .iter()
        .filter(|(fact, count)| others.get(*fact).is_none_or(|other| other < count));
    more.map(|((field, value), _)| OwnChange {
        key: key.clone(),
        field: field.clone(),
        value: value.clone(),
        added,
    })
    .collect()
}

/// All that the files say of one issue. A description counts by its lines, so that two changes to different lines of it
/// are two.
pub(super) fn facts(issue: &DesiredIssue) -> Facts {
    let mut facts = Facts::new();
    let mut say =
        |field: &str, value: String| *facts.entry((field.to_owned(), value)).or_default() += 1;
    say("key", issue.key.to_string());
    say("title", issue.title.clone());
    say("due date", issue.due.to_string());
    say("tracker", issue.tracker.clone());
    say("quarter", issue.quarter_state.as_str().to_owned());
    let state = match (&issue.closing_reason, issue.open) {
        (_, true) => "open".to_owned(),
        (None, false) => "closed".to_owned(),
        (Some(reason), false) => format!("closed: {reason}"),
    };
    say("state", state);
    if issue.confidential {
        say("confidentiality", "confidential".to_owned());
    }
    if let Some(adopt) = &issue.adopt {
        say("adopted issue", adopt.to_string());
    }
    say("assignees", listed_people(&issue.assignees));
    for label in &issue.labels {
        say("label", label.clone());
    }
    for link in &issue.links {
        say("link", link.to_string());
    }
    for row in &issue.rows {
        say(&format!("check-in {}", row.date), rows::show(&row.values));
    }
    let lines = issue.definition.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty()) {
        say("description", line.to_owned());
    }
    facts
}
