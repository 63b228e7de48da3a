use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{LinkTarget, Row, as_text};
use crate::config::QuarterState;
use crate::model::{Date, Id, IssueReference, Key, Username};

/// What the files say that one issue shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredIssue {
    /// The objective or key result that it stands for.
    pub key: Key,
    /// Keys under which its issue may still be marked: its own earlier keys, and those that follow from earlier names of
    /// its objective and team. Most specific first, each once, none of them declared today.
    pub previously: Vec<Key>,
    /// The existing issue that is to be put under management.
    pub adopt: Option<IssueReference>,
    /// The full path of the project that holds it.
    pub tracker: String,
    /// The title as GitLab stores it: mentions neutralised, white space at both ends gone.
    pub title: String,
    /// The due date: the declared one, or the quarter's last day.
    pub due: Date,
    /// The labels that it shall carry; people may add others.
    pub labels: BTreeSet<String>,
    /// Whom it shall be assigned to, each once, in order of preference: GitLab Free keeps the first.
    pub assignees: Vec<Username>,
    /// Whether it is confidential from the start. A person may make it so later, which is never undone.
    pub confidential: bool,
    /// Whether it shall be open; not while it was dropped or closed, or its objective was.
    pub open: bool,
    /// Why it is not open, where a reason was given; Markdown, escaped.
    pub closing_reason: Option<String>,
    /// The state of its quarter: drafts create nothing, closed quarters are frozen.
    #[serde(with = "as_text::quarter_state")]
    pub quarter_state: QuarterState,
    /// The managed block's Markdown without markers and check-in table.
    pub definition: String,
    /// The check-ins that the files hold, by date; empty for objectives, whose block has no table.
    pub rows: Vec<Row>,
    /// The links that it shall have, sorted, each once.
    pub links: Vec<LinkTarget>,
    /// The team that it belongs to.
    #[serde(with = "as_text")]
    pub team: Id,
    /// Whether it stands for a key result.
    pub is_key_result: bool,
}
