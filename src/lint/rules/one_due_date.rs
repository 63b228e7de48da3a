use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::{Scope, key_results};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "one-due-date",
        summary: "everything is due on the last day of the quarter",
        levels: Levels::planning(Level::INFO, Level::INFO),
        doc: "Three or more key results that are all due on the last day show nothing before it. Some can be reached earlier, \
              and some have to be, since others build on them.",
        guide: Some(Guide {
            source: "GitLab's handbook: not everything is due on the last day",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
[objective.mtbf.kr.pages]
title = "Cut pages per shift from 14 to 5"
from = 14
to = 5
[objective.mtbf.kr.readiness]
title = "Shorten production readiness reviews from 21 to 8 days"
due = 2026-12-31
from = 21
to = 8
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
[objective.mtbf.kr.pages]
title = "Cut pages per shift from 14 to 5"
from = 14
to = 5
[objective.mtbf.kr.readiness]
title = "Shorten production readiness reviews from 21 to 8 days"
due = 2026-12-11
from = 21
to = 8
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let Some(period) = scope.period else {
        return Vec::new();
    };
    let late = |due: Option<crate::model::Date>| due.is_none_or(|due| due == period.end());
    scope
        .objectives()
        .filter(|objective| {
            let own = || key_results(objective);
            own().count() > 2
                && own().all(|key_result| late(key_result.item.due.map(|due| due.value)))
        })
        .map(|objective| {
            Finding::about(
                &objective.item,
                format!("all key results are due on {}, the last day", period.end()),
            )
            .field("due")
            .help("give those that can be reached earlier their own day: due = …")
        })
        .collect()
}
