//! A repository of our own, in which git merges without touching the user's.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::NoHistory;
use super::git::Git;
use super::object_id::ObjectId;

/// A bare repository that holds nothing and reads the objects of another one. What a merge writes is thrown away with it,
/// and no configuration, attributes or merge drivers of the other repository count in it: a merge runs no program.
#[derive(Debug)]
pub(super) struct Borrowed {
    dir: TempDir,
    environment: Vec<(OsString, OsString)>,
}

/// What is borrowed, as git names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lender<'a> {
    /// Its directory of objects.
    pub(super) objects: &'a str,
    /// Its list of commits whose parents are missing, if there is one.
    pub(super) shallow: &'a Path,
    /// Any id in it, which tells how long ids are.
    pub(super) like: &'a ObjectId,
}

impl Borrowed {
    pub(super) fn new(
        lender: Lender<'_>,
        environment: &[(OsString, OsString)],
    ) -> Result<Self, NoHistory> {
        let dir = set_up(lender).map_err(NoHistory::NotRun)?;
        let mut environment = environment.to_vec();
        environment.push(("GIT_DIR".into(), dir.path().into()));
        Ok(Self { dir, environment })
    }

    pub(super) fn git(&self) -> Result<Git<'_>, NoHistory> {
        Git::new(self.dir.path(), &self.environment)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "no file of the user's: a repository of our own, thrown away"
)]
fn set_up(lender: Lender<'_>) -> io::Result<TempDir> {
    let dir = tempfile::tempdir()?;
    let within = |name: &str| dir.path().join(name);
    for name in ["refs", "objects", "objects/info"] {
        std::fs::create_dir(within(name))?;
    }
    std::fs::write(within("HEAD"), "ref: refs/heads/none\n")?;
    let (version, format) = if lender.like.is_sha256() {
        (1, "[extensions]\n\tobjectFormat = sha256\n")
    } else {
        (0, "")
    };
    let config = format!("[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n{format}");
    std::fs::write(within("config"), config)?;
    std::fs::write(
        within("objects/info/alternates"),
        format!("{}\n", lender.objects),
    )?;
    match std::fs::copy(lender.shallow, within("shallow")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    Ok(dir)
}
