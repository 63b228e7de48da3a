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
    /// A file whose name, or that of a directory above it, begins with a dot.
    #[error("{path} is not read: a name in it begins with a dot, as those of git and of tools do")]
    Hidden {
        /// The path as given.
        path: String,
    },
    /// A directory or device where a file is wanted.
    #[error("{path} is a directory or device, not a file")]
    NotAFile {
        /// The path within the workspace.
        path: String,
    },
    /// A file that is longer than it may be; the rest was not read.
    #[error("{path} is longer than {largest} bytes")]
    TooLarge {
        /// The path within the workspace.
        path: String,
        /// The limit.
        largest: u64,
    },
}
