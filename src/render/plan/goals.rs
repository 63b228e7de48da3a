//! Goals that change, as sentences.

use std::collections::{BTreeMap, BTreeSet};

use super::headline::plural;
use crate::model::{Key, Quarter};
use crate::plan::{Cause, GoalChange, GoalKind, GoalPart, Plan};

/// The goals that a plan's first lines are about, in the order in which they are told: the weightiest first, and last what
/// is not for all who read.
pub(super) struct Goals<'a> {
    told: Vec<&'a GoalChange>,
    confidential_visible: bool,
}

impl<'a> Goals<'a> {
    /// Those of this merge request where that is told apart, else all.
    pub(super) fn of(plan: &'a Plan, confidential_visible: bool) -> Self {
        let leads =
            |goal: &&GoalChange| plan.base.is_none() || goal.cause == Cause::ThisMergeRequest;
        let mut told: Vec<&GoalChange> = plan.goals.iter().filter(leads).collect();
        told.sort_by_key(|goal| goal.confidential && !confidential_visible);
        Self {
            told,
            confidential_visible,
        }
    }

    /// Whose goal changes and how, in one sentence without a full stop; `None` where none does.
    pub(super) fn answer(&self) -> Option<String> {
        let heads = self.heads();
        let (first, rest) = heads.split_first()?;
        if self.is_all_new(&heads) {
            return Some(self.all_new());
        }
        let mut answer = self.sentence(first);
        let with_it = self.told.iter().filter(|goal| is_part(goal, first)).count();
        match with_it {
            0 => {}
            1 => answer.push_str(" and its key result"),
            count => answer = format!("{answer} and its {count} key results"),
        }
        if let [second] = rest {
            let sentence = self.sentence(second);
            // A team is named once.
            let same = sentence
                .strip_prefix(&first.team)
                .filter(|_| second.team == first.team);
            let also = same.map_or(sentence.clone(), |does| format!("and{does}"));
            return Some(format!("{answer}; {also}"));
        }
        let mut kinds: BTreeMap<(bool, Option<GoalKind>), usize> = BTreeMap::new();
        for goal in rest {
            let hidden = self.is_hidden(goal);
            let kind = (hidden, (!hidden).then_some(goal.kind));
            *kinds.entry(kind).or_default() += 1;
        }
        let kinds = kinds.iter().map(|((_, kind), count)| {
            let kind = kind.map_or("confidential", participle);
            format!("{count} {kind}")
        });
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        Some(match rest.len() {
            0 => answer,
            count => format!("{answer}; {count} more goals change ({kinds})"),
        })
    }

    /// Whether no goal changes.
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All that changes and is not just new, a sentence each; nothing where the answer says it all.
    pub(super) fn list(&self) -> Vec<String> {
        let heads = self.heads();
        let is_listed = |goal: &&GoalChange| {
            // New words for what changes anyway are no news; the words stand where the issue does.
            let is_head = heads.contains(goal);
            goal.kind != GoalKind::Added
                && (is_head || goal.part != GoalPart::Whole && goal.kind != GoalKind::Reworded)
        };
        let listed: Vec<&GoalChange> = self.told.iter().copied().filter(is_listed).collect();
        let named = match heads.len() {
            2 => &heads[..],
            _ => &heads[..heads.len().min(1)],
        };
        if listed.iter().all(|goal| named.contains(goal)) {
            return Vec::new();
        }
        listed.iter().map(|goal| self.sentence(goal)).collect()
    }

    fn is_all_new(&self, heads: &[&GoalChange]) -> bool {
        heads.len() > 1 && self.told.iter().all(|goal| goal.kind == GoalKind::Added)
    }

