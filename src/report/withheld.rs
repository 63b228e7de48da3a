//! Scores that outputs for others leave out, because what is confidential could be worked back from them.

use std::collections::{BTreeMap, BTreeSet};

use super::status::{ObjectiveStatus, TeamStatus};
use crate::model::Id;

/// Marks the objectives and teams whose score would tell a confidential one: all that it is made from is confidential, or just
/// one part of the mean is, which then follows from the mean and the others. A part that is withheld counts as confidential.
///
/// `teams` are in the order of a status: each after the one above it.
pub(super) fn mark_withheld(teams: &mut [TeamStatus]) {
    let secret = secret_keys(teams);
    let mut secret_below: BTreeMap<Id, usize> = BTreeMap::new();
    for team in teams.iter_mut().rev() {
        for objective in &mut team.objectives {
            objective.withheld = secret.contains(&objective.key.to_string());
        }
        let own = team.objectives.iter().filter(|own| own.withheld);
        let is_all = !team.objectives.is_empty() && own.clone().count() == team.objectives.len();
        // Beside teams below it, its own objectives are one part, without those that roll up from those teams.
        let below = secret_below.get(&team.id).copied();
        let is_part = |own: &&ObjectiveStatus| below.is_none() || !own.key_results.is_empty();
        let own = own
            .filter(is_part)
            .filter(|own| own.score.percent.is_some());
        let parts = usize::from(own.count() == 1) + below.unwrap_or_default();
        team.withheld = is_all || parts == 1;
        if let (Some(parent), true) = (&team.parent, team.score.percent.is_some()) {
            *secret_below.entry(parent.clone()).or_default() += usize::from(team.withheld);
        }
    }
}

/// The keys whose scores are not for others.
fn secret_keys(teams: &[TeamStatus]) -> BTreeSet<String> {
    let all = || teams.iter().flat_map(|team| &team.objectives);
    let mut secret: BTreeSet<String> = all()
        .flat_map(|objective| &objective.key_results)
        .filter(|key_result| key_result.confidential)
        .map(|key_result| key_result.key.to_string())
        .collect();
    // An objective may roll up from others: each round finds at least one more, or is the last.
    loop {
        let found: Vec<String> = all()
            .filter(|objective| is_confidential(objective) || secret_parts(objective, &secret) == 1)
            .map(|objective| objective.key.to_string())
            .filter(|key| !secret.contains(key))
            .collect();
        if found.is_empty() {
            return secret;
        }
        secret.extend(found);
    }
}

/// Whether an objective holds nothing but what is confidential.
fn is_confidential(objective: &ObjectiveStatus) -> bool {
    let own = &objective.key_results;
    let all = own.iter().all(|key_result| key_result.confidential);
    objective.confidential || (!own.is_empty() && all)
}

/// How many parts of an objective's score are secret.
fn secret_parts(objective: &ObjectiveStatus, secret: &BTreeSet<String>) -> usize {
    let known = objective.score.inputs.iter();
    let known = known.filter(|input| input.value.is_some());
    known.filter(|input| secret.contains(&input.name)).count()
}
