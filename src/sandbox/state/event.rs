//! What GitLab keeps of the past of an issue.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether something was put on or taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventAction {
    /// Put on.
    Add,
    /// Taken off.
    Remove,
}

impl EventAction {
    /// GitLab's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }
}

/// A label was put on an issue or taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEvent {
    /// Global id.
    pub id: u64,
    /// The issue's global id.
    pub issue: u64,
    /// Who did it.
    pub user: u64,
    /// The label's global id; one that was deleted since is shown as null.
    pub label: u64,
    /// What was done.
    pub action: EventAction,
    /// When.
    pub at: Timestamp,
}

/// An issue was closed or reopened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateEvent {
    /// Global id.
    pub id: u64,
    /// The issue's global id.
    pub issue: u64,
    /// Who did it.
    pub user: u64,
    /// Whether it was closed; else it was reopened.
    pub closed: bool,
    /// When.
    pub at: Timestamp,
}

/// A milestone was set on an issue or taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneEvent {
    /// Global id.
    pub id: u64,
    /// The issue's global id.
    pub issue: u64,
    /// Who did it.
    pub user: u64,
    /// The milestone's global id.
    pub milestone: u64,
    /// What was done.
    pub action: EventAction,
    /// Whether the issue was closed at that time.
    pub closed: bool,
    /// When.
    pub at: Timestamp,
}
