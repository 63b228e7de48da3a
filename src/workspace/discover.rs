use std::fs::{DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::{OKR_DIR, Root};

/// One file that is to be read, or a path that is wrong in itself.
#[derive(Debug)]
pub(super) struct Found {
    /// Relative to the workspace, with `/` between the parts.
    pub(super) path: String,
    /// Where it is.
    pub(super) on_disk: PathBuf,
    /// What keeps it from being read, if anything.
    pub(super) problem: Option<Problem>,
}

/// What is wrong with a path before its text is looked at.
#[derive(Debug)]
pub(super) enum Problem {
    /// A directory or device has the name of an OKR file.
    NotAFile,
    /// A file that is not in `okrs/<quarter>/`.
    WrongDepth,
    /// A link that leads out of the workspace.
    LeadsOut,
    /// A link, or another repository, in a tree of git's.
    Unfollowed,
    /// It is longer than a file may be.
    TooLarge,
    /// The name is no UTF-8.
    Name,
    /// The system refuses.
    Io(io::Error),
    /// A name that was probably meant to end in `.toml`.
    Ending,
}

/// What lies under `okrs/`.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    /// Whether there is such a directory.
    pub(super) has_dir: bool,
    /// What was found, by path.
    pub(super) found: Vec<Found>,
    /// Paths of other files, which are none of ours.
    pub(super) ignored: Vec<String>,
}

/// Looks for OKR files.
pub(super) fn discover(root: &Root) -> Discovery {
    let mut discovery = Discovery::default();
    let okrs = root.dir().join(OKR_DIR);
    match okrs.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return discovery,
        Err(error) => discovery.wrong(OKR_DIR.to_owned(), okrs, Problem::Io(error)),
        Ok(metadata) => {
            discovery.has_dir = true;
            discovery.enter(root, &okrs, OKR_DIR, 1, metadata.file_type());
        }
    }
    discovery.found.sort_by(|a, b| a.path.cmp(&b.path));
    discovery.ignored.sort();
    discovery
}

impl Discovery {
    fn wrong(&mut self, path: String, on_disk: PathBuf, problem: Problem) {
        self.found.push(Found {
            path,
            on_disk,
            problem: Some(problem),
        });
    }

    /// Looks into a directory; `depth` is 1 for `okrs` itself, 2 for a quarter.
    fn enter(&mut self, root: &Root, dir: &Path, path: &str, depth: usize, kind: FileType) {
        let outcome = stays_inside(root, dir, kind).and_then(|()| {
            std::fs::read_dir(dir)
                .and_then(Iterator::collect::<io::Result<Vec<_>>>)
                .map_err(Problem::Io)
        });
        match outcome {
            Err(problem) => self.wrong(path.to_owned(), dir.to_path_buf(), problem),
            Ok(entries) => {
                for entry in entries {
                    self.look(root, &entry, path, depth);
                }
            }
        }
    }

    fn look(&mut self, root: &Root, entry: &DirEntry, parent: &str, depth: usize) {
        let on_disk = entry.path();
        let raw_name = entry.file_name();
        let name = raw_name.to_string_lossy();
        let path = format!("{parent}/{name}");
        if name.starts_with('.') {
            self.ignored.push(path);
            return;
        }
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.wrong(path, on_disk, Problem::Io(error)),
        };
        let is_dir = kind.is_dir() || (kind.is_symlink() && on_disk.is_dir());
        match (is_dir, name.ends_with(".toml")) {
            (true, true) => self.wrong(path, on_disk, Problem::NotAFile),
            // Deeper than a quarter's directory only to say that OKR files there are not read.
            (true, false) if depth < 4 => self.enter(root, &on_disk, &path, depth + 1, kind),
            (false, true) => {
                let problem = if raw_name.to_str().is_none() {
                    Some(Problem::Name)
                } else if depth == 2 {
                    stays_inside(root, &on_disk, kind).err()
                } else {
                    Some(Problem::WrongDepth)
                };
                self.found.push(Found {
                    path,
                    on_disk,
                    problem,
                });
            }
            (false, false) if meant_as_toml(&name) => self.wrong(path, on_disk, Problem::Ending),
            _ => self.ignored.push(path),
        }
    }
}

/// Only links can lead out, so only they are followed to see where they end.
fn stays_inside(root: &Root, path: &Path, kind: FileType) -> Result<(), Problem> {
    if !kind.is_symlink() {
        return Ok(());
    }
    match root.holds(path) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::LeadsOut),
        Err(error) => Err(Problem::Io(error)),
    }
}

/// What editors on Windows, and shift keys, make of `sre.toml`.
pub(super) fn meant_as_toml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".toml", ".toml.txt", ".tml", ".tom"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}
