use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::{Scope, key_results};
use crate::model::Measure;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "only-milestones",
        summary: "an objective that is measured by checklists alone",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Steps that are done or not tell how busy the team was. When every key result is a list of steps, all of them \
              can be done and the objective still missed. One key result with a number keeps the others honest.",
        guide: Some(Guide {
            source: "GitLab's handbook prefers a number that moves, then a new number, then a project; its `glokr` scored \
                     objectives by closed tickets, which measures output",
            bad: r#"
[objective.platform]
title = "Give every team a platform that they like to build on"
[objective.platform.kr.golden-path]
title = "A golden path for services"
milestone.drafted = { title = "Drafted" }
milestone.live = { title = "Live" }
"#,
            good: r#"
[objective.platform]
title = "Give every team a platform that they like to build on"
[objective.platform.kr.golden-path]
title = "A golden path for services"
milestone.drafted = { title = "Drafted" }
milestone.live = { title = "Live" }
[objective.platform.kr.first-deploy]
title = "Shorten a new service's first deployment from 9 days to 1 day"
unit = "days"
from = 9
to = 1
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
                && own.all(|key_result| matches!(key_result.measure, Measure::Milestones(_)))
        })
        .map(|objective| {
            Finding::about(
                &objective.item,
                "all key results are milestones: they show work, not effect",
            )
            .field("kr")
            .help(
                "give one key result a number that moves when the milestones have had their effect",
            )
        })
        .collect()
}
