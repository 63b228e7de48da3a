//! A directory of pages: written whole, without touching what is not its own.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::CliError;
use crate::render::terminal_text::line;

/// The file that says which others are a report's. Its name begins with a dot: GitLab Pages does not publish it.
const MARKER: &str = ".okr-report";
/// What the marker begins with.
const HEAD: &str = "# Written by okr report, which may replace and remove these files.";

/// A directory that may be written to.
#[derive(Debug)]
pub(crate) struct SiteDirectory {
    path: PathBuf,
    /// The files that an earlier report has written.
    own: BTreeSet<String>,
}

impl SiteDirectory {
    /// A directory that is new, empty, or a report's.
    ///
    /// # Errors
    /// It holds something, and no report has written it; or it cannot be read.
    pub(crate) fn open(path: &Path) -> Result<Self, CliError> {
        let path = path.to_path_buf();
        let name = line(&path.display().to_string()).into_owned();
        let failed = |error: io::Error| {
            CliError::failure(format!("cannot read {name}"))
                .because(error)
                .hint("--out names a directory for the pages")
        };
        let own = match read(&path.join(MARKER)) {
            Ok(marker) => owned(&marker),
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(failed(error)),
        };
        if own.is_empty() && !is_empty(&path).map_err(failed)? {
            return Err(CliError::failure(format!(
                "{name} holds files that okr report has not written, so nothing is written there"
            ))
            .hint("name a new or an empty directory with --out"));
        }
        Ok(Self { path, own })
    }

    /// Writes every file, each as a whole, and removes those that an earlier report wrote and this one does not. `text` says
    /// what is in a file, and is asked for one at a time by each core.
    ///
    /// # Errors
    /// A file of somebody else's is in the way, which is said before anything is written; or the disk fails. After that the
    /// next report goes on where this one stopped.
    pub(crate) fn write(
        &self,
        paths: &[&str],
        text: impl Fn(&str) -> String + Sync,
    ) -> Result<(), CliError> {
        for path in paths {
            self.is_free(path)?;
        }
        let all = paths.iter().map(|path| (*path).to_owned());
        let now: BTreeSet<String> = all.collect();
        // Whatever happens from here on, every file that was written is known to be a report's.
        let both: BTreeSet<String> = self.own.union(&now).cloned().collect();
        fs::create_dir_all(&self.path).map_err(|error| self.failed("", error))?;
        self.put(MARKER, &marker(&both))?;
        let parents: BTreeSet<PathBuf> = paths
            .iter()
            .filter_map(|path| Path::new(path).parent())
            .map(Path::to_path_buf)
            .collect();
        for parent in parents {
            fs::create_dir_all(self.path.join(&parent))
                .map_err(|error| self.failed(&parent.display().to_string(), error))?;
        }
        paths
            .par_iter()
            .try_for_each(|path| self.put(path, &text(path)))?;
        for path in self.own.difference(&now) {
            self.remove(path)?;
        }
        self.put(MARKER, &marker(&now))
    }

    /// Whether a file may be written: it is not there, or a report has written it, and no link leads elsewhere.
    fn is_free(&self, path: &str) -> Result<(), CliError> {
        let target = self.path.join(path);
        let refused = |what: &Path, why: &str| {
            let what = what.display().to_string();
            Err(
                CliError::failure(format!("{} {why}, so nothing is written", line(&what)))
                    .hint("move it away, or name another directory with --out"),
            )
        };
        for above in target.ancestors().skip(1) {
            if above == self.path {
                break;
            }
            if above.symlink_metadata().is_ok_and(|is| !is.is_dir()) {
                return refused(above, "is no directory");
            }
        }
        match target.symlink_metadata() {
            Err(_) => Ok(()),
            Ok(is) if is.is_file() && self.own.contains(path) => Ok(()),
            Ok(_) => refused(&target, "was not written by okr report"),
        }
    }

    /// Writes a file at once or not at all.
    fn put(&self, path: &str, text: &str) -> Result<(), CliError> {
        let target = self.path.join(path);
        let write = || -> io::Result<()> {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".okr-");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                // As any program's file: who publishes the pages may be another user. The umask takes its part.
                builder.permissions(fs::Permissions::from_mode(0o666));
            }
            let mut file = builder.tempfile_in(target.parent().unwrap_or(&self.path))?;
            file.write_all(text.as_bytes())?;
            file.persist(&target)?;
            Ok(())
        };
        write().map_err(|error| self.failed(path, error))
    }

    /// Removes a file of an earlier report, and the directory that it leaves empty.
    fn remove(&self, path: &str) -> Result<(), CliError> {
        let target = self.path.join(path);
        if !target.symlink_metadata().is_ok_and(|is| is.is_file()) {
            return Ok(());
        }
        fs::remove_file(&target).map_err(|error| self.failed(path, error))?;
        if let Some(above) = target.parent().filter(|above| *above != self.path) {
            // One that still holds something stays.
            let _kept = fs::remove_dir(above);
        }
        Ok(())
    }

    fn failed(&self, path: &str, error: io::Error) -> CliError {
        let path = self.path.join(path).display().to_string();
        CliError::failure(format!("cannot write {}", line(&path)))
            .because(error)
            .hint("may you write there, and is the disk full?")
    }
}

fn marker(paths: &BTreeSet<String>) -> String {
    let mut text = format!("{HEAD}\n");
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// The files that a marker names, as far as they are below its directory. A file that does not begin as a marker is none.
fn owned(marker: &str) -> BTreeSet<String> {
    let Some(list) = marker.strip_prefix(HEAD) else {
        return BTreeSet::new();
    };
    let is_below = |path: &&str| {
        let mut parts = Path::new(path).components().peekable();
        parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let lines = list.lines().filter(is_below);
    lines.map(str::to_owned).collect()
}

fn is_empty(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the directory is named on the command line, not by the workspace"
)]
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_names_nothing_outside_its_directory() {
        let paths = ["index.html", "teams/sre.html"].map(str::to_owned);
        let paths: BTreeSet<String> = paths.into_iter().collect();
        let text = marker(&paths);
        assert_eq!(owned(&text), paths);
        let more = format!("{text}../etc/passwd\n/etc/passwd\nteams/../../x\n\n");
        assert_eq!(owned(&more), paths);
        assert!(owned("index.html\n").is_empty());
    }
}
