use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use std::collections::HashMap;

use crate::lint::material::Material;
use crate::lint::scope::{Scope, counts};
use crate::model::{ItemRef, Key, OkrTree, TeamOkrs};
use crate::text::Spanned;

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

fn check(material: &Material<'_>, files: &[&TeamOkrs]) -> Vec<Finding> {
    let mut levels = HashMap::new();
    let mut findings = Vec::new();
    for okrs in files {
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
///
/// The way up is walked with a stack of its own: it may be longer than the call stack. Where objectives support each other
/// in a circle, which load says, the walk ends.
fn level<'t>(tree: &'t OkrTree, key: &'t Key, known: &mut HashMap<&'t Key, u32>) -> u32 {
    if let Some(level) = known.get(key) {
        return *level;
    }
    known.insert(key, 0);
    let mut level = 0;
    let mut walk = vec![Step::to(tree, key)];
    while let Some(step) = walk.last_mut() {
        if let Some(above) = step.supports.next() {
            if let Some(level) = known.get(&above.value) {
                step.above = step.above.max(*level);
            } else {
                known.insert(&above.value, 0);
                walk.push(Step::to(tree, &above.value));
            }
            continue;
        }
        level = step.above + 1;
        known.insert(step.key, level);
        walk.pop();
        if let Some(below) = walk.last_mut() {
            below.above = below.above.max(level);
        }
    }
    level
}

/// An objective on the way up.
struct Step<'t> {
    key: &'t Key,
    /// What it supports and has not been looked at.
    supports: std::slice::Iter<'t, Spanned<Key>>,
    /// The highest level found so far of what it supports.
    above: u32,
}

impl<'t> Step<'t> {
    fn to(tree: &'t OkrTree, key: &'t Key) -> Self {
        let supports: &[_] = match tree.get(key) {
            Some(ItemRef::Objective(objective)) if counts(&objective.item) => &objective.supports,
            _ => &[],
        };
        Self {
            key,
            supports: supports.iter(),
            above: 0,
        }
    }
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

    #[test]
    fn the_way_up_may_be_longer_than_the_call_stack() {
        let mut text = "[objective.o0]\ntitle = \"T\"\n".to_owned();
        for at in 1..8_000 {
            // From the bottom up: the first question goes all the way.
            let (low, high) = (8_000 - at, 7_999 - at);
            write!(
                text,
                "[objective.o{low}]\ntitle = \"T\"\nsupports = [\"sre/o{high}\"]\n"
            )
            .unwrap();
        }
        assert_eq!(
            finds("too-deep", &text),
            ["23993: warning: this is the 4th level of objectives; 3 are asked for at most"]
        );
    }
}
