//! Desired state and observed state in, a plan out: pure, deterministic, and all that a reviewer needs to see.
//!
//! * [`ObservedState`] is what GitLab was seen to hold; what could not be seen is unknown, never absent.
//! * Keys find their issues by marker, owner and author; `previously` carries a marker over to a new name.
//! * Every field is compared three ways, with what the marker says was last applied: a pending change, drift, or both.
//! * With a [`Base`], every change is told to be this merge request's own, pending before it, or drift.
//! * The [`Past`] of an issue says who made its drift, where GitLab tells.
//! * [`pull`](fn@pull) is the other direction: what people changed in issues and the files lack.
//! * [`Plan`] is data. Renderers show it and apply carries it out; nothing else decides.

mod access;
mod adoptable;
mod applied;
mod attribution;
mod change;
mod check;
mod decide;
mod edits;
mod explain;
mod forecast;
mod goal;
mod goal_difference;
mod labels;
mod links;
mod matching;
mod observed;
mod observed_work;
mod obstacle;
mod order;
mod own;
mod planner;
mod pull;
mod release;
mod rows;
mod safety;
mod saved;
mod sets;
mod summary;
#[cfg(test)]
mod tests;
mod three_way;
mod unpulled;

pub use access::{Management, guard_access};
pub use adoptable::{Adoptable, adoptable};
pub use applied::{
    APPLIED_FORMAT, Applied, AppliedChange, AppliedFileError, AppliedOutcome, AppliedResult,
};
pub use attribution::Base;
pub use change::{
    Action, Cause, Change, Counts, CountsByCause, Field, FieldChange, IssueAddress, LinkEnd,
    Operation, PLAN_FORMAT, Plan, PlanSummary, Refusal, Remark, Tally,
};
pub use check::{Area, Check, Verdict};
pub use decide::{Decision, DecisionContext, Patch, decide};
pub use edits::{Deed, Edit, Past, PastEvent, PastSource, Question, questions, tell_edits};
pub use explain::{ExplainedField, Explanation, FieldVerdict, Owner, explain};
pub use forecast::Forecast;
pub use goal::{GoalChange, GoalKind, GoalPart};
pub use matching::{Ownership, addresses};
pub use observed::{
    Audience, Knowledge, ObservedIssue, ObservedLink, ObservedState, ObservedTracker,
    ReferencedIssue, UnmanagedIssue,
};
pub use observed_work::{ObservedMilestone, ObservedWork, TrackerWork, WorkIssue};
pub use obstacle::{Obstacle, ROLE_NEEDED, ROLE_TO_LINK, not_kept_on_free, role_name};
pub use own::{OwnChange, OwnChanges, Unreviewed, other_teams};
pub use planner::{PlanPolicy, Scope, plan};
pub use pull::{Left, LeftReason, NotPulled, Part, Pull, PullContext, Pulled, Statement, pull};
pub use release::release;
pub use rows::show as show_row;
pub use saved::{PlanFileError, Resumed, Stale, resume};
pub use unpulled::{IssueOfKey, issues_of_keys};
