use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "undeclared-scoring",
        summary: "a key result that could be scored in more than one way",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "A limit can be scored by the last value, by the share of periods that kept it, or by the budget that is left; \
              milestones by equal parts or by weights. Which one is decided before the quarter, not after it, when \
              everybody knows which is kindest. Without `scoring` the last value decides: 100 or 0.",
        guide: Some(Guide {
            source: "GitLab's handbook: decide the scoring method ahead; its published availability of 2020 and 2021 has three \
                     defensible scores",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "At least 99.95 % availability"
unit = "%"
at_least = 99.95
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.availability]
title = "At least 99.95 % availability"
unit = "%"
at_least = 99.95
scoring = "periods-held"
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
    let item = &key_result.item;
    match &key_result.measure {
        Measure::AtLeast(limit) | Measure::AtMost(limit) if key_result.scoring.is_none() => vec![
            Finding::at(item, limit.span, "nothing says how this limit is scored")
                .field("scoring")
                .help("add scoring = \"periods-held\", the share of check-ins that kept it, or \"end-value\", all or nothing"),
        ],
        Measure::Milestones(steps) => {
            let with = steps.iter().find(|step| step.weight.is_some());
            let without = steps.iter().find(|step| step.weight.is_none());
            let (Some(with), Some(without)) = (with, without) else {
                return Vec::new();
            };
            vec![
                Finding::at(item, without.title.span, "this milestone has no weight, but others have")
                    .field("milestone")
                    .with(with.weight.map(|weight| weight.span), "a weight")
                    .help("give every milestone a weight, or none; without one a milestone weighs 1"),
            ]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn weights_are_for_all_or_for_none() {
        let with = |first: &str, second: &str| {
            let text = format!(
                "[objective.a]\ntitle = \"Be better\"\n[objective.a.kr.b]\ntitle = \"T\"\n\
                 milestone.one = {{ title = \"1\"{first} }}\nmilestone.two = {{ title = \"2\"{second} }}\n"
            );
            finds("undeclared-scoring", &text)
        };
        assert_eq!(
            with(", weight = 20", ""),
            ["6: warning: this milestone has no weight, but others have"]
        );
        assert_eq!(with("", ""), [""; 0]);
        assert_eq!(with(", weight = 20", ", weight = 80"), [""; 0]);
    }
}
