//! Teams, each after the one above it, and what their objectives make together.

use std::collections::BTreeMap;

use super::material::Material;
use super::objective::part;
use super::roll_up::{Part, Whole, mean};
use super::standing::Standing;
use super::status::{Movement, ObjectiveStatus, TeamStatus};
use crate::config::Team;
use crate::model::{Id, ItemRef, Number};

/// A team below another: its name, what it counts there, and how it stands.
type Below = (String, Part, Option<Standing>);

/// How every team goes that has objectives, or teams below it that do.
pub(super) fn teams(material: &Material<'_>, objectives: Vec<ObjectiveStatus>) -> Vec<TeamStatus> {
    let mut own: BTreeMap<Id, Vec<ObjectiveStatus>> = BTreeMap::new();
    for objective in objectives {
        own.entry(objective.key.team.clone())
            .or_default()
            .push(objective);
    }
    let order = order(material);
    // From the leaves up: a team's place is behind that of the one above it.
    let mut below: BTreeMap<&Id, Vec<Below>> = BTreeMap::new();
    let mut teams = Vec::new();
    for (team, depth) in order.into_iter().rev() {
        let objectives = own.remove(&team.id).unwrap_or_default();
        let mut children = below.remove(&team.id).unwrap_or_default();
        children.reverse();
        if objectives.is_empty() && children.is_empty() {
            continue;
        }
        let standing = Standing::weakest(
            objectives
                .iter()
                .filter_map(|objective| objective.standing)
                .chain(children.iter().filter_map(|(_, _, standing)| *standing)),
        );
        let whole = together(material, &objectives, &children);
        let movement = Movement {
            before: whole.before,
            now: whole.score.percent,
        };
        if let Some(parent) = &team.parent {
            // What has nothing to be measured by takes no part.
            let as_part = Part {
                score: whole.score.percent,
                before: whole.before,
                expected: whole.expected,
                weight: Number::from(i64::from(whole.score.counting > 0)),
            };
            below
                .entry(parent)
                .or_default()
                .push((team.name.clone(), as_part, standing));
        }
        teams.push(TeamStatus {
            id: team.id.clone(),
            name: team.name.clone(),
            individual: team.individual,
            parent: team.parent.clone(),
            depth,
            score: whole.score,
            expected: whole.expected,
            movement,
            standing,
            withheld: false,
            objectives,
        });
    }
    teams.reverse();
    teams
}

/// All teams, each after the one above it, with how many are above.
fn order<'a>(material: &Material<'a>) -> Vec<(&'a Team, u32)> {
    let mut children: BTreeMap<Option<&'a Id>, Vec<&'a Team>> = BTreeMap::new();
    for team in material.config.teams.iter() {
        children.entry(team.parent.as_ref()).or_default().push(team);
    }
    let mut order = Vec::new();
    let mut next: Vec<(&Team, u32)> = Vec::new();
    let mut push = |next: &mut Vec<(&'a Team, u32)>, above: Option<&'a Id>, depth: u32| {
        let teams = children.remove(&above).unwrap_or_default();
        next.extend(teams.into_iter().rev().map(|team| (team, depth)));
    };
    push(&mut next, None, 0);
    while let Some((team, depth)) = next.pop() {
        order.push((team, depth));
        push(&mut next, Some(&team.id), depth.saturating_add(1));
    }
    order
}

/// A team's objectives; where teams are below it, their scores, and as one more part its own objectives that have key
/// results of their own: one that rolls up from those teams would count them twice.
fn together(material: &Material<'_>, objectives: &[ObjectiveStatus], children: &[Below]) -> Whole {
    let own = |only_measured: bool| -> Vec<(String, Part)> {
        objectives
            .iter()
            .filter(|objective| !only_measured || !objective.key_results.is_empty())
            .filter(|objective| objective.score.counting > 0)
            .filter_map(|objective| {
                let item = match material.tree.get(&objective.key)? {
                    ItemRef::Objective(objective) => &objective.item,
                    ItemRef::KeyResult(..) => return None,
                };
                let scoring = &material.config.scoring;
                let part = part(scoring, item, objective.movement, objective.expected)?;
                Some((objective.key.to_string(), part))
            })
            .collect()
    };
    if children.is_empty() {
        return mean(&own(false), "its objectives");
    }
    let mut parts: Vec<(String, Part)> = children
        .iter()
        .filter(|(_, part, _)| part.weight > Number::ZERO)
        .map(|(name, part, _)| (name.clone(), *part))
        .collect();
    let measured = own(true);
    if measured.is_empty() {
        return mean(&parts, "the teams below it");
    }
    let own = mean(&measured, "its objectives");
    let as_part = Part {
        score: own.score.percent,
        before: own.before,
        expected: own.expected,
        weight: Number::from(1),
    };
    parts.insert(0, ("its own objectives".to_owned(), as_part));
    mean(&parts, "the teams below it and of its own objectives")
}
