//! The two flow metrics that every edition counts.

use serde_json::Value;

use super::record::Record;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::graphql::types::issues;
use crate::sandbox::state::{DeploymentStatus, Namespace};

/// `flowMetrics` of a project or group (recorded: flow/flow-metrics).
pub(super) struct FlowMetrics(pub(super) Namespace);

impl<'s> Object<'s> for FlowMetrics {
    fn type_name(&self) -> &'static str {
        "FlowMetrics"
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "issueCount" => {
                let count = issues::created_between(context, self.0, arguments)?;
                metric("issues", "New issues", count)
            }
            // Of every environment, as `lib/gitlab/cycle_analytics/summary/deploy.rb` counts (only none was recorded).
            "deploymentCount" => {
                let count = deployed_between(context, self.0, arguments)?;
                metric("deploys", "Deploys", count)
            }
            _ => Resolved::Unset,
        })
    }
}

/// How many deployments succeeded between two moments.
fn deployed_between(
    context: &Context<'_>,
    within: Namespace,
    arguments: &Arguments,
) -> Result<u32, Failure> {
    let state = context.state;
    let projects = match within {
        Namespace::Project(id) => [id].into(),
        Namespace::Group(id) => state.projects_of_group(id),
    };
    let (from, to) = (
        issues::moment(arguments, "from")?,
        issues::moment(arguments, "to")?,
    );
    let count = state.deployments.values().filter(|one| {
        projects.contains(&one.project)
            && one.status == DeploymentStatus::Success
            && state.can_read_deployments(context.actor, one.project)
            && one.finished_at.is_some_and(|at| {
                from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
            })
    });
    Ok(u32::try_from(count.count()).unwrap_or(u32::MAX))
}

fn metric<'s>(identifier: &'static str, title: &'static str, count: u32) -> Resolved<'s> {
    Resolved::object(Record::new(
        "FlowMetric",
        vec![
            ("identifier", identifier.into()),
            ("title", title.into()),
            ("unit", Value::Null),
            ("value", f64::from(count).into()),
        ],
    ))
}
