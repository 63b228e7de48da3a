//! Who changed what drifted, and on which day: told by the past of the issues, as far as that leaves no doubt.
//!
//! A plan is made without it. Afterwards the shell asks GitLab for the past of the issues that [`questions`] names, and
//! [`tell_edits`] says in the plan what follows from it. What does not follow is not said: an account that is named
//! wrongly does more harm than one that is not named.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Cause, Change, Field, FieldChange, Operation, Plan, Remark};
use super::matching::Ownership;
use super::observed::{ObservedIssue, ObservedState};
use crate::issue::DesiredIssue;
use crate::model::{Date, IssueReference, Key, Username};

/// Who changed something in GitLab last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// The account.
    #[schemars(with = "String")]
    pub by: Username,
    /// The day in UTC; absent where it may have been one of several.
    #[schemars(with = "Option<String>")]
    pub on: Option<Date>,
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "by {}", self.by)?;
        self.on.map_or(Ok(()), |day| write!(f, " on {day}"))
    }
}

/// What GitLab tells of the past of one issue, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Past {
    /// The newest first among those that are about the same.
    pub events: Vec<PastEvent>,
    /// Whether there may be earlier ones that were not read.
    pub is_cut: bool,
}

/// Something that somebody did to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastEvent {
    /// Who.
    pub by: Username,
    /// The day in UTC.
    pub on: Date,
    /// What.
    pub deed: Deed,
}

impl PastEvent {
    /// What is said of it: nothing of an account that is no more.
    fn edit(&self) -> Option<Edit> {
        (self.by != Username::ghost()).then(|| Edit {
            by: self.by.clone(),
            on: Some(self.on),
        })
    }
}

/// What somebody did to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Gave it another title.
    Retitled,
    /// Gave it this due date, or none.
    Scheduled(Option<Date>),
    /// Changed the description, within the block or around it: GitLab does not tell.
    Described,
    /// Assigned it to this account.
    Assigned(Username),
    /// Took this account from its assignees.
    Unassigned(Username),
    /// Added this label.
    Labelled(String),
    /// Removed this label.
    Unlabelled(String),
    /// Closed it.
    Closed,
    /// Reopened it.
    Reopened,
}

/// Where GitLab keeps the past of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PastSource {
    /// Its own notes: titles, dates, descriptions, assignees.
    Notes,
    /// The events of labels.
    Labels,
    /// The events of being closed and reopened.
    States,
}

impl PastSource {
    /// Where a field's changes are told, if they are.
    fn of(field: Field) -> Option<Self> {
        match field {
            Field::Title
            | Field::Due
            | Field::Assignees
            | Field::Definition
            | Field::CheckIn(_) => Some(Self::Notes),
            Field::Labels => Some(Self::Labels),
            Field::State => Some(Self::States),
            Field::Confidential
            | Field::Tracker
            | Field::Key
            | Field::Owner
            | Field::Unfinished
            | Field::Link
            | Field::Color => None,
        }
    }
}

/// An issue whose past says who made its drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whose issue it is.
    pub key: Key,
    /// The issue.
    pub issue: IssueReference,
    /// What of its past is asked for.
    pub sources: BTreeSet<PastSource>,
}

/// The issues of a plan whose past says who made its drift: first those in which it is written over or changed back, then
/// what is stopped, then what is kept.
pub fn questions(plan: &Plan) -> Vec<Question> {
    let written = plan.changes.iter().flat_map(|change| {
        let fields = change.fields.iter().filter(|field| is_drift(field));
        fields.filter_map(|field| Some((change.key.as_ref()?, address(change)?, field.field)))
    });
    let remarks = plan.conflicts.iter().chain(&plan.notices);
    let told = remarks.filter_map(|remark| {
        let issue = remark.issue.as_ref()?.parse().ok()?;
        Some((remark.key.as_ref()?, issue, remark.field?))
    });
    let mut questions: Vec<Question> = Vec::new();
    let mut places: BTreeMap<IssueReference, usize> = BTreeMap::new();
    for (key, issue, field) in written.chain(told) {
        let Some(source) = PastSource::of(field) else {
            continue;
        };
        let next = questions.len();
        let place = *places.entry(issue.clone()).or_insert(next);
        if place == next {
            questions.push(Question {
                key: key.clone(),
                issue,
                sources: BTreeSet::new(),
            });
        }
        if let Some(question) = questions.get_mut(place) {
            question.sources.insert(source);
        }
    }
    questions
}

fn address(change: &Change) -> Option<IssueReference> {
    change.issue.as_ref().map(super::IssueAddress::reference)
}

/// Whether people changed the field: it is changed back, or written over.
pub(super) fn is_drift(field: &FieldChange) -> bool {
    field.cause == Cause::Drift || field.overwrites.is_some()
}

