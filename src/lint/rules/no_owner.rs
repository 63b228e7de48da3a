use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "no-owner",
        summary: "nobody answers for an objective or key result",
        levels: Levels::planning(Level::ERROR, Level::ERROR),
        doc: "One person answers for each objective and key result: the one whom everybody asks how it goes. Without an \
              `owner` of its own, it is the team's `manager` in `okr.toml`; here there is neither.",
        guide: Some(Guide {
            source: "GitLab's handbook: one directly responsible individual for each; in its published OKRs each line \
                     begins with an owner",
            bad: r#"
# okr.toml
[teams.search]
tracker = "acme/search"
# okrs/2026-q4/search.toml
[objective.speed]
title = "Make search feel instant"
"#,
            good: r#"
# okr.toml
[teams.search]
tracker = "acme/search"
# okrs/2026-q4/search.toml
[objective.speed]
title = "Make search feel instant"
owner = "noor"
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    // Where the objective has none either, one finding says it for both.
    let is_said_above = match entry {
        ItemRef::KeyResult(objective, _) => objective.item.owner.is_none(),
        ItemRef::Objective(_) => false,
    };
    let has_manager = scope.team.is_some_and(|team| team.manager.is_some());
    if item.owner.is_some() || has_manager || is_said_above {
        return Vec::new();
    }
    let team = &scope.okrs.team;
    vec![
        Finding::about(item, format!("nobody answers for {}", item.key))
            .field("owner")
            .with(scope.team.map(|team| team.span), "the team has no manager")
            .help(format!(
                "add owner = \"username\", or a manager for the team in okr.toml: [teams.{team}] manager = \"username\""
            )),
    ]
}
