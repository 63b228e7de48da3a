//! Taking back what an apply did, going by its journal: what nobody changed since is restored, everything else is kept.
//!
//! Nothing is deleted: what the apply created is closed. A move is not taken back, nor is an issue shown again that the
//! apply made confidential: people may have written since what is for few.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{IssueRecord, JournalEntry};
use crate::gitlab::{
    self, Change, Client, Conflict, ErrorKind, IssuePatch, NoteTarget, ProjectRef, StateEvent,
};
use crate::issue::Marker;
use crate::model::{IssueReference, Key};
use crate::plan::IssueAddress;

/// The version of a journal's lines. It goes up when a reader of the old form would misread the new one.
pub const JOURNAL_FORMAT: u32 = 1;

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// [`JOURNAL_FORMAT`].
    pub format: u32,
    /// Whose issues were written.
    pub owner: String,
    /// The GitLab that holds them.
    pub server: String,
    /// When the apply began.
    pub at: Timestamp,
}

/// What an apply did, read from its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedJournal {
    /// Its first line.
    pub head: JournalHead,
    /// The issues that it wrote, by their global ids.
    pub issues: BTreeMap<u64, Touched>,
    /// The links that it made and removed, in order.
    pub links: Vec<JournalEntry>,
    /// The issues that it moved: where each is now.
    pub moved: Vec<IssueAddress>,
}

/// An issue that an apply wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Where it is.
    pub issue: IssueAddress,
    /// How it was before; absent where the apply created it.
    pub before: Option<IssueRecord>,
    /// How it was after the last write; absent where the apply ended before it was known.
    pub after: Option<IssueRecord>,
}

/// Why a text is no journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A line of it is not what `okr apply` writes.
    #[error("line {line} is not what okr apply writes into a journal")]
    Unreadable {
        /// The line's number, from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It was written by another version of `okr`.
    #[error("its format is {0}; this okr reads format {JOURNAL_FORMAT}")]
    OtherFormat(u32),
}

impl AppliedJournal {
    /// Reads a journal: a line for the apply, and one for each thing that it did. A last line that was cut off, as by an
    /// apply that was killed, is left out.
    ///
    /// # Errors
    /// It is something else, or of another format.
    pub fn parse(text: &str) -> Result<Self, JournalError> {
        let unreadable = |line| move |source| JournalError::Unreadable { line, source };
        let mut lines = text.split_inclusive('\n').enumerate();
        let (_, first) = lines.next().ok_or(JournalError::Empty)?;
        let head: JournalHead = serde_json::from_str(first).map_err(unreadable(1))?;
        if head.format != JOURNAL_FORMAT {
            return Err(JournalError::OtherFormat(head.format));
        }
        let mut journal = Self {
            head,
            issues: BTreeMap::new(),
            links: Vec::new(),
            moved: Vec::new(),
        };
        for (at, line) in lines {
            match serde_json::from_str(line) {
                Ok(entry) => journal.enter(entry),
                Err(_) if !line.ends_with('\n') => {}
                Err(source) => return Err(unreadable(at + 1)(source)),
            }
        }
        Ok(journal)
    }

    /// What takes back what was done to one issue, which is so `now` if it can be read, with the key that its marker names.
    fn step(
        &self,
        touched: &Touched,
        now: Option<&IssueRecord>,
        kept: &mut Vec<String>,
    ) -> Option<(Key, UndoStep)> {
        let issue = &touched.issue;
        let name = issue.reference().to_string();
        let Some(after) = &touched.after else {
            kept.push(format!(
                "{name}: the apply ended before it knew what it had written"
            ));
            return None;
        };
        let Some(now) = now else {
            kept.push(format!("{name}: it cannot be read any more"));
            return None;
        };
        let marker = Marker::read(&now.description);
        let Some(marker) = marker.filter(|marker| marker.owner == self.head.owner) else {
            kept.push(format!("{name}: it does not carry our marker any more"));
            return None;
        };
        let key = marker.key;
        let step = match &touched.before {
            None if !now.open => return None,
            None if now == after => UndoStep::Close {
                key: key.clone(),
                issue: issue.clone(),
                title: now.title.clone(),
            },
            None => {
                kept.push(format!(
                    "{name}: the apply created it, and somebody changed it since"
                ));
                return None;
            }
            Some(before) => {
                let mut restoring = Restoring {
                    name: &name,
                    fields: Vec::new(),
                    kept,
                };
                let patch = restoring.patch(before, after, now);
                if restoring.fields.is_empty() {
                    return None;
                }
                UndoStep::Restore {
                    key: key.clone(),
                    issue: issue.clone(),
                    fields: restoring.fields,
                    patch: Box::new(patch),
                }
            }
        };
        Some((key, step))
    }

