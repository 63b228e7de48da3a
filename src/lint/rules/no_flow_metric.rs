use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::Kind;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "no-flow-metric",
        summary: "a team whose key results say nothing of how value flows",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "Flow metrics move before business results do, and they show where work waits. A team's set has at least one: \
              flow velocity, time, efficiency, load or distribution. A single objective of one person, or of a team that \
              rolls up from others, has no key results and needs none.",
        guide: Some(Guide {
            source: "Kersten: \"include flow metrics in your key results in order to connect business and technology\"",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
kind = "business"
unit = "h"
from = 96
to = 240
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
kind = "business"
unit = "h"
from = 96
to = 240
[objective.mtbf.kr.readiness]
title = "Shorten production readiness reviews from 21 to 8 days"
kind = "flow"
flow_metric = "time"
unit = "days"
from = 21
to = 8
"#,
            settings: "`[policy] flow_metrics` lists what `flow_metric` may name.",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let kinds: Vec<_> = scope
        .key_results()
        .map(|(_, own)| own.kind.map(|kind| kind.value))
        .collect();
    let Some(first) = scope.objectives().next() else {
        return Vec::new();
    };
    // Where a kind is not said, it may be flow: `no-kind` asks for it.
    let silent = kinds.is_empty()
        || kinds
            .iter()
            .any(|kind| matches!(kind, None | Some(Kind::Flow)));
    if silent {
        return Vec::new();
    }
    let mut finding = Finding::about(
        &first.item,
        format!("none of the key results of {} says how value flows", scope.name()),
    )
    .field("kind")
    .help("ask where work waits longest, and make that shorter: kind = \"flow\", flow_metric = \"time\"");
    for objective in scope.objectives() {
        finding = finding.concerns(&objective.item.key);
    }
    vec![finding]
}
