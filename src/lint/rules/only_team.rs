use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::Kind;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "only-team",
        summary: "an objective that is measured by the team's own telemetry alone",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "Test coverage, pages per shift and manual steps help a team to steer itself. When nothing else shows that an \
              objective was reached, a proxy has taken the place of value.",
        guide: Some(Guide {
            source: "Kersten's third pitfall: only team or proxy metrics as key results",
            bad: r#"
[objective.quality]
title = "Let customers stop finding what our tests should have found"
[objective.quality.kr.coverage]
title = "Raise test coverage from 45 % to 60 %"
kind = "team"
unit = "%"
from = 45
to = 60
"#,
            good: r#"
[objective.quality]
title = "Let customers stop finding what our tests should have found"
[objective.quality.kr.coverage]
title = "Raise test coverage from 45 % to 60 %"
kind = "team"
unit = "%"
from = 45
to = 60
[objective.quality.kr.escapes]
title = "Cut defects that customers report from 24 to 8 a month"
kind = "business"
unit = "defects"
from = 24
to = 8
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    scope
        .of_one_kind(Kind::Team)
        .into_iter()
        .map(|(objective, said)| {
            let finding = Finding::about(
                &objective.item,
                "every key result is the team's own telemetry: nothing shows that it is worth it",
            )
            .field("kind")
            .help("add what others notice: a key result of kind \"business\" or \"flow\"");
            said.into_iter()
                .fold(finding, |finding, span| finding.with(span, ""))
        })
        .collect()
}
