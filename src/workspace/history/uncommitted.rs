//! Which files are not as they were committed.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::base::Location;
use super::git::Git;
use super::snapshot::Snapshot;
use super::{NoHistory, Present};
use crate::workspace::Root;

impl Root {
    /// The OKR files that are not as the checked out commit has them, new ones among them: what is written into those cannot
    /// be taken back by git alone. All of them, where there is no commit yet.
    ///
    /// # Errors
    /// There is no git, or no repository.
    pub fn uncommitted(
        &self,
        present: Present<'_>,
        environment: &[(OsString, OsString)],
    ) -> Result<BTreeSet<String>, NoHistory> {
        let git = Git::new(self.dir(), environment)?;
        let committed = match git.checkout()? {
            Some(checkout) => Snapshot::of(&git, &checkout.head, &Location::of(&git)?.prefix)?,
            None => Snapshot::default(),
        };
        let files = present.okrs.iter().map(|&id| present.sources.file(id));
        Ok(files
            .filter(|file| !committed.holds(file))
            .map(|file| file.path().to_owned())
            .collect())
    }
}
