use std::collections::BTreeSet;

use rayon::prelude::*;

use super::allowances::Allowances;
use super::finding::Finding;
use super::material::{Material, Spoiled};
use super::rules::{ALL, Check, Rule};
use super::scope::{Scope, items};
use super::{History, Past};
use crate::config::Config;
use crate::diag::{Diagnostics, Level, Severity};
use crate::model::{OkrTree, Quarter, TeamOkrs};

/// What the rules found, and which could not run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, in no particular order.
    pub findings: Diagnostics,
    /// Rules that could not run everywhere.
    pub skipped: Vec<Skipped>,
}

/// A rule that could not run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The rule's id.
    pub rule: &'static str,
    /// Why, and what to do about it.
    pub reason: String,
}

/// Judges the OKRs by every rule that is not off.
pub fn lint(material: &Material<'_>) -> Outcome {
    let spoiled = Spoiled::by(material);
    let files: Vec<&TeamOkrs> = material.tree.teams().collect();
    let mut found: Vec<(&'static Rule, Finding)> = files
        .par_iter()
        .flat_map_iter(|okrs| judge_file(material, &spoiled, okrs))
        .collect();
    for &rule in ALL {
        if let Check::Tree(check) = rule.check
            && is_wanted(material, rule)
        {
            found.extend(check(material).into_iter().map(|finding| (rule, finding)));
        }
    }
    let mut outcome = Outcome {
        findings: Diagnostics::new(),
        skipped: skipped(material),
    };
    let mut allowances = Allowances::of(material);
    for (rule, finding) in found {
        if !finding.concerns.iter().any(|key| spoiled.item(key)) {
            decide(
                material,
                rule,
                finding,
                &mut allowances,
                &mut outcome.findings,
            );
        }
    }
    allowances.complain(material, &spoiled, &outcome.skipped, &mut outcome.findings);
    outcome
}

fn judge_file(
    material: &Material<'_>,
    spoiled: &Spoiled,
    okrs: &TeamOkrs,
) -> Vec<(&'static Rule, Finding)> {
    let scope = Scope::new(material.config, material.tree, material.today, okrs);
    let is_whole = !spoiled.file(okrs.file);
    let mut found = Vec::new();
    for &rule in ALL {
        if material.config.level(&rule.meta, scope.team, scope.state) == Level::Off {
            continue;
        }
        match (rule.check, material.past) {
            (Check::Item(check), _) => {
                let findings = items(&scope).flat_map(|item| check(&scope, item));
                found.extend(findings.map(|finding| (rule, finding)));
            }
            (Check::File(check), _) if is_whole => {
                found.extend(check(&scope).into_iter().map(|finding| (rule, finding)));
            }
            (Check::History(check), Past::Known(history)) if knows(history, &scope) => {
                let findings = check(&scope, history).into_iter();
                found.extend(findings.map(|finding| (rule, finding)));
            }
            (Check::File(_) | Check::Tree(_) | Check::History(_) | Check::Bookkeeping, _) => {}
        }
    }
    found
}

/// Whether the history reaches back to the beginning of the quarter.
fn knows(history: &History, scope: &Scope<'_>) -> bool {
    match (history.complete_since(), scope.period) {
        (Some(since), Some(period)) => since <= period.start(),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// The quarters that are judged by earlier versions of their files: those in which such a rule is not off.
pub fn quarters_with_past(config: &Config, tree: &OkrTree) -> BTreeSet<Quarter> {
    let rules = || {
        ALL.iter()
            .filter(|rule| matches!(rule.check, Check::History(_)))
    };
    let judged = tree.teams().filter(|okrs| {
        let team = config.teams.get(&okrs.team);
        let state = config.quarter_state(okrs.quarter);
        rules().any(|rule| config.level(&rule.meta, team, state) != Level::Off)
    });
    judged.map(|okrs| okrs.quarter).collect()
}

/// Whether a rule is on for any team in any quarter that has files.
fn is_wanted(material: &Material<'_>, rule: &Rule) -> bool {
    material.tree.teams().any(|okrs| {
        let team = material.config.teams.get(&okrs.team);
        let state = material.config.quarter_state(okrs.quarter);
        material.config.level(&rule.meta, team, state) != Level::Off
    })
}

fn skipped(material: &Material<'_>) -> Vec<Skipped> {
    let mut skipped = Vec::new();
    for &rule in ALL {
        if !matches!(rule.check, Check::History(_)) || !is_wanted(material, rule) {
            continue;
        }
        let reason = match material.past {
            Past::Unknown(reason) => Some(reason.clone()),
            Past::Known(history) => history.complete_since().and_then(|since| {
                let blind = material.tree.teams().any(|okrs| {
                    let scope = Scope::new(material.config, material.tree, material.today, okrs);
                    let level = material.config.level(&rule.meta, scope.team, scope.state);
                    level != Level::Off && !knows(history, &scope)
                });
                blind.then(|| {
                    format!(
                        "the clone is shallow and knows nothing from before {since}; fetch all of it (in GitLab CI: \
                         GIT_DEPTH: 0)"
                    )
                })
            }),
        };
        skipped.extend(reason.map(|reason| Skipped {
            rule: rule.meta.id,
            reason,
        }));
    }
    skipped
}

/// Gives a finding its severity, unless the rule is off there or the finding is allowed.
fn decide(
    material: &Material<'_>,
    rule: &'static Rule,
    finding: Finding,
    allowances: &mut Allowances<'_>,
    findings: &mut Diagnostics,
) {
    let Some(key) = finding.concerns.first() else {
        return;
    };
    let team = material.config.teams.get(&key.team);
    let state = material.config.quarter_state(key.quarter);
    let configured = material.config.configured_level(rule.meta.id, team, state);
    let Level::Severity(mut severity) = material.config.level(&rule.meta, team, state) else {
        return;
    };
    if finding.grave && configured.is_none() && severity == Severity::Warning {
        severity = Severity::Error;
    }
    let mut diagnostic = finding.diagnostic;
    diagnostic.rule = rule.meta.id;
    diagnostic.severity = severity;
    if allowances.allow(rule.meta.id, &finding.concerns, &mut diagnostic) {
        return;
    }
    findings.push(diagnostic);
}
