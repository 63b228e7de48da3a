use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "no-baseline",
        summary: "a target without the value that it starts from",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "Progress is the part of the way from `from` to `to`. Without `from` nothing can be scored, and nobody can \
              tell an ambitious target from one that is reached already. While the quarter is a draft this is a warning; \
              once it runs, the baseline must be known. Where nobody has measured it yet, measuring it is a milestone.",
        guide: Some(Guide {
            source: "GitLab's handbook: a key result moves a number \"from x to y\"; of 552 key results that GitLab published, \
                     4.2 % do",
            bad: r#"
[objective.support]
title = "Answer customers before they have to ask again"
[objective.support.kr.first-reply]
title = "Raise first replies within the promised time to 95 %"
unit = "%"
to = 95
"#,
            good: r#"
[objective.support]
title = "Answer customers before they have to ask again"
[objective.support.kr.first-reply]
title = "Raise first replies within the promised time from 89 % to 95 %"
unit = "%"
from = 89
to = 95
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
    let Measure::Linear { from: None, to } = &key_result.measure else {
        return Vec::new();
    };
    vec![
        Finding::at(&key_result.item, to.span, "there is a target, but nothing says where it starts")
            .field("from")
            .label("the target")
            .help("add from = …, the value when the quarter begins")
            .help("if nobody knows it yet, make measuring it the key result: milestone.baseline = { title = \"…\" }"),
    ]
}
