//! The two flow metrics that every edition counts.

use serde_json::Value;

use super::record::Record;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::graphql::types::issues;
use crate::sandbox::state::Namespace;

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
            // The sandbox has no environments to deploy to.
            "deploymentCount" => metric("deploys", "Deploys", 0),
            _ => Resolved::Unset,
        })
    }
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
