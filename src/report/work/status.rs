use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Date, Key};

/// The open milestones of trackers and the open issues in them, by whether they support an OKR of the quarter.
///
/// An issue supports one when it is linked to its issue by anybody, in either direction and by any type of link; when `work`
/// names the issue or its milestone; or when it is the issue of one itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkStatus {
    /// Whether all of them do, and how many do not.
    pub sentence: String,
    /// How many there are.
    pub counts: WorkCounts,
    /// The trackers by their full path.
    pub trackers: Vec<WorkTracker>,
    /// Why links may be missing: where there is a reason, an issue without a known one may support a key result all the same.
    pub unseen_links: Vec<String>,
}

/// How many milestones and issues there are in all trackers together. A group's milestone counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct WorkCounts {
    /// Open milestones.
    pub milestones: u32,
    /// Those that no `work` names and none of whose open issues supports a key result, as far as that can be told.
    pub milestones_without: u32,
    /// Open issues in them.
    pub issues: u32,
    /// Those that support a key result or an objective.
    pub supporting: u32,
    /// Those that support none.
    pub without: u32,
    /// Those of which it cannot be told, because links could not be seen.
    pub unknown: u32,
    /// Trackers that could not be read.
    pub unread_trackers: u32,
}

/// The open milestones of one tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkTracker {
    /// Its full path.
    pub tracker: String,
    /// Whether it is open to fewer people than the project of the OKRs: for all others what it holds has no titles.
    pub restricted: bool,
    /// Why it could not be read; absent where it was.
    pub unread: Option<String>,
    /// What may be missing of it.
    pub remarks: Vec<String>,
    /// Its open milestones, by their last day; and of groups above it those that hold open issues of it.
    pub milestones: Vec<WorkMilestone>,
}

/// One open milestone, with the issues of one tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkMilestone {
    /// `group/project%3`, by its number; of a group's milestone the group is not told.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its last day.
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// Its address.
    pub web_url: String,
    /// Whether it belongs to a group above the tracker.
    pub of_group: bool,
    /// What it supports, and by what.
    pub supports: Vec<Supported>,
    /// How many open issues it has in this tracker.
    pub issues: u32,
    /// Those of them that support no key result.
    pub without: Vec<MilestoneIssue>,
    /// Those of which it cannot be told.
    pub unknown: Vec<MilestoneIssue>,
}

/// An OKR that a milestone supports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Supported {
    /// The key result or objective.
    #[schemars(with = "String")]
    pub key: Key,
    /// Whether its `work` names the milestone.
    pub named: bool,
    /// How many of the milestone's open issues support it by themselves.
    pub issues: u32,
}

/// An open issue in a milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MilestoneIssue {
    /// `group/project#12`.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub web_url: String,
    /// Whether it is confidential.
    pub confidential: bool,
}
