use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::Lifecycle;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "orphan-objective",
        summary: "an objective that supports nothing above it",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "A team that belongs to another says with `supports` which objective it works towards. The team at the top of the \
              tree is the anchor and needs nothing above it.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: each team's objectives support the department's; GitLab's handbook: linked",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
supports = ["infrastructure/mission-critical"]
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
"#,
            settings: "A team is below another by its `parent` in `okr.toml`.",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let Some(parent) = scope.team.and_then(|team| team.parent.as_ref()) else {
        return Vec::new();
    };
    let lineage = scope.config.teams.lineage(&scope.okrs.team);
    let above = lineage
        .iter()
        .skip(1)
        .filter_map(|team| scope.tree.team(scope.okrs.quarter, &team.id))
        .find_map(|okrs| {
            okrs.objectives
                .iter()
                .find(|objective| objective.item.lifecycle == Lifecycle::Active)
        });
    scope
        .objectives()
        .filter(|objective| objective.supports.is_empty())
        .map(|objective| {
            let finding = Finding::about(
                &objective.item,
                format!("{} belongs to {parent}, but this supports nothing of it", scope.name()),
            )
            .field("supports");
            match above {
                Some(above) => {
                    let key = &above.item.key;
                    finding
                        .with(above.item.title.span, "this, perhaps")
                        .help(format!("add supports = [\"{}/{}\"], or another objective above", key.team, key.objective))
                }
                None => finding
                    .note(format!("nothing above {} has an objective in {}", scope.name(), scope.okrs.quarter))
                    .help(format!("write okrs/{}/{parent}.toml first, then say which of its objectives this supports", scope.okrs.quarter)),
            }
        })
        .collect()
}