    /// The weightiest change of each goal, without key results that share the fate of their objective.
    fn heads(&self) -> Vec<&'a GoalChange> {
        let mut seen = BTreeSet::new();
        let heads = self.told.iter().filter(|goal| seen.insert(&goal.key));
        let fates: BTreeSet<(&Key, GoalKind)> = self
            .told
            .iter()
            .filter(|goal| goal.part == GoalPart::Whole)
            .map(|goal| (&goal.key, goal.kind))
            .collect();
        heads
            .filter(|goal| {
                let shares = |key: Key| fates.contains(&(&key, goal.kind));
                goal.part != GoalPart::Whole
                    || !goal.key.is_key_result()
                    || !shares(goal.key.of_objective())
            })
            .copied()
            .collect()
    }

    /// A quarter's start: who sets how much.
    fn all_new(&self) -> String {
        let (results, objectives): (Vec<&GoalChange>, Vec<_>) =
            self.told.iter().partition(|goal| goal.key.is_key_result());
        let teams: BTreeSet<&str> = self.told.iter().map(|goal| goal.team.as_str()).collect();
        let quarters: BTreeSet<Quarter> = self.told.iter().map(|goal| goal.key.quarter).collect();
        let verb = if objectives.is_empty() { "add" } else { "set" };
        let who = match teams.first() {
            Some(team) if teams.len() == 1 => format!("{team} {verb}s"),
            _ => format!("{} teams {verb}", teams.len()),
        };
        let mut what = Vec::new();
        for (goals, one, many) in [
            (objectives, "objective", "objectives"),
            (results, "key result", "key results"),
        ] {
            if !goals.is_empty() {
                what.push(plural(goals.len(), one, many));
            }
        }
        let quarters: Vec<String> = quarters.iter().map(ToString::to_string).collect();
        format!("{who} {} for {}", what.join(" and "), quarters.join(", "))
    }

    fn is_hidden(&self, goal: &GoalChange) -> bool {
        goal.confidential && !self.confidential_visible
    }

    /// What happens to one goal.
    fn sentence(&self, goal: &GoalChange) -> String {
        let GoalChange { team, key, .. } = goal;
        if self.is_hidden(goal) {
            let verb = match goal.kind {
                GoalKind::Added => "adds",
                GoalKind::Dropped | GoalKind::Ended => "closes",
                _ => "changes",
            };
            return format!("{team} {verb} {key} (confidential)");
        }
        let title = format!("“{}”", goal.title);
        let way = match (&goal.from, &goal.to) {
            (None, None) => String::new(),
            (from, to) => {
                let [from, to] = [from, to].map(|end| end.as_deref().unwrap_or("nothing"));
                format!(": {from} → {to}")
            }
        };
        let by = |days: i32| plural(days.unsigned_abs() as usize, "day", "days");
        let part = match goal.part {
            GoalPart::Steps => "steps",
            GoalPart::Unit => "unit",
            GoalPart::Baseline => "baseline",
            GoalPart::Metric => "metric",
            GoalPart::Scoring => "scoring",
            GoalPart::Target => "target",
            GoalPart::Whole | GoalPart::Measure | GoalPart::Due | GoalPart::Title => "measure",
        };
        let sentence = match (goal.kind, goal.part, goal.days) {
            (GoalKind::Dropped, ..) => format!("{team} drops {title}"),
            (GoalKind::Ended, ..) => format!("{team} ends {title} early"),
            (GoalKind::Resumed, ..) => format!("{team} takes up {title} again"),
            (GoalKind::Added, ..) => match &goal.to {
                Some(to) => format!("{team} adds {title} ({to})"),
                None => format!("{team} adds {title}"),
            },
            (GoalKind::Reworded, ..) => match &goal.from {
                Some(from) => format!("{team} rewords “{from}” as {title}"),
                None => format!("{team} rewords {title}"),
            },
            (GoalKind::Eased, GoalPart::Due, Some(days)) => {
                format!("{team} postpones {title} by {}{way}", by(days))
            }
            (_, GoalPart::Due, Some(days)) => {
                format!("{team} brings {title} forward by {}{way}", by(days))
            }
            (GoalKind::Eased, GoalPart::Steps, Some(days)) => {
                format!("{team} postpones a step of {title} by {}{way}", by(days))
            }
            (_, GoalPart::Steps, Some(days)) => {
                format!(
                    "{team} brings a step of {title} forward by {}{way}",
                    by(days)
                )
            }
            (GoalKind::Eased, GoalPart::Baseline, _) => {
                format!("{team} eases {title} by moving its baseline{way}")
            }
            (GoalKind::Raised, GoalPart::Baseline, _) => {
                format!("{team} raises {title} by moving its baseline{way}")
            }
            (GoalKind::Eased, ..) => format!("{team} eases {title}{way}"),
            (GoalKind::Raised, ..) => format!("{team} raises {title}{way}"),
            (GoalKind::Redefined, ..) => format!("{team} changes the {part} of {title}{way}"),
        };
        match &goal.amendment {
            Some(amendment) => format!("{sentence} (amendment of {amendment})"),
            None => sentence,
        }
    }
}

/// Whether a key result goes with its objective.
fn is_part(goal: &GoalChange, of: &GoalChange) -> bool {
    of.part == GoalPart::Whole
        && goal.part == GoalPart::Whole
        && goal.kind == of.kind
        && goal.key.is_key_result()
        && goal.key.of_objective() == of.key
}

fn participle(kind: GoalKind) -> &'static str {
    match kind {
        GoalKind::Dropped => "dropped",
        GoalKind::Ended => "ended",
        GoalKind::Eased => "eased",
        GoalKind::Redefined => "redefined",
        GoalKind::Raised => "raised",
        GoalKind::Resumed => "taken up again",
        GoalKind::Added => "added",
        GoalKind::Reworded => "reworded",
    }
}
