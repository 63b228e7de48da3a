//! Edits by people that fell between our read of a description and our write of it.
//!
//! GitLab has no compare-and-swap, so such an edit is lost. It leaves a note of GitLab's own on the issue, "changed the
//! description", with its author and time (recorded: update/notes). After everything else an apply looks for those.
//!
//! # What it costs
//!
//! One GraphQL request for fifty issues whose description was written over, for each project; one more, by REST, for an
//! issue on which somebody else did anything since we began to look at it; one by REST for every such issue where GraphQL
//! is not allowed. A plan without changes costs nothing, nor does an issue that was created by one request.
//!
//! # How an edit is told from one before or after
//!
//! Notes are ordered by id, and our own write has a note too: what is later than that was not overwritten. For the other
//! end there are only times. The server's clock alone is asked: `updated_at` of the issue as we read it, `updated_at` of the
//! answer to our write, and the time of notes; ours says only how long it took. An edit and its note are up to half a second
//! apart on a slow server (recorded: update/desc-crlf), so the note nearest to the `updated_at` that we read is taken for
//! the change that we did read. What remains: two edits by others within that second, of which we read the first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::run::Run;
use super::write::Look;
use crate::gitlab::{Note, NoteTarget, ProjectRef};
use crate::plan::{IssueAddress, Remark};

/// What GitLab writes when somebody changed a description (recorded: update/notes).
const CHANGED: &str = "changed the description";

/// By so much times of one server may disagree, and so long its note may come after a change.
const SLACK: SignedDuration = SignedDuration::from_secs(1);

/// A write that was sent.
#[derive(Debug)]
pub(super) struct Write {
    /// When the issue was read that it was made of, by our clock.
    pub(super) looked: Timestamp,
    /// When that issue had last changed, by the server's.
    pub(super) updated_at: Timestamp,
    /// Whether that change was ours: nothing of others is among what was read since.
    pub(super) was_ours: bool,
    /// The description that was sent, if one was.
    pub(super) description: Option<String>,
}

/// A description that was written over.
#[derive(Debug, Clone)]
struct Overwrite {
    address: IssueAddress,
    /// When the issue that we read had last changed.
    read: Timestamp,
    /// Whether that change was ours.
    was_ours: bool,
    /// When ours was written.
    written: Timestamp,
    /// How long the one came after the other at most.
    took: SignedDuration,
}

impl Overwrite {
    /// Before this, by the server's clock, we had not looked yet.
    fn begin(&self) -> Timestamp {
        let begin = self.written.checked_sub(self.took + SLACK);
        begin.unwrap_or(Timestamp::MIN)
    }
}

/// The descriptions that an apply wrote over.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Vec<Overwrite>>);

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Vec<Overwrite>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a write that was answered at `now`.
    pub(super) fn written(
        &self,
        address: &IssueAddress,
        write: &Write,
        answer: &Look,
        now: Timestamp,
    ) {
        if write.description.is_some() {
            self.lock().push(Overwrite {
                address: address.clone(),
                read: write.updated_at,
                was_ours: write.was_ours,
                written: answer.issue.updated_at,
                took: now.duration_since(write.looked).max(SignedDuration::ZERO),
            });
        }
    }

    /// Enters a write whose answer was lost, if the issue as it was found afterwards shows that it was carried out.
    pub(super) fn found(&self, address: &IssueAddress, look: &Look, lost: Option<Write>) {
        if let Some(write) = lost
            && write.description.as_ref() == Some(&look.issue.description)
        {
            self.written(address, &write, look, look.at);
        }
    }
}

/// An edit that was lost.
#[derive(Debug, PartialEq, Eq)]
struct Lost<'a> {
    who: &'a str,
    when: Timestamp,
}

