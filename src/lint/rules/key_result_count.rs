use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::{Scope, key_results};
use crate::lint::vocabulary::count;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "key-result-count",
        summary: "an objective with too few or too many key results",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Few key results keep the focus; without any, nobody can say whether the objective was reached. An objective \
              may do without where the policy allows it: it then rolls up from what supports it. Dropped key results do \
              not count. None where one is asked for, and more than five, are errors.",
        guide: Some(Guide {
            source: "GitLab's handbook: objectives are measured by up to three key results, \"3x3\"; Infrastructure's \
                     blueprint: each team has one objective and three key results. Of GitLab's published objectives 3 % to 7 % \
                     have more than three",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
"#,
            settings: "`[policy] key_results = { min = 1, max = 3 }`, for one team `[teams.sre] policy = { … }`.",
        }),
    },
    check: Check::File(check),
};

/// More than this is an error: no list of published OKRs that worked had more.
const FAR_TOO_MANY: usize = 5;

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let bounds = scope.policy.key_results;
    let mut findings = Vec::new();
    for objective in scope.objectives() {
        let found = key_results(objective).count();
        if bounds.contains(found) {
            continue;
        }
        let few = found < bounds.min as usize;
        let wanted = if bounds.min == bounds.max {
            format!("{} are asked for", bounds.min)
        } else if few {
            format!("at least {} are asked for", bounds.min)
        } else {
            format!("at most {} are asked for", bounds.max)
        };
        let finding = Finding::about(
            &objective.item,
            format!("the objective has {}; {wanted}", count(found, "key result")),
        )
        .field("kr")
        .with(bounds.span, "asked for here")
        .grave(found == 0 || found > FAR_TOO_MANY);
        let id = &objective.item.key.objective;
        findings.push(if few {
            finding.help(format!(
                "add what shows that it is reached: [objective.{id}.kr.<id>]"
            ))
        } else {
            finding.help("keep those that matter most; the others can go into the next quarter, or be dropped")
        });
    }
    findings
}
