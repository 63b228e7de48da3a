use std::collections::{BTreeMap, BTreeSet};

use super::answer::answer;
use super::standing::Standing;
use super::status::{KeyResultStatus, Status};
use crate::model::Id;

/// The part of a status that is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// These teams and those below them; all where empty.
    pub teams: BTreeSet<Id>,
    /// What this person answers for.
    pub owner: Option<String>,
    /// Key results whose check-in is late or out of date.
    pub stale: bool,
    /// Key results at risk.
    pub at_risk: bool,
}

impl Status {
    /// Leaves the part that a filter asks for. Scores stay what they are; the answer is about the teams and the person that
    /// are asked for, whatever of theirs is shown.
    #[must_use]
    pub fn narrowed(mut self, filter: &Filter) -> Self {
        if !filter.teams.is_empty() {
            let mut kept = filter.teams.clone();
            for team in &self.teams {
                if team
                    .parent
                    .as_ref()
                    .is_some_and(|parent| kept.contains(parent))
                {
                    kept.insert(team.id.clone());
                }
            }
            self.teams.retain(|team| kept.contains(&team.id));
            self.close_ranks();
        }
        if let Some(owner) = &filter.owner {
            let is_own = |of: Option<&String>| of.is_some_and(|of| of.eq_ignore_ascii_case(owner));
            self.keep(|key_result| is_own(key_result.owner.as_ref()), is_own);
        }
        self.answer = answer(&self.teams, self.quarter);
        if filter.stale || filter.at_risk {
            let is_asked = |key_result: &KeyResultStatus| {
                (filter.stale && key_result.is_stale())
                    || (filter.at_risk && key_result.standing == Standing::AtRisk)
            };
            self.keep(is_asked, |_| false);
        }
        let shown: BTreeSet<_> = self
            .teams
            .iter()
            .flat_map(|team| &team.objectives)
            .flat_map(|objective| &objective.key_results)
            .map(|key_result| key_result.key.clone())
            .collect();
        self.decisions
            .retain(|decision| shown.contains(&decision.key));
        self
    }

    /// Keeps objectives as a whole, else those of their key results, and the teams of what is kept.
    fn keep(
        &mut self,
        key_results: impl Fn(&KeyResultStatus) -> bool,
        objectives: impl Fn(Option<&String>) -> bool,
    ) {
        for team in &mut self.teams {
            team.objectives.retain_mut(|objective| {
                // Who answers for an objective answers for all of it.
                if objectives(objective.owner.as_ref()) {
                    return true;
                }
                objective.key_results.retain(&key_results);
                !objective.key_results.is_empty()
            });
        }
        self.teams.retain(|team| !team.objectives.is_empty());
        self.close_ranks();
    }

    /// Teams stand below those that are still there.
    fn close_ranks(&mut self) {
        let mut depths: BTreeMap<Id, u32> = BTreeMap::new();
        for team in &mut self.teams {
            let above = team.parent.as_ref().and_then(|parent| depths.get(parent));
            team.depth = above.map_or(0, |depth| depth.saturating_add(1));
            depths.insert(team.id.clone(), team.depth);
        }
    }
}