/// Says of the drift in a plan who made it and when, by the past of the issues as far as it was
/// [observed](ObservedState::pasts).
pub fn tell_edits(plan: &mut Plan, observed: &ObservedState, ownership: &Ownership) {
    if observed.pasts.is_empty() {
        return;
    }
    let issues = observed.issues.iter();
    let known: BTreeMap<IssueReference, Known<'_>> = issues
        .filter_map(|issue| {
            let past = observed.pasts.get(&issue.address())?;
            let bots = &ownership.bots;
            Some((issue.address(), Known { issue, past, bots }))
        })
        .collect();
    for change in &mut plan.changes {
        let Some(known) = address(change).and_then(|issue| known.get(&issue)) else {
            continue;
        };
        for field in change.fields.iter_mut().filter(|field| is_drift(field)) {
            field.edited = match &change.operation {
                Operation::Write { desired } => known.edit_of_change(field.field, desired),
                _ => known.edit(field.field, None),
            };
        }
    }
    for remark in plan.conflicts.iter_mut().chain(&mut plan.notices) {
        remark.edited = remark_edit(remark, &known);
    }
}

fn remark_edit(remark: &Remark, known: &BTreeMap<IssueReference, Known<'_>>) -> Option<Edit> {
    let issue = remark.issue.as_ref()?.parse().ok()?;
    known
        .get(&issue)?
        .edit(remark.field?, remark.item.as_deref())
}

/// An issue with its past.
#[derive(Clone, Copy)]
struct Known<'a> {
    issue: &'a ObservedIssue,
    past: &'a Past,
    bots: &'a [Username],
}

impl Known<'_> {
    /// Who brought a field to what it is; `item` is the label or the account, where the field is a set of them.
    fn edit(self, field: Field, item: Option<&str>) -> Option<Edit> {
        let issue = self.issue;
        match field {
            Field::Title => self.last(|deed| match deed {
                Deed::Retitled => Some(true),
                _ => None,
            }),
            Field::Due => self.last(|deed| match deed {
                Deed::Scheduled(day) => Some(*day == issue.due),
                _ => None,
            }),
            Field::State => self.last(|deed| match deed {
                Deed::Closed => Some(!issue.open),
                Deed::Reopened => Some(issue.open),
                _ => None,
            }),
            Field::Labels => {
                let label = item?;
                let carried = issue.labels.known()?.contains(label);
                self.last(|deed| match deed {
                    Deed::Labelled(name) if name == label => Some(carried),
                    Deed::Unlabelled(name) if name == label => Some(!carried),
                    _ => None,
                })
            }
            Field::Assignees => {
                let person: Username = item?.parse().ok()?;
                let assigned = issue.assignees.contains(&person);
                self.last(|deed| match deed {
                    Deed::Assigned(name) if *name == person => Some(assigned),
                    Deed::Unassigned(name) if *name == person => Some(!assigned),
                    _ => None,
                })
            }
            Field::Definition | Field::CheckIn(_) => self.description(),
            _ => None,
        }
    }

    /// Who made the drift of a field that is written: of a set, of every item that differs.
    fn edit_of_change(self, field: Field, desired: &DesiredIssue) -> Option<Edit> {
        let items: Vec<String> = match field {
            Field::Labels => {
                let carried = self.issue.labels.known()?;
                desired.labels.difference(carried).cloned().collect()
            }
            Field::Assignees => {
                let (asked, assigned) = (&desired.assignees, &self.issue.assignees);
                let missing = asked.iter().filter(|name| !assigned.contains(name));
                let others = assigned.iter().filter(|name| !asked.contains(name));
                missing.chain(others).map(ToString::to_string).collect()
            }
            _ => return self.edit(field, None),
        };
        common(items.iter().map(|item| self.edit(field, Some(item))))
    }

    /// By the newest deed of which `fits` knows anything: none where it says that the deed did not lead to what is there,
    /// and none where it was ours.
    fn last(self, fits: impl Fn(&Deed) -> Option<bool>) -> Option<Edit> {
        let mut events = self.past.events.iter();
        let (event, led_here) =
            events.find_map(|event| fits(&event.deed).map(|led_here| (event, led_here)))?;
        if led_here && !self.bots.contains(&event.by) {
            event.edit()
        } else {
            None
        }
    }

    /// Who changed the description since we wrote it last. GitLab does not tell which part of it: where several did, it
    /// may have been any of them.
    fn description(self) -> Option<Edit> {
        let described = self.past.events.iter();
        let mut described = described.filter(|event| event.deed == Deed::Described);
        let mut edits = Vec::new();
        let reaches_ours = loop {
            match described.next() {
                Some(event) if self.bots.contains(&event.by) => break true,
                Some(event) => edits.push(event.edit()),
                None => break false,
            }
        };
        if !reaches_ours && self.past.is_cut {
            return None;
        }
        common(edits)
    }
}

/// What all of them say: nothing where they name several accounts, no day where they name several.
pub(super) fn common(edits: impl IntoIterator<Item = Option<Edit>>) -> Option<Edit> {
    let mut edits = edits.into_iter();
    let mut common = edits.next()??;
    for edit in edits {
        let edit = edit?;
        if edit.by != common.by {
            return None;
        }
        if edit.on != common.on {
            common.on = None;
        }
    }
    Some(common)
}
