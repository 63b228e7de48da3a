//! A plan in lines, all of it but the help texts: what a scenario expects.

use std::fmt::Write as _;

use okrsync::plan::{Action, Cause, Change, Field, FieldChange, Operation, Plan, Remark};

/// The plan as scenarios write it. Keys of 2026-q4 go without their quarter.
pub(super) fn told(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.changes.iter().flat_map(change).collect();
    lines.extend(plan.conflicts.iter().map(|one| remark("conflict", one)));
    lines.extend(
        plan.refusals
            .iter()
            .map(|refusal| format!("refusal {}: {}", refusal.limit, refusal.message)),
    );
    lines.extend(plan.notices.iter().map(|one| remark("notice", one)));
    if lines.is_empty() {
        lines.push("nothing".to_owned());
    }
    lines
        .into_iter()
        .map(|line| line.replace("2026-q4/", "").replace('\n', "\\n"))
        .collect()
}

fn change(change: &Change) -> Vec<String> {
    let key = change.key.as_ref().map(ToString::to_string);
    let key = key.unwrap_or_default();
    let what = match (&change.operation, &change.issue) {
        (
            Operation::CreateLabel {
                name,
                color,
                in_group,
                ..
            },
            _,
        ) => {
            let group = if *in_group { "the group " } else { "" };
            format!("{name:?} in {group}{}, {color}", change.tracker)
        }
        (Operation::Link { to }, _) => format!("{key} to {}", to.name()),
        (Operation::Unlink { to, .. }, _) => format!("{key} from {to}"),
        (Operation::CloseTwin { stays, .. }, Some(issue)) => {
            format!("{key} {}#{}, twin of {stays}", issue.project, issue.iid)
        }
        (Operation::Prune, Some(issue)) => {
            format!("{key} {}#{}, not declared", issue.project, issue.iid)
        }
        (_, Some(issue)) => format!("{key} {}#{}", issue.project, issue.iid),
        (_, None) => format!("{key} in {}", change.tracker),
    };
    let secret = if change.confidential {
        ", confidential"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{} {what} ({}{secret})",
        change.action.name(),
        cause(change.cause)
    )];
    // What such a change is about, its first line says.
    let is_told = matches!(
        change.action,
        Action::CreateLabel | Action::Link | Action::Unlink
    ) || matches!(
        change.operation,
        Operation::Prune | Operation::CloseTwin { .. }
    );
    if !is_told {
        lines.extend(
            change
                .fields
                .iter()
                .map(|field| told_field(field, change.cause)),
        );
    }
    lines
}

fn told_field(field: &FieldChange, of_change: Cause) -> String {
    let quoted = |value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), |value| format!("\"{value}\""))
    };
    let mut line = format!("  {}", field.field.name());
    // Whole texts would bury what a scenario is about.
    if !matches!(field.field, Field::Definition | Field::Unfinished) {
        let (before, after) = (quoted(&field.before), quoted(&field.after));
        write!(line, " {before} -> {after}").unwrap();
    }
    match &field.overwrites {
        Some(applied) if field.field != Field::Definition => {
            write!(line, ", over theirs, was \"{applied}\"").unwrap();
        }
        Some(_) => line.push_str(", over theirs"),
        None => {}
    }
    if field.cause != of_change {
        write!(line, " ({})", cause(field.cause)).unwrap();
    }
    if let Some(edit) = &field.edited {
        write!(line, " ({edit})").unwrap();
    }
    line
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Drift => "drift",
        Cause::Pending => "pending",
        Cause::ThisMergeRequest => "this merge request",
    }
}

fn remark(kind: &str, remark: &Remark) -> String {
    let key = remark.key.as_ref().map(|key| format!(" {key}"));
    let issue = remark.issue.as_ref().map(|issue| format!(" {issue}"));
    let secret = if remark.confidential {
        " (confidential)"
    } else {
        ""
    };
    format!(
        "{kind} {}{}{}: {}{secret}",
        remark.id,
        key.unwrap_or_default(),
        issue.unwrap_or_default(),
        remark.told()
    )
}
