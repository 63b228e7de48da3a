use std::io;
use std::path::PathBuf;

/// Why a workspace could not be used at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither the directory nor one above it has an okr.toml.
    #[error("no okr.toml in {} or in any directory above it", start.display())]
    NoConfig {
        /// Where the search began.
        start: PathBuf,
    },
    /// The directory that was named has no okr.toml.
    #[error("no okr.toml in {}", dir.display())]
    NoConfigIn {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory that was named cannot be entered.
    #[error("cannot open the directory {}", dir.display())]
    NoDirectory {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that this command cannot do without cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The path within the workspace.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be written; it is as it was before.
    #[error("cannot write {path}")]
    Write {
        /// The path within the workspace.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A path leads out of the workspace, by `..` or by a link.
    #[error("{path} leads out of the directory of okr.toml")]
    LeadsOut {
        /// The path as given.
        path: String,
    },
}
