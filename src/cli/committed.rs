//! Files into which is only written what git can take back.

use super::{CliError, Env, Project};
use crate::workspace::{NoHistory, Present};

/// Refuses to write into files that git could not bring back. `command` is the one that takes `--allow-dirty`.
///
/// # Errors
/// One of the files has changes that are not committed, or nobody can tell.
pub(super) fn committed(
    project: &Project,
    written: &[&str],
    command: &str,
    env: &Env,
) -> Result<(), CliError> {
    if written.is_empty() {
        return Ok(());
    }
    let config = project.config.as_ref().and_then(|config| config.file);
    let files: Vec<_> = config.into_iter().chain(project.okrs.clone()).collect();
    let present = Present {
        sources: &project.sources,
        okrs: &files,
    };
    let uncommitted = match project.root.uncommitted(present, &env.for_programs) {
        Ok(uncommitted) => uncommitted,
        // Where nothing is kept in git, it takes nothing back either.
        Err(NoHistory::NoGit | NoHistory::NoRepository) => return Ok(()),
        Err(error) => {
            let what = "cannot see whether the files are committed, so nothing was written";
            return Err(CliError::failure(what)
                .because(error)
                .hint(format!("{command} --allow-dirty writes all the same")));
        }
    };
    let written = written.iter().copied();
    let dirty: Vec<&str> = written.filter(|path| uncommitted.contains(*path)).collect();
    if dirty.is_empty() {
        return Ok(());
    }
    let verb = if dirty.len() == 1 { "has" } else { "have" };
    Err(CliError::failure(format!(
        "{} {verb} changes that are not committed, so nothing was written",
        dirty.join(", ")
    ))
    .hint("commit them first: then git can take it back by itself")
    .hint(format!(
        "{command} --allow-dirty writes into them all the same"
    )))
}
