use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{change_of_unit, way};
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "mixed-units",
        summary: "a key result that changes its unit on the way",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "\"From days to hours\" names no numbers at all, and \"from 2 days to 6 hours\" makes two scales of one \
              measure. A key result has one unit from beginning to end; only then can a check-in be placed on the way.",
        guide: Some(Guide {
            source: "GitLab, FY20-Q4: \"lower MTTP from days to single-digit hours\" could not be scored",
            bad: r#"
[objective.deploys]
title = "Let finished work reach users within the day"
[objective.deploys.kr.mttp]
title = "Lower the time to production from days to single-digit hours"
unit = "h"
from = 72
to = 9
"#,
            good: r#"
[objective.deploys]
title = "Let finished work reach users within the day"
[objective.deploys.kr.mttp]
title = "Lower the time to production from 72 h to 9 h"
unit = "h"
from = 72
to = 9
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
    let title = &item.title.value;
    let figures = way(title).and_then(|(from, to)| Some((from.known_unit()?, to.known_unit()?)));
    let change = figures
        .filter(|(from, to)| from.clashes(*to))
        .or_else(|| change_of_unit(title));
    let Some((from, to)) = change else {
        return Vec::new();
    };
    vec![
        Finding::about(
            item,
            format!(
                "the title begins in {} and ends in {}",
                from.name(),
                to.name()
            ),
        )
        .field("title")
        .with(
            key_result.unit.as_ref().map(|unit| unit.span),
            "the unit of all values",
        )
        .help(format!(
            "name both ends in {}",
            key_result
                .unit
                .as_ref()
                .map_or(to.name(), |unit| unit.value.as_str())
        )),
    ]
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn figures_in_two_units_are_mixed_too() {
        let with = |title: &str| {
            finds(
                "mixed-units",
                &format!(
                    "[objective.a]\ntitle = \"Be faster\"\n[objective.a.kr.b]\ntitle = \"{title}\"\nfrom = 2\nto = 1\n"
                ),
            )
        };
        assert_eq!(
            with("Shorten reviews from 2 days to 6 hours"),
            ["4: error: the title begins in days and ends in hours"]
        );
        assert_eq!(with("Shorten reviews from 21 to 8 days"), [""; 0]);
        assert_eq!(with("Shorten reviews from 2 days to 1 day"), [""; 0]);
    }
}
