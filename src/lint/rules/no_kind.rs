use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "no-kind",
        summary: "a key result whose kind of measure nobody has said",
        levels: Levels::planning(Level::INFO, Level::INFO),
        doc: "`kind` says whether a measure is what the business notices in the end (`business`), how value flows (`flow`), \
              or a team's own telemetry (`team`). Rules about their balance look at declared kinds only: they keep silent \
              rather than guess.",
        guide: Some(Guide {
            source: "Kersten's three kinds of metrics: business, flow and team",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
kind = "business"
unit = "h"
from = 96
to = 240
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
    if key_result.kind.is_some() {
        return Vec::new();
    }
    vec![
        Finding::about(
            &key_result.item,
            "nothing says what kind of measure this is",
        )
        .field("kind")
        .help("add kind = \"business\", \"flow\" or \"team\""),
    ]
}
