//! Objectives: from their own key results, or from the objectives that support them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::build::{is_confidential, owner};
use super::key_result::link;
use super::material::Material;
use super::roll_up::{Part, Whole, mean};
use super::score::Score;
use super::standing::{Standing, of_ended};
use super::status::{KeyResultStatus, Movement, ObjectiveStatus};
use crate::config::{Counting, ScoringSettings};
use crate::model::{Item, Key, Number, Objective, Period};

/// Objectives with their key results.
pub(super) type Objectives<'a> = Vec<(&'a Objective, Vec<KeyResultStatus>)>;

/// How every objective goes.
pub(super) fn objectives(
    material: &Material<'_>,
    period: Period,
    drafts: Objectives<'_>,
) -> Vec<ObjectiveStatus> {
    let supporters = supporters(&drafts);
    let settled = settle(material, &drafts, &supporters);
    drafts
        .into_iter()
        .map(|(objective, key_results)| {
            let item = &objective.item;
            let issue = material.issues.of(&item.key);
            let (whole, standing) = match settled.get(&item.key) {
                Some(settled) => (settled.whole.clone(), settled.standing),
                None => (Settled::in_a_circle(), None),
            };
            let supported_by = supporters.get(&item.key).into_iter().flatten();
            ObjectiveStatus {
                title: item.title.value.clone(),
                owner: owner(material, item),
                due: item.due.map_or(period.end(), |due| due.value),
                confidential: is_confidential(item, item, issue),
                place: material.place(item.span),
                issue: issue.map(link),
                supports: objective
                    .supports
                    .iter()
                    .map(|target| target.value.clone())
                    .collect(),
                supported_by: supported_by.map(|of| of.item.key.clone()).collect(),
                movement: Movement {
                    before: whole.before,
                    now: whole.score.percent,
                },
                expected: whole.expected,
                score: whole.score,
                standing: of_ended(&item.lifecycle).or(standing),
                key: item.key.clone(),
                withheld: false,
                key_results,
            }
        })
        .collect()
}

/// Which objectives of the quarter support each, in the order of their files.
fn supporters<'a>(drafts: &Objectives<'a>) -> BTreeMap<&'a Key, Vec<&'a Objective>> {
    let mut supporters: BTreeMap<&Key, Vec<&Objective>> = BTreeMap::new();
    for (objective, _) in drafts {
        for target in supported(objective) {
            supporters.entry(target).or_default().push(*objective);
        }
    }
    supporters
}

/// The other objectives of its quarter that one supports, each once.
fn supported(objective: &Objective) -> BTreeSet<&Key> {
    let own = &objective.item.key;
    let targets = objective.supports.iter().map(|target| &target.value);
    targets
        .filter(|target| target.quarter == own.quarter && *target != own)
        .collect()
}

/// What is known of an objective once everything that it rolls up from is.
struct Settled {
    whole: Whole,
    standing: Option<Standing>,
}

impl Settled {
    /// The loader refuses such files; here it is no number.
    fn in_a_circle() -> Whole {
        Whole {
            score: Score::unknown(
                "the mean of the objectives that support it",
                "the objectives support each other in a circle",
            ),
            before: None,
            expected: None,
        }
    }
}

