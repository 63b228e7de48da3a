//! What a change is compared with: the files of the branch that it goes to, and those of both merged.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use super::borrowed::{Borrowed, Lender};
use super::git::{Git, complaint};
use super::object_id::ObjectId;
use super::snapshot::Snapshot;
use super::{NoBase, NoHistory, Present};
use crate::workspace::{CONFIG_FILE, Files, OKR_DIR, Root};

/// The oldest git that merges without a checkout.
const OLDEST: (u32, u32) = (2, 38);

/// A change beside the branch that it goes to.
#[derive(Debug)]
pub struct Comparison {
    /// Which of the revisions that were asked for it is.
    pub revision: String,
    /// The first eight digits of its commit's id.
    pub commit: String,
    /// The commits that are checked out and not in the branch, each by the first eight digits of its id.
    pub own: BTreeSet<String>,
    /// The files of the branch; `None` where it has no okr.toml yet.
    pub base: Option<Files>,
    /// The files of the branch with this change merged in.
    pub merged: Merged,
}

/// Where the files of the branch with this change merged in are.
#[derive(Debug)]
pub enum Merged {
    /// In the working tree: what is checked out holds the branch already, or is a merge of both.
    CheckedOut,
    /// Nowhere: the working tree differs from its commit, so its files stand alone, without what the branch has got since.
    Uncommitted,
    /// Here, merged by git.
    Files(Files),
}

/// Where in its repository a workspace is.
pub(super) struct Location {
    pub(super) prefix: String,
    objects: String,
    shallow: String,
}

impl Root {
    /// Compares what is checked out with the first of these revisions that the repository has. Nothing is fetched, checked
    /// out or written into the repository. `environment` is what git gets to see of the environment.
    pub fn compare(
        &self,
        revisions: &[String],
        present: Present<'_>,
        environment: &[(OsString, OsString)],
    ) -> Result<Comparison, NoBase> {
        let git = Git::new(self.dir(), environment)?;
        young_enough(&git)?;
        let checkout = git.checkout()?.ok_or(NoBase::NoCommit)?;
        let mut found = None;
        for revision in revisions {
            if let (None, Some(commit)) = (&found, resolve(&git, revision)?) {
                found = Some((revision.clone(), commit));
            }
        }
        let Some((revision, base)) = found else {
            return Err(NoBase::NotHere {
                revision: revisions.first().cloned().unwrap_or_default(),
                shallow: checkout.shallow,
            });
        };
        let location = Location::of(&git)?;
        let lender = Lender {
            objects: &location.objects,
            shallow: Path::new(&location.shallow),
            like: &checkout.head,
        };
        let borrowed = Borrowed::new(lender, environment)?;
        let git = borrowed.git()?;
        let prefix = &location.prefix;
        let merged = if is_ancestor(&git, &base, &checkout.head)? {
            Merged::CheckedOut
        } else if differs(&Snapshot::of(&git, &checkout.head, prefix)?, present) {
            Merged::Uncommitted
        } else if has_common_ancestor(&git, &base, &checkout.head)? {
            let tree = merge(&git, &base, &checkout.head, prefix)?;
            Merged::Files(Snapshot::of(&git, &tree, prefix)?.read(&git)?)
        } else {
            let shallow = checkout.shallow;
            return Err(NoBase::Unrelated { revision, shallow });
        };
        let before = Snapshot::of(&git, &base, prefix)?;
        Ok(Comparison {
            own: only_in(&git, &checkout.head, &base)?,
            revision,
            commit: base.abbreviated(),
            base: if before.has_config() {
                Some(before.read(&git)?)
            } else {
                None
            },
            merged,
        })
    }
}

impl Location {
    pub(super) fn of(git: &Git<'_>) -> Result<Self, NoHistory> {
        let paths = ["--git-path", "objects", "--git-path", "shallow"];
        let show = ["rev-parse", "--show-prefix", "--path-format=absolute"];
        let output = git.output(&[&show[..], &paths].concat())?;
        if !output.status.success() {
            return Err(complaint(&output.stderr));
        }
        let answer = String::from_utf8(output.stdout).map_err(|_| NoHistory::not_understood())?;
        let lines: Vec<&str> = answer.lines().collect();
        match lines.as_slice() {
            [prefix, objects, shallow] => Ok(Self {
                prefix: (*prefix).to_owned(),
                objects: (*objects).to_owned(),
                shallow: (*shallow).to_owned(),
            }),
            _ => Err(NoHistory::not_understood()),
        }
    }
}

