//! Plans that were saved: what of one is still to do, and what has become of the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::change::{
    Action, Cause, Change, Field, FieldChange, Operation, PLAN_FORMAT, Plan, Refusal, Remark,
};
use super::forecast;
use super::own::facts;
use super::safety;
use super::summary::summarise;
use crate::config::Safety;
use crate::issue::DesiredIssue;
use crate::model::Key;

/// Why a text is no saved plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is not what `okr plan --out` writes.
    #[error("it is not a plan that okr plan --out has written")]
    Unreadable(#[from] serde_json::Error),
    /// It was written by another version of `okr`.
    #[error("its format is {0}; this okr reads format {PLAN_FORMAT}")]
    OtherFormat(u64),
}

impl Plan {
    /// Reads the JSON of a saved plan.
    ///
    /// # Errors
    /// It is something else, or of another format.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        #[derive(Deserialize)]
        struct Head {
            format: u64,
        }
        // What a later version added or left out must not hide that it is one.
        let head: Head = serde_json::from_str(text)?;
        if head.format != u64::from(PLAN_FORMAT) {
            return Err(PlanFileError::OtherFormat(head.format));
        }
        Ok(serde_json::from_str(text)?)
    }
}

/// A saved plan beside what GitLab and the files say now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumed {
    /// What of it is still to do.
    pub plan: Plan,
    /// How many of its changes are done.
    pub done: usize,
    /// How many changes are due that it does not have: they are left for another plan.
    pub left_out: usize,
    /// What has become something else since: while there is any, nothing is to be done.
    pub stale: Vec<Stale>,
}

/// A change of a saved plan that cannot be carried out as it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The objective or key result; a label's name otherwise.
    pub of: String,
    /// What has become different.
    pub message: String,
}

/// What a change is about. Its key stands for an issue whatever happens to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Object<'a> {
    Label(&'a str, &'a str),
    Issue(&'a Key),
    Twin(Option<u64>),
    Link(&'a Key, String),
}

impl<'a> Object<'a> {
    fn of(change: &'a Change) -> Self {
        match (&change.operation, &change.key) {
            (Operation::CloseTwin { .. }, _) => {
                Self::Twin(change.issue.as_ref().map(|issue| issue.id))
            }
            (Operation::Link { to }, Some(key)) => Self::Link(key, to.name()),
            (Operation::Unlink { to, .. }, Some(key)) => Self::Link(key, to.clone()),
            (_, Some(key)) => Self::Issue(key),
            (_, None) => Self::Label(&change.tracker, &change.title),
        }
    }
}

/// What of a saved plan is still to do, told by a plan that was made now: `desired` and `now` are what the files say and
/// what is to be done for it. A change is done where nothing is left to do for it, to do where it starts from what it
/// started from, and stale where it does neither; one that an interrupted apply began is to do. Only what was planned now
/// is ever carried out, so a saved plan can choose among that and add nothing.
pub fn resume(
    saved: &Plan,
    now: Plan,
    desired: &[DesiredIssue],
    safety: &Safety,
    paused: bool,
) -> Resumed {
    let due: BTreeMap<Object<'_>, usize> = now
        .changes
        .iter()
        .enumerate()
        .map(|(at, change)| (Object::of(change), at))
        .collect();
    let judge = Judge {
        now: &now,
        due,
        desired: desired.iter().map(|wanted| (&wanted.key, wanted)).collect(),
    };
    let mut chosen = BTreeSet::new();
    let (mut done, mut stale) = (0, Vec::new());
    for change in &saved.changes {
        match judge.verdict(change) {
            Ok(Some(at)) => {
                chosen.insert(at);
            }
            Ok(None) => done += 1,
            Err(message) => stale.push(Stale {
                of: match &change.key {
                    Some(key) => key.to_string(),
                    None => format!("label {} in {}", change.title, change.tracker),
                },
                message,
            }),
        }
    }
    chosen.extend(judge.labels_of(&chosen));
    let left_out = now.changes.len() - chosen.len();
    let keys: BTreeSet<&Key> = saved
        .changes
        .iter()
        .filter_map(|c| c.key.as_ref())
        .collect();
    let conflicts = now.conflicts.iter().filter(|conflict| {
        let key = conflict.key.as_ref();
        key.is_none_or(|key| keys.contains(key))
    });
    let conflicts = conflicts.cloned().collect();
    let changes: Vec<Change> = now
        .changes
        .iter()
        .enumerate()
        .filter(|(at, _)| chosen.contains(at))
        .map(|(_, change)| change.clone())
        .collect();
    let left: BTreeSet<&Key> = changes.iter().filter_map(|c| c.key.as_ref()).collect();
    let goals = now.goals.iter().filter(|goal| left.contains(&goal.key));
    let goals = goals.cloned().collect();
    let summary = summarise(&changes, now.summary.managed);
    let mut refusals = safety::check(&changes, &summary, safety, paused);
    let now_refused = now.refusals.iter();
    let stands = |refusal: &&Refusal| !safety::is_count(&refusal.limit);
    refusals.extend(now_refused.filter(stands).cloned());
    let plan = Plan {
        forecast: forecast::of(&changes),
        summary,
        goals,
        changes,
        conflicts,
        refusals,
        ..now
    };
    Resumed {
        plan,
        done,
        left_out,
        stale,
    }
}

struct Judge<'a> {
    now: &'a Plan,
    /// The changes that are due now, by what they are about, with their places in the plan.
    due: BTreeMap<Object<'a>, usize>,
    desired: BTreeMap<&'a Key, &'a DesiredIssue>,
}

