//! Limits of one apply, checked when the plan is made so that a reviewer meets them, not the bot on main.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Cause, Change, Field, PlanSummary, Refusal, Remark};
use super::decide::{course, policy};
use super::forecast;
use super::sets::listed_people;
use crate::config::{Config, DriftPolicy, Safety};
use crate::model::Quarter;

/// Below this many managed issues the percentage of closes says nothing.
const PERCENT_FROM: u32 = 10;

/// The one refusal that no option lifts: whoever pauses means everybody.
const PAUSED: &str = "paused";

/// Whether a refusal goes by what is to do, and so is another one where a part of it is left out.
pub(super) fn is_count(limit: &str) -> bool {
    limit == PAUSED || limit.starts_with("max_")
}

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
    let ended: BTreeSet<Quarter> = changes
        .iter()
        .filter(|change| change.is_end_of_quarter() && change.cause != Cause::Drift)
        .filter_map(|change| Some(change.key.as_ref()?.quarter))
        .collect();
    if ended.len() > safety.max_close_quarters as usize {
        let named: Vec<String> = ended.iter().map(ToString::to_string).collect();
        let message = format!(
            "the issues of {} would be closed with {}: {}; the limit is {}",
            counted(u32::try_from(ended.len()).unwrap_or(u32::MAX), "quarter"),
            if ended.len() == 1 { "it" } else { "them" },
            named.join(", "),
            safety.max_close_quarters
        );
        refuse("max_close_quarters", message);
    }
    let managed = summary.managed;
    let exceeds = |count: u32, percent: u32| {
        managed >= PERCENT_FROM && u64::from(count) * 100 > u64::from(percent) * u64::from(managed)
    };
    if let Some(percent) = safety.max_create_percent
        && exceeds(total.create, percent)
    {
        let message = format!(
            "{} would be created beside {managed} managed ones; the limit is {percent} %",
            counted(total.create, "issue")
        );
        refuse("max_create_percent", message);
    }
    if exceeds(total.close, safety.max_close_percent) {
        let message = format!(
            "{} of {} managed issues would be closed; the limit is {} %",
            total.close, summary.managed, safety.max_close_percent
        );
        refuse("max_close_percent", message);
    }
    let mails = forecast::of(changes).mails;
    if mails > safety.max_notify {
        let message = format!(
            "about {mails} mails would be sent; the limit is {}",
            safety.max_notify
        );
        refuse("max_notify", message);
    }
    if let Some(percent) = safety.max_notify_percent
        && exceeds(mails, percent)
    {
        let message = format!(
            "about {} would be sent for {managed} managed issues; the limit is {percent} %",
            counted(mails, "mail")
        );
        refuse("max_notify_percent", message);
    }
    let retitled = changes.iter().filter(|change| is_retitled(change)).count();
    if retitled > safety.max_retitle as usize {
        let message = format!(
            "{} would get another title; the limit is {}",
            counted(u32::try_from(retitled).unwrap_or(u32::MAX), "issue"),
            safety.max_retitle
        );
        refuse("max_retitle", message);
    }
    refusals
}

/// Drift of teams whose policy says that it fails a plan.
pub(crate) fn drift(notices: &[Remark], config: &Config) -> Option<Refusal> {
    let fails = |notice: &&Remark| {
        let key = notice.key.as_ref();
        let policy = key.map_or(&config.policy, |key| policy(&key.team, config));
        notice.id == "drift" && course(&policy.drift, notice.field) == DriftPolicy::Fail
    };
    let drifted = notices.iter().filter(fails).count();
    let were = if drifted == 1 {
        "difference was"
    } else {
        "differences were"
    };
    (drifted > 0).then(|| Refusal {
        limit: "drift".to_owned(),
        message: format!("{drifted} {were} made in GitLab, and the policy says that drift fails"),
        help: "change the files or the issues so that they agree, or pass --allow drift to keep the differences once".to_owned(),
    })
}

/// Whether an issue that has a title gets another one.
fn is_retitled(change: &Change) -> bool {
    let mut fields = change.fields.iter();
    fields.any(|field| field.field == Field::Title && field.before.is_some())
}

/// The settings by which okr guards itself and that a change edits: they are seen in its review, and the limits among them
/// count from the next change on.
pub(crate) fn changed_settings(before: &Config, now: &Config) -> Vec<Remark> {
    let (old, new) = (guards(before), guards(now));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut remarks = Vec::new();
    for name in names {
        let shown = |value: Option<&String>| match value.map(String::as_str) {
            None | Some("") => "nothing".to_owned(),
            Some(value) => value.to_owned(),
        };
        let (before, after) = (old.get(name), new.get(name));
        if before == after {
            continue;
        }
        let message = format!("{name}: {} → {}", shown(before), shown(after));
        let remark = Remark::new("guard-changed", message);
        remarks.push(if name.starts_with("safety.") {
            remark.help("this merge request is still held to the limit that it changes")
        } else {
            remark.help("it decides which issues are managed and where: see that it is meant")
        });
    }
    remarks
}

/// A number with its noun.
pub(super) fn counted(count: u32, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// A limit in percent, or nothing where there is none.
fn percent(limit: Option<u32>) -> String {
    limit.map(|limit| limit.to_string()).unwrap_or_default()
}

/// Whose issues are managed, where, and within which limits: each setting with its value as text.
fn guards(config: &Config) -> BTreeMap<String, String> {
    let (gitlab, safety) = (&config.gitlab, &config.safety);
    let url = gitlab.url.as_ref().map(|url| url.value.clone());
    let mut guards: BTreeMap<String, String> = [
        ("gitlab.url", url.unwrap_or_default()),
        ("gitlab.owner", gitlab.owner.clone()),
        ("gitlab.previous_owners", gitlab.previous_owners.join(", ")),
        ("gitlab.bots", listed_people(&gitlab.bots)),
        ("safety.paused", safety.paused.to_string()),
        ("safety.max_create", safety.max_create.to_string()),
        ("safety.max_close", safety.max_close.to_string()),
        (
            "safety.max_close_percent",
            safety.max_close_percent.to_string(),
        ),
        (
            "safety.max_close_quarters",
            safety.max_close_quarters.to_string(),
        ),
        ("safety.max_notify", safety.max_notify.to_string()),
        (
            "safety.max_create_percent",
            percent(safety.max_create_percent),
        ),
        (
            "safety.max_notify_percent",
            percent(safety.max_notify_percent),
        ),
        ("safety.max_retitle", safety.max_retitle.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for team in config.teams.iter() {
        let id = &team.id;
        guards.insert(format!("teams.{id}.tracker"), team.tracker.clone());
        if team.key_result_tracker != team.tracker {
            let tracker = team.key_result_tracker.clone();
            guards.insert(format!("teams.{id}.key_result_tracker"), tracker);
        }
    }
    guards
}
