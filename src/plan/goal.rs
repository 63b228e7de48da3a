//! Whose goal changes, and how: what reviewers ask before anything else.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Action, Cause, Change, Field, Operation};
use super::goal_difference::{Before, differences, whole};
use super::planner::PlanPolicy;
use crate::config::QuarterState;
use crate::issue::{DesiredIssue, StatedGoal};
use crate::model::Key;

/// How the goal of one objective or key result changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoalChange {
    /// Whose goal it is.
    #[schemars(with = "String")]
    pub key: Key,
    /// What people call its team.
    pub team: String,
    /// Its title, as it will be.
    pub title: String,
    /// What happens to it.
    pub kind: GoalKind,
    /// To which part of it.
    pub part: GoalPart,
    /// How it was, in words: `240 h`, a date, a number of steps. Absent where it was not, or where words would not help.
    pub from: Option<String>,
    /// How it will be, likewise.
    pub to: Option<String>,
    /// Of a date that moves, by how many days: later is positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// The amendment that comes with it, in words: day, who allowed it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
    /// Why it is due; never drift, which is changed back to what was declared all along.
    pub cause: Cause,
    /// Whether its issue is or becomes confidential: then its key and its team are for everybody, and whether it begins, ends
    /// or changes, and nothing else.
    pub confidential: bool,
}

/// What happens to a goal, the weightiest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GoalKind {
    /// It is given up, or no longer declared.
    Dropped,
    /// It comes to its end before its quarter does.
    Ended,
    /// It asks for less, or for the same later.
    Eased,
    /// It asks for something else, and nobody can say whether that is less.
    Redefined,
    /// It asks for more, or for the same earlier.
    Raised,
    /// What was dropped or ended is a goal again.
    Resumed,
    /// It is new in GitLab.
    Added,
    /// It is said in other words.
    Reworded,
}

/// Which part of a goal changes, the weightiest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GoalPart {
    /// All of it.
    Whole,
    /// The target, or the limit of a guardrail.
    Target,
    /// How it is measured: a way, a guardrail, steps.
    Measure,
    /// The steps.
    Steps,
    /// The unit.
    Unit,
    /// Where a way begins.
    Baseline,
    /// What is measured.
    Metric,
    /// How values become a score.
    Scoring,
    /// The due date.
    Due,
    /// The title.
    Title,
}

/// What the changes of a plan do to goals, the weightiest first.
///
/// What a merge request changes is told from the files before it; anything else from what the issues say. Where an issue
/// does not say it in the form in which it was written, nothing is said.
pub(super) fn goal_changes(changes: &[Change], policy: PlanPolicy<'_>) -> Vec<GoalChange> {
    let declared: BTreeMap<&Key, &DesiredIssue> = policy
        .base
        .iter()
        .flat_map(|base| base.desired)
        // A draft has no issues: what it declares is new once it is active.
        .filter(|wanted| wanted.quarter_state != QuarterState::Draft)
        .map(|wanted| (&wanted.key, wanted))
        .collect();
    let dropped: BTreeSet<&Key> = changes
        .iter()
        .filter_map(written)
        .filter(|desired| is_dropped(desired))
        .map(|desired| &desired.key)
        .collect();
    let mut goals = Vec::new();
    for change in changes {
        let Some(key) = &change.key else { continue };
        let mut amendment = None;
        let differences = match (&change.operation, written(change)) {
            (Operation::Prune, _) => whole(GoalKind::Dropped, None, None),
            (_, Some(desired)) => {
                // A key result that ends with its objective does not say why itself.
                let given_up = dropped.contains(key) || dropped.contains(&key.of_objective());
                let before = if policy.base.is_none() || change.cause != Cause::ThisMergeRequest {
                    observed(change, desired)
                } else {
                    let earlier = |key| declared.get(key).copied();
                    let base = earlier(key).or_else(|| desired.previously.iter().find_map(earlier));
                    base.map(before)
                };
                amendment = amended(before.as_ref(), desired);
                differences(before, desired, given_up)
            }
            _ => continue,
        };
        goals.extend(differences.into_iter().map(|(kind, part, from, to, days)| {
            GoalChange {
                key: key.clone(),
                team: team(key, policy),
                title: change.title.clone(),
                kind,
                part,
                from,
                to,
                days,
                amendment: amendment
                    .clone()
                    .filter(|_| matches!(kind, GoalKind::Eased | GoalKind::Redefined)),
                cause: change.cause,
                confidential: change.confidential,
            }
        }));
    }
    goals.sort_by(|a, b| (a.kind, a.part, &a.key).cmp(&(b.kind, b.part, &b.key)));
    goals
}

/// What a change writes that may be a change of goal: a drift that is changed back is none, and neither is the end of a
/// quarter.
fn written(change: &Change) -> Option<&DesiredIssue> {
    match &change.operation {
        Operation::Write { desired }
            if change.action != Action::Rerender
                && change.cause != Cause::Drift
                && desired.quarter_state != QuarterState::Closed =>
        {
            Some(desired)
        }
        _ => None,
    }
}

/// What allows a goal to be moved that was not there before.
fn amended(before: Option<&Before<'_>>, desired: &DesiredIssue) -> Option<String> {
    let earlier = before?.stated.as_ref()?;
    let now = StatedGoal::read(&desired.definition)?;
    let new = now.amendments.into_iter();
    let new: Vec<String> = new
        .filter(|one| !earlier.amendments.contains(one))
        .collect();
    (!new.is_empty()).then(|| new.join("; "))
}

fn team(key: &Key, policy: PlanPolicy<'_>) -> String {
    let configs = [Some(policy.config), policy.base.map(|base| base.config)];
    let team = configs
        .into_iter()
        .flatten()
        .find_map(|config| config.teams.get(&key.team));
    team.map_or_else(|| key.team.to_string(), |team| team.name.clone())
}

fn is_dropped(desired: &DesiredIssue) -> bool {
    !desired.open && StatedGoal::read(&desired.definition).is_some_and(|goal| goal.dropped)
}

fn before(declared: &DesiredIssue) -> Before<'_> {
    Before {
        title: Some(&declared.title),
        stated: StatedGoal::read(&declared.definition),
        open: declared.open,
    }
}

/// How GitLab holds it; `None` where it does not hold it as ours yet.
fn observed<'a>(change: &'a Change, desired: &DesiredIssue) -> Option<Before<'a>> {
    if matches!(change.action, Action::Create | Action::Adopt) {
        return None;
    }
    let held = |field: Field| {
        let mut fields = change
            .fields
            .iter()
            .filter(|differs| differs.cause != Cause::Drift);
        let differs = fields.find(|differs| differs.field == field)?;
        differs.before.as_deref()
    };
    Some(Before {
        title: held(Field::Title),
        stated: held(Field::Definition).and_then(StatedGoal::read),
        open: held(Field::State).map_or(desired.open, |state| state == "open"),
    })
}
