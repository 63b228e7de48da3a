//! The answer in one line.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::goals::Goals;
use crate::model::Quarter;
use crate::plan::{Action, Cause, Change, Counts, Field, FieldChange, Plan, Remark, Tally};

/// The first line of every rendering: whose goal changes and how, else that none does, else that nothing does. What an
/// apply would refuse says so first.
pub(super) fn answer(plan: &Plan, confidential_visible: bool) -> String {
    let answer = Goals::of(plan, confidential_visible)
        .answer()
        .unwrap_or_else(|| no_goal(plan));
    let limits: Vec<&str> = plan
        .refusals
        .iter()
        .map(|refusal| refusal.limit.as_str())
        .collect();
    match limits[..] {
        [] => answer,
        _ => format!("Refused by {}: {answer}", limits.join(", ")),
    }
}

fn no_goal(plan: &Plan) -> String {
    let leading = || leading_changes(plan);
    let check_ins: Vec<&Change> = leading().filter(|change| change.is_check_in()).collect();
    let rerendered = plan.summary.rerendered > 0;
    let released = |change: &Change| change.action == Action::Release;
    let ended = ended_quarters(leading());
    let (said, why) = if !ended.is_empty() {
        (ended.as_str(), "")
    } else if leading().any(released) {
        ("No goal changes", ": issues only go out of management")
    } else if leading().any(|change| is_counted(change) && !change.is_check_in()) {
        ("No goal changes", "")
    } else if check_ins.iter().any(|change| rows(change) > 0) {
        ("No goal changes", ": only check-ins")
    } else if !check_ins.is_empty() {
        ("No goal changes", ": only progress that is recomputed")
    } else if plan.changes.iter().any(is_counted) {
        ("No changes by this merge request", "")
    } else if rerendered {
        ("No goal changes", ": only text that is rendered anew")
    } else {
        ("No changes", "")
    };
    let kept = plan
        .notices
        .iter()
        .filter(|notice| is_drift(notice))
        .count();
    match (plan.conflicts.as_slice(), kept) {
        ([one], _) => {
            let key = one.key.as_ref().map(|key| format!(": {key}"));
            let key = key.unwrap_or_default();
            format!("{said}, but 1 conflict waits for a decision{key}")
        }
        ([_, ..], _) => {
            let count = plan.conflicts.len();
            format!("{said}, but {count} conflicts wait for a decision")
        }
        _ if !plan.is_empty() => format!("{said}{why}."),
        (_, 0) => format!("{said}. GitLab holds what the files say."),
        (_, 1) => format!("{said}. 1 difference that was made in GitLab is kept."),
        (_, kept) => format!("{said}. {kept} differences that were made in GitLab are kept."),
    }
}

/// The quarters that are closed, in words; empty where none is.
fn ended_quarters<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let ended: BTreeSet<Quarter> = changes
        .filter(|change| change.is_end_of_quarter() && change.cause != Cause::Drift)
        .filter_map(|change| Some(change.key.as_ref()?.quarter))
        .collect();
    let names: Vec<String> = ended.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is closed"),
        several => format!("{} are closed", several.join(", ")),
    }
}

/// The second line: how much changes, check-ins and re-rendered text apart; `None` where nothing else does.
pub(super) fn counts(plan: &Plan) -> Option<String> {
    let parts = parts(&leading(plan).total);
    (!parts.is_empty()).then(|| format!("Plan: {}", parts.join(", ")))
}

/// So many people are named who are newly assigned; the others are counted.
const NAMED: usize = 5;

/// The line below the counts: what an apply causes beside the changes; `None` where it causes nothing.
pub(super) fn forecast(plan: &Plan) -> Option<String> {
    let forecast = &plan.forecast;
    let mut people: Vec<(&String, &u32)> = forecast.assigned.iter().collect();
    people.sort_by_key(|(name, count)| (Reverse(**count), name.as_str()));
    let mut named: Vec<String> = people
        .iter()
        .take(NAMED)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if let more @ 1.. = people.len().saturating_sub(NAMED) {
        named.push(format!("{more} more"));
    }
    let assigned = if named.is_empty() {
        String::new()
    } else {
        format!(" (newly assigned: {})", named.join(", "))
    };
    let mut parts = Vec::new();
    if forecast.mails > 0 {
        let mails = plural(forecast.mails as usize, "mail", "mails");
        parts.push(format!("sends about {mails}{assigned}"));
    }
    if forecast.notes > 0 {
        let notes = plural(forecast.notes as usize, "note", "notes");
        parts.push(format!("writes {notes}"));
    }
    if forecast.wait_seconds > 0 {
        parts.push(format!(
            "waits {} s for the limits of gitlab.com",
            forecast.wait_seconds
        ));
    }
    (!parts.is_empty()).then(|| format!("Apply {}", parts.join(", ")))
}

/// What the first lines count, all together and by team: what this merge request brings where that is told apart, else
/// everything. Check-ins are not in it, they have [their line](check_ins).
pub(super) fn leading(plan: &Plan) -> Tally {
    if plan.base.is_some() {
        return because(plan, Cause::ThisMergeRequest);
    }
    let tally = Tally {
        total: plan.summary.total,
        teams: plan.summary.teams.clone(),
    };
    without_check_ins(tally, plan.changes.iter())
}

/// What is counted of the changes that are due for one reason.
pub(super) fn because(plan: &Plan, cause: Cause) -> Tally {
    let causes = &plan.summary.causes;
    let tally = match cause {
        Cause::ThisMergeRequest => &causes.this_merge_request,
        Cause::Pending => &causes.pending,
        Cause::Drift => &causes.drift,
    };
    let changes = plan.changes.iter().filter(|change| change.cause == cause);
    without_check_ins(tally.clone(), changes)
}

