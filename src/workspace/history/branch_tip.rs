//! Whether a branch has moved on since what is checked out.

use std::ffi::OsString;

use super::NoBase;
use super::base::{Location, is_ancestor, resolve};
use super::git::Git;
use super::last_commit::{LastCommit, last_commit};
use super::snapshot::Snapshot;
use crate::workspace::Root;

/// What is checked out, beside the newest commit of its branch that this clone knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchTip {
    /// It is the newest.
    CheckedOut,
    /// There is a newer one, which leaves okr.toml and the OKR files as they are.
    SameFiles(LastCommit),
    /// There is a newer one with other files, or the branch no longer holds what is checked out.
    OtherFiles(LastCommit),
}

impl Root {
    /// Compares what is checked out with the newest commit of `branch` at `origin`, as this clone knows it. Nothing is
    /// fetched: at the start of a job, GitLab's runner fetches the branch of its pipeline anew, whatever the depth, beside
    /// the pipeline's own commit (GitLab's source: `app/presenters/ci/build_runner_presenter.rb`, `refspecs`).
    ///
    /// # Errors
    /// There is no git, no repository, or no such branch in this clone.
    pub fn branch_tip(
        &self,
        branch: &str,
        environment: &[(OsString, OsString)],
    ) -> Result<BranchTip, NoBase> {
        let git = Git::new(self.dir(), environment)?;
        let checkout = git.checkout()?.ok_or(NoBase::NoCommit)?;
        let revision = format!("refs/remotes/origin/{branch}");
        let Some(tip) = resolve(&git, &revision)? else {
            return Err(NoBase::NotHere {
                revision: format!("origin/{branch}"),
                shallow: checkout.shallow,
            });
        };
        // A clone that was not fetched anew may know less of its branch than what is checked out.
        if is_ancestor(&git, &tip, &checkout.head)? {
            return Ok(BranchTip::CheckedOut);
        }
        let commit = last_commit(&git, &[tip.as_str()])?.ok_or(NoBase::NoCommit)?;
        let prefix = Location::of(&git)?.prefix;
        let [here, there] = [&checkout.head, &tip].map(|tree| Snapshot::of(&git, tree, &prefix));
        Ok(if here?.files == there?.files {
            BranchTip::SameFiles(commit)
        } else {
            BranchTip::OtherFiles(commit)
        })
    }
}
