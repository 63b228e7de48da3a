use std::path::PathBuf;

use crate::gitlab;

/// Why something could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// GitLab did not answer, or refused.
    #[error("cannot read the work in {project}")]
    GitLab {
        /// The project.
        project: String,
        /// Why.
        source: Box<gitlab::Error>,
    },
    /// What was read cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened.
    #[error("cannot open {path}; it holds nothing that cannot be read again: delete it", path = path.display())]
    Open {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It cannot be read or written.
    #[error(
        "cannot use the store of flow metrics; it holds nothing that cannot be read again: delete it"
    )]
    Use(#[from] rusqlite::Error),
    /// What it holds is not what was written.
    #[error(
        "the store of flow metrics is damaged; it holds nothing that cannot be read again: delete it"
    )]
    Damaged(#[from] serde_json::Error),
}