fn without_check_ins<'a>(mut tally: Tally, changes: impl Iterator<Item = &'a Change>) -> Tally {
    for change in changes.filter(|change| change.is_check_in()) {
        tally.total.update = tally.total.update.saturating_sub(1);
        let team = change.key.as_ref().map(|key| key.team.to_string());
        if let Some(counts) = team.and_then(|team| tally.teams.get_mut(&team)) {
            counts.update = counts.update.saturating_sub(1);
        }
    }
    tally.teams.retain(|_, counts| *counts != Counts::default());
    tally
}

fn leading_changes(plan: &Plan) -> impl Iterator<Item = &Change> {
    let leads = |change: &&Change| plan.base.is_none() || change.cause == Cause::ThisMergeRequest;
    plan.changes.iter().filter(leads)
}

fn is_counted(change: &Change) -> bool {
    change.action != Action::Rerender
}

/// How many check-ins a change takes in.
fn rows(change: &Change) -> usize {
    let is_row = |field: &&FieldChange| matches!(field.field, Field::CheckIn(_));
    change.fields.iter().filter(is_row).count()
}

/// What check-ins do, in a line; `None` where there are none.
pub(super) fn check_ins(changes: &[&Change]) -> Option<String> {
    let (with_rows, moved): (Vec<&Change>, Vec<_>) =
        changes.iter().partition(|change| rows(change) > 0);
    let mut parts = Vec::new();
    if !with_rows.is_empty() {
        let count = with_rows.iter().map(|change| rows(change)).sum();
        parts.push(format!(
            "{} in {}",
            plural(count, "check-in", "check-ins"),
            plural(with_rows.len(), "key result", "key results")
        ));
    }
    if !moved.is_empty() {
        parts.push(format!(
            "progress of {} recomputed",
            plural(moved.len(), "issue", "issues")
        ));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What was to do before this merge request, where that is told apart.
pub(super) fn pending(plan: &Plan) -> Option<String> {
    let mut parts = parts(&because(plan, Cause::Pending).total);
    let pending = |change: &&Change| change.cause == Cause::Pending && change.is_check_in();
    parts.extend(check_ins(
        &plan.changes.iter().filter(pending).collect::<Vec<_>>(),
    ));
    (plan.base.is_some() && !parts.is_empty()).then(|| {
        format!(
            "Already pending before this merge request: {}",
            parts.join(", ")
        )
    })
}

/// What people changed in GitLab, where this merge request is told apart from it.
pub(super) fn drift(plan: &Plan) -> Option<String> {
    let kept = plan.notices.iter().filter(|notice| is_drift(notice));
    let kept = match kept.count() {
        0 => None,
        count => Some(format!(
            "{} kept",
            plural(count, "difference", "differences")
        )),
    };
    let parts = parts(&plan.summary.causes.drift.total);
    let reverted = (!parts.is_empty()).then(|| format!("changed back: {}", parts.join(", ")));
    let all: Vec<String> = kept.into_iter().chain(reverted).collect();
    (plan.base.is_some() && !all.is_empty()).then(|| format!("Drift: {}", all.join("; ")))
}

/// Whether a notice is about what people changed in GitLab.
pub(super) fn is_drift(notice: &Remark) -> bool {
    notice.id == "drift"
}

/// What conflicts leave undone, where the first line is about goals that change and so does not say it.
pub(super) fn obstacles(plan: &Plan, goals: &Goals<'_>) -> Option<String> {
    match plan.conflicts.as_slice() {
        [] => None,
        _ if goals.is_empty() => None,
        [one] if one.key.is_some() => Some("1 conflict leaves its key out.".to_owned()),
        [_] => Some("1 conflict leaves keys out.".to_owned()),
        several => Some(format!("{} conflicts leave their keys out.", several.len())),
    }
}

/// The counts that are not zero, in words.
pub(super) fn parts(counts: &Counts) -> Vec<String> {
    let mut parts = Vec::new();
    for (count, what) in [
        (counts.create, "to create"),
        (counts.update, "to update"),
        (counts.moves, "to move"),
        (counts.close, "to close"),
        (counts.end, "to close with their quarter"),
        (counts.release, "to release"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    for (count, one, many) in [
        (counts.link, "link", "links"),
        (counts.unlink, "link to remove", "links to remove"),
        (counts.labels, "label", "labels"),
    ] {
        if count > 0 {
            parts.push(plural(count as usize, one, many));
        }
    }
    parts
}

/// What a newer renderer does.
pub(super) fn rerendered(count: u32) -> String {
    format!(
        "{} re-rendered, no field changed",
        plural(count as usize, "issue", "issues")
    )
}

/// A number with its noun.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// One column of the table of teams: its name and how to count.
pub(super) type Column = (&'static str, fn(&Counts) -> u32);

/// The columns of the table of teams that hold anything but zero.
pub(super) fn columns(tally: &Tally) -> Vec<Column> {
    let all: [Column; 8] = [
        ("create", |counts| counts.create),
        ("update", |counts| counts.update),
        ("move", |counts| counts.moves),
        ("close", |counts| counts.close),
        ("end", |counts| counts.end),
        ("release", |counts| counts.release),
        ("link", |counts| counts.link),
        ("unlink", |counts| counts.unlink),
    ];
    all.into_iter()
        .filter(|(_, count)| tally.teams.values().any(|team| count(team) > 0))
        .collect()
}
