use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::cell::escape_inline;
use super::definition::definition;
use super::labels::labels;
use super::previous_keys::previous_keys;
use super::title::escape_title;
use super::{LinkTarget, Row, as_text};
use crate::config::{AssigneeTemplate, Config, QuarterState, Team};
use crate::model::{
    Date, Id, IssueReference, Item, ItemRef, Key, Lifecycle, Number, OkrTree, Username,
    WorkReference, round_half_up,
};

/// What the files say that one issue shall be.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and none follows from the others"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredIssue {
    /// The objective or key result that it stands for.
    pub key: Key,
    /// Keys under which its issue may still be marked: its own earlier keys, and those that follow from earlier names of
    /// its objective and team. Most specific first, each once, none of them declared today.
    pub previously: Vec<Key>,
    /// The existing issue that is to be put under management.
    pub adopt: Option<IssueReference>,
    /// The full path of the project that holds it.
    pub tracker: String,
    /// The title as GitLab stores it: mentions neutralised, white space at both ends gone.
    pub title: String,
    /// The due date: the declared one, or the quarter's last day.
    pub due: Date,
    /// The labels that it shall carry; people may add others.
    pub labels: BTreeSet<String>,
    /// Whom it shall be assigned to, each once, in order of preference: GitLab Free keeps the first.
    pub assignees: Vec<Username>,
    /// Whether it is confidential from the start. A person may make it so later, which is never undone.
    pub confidential: bool,
    /// Whether it shall be open; not while it was dropped or closed, or its objective or its quarter was.
    pub open: bool,
    /// Why it is not open, where a reason was given: a line of Markdown, escaped so that it may stand within a line.
    pub closing_reason: Option<String>,
    /// The state of its quarter: drafts create nothing, closed quarters are frozen.
    #[serde(with = "as_text::quarter_state")]
    pub quarter_state: QuarterState,
    /// The managed block's Markdown without markers and check-in table.
    pub definition: String,
    /// The check-ins that the files hold, by date; empty for objectives, whose block has no table.
    pub rows: Vec<Row>,
    /// The links that it shall have, sorted, each once.
    pub links: Vec<LinkTarget>,
    /// The team that it belongs to.
    #[serde(with = "as_text")]
    pub team: Id,
    /// Whether it stands for a key result.
    pub is_key_result: bool,
    /// Whether what people changed in its issue is changed back this once, whatever the policy says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revert: bool,
}

/// The issues that the files declare, by key. OKRs of a team that `okr.toml` does not declare have none: the loader refuses
/// such files.
pub fn desired_issues(tree: &OkrTree, config: &Config) -> Vec<DesiredIssue> {
    let continued = continued(tree);
    let mut issues: Vec<DesiredIssue> = tree
        .items()
        .filter_map(|item| {
            let team = config.teams.get(&item.key().team)?;
            let goes_on_as = continued.get(item.key()).map_or(&[][..], Vec::as_slice);
            Some(desired_issue(tree, config, team, item, goes_on_as))
        })
        .collect();
    issues.sort_by(|a, b| a.key.cmp(&b.key));
    issues
}

/// What goes on in a later quarter, each with the keys that say so, sorted.
fn continued(tree: &OkrTree) -> BTreeMap<&Key, Vec<&Key>> {
    let mut continued: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for later in tree.items() {
        if let Some(from) = &later.item().carried_from {
            continued.entry(&from.value).or_default().push(later.key());
        }
    }
    for keys in continued.values_mut() {
        keys.sort_unstable();
    }
    continued
}

