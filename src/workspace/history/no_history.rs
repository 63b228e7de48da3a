use std::io;

/// Why it is not known what files said earlier, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum NoHistory {
    /// There is no git.
    #[error(
        "git is not installed here, and it alone knows what files said earlier; install it (in the image of a job: the \
         package git)"
    )]
    NoGit,
    /// There is a git that cannot be run.
    #[error("git cannot be run here ({0}); see that `git --version` works")]
    NotRun(io::Error),
    /// No directory from here upwards is a repository.
    #[error(
        "this is not a git repository, so nobody knows what files said earlier; keep okr.toml and the files in one"
    )]
    NoRepository,
    /// A clone without the contents of earlier commits.
    #[error(
        "this clone leaves out what files said earlier; make one without --filter (in GitLab CI: not in \
         GIT_FETCH_EXTRA_FLAGS either)"
    )]
    PartialClone,
    /// `okrs` is a submodule or a link.
    #[error(
        "the directory okrs is a submodule or a link, and what its files said earlier is in another place; keep them in this \
         repository"
    )]
    Elsewhere,
    /// More than a program should take on.
    #[error(
        "what files said earlier is more than {0} MB; remove large files from okrs/ that do not belong there"
    )]
    TooMuch(u64),
    /// Git has given up.
    #[error("git cannot read what files said earlier ({said}); see what `git log -- okrs` says")]
    Failed {
        /// What it said.
        said: String,
    },
}

impl NoHistory {
    /// Git's answer was not the one that was asked for.
    pub(super) fn not_understood() -> Self {
        Self::Failed {
            said: "its answer is not understood".to_owned(),
        }
    }
}
