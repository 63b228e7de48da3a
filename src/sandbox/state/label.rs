//! Labels of projects and groups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Namespace, Refusal, Role, State};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Global id.
    pub id: u64,
    /// Whose it is.
    pub owner: Namespace,
    /// 1 to 255 characters, no comma; upper and lower case differ.
    pub name: String,
    /// `#rrggbb`, as it was sent.
    pub color: String,
    /// One line of Markdown.
    pub description: Option<String>,
    /// Rank in the project, 0 first.
    pub priority: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new label is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewLabel {
    /// Name, as sent.
    pub name: String,
    /// `#rgb`, `#rrggbb` or a CSS name, as sent.
    pub color: String,
    /// Description.
    pub description: Option<String>,
    /// Rank.
    pub priority: Option<u64>,
}

/// What shall change about a label; `None` was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// New name.
    pub name: Option<String>,
    /// New color.
    pub color: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New rank.
    pub priority: Option<Option<u64>>,
}
