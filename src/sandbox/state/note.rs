//! Comments and system notes on issues and merge requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Issue, Namespace, Refusal, Role, State};

/// What a note is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noteable {
    /// The issue of this global id.
    Issue(u64),
    /// The merge request of this global id.
    MergeRequest(u64),
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Global id.
    pub id: u64,
    /// What it is on.
    pub on: Noteable,
    /// Markdown; for a system note what GitLab did.
    pub body: String,
    /// Who wrote it.
    pub author: u64,
    /// Whether GitLab wrote it.
    pub system: bool,
    /// Whether only members from Planner on see it.
    pub internal: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new note is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewNote {
    /// Text, as sent.
    pub body: String,
    /// Whether it is internal.
    pub internal: bool,
    /// When it shall have been made: owners only.
    pub created_at: Option<Timestamp>,
}

/// What became of a text that was sent as a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOutcome {
    /// The note of this id was written; its commands ran.
    Written(u64),
    /// The text held nothing but commands: they ran, and no note is left (recorded: notes, 202).
    OnlyCommands {
        /// What the commands changed, as GitLab tells it: a JSON object.
        changes: serde_json::Map<String, serde_json::Value>,
        /// One sentence a command.
        summary: Vec<String>,
    },
}
