use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use std::collections::BTreeMap;

use crate::lint::material::Material;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{alike, normalised};
use crate::model::{KeyResult, Quarter};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "overlapping-key-results",
        summary: "two key results that measure the same thing",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "One success that is counted twice makes a score that nobody believes. Within a team, two key results overlap when \
              they name the same `metric` or differ in their numbers only; across teams, when they have the same title. A key \
              result that is passed on to the team directly below is no overlap.",
        guide: Some(Guide {
            source: "GitLab's handbook: key results are mutually exclusive, nothing is counted twice",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
metric = "mean time between failures"
from = 96
to = 240
[objective.mtbf.kr.again]
title = "Be interrupted less often"
metric = "Mean time between failures"
from = 96
to = 200
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
metric = "mean time between failures"
from = 96
to = 240
"#,
            settings: "",
        }),
    },
    check: Check::Tree(check),
};

fn check(material: &Material<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut by_title: BTreeMap<(Quarter, String), &KeyResult> = BTreeMap::new();
    for okrs in material.tree.teams() {
        let scope = Scope::new(material.config, material.tree, material.today, okrs);
        let own: Vec<&KeyResult> = scope
            .key_results()
            .map(|(_, key_result)| key_result)
            .collect();
        for (at, second) in own.iter().enumerate() {
            let first = own[..at].iter().find(|first| overlap(first, second));
            if let Some(first) = first {
                findings.push(found(
                    first,
                    second,
                    "measures the same as another key result of the team",
                ));
                continue;
            }
            let title = (okrs.quarter, normalised(&second.item.title.value));
            match by_title.get(&title) {
                Some(first)
                    if !is_told_apart(first, second) && !is_line(material, first, second) =>
                {
                    let team = &first.item.key.team;
                    findings.push(found(
                        first,
                        second,
                        &format!("is the same as a key result of {team}"),
                    ));
                }
                Some(_) => {}
                None => {
                    by_title.insert(title, second);
                }
            }
        }
    }
    findings
}

fn found(first: &KeyResult, second: &KeyResult, what: &str) -> Finding {
    Finding::about(&second.item, format!("this {what}"))
        .field("title")
        .with(first.item.title.span, "the other one")
        .concerns(&first.item.key)
        .help("keep one of them; if both are meant, say in `metric` how they differ")
}

fn overlap(one: &KeyResult, other: &KeyResult) -> bool {
    let same_title = alike(&one.item.title.value, &other.item.title.value);
    same_metric(one, other) == Some(true) || (same_title && !is_told_apart(one, other))
}

/// Different metrics tell apart what titles do not.
fn is_told_apart(one: &KeyResult, other: &KeyResult) -> bool {
    same_metric(one, other) == Some(false)
}

/// Whether both name the same metric; unknown where one names none.
fn same_metric(one: &KeyResult, other: &KeyResult) -> Option<bool> {
    let (one, other) = (one.metric.as_ref()?, other.metric.as_ref()?);
    Some(normalised(&one.value) == normalised(&other.value))
}

/// Whether one team is above the other: what is passed on in one line is no overlap, and `copied-key-result` looks at how
/// far.
fn is_line(material: &Material<'_>, one: &KeyResult, other: &KeyResult) -> bool {
    let above = |low: &KeyResult, high: &KeyResult| {
        let lineage = material.config.teams.lineage(&low.item.key.team);
        lineage
            .iter()
            .skip(1)
            .any(|team| team.id == high.item.key.team)
    };
    above(one, other) || above(other, one)
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn teams_may_pass_on_but_not_share() {
        let key_result = "[objective.a.kr.b]\ntitle = \"Raise availability for all\"\nto = 1\n";
        let file = format!("[objective.a]\ntitle = \"T\"\n{key_result}");
        let text = format!("# okrs/2026-q4/delivery.toml\n{file}# okrs/2026-q4/sre.toml\n{file}");
        assert_eq!(
            finds("overlapping-key-results", &text),
            ["4: warning: this is the same as a key result of delivery"]
        );
        let line =
            format!("# okrs/2026-q4/infrastructure.toml\n{file}# okrs/2026-q4/sre.toml\n{file}");
        assert_eq!(finds("overlapping-key-results", &line), [""; 0]);
        let other = file.replace("to = 1", "to = 1\nmetric = \"m1\"");
        let more =
            "[objective.a.kr.c]\ntitle = \"Raise availability for all\"\nmetric = \"m2\"\nto = 1\n";
        assert_eq!(
            finds("overlapping-key-results", &format!("{other}{more}")),
            [""; 0]
        );
    }
}
