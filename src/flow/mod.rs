//! How work flows: from what GitLab keeps of issues, deployments and incidents to metrics. Pure: the events are values.
//!
//! The words are the Flow Framework's. A [`WorkItem`] is an issue with its label and state events; its [`Timeline`] says when
//! it was new, waiting, active, done or cancelled; a [`Flow`] says what became of it; [`FlowMetrics`] are the five metrics of
//! a [`Period`]. docs/flow.md has each definition with its source and an example that a test computes.

mod aging;
mod bottleneck;
mod deployment;
mod event;
mod figure;
mod incident;
mod item;
mod link;
mod metrics;
mod period;
mod quantile;
mod stages;
mod timeline;

#[cfg(test)]
pub(crate) mod tests;

pub use aging::{aging_period, aging_times, older_than};
pub use bottleneck::{Bottleneck, BottleneckVerdict, bottleneck};
pub use deployment::{Deployment, DeploymentMetrics, deployment_metrics};
pub use event::{ClosedAs, LabelAction, LabelEvent, StateEvent, WorkItem};
pub use figure::{FigureMaterial, NoFigure, figure};
pub use incident::{Incident, IncidentMetrics, incident_metrics, incident_of};
pub use item::{Ending, Flow, flow_of};
pub use link::{ItemLink, LinkKind};
pub use metrics::{Distribution, FlowMetrics, Load, Times, flow_metrics, load_at};
pub use period::Period;
pub use quantile::{mean, median, quantile};
pub use stages::{StageTime, stage_times};
pub use timeline::{Doubt, FlowState, Stretch, Timeline};
