//! What the files of a workspace said earlier, and what they say elsewhere, as far as git knows.
//!
//! `git` itself is asked, as a process: it is there where people and jobs keep such files, and it understands every
//! repository that it made. About earlier versions it is asked four things: whether commits are missing and what is
//! checked out, which files that holds, which commits changed them, and what they said.
//!
//! To compare a change with its target branch, it is asked to merge both, too: in a repository of our own that borrows the
//! objects of the user's, so that nothing is written there and nothing runs that its configuration names.
//!
//! Before an apply it is asked whether the branch of the pipeline has moved on.
//!
//! A merge counts as one version, by its first parent: what a team has decided is what landed on its branch.

mod base;
mod blobs;
mod borrowed;
mod branch_tip;
mod closing;
mod commits;
mod git;
mod last_commit;
mod no_base;
mod no_history;
mod object_id;
mod snapshot;
mod uncommitted;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use jiff::civil::Date;
use rayon::prelude::*;

use super::{OKR_DIR, Root};
use crate::text::{FileId, SourceMap};
pub use base::{Comparison, Merged};
pub use branch_tip::BranchTip;
pub use closing::{ClosedFiles, End, Ends};
use git::Git;
pub use last_commit::LastCommit;
pub use no_base::NoBase;
pub use no_history::NoHistory;
use object_id::ObjectId;

/// A quarter whose files' earlier versions are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its directory under `okrs/`, like `2026-q4`.
    pub quarter: String,
    /// Versions from this day on are wanted, and of each file the last one before it.
    pub since: Date,
    /// Whether only files are wanted that are no longer there.
    pub gone_only: bool,
}

/// What is there now: texts that have been read from the workspace.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// Every text.
    pub sources: &'a SourceMap,
    /// The OKR files among them.
    pub okrs: &'a [FileId],
}

/// What files said earlier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// By path, then oldest first. What was no text, or too large to be read, is left out.
    pub versions: Vec<FileVersion>,
    /// The texts that differ from what the files say now, each once.
    pub texts: Vec<String>,
    /// The day before which commits are missing, where the clone is too shallow for what was wanted.
    pub complete_since: Option<Date>,
}

/// A file as a commit left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// Its path, `okrs/<quarter>/<team>.toml`.
    pub path: String,
    /// The first eight digits of the commit's id.
    pub commit: String,
    /// The day of the commit in UTC, by its committer's clock.
    pub date: Date,
    /// What it said.
    pub text: VersionText,
}

/// What a version said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionText {
    /// The same as the file says now.
    AsNow,
    /// One of [`Earlier::texts`].
    Earlier(usize),
}

impl Root {
    /// What the files of some quarters said earlier. `environment` is what git gets to see of the environment.
    pub fn history(
        &self,
        wanted: &[Wanted],
        present: Present<'_>,
        environment: &[(OsString, OsString)],
    ) -> Result<Earlier, NoHistory> {
        let git = Git::new(self.dir(), environment)?;
        let Some(checkout) = git.checkout()? else {
            return Ok(Earlier::default());
        };
        let there: BTreeSet<&str> = present.paths().collect();
        let (found, now) = rayon::join(
            || commits::find(&git, &checkout, wanted, &there),
            || present.ids(wanted, &checkout.head),
        );
        let found = found?;
        let is_now = |path: &str, id: &ObjectId| now.get(path) == Some(id);
        let mut unread: BTreeSet<&ObjectId> = BTreeSet::new();
        for (path, versions) in &found.files {
            let earlier = versions.iter().map(|version| &version.blob);
            unread.extend(earlier.filter(|id| !is_now(path, id)));
        }
        let unread: Vec<&ObjectId> = unread.into_iter().collect();
        let mut texts = Vec::new();
        let mut places: BTreeMap<&ObjectId, usize> = BTreeMap::new();
        for (id, blob) in unread.iter().zip(blobs::read(&git, &unread)?) {
            if let Some(text) = blob.into_text() {
                places.insert(id, texts.len());
                texts.push(text);
            }
        }
        let mut versions = Vec::new();
        for (path, of_file) in &found.files {
            versions.extend(of_file.iter().filter_map(|version| {
                let text = if is_now(path, &version.blob) {
                    VersionText::AsNow
                } else {
                    VersionText::Earlier(*places.get(&version.blob)?)
                };
                Some(FileVersion {
                    path: path.clone(),
                    commit: version.commit.abbreviated(),
                    date: version.date,
                    text,
                })
            }));
        }
        Ok(Earlier {
            versions,
            texts,
            complete_since: found.complete_since,
        })
    }
}

impl Present<'_> {
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.okrs.iter().map(|&file| self.sources.file(file).path())
    }

    /// The ids that git would give to the texts of some quarters, as long as `like`.
    fn ids(&self, wanted: &[Wanted], like: &ObjectId) -> BTreeMap<&str, ObjectId> {
        let matters = |path: &str| {
            quarter_of(path).is_some_and(|quarter| {
                wanted
                    .iter()
                    .any(|wanted| wanted.quarter == quarter && !wanted.gone_only)
            })
        };
        let files = self.okrs.par_iter().map(|&file| self.sources.file(file));
        files
            .filter(|file| matters(file.path()))
            .filter_map(|file| Some((file.path(), ObjectId::of_text(file.text(), like)?)))
            .collect()
    }
}

/// The quarter's directory in the path of an OKR file; `None` for every other path.
fn quarter_of(path: &str) -> Option<&str> {
    let (quarter, name) = path
        .strip_prefix(OKR_DIR)?
        .strip_prefix('/')?
        .split_once('/')?;
    let stem = name.strip_suffix(".toml")?;
    (!stem.starts_with('.') && !stem.contains('/')).then_some(quarter)
}
