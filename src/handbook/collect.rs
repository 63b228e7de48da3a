use std::collections::{BTreeMap, BTreeSet};

use super::{Ending, ListedKeyResult, ListedObjective, Listing};
use crate::config::Config;
use crate::model::{Id, Item, Key, KeyResult, Lifecycle, Objective, OkrTree, Quarter};

/// Which OKRs are to be listed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Those of this quarter.
    pub quarter: Quarter,
    /// Those of these teams; of all where there are none.
    pub teams: BTreeSet<Id>,
}

/// OKRs as a listing, and what is not in it.
#[derive(Debug, Clone)]
pub struct Collected {
    /// The listing: departments before their teams, an objective before those that support it.
    pub listing: Listing,
    /// What was left out since it is confidential: the handbook is read by everybody.
    pub confidential: Vec<Key>,
    /// What a listing has no place for, with how many of each there are.
    pub lost: Vec<Lost>,
}

/// Something that a text cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// What it is, in the singular; its plural ends in `s`.
    pub what: &'static str,
    /// How many there are, 1 or more.
    pub count: usize,
}

/// An objective that another one supports, where that cannot be said.
pub(super) const SUPPORTED: &str = "supported objective";

impl Lost {
    pub(super) fn new(what: &'static str, count: usize) -> Self {
        Self { what, count }
    }
}

/// The OKRs of a quarter as a listing. Scores and outcomes are those that files declare; what check-ins give so far is no
/// outcome yet.
pub fn listing(tree: &OkrTree, config: &Config, wanted: &Wanted) -> Collected {
    let mut collector = Collector {
        config,
        listing: Listing::default(),
        places: BTreeMap::new(),
        confidential: Vec::new(),
        lost: BTreeMap::new(),
    };
    let mut objectives: Vec<&Objective> = Vec::new();
    for okrs in tree.teams().filter(|okrs| okrs.quarter == wanted.quarter) {
        if wanted.teams.is_empty() || wanted.teams.contains(&okrs.team) {
            objectives.extend(&okrs.objectives);
        }
    }
    objectives.retain(|objective| {
        let item = &objective.item;
        if item.confidential {
            let key_results = objective.key_results.iter().map(|of| of.item.key.clone());
            collector.confidential.push(item.key.clone());
            collector.confidential.extend(key_results);
        }
        !item.confidential
    });
    // Departments come first; those of one depth stay in the order of their ids.
    objectives.sort_by_key(|objective| config.teams.lineage(&objective.item.key.team).len());
    let listed: BTreeSet<&Key> = objectives.iter().map(|of| &of.item.key).collect();
    let mut below: BTreeMap<&Key, Vec<&Objective>> = BTreeMap::new();
    let mut roots = Vec::new();
    for objective in &objectives {
        let mut targets = objective.supports.iter().map(|target| &target.value);
        match targets.find(|target| listed.contains(target)) {
            Some(target) => below.entry(target).or_default().push(objective),
            None => roots.push(*objective),
        }
    }
    // What is left after everything below the roots supports itself in a circle.
    roots.reverse();
    let mut rest = objectives.iter();
    loop {
        while let Some(objective) = roots.pop() {
            if collector.places.contains_key(&objective.item.key) {
                continue;
            }
            collector.objective(objective);
            let own = below.get(&objective.item.key);
            roots.extend(own.into_iter().flatten().rev());
        }
        match rest.next() {
            Some(objective) => roots.push(objective),
            None => break,
        }
    }
    Collected {
        listing: collector.listing,
        confidential: collector.confidential,
        lost: collector
            .lost
            .into_iter()
            .map(|(what, count)| Lost::new(what, count))
            .collect(),
    }
}

struct Collector<'a> {
    config: &'a Config,
    listing: Listing,
    places: BTreeMap<Key, usize>,
    confidential: Vec<Key>,
    lost: BTreeMap<&'static str, usize>,
}