    fn enter(&mut self, entry: JournalEntry) {
        match entry {
            JournalEntry::Created { issue, after } => {
                let touched = Touched {
                    issue: issue.clone(),
                    before: None,
                    after: Some(after),
                };
                self.issues.insert(issue.id, touched);
            }
            JournalEntry::Writes { issue, before } => {
                self.issues.entry(issue.id).or_insert(Touched {
                    issue,
                    before: Some(before),
                    after: None,
                });
            }
            JournalEntry::Wrote { issue, after } => {
                if let Some(touched) = self.issues.get_mut(&issue.id) {
                    touched.after = Some(after);
                }
            }
            JournalEntry::Moved { to, .. } => self.moved.push(to),
            link @ (JournalEntry::Linked { .. } | JournalEntry::Unlinked { .. }) => {
                self.links.push(link);
            }
        }
    }
}

/// What is to be done to take an apply back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoPlan {
    /// The steps, in order.
    pub steps: Vec<UndoStep>,
    /// What stays as it is though the apply changed it, and why.
    pub kept: Vec<String>,
}

/// One step of an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoStep {
    /// What the apply changed about an issue becomes what it was.
    Restore {
        /// The objective or key result.
        key: Key,
        /// The issue.
        issue: IssueAddress,
        /// What differs: its name, how it is, how it becomes.
        fields: Vec<(&'static str, String, String)>,
        /// What is sent.
        patch: Box<IssuePatch>,
    },
    /// An issue that the apply created is closed.
    Close {
        /// The objective or key result.
        key: Key,
        /// The issue.
        issue: IssueAddress,
        /// Its title.
        title: String,
    },
    /// A link that the apply made is removed.
    Unlink {
        /// One end.
        issue: IssueAddress,
        /// The other end's global id.
        other: u64,
        /// What the other end is called.
        to: String,
    },
    /// A link that the apply removed is made.
    Link {
        /// One end.
        issue: IssueAddress,
        /// The other end.
        other: IssueReference,
    },
}

/// What takes an apply back where GitLab holds `now`, by the issues' global ids: pure. Issues that carry no marker of the
/// journal's owner any more are nobody's to change.
pub fn plan_undo(journal: &AppliedJournal, now: &BTreeMap<u64, IssueRecord>) -> UndoPlan {
    let mut plan = UndoPlan::default();
    let mut steps = BTreeMap::new();
    for touched in journal.issues.values() {
        let now = now.get(&touched.issue.id);
        if let Some((key, step)) = journal.step(touched, now, &mut plan.kept) {
            steps.insert((key, touched.issue.id), step);
        }
    }
    plan.steps.extend(steps.into_values());
    for link in &journal.links {
        plan.steps.extend(match link.clone() {
            JournalEntry::Linked { issue, other, to } => {
                Some(UndoStep::Unlink { issue, other, to })
            }
            JournalEntry::Unlinked {
                issue,
                other: Some(other),
                ..
            } => Some(UndoStep::Link { issue, other }),
            JournalEntry::Unlinked { issue, to, .. } => {
                let name = issue.reference();
                plan.kept
                    .push(format!("{name}: the link to {to} stays removed"));
                None
            }
            _ => None,
        });
    }
    for issue in &journal.moved {
        plan.kept.push(format!(
            "{}: it stays where it was moved to",
            issue.reference()
        ));
    }
    plan
}

struct Restoring<'a> {
    name: &'a str,
    fields: Vec<(&'static str, String, String)>,
    kept: &'a mut Vec<String>,
}

