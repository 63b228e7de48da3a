use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "no-unit",
        summary: "a number without a unit",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "`96` hours, days or percent? The unit stands once, in `unit`, and goes for all values of the key result. For \
              things that are counted it is what is counted: `unit = \"customers\"`.",
        guide: Some(Guide {
            source: "GitLab's published OKRs, in which one key result moved \"from days to single-digit hours\"",
            bad: r#"
[objective.mttr]
title = "Have users back at work within minutes"
[objective.mttr.kr.restore]
title = "Shorten the time to restore from 94 to 45"
from = 94
to = 45
"#,
            good: r#"
[objective.mttr]
title = "Have users back at work within minutes"
[objective.mttr.kr.restore]
title = "Shorten the time to restore from 94 to 45 minutes"
unit = "min"
from = 94
to = 45
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
    let (name, number) = match &key_result.measure {
        Measure::Linear { to, .. } => ("to", to),
        Measure::AtLeast(limit) => ("at_least", limit),
        Measure::AtMost(limit) => ("at_most", limit),
        Measure::Milestones(_) => return Vec::new(),
    };
    if key_result.unit.is_some() {
        return Vec::new();
    }
    vec![
        Finding::at(
            &key_result.item,
            number.span,
            format!("nothing says in which unit `{name}` counts"),
        )
        .field("unit")
        .help("add unit = \"…\", like \"h\", \"%\" or what is counted"),
    ]
}
