use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use std::collections::BTreeMap;

use crate::lint::material::Material;
use crate::lint::scope::{Scope, counts};
use crate::model::{ItemRef, Key, OkrTree};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "too-deep",
        summary: "objectives that are handed down over too many levels",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "Every level that a goal is handed down takes away some of the freedom to choose how, and adds a week until \
              somebody notices that it was the wrong goal. The depth is counted along `supports`, the topmost objective being \
              the first level.",
        guide: Some(Guide {
            source: "Kersten: \"cascading far too low\"; GitLab's handbook: key results roll down one level at most",
            bad: r#"
# okr.toml
[policy]
levels = 1
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
supports = ["infrastructure/mission-critical"]
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
"#,
            good: r#"
# okr.toml
[policy]
levels = 2
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
supports = ["infrastructure/mission-critical"]
# okrs/2026-q4/infrastructure.toml
[objective.mission-critical]
title = "Be ready for what customers cannot do without"
"#,
            settings: "`[policy] levels = 3`.",
        }),
    },
    check: Check::Tree(check),
};

fn check(material: &Material<'_>) -> Vec<Finding> {
    let mut levels = BTreeMap::new();
    let mut findings = Vec::new();
    for okrs in material.tree.teams() {
        let scope = Scope::new(material.config, material.tree, material.today, okrs);
        let limit = scope.policy.levels;
        for objective in scope.objectives() {
            let deep = level(material.tree, &objective.item.key, &mut levels);
            // What is below one that is too deep is its consequence.
            if deep != limit.value.saturating_add(1) {
                continue;
            }
            let above = objective
                .supports
                .iter()
                .max_by_key(|above| level(material.tree, &above.value, &mut levels));
            let Some(above) = above else { continue };
            findings.push(
                Finding::at(
                    &objective.item,
                    above.span,
                    format!("this is the {} level of objectives; {} are asked for at most", ordinal(deep), limit.value),
                )
                .field("supports")
                .with(limit.span, "asked for here")
                .help("support an objective further up, or leave the way there to the team and drop this one"),
            );
        }
    }
    findings
}

/// How many objectives stand one above the other from the topmost down to this one.
fn level(tree: &OkrTree, key: &Key, known: &mut BTreeMap<Key, u32>) -> u32 {
    if let Some(level) = known.get(key) {
        return *level;
    }
    // Where objectives support each other in a circle, which load says, the walk ends.
    known.insert(key.clone(), 0);
    let above = match tree.get(key) {
        Some(ItemRef::Objective(objective)) if counts(&objective.item) => objective
            .supports
            .iter()
            .map(|above| level(tree, &above.value, known))
            .max()
            .unwrap_or_default(),
        _ => 0,
    };
    known.insert(key.clone(), above + 1);
    above + 1
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (1, hundred) if hundred != 11 => "st",
        (2, hundred) if hundred != 12 => "nd",
        (3, hundred) if hundred != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::lint::testing::finds;

    #[test]
    fn only_the_first_that_is_too_deep_is_named() {
        let mut text = "[objective.o1]\ntitle = \"T\"\n".to_owned();
        for at in 2..7 {
            write!(
                text,
                "[objective.o{at}]\ntitle = \"T\"\nsupports = [\"sre/o{}\"]\n",
                at - 1
            )
            .unwrap();
        }
        assert_eq!(
            finds("too-deep", &text),
            ["11: warning: this is the 4th level of objectives; 3 are asked for at most"]
        );
        let circle = "[objective.a]\ntitle = \"T\"\nsupports = [\"sre/b\"]\n[objective.b]\ntitle = \"T\"\nsupports = [\"sre/a\"]\n";
        assert_eq!(finds("too-deep", circle), [""; 0]);
    }
}
