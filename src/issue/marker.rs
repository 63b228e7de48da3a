use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Description, LinkTarget, RowValues};
use crate::model::{Date, Key, Username};

/// What an issue says about itself, in a comment that GitLab does not show: whose it is, what it stands for, and what was
/// last applied to it. GitLab keeps comments as they are and sends them to every reader's browser (recorded:
/// markdown/comment-multi), so nothing secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The objective or key result that the issue stands for.
    pub key: Key,
    /// Whose it is: `gitlab.owner` of the OKR repository.
    pub owner: String,
    /// Drawn at random when the issue was created: two issues of one key that differ in it come from a race.
    pub birth: String,
    /// What was last applied.
    pub applied: Applied,
    /// Whether `applied` was asked for and not confirmed yet: what it names and the issue lacks is still to do, and was not
    /// removed by a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// The global id of the issue that won a race for the key; this one was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<u64>,
    /// What a newer version wrote; kept as it is.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The record of what was last applied: the base of the three-way comparison between files, issue and record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Applied {
    /// The version of the renderer that wrote the block ([`RENDERER`](super::RENDERER)).
    pub renderer: u32,
    /// The title, escaped.
    pub title: String,
    /// The due date.
    pub due: Option<Date>,
    /// Whether it was open.
    pub open: bool,
    /// Whether it was applied as one of a closed quarter: it has its closing block, and is left as it is from then on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// Whether it was confidential.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// The full path of the project that held it.
    pub tracker: String,
    /// The labels that we added, not those that were there before.
    pub labels: BTreeSet<String>,
    /// Whom it was assigned to.
    pub assignees: AppliedAssignees,
    /// The links that we added.
    pub links: Vec<AppliedLink>,
    /// The check-ins of the files, by date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub check_ins: BTreeMap<Date, RowValues>,
    /// The canonical digest of the block without its table ([`digest`](super::digest)).
    pub digest: String,
    /// What of it people had taken away before an apply that has not ended yet; empty once the marker is settled.
    #[serde(default, skip_serializing_if = "TakenAway::is_empty")]
    pub taken_away: TakenAway,
    /// What a newer version wrote; kept as it is.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// What was ours on an issue and people removed. While an apply is under way the marker must tell it from what that apply
/// asked for and GitLab does not have yet: the one stays away, the other is still to do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TakenAway {
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// Assignees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Username>,
}

impl TakenAway {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whom an issue was assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AppliedAssignees {
    /// Whom we asked for, in order of preference.
    pub asked: Vec<Username>,
    /// Whom GitLab kept: on Free the first only.
    pub kept: Vec<Username>,
}

/// A link that we added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedLink {
    /// The other end as the files name it.
    pub to: LinkTarget,
    /// The global id of the issue that it was resolved to; absent while that is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
}

impl Marker {
    /// The marker of a description whose block can be told from people's text; `None` where there is none, or a damaged one.
    pub fn read(description: &str) -> Option<Self> {
        let block = Description::parse(description).ok()?.block?;
        Some(block.marker)
    }

    /// Whether its issue was applied as one of a closed quarter, to the end.
    pub fn is_frozen(&self) -> bool {
        self.applied.frozen && !self.pending
    }

    /// The marker's JSON on one line, keys in a fixed order. It holds no `>`, so that nothing in it can end a comment.
    pub(super) fn to_json(&self) -> Result<String, serde_json::Error> {
        // JSON has `>` in strings only, where the escape means the same.
        Ok(serde_json::to_string(self)?.replace('>', "\\u003e"))
    }
}
