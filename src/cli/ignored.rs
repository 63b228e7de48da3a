//! The directory of what `okr` keeps for itself in a workspace.

use super::CliError;
use crate::workspace::Root;

/// Its name: git ignores what is in it, and no command reads OKRs from it.
pub(crate) const IGNORED: &str = ".okr";

/// Makes it.
pub(crate) fn ignored(root: &Root) -> Result<(), CliError> {
    root.create(&format!("{IGNORED}/.gitignore"), "*\n")?;
    Ok(())
}
