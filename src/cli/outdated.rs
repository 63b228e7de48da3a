//! Whether a pipeline is outdated: run, or run again, after its branch has got newer commits.

use super::{CliError, Env, ExitStatus, Project, Ui};
use crate::render::terminal_text::line;
use crate::workspace::{BranchTip, NoBase};

/// What `--allow` calls it to apply an older commit than the newest.
pub(crate) const OUTDATED: &str = "outdated";

/// Which newer commit of the pipeline's branch supersedes this one, in a few words; `None` where none does. Files of older
/// commits would roll back what newer ones have changed. Outside of a branch's pipeline nothing is asked: what a person has
/// checked out is meant.
///
/// # Errors
/// Nobody can tell.
pub(crate) fn superseded(
    project: &Project,
    env: &Env,
    ui: &Ui,
) -> Result<Option<String>, CliError> {
    let Some(branch) = &env.ci_branch else {
        return Ok(None);
    };
    let tip = project.root.branch_tip(branch, &env.for_programs);
    match tip.map_err(|why| unknown(branch, &why))? {
        BranchTip::CheckedOut => Ok(None),
        BranchTip::SameFiles(newest) => {
            ui.status(&format!(
                "{} is at {} by now, with the same files",
                line(branch),
                newest.commit
            ));
            Ok(None)
        }
        BranchTip::OtherFiles(newest) => Ok(Some(format!(
            "{} is at {} by now ({}), whose pipeline applies what this one would, and what has changed since",
            line(branch),
            newest.commit,
            line(&newest.subject),
        ))),
    }
}

fn unknown(branch: &str, why: &NoBase) -> CliError {
    let branch = line(branch);
    let hint = match why {
        NoBase::NotHere { .. } | NoBase::NoRepository => {
            "let the runner fetch the repository: not GIT_STRATEGY: none, nor GIT_STRATEGY: empty"
        }
        other => other.hint(),
    };
    let refused = CliError::new(
        ExitStatus::Refused,
        format!(
            "whether this is the newest commit of {branch} is not known, and an older one would roll back: {}",
            line(&why.to_string())
        ),
    );
    refused.hint(hint).hint(format!(
        "to apply it whatever {branch} holds by now: --allow {OUTDATED}, or OKR_ALLOW={OUTDATED}"
    ))
}
