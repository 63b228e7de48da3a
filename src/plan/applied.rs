//! What became of a plan: the report of an apply, for other programs and for the note after a merge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Action, Change, IssueAddress, LinkEnd, Operation, Remark};
use crate::model::Key;

/// The version of the report's JSON. It goes up when a reader of the old form would misread the new one.
pub const APPLIED_FORMAT: u32 = 1;

/// What an apply did, change by change; also of one that failed or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "report of okr apply")]
pub struct Applied {
    /// The version of this form. Fields, and words where one of several stands, may be added without a new one.
    pub format: u32,
    /// Whose markers are ours.
    pub owner: String,
    /// The commit that was applied, where a pipeline names it.
    pub commit: Option<String>,
    /// How it ended.
    pub result: AppliedResult,
    /// Why it ended so, where nothing could be applied.
    pub reason: Option<String>,
    /// What to do about that.
    pub help: Vec<String>,
    /// What became of each change, in the order of the plan; empty where there was no plan.
    pub changes: Vec<AppliedChange>,
    /// What happened beside the plan.
    pub remarks: Vec<Remark>,
}

/// How an apply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppliedResult {
    /// GitLab holds everything that was to do.
    Applied,
    /// GitLab held it before.
    NothingToDo,
    /// Nothing was done, because a newer commit of the branch supersedes this one.
    Superseded,
    /// A part was applied; the rest failed.
    PartlyApplied,
    /// Nothing was applied, because GitLab or the files were in the way.
    NothingApplied,
    /// Nothing was applied, because limits, a pause or a review forbid it.
    Refused,
    /// Nothing was applied, because nobody agreed.
    Declined,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppliedChange {
    /// The objective or key result; absent for labels.
    #[schemars(with = "Option<String>")]
    pub key: Option<Key>,
    /// What was to do.
    pub action: Action,
    /// The full path of the project in which it happens; a group's for a group label.
    pub tracker: String,
    /// What people call the object: the OKR's title as declared, the label's name, or what a link leads to.
    pub title: String,
    /// The issue, where there is one.
    pub issue: Option<IssueAddress>,
    /// Whether the issue is or becomes confidential: its title is then not for everybody.
    pub confidential: bool,
    /// What became of it.
    pub outcome: AppliedOutcome,
    /// Why it failed or was not begun.
    pub reason: Option<String>,
    /// What to do about that.
    pub help: Option<String>,
}

/// What became of a change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AppliedOutcome {
    /// It was tried and did not succeed.
    Failed,
    /// It was not tried.
    NotBegun,
    /// It was carried out.
    Done,
    /// GitLab held it already when it was looked at again.
    NothingToDo,
}

/// Why a text is no report of an apply.
#[derive(Debug, thiserror::Error)]
pub enum AppliedFileError {
    /// It is not what `okr apply --report` writes.
    #[error("it is not a report that okr apply --report json=FILE has written")]
    Unreadable(#[from] serde_json::Error),
    /// It was written by another version of `okr`.
    #[error("its format is {0}; this okr reads format {APPLIED_FORMAT}")]
    OtherFormat(u64),
}

impl Applied {
    /// Reads the JSON of a report.
    ///
    /// # Errors
    /// It is something else, or of another format.
    pub fn parse(text: &str) -> Result<Self, AppliedFileError> {
        #[derive(Deserialize)]
        struct Head {
            format: u64,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.format != u64::from(APPLIED_FORMAT) {
            return Err(AppliedFileError::OtherFormat(head.format));
        }
        Ok(serde_json::from_str(text)?)
    }
}

impl AppliedChange {
    /// A change that was not begun.
    pub fn not_begun(change: &Change) -> Self {
        let title = match &change.operation {
            Operation::Link { to } => LinkEnd::name(to),
            Operation::Unlink { to, .. } => to.clone(),
            _ => change.title.clone(),
        };
        Self {
            key: change.key.clone(),
            action: change.action,
            tracker: change.tracker.clone(),
            title,
            issue: change.issue.clone(),
            confidential: change.confidential,
            outcome: AppliedOutcome::NotBegun,
            reason: None,
            help: None,
        }
    }
}
