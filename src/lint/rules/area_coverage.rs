use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "area-coverage",
        summary: "key results that leave out an area of the team's work",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "Where the policy lists areas, a team's key results cover them all: what is in none of them gets no time. A team \
              for which an area is none of its business has its own list.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: three key results, aligned with three areas",
            bad: r#"
# okr.toml
[policy]
areas = ["availability", "product"]
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
            good: r#"
# okr.toml
[policy]
areas = ["availability", "product"]
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
area = "availability"
unit = "h"
from = 96
to = 240
[objective.mtbf.kr.readiness]
title = "Shorten production readiness reviews from 21 to 8 days"
area = "product"
unit = "days"
from = 21
to = 8
"#,
            settings: "`[policy] areas`, for one team `[teams.sre] policy = { areas = [\"availability\"] }`.",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let areas = &scope.policy.areas;
    // What is misspelt, as `unknown-area` says, covers the area that is meant.
    let misspelt = scope.key_results().any(|(_, own)| {
        own.area
            .as_ref()
            .is_some_and(|area| !areas.value.contains(&area.value))
    });
    if misspelt {
        return Vec::new();
    }
    let named = |area: &String| {
        scope
            .key_results()
            .any(|(_, own)| own.area.as_ref().is_some_and(|named| named.value == *area))
    };
    let missing: Vec<&String> = areas.value.iter().filter(|area| !named(area)).collect();
    let (Some(first), false, true) = (
        scope.objectives().next(),
        missing.is_empty(),
        scope.key_results().next().is_some(),
    ) else {
        return Vec::new();
    };
    let mut finding = Finding::about(
        &first.item,
        format!(
            "no key result of {} is about {}",
            scope.name(),
            list(&missing)
        ),
    )
    .field("area")
    .with(areas.span, "the areas are listed here");
    let silent = scope
        .key_results()
        .filter(|(_, own)| own.area.is_none())
        .count();
    finding = if silent > 0 {
        finding.help("say of each key result which area it is about: area = \"…\"")
    } else {
        finding.help("add a key result for it, or give the team a policy with its own areas")
    };
    for objective in scope.objectives() {
        finding = finding.concerns(&objective.item.key);
    }
    vec![finding]
}
