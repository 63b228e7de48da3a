use std::collections::{BTreeMap, HashMap};

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
    quarters: BTreeMap<Quarter, BTreeMap<Id, File>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    okrs: TeamOkrs,
    /// Where each key stands in a file that is too long to be searched; empty for the usual one.
    places: HashMap<Key, Place>,
}

/// The place of an objective among those of its file, and of a key result among those of its objective.
type Place = (usize, Option<usize>);

/// The longest file whose objectives and key results are searched one by one.
const SHORT: usize = 64;

impl File {
    fn new(okrs: TeamOkrs) -> Self {
        let places = if okrs.items().nth(SHORT).is_some() {
            places(&okrs)
        } else {
            HashMap::new()
        };
        Self { okrs, places }
    }

    fn place(&self, key: &Key) -> Option<Place> {
        if !self.places.is_empty() {
            return self.places.get(key).copied();
        }
        let objective = self
            .okrs
            .objectives
            .iter()
            .position(|objective| objective.item.key.objective == key.objective)?;
        let Some(id) = &key.key_result else {
            return Some((objective, None));
        };
        let key_result = self.okrs.objectives[objective]
            .key_results
            .iter()
            .position(|key_result| key_result.item.key.key_result.as_ref() == Some(id))?;
        Some((objective, Some(key_result)))
    }
}

fn places(okrs: &TeamOkrs) -> HashMap<Key, Place> {
    let mut places = HashMap::new();
    for (at, objective) in okrs.objectives.iter().enumerate() {
        places
            .entry(objective.item.key.clone())
            .or_insert((at, None));
        for (within, key_result) in objective.key_results.iter().enumerate() {
            places
                .entry(key_result.item.key.clone())
                .or_insert((at, Some(within)));
        }
    }
    places
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
        let before = teams.insert(okrs.team.clone(), File::new(okrs));
        before.map(|file| file.okrs)
    }

    /// One team's OKRs of one quarter.
    pub fn team(&self, quarter: Quarter, team: &Id) -> Option<&TeamOkrs> {
        self.file(quarter, team).map(|file| &file.okrs)
    }

    fn file(&self, quarter: Quarter, team: &Id) -> Option<&File> {
        self.quarters.get(&quarter)?.get(team)
    }

    /// All files, by quarter and team.
    pub fn teams(&self) -> impl Iterator<Item = &TeamOkrs> {
        let files = self.quarters.values().flat_map(BTreeMap::values);
        files.map(|file| &file.okrs)
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
        let file = self.file(key.quarter, &key.team)?;
        let (objective, key_result) = file.place(key)?;
        let objective = &file.okrs.objectives[objective];
        Some(match key_result {
            None => ItemRef::Objective(objective),
            Some(at) => ItemRef::KeyResult(objective, &objective.key_results[at]),
        })
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.objectives().next().is_none()
    }
}
