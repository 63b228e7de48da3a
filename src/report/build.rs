use std::collections::BTreeMap;

use super::answer::answer;
use super::decision::{Decision, decisions};
use super::key_result::{QuarterScope, key_result};
use super::material::{Issues, Material};
use super::objective::{Objectives, objectives};
use super::status::{STATUS_FORMAT, Status};
use super::team::teams;
use super::withheld::mark_withheld;
use crate::model::{Item, Key, Username};
use crate::plan::IssueOfKey;

/// How a quarter goes, by what was known at the end of a day. `None` only where the calendar has no days for it.
pub fn status(material: &Material<'_>) -> Option<Status> {
    let period = material.config.calendar.period(material.quarter)?;
    let state = material.config.quarter_state(material.quarter);
    let needed_by = needed_by(material);
    let mut drafts = Objectives::new();
    for okrs in material.tree.teams() {
        if okrs.quarter != material.quarter {
            continue;
        }
        for objective in &okrs.objectives {
            let scope = QuarterScope {
                material,
                period,
                state,
                needed_by: &needed_by,
            };
            let key_results = objective
                .key_results
                .iter()
                .map(|own| key_result(&scope, objective, own))
                .collect();
            drafts.push((objective, key_results));
        }
    }
    let objectives = objectives(material, period, drafts);
    let mut teams = teams(material, objectives);
    mark_withheld(&mut teams);
    let mut asked: Vec<(u8, Decision)> = teams
        .iter()
        .flat_map(|team| &team.objectives)
        .flat_map(|objective| &objective.key_results)
        .flat_map(decisions)
        .collect();
    // The order of the teams decides among equals.
    asked.sort_by_key(|(weight, _)| *weight);
    Some(Status {
        format: STATUS_FORMAT,
        quarter: material.quarter,
        state: state.as_str().to_owned(),
        start: period.start(),
        end: period.end(),
        today: material.today,
        since: material.since,
        observed: matches!(material.issues, Issues::Observed(_)),
        answer: answer(&teams, material.quarter),
        decisions: asked.into_iter().map(|(_, decision)| decision).collect(),
        teams,
        work: None,
    })
}

/// What depends on what, within the quarter, as far as it is worked on.
fn needed_by<'a>(material: &Material<'a>) -> BTreeMap<&'a Key, Vec<&'a Key>> {
    let mut needed: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for entry in material.tree.items() {
        let item = entry.item();
        if item.key.quarter == material.quarter && item.lifecycle.is_active() {
            for target in &item.depends_on {
                needed.entry(&target.value).or_default().push(&item.key);
            }
        }
    }
    needed
}

/// Who answers for an item: its owner, else the team's manager.
pub(super) fn owner(material: &Material<'_>, item: &Item) -> Option<String> {
    let team = material.config.teams.get(&item.key.team);
    let manager = team.and_then(|team| team.manager.as_ref());
    let declared = item.owner.as_ref().map(|owner| &owner.value);
    declared.or(manager).map(Username::to_string)
}

/// Whether an item's issue is or becomes confidential.
pub(super) fn is_confidential(item: &Item, above: &Item, issue: Option<&IssueOfKey>) -> bool {
    item.confidential || above.confidential || issue.is_some_and(|issue| issue.confidential)
}
