use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// An issue as a piece of work: what GitLab says of it now, and what it keeps of its past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// The full reference, like `acme/sre#12`.
    pub reference: String,
    /// The title.
    pub title: String,
    /// Whether not everybody may read it.
    pub confidential: bool,
    /// Whether it is an incident.
    pub is_incident: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was closed, where it is closed.
    pub closed_at: Option<Timestamp>,
    /// Why it is closed, where GitLab says so.
    pub closed_as: Option<ClosedAs>,
    /// Its labels now.
    pub labels: Vec<String>,
    /// What was done with its labels, in any order.
    pub label_events: Vec<LabelEvent>,
    /// When it was closed and reopened, in any order.
    pub state_events: Vec<StateEvent>,
}

impl WorkItem {
    /// The labels that it had at an instant, after everything that happened then; those of which no event tells, it has always
    /// had. Labels that were deleted since are not among them.
    pub fn labels_at(&self, at: Timestamp) -> BTreeSet<&str> {
        let mut events: Vec<&LabelEvent> = self.label_events.iter().collect();
        events.sort_by_key(|event| (event.at, event.id));
        let mut seen: BTreeSet<u64> = BTreeSet::new();
        let mut present: BTreeMap<u64, &str> = BTreeMap::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for event in events {
            let Some((id, name)) = &event.label else {
                continue;
            };
            told.insert(name);
            // Whatever is removed first was there before.
            let is_first = seen.insert(*id);
            match event.action {
                LabelAction::Remove if event.at <= at => drop(present.remove(id)),
                LabelAction::Remove if is_first => drop(present.insert(*id, name)),
                LabelAction::Add if event.at <= at => drop(present.insert(*id, name)),
                _ => {}
            }
        }
        let untold = self.labels.iter().map(String::as_str);
        let untold = untold.filter(|name| !told.contains(name));
        present.into_values().chain(untold).collect()
    }
}

/// Why GitLab closed an issue by itself: the work goes on in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedAs {
    /// It was moved to another project.
    Moved,
    /// It is a duplicate of another issue.
    Duplicate,
}

/// A label was added or removed. A label that was renamed since has its new name in all its events, and one that was deleted
/// has none (recorded: flow/label-events-after-rename-and-delete).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelEvent {
    /// The global id, which orders what has one time: a change that adds and removes gives both the same.
    pub id: u64,
    /// When. Events of a moved issue keep their times under new, later ids (recorded: flow/label-events-of-moved).
    pub at: Timestamp,
    /// The label's id and name; nothing where it was deleted since.
    pub label: Option<(u64, String)>,
    /// What was done.
    pub action: LabelAction,
}

/// What was done with a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelAction {
    /// It was added.
    Add,
    /// It was removed.
    Remove,
}

/// The issue was closed or reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateEvent {
    /// The global id, which orders what has one time.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Whether it was closed; else it was reopened.
    pub closed: bool,
}
