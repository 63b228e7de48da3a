use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use std::collections::BTreeMap;

use crate::lint::material::Material;
use crate::lint::scope::Scope;
use crate::model::{Objective, Quarter, TeamOkrs, Username};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "objectives-per-owner",
        summary: "one person answers for too many objectives",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Whoever answers for everything answers for nothing. Objectives without an `owner` of their own count for their \
              team's manager.",
        guide: Some(Guide {
            source: "GitLab's handbook: no more than three objectives per person; of its published OKRs one owner had fifteen",
            bad: r#"
# okr.toml
[policy]
objectives_per_owner = 1
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
# okrs/2026-q4/delivery.toml
[objective.deploys]
title = "Let finished work reach users within the day"
owner = "mia"
"#,
            good: r#"
# okr.toml
[policy]
objectives_per_owner = 1
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
# okrs/2026-q4/delivery.toml
[objective.deploys]
title = "Let finished work reach users within the day"
"#,
            settings: "`[policy] objectives_per_owner = 3`.",
        }),
    },
    check: Check::Tree(check),
};

fn check(material: &Material<'_>, files: &[&TeamOkrs]) -> Vec<Finding> {
    let limit = material.config.policy.objectives_per_owner;
    let mut by_owner: BTreeMap<(Quarter, &Username), Vec<&Objective>> = BTreeMap::new();
    for okrs in files {
        let scope = Scope::new(material.config, material.tree, material.today, okrs);
        for objective in scope.objectives() {
            let own = objective.item.owner.as_ref().map(|owner| &owner.value);
            let owner = own.or_else(|| scope.team.and_then(|team| team.manager.as_ref()));
            if let Some(owner) = owner {
                by_owner
                    .entry((okrs.quarter, owner))
                    .or_default()
                    .push(objective);
            }
        }
    }
    let mut findings = Vec::new();
    for ((quarter, owner), objectives) in by_owner {
        let Some(objective) = objectives.get(limit.value as usize) else {
            continue;
        };
        let mut finding = Finding::about(
            &objective.item,
            format!(
                "{} answers for {} objectives in {quarter}; at most {} are asked for",
                owner.as_str(),
                objectives.len(),
                limit.value
            ),
        )
        .field("owner")
        .with(limit.span, "asked for here");
        for other in objectives
            .iter()
            .filter(|other| other.item.key != objective.item.key)
            .take(4)
        {
            finding = finding
                .with(other.item.title.span, "this one, too")
                .concerns(&other.item.key);
        }
        findings.push(finding.help("give some of them to others: owner = \"username\""));
    }
    findings
}
