//! Relations between issues.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Issue, Namespace, Refusal, Role, State};

/// What kind of relation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Related, both ways.
    #[default]
    RelatesTo,
    /// The source blocks the target; Premium only.
    Blocks,
}

/// A relation between two issues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Global id.
    pub id: u64,
    /// The issue that it was made from.
    pub source: u64,
    /// The other end.
    pub target: u64,
    /// What kind.
    pub kind: LinkKind,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Link {
    /// The end that is not this one.
    pub fn other(&self, issue: u64) -> u64 {
        if self.source == issue {
            self.target
        } else {
            self.source
        }
    }

    /// The word for it as seen from one of its ends.
    pub fn word_from(&self, issue: u64) -> &'static str {
        match self.kind {
            LinkKind::RelatesTo => "relates_to",
            LinkKind::Blocks if self.source == issue => "blocks",
            LinkKind::Blocks => "is_blocked_by",
        }
    }
}
