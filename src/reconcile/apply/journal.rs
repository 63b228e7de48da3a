//! What an apply did to each object, told while it does it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::run::Run;
use crate::gitlab::{Issue, IssueState};
use crate::model::IssueReference;
use crate::plan::IssueAddress;

/// One thing that an apply does. What is about to be written is told before it is sent, so that an apply that is killed
/// leaves behind what it may have written over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum JournalEntry {
    /// An issue was created.
    Created {
        /// The issue.
        issue: IssueAddress,
        /// How it is now.
        after: IssueRecord,
    },
    /// An issue is about to be written for the first time.
    Writes {
        /// The issue.
        issue: IssueAddress,
        /// How it was.
        before: IssueRecord,
    },
    /// An issue was written.
    Wrote {
        /// The issue.
        issue: IssueAddress,
        /// How it is now.
        after: IssueRecord,
    },
    /// An issue was moved to another tracker.
    Moved {
        /// Where it was.
        from: IssueAddress,
        /// Where it is now.
        to: IssueAddress,
    },
    /// A link was made.
    Linked {
        /// One end.
        issue: IssueAddress,
        /// The other end's global id.
        other: u64,
        /// What markers call the other end.
        to: String,
    },
    /// A link was removed.
    Unlinked {
        /// One end.
        issue: IssueAddress,
        /// The other end, where it is known where that is.
        other: Option<IssueReference>,
        /// What markers call the other end.
        to: String,
    },
}

/// How an issue was at one moment: what an apply can change about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueRecord {
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// When it is due.
    pub due: Option<Date>,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is confidential.
    pub confidential: bool,
    /// Its labels.
    pub labels: BTreeSet<String>,
    /// Who is assigned.
    pub assignees: Vec<Person>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub username: String,
}

impl From<&Issue> for IssueRecord {
    fn from(issue: &Issue) -> Self {
        let person = |user: &crate::gitlab::User| Person {
            id: user.id,
            username: user.username.clone(),
        };
        Self {
            title: issue.title.clone(),
            description: issue.description.clone(),
            due: issue.due_date,
            open: issue.state == IssueState::Opened,
            confidential: issue.confidential,
            labels: issue.labels.iter().cloned().collect(),
            assignees: issue.assignees.iter().map(person).collect(),
        }
    }
}

/// Is told each [`JournalEntry`] when it happens.
pub type Journal<'a> = &'a (dyn Fn(JournalEntry) + Sync);

/// The issues of which a journal has told how they were.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<BTreeSet<u64>>);

impl Told {
    /// Whether it is the first time for this issue.
    fn first(&self, id: u64) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(id)
    }
}

impl Run<'_> {
    pub(super) fn tell(&self, entry: JournalEntry) {
        (self.context.journal)(entry);
    }

    pub(super) fn tell_created(&self, address: &IssueAddress, issue: &Issue) {
        self.told.first(address.id);
        self.tell(JournalEntry::Created {
            issue: address.clone(),
            after: issue.into(),
        });
    }

    pub(super) fn tell_writes(&self, address: &IssueAddress, issue: &Issue) {
        if self.told.first(address.id) {
            self.tell(JournalEntry::Writes {
                issue: address.clone(),
                before: issue.into(),
            });
        }
    }

    pub(super) fn tell_wrote(&self, address: &IssueAddress, issue: &Issue) {
        self.tell(JournalEntry::Wrote {
            issue: address.clone(),
            after: issue.into(),
        });
    }
}
