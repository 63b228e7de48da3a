use std::collections::{BTreeMap, BTreeSet};

use super::{Policy, RuleSetting, ValueStream};
use crate::model::{Id, Username};
use crate::text::Span;

/// One team, or one person who has OKRs of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: Id,
    /// Where it is declared.
    pub span: Span,
    /// Its name for people.
    pub name: String,
    /// Who manages it.
    pub manager: Option<Username>,
    /// The team that it belongs to.
    pub parent: Option<Id>,
    /// The full path of the project that holds its objectives.
    pub tracker: String,
    /// The full path of the project that holds its key results: the tracker, unless another is given.
    pub key_result_tracker: String,
    /// Whether it is a person, not a team.
    pub individual: bool,
    /// What is asked of its OKRs: the general policy with the team's own settings over it.
    pub policy: Policy,
    /// Levels of rules that differ for it, by rule id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Ids that it had before.
    pub previously: Vec<Id>,
    /// Whose issues are its work.
    pub flow: ValueStream,
}

/// All teams; a tree by [`Team::parent`], without cycles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Teams {
    by_id: BTreeMap<Id, Team>,
    /// The ids that teams name as their parents.
    parents: BTreeSet<Id>,
}

impl Teams {
    /// The teams, by id. Parents that are not among them and cycles are the loader's to refuse; here the walk up a cycle
    /// ends where it began.
    pub fn new(teams: impl IntoIterator<Item = Team>) -> Self {
        let by_id: BTreeMap<Id, Team> = teams
            .into_iter()
            .map(|team| (team.id.clone(), team))
            .collect();
        let parents = by_id.values().filter_map(|team| team.parent.clone());
        Self {
            parents: parents.collect(),
            by_id,
        }
    }

    /// A team by its id.
    pub fn get(&self, id: &Id) -> Option<&Team> {
        self.by_id.get(id)
    }

    /// All teams, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Team> {
        self.by_id.values()
    }

    /// Whether another team names this one as its parent.
    pub fn is_above_any(&self, id: &Id) -> bool {
        self.parents.contains(id)
    }

    /// A team and those above it, up to the root of its tree.
    pub fn lineage(&self, id: &Id) -> Vec<&Team> {
        let mut lineage: Vec<&Team> = Vec::new();
        let mut next = self.get(id);
        while let Some(team) = next {
            if lineage.iter().any(|seen| seen.id == team.id) {
                break;
            }
            lineage.push(team);
            next = team.parent.as_ref().and_then(|parent| self.get(parent));
        }
        lineage
    }

    /// The manager of the root of a team's tree.
    pub fn director(&self, id: &Id) -> Option<&Username> {
        self.lineage(id)
            .last()
            .and_then(|root| root.manager.as_ref())
    }

    /// The full paths of all trackers, sorted, each once.
    pub fn trackers(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self
            .iter()
            .flat_map(|team| [team.tracker.as_str(), team.key_result_tracker.as_str()])
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}
