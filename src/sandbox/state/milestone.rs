//! Milestones of projects and groups.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Namespace, Refusal, Role, State};

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Global id: what issues are given.
    pub id: u64,
    /// Its number in the project or group.
    pub iid: u64,
    /// Whose it is.
    pub owner: Namespace,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: Option<String>,
    /// Whether it is closed; a closed one cannot be given to an issue (recorded: milestones).
    pub closed: bool,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new milestone is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMilestone {
    /// Title, as sent.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
}

/// What shall change about a milestone; `None` was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MilestoneChange {
    /// New title.
    pub title: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New first day.
    pub start_date: Option<Option<Date>>,
    /// New last day.
    pub due_date: Option<Option<Date>>,
    /// Close (true) or activate.
    pub closed: Option<bool>,
}
