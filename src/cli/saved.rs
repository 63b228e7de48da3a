//! Plans that were saved: carried out as they are, or compared with as what was reviewed.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use super::base::Compared;
use super::planning::Declared;
use super::{CliError, Env, ExitStatus, Ui, output};
use crate::model::Key;
use crate::plan::{Operation, OwnChanges, Plan, Remark, Resumed, Unreviewed, resume};
use crate::render::terminal_text::line;

/// Digits of a fingerprint that people see.
const SHOWN: usize = 12;

/// Reads a saved plan.
pub(crate) fn read(file: &Path) -> Result<Plan, CliError> {
    let unread = |error: Box<dyn Error + Send + Sync>| {
        CliError::failure(format!("cannot use the plan {}", file.display()))
            .because(error)
            .hint("plan anew: okr plan --out FILE")
    };
    let text = output::read(file).map_err(|error| unread(error.into()))?;
    Plan::parse(&text).map_err(|error| unread(error.into()))
}

/// Takes from a saved plan what it was asked to change back, so that planning again asks for the same.
pub(crate) fn prepare(saved: &Plan, declared: &mut Declared) -> Result<(), CliError> {
    let owner = &declared.config.gitlab.owner;
    if saved.owner != *owner {
        let theirs = line(&saved.owner).into_owned();
        return Err(CliError::failure(format!(
            "the plan is for the issues of {theirs}, these files are for those of {owner}"
        ))
        .hint("gitlab.owner in okr.toml says whose issues are ours"));
    }
    let reverted = |operation: &Operation| match operation {
        Operation::Write { desired } if desired.revert => Some(desired.key.clone()),
        _ => None,
    };
    let mut keys: Vec<Key> = saved
        .changes
        .iter()
        .filter_map(|change| reverted(&change.operation))
        .collect();
    // What is not declared any more is stale, which is said with everything else that is.
    keys.retain(|key| declared.desired.iter().any(|wanted| wanted.key == *key));
    declared.revert(&keys)
}

/// What is left to do of a saved plan.
///
/// # Errors
/// A change of it cannot be carried out as it was planned.
pub(crate) fn resumed(
    saved: &Plan,
    now: Plan,
    declared: &Declared,
    env: &Env,
    ui: &mut Ui,
) -> Result<Plan, CliError> {
    let Resumed {
        mut plan,
        done,
        left_out,
        stale,
    } = resume(
        saved,
        now,
        &declared.desired,
        &declared.config.safety,
        env.okr_paused,
    );
    let of = saved.changes.len();
    if !stale.is_empty() {
        let mut text = String::new();
        for stale in &stale {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "! {}: {}", line(&stale.of), line(&stale.message));
        }
        ui.result(&text);
        let message = format!(
            "the plan is stale: {} of its {of} changes cannot be carried out as planned",
            stale.len()
        );
        return Err(CliError::new(ExitStatus::Refused, message)
            .hint("nothing was changed; plan again: okr plan --out FILE"));
    }
    if done > 0 {
        ui.status(&format!(
            "{done} of the plan's {of} changes are done already"
        ));
    }
    if left_out > 0 {
        let message = match left_out {
            1 => "1 change that the saved plan does not have is left out".to_owned(),
            _ => format!("{left_out} changes that the saved plan does not have are left out"),
        };
        let notice = Remark::new("left-out", message);
        plan.notices.push(notice.help("okr plan shows them"));
        plan.notices.sort();
    }
    Ok(plan)
}

/// Whether the files change what was reviewed.
///
/// # Errors
/// They change something else, or the reviewed plan does not say what its merge request changes.
pub(crate) fn as_reviewed(
    reviewed: &Plan,
    declared: &Declared,
    compared: &Compared,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let refused = |message: &str| CliError::new(ExitStatus::Refused, message);
    let Some(own) = &reviewed.own else {
        return Err(
            refused("the reviewed plan does not tell what its merge request changes")
                .hint("plan with a base in the merge request: okr plan --base REV --out FILE"),
        );
    };
    if reviewed.owner != declared.config.gitlab.owner {
        return Err(
            refused("the reviewed plan is for the issues of another owner")
                .hint("gitlab.owner in okr.toml says whose issues are ours"),
        );
    }
    let before = compared.before.as_ref();
    let now = before.map(|before| OwnChanges::of(&declared.desired, &before.declared.desired));
    let differences = own.differences(now.as_ref(), &declared.desired);
    if !differences.is_empty() {
        let mut text = String::new();
        for difference in &differences {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "! {}", told(difference));
        }
        ui.result(&text);
        return Err(refused("this is not what was reviewed").hint(
            "nothing was changed; review the plan of what is merged, or apply without --reviewed",
        ));
    }
    let fingerprint: String = own.fingerprint.chars().take(SHOWN).collect();
    let fingerprint = line(&fingerprint).into_owned();
    let count = own.changes.len();
    ui.status(&match &now {
        Some(now) if now.fingerprint == own.fingerprint => {
            format!("as reviewed: the same {count} changes, {fingerprint}")
        }
        Some(_) => format!("as reviewed: {fingerprint}, less what the files said already"),
        None => format!("as reviewed: all of {fingerprint} is in the files"),
    });
    if now.is_none() {
        ui.status(
            "what else is merged is unknown: nothing says what the branch held before (--base REV does)",
        );
        for remark in &compared.remarks {
            ui.status(&line(&remark.message));
        }
    }
    Ok(())
}

fn told(difference: &Unreviewed) -> String {
    let change = &difference.change;
    let (key, field, value) = (&change.key, line(&change.field), line(&change.value));
    match (difference.missing, change.added) {
        (true, true) => {
            format!("{key}: reviewed was {field} “{value}”, which the files do not say")
        }
        (true, false) => {
            format!("{key}: reviewed was that {field} “{value}” goes, but the files say it")
        }
        (false, true) => format!("{key}: {field} “{value}” was not reviewed"),
        (false, false) => format!("{key}: that {field} “{value}” goes was not reviewed"),
    }
}