fn desired_issue(
    tree: &OkrTree,
    config: &Config,
    team: &Team,
    of: ItemRef<'_>,
    goes_on_as: &[&Key],
) -> DesiredIssue {
    let item = of.item();
    let key = &item.key;
    let quarter_state = config.quarter_state(key.quarter);
    let has_ended = quarter_state == QuarterState::Closed;
    let (objective, key_result) = match of {
        ItemRef::Objective(objective) => (objective, None),
        ItemRef::KeyResult(objective, key_result) => (objective, Some(key_result)),
    };
    let is_key_result = key_result.is_some();
    let tracker = if is_key_result {
        &team.key_result_tracker
    } else {
        &team.tracker
    };
    // A key result ends with its objective, and is no less confidential.
    let ended = [item, &objective.item]
        .into_iter()
        .find(|item| !item.lifecycle.is_active());
    let mut rows: Vec<Row> = key_result
        .into_iter()
        .flat_map(|key_result| &key_result.check_ins)
        .map(Row::from)
        .collect();
    rows.sort_by_key(|row| row.date);
    DesiredIssue {
        key: key.clone(),
        previously: previous_keys(tree, team, of),
        adopt: item.adopt.as_ref().map(|adopt| adopt.value.clone()),
        tracker: tracker.clone(),
        title: escape_title(&item.title.value),
        due: due(config, item),
        labels: labels(config, &key.team, key.quarter, is_key_result),
        assignees: assignees(config, team, item),
        confidential: item.confidential || objective.item.confidential,
        open: ended.is_none() && !has_ended,
        closing_reason: match ended {
            Some(ended) => closing_reason(ended),
            None => has_ended.then(|| end_of_quarter(config, of)),
        },
        quarter_state,
        definition: definition(config, team, of, goes_on_as),
        rows,
        links: links(of),
        team: key.team.clone(),
        is_key_result,
        revert: false,
    }
}

/// The declared due date, or the quarter's last day.
pub(super) fn due(config: &Config, item: &Item) -> Date {
    item.due.map_or_else(
        || {
            // A quarter without an end is the last one there is.
            let period = config.calendar.period(item.key.quarter);
            period.map_or(Date::MAX, crate::model::Period::end)
        },
        |due| due.value,
    )
}

fn closing_reason(item: &Item) -> Option<String> {
    match &item.lifecycle {
        Lifecycle::Active => None,
        Lifecycle::Dropped { reason } => Some(escape_inline(&reason.value)),
        Lifecycle::Closed { reason } => reason.as_ref().map(|r| escape_inline(&r.value)),
    }
}

/// What is said of an issue that is closed because its quarter is.
fn end_of_quarter(config: &Config, of: ItemRef<'_>) -> String {
    let quarter = of.key().quarter;
    match final_score(config, of) {
        Some(score) => format!("{quarter} has ended; score {} %", round_half_up(score, 0)),
        None => format!("{quarter} has ended"),
    }
}

/// The score as the files have it: the declared one, else what the values or the key results give.
pub(super) fn final_score(config: &Config, of: ItemRef<'_>) -> Option<Number> {
    match of {
        ItemRef::KeyResult(_, key_result) => config.scoring.key_result(key_result),
        ItemRef::Objective(objective) => {
            let declared = objective.item.score.map(|score| score.value);
            declared.or_else(|| config.scoring.objective(objective))
        }
    }
}

/// Who answers for an item: its owner, else the team's manager.
pub(super) fn owner<'a>(team: &'a Team, item: &'a Item) -> Option<&'a Username> {
    item.owner
        .as_ref()
        .map(|owner| &owner.value)
        .or(team.manager.as_ref())
}

fn assignees(config: &Config, team: &Team, item: &Item) -> Vec<Username> {
    let templates = if item.key.is_key_result() {
        &config.assign.key_result
    } else {
        &config.assign.objective
    };
    let mut assignees: Vec<Username> = Vec::new();
    for template in templates {
        let assignee = match template {
            AssigneeTemplate::Manager => team.manager.as_ref(),
            AssigneeTemplate::Director => config.teams.director(&team.id),
            AssigneeTemplate::Owner => owner(team, item),
            AssigneeTemplate::User(user) => Some(user),
        };
        if let Some(assignee) = assignee
            && !assignees.contains(assignee)
        {
            assignees.push(assignee.clone());
        }
    }
    assignees
}

fn links(of: ItemRef<'_>) -> Vec<LinkTarget> {
    let item = of.item();
    let up: Vec<Key> = match of {
        ItemRef::Objective(objective) => objective
            .supports
            .iter()
            .map(|key| key.value.clone())
            .collect(),
        ItemRef::KeyResult(objective, _) => vec![objective.item.key.clone()],
    };
    let carried = item.carried_from.as_ref().map(|key| key.value.clone());
    let work = item.work.iter().filter_map(|work| match &work.value {
        WorkReference::Issue(issue) => Some(LinkTarget::Issue(issue.clone())),
        WorkReference::Milestone { .. } => None,
    });
    let links: BTreeSet<LinkTarget> = up
        .into_iter()
        .chain(carried)
        .map(LinkTarget::Key)
        .chain(work)
        .collect();
    links.into_iter().collect()
}
