use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "too-many-key-results",
        summary: "a team with more key results than it can look at every week",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Each key result wants a check-in every week and somebody who moves it. Over all objectives of a team, a handful \
              gets that; the rest is looked at when the quarter ends.",
        guide: Some(Guide {
            source: "GitLab's Create stage: no more than nine key results a quarter in total",
            bad: r#"
# okr.toml
[policy]
all_key_results = 1
# okrs/2026-q4/sre.toml
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
"#,
            good: r#"
# okr.toml
[policy]
all_key_results = 1
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
"#,
            settings: "`[policy] all_key_results = 9`, for one team `[teams.sre] policy = { … }`.",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let limit = scope.policy.all_key_results;
    let Some((_, key_result)) = scope.key_results().nth(limit.value as usize) else {
        return Vec::new();
    };
    let found = scope.key_results().count();
    let mut finding = Finding::about(
        &key_result.item,
        format!("{} has {found} key results in all; at most {} are asked for", scope.name(), limit.value),
    )
    .field("count")
    .with(limit.span, "asked for here")
    .help("keep those that would change what the team does on a Monday; drop the others, or let them wait");
    for objective in scope.objectives() {
        finding = finding.concerns(&objective.item.key);
    }
    vec![finding]
}
