//! The answer in one line.

use std::collections::BTreeMap;

use crate::plan::{Action, Counts, Plan, Remark};

/// The first line of every rendering: what would change, or that nothing would.
pub(super) fn headline(plan: &Plan) -> String {
    let parts = parts(leading(plan).0);
    if !parts.is_empty() {
        return format!("Plan: {}", parts.join(", "));
    }
    let counted = |action| action != Action::Rerender;
    if plan.changes.iter().any(|change| counted(change.action)) {
        return "No changes by this merge request.".to_owned();
    }
    if plan.summary.rerendered > 0 {
        return format!("Plan: {}", rerendered(plan.summary.rerendered));
    }
    match plan.conflicts.len() {
        0 => "No changes. GitLab holds what the files say.".to_owned(),
        1 => "No changes, but 1 conflict waits for a decision.".to_owned(),
        n => format!("No changes, but {n} conflicts wait for a decision."),
    }
}

/// What the first lines count, all together and by team: what this merge request brings where that is told apart, else
/// everything.
pub(super) fn leading(plan: &Plan) -> (&Counts, &BTreeMap<String, Counts>) {
    let summary = &plan.summary;
    let own = &summary.causes.this_merge_request;
    match plan.base {
        Some(_) => (&own.total, &own.teams),
        None => (&summary.total, &summary.teams),
    }
}

/// What was to do before this merge request, where that is told apart.
pub(super) fn pending(plan: &Plan) -> Option<String> {
    let parts = parts(&plan.summary.causes.pending.total);
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

/// What stands in the way, for the second line, if anything does.
pub(super) fn obstacles(plan: &Plan) -> Option<String> {
    let refused = match plan.refusals.len() {
        0 => None,
        n => Some(format!(
            "Refused by {}",
            plural(n, "safety limit", "safety limits")
        )),
    };
    let left_out = match plan.conflicts.as_slice() {
        [] => None,
        // Without changes the first line counts the conflicts.
        _ if plan.is_empty() => None,
        [one] if one.key.is_some() => Some("1 conflict leaves its key out".to_owned()),
        [_] => Some("1 conflict leaves keys out".to_owned()),
        several => Some(format!("{} conflicts leave their keys out", several.len())),
    };
    let parts: Vec<String> = refused.into_iter().chain(left_out).collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// The counts that are not zero, in words.
pub(super) fn parts(counts: &Counts) -> Vec<String> {
    let mut parts = Vec::new();
    for (count, what) in [
        (counts.create, "to create"),
        (counts.update, "to update"),
        (counts.moves, "to move"),
        (counts.close, "to close"),
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
pub(super) fn columns(plan: &Plan) -> Vec<Column> {
    let all: [Column; 7] = [
        ("create", |counts| counts.create),
        ("update", |counts| counts.update),
        ("move", |counts| counts.moves),
        ("close", |counts| counts.close),
        ("release", |counts| counts.release),
        ("link", |counts| counts.link),
        ("unlink", |counts| counts.unlink),
    ];
    all.into_iter()
        .filter(|(_, count)| leading(plan).1.values().any(|team| count(team) > 0))
        .collect()
}
