//! Real git repositories, made with fixed days and nobody's configuration.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::okr::put;

/// A repository with a workspace in it.
pub(crate) struct Repository {
    dir: TempDir,
    /// Where `okr.toml` is, below the repository's own directory.
    below: PathBuf,
}

impl Repository {
    /// A repository whose own directory is the workspace.
    pub(crate) fn new() -> Self {
        Self::below("")
    }

    /// A repository with a workspace in a directory of it.
    pub(crate) fn below(below: &str) -> Self {
        let repository = Self {
            dir: TempDir::new().unwrap(),
            below: below.into(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository.put("okr.toml", "");
        repository
    }

    /// A clone of it, made with these options.
    pub(crate) fn cloned(&self, options: &[&str]) -> Self {
        let clone = Self {
            dir: TempDir::new().unwrap(),
            below: self.below.clone(),
        };
        let from = format!("file://{}", self.dir.path().display());
        clone.git(&[&["clone", "--quiet"], options, &[&from, "."]].concat());
        clone
    }

    /// The repository's own directory.
    pub(crate) fn top(&self) -> &Path {
        self.dir.path()
    }

    /// The workspace.
    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.path().join(&self.below)
    }

    /// Writes a file of the workspace.
    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        put(&self.dir(), path, text.as_ref());
    }

    /// Removes a file of the workspace.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir().join(path)).unwrap();
    }

    /// Commits everything as it is, at noon of a day.
    pub(crate) fn commit(&self, day: &str, subject: &str) {
        self.commit_at(&format!("{day}T12:00:00Z"), subject);
    }

    /// Commits everything as it is, at a time.
    pub(crate) fn commit_at(&self, time: &str, subject: &str) {
        self.git(&["add", "--all"]);
        let mut command = self.command(&["commit", "--quiet", "--allow-empty", "-m", subject]);
        run(command.env("GIT_COMMITTER_DATE", time));
    }

    /// Merges a branch at noon of a day, with a commit of its own.
    pub(crate) fn merge(&self, day: &str, branch: &str) {
        let subject = format!("merge {branch}");
        let mut command = self.command(&["merge", "--quiet", "--no-ff", "-m", &subject, branch]);
        run(command.env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z")));
    }

    /// Runs git, and gives back what it said.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .env_clear()
            .envs(path())
            .envs([
                ("GIT_CONFIG_NOSYSTEM", "1"),
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_AUTHOR_NAME", "mia"),
                ("GIT_AUTHOR_EMAIL", "mia@example.com"),
                // Never what counts: a rebased commit keeps it.
                ("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z"),
                ("GIT_COMMITTER_NAME", "mia"),
                ("GIT_COMMITTER_EMAIL", "mia@example.com"),
            ])
            .current_dir(self.dir.path())
            .args([
                "-c",
                "core.autocrlf=false",
                "-c",
                "protocol.file.allow=always",
            ])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}

/// Where programs are looked for: the one thing that git gets to see of the environment.
pub(crate) fn path() -> Option<(OsString, OsString)> {
    Some(("PATH".into(), std::env::var_os("PATH")?))
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("these tests need git");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}
