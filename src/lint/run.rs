use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::allowances::Allowances;
use super::finding::Finding;
use super::material::{Material, Spoiled};
use super::rules::{ALL, Check, Rule};
use super::scope::{Scope, items};
use super::{ClosedQuarter, Closing, History, Past};
use crate::config::{Config, QuarterState};
use crate::diag::{Diagnostics, Level, Severity};
use crate::model::{Date, OkrTree, Quarter, TeamOkrs};

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
    let of_trees: Vec<Vec<(&'static Rule, Finding)>> = ALL
        .par_iter()
        .map(|&rule| judge_tree(material, &files, rule))
        .collect();
    found.extend(of_trees.into_iter().flatten());
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
        let findings = match rule.check {
            Check::Item(check) => items(&scope).flat_map(|item| check(&scope, item)).collect(),
            Check::File(check) if is_whole => check(&scope),
            Check::History { check, since } => check(&scope, known(material.past, since(&scope))),
            Check::Closed(check) if is_whole => match closing(material.past, okrs.quarter) {
                Ok(Some(closed)) => check(&scope, closed),
                Ok(None) | Err(_) => Vec::new(),
            },
            Check::File(_) | Check::Closed(_) | Check::Tree(_) | Check::Bookkeeping => Vec::new(),
        };
        found.extend(findings.into_iter().map(|finding| (rule, finding)));
    }
    found
}

/// Judges all files of those quarters together in which the rule is on for any team.
fn judge_tree(
    material: &Material<'_>,
    files: &[&TeamOkrs],
    rule: &'static Rule,
) -> Vec<(&'static Rule, Finding)> {
    let Check::Tree(check) = rule.check else {
        return Vec::new();
    };
    let is_on = |okrs: &&TeamOkrs| {
        let team = material.config.teams.get(&okrs.team);
        let state = material.config.quarter_state(okrs.quarter);
        material.config.level(&rule.meta, team, state) != Level::Off
    };
    let judged: Vec<&TeamOkrs> = files
        .chunk_by(|one, other| one.quarter == other.quarter)
        .filter(|quarter| quarter.iter().any(is_on))
        .flatten()
        .copied()
        .collect();
    let findings = check(material, &judged).into_iter();
    findings.map(|finding| (rule, finding)).collect()
}

/// The history, where it reaches back to the day that is asked for.
fn known(past: &Past, since: Option<Date>) -> Option<&History> {
    match (past, since) {
        (Past::Known(history), Some(since)) => {
            let reaches = history
                .complete_since()
                .is_none_or(|complete| complete <= since);
            reaches.then_some(history)
        }
        (Past::Known(history), None) => Some(history),
        (Past::Unknown(_), _) => None,
    }
}

/// How a quarter was closed, where it was; else why that is not known.
fn closing(past: &Past, quarter: Quarter) -> Result<Option<&ClosedQuarter>, &String> {
    match past {
        Past::Unknown(reason) => Err(reason),
        Past::Known(history) => match history.closing(quarter) {
            Some(Closing::Known(closed)) => Ok(Some(closed)),
            Some(Closing::Unknown(reason)) => Err(reason),
            None => Ok(None),
        },
    }
}

/// The closed quarters of which a rule asks what their files said when they were closed.
pub fn closings_wanted(tree: &OkrTree, config: &Config, today: Date) -> BTreeSet<Quarter> {
    closing_rules(tree, config, today)
        .map(|(quarter, _)| quarter)
        .collect()
}

fn closing_rules<'a>(
    tree: &'a OkrTree,
    config: &'a Config,
    today: Date,
) -> impl Iterator<Item = (Quarter, &'static Rule)> + use<'a> {
    tree.teams().flat_map(move |okrs| {
        let scope = Scope::new(config, tree, today, okrs);
        let is_on =
            |rule: &&'static Rule| config.level(&rule.meta, scope.team, scope.state) != Level::Off;
        let rules = ALL
            .iter()
            .copied()
            .filter(|rule| matches!(rule.check, Check::Closed(_)));
        let rules: Vec<&'static Rule> = rules.filter(is_on).collect();
        rules.into_iter().map(move |rule| (okrs.quarter, rule))
    })
}

/// Files of which a rule asks for earlier versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastWanted {
    /// The quarter of the files.
    pub quarter: Quarter,
    /// The day from which on their versions must be known, with the last one before it.
    pub since: Date,
    /// Whether only files are asked for that are no longer there.
    pub gone_only: bool,
}

/// What must be known of earlier versions for whole answers, by quarter; empty where no rule asks for any, so that nobody
/// needs to look.
pub fn past_wanted(tree: &OkrTree, config: &Config, today: Date) -> Vec<PastWanted> {
    let mut wanted: BTreeMap<Quarter, PastWanted> = BTreeMap::new();
    for (okrs, _, since) in history_rules(tree, config, today) {
        let Some(quarter) = config.calendar.quarter_of(since) else {
            continue;
        };
        let gone_only = quarter != okrs.quarter;
        let known = wanted.entry(quarter).or_insert(PastWanted {
            quarter,
            since,
            gone_only,
        });
        known.gone_only &= gone_only;
    }
    wanted.into_values().collect()
}

/// The rules that ask for earlier versions of files to judge a team's, and from which day on.
fn history_rules<'a>(
    tree: &'a OkrTree,
    config: &'a Config,
    today: Date,
) -> impl Iterator<Item = (&'a TeamOkrs, &'static Rule, Date)> + use<'a> {
    tree.teams().flat_map(move |okrs| {
        let scope = Scope::new(config, tree, today, okrs);
        ALL.iter().filter_map(move |&rule| {
            let Check::History { since, .. } = rule.check else {
                return None;
            };
            let is_on = config.level(&rule.meta, scope.team, scope.state) != Level::Off;
            Some((okrs, rule, since(&scope).filter(|_| is_on)?))
        })
    })
}

fn skipped(material: &Material<'_>) -> Vec<Skipped> {
    let mut skipped: Vec<Skipped> = Vec::new();
    for (_, rule, since) in history_rules(material.tree, material.config, material.today) {
        if skipped.iter().any(|skipped| skipped.rule == rule.meta.id)
            || known(material.past, Some(since)).is_some()
        {
            continue;
        }
        let reason = match material.past {
            Past::Unknown(reason) => reason.clone(),
            Past::Known(_) => format!(
                "the clone is shallow and does not reach back to {since}; fetch all of it (in GitLab CI: GIT_DEPTH: 0)"
            ),
        };
        skipped.push(Skipped {
            rule: rule.meta.id,
            reason,
        });
    }
    for (quarter, rule) in closing_rules(material.tree, material.config, material.today) {
        if let Err(reason) = closing(material.past, quarter)
            && !skipped.iter().any(|skipped| skipped.rule == rule.meta.id)
        {
            skipped.push(Skipped {
                rule: rule.meta.id,
                reason: reason.clone(),
            });
        }
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
    let (quarter, team) = &finding.file;
    let team = material.config.teams.get(team);
    let state = material.config.quarter_state(*quarter);
    let configured = material.config.configured_level(rule.meta.id, team, state);
    let Level::Severity(mut severity) = material.config.level(&rule.meta, team, state) else {
        return;
    };
    let escalates = finding.grave && configured.is_none() && state == QuarterState::Active;
    if escalates && severity == Severity::Warning {
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
