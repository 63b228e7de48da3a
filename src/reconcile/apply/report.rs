use serde::Serialize;

use crate::gitlab;
use crate::model::Key;
use crate::plan::{Action, Change, IssueAddress, Remark};

/// What became of every change of a plan, in the plan's order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ApplyReport {
    /// One for each change.
    pub outcomes: Vec<ChangeOutcome>,
    /// What happened beside the plan: a twin of a race that was closed.
    pub remarks: Vec<Remark>,
}

impl ApplyReport {
    /// How many changes were done, by this run or by somebody else meanwhile.
    pub fn done(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.outcome.is_done())
            .count()
    }

    /// How many were not.
    pub fn failed(&self) -> usize {
        self.outcomes.len() - self.done()
    }
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeOutcome {
    /// What it was to do.
    pub action: Action,
    /// The objective or key result; absent for labels.
    pub key: Option<Key>,
    /// Where.
    pub tracker: String,
    /// What people call the object.
    pub title: String,
    /// The issue, once there is one.
    pub issue: Option<IssueAddress>,
    /// What became of it.
    pub outcome: Outcome,
}

impl ChangeOutcome {
    pub(super) fn new(change: &Change, issue: Option<IssueAddress>, outcome: Outcome) -> Self {
        Self {
            action: change.action,
            key: change.key.clone(),
            tracker: change.tracker.clone(),
            title: change.title.clone(),
            issue: issue.or_else(|| change.issue.clone()),
            outcome,
        }
    }
}

/// How a change ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// GitLab held it already when it was looked at again.
    AlreadyDone,
    /// It was tried and did not succeed.
    Failed(Failure),
    /// It was not tried, for this reason.
    Skipped {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Whether GitLab now holds what the change was for.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone)
    }
}

/// Why a change did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// GitLab's id of the request, for its administrator.
    pub request_id: Option<String>,
    /// Whether nothing else can succeed either: the token was refused.
    #[serde(skip)]
    pub(super) fatal: bool,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
            request_id: None,
            fatal: false,
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(
            format!("the marker cannot be written: {error}"),
            "report this as a bug",
        )
    }
}

impl From<gitlab::Error> for Failure {
    fn from(error: gitlab::Error) -> Self {
        Self {
            message: error.to_string(),
            hint: error.hint(),
            request_id: error.request_id().map(str::to_owned),
            fatal: matches!(
                error.kind(),
                gitlab::ErrorKind::Unauthorized
                    | gitlab::ErrorKind::TokenExpired
                    | gitlab::ErrorKind::TokenRevoked
                    | gitlab::ErrorKind::InsufficientScope { .. }
            ),
        }
    }
}

/// What an apply tells whoever watches it.
#[derive(Debug, Clone, Copy)]
pub enum ProgressEvent<'a> {
    /// A change ended; this many of all have.
    Ended {
        /// What became of it.
        outcome: &'a ChangeOutcome,
        /// How many have ended.
        done: usize,
        /// How many there are.
        total: usize,
    },
}

/// Is called for each [`ProgressEvent`].
pub type Progress<'a> = &'a (dyn Fn(ProgressEvent<'_>) + Sync);
