use std::io;

use super::NoHistory;

/// Why a change cannot be compared with the branch that it goes to.
#[derive(Debug, thiserror::Error)]
pub enum NoBase {
    /// There is no git.
    #[error("git is not installed here, and it alone knows the target branch")]
    NoGit,
    /// There is a git that cannot be run.
    #[error("git cannot be run here")]
    NotRun(#[source] io::Error),
    /// There is a git that cannot merge without a checkout.
    #[error("git {version} is too old to merge without a checkout")]
    OldGit {
        /// Its version.
        version: String,
    },
    /// No directory from here upwards is a repository.
    #[error("this is not a git repository, so there is no target branch")]
    NoRepository,
    /// Nothing is committed.
    #[error("nothing is committed here, so there is nothing to compare")]
    NoCommit,
    /// The revision is no commit of this repository.
    #[error("{revision} is not in this clone")]
    NotHere {
        /// What was looked for.
        revision: String,
        /// Whether the clone lacks commits.
        shallow: bool,
    },
    /// The two have no commit in common.
    #[error("{revision} and what is checked out have no common commit here")]
    Unrelated {
        /// What was looked for.
        revision: String,
        /// Whether the clone lacks commits.
        shallow: bool,
    },
    /// Both sides changed the same places.
    #[error("this change conflicts with the target branch in {}", files.join(", "))]
    Conflict {
        /// The files concerned.
        files: Vec<String>,
    },
    /// A clone without the contents of other commits.
    #[error("this clone leaves out what the files of other commits say")]
    PartialClone,
    /// More than a program should take on.
    #[error("the files of the target branch are more than {0} MB")]
    TooMuch(u64),
    /// Git has given up.
    #[error("git cannot compare this change with the target branch ({said})")]
    Failed {
        /// What it said.
        said: String,
    },
}

impl NoBase {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoGit => "install it (in the image of a job: the package git)",
            Self::NotRun(_) => "see that `git --version` works",
            Self::OldGit { .. } => {
                "install git 2.38 or a newer one, or merge the target branch into this one first"
            }
            Self::NoRepository => "run it in a clone of the repository",
            Self::NoCommit => "commit the files first",
            Self::NotHere { shallow: true, .. } | Self::Unrelated { shallow: true, .. } => {
                "the clone is shallow: fetch all of it (in GitLab CI: GIT_DEPTH: \"0\" in the job's variables)"
            }
            Self::NotHere { .. } => {
                "fetch the target branch (git fetch origin), or name it as this clone does, like origin/main"
            }
            Self::Unrelated { .. } => "name the branch that this one comes from",
            Self::Conflict { .. } => {
                "rebase this branch onto the target branch, or merge that into it, and decide there"
            }
            Self::PartialClone => {
                "make one without --filter (in GitLab CI: not in GIT_FETCH_EXTRA_FLAGS either)"
            }
            Self::TooMuch(_) => "remove large files from okrs/ that do not belong there",
            Self::Failed { .. } => "see what `git merge-tree --write-tree` says of the two",
        }
    }
}

impl From<NoHistory> for NoBase {
    fn from(why: NoHistory) -> Self {
        match why {
            NoHistory::NoGit => Self::NoGit,
            NoHistory::NotRun(error) => Self::NotRun(error),
            NoHistory::NoRepository => Self::NoRepository,
            NoHistory::PartialClone => Self::PartialClone,
            NoHistory::TooMuch(megabytes) => Self::TooMuch(megabytes),
            NoHistory::Failed { said } => Self::Failed { said },
            NoHistory::Elsewhere => Self::Failed {
                said: why.to_string(),
            },
        }
    }
}
