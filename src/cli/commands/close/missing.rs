//! What is missing before a quarter can be closed, and what the scores are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::cli::going::no_days;
use crate::cli::{CliError, Project};
use crate::model::{
    ClosingField, Date, Id, Item, ItemRef, Key, Lifecycle, Number, Quarter, round_half_up, unsaid,
};
use crate::render::terminal_text::line;
use crate::report::{Issues, Material, Score, status};

/// Decimals of a score that is written down: as many as published arithmetic can be checked with.
const DECIMALS: u32 = 2;

/// An objective or key result of the quarter, and what its end lacks.
pub(super) struct Open<'p> {
    pub(super) entry: ItemRef<'p>,
    /// What nobody has said yet.
    pub(super) lacks: Vec<ClosingField>,
    /// What its values or its key results give; absent where a score is declared, and for what was dropped.
    pub(super) score: Option<Score>,
    confidential: bool,
}

impl Open<'_> {
    /// The score to write down, where all of it is known.
    pub(super) fn proposed(&self) -> Option<Number> {
        let score = self.score.as_ref().filter(|score| score.is_complete())?;
        Some(round_half_up(score.percent?, DECIMALS))
    }
}

/// All objectives and key results of a quarter that do not say everything, or whose score is not written down; each
/// objective behind its key results, since it is judged by them.
pub(super) fn open_items(
    project: &Project,
    quarter: Quarter,
    today: Date,
) -> Result<Vec<Open<'_>>, CliError> {
    let status = status(&Material {
        tree: &project.tree,
        config: project.config()?,
        sources: &project.sources,
        issues: Issues::NotObserved,
        quarter,
        today,
        since: today,
    })
    .ok_or_else(|| no_days(quarter))?;
    let mut scores: BTreeMap<Key, (Score, bool)> = BTreeMap::new();
    for objective in status.teams.into_iter().flat_map(|team| team.objectives) {
        for own in objective.key_results {
            scores.insert(own.key, (own.score, own.confidential));
        }
        scores.insert(objective.key, (objective.score, objective.confidential));
    }
    let mut items = Vec::new();
    for okrs in project.tree.teams().filter(|okrs| okrs.quarter == quarter) {
        for objective in &okrs.objectives {
            let own = objective.key_results.iter();
            items.extend(own.map(|own| ItemRef::KeyResult(objective, own)));
            items.push(ItemRef::Objective(objective));
        }
    }
    let open = items.into_iter().filter_map(|entry| {
        let (score, confidential) = scores.remove(entry.key())?;
        let is_declared = entry.item().score.is_some() || is_dropped(entry);
        let open = Open {
            entry,
            lacks: unsaid(entry),
            score: (!is_declared).then_some(score),
            confidential,
        };
        (!open.lacks.is_empty() || open.score.is_some()).then_some(open)
    });
    Ok(open.collect())
}

fn is_dropped(entry: ItemRef<'_>) -> bool {
    let dropped = |item: &Item| matches!(item.lifecycle, Lifecycle::Dropped { .. });
    match entry {
        ItemRef::Objective(objective) => dropped(&objective.item),
        ItemRef::KeyResult(objective, own) => dropped(&objective.item) || dropped(&own.item),
    }
}

/// What is missing, by team and with who answers for it. Where others may read it, nothing is said of confidential values.
pub(super) fn shown(
    quarter: Quarter,
    open: &[Open<'_>],
    project: &Project,
    is_public: bool,
) -> String {
    let lacking = open.iter().filter(|one| !one.lacks.is_empty()).count();
    let mut text = match lacking {
        0 => format!("nothing is missing to close {quarter}\n"),
        1 => format!("{quarter} cannot be closed yet: 1 objective or key result lacks something\n"),
        many => format!(
            "{quarter} cannot be closed yet: {many} objectives and key results lack something\n"
        ),
    };
    let mut teams = BTreeSet::new();
    for one in open {
        let key = one.entry.key();
        let team = project
            .config
            .as_ref()
            .and_then(|config| config.teams.get(&key.team));
        if teams.insert(&key.team) {
            let name = team.map_or(key.team.as_str(), |team| &team.name);
            let manager = team.and_then(|team| team.manager.as_ref());
            let manager = manager.map(|manager| format!(" ({manager})"));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n{}{}", line(name), manager.unwrap_or_default());
        }
        let own = key.to_string();
        let own = own.strip_prefix(&format!("{quarter}/")).unwrap_or(&own);
        let _ = writeln!(text, "  {own}");
        if !one.lacks.is_empty() {
            let fields: Vec<&str> = one.lacks.iter().map(|field| field.as_str()).collect();
            let _ = writeln!(text, "    lacks {}", fields.join(", "));
        }
        if let Some(score) = one
            .score
            .as_ref()
            .filter(|_| !(is_public && one.confidential))
        {
            let _ = writeln!(text, "    {}", worked(score));
        }
    }
    text
}

/// That a quarter cannot be closed, and whose files lack how much.
pub(super) fn still_open(quarter: Quarter, open: &[Open<'_>], project: &Project) -> String {
    let mut teams: BTreeMap<&Id, usize> = BTreeMap::new();
    for one in open {
        *teams.entry(&one.entry.key().team).or_default() += 1;
    }
    let named: Vec<String> = teams
        .into_iter()
        .map(|(id, count)| {
            let team = project
                .config
                .as_ref()
                .and_then(|config| config.teams.get(id));
            let manager = team.and_then(|team| team.manager.as_ref());
            let manager = manager.map(|manager| format!(", {manager}"));
            format!("{id} ({count}{})", manager.unwrap_or_default())
        })
        .collect();
    format!(
        "{quarter} stays open: something is missing of {}",
        named.join(", ")
    )
}

/// A score with its working, in a line.
pub(super) fn worked(score: &Score) -> String {
    match (&score.working, &score.missing) {
        (Some(working), _) if score.is_complete() => format!("score: {working}"),
        (_, Some(missing)) => format!("no score: {missing}"),
        _ => format!("no score: {} of {} have one", score.known, score.counting),
    }
}
