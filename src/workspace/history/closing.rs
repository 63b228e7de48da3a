use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use jiff::civil::Date;

use super::base::{Location, resolve};
use super::commits::commit_of;
use super::git::{Checkout, Git, Heard, RAW_LOG, item};
use super::object_id::ObjectId;
use super::snapshot::Snapshot;
use super::{NoHistory, Present, blobs, quarter_of};
use crate::workspace::{CONFIG_FILE, Root};

/// What is asked about the end of quarters.
#[derive(Clone, Copy)]
pub struct Ends<'a> {
    /// The quarters: directories under `okrs/`, like `2026-q4`.
    pub quarters: &'a [String],
    /// Revisions of the branch on which a quarter ends, the best first: what is not on it yet has closed nothing. What is
    /// checked out, where the repository has none of them.
    pub branch: &'a [String],
    /// Which quarters an okr.toml with this text says are closed.
    pub closed_in: &'a dyn Fn(&str) -> BTreeSet<String>,
}

/// Whether and when a quarter was closed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It has not been, on that branch.
    NotYet,
    /// It was, by a commit.
    At(ClosedFiles),
    /// It was, by a commit that the clone is too shallow to have: it begins on this day.
    Before(Date),
}

/// A quarter's files as the commit that closed it had them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedFiles {
    /// The first eight digits of the commit's id.
    pub commit: String,
    /// The day of the commit in UTC, by its committer's clock.
    pub date: Date,
    /// By path, what they said; absent where they still say it, or what they said is no text.
    pub files: BTreeMap<String, Option<String>>,
}

/// One version of okr.toml, and the commit that brought it.
struct Version {
    commit: ObjectId,
    date: Date,
    /// Absent where the commit removed it.
    blob: Option<ObjectId>,
}

impl Root {
    /// When quarters were closed, and what their files said then. A quarter that was reopened in between counts from when it
    /// was closed again. `environment` is what git gets to see of the environment.
    ///
    /// # Errors
    /// Git is not there, or cannot tell.
    pub fn ends(
        &self,
        ends: Ends<'_>,
        present: Present<'_>,
        environment: &[(OsString, OsString)],
    ) -> Result<BTreeMap<String, End>, NoHistory> {
        let git = Git::new(self.dir(), environment)?;
        let Some(checkout) = git.checkout()? else {
            return Ok(BTreeMap::new());
        };
        let versions = config_versions(&git, &landed(&git, &checkout, ends.branch)?)?;
        let ids: BTreeSet<&ObjectId> = versions.iter().filter_map(|it| it.blob.as_ref()).collect();
        let ids: Vec<&ObjectId> = ids.into_iter().collect();
        let texts = blobs::read(&git, &ids)?;
        let closed: BTreeMap<&ObjectId, BTreeSet<String>> = ids
            .into_iter()
            .zip(texts)
            .filter_map(|(id, blob)| Some((id, (ends.closed_in)(&blob.into_text()?))))
            .collect();
        let mut found = BTreeMap::new();
        for quarter in ends.quarters {
            let is_closed = |version: &&Version| {
                let blob = version.blob.as_ref();
                let quarters = blob.and_then(|id| closed.get(id));
                quarters.is_some_and(|quarters| quarters.contains(quarter))
            };
            let run = versions.iter().take_while(is_closed).count();
            let end = match run.checked_sub(1).and_then(|last| versions.get(last)) {
                None => End::NotYet,
                Some(oldest) if checkout.shallow && run == versions.len() => {
                    End::Before(oldest.date)
                }
                Some(version) => End::At(files(&git, version, quarter, present)?),
            };
            found.insert(quarter.clone(), end);
        }
        Ok(found)
    }
}

/// The newest commit that is checked out and on the branch.
fn landed(git: &Git<'_>, checkout: &Checkout, branch: &[String]) -> Result<ObjectId, NoHistory> {
    for revision in branch {
        let Some(tip) = resolve(git, revision)? else {
            continue;
        };
        let output = git.output(&["merge-base", tip.as_str(), checkout.head.as_str()])?;
        let answer = String::from_utf8_lossy(&output.stdout);
        if let Some(common) = ObjectId::parse(answer.trim()).filter(|_| output.status.success()) {
            return Ok(common);
        }
    }
    Ok(checkout.head.clone())
}

/// The versions of okr.toml that lead to a commit, the newest first.
fn config_versions(git: &Git<'_>, newest: &ObjectId) -> Result<Vec<Version>, NoHistory> {
    let log = [&RAW_LOG[..], &[newest.as_str(), "--", CONFIG_FILE]].concat();
    git.ask(&log, "", |answer| {
        let mut versions = Vec::new();
        let mut commit = None;
        while let Some(token) = item(answer, 0)? {
            let token = String::from_utf8_lossy(&token).into_owned();
            let token = token.trim_start_matches('\n');
            let Some(change) = token.strip_prefix(':') else {
                commit = Some(commit_of(token)?);
                continue;
            };
            item(answer, 0)?.ok_or_else(NoHistory::not_understood)?;
            let words: Vec<&str> = change.split(' ').collect();
            let (Some((commit, date)), [_, mode, _, blob, _]) = (commit.take(), words.as_slice())
            else {
                return Err(NoHistory::not_understood());
            };
            versions.push(Version {
                commit,
                date,
                blob: ObjectId::parse(blob).filter(|_| mode.starts_with("100")),
            });
        }
        Ok((versions, Heard::All))
    })
}

fn files(
    git: &Git<'_>,
    version: &Version,
    quarter: &str,
    present: Present<'_>,
) -> Result<ClosedFiles, NoHistory> {
    let tree = Snapshot::of(git, &version.commit, &Location::of(git)?.prefix)?;
    let now: BTreeMap<&str, &str> = present
        .okrs
        .iter()
        .map(|&id| present.sources.file(id))
        .map(|file| (file.path(), file.text()))
        .collect();
    let mut files = BTreeMap::new();
    let mut changed = Vec::new();
    for (path, id) in &tree.files {
        if quarter_of(path) != Some(quarter) {
            continue;
        }
        files.insert(path.clone(), None);
        // What is gone is not judged: an archive may keep it elsewhere.
        if let Some(text) = now.get(path.as_str())
            && ObjectId::of_text(text, id).as_ref() != Some(id)
        {
            changed.push((path, id));
        }
    }
    let ids: Vec<&ObjectId> = changed.iter().map(|(_, id)| *id).collect();
    for ((path, _), blob) in changed.into_iter().zip(blobs::read(git, &ids)?) {
        files.insert(path.clone(), blob.into_text());
    }
    Ok(ClosedFiles {
        commit: version.commit.abbreviated(),
        date: version.date,
        files,
    })
}
