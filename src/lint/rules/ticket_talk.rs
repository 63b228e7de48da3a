use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::ticket;
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "ticket-talk",
        summary: "a title that names a ticket, an epic or a place on a roadmap",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "OKRs that name tickets, features or roadmaps reprioritise other people's work from above. Say what shall be \
              better; which work gets there is the team's to choose, and stands in `work`, where it can change during the \
              quarter without the goal changing.",
        guide: Some(Guide {
            source: "Kersten's first pitfall: OKRs that track features and muck with roadmaps; 6.9 % of 552 key results that \
                     GitLab published carry a link to an issue or epic",
            bad: r#"
[objective.speed]
title = "Make search feel instant"
[objective.speed.kr.latency]
title = "Finish acme/search#123 to get p95 below 300 ms"
unit = "ms"
from = 800
to = 300
"#,
            good: r#"
[objective.speed]
title = "Make search feel instant"
[objective.speed.kr.latency]
title = "Get the p95 of search from 800 ms to 300 ms"
unit = "ms"
from = 800
to = 300
work = ['acme/search#123']
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(_: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    let Some(word) = ticket(&item.title.value) else {
        return Vec::new();
    };
    vec![
        Finding::about(
            item,
            format!("\"{word}\" is planned work, not what it is for"),
        )
        .field("title")
        .help("say what shall be better, and name the work in `work = [\"group/project#123\"]`"),
    ]
}
