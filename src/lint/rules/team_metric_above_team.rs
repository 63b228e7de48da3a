use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Kind};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "team-metric-above-team",
        summary: "a team's telemetry as the key result of a department",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Telemetry lets a team decide by itself and quickly. Taken to the level of a department it becomes a way of \
              steering teams from above, and teams begin to tend the number.",
        guide: Some(Guide {
            source: "Kersten: a team's decision-making \"does not need to percolate up to organization levels\"",
            bad: r#"
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
[objective.mission-critical.kr.pages]
title = "Cut pages per shift from 14 to 5"
kind = "team"
unit = "pages"
from = 14
to = 5
"#,
            good: r#"
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
[objective.mission-critical.kr.availability]
title = "Raise availability from 99.8 % to 99.95 %"
kind = "business"
unit = "%"
from = 99.8
to = 99.95
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let Some(kind) = key_result.kind.filter(|kind| kind.value == Kind::Team) else {
        return Vec::new();
    };
    if !scope.has_teams_below() {
        return Vec::new();
    }
    vec![
        Finding::at(
            &key_result.item,
            kind.span,
            format!(
                "{} has teams below it, and this is one team's telemetry",
                scope.name()
            ),
        )
        .field("kind")
        .help("leave it to the team, and measure here what it is good for"),
    ]
}
