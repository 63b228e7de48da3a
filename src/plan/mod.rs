//! Desired state and observed state in, a plan out: pure, deterministic, and all that a reviewer needs to see.

mod change;
mod observed;

pub use change::{
    Action, Cause, Change, Counts, Field, FieldChange, IssueAddress, LinkEnd, Operation,
    PLAN_FORMAT, Plan, PlanSummary, Refusal, Remark,
};
pub use observed::{
    Knowledge, ObservedIssue, ObservedLink, ObservedState, ObservedTracker, ReferencedIssue,
    UnmanagedIssue,
};
