use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use std::collections::BTreeMap;

use crate::lint::material::Material;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::normalised;
use crate::model::{Id, KeyResult, Quarter, TeamOkrs};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "copied-key-result",
        summary: "a key result that is copied down over more than one level",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "A key result may be passed on to the team directly below that moves it. Copied further down, everybody answers \
              for it and nobody has found out what their own part is.",
        guide: Some(Guide {
            source: "GitLab's handbook: pass-through key results in one reporting line, and none so specific that it must be \
                     rolled down more than one level",
            bad: r#"
# okr.toml
[teams.databases]
parent = "sre"
manager = "kit"
tracker = "acme/databases"
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
[objective.mission-critical.kr.availability]
title = "Raise availability from 99.8 % to 99.95 %"
from = 99.8
to = 99.95
# okrs/2026-q4/databases.toml
[objective.postgres]
title = "Let nobody notice that a database failed over"
[objective.postgres.kr.availability]
title = "Raise availability from 99.8 % to 99.95 %"
from = 99.8
to = 99.95
"#,
            good: r#"
# okr.toml
[teams.databases]
parent = "sre"
manager = "kit"
tracker = "acme/databases"
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
[objective.mission-critical.kr.availability]
title = "Raise availability from 99.8 % to 99.95 %"
from = 99.8
to = 99.95
# okrs/2026-q4/databases.toml
[objective.postgres]
title = "Let nobody notice that a database failed over"
[objective.postgres.kr.failover]
title = "Shorten failovers from 540 s to 30 s"
from = 540
to = 30
"#,
            settings: "",
        }),
    },
    check: Check::Tree(check),
};

fn check(material: &Material<'_>, files: &[&TeamOkrs]) -> Vec<Finding> {
    let mut by_title: BTreeMap<(Quarter, String), Vec<&KeyResult>> = BTreeMap::new();
    for okrs in files {
        let scope = Scope::new(material.config, material.tree, material.today, okrs);
        for (_, key_result) in scope.key_results() {
            let title = normalised(&key_result.item.title.value);
            by_title
                .entry((okrs.quarter, title))
                .or_default()
                .push(key_result);
        }
    }
    let mut findings = Vec::new();
    for same in by_title.into_values().filter(|same| same.len() > 1) {
        let mut by_team: BTreeMap<&Id, usize> = BTreeMap::new();
        for (at, high) in same.iter().enumerate() {
            by_team.entry(&high.item.key.team).or_insert(at);
        }
        for low in &same {
            let lineage = material.config.teams.lineage(&low.item.key.team);
            let far_above = lineage.iter().skip(2);
            let above = far_above
                .filter_map(|team| by_team.get(&team.id))
                .min()
                .map(|&at| same[at]);
            if let Some(high) = above {
                findings.push(
                    Finding::about(
                        &low.item,
                        format!(
                            "this is copied from {}, more than one level up",
                            high.item.key
                        ),
                    )
                    .field("title")
                    .with(high.item.title.span, "the same, far above")
                    .help("say what this team's own part of it is"),
                );
            }
        }
    }
    findings
}
