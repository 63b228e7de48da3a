use std::collections::BTreeMap;

use super::{Id, Item, Key, KeyResult, Objective, Quarter};
use crate::text::FileId;

/// The objectives of one team in one quarter: one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamOkrs {
    /// The quarter.
    pub quarter: Quarter,
    /// The team.
    pub team: Id,
    /// The file.
    pub file: FileId,
    /// The objectives in the order of the file.
    pub objectives: Vec<Objective>,
}

impl TeamOkrs {
    /// The objectives, each followed by its key results.
    pub fn items(&self) -> impl Iterator<Item = ItemRef<'_>> {
        self.objectives.iter().flat_map(|objective| {
            std::iter::once(ItemRef::Objective(objective)).chain(
                objective
                    .key_results
                    .iter()
                    .map(move |key_result| ItemRef::KeyResult(objective, key_result)),
            )
        })
    }
}

/// Every objective and key result that the files declare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OkrTree {
    quarters: BTreeMap<Quarter, BTreeMap<Id, TeamOkrs>>,
}

/// An objective, or a key result with its objective.
#[derive(Debug, Clone, Copy)]
pub enum ItemRef<'a> {
    /// An objective.
    Objective(&'a Objective),
    /// A key result and the objective that it belongs to.
    KeyResult(&'a Objective, &'a KeyResult),
}

impl<'a> ItemRef<'a> {
    /// What both have in common.
    pub fn item(self) -> &'a Item {
        match self {
            Self::Objective(objective) => &objective.item,
            Self::KeyResult(_, key_result) => &key_result.item,
        }
    }

    /// Its key.
    pub fn key(self) -> &'a Key {
        &self.item().key
    }
}

impl OkrTree {
    /// A tree without OKRs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file's OKRs; gives back what the tree held for the same quarter and team.
    pub fn insert(&mut self, okrs: TeamOkrs) -> Option<TeamOkrs> {
        let teams = self.quarters.entry(okrs.quarter).or_default();
        teams.insert(okrs.team.clone(), okrs)
    }

    /// One team's OKRs of one quarter.
    pub fn team(&self, quarter: Quarter, team: &Id) -> Option<&TeamOkrs> {
        self.quarters.get(&quarter)?.get(team)
    }

    /// All files, by quarter and team.
    pub fn teams(&self) -> impl Iterator<Item = &TeamOkrs> {
        self.quarters.values().flat_map(BTreeMap::values)
    }

    /// The quarters that have files, oldest first.
    pub fn quarters(&self) -> Vec<Quarter> {
        self.quarters.keys().copied().collect()
    }

    /// All objectives, by quarter and team, then in the order of their file.
    pub fn objectives(&self) -> impl Iterator<Item = &Objective> {
        self.teams().flat_map(|okrs| &okrs.objectives)
    }

    /// All objectives, each followed by its key results.
    pub fn items(&self) -> impl Iterator<Item = ItemRef<'_>> {
        self.teams().flat_map(TeamOkrs::items)
    }

    /// What a key names.
    pub fn get(&self, key: &Key) -> Option<ItemRef<'_>> {
        let okrs = self.team(key.quarter, &key.team)?;
        let objective = okrs
            .objectives
            .iter()
            .find(|o| o.item.key.objective == key.objective)?;
        match &key.key_result {
            None => Some(ItemRef::Objective(objective)),
            Some(id) => objective
                .key_results
                .iter()
                .find(|key_result| key_result.item.key.key_result.as_ref() == Some(id))
                .map(|key_result| ItemRef::KeyResult(objective, key_result)),
        }
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.objectives().next().is_none()
    }
}
