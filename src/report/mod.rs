//! How a quarter goes: scores, pace, confidence, staleness and contradictions, from the tree and a day. Pure.
//!
//! * [`status`] makes a [`Status`] from a [`Material`]: the files, today, and the rows that people wrote into issues, as far
//!   as they were observed. It is the same for the same material, for any day.
//! * Every number is a [`Score`] or has its formula beside it: what was computed, from what, and where each input stands.
//! * What nobody has measured is no number. It is left out of every mean, and said to be missing wherever one is shown.

mod answer;
mod build;
mod check_ins;
mod contradiction;
mod decision;
mod flow;
mod key_result;
mod material;
mod measured;
mod narrow;
mod objective;
mod pace;
mod roll_up;
mod score;
mod standing;
mod status;
mod team;
mod withheld;
mod work;

pub use answer::{Answer, Counts, Verdict};
pub use build::status;
pub use check_ins::CheckInPoint;
pub use contradiction::{Contradiction, ContradictionKind};
pub use decision::Decision;
pub use flow::{
    BottleneckReport, DependenciesReport, DependencyReport, DeploymentReport, DistributionReport,
    DoneItem, DoubtReport, FLOW_FORMAT, FlowMaterial, FlowMetric, FlowPoint, FlowQuarter,
    FlowReport, FlowSeries, FlowWeek, IncidentReport, KindShare, LoadItem, LoadReport, PastReport,
    StageReport, TimesReport, add_dependencies, flow_report, flow_series, linked_items,
};
pub use material::{Issues, Material};
pub use measured::{LastValue, MEASURED_FORMAT, MeasureOutcome, MeasuredKeyResult, MeasuredReport};
pub use narrow::Filter;
pub use pace::{AT_RISK_BELOW, ATTENTION_BELOW, Pace, Projection};
pub use score::{Input, Origin, Place, Score};
pub use standing::Standing;
pub use status::{
    Found, IssueLink, KeyResultStatus, MeasureStatus, Movement, ObjectiveStatus, STATUS_FORMAT,
    Status, StepStatus, TeamStatus,
};
pub use work::{
    MilestoneIssue, Supported, WorkCounts, WorkMaterial, WorkMilestone, WorkStatus, WorkTracker,
    trackers_of, work,
};
