use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rayon::prelude::*;

use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::material::Material;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{normalised, wording};
use crate::model::{Key, KeyResult, Quarter, TeamOkrs};

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

fn check(material: &Material<'_>, files: &[&TeamOkrs]) -> Vec<Finding> {
    let texts: Vec<Vec<Texts<'_>>> = files
        .par_iter()
        .map(|okrs| {
            let scope = Scope::new(material.config, material.tree, material.today, okrs);
            let own = scope.key_results();
            own.map(|(_, key_result)| Texts::of(key_result)).collect()
        })
        .collect();
    let mut findings = Vec::new();
    let mut by_title: HashMap<(Quarter, &str), &Texts<'_>> = HashMap::new();
    for (okrs, own) in files.iter().zip(&texts) {
        let mut before = Before::default();
        for (at, second) in own.iter().enumerate() {
            let first = before.overlapped(second);
            before.add(at, second);
            if let Some(first) = first {
                findings.push(found(
                    &own[first],
                    second,
                    "measures the same as another key result of the team",
                ));
                continue;
            }
            match by_title.entry((okrs.quarter, &second.title)) {
                Entry::Occupied(first) => {
                    let first = *first.get();
                    if !is_told_apart(first, second) && !is_line(material, first, second) {
                        let team = &first.key().team;
                        findings.push(found(
                            first,
                            second,
                            &format!("is the same as a key result of {team}"),
                        ));
                    }
                }
                Entry::Vacant(place) => {
                    place.insert(second);
                }
            }
        }
    }
    findings
}

/// What is compared of a key result.
struct Texts<'a> {
    key_result: &'a KeyResult,
    title: String,
    /// What the title says apart from its numbers; absent where that is too little to tell.
    wording: Option<String>,
    metric: Option<String>,
}

impl<'a> Texts<'a> {
    fn of(key_result: &'a KeyResult) -> Self {
        let title = normalised(&key_result.item.title.value);
        let metric = key_result.metric.as_ref();
        Self {
            key_result,
            wording: wording(&title),
            title,
            metric: metric.map(|metric| normalised(&metric.value)),
        }
    }

    fn key(&self) -> &'a Key {
        &self.key_result.item.key
    }
}

/// The key results of a file so far, each text with the first that has it: a file may have thousands.
#[derive(Default)]
struct Before<'a> {
    by_metric: HashMap<&'a str, usize>,
    by_wording: HashMap<&'a str, usize>,
    /// Those without a metric, which nothing tells apart from others of their wording.
    unmeasured: HashMap<&'a str, usize>,
}

impl<'a> Before<'a> {
    fn add(&mut self, at: usize, texts: &'a Texts<'_>) {
        if let Some(wording) = &texts.wording {
            self.by_wording.entry(wording).or_insert(at);
            if texts.metric.is_none() {
                self.unmeasured.entry(wording).or_insert(at);
            }
        }
        if let Some(metric) = &texts.metric {
            self.by_metric.entry(metric).or_insert(at);
        }
    }

    /// The first that has the same metric, or says the same and is not told apart by its metric.
    fn overlapped(&self, texts: &Texts<'_>) -> Option<usize> {
        let alike = match &texts.metric {
            Some(_) => &self.unmeasured,
            None => &self.by_wording,
        };
        let by_metric = texts
            .metric
            .as_deref()
            .and_then(|metric| self.by_metric.get(metric));
        let by_wording = texts
            .wording
            .as_deref()
            .and_then(|wording| alike.get(wording));
        by_metric.into_iter().chain(by_wording).min().copied()
    }
}

fn found(first: &Texts<'_>, second: &Texts<'_>, what: &str) -> Finding {
    Finding::about(&second.key_result.item, format!("this {what}"))
        .field("title")
        .with(first.key_result.item.title.span, "the other one")
        .concerns(first.key())
        .help("keep one of them; if both are meant, say in `metric` how they differ")
}

/// Different metrics tell apart what titles do not.
fn is_told_apart(one: &Texts<'_>, other: &Texts<'_>) -> bool {
    matches!((&one.metric, &other.metric), (Some(one), Some(other)) if one != other)
}

/// Whether one team is above the other: what is passed on in one line is no overlap, and `copied-key-result` looks at how
/// far.
fn is_line(material: &Material<'_>, one: &Texts<'_>, other: &Texts<'_>) -> bool {
    let above = |low: &Texts<'_>, high: &Texts<'_>| {
        let lineage = material.config.teams.lineage(&low.key().team);
        lineage
            .iter()
            .skip(1)
            .any(|team| team.id == high.key().team)
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
