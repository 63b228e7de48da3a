//! A plan's changes, put together as people look at them: labels by tracker, issues by team with their links.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Key;
use crate::plan::{Action, Cause, Change, Field, FieldChange, LinkEnd, Operation, Plan, Remark};

/// All changes of a plan, each in one place.
#[derive(Debug, Default)]
pub(super) struct Sections<'a> {
    /// New labels by where they are made, in plan order.
    pub(super) labels: BTreeMap<&'a str, Vec<&'a Change>>,
    /// What happens to a team's issues, in plan order; changes without a key under an empty name.
    pub(super) teams: BTreeMap<&'a str, Vec<Entry<'a>>>,
    /// Issues that take in check-ins and nothing else.
    pub(super) check_ins: Vec<&'a Change>,
    /// Issues that are only rendered anew.
    pub(super) rerendered: Vec<&'a Change>,
    /// The keys whose issues are not for everybody.
    pub(super) confidential: BTreeSet<&'a Key>,
}

/// One issue's changes: what happens to it and to its links.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// What happens to the issue; where only links change, the first of them.
    pub(super) change: &'a Change,
    /// All links that are made or removed.
    pub(super) links: Vec<&'a Change>,
}

impl Entry<'_> {
    /// Whether the issue itself changes, not only its links.
    pub(super) fn is_issue(&self) -> bool {
        !is_link(self.change)
    }
}

impl<'a> Sections<'a> {
    /// Sorts a plan's changes into sections.
    pub(super) fn of(plan: &'a Plan) -> Self {
        Self::sorted(plan.changes.iter())
    }

    /// Sorts those changes of a plan into sections that are due for one reason.
    pub(super) fn because(plan: &'a Plan, cause: Cause) -> Self {
        Self::sorted(plan.changes.iter().filter(|change| change.cause == cause))
    }

    fn sorted(changes: impl Iterator<Item = &'a Change>) -> Self {
        let mut sections = Self::default();
        // Where the entry of a key stands in its team's list, so that links find their issue.
        let mut places: BTreeMap<&Key, usize> = BTreeMap::new();
        for change in changes {
            if change.confidential {
                sections.confidential.extend(change.key.as_ref());
            }
            match change.action {
                Action::CreateLabel => {
                    let labels = sections.labels.entry(&change.tracker).or_default();
                    labels.push(change);
                    continue;
                }
                Action::Rerender => {
                    sections.rerendered.push(change);
                    continue;
                }
                _ if change.is_check_in() => {
                    sections.check_ins.push(change);
                    continue;
                }
                _ => {}
            }
            let team = change.key.as_ref().map_or("", |key| key.team.as_str());
            let entries = sections.teams.entry(team).or_default();
            if is_link(change) {
                let place = change.key.as_ref().and_then(|key| places.get(key));
                if let Some(entry) = place.and_then(|&place| entries.get_mut(place)) {
                    entry.links.push(change);
                    continue;
                }
            }
            if let Some(key) = &change.key {
                places.entry(key).or_insert(entries.len());
            }
            let links = if is_link(change) {
                vec![change]
            } else {
                vec![]
            };
            entries.push(Entry { change, links });
        }
        sections
    }

    /// Whether there is nothing to show but check-ins and re-rendered issues.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.teams.is_empty()
    }

    /// How many issues change, links and labels aside.
    pub(super) fn issues(&self) -> usize {
        let entries = self.teams.values().flatten();
        entries.filter(|entry| entry.is_issue()).count()
    }

    /// Whether a remark is about an issue that is not for everybody.
    pub(super) fn is_confidential(&self, remark: &Remark) -> bool {
        let key = remark.key.as_ref();
        remark.confidential || key.is_some_and(|key| self.confidential.contains(key))
    }
}

/// Remarks by their id, each group in the order of the plan.
pub(super) fn by_id<'a>(
    remarks: impl IntoIterator<Item = &'a Remark>,
) -> BTreeMap<&'a str, Vec<&'a Remark>> {
    let mut groups: BTreeMap<&str, Vec<&Remark>> = BTreeMap::new();
    for remark in remarks {
        groups.entry(&remark.id).or_default().push(remark);
    }
    groups
}

/// What stands before a change: the shape says what happens, colour is never needed.
pub(super) fn symbol(action: Action) -> &'static str {
    match action {
        Action::CreateLabel | Action::Create => "+",
        Action::Adopt | Action::Update => "~",
        Action::Move => "→",
        Action::Rerender => "↻",
        Action::Link | Action::Unlink => "⇄",
        Action::Close => "-",
        Action::Release => "○",
    }
}

/// Where an issue is, or the tracker in which it will be.
pub(super) fn place(change: &Change) -> String {
    match &change.issue {
        Some(issue) => issue.reference().to_string(),
        None => change.tracker.clone(),
    }
}

/// To what a link leads.
pub(super) fn link_end(change: &Change) -> String {
    match &change.operation {
        Operation::Link { to } => LinkEnd::name(to),
        Operation::Unlink { to, .. } => to.clone(),
        _ => change.title.clone(),
    }
}

/// Why an issue is closed, in words.
pub(super) fn closing_reason(change: &Change) -> Option<String> {
    if change.action != Action::Close {
        return None;
    }
    Some(match &change.operation {
        Operation::CloseTwin { stays, .. } => format!("created twice by a race: {stays} stays"),
        Operation::Write { desired } => match &desired.closing_reason {
            Some(reason) => format!("closed as declared: {reason}"),
            None => "closed as declared".to_owned(),
        },
        _ => "no longer declared".to_owned(),
    })
}

/// What to say of a field that is to change without this merge request, too, in a change that is its own; and of one that
/// people changed, where it is known who did.
pub(super) fn other_cause(change: &Change, field: &FieldChange) -> Option<String> {
    let is_own = change.cause == Cause::ThisMergeRequest;
    match field.cause {
        Cause::Drift if is_own || field.edited.is_some() => Some(format!(
            "changed in GitLab{}, and changed back",
            editor(field)
        )),
        // Of a new issue all fields belong together: one word at its head says so. What an apply left unfinished says
        // itself that it is old.
        Cause::Pending
            if is_own && change.action != Action::Create && field.field != Field::Unfinished =>
        {
            Some("already pending before this merge request".to_owned())
        }
        _ => None,
    }
}

/// Who changed a field in GitLab, to be put behind that word; nothing where it is not known.
pub(super) fn editor(field: &FieldChange) -> String {
    let edit = field.edited.as_ref();
    edit.map(|edit| format!(" {edit}")).unwrap_or_default()
}

/// Why a change is due, in a word, where that is not what readers take for granted.
pub(super) fn cause_tag(change: &Change) -> Option<&'static str> {
    let is_pending = |field: &FieldChange| field.cause == Cause::Pending;
    match (change.cause, change.action) {
        (Cause::Drift, _) => Some("reverts drift"),
        (Cause::ThisMergeRequest, Action::Create) if change.fields.iter().any(is_pending) => {
            Some("already pending, edited here")
        }
        _ => None,
    }
}

/// What is said of a change in words of one each, beside its sign.
pub(super) fn tags(change: &Change) -> Vec<&'static str> {
    let mut tags = Vec::new();
    match change.action {
        Action::Adopt => tags.push("adopted"),
        Action::Move => tags.push("moved"),
        _ => {}
    }
    tags.extend(cause_tag(change));
    if change.confidential {
        tags.push("confidential");
    }
    tags
}

fn is_link(change: &Change) -> bool {
    matches!(change.action, Action::Link | Action::Unlink)
}
