use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::Kind;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "only-business",
        summary: "an objective that is measured by business results alone",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Revenue, cost and availability as customers meet it tell in the end whether it was worth it, too late to steer \
              by, and far from what a team does on a Monday. Beside them belongs a measure of how value flows. With two or \
              more key results, all of kind `business`, this is an error.",
        guide: Some(Guide {
            source: "Kersten's second pitfall: business and financial metrics as the only key results",
            bad: r#"
[objective.growth]
title = "Become the shop that people think of first"
[objective.growth.kr.revenue]
title = "Grow monthly revenue from 1.0 to 1.3 million euros"
kind = "business"
unit = "million euros"
from = 1.0
to = 1.3
[objective.growth.kr.churn]
title = "Cut churn from 4 % to 3 % a month"
kind = "business"
unit = "%"
from = 4
to = 3
"#,
            good: r#"
[objective.growth]
title = "Become the shop that people think of first"
[objective.growth.kr.revenue]
title = "Grow monthly revenue from 1.0 to 1.3 million euros"
kind = "business"
unit = "million euros"
from = 1.0
to = 1.3
[objective.growth.kr.ideas]
title = "Shorten the way of an idea to its first customer from 60 to 20 days"
kind = "flow"
flow_metric = "time"
unit = "days"
from = 60
to = 20
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    scope
        .of_one_kind(Kind::Business)
        .into_iter()
        .map(|(objective, said)| {
            let finding = Finding::about(&objective.item, "every key result is a business result: all of them come late").grave(said.len() > 1)
                .field("kind")
                .help("add what moves first, like the time that work takes or the work in progress: kind = \"flow\"");
            said.into_iter().fold(finding, |finding, span| finding.with(span, ""))
        })
        .collect()
}
