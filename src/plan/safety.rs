//! Limits of one apply, checked when the plan is made so that a reviewer meets them, not the bot on main.

use super::change::{Action, Change, Field, PlanSummary, Refusal, Remark};
use crate::config::{Config, DriftPolicy, Safety};

/// Below this many managed issues the percentage of closes says nothing.
const PERCENT_FROM: u32 = 10;

/// The one refusal that no option lifts: whoever pauses means everybody.
const PAUSED: &str = "paused";

/// Why a plan may not be applied.
pub(crate) fn check(
    changes: &[Change],
    summary: &PlanSummary,
    safety: &Safety,
    paused: bool,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |limit: &str, message: String| {
        let help = match limit {
            PAUSED => "unset OKR_PAUSED, and set paused = false in [safety] of okr.toml".to_owned(),
            _ => format!(
                "to allow it once, pass --allow {limit}; to allow it always, change [safety] in okr.toml"
            ),
        };
        refusals.push(Refusal {
            limit: limit.to_owned(),
            message,
            help,
        });
    };
    let total = summary.total;
    if (safety.paused || paused) && !changes.is_empty() {
        refuse(PAUSED, "applying is paused".to_owned());
    }
    if total.create > safety.max_create {
        let message = format!(
            "{} issues would be created; the limit is {}",
            total.create, safety.max_create
        );
        refuse("max_create", message);
    }
    if total.close > safety.max_close {
        let message = format!(
            "{} issues would be closed; the limit is {}",
            total.close, safety.max_close
        );
        refuse("max_close", message);
    }
    if summary.managed >= PERCENT_FROM
        && total.close * 100 > safety.max_close_percent * summary.managed
    {
        let message = format!(
            "{} of {} managed issues would be closed; the limit is {} %",
            total.close, summary.managed, safety.max_close_percent
        );
        refuse("max_close_percent", message);
    }
    let mails: u32 = changes.iter().map(mails).sum();
    if mails > safety.max_notify {
        let message = format!(
            "about {mails} mails would be sent; the limit is {}",
            safety.max_notify
        );
        refuse("max_notify", message);
    }
    refusals
}

/// Drift of teams whose policy says that it fails a plan.
pub(crate) fn drift(notices: &[Remark], config: &Config) -> Option<Refusal> {
    let fails = |notice: &&Remark| {
        let team = notice
            .key
            .as_ref()
            .and_then(|key| config.teams.get(&key.team));
        let policy = team.map_or(config.policy.drift, |team| team.policy.drift);
        notice.id == "drift" && policy == DriftPolicy::Fail
    };
    let drifted = notices.iter().filter(fails).count();
    (drifted > 0).then(|| Refusal {
        limit: "drift".to_owned(),
        message: format!("{drifted} differences were made in GitLab, and the policy says that drift fails"),
        help: "change the files or the issues so that they agree, or pass --allow drift to keep the differences once".to_owned(),
    })
}

/// Mails that GitLab sends for a change, as far as can be known: one to each assignee of an issue that is created, assigned,
/// closed or reopened. Subscribers and watchers cannot be seen.
fn mails(change: &Change) -> u32 {
    let assigned = change
        .fields
        .iter()
        .filter(|field| field.field == Field::Assignees)
        .filter_map(|field| field.after.as_deref())
        .map(|names| names.split(", ").count())
        .sum::<usize>();
    let state = change
        .fields
        .iter()
        .any(|field| field.field == Field::State);
    let count = match change.action {
        Action::Create | Action::Adopt | Action::Move | Action::Update if !state => assigned,
        Action::Close | Action::Update | Action::Adopt | Action::Move => assigned.max(1),
        _ => 0,
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}
