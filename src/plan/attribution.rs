//! Whose change it is: this merge request's, or one that was to do before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Cause, Change, Field, FieldChange, Plan, Remark};
use super::matching::Ownership;
use super::planner::cause;
use crate::config::Config;
use crate::issue::DesiredIssue;
use crate::model::Key;

/// What the files said before this change: those of the target branch's newest tree.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a> {
    /// What people call it.
    pub name: &'a str,
    /// What its files declare.
    pub desired: &'a [DesiredIssue],
    /// Its settings.
    pub config: &'a Config,
    /// Whose issues and markers count by its settings.
    pub ownership: &'a Ownership,
}

/// What a change is about, under whatever key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Object<'a> {
    /// A label, by where it is made and its name.
    Label(&'a str, &'a str),
    /// An issue that exists, by its global id: it stays the same when its key is renamed.
    Issue(u64),
    /// An issue that does not exist yet, by its key in the files as they are now.
    New(&'a Key),
}

/// What one field of a change does: equal for two plans where both do the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Effect<'a> {
    object: Object<'a>,
    field: Field,
    /// The new value; of a link that is removed the end that it leads to.
    value: Option<Cow<'a, str>>,
    removes: bool,
}

/// Keys of the base that have another name now.
pub(super) struct Renames<'a>(BTreeMap<&'a Key, &'a Key>);

impl<'a> Renames<'a> {
    pub(super) fn of(desired: &'a [DesiredIssue], base: &'a [DesiredIssue]) -> Self {
        let before: BTreeSet<&Key> = base.iter().map(|wanted| &wanted.key).collect();
        let mut renamed = BTreeMap::new();
        for wanted in desired.iter().filter(|now| !before.contains(&now.key)) {
            let earlier = wanted.previously.iter().find(|key| before.contains(key));
            if let Some(earlier) = earlier {
                renamed.entry(earlier).or_insert(&wanted.key);
            }
        }
        Self(renamed)
    }

    pub(super) fn key(&self, key: &'a Key) -> &'a Key {
        self.0.get(key).copied().unwrap_or(key)
    }

    /// The end of a link: a key, or a reference to an issue, which has no other name.
    fn end(&self, end: &'a str) -> Cow<'a, str> {
        let key: Option<Key> = end.parse().ok();
        match key.and_then(|key| self.0.get(&key).copied()) {
            Some(now) => Cow::Owned(now.to_string()),
            None => Cow::Borrowed(end),
        }
    }
}

impl<'a> Object<'a> {
    fn of(change: &'a Change, renames: &Renames<'a>) -> Self {
        match (&change.issue, &change.key) {
            (Some(issue), _) => Self::Issue(issue.id),
            (None, Some(key)) => Self::New(renames.key(key)),
            (None, None) => Self::Label(&change.tracker, &change.title),
        }
    }
}

impl<'a> Effect<'a> {
    fn of(change: &'a Change, field: &'a FieldChange, renames: &Renames<'a>) -> Self {
        let removes = change.action == Action::Unlink;
        let value = if removes { &field.before } else { &field.after };
        Self {
            object: Object::of(change, renames),
            field: field.field,
            value: value.as_deref().map(|value| match field.field {
                Field::Link => renames.end(value),
                _ => Cow::Borrowed(value),
            }),
            removes,
        }
    }
}

/// Says of every change that the plan of the base does not have that this merge request brings it, and of every key what
/// it takes back. `before` is the plan of the base.
pub(super) fn attribute(
    plan: &mut Plan,
    desired: &[DesiredIssue],
    before: &Plan,
    base: &[DesiredIssue],
) {
    let renames = Renames::of(desired, base);
    let none = Renames(BTreeMap::new());
    let known: BTreeSet<Effect<'_>> = before
        .changes
        .iter()
        .flat_map(|change| {
            let effect = |field| Effect::of(change, field, &renames);
            change.fields.iter().map(effect)
        })
        .collect();
    for change in &mut plan.changes {
        let own: Vec<bool> = change
            .fields
            .iter()
            .map(|field| !known.contains(&Effect::of(change, field, &none)))
            .collect();
        for (field, own) in change.fields.iter_mut().zip(own) {
            // Only what people did is never a merge request's doing, whatever its files say.
            if own && field.cause == Cause::Pending {
                field.cause = Cause::ThisMergeRequest;
            }
        }
        change.cause = cause(&change.fields);
    }
    let taken_back = taken_back(plan, desired, before, &renames);
    plan.notices.extend(taken_back);
    plan.notices.sort();
}

/// What was pending and no longer is.
fn taken_back(
    plan: &Plan,
    desired: &[DesiredIssue],
    before: &Plan,
    renames: &Renames<'_>,
) -> Vec<Remark> {
    let none = Renames(BTreeMap::new());
    let declared: BTreeSet<&Key> = desired.iter().map(|wanted| &wanted.key).collect();
    let stopped: BTreeSet<&Key> = plan
        .conflicts
        .iter()
        .filter_map(|conflict| conflict.key.as_ref())
        .collect();
    let mut left: BTreeMap<Object<'_>, BTreeSet<Field>> = BTreeMap::new();
    let mut closed = BTreeSet::new();
    for change in plan.changes.iter().filter(|change| !is_link(change)) {
        let object = Object::of(change, &none);
        if change.action == Action::Close {
            closed.insert(object.clone());
        }
        let fields = change.fields.iter().map(|field| field.field);
        left.entry(object).or_default().extend(fields);
    }
    let mut remarks = Vec::new();
    for change in before.changes.iter().filter(|change| !is_link(change)) {
        let Some(key) = change.key.as_ref().map(|key| renames.key(key)) else {
            continue;
        };
        let object = Object::of(change, renames);
        if stopped.contains(key) || closed.contains(&object) {
            continue;
        }
        let what = match &object {
            Object::New(_) if declared.contains(key) => continue,
            Object::New(_) => "the issue that was to be created".to_owned(),
            _ => {
                let still = left.get(&object);
                let gone = change.fields.iter().filter(|field| {
                    field.cause == Cause::Pending
                        && is_observed(field.field)
                        && !still.is_some_and(|still| still.contains(&field.field))
                });
                let names: Vec<String> = gone.map(|field| field.field.name()).collect();
                if names.is_empty() {
                    continue;
                }
                format!("what was to change: {}", names.join(", "))
            }
        };
        let message = format!("this merge request takes back {what}");
        let issue = change.issue.as_ref();
        let issue = issue.map(|issue| issue.reference().to_string());
        remarks.push(Remark {
            issue,
            ..Remark::new("taken-back", message).on(key)
        });
    }
    remarks
}

fn is_link(change: &Change) -> bool {
    matches!(change.action, Action::Link | Action::Unlink)
}

/// Whether what the base says of a field can be judged: accounts that only the base names were not looked for.
fn is_observed(field: Field) -> bool {
    !matches!(field, Field::Assignees | Field::Unfinished)
}
