use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{KeyResult, Kind, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "only-velocity",
        summary: "more throughput, and nothing that keeps it honest",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "A team that shall finish more and is measured by nothing else starts more: load rises, everything takes longer, \
              and quality pays. Beside velocity belongs flow time, load or efficiency, or a guardrail on quality.",
        guide: Some(Guide {
            source: "Kersten: pushed from above, \"the flow load increases, and even less value makes it to the customer\"; \
                     Grove: pair an indicator with its counter-effect",
            bad: r#"
[objective.search]
title = "Make search good enough to be the way in"
[objective.search.kr.items]
title = "Raise finished items from 20 to 30 a week"
kind = "flow"
flow_metric = "velocity"
unit = "items"
from = 20
to = 30
"#,
            good: r#"
[objective.search]
title = "Make search good enough to be the way in"
[objective.search.kr.items]
title = "Raise finished items from 20 to 30 a week"
kind = "flow"
flow_metric = "velocity"
unit = "items"
from = 20
to = 30
[objective.search.kr.time]
title = "Shorten the time of an item from 16 to 9 days"
kind = "flow"
flow_metric = "time"
unit = "days"
from = 16
to = 9
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let pushes = |key_result: &KeyResult| {
        let velocity = key_result
            .flow_metric
            .as_ref()
            .is_some_and(|metric| metric.value == "velocity");
        let upwards = match &key_result.measure {
            Measure::Linear {
                from: Some(from),
                to,
            } => to.value > from.value,
            Measure::Linear { from: None, .. } | Measure::AtLeast(_) => true,
            Measure::AtMost(_) | Measure::Milestones(_) => false,
        };
        velocity && upwards
    };
    let balances = |key_result: &KeyResult| {
        let other_flow = key_result.kind.is_some_and(|kind| kind.value == Kind::Flow)
            && key_result
                .flow_metric
                .as_ref()
                .is_none_or(|metric| metric.value != "velocity");
        other_flow || matches!(key_result.measure, Measure::AtLeast(_) | Measure::AtMost(_))
    };
    if scope
        .key_results()
        .any(|(_, key_result)| balances(key_result) && !pushes(key_result))
    {
        return Vec::new();
    }
    scope
        .key_results()
        .filter(|(_, key_result)| pushes(key_result))
        .map(|(_, key_result)| {
            Finding::about(&key_result.item, "more shall be finished, and nothing guards time, load or quality")
                .field("flow_metric")
                .help("add a counterpart: flow_metric = \"time\" or \"load\", or a guardrail like at_most on defects")
        })
        .collect()
}
