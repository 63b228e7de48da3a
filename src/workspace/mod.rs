//! The only place that reads and writes the user's files, and that asks git what they said earlier or say elsewhere.
//!
//! A workspace is a directory with an `okr.toml` and OKR files under `okrs/<quarter>/<team>.toml`. What is wrong with
//! one file (unreadable, no UTF-8, too large, a link that leads out) is a finding about that file, so that one run says
//! everything; only what leaves nothing to read is an [`Error`].
//!
//! Files and directories whose names begin with a dot are not read. Nothing outside the workspace is read or written,
//! whatever links say.

mod discover;
mod error;
mod history;
mod read;
mod repository;
mod root;
mod rules;
mod write;

pub use error::Error;
pub use history::{
    BranchTip, ClosedFiles, Comparison, Earlier, End, Ends, FileVersion, LastCommit, Merged,
    NoBase, NoHistory, Present, VersionText, Wanted,
};
pub use read::{Files, MAX_FILE_BYTES, MAX_MEASURE_BYTES};
pub use root::{CONFIG_FILE, OKR_DIR, Root};
pub use rules::RULES;
