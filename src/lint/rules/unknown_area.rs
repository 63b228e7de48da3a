use super::{Check, Rule};
use crate::diag::closest;
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "unknown-area",
        summary: "an area that the policy does not know",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "`area` says which part of the department's work a key result belongs to, one of the `areas` in `okr.toml`. \
              Where none are listed there, any is taken.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: key results are aligned with availability, product and infrastructure",
            bad: r#"
# okr.toml
[policy]
areas = ["availability", "product", "infrastructure"]
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
area = "avail"
unit = "h"
from = 96
to = 240
"#,
            good: r#"
# okr.toml
[policy]
areas = ["availability", "product", "infrastructure"]
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
area = "availability"
unit = "h"
from = 96
to = 240
"#,
            settings: "`[policy] areas = [\"availability\", \"product\", \"infrastructure\"]`.",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let known = &scope.policy.areas;
    let Some(area) = &key_result.area else {
        return Vec::new();
    };
    if known.value.is_empty() || known.value.contains(&area.value) {
        return Vec::new();
    }
    let finding = Finding::at(
        &key_result.item,
        area.span,
        format!("there is no area `{}`", area.value),
    )
    .field("area")
    .with(known.span, "the areas are listed here");
    vec![
        match closest(&area.value, known.value.iter().map(String::as_str)) {
            Some(near) => finding
                .label(format!("did you mean `{near}`?"))
                .help(format!("write \"{near}\"")),
            None => finding.help(format!("write one of {}", list(&known.value))),
        },
    ]
}