/// Settles objectives in an order in which everything comes after what it rolls up from; those in a circle never are.
fn settle<'a>(
    material: &Material<'_>,
    drafts: &Objectives<'a>,
    supporters: &BTreeMap<&'a Key, Vec<&'a Objective>>,
) -> BTreeMap<&'a Key, Settled> {
    let rolls_up = |objective: &Objective| objective.key_results.is_empty();
    // How many supporters an objective waits for, and who waits for each.
    let mut waiting: BTreeMap<&Key, usize> = BTreeMap::new();
    let mut ready: VecDeque<&(&Objective, Vec<KeyResultStatus>)> = VecDeque::new();
    let by_key: BTreeMap<&Key, &(&Objective, Vec<KeyResultStatus>)> = drafts
        .iter()
        .map(|draft| (&draft.0.item.key, draft))
        .collect();
    for draft in drafts {
        let key = &draft.0.item.key;
        let count = if rolls_up(draft.0) {
            supporters.get(key).map_or(0, Vec::len)
        } else {
            0
        };
        waiting.insert(key, count);
        if count == 0 {
            ready.push_back(draft);
        }
    }
    let mut settled: BTreeMap<&Key, Settled> = BTreeMap::new();
    while let Some((objective, key_results)) = ready.pop_front() {
        let key = &objective.item.key;
        let below: &[&Objective] = supporters.get(key).map_or(&[], Vec::as_slice);
        let done = if rolls_up(objective) {
            from_supporters(material, objective, below, &settled)
        } else {
            from_key_results(material, objective, key_results)
        };
        settled.insert(key, done);
        for target in supported(objective) {
            let above = by_key.get(target).filter(|above| rolls_up(above.0));
            let Some(above) = above else { continue };
            if let Some(count) = waiting.get_mut(&above.0.item.key) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push_back(above);
                }
            }
        }
    }
    settled
}

fn from_key_results(
    material: &Material<'_>,
    objective: &Objective,
    key_results: &[KeyResultStatus],
) -> Settled {
    let scoring = &material.config.scoring;
    let parts: Vec<(String, Part)> = objective
        .key_results
        .iter()
        .zip(key_results)
        .filter_map(|(declared, status)| {
            let expected = status.pace.as_ref().map(|pace| pace.expected);
            let part = part(scoring, &declared.item, status.movement, expected)?;
            Some((status.key.to_string(), part))
        })
        .collect();
    let standing = Standing::weakest(key_results.iter().map(|status| status.standing));
    let whole = mean(&parts, "its key results");
    settled(material, objective, whole, standing)
}

fn from_supporters(
    material: &Material<'_>,
    objective: &Objective,
    below: &[&Objective],
    known: &BTreeMap<&Key, Settled>,
) -> Settled {
    let scoring = &material.config.scoring;
    let of = |supporter: &&&Objective| known.get(&supporter.item.key);
    // What has nothing to be measured by takes no part.
    let measured = below
        .iter()
        .filter(|supporter| of(supporter).is_some_and(|of| of.whole.score.counting > 0));
    let parts: Vec<(String, Part)> = measured
        .filter_map(|supporter| {
            let of = known.get(&supporter.item.key)?;
            let movement = Movement {
                before: of.whole.before,
                now: of.whole.score.percent,
            };
            let part = part(scoring, &supporter.item, movement, of.whole.expected)?;
            Some((supporter.item.key.to_string(), part))
        })
        .collect();
    let standings = below
        .iter()
        .filter(|supporter| supporter.item.lifecycle.is_active())
        .filter_map(|supporter| known.get(&supporter.item.key)?.standing);
    let standing = Standing::weakest(standings);
    let mut whole = mean(&parts, "the objectives that support it");
    if below.is_empty() {
        "it has no key results, and nothing supports it"
            .clone_into(whole.score.missing.get_or_insert_default());
    }
    settled(material, objective, whole, standing)
}

/// A declared score is the score.
fn settled(
    material: &Material<'_>,
    objective: &Objective,
    mut whole: Whole,
    standing: Option<Standing>,
) -> Settled {
    if let Some(score) = objective.item.score {
        whole.score = Score::declared(material, score);
        whole.before = Some(score.value);
    }
    Settled { whole, standing }
}

/// What an objective or key result counts among others; `None` for one that is left out.
pub(super) fn part(
    scoring: &ScoringSettings,
    item: &Item,
    movement: Movement,
    expected: Option<Number>,
) -> Option<Part> {
    match scoring.counting(item) {
        Counting::Weight(weight) => Some(Part {
            score: movement.now,
            before: movement.before,
            expected,
            weight,
        }),
        Counting::Zero(weight) => Some(Part {
            score: Some(Number::ZERO),
            before: Some(Number::ZERO),
            expected: None,
            weight,
        }),
        Counting::LeftOut => None,
    }
}