impl Collector<'_> {
    fn lose(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.lost.entry(what).or_default() += count;
        }
    }

    fn objective(&mut self, objective: &Objective) {
        let item = &objective.item;
        let mut targets = objective.supports.iter();
        let supports = targets.find_map(|target| self.places.get(&target.value).copied());
        let others = objective.supports.len() - usize::from(supports.is_some());
        self.lose(SUPPORTED, others);
        let learnt = &objective.retrospective;
        self.lose("retrospective", usize::from(!learnt.is_empty()));
        let ending = self.ending(item);
        self.common(item);
        let key_results = objective
            .key_results
            .iter()
            .filter_map(|key_result| self.key_result(key_result))
            .collect();
        self.places
            .insert(item.key.clone(), self.listing.objectives.len());
        self.listing.objectives.push(ListedObjective {
            team: item.key.team.clone(),
            title: Some(item.title.value.trim().to_owned()),
            supports,
            ending,
            links: Vec::new(),
            key_results,
        });
    }

    fn key_result(&mut self, key_result: &KeyResult) -> Option<ListedKeyResult> {
        let item = &key_result.item;
        if item.confidential {
            self.confidential.push(item.key.clone());
            return None;
        }
        let ending = self.ending(item);
        self.common(item);
        for (what, is_there) in [
            ("share", key_result.share.is_some()),
            ("kind", key_result.kind.is_some()),
            ("metric", key_result.metric.is_some()),
            ("scoring method", key_result.scoring.is_some()),
            // A way that the title says as well is read again.
            ("measure", true),
        ] {
            self.lose(what, usize::from(is_there));
        }
        self.lose("check-in", key_result.check_ins.len());
        Some(ListedKeyResult {
            title: item.title.value.trim().to_owned(),
            area: key_result.area.as_ref().map(|area| self.area(&area.value)),
            ending,
            links: Vec::new(),
        })
    }

    /// An area as the handbook writes it, where okr.toml knows it and so will know it again.
    fn area(&self, area: &str) -> String {
        let known = &self.config.policy.areas.value;
        let mut letters = area.chars();
        match letters.next() {
            Some(first) if known.iter().any(|known| known == area) => {
                first.to_uppercase().chain(letters).collect()
            }
            _ => area.to_owned(),
        }
    }

    fn ending(&mut self, item: &Item) -> Ending {
        let outcome = item.outcome.as_ref();
        let outcome = outcome.map(|outcome| one_line(&outcome.value));
        let score = item.score.map(|score| score.value);
        match &item.lifecycle {
            Lifecycle::Dropped { reason } => {
                let said = usize::from(outcome.is_some()) + usize::from(score.is_some());
                self.lose("overtaken outcome", said);
                Ending {
                    dropped: Some(one_line(&reason.value)),
                    ..Ending::default()
                }
            }
            lifecycle => {
                let is_closed = matches!(lifecycle, Lifecycle::Closed { .. });
                self.lose("status", usize::from(is_closed));
                Ending {
                    score,
                    outcome,
                    ..Ending::default()
                }
            }
        }
    }

    fn common(&mut self, item: &Item) {
        for (what, count) in [
            ("id", 1),
            ("description", usize::from(item.description.is_some())),
            ("owner", usize::from(item.owner.is_some())),
            ("due date", usize::from(item.due.is_some())),
            ("weight", usize::from(item.weight.is_some())),
            ("earlier key", item.previously.len()),
            ("adopted issue", usize::from(item.adopt.is_some())),
            ("earlier quarter", usize::from(item.carried_from.is_some())),
            ("dependence", item.depends_on.len() + item.confirms.len()),
            ("work reference", item.work.len()),
            ("allowed finding", item.allow.len()),
            ("amendment", item.amendments.len()),
            ("evidence link", item.evidence.len()),
        ] {
            self.lose(what, count);
        }
    }
}

fn one_line(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