impl Restoring<'_> {
    fn patch(
        &mut self,
        before: &IssueRecord,
        after: &IssueRecord,
        now: &IssueRecord,
    ) -> IssuePatch {
        let mut patch = IssuePatch::default();
        if self.restores(
            "title",
            &before.title,
            &after.title,
            &now.title,
            Clone::clone,
        ) {
            patch.title = Some(before.title.clone());
        }
        let (old, new, is) = (&before.description, &after.description, &now.description);
        let text = |text: &String| {
            if text == old {
                "as before"
            } else {
                "as applied"
            }
            .to_owned()
        };
        if self.restores("description", old, new, is, text) {
            patch.description = Some(before.description.clone());
        }
        let day = |due: &Option<jiff::civil::Date>| match due {
            Some(due) => due.to_string(),
            None => "none".to_owned(),
        };
        if self.restores("due date", &before.due, &after.due, &now.due, day) {
            patch.due_date = before.due.map_or(Change::Clear, Change::Set);
        }
        let state = |open: &bool| if *open { "open" } else { "closed" }.to_owned();
        if self.restores("state", &before.open, &after.open, &now.open, state) {
            patch.state_event = Some(if before.open {
                StateEvent::Reopen
            } else {
                StateEvent::Close
            });
        }
        let people = |people: &Vec<super::Person>| {
            let names: Vec<&str> = people
                .iter()
                .map(|person| person.username.as_str())
                .collect();
            if names.is_empty() {
                "nobody".to_owned()
            } else {
                names.join(", ")
            }
        };
        let (old, new, is) = (&before.assignees, &after.assignees, &now.assignees);
        if self.restores("assignees", old, new, is, people) {
            patch.assignee_ids = Some(before.assignees.iter().map(|person| person.id).collect());
        }
        if before.confidential != after.confidential {
            let name = self.name;
            self.kept
                .push(format!("{name}: its confidentiality stays as it is"));
        }
        let listed =
            |labels: &BTreeSet<String>| labels.iter().cloned().collect::<Vec<_>>().join(", ");
        let added: BTreeSet<String> = after.labels.difference(&before.labels).cloned().collect();
        let removed: BTreeSet<String> = before.labels.difference(&after.labels).cloned().collect();
        let lost: BTreeSet<String> = added.intersection(&now.labels).cloned().collect();
        let back: BTreeSet<String> = removed.difference(&now.labels).cloned().collect();
        if !lost.is_empty() || !back.is_empty() {
            self.fields.push(("labels", listed(&lost), listed(&back)));
            patch.remove_labels = lost;
            patch.add_labels = back;
        }
        patch
    }

    /// Whether a field that the apply changed becomes what it was: where nobody changed it since.
    fn restores<T: PartialEq>(
        &mut self,
        field: &'static str,
        before: &T,
        after: &T,
        now: &T,
        show: impl Fn(&T) -> String,
    ) -> bool {
        if before == after || now == before {
            return false;
        }
        if now != after {
            let name = self.name;
            self.kept.push(format!("{name}: {field} was changed since"));
            return false;
        }
        self.fields.push((field, show(now), show(before)));
        true
    }
}

/// Reads how the issues of a journal are now, as many at once as the server takes. One that is not there any more is left
/// out.
///
/// # Errors
/// GitLab does not answer.
pub async fn read_touched(
    client: &Client,
    journal: &AppliedJournal,
) -> Result<BTreeMap<u64, IssueRecord>, gitlab::Error> {
    let read: Vec<Option<(u64, IssueRecord)>> = stream::iter(journal.issues.values())
        .map(|touched| async {
            let record = read(client, &touched.issue).await?;
            Ok::<_, gitlab::Error>(record.map(|record| (touched.issue.id, record)))
        })
        .buffer_unordered(client.parallelism().max(1))
        .try_collect()
        .await?;
    Ok(read.into_iter().flatten().collect())
}

async fn read(client: &Client, issue: &IssueAddress) -> Result<Option<IssueRecord>, gitlab::Error> {
    let project = ProjectRef::Path(issue.project.clone());
    match client.issue(&project, issue.iid).await {
        Ok(found) if found.id == issue.id => Ok(Some((&found).into())),
        Ok(_) => Ok(None),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Carries out one step. The issue is read again right before it is written: what somebody changed meanwhile is kept.
/// The answer says whether anything was left to do.
///
/// # Errors
/// GitLab refused it or does not answer.
pub async fn undo_step(
    client: &Client,
    journal: &AppliedJournal,
    step: &UndoStep,
) -> Result<bool, gitlab::Error> {
    match step {
        UndoStep::Restore { issue, .. } | UndoStep::Close { issue, .. } => {
            let now = read(client, issue).await?;
            let touched = journal.issues.get(&issue.id);
            let again = touched.and_then(|touched| {
                let mut kept = Vec::new();
                journal.step(touched, now.as_ref(), &mut kept)
            });
            let project = ProjectRef::Path(issue.project.clone());
            match again.map(|(_, step)| step) {
                Some(UndoStep::Restore { patch, .. }) => {
                    client.update_issue(&project, issue.iid, &patch).await?;
                }
                Some(UndoStep::Close { .. }) => {
                    let target = NoteTarget::Issue(project.clone(), issue.iid);
                    let note = "The apply that created this issue was undone, so it is closed.";
                    client.create_note(&target, note).await?;
                    client.close_issue(&project, issue.iid).await?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        }
        UndoStep::Unlink { issue, other, .. } => {
            let project = ProjectRef::Path(issue.project.clone());
            let links = client.links(&project, issue.iid).await?;
            let Some(link) = links.iter().find(|link| link.issue.id == *other) else {
                return Ok(false);
            };
            client
                .delete_link(&project, issue.iid, link.issue_link_id)
                .await?;
            Ok(true)
        }
        UndoStep::Link { issue, other } => {
            let project = ProjectRef::Path(issue.project.clone());
            let target = ProjectRef::Path(other.project.clone());
            match client
                .create_link(&project, issue.iid, &target, other.iid)
                .await
            {
                Ok(_) => Ok(true),
                Err(error) if *error.kind() == ErrorKind::Conflict(Conflict::AlreadyLinked) => {
                    Ok(false)
                }
                Err(error) => Err(error),
            }
        }
    }
}
