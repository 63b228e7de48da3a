use super::{Check, Rule};
use crate::diag::closest;
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "unknown-flow-metric",
        summary: "a flow metric that the policy does not know",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "`flow_metric` names one of the flow metrics that the company measures, so that each means the same everywhere.",
        guide: Some(Guide {
            source: "the Flow Framework's five: velocity, time, efficiency, load, distribution",
            bad: r#"
[objective.deploys]
title = "Let finished work reach users within the day"
[objective.deploys.kr.lead-time]
title = "Shorten the way from merge to production from 72 h to 12 h"
kind = "flow"
flow_metric = "speed"
unit = "h"
from = 72
to = 12
"#,
            good: r#"
[objective.deploys]
title = "Let finished work reach users within the day"
[objective.deploys.kr.lead-time]
title = "Shorten the way from merge to production from 72 h to 12 h"
kind = "flow"
flow_metric = "time"
unit = "h"
from = 72
to = 12
"#,
            settings: "`[policy] flow_metrics = [\"velocity\", \"time\", \"efficiency\", \"load\", \"distribution\"]`.",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let known = &scope.policy.flow_metrics;
    let Some(metric) = &key_result.flow_metric else {
        return Vec::new();
    };
    if known.value.contains(&metric.value) {
        return Vec::new();
    }
    let finding = Finding::at(
        &key_result.item,
        metric.span,
        format!("`{}` is none of the flow metrics", metric.value),
    )
    .field("flow_metric")
    .with(known.span, "they are listed here");
    vec![
        match closest(&metric.value, known.value.iter().map(String::as_str)) {
            Some(near) => finding
                .label(format!("did you mean `{near}`?"))
                .help(format!("write \"{near}\"")),
            None => finding.help(format!("write one of {}", list(&known.value))),
        },
    ]
}