fn young_enough(git: &Git<'_>) -> Result<(), NoBase> {
    let output = git.output(&["version"])?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = answer.split_whitespace().nth(2).unwrap_or_default();
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) < OLDEST => Err(NoBase::OldGit {
            version: version.to_owned(),
        }),
        (Some(_), Some(_)) => Ok(()),
        _ => Err(NoHistory::not_understood().into()),
    }
}

/// The commit that a revision names; `None` where the repository does not have it.
pub(super) fn resolve(git: &Git<'_>, revision: &str) -> Result<Option<ObjectId>, NoHistory> {
    let commit = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--quiet", "--verify", "--end-of-options"];
    let output = git.output(&[&verify[..], &[&commit]].concat())?;
    let answer = String::from_utf8_lossy(&output.stdout);
    Ok(ObjectId::parse(answer.trim()).filter(|_| output.status.success()))
}

/// The commits that lead to one commit and not to the other.
fn only_in(git: &Git<'_>, head: &ObjectId, base: &ObjectId) -> Result<BTreeSet<String>, NoHistory> {
    let range = format!("{}..{}", base.as_str(), head.as_str());
    let output = git.output(&["rev-list", &range, "--"])?;
    if !output.status.success() {
        return Err(complaint(&output.stderr));
    }
    let commits = String::from_utf8_lossy(&output.stdout);
    let commits = commits.lines().filter_map(ObjectId::parse);
    Ok(commits.map(|commit| commit.abbreviated()).collect())
}

/// A question that git answers by its status: 0 for yes, 1 for no.
fn says_yes(git: &Git<'_>, arguments: &[&str]) -> Result<bool, NoHistory> {
    let output = git.output(arguments)?;
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(complaint(&output.stderr)),
    }
}

pub(super) fn is_ancestor(
    git: &Git<'_>,
    base: &ObjectId,
    head: &ObjectId,
) -> Result<bool, NoHistory> {
    let (base, head) = (base.as_str(), head.as_str());
    says_yes(git, &["merge-base", "--is-ancestor", base, head])
}

fn has_common_ancestor(git: &Git<'_>, base: &ObjectId, head: &ObjectId) -> Result<bool, NoHistory> {
    says_yes(git, &["merge-base", base.as_str(), head.as_str()])
}

/// The tree that a merge of the change into the base gives. Conflicts in other files of the repository are not ours to
/// judge: they leave our files as merged.
fn merge(
    git: &Git<'_>,
    base: &ObjectId,
    head: &ObjectId,
    prefix: &str,
) -> Result<ObjectId, NoBase> {
    let how = ["--write-tree", "-z", "--name-only", "--no-messages"];
    let both = [base.as_str(), head.as_str()];
    let output = git.output(&[&["merge-tree"], &how[..], &both].concat())?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(complaint(&output.stderr).into());
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    let mut items = answer.split('\0').filter(|item| !item.is_empty());
    let tree = items.next().and_then(ObjectId::parse);
    let tree = tree.ok_or_else(NoHistory::not_understood)?;
    let ours = |path: &str| {
        let within = path.strip_prefix(prefix)?;
        let below = within.strip_prefix(OKR_DIR);
        let is_ours = within == CONFIG_FILE || below.is_some_and(|rest| rest.starts_with('/'));
        is_ours.then(|| within.to_owned())
    };
    let mut files: Vec<String> = items.filter_map(ours).collect();
    files.dedup();
    if files.is_empty() {
        Ok(tree)
    } else {
        Err(NoBase::Conflict { files })
    }
}

/// Whether the working tree's files are not those of its commit.
fn differs(committed: &Snapshot, present: Present<'_>) -> bool {
    let mut all = present.sources.files();
    let config = all.find(|(_, file)| file.path() == CONFIG_FILE);
    let okrs = present.okrs.iter().map(|&id| present.sources.file(id));
    let mut files = config.map(|(_, file)| file).into_iter().chain(okrs);
    let count = present.okrs.len() + usize::from(config.is_some());
    count != committed.files.len() || !files.all(|file| committed.holds(file))
}
