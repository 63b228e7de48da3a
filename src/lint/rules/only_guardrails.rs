use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::{Scope, key_results};
use crate::model::Measure;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "only-guardrails",
        summary: "an objective that only says what must not get worse",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "`at_least` and `at_most` guard against side effects. When nothing else is asked for, every key result can be \
              met by leaving everything as it is.",
        guide: Some(Guide {
            source: "Google's OKR playbook: could all key results score 1.0 and the objective still be missed?",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "At least 99.95 % availability"
unit = "%"
at_least = 99.95
scoring = "periods-held"
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "At least 99.95 % availability"
unit = "%"
at_least = 99.95
scoring = "periods-held"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    scope
        .objectives()
        .filter(|objective| {
            let mut own = key_results(objective).peekable();
            own.peek().is_some()
                && own.all(|key_result| {
                    matches!(key_result.measure, Measure::AtLeast(_) | Measure::AtMost(_))
                })
        })
        .map(|objective| {
            Finding::about(
                &objective.item,
                "all key results are limits: leaving everything as it is meets them",
            )
            .field("kr")
            .help("add a key result that moves from … to …")
        })
        .collect()
}