impl Judge<'_> {
    /// Which change is to be done for this one, none where it is done; or why it cannot be.
    fn verdict(&self, change: &Change) -> Result<Option<usize>, String> {
        let at = self.due.get(&Object::of(change)).copied();
        let due = at.and_then(|at| self.now.changes.get(at));
        let wanted = change.key.as_ref().and_then(|key| self.desired.get(key));
        match &change.operation {
            Operation::Write { desired } => {
                let wanted = wanted.ok_or("no file declares it any more")?;
                same_files(desired, wanted)?;
                self.unopposed(change)?;
                due.map_or(Ok(()), |due| same_start(change, due))?;
            }
            Operation::Prune => {
                if wanted.is_some() {
                    return Err("a file declares it again".to_owned());
                }
                self.unopposed(change)?;
                due.map_or(Ok(()), |due| same_start(change, due))?;
            }
            Operation::Link { to } => {
                let wanted = wanted.ok_or("no file declares it any more")?;
                if !wanted.links.contains(&to.target()) {
                    return Err(format!(
                        "the files do not link it to {} any more",
                        to.name()
                    ));
                }
            }
            Operation::Unlink { to, .. } => {
                if due.is_some_and(|due| due.action != Action::Unlink) {
                    return Err(format!("the files link it to {to} again"));
                }
            }
            Operation::CreateLabel { .. } | Operation::CloseTwin { .. } => {}
            Operation::Release { .. } => {
                return Err("okr apply releases nothing; okr release does".to_owned());
            }
        }
        Ok(at)
    }

    /// No conflict stops the change's key by now.
    fn unopposed(&self, change: &Change) -> Result<(), String> {
        let about = |conflict: &&Remark| conflict.key.is_some() && conflict.key == change.key;
        match self.now.conflicts.iter().find(about) {
            Some(conflict) => Err(conflict.message.clone()),
            None => Ok(()),
        }
    }

    /// The labels that are missing now and that these changes need.
    fn labels_of(&self, chosen: &BTreeSet<usize>) -> Vec<usize> {
        let mut needed = BTreeSet::new();
        for at in chosen {
            if let Some(change) = self.now.changes.get(*at)
                && let Operation::Write { desired } = &change.operation
            {
                needed.extend(&desired.labels);
            }
        }
        let is_needed = |change: &Change| match &change.operation {
            Operation::CreateLabel { name, .. } => needed.contains(name),
            _ => false,
        };
        let changes = self.now.changes.iter().enumerate();
        changes
            .filter(|(_, change)| is_needed(change))
            .map(|(at, _)| at)
            .collect()
    }
}

/// The files say of an issue what they said when it was planned.
fn same_files(planned: &DesiredIssue, now: &DesiredIssue) -> Result<(), String> {
    if planned == now {
        return Ok(());
    }
    let (then, today) = (facts(planned), facts(now));
    let changed: BTreeSet<&str> = then
        .iter()
        .filter(|(fact, count)| today.get(*fact) != Some(count))
        .chain(
            today
                .iter()
                .filter(|(fact, count)| then.get(*fact) != Some(count)),
        )
        .map(|((field, _), _)| field.as_str())
        .collect();
    let fields: Vec<&str> = changed.into_iter().collect();
    Err(match fields.as_slice() {
        [] => "the files changed since".to_owned(),
        fields => format!("the files changed since: {}", fields.join(", ")),
    })
}

/// What is to be done now starts where the saved change started.
fn same_start(saved: &Change, now: &Change) -> Result<(), String> {
    if now.action == Action::Create && saved.action != Action::Create {
        return Err("its issue is gone".to_owned());
    }
    let replaced = saved.action != Action::Move
        && matches!((&saved.issue, &now.issue), (Some(then), Some(now)) if then.id != now.id);
    if replaced {
        return Err("another issue carries its marker now".to_owned());
    }
    // What was begun is in the middle, neither at the start nor at the end.
    let begun = saved.action != now.action
        && matches!(saved.action, Action::Create | Action::Move | Action::Adopt)
        || now
            .fields
            .iter()
            .any(|field| field.field == Field::Unfinished);
    for field in &now.fields {
        let then = saved.fields.iter().find(|then| then.field == field.field);
        let same = then.is_some_and(|then| {
            (&then.before, &then.after, &then.overwrites)
                == (&field.before, &field.after, &field.overwrites)
        });
        let ours = begun && field.overwrites.is_none() && field.cause != Cause::Drift;
        if !same && !ours && field.field != Field::Unfinished {
            return Err(moved_on(field, then));
        }
    }
    Ok(())
}

fn moved_on(now: &FieldChange, then: Option<&FieldChange>) -> String {
    let name = now.field.name();
    // Descriptions are too long for a line.
    let told = |value: &Option<String>| match value {
        None => "nothing".to_owned(),
        Some(value) if value.contains('\n') => "another text".to_owned(),
        Some(value) => format!("“{value}”"),
    };
    match then {
        None => format!(
            "{name} differs now, too: it is {} in GitLab",
            told(&now.before)
        ),
        Some(then) if then.before != now.before => format!(
            "{name} is {} in GitLab by now; planned from {}",
            told(&now.before),
            told(&then.before)
        ),
        Some(_) => format!("{name} was changed by somebody else meanwhile"),
    }
}