/// The edits by others that one write wrote over, going by the notes of the issue.
fn lost<'a>(
    overwrite: &Overwrite,
    notes: &'a [Note],
    is_ours: impl Fn(&Note) -> bool,
) -> Vec<Lost<'a>> {
    let edits = || {
        notes
            .iter()
            .filter(|note| note.system && note.body == CHANGED)
    };
    let Some(own) = edits()
        .filter(|note| is_ours(note) && note.created_at >= overwrite.written)
        .min_by_key(|note| note.id)
    else {
        // GitLab found that what we sent is what it had.
        return Vec::new();
    };
    let read = overwrite.read;
    let distance = |note: &&Note| note.created_at.duration_since(read).abs();
    let last_read = notes
        .iter()
        .filter(|note| !overwrite.was_ours && distance(note) <= SLACK)
        .min_by_key(distance)
        .map(|note| note.id);
    let mut lost: Vec<Lost<'a>> = edits()
        .filter(|note| !is_ours(note) && note.id < own.id)
        .filter(|note| note.created_at > read && note.created_at >= overwrite.begin())
        .filter(|note| last_read != Some(note.id))
        .map(|note| Lost {
            who: &note.author.username,
            when: note.created_at,
        })
        .collect();
    lost.sort_by_key(|lost| lost.when);
    lost
}

impl Run<'_> {
    /// Says which edits of people the descriptions that were written have replaced.
    pub(super) async fn overwritten(&mut self) {
        let entries = std::mem::take(&mut *self.ledger.lock());
        let mut projects: BTreeMap<String, BTreeMap<u64, Vec<Overwrite>>> = BTreeMap::new();
        for entry in entries {
            let issues = projects.entry(entry.address.project.clone()).or_default();
            issues.entry(entry.address.iid).or_default().push(entry);
        }
        let mut unknown = 0_usize;
        for (project, issues) in projects {
            for iid in self.suspects(&project, &issues).await {
                let target = NoteTarget::Issue(ProjectRef::Path(project.clone()), iid);
                match self.context.client.newest_notes(&target).await {
                    Ok(newest) => {
                        let notes = newest.notes;
                        let remarks: Vec<Remark> = issues[&iid]
                            .iter()
                            .flat_map(|entry| self.remarks_on(entry, &notes))
                            .collect();
                        self.remarks.extend(remarks);
                    }
                    Err(_) => unknown += 1,
                }
            }
        }
        if unknown > 0 {
            let issues = if unknown == 1 {
                "1 issue"
            } else {
                &format!("{unknown} issues")
            };
            let message = format!(
                "GitLab did not tell whether somebody changed the description of {issues} at the moment of the apply"
            );
            let remark = Remark::new("edit-unknown", message);
            self.remarks
                .push(remark.help("look at the activity of the issues that were changed"));
        }
    }

    /// The issues on which somebody else did anything since we looked at them: all of them where that cannot be told at
    /// once.
    async fn suspects(&self, project: &str, issues: &BTreeMap<u64, Vec<Overwrite>>) -> Vec<u64> {
        let iids: BTreeSet<u64> = issues.keys().copied().collect();
        let Ok(activity) = self.context.client.activity(project, &iids).await else {
            return iids.into_iter().collect();
        };
        let is_suspect = |iid: &u64| {
            let begin = issues[iid].iter().map(Overwrite::begin).min();
            activity.get(iid).is_none_or(|activity| {
                activity.is_cut
                    || activity.events.iter().any(|(author, at)| {
                        // GraphQL tells whole seconds.
                        let over = at.checked_add(SLACK).unwrap_or(Timestamp::MAX);
                        !self.is_our_name(author) && Some(over) >= begin
                    })
            })
        };
        iids.iter().copied().filter(is_suspect).collect()
    }

    fn remarks_on(&self, entry: &Overwrite, notes: &[Note]) -> Vec<Remark> {
        let lost = lost(entry, notes, |note| self.is_our_name(&note.author.username));
        let remark = |lost: Lost<'_>| {
            let issue = entry.address.reference();
            let when = lost.when.strftime("%Y-%m-%d %H:%M:%S UTC");
            let message = format!(
                "{issue}: {} changed the description at {when}, while it was being written: that edit is lost",
                lost.who
            );
            Remark::new("edit-lost", message).at(&issue).help(
                "look at the history of the issue's description, or ask, and write the text again",
            )
        };
        lost.into_iter().map(remark).collect()
    }
}
