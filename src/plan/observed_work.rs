use std::collections::BTreeMap;

use super::observed::Knowledge;
use crate::model::Date;

/// What trackers were seen to have in their open milestones, by their full path as configured.
pub type ObservedWork = BTreeMap<String, Knowledge<TrackerWork>>;

/// The open milestones of one tracker, and its open issues in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrackerWork {
    /// The milestones by id: the project's own, and of those of the groups above it the ones that its issues are in.
    pub milestones: Vec<ObservedMilestone>,
    /// The issues by id.
    pub issues: Vec<WorkIssue>,
    /// Why milestones without an open issue may be missing; absent where none is.
    pub only_with_issues: Option<String>,
}

/// One open milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedMilestone {
    /// The id that is unique in the instance.
    pub id: u64,
    /// The number in its project or group.
    pub iid: u64,
    /// Its title.
    pub title: String,
    /// Its last day.
    pub due: Option<Date>,
    /// Its address.
    pub web_url: String,
    /// Whether it belongs to a group above the tracker.
    pub of_group: bool,
}

/// One open issue in an open milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkIssue {
    /// The id that is unique in the instance.
    pub id: u64,
    /// The number in its project.
    pub iid: u64,
    /// Its title.
    pub title: String,
    /// Its address.
    pub web_url: String,
    /// Whether it is confidential.
    pub confidential: bool,
    /// The id of its milestone.
    pub milestone: u64,
}
