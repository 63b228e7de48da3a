use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{Verb, verb};
use crate::model::{ItemRef, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "business-as-usual",
        summary: "a key result that asks for what is done every quarter",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "\"Keep availability above 99.95 %\" matters, and it mattered last quarter, too: it is an indicator that is watched \
              all year. OKRs are what is different this quarter. A limit beside a key result that moves (more deployments, no \
              more failures) guards it and is fine; say so in the title, without \"keep\".",
        guide: Some(Guide {
            source: "GitLab's handbook: \"OKRs are what is different\"; what is done every quarter is a KPI",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "Maintain an availability of 99.95 %"
unit = "%"
at_least = 99.95
scoring = "periods-held"
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "Raise availability from 99.8 % to 99.95 %"
unit = "%"
from = 99.8
to = 99.95
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(_: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let is_limit = matches!(key_result.measure, Measure::AtLeast(_) | Measure::AtMost(_));
    match verb(&key_result.item.title.value) {
        Some((Verb::Keep, word)) if is_limit => vec![
            Finding::about(
                &key_result.item,
                format!("\"{word}\" asks for what is so already"),
            )
            .field("title")
            .help("say what shall be different this quarter; watch this one beside the OKRs"),
        ],
        _ => Vec::new(),
    }
}
