use std::path::{Component, Path, PathBuf};

use super::Error;

/// The name of the file that makes a directory a workspace.
pub const CONFIG_FILE: &str = "okr.toml";

/// The directory of OKR files in a workspace.
pub const OKR_DIR: &str = "okrs";

/// The directory of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Without links in it, so that it can be compared with where links lead.
    dir: PathBuf,
}

impl Root {
    /// The workspace in `dir` where one is named, else the nearest one upwards from the current directory.
    pub fn of(dir: Option<&Path>) -> Result<Self, Error> {
        match dir {
            Some(dir) => Self::at(dir),
            None => Self::find(Path::new(".")),
        }
    }

    /// The nearest directory with an okr.toml, from `start` upwards.
    pub fn find(start: &Path) -> Result<Self, Error> {
        let start = enter(start)?;
        let dir = start
            .ancestors()
            .find(|dir| has_config(dir))
            .map(Path::to_path_buf);
        dir.map(|dir| Self { dir }).ok_or(Error::NoConfig { start })
    }

    /// The workspace in exactly this directory.
    pub fn at(dir: &Path) -> Result<Self, Error> {
        let dir = enter(dir)?;
        if has_config(&dir) {
            Ok(Self { dir })
        } else {
            Err(Error::NoConfigIn { dir })
        }
    }

    /// The directory of a workspace that begins, with or without an okr.toml; it is made where it is not there.
    pub fn begin(dir: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(dir).map_err(|source| Error::NoDirectory {
            dir: dir.to_path_buf(),
            source,
        })?;
        Ok(Self { dir: enter(dir)? })
    }

    /// The path within the workspace of a file or directory as a person names it, seen from the current directory; links are
    /// followed. Empty for the workspace itself.
    pub fn within(&self, path: &Path) -> Result<String, Error> {
        let shown = path.display().to_string();
        let real = path.canonicalize().map_err(|source| Error::Read {
            path: shown.clone(),
            source,
        })?;
        let within = real.strip_prefix(&self.dir);
        let within = within.map_err(|_| Error::LeadsOut { path: shown })?;
        let parts = within
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        Ok(parts.collect::<Vec<_>>().join("/"))
    }

    /// The directory, absolute and without links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether an existing path, its links followed, lies in the workspace. Errors are the system's.
    pub(super) fn holds(&self, path: &Path) -> std::io::Result<bool> {
        Ok(path.canonicalize()?.starts_with(&self.dir))
    }

    /// The absolute path of a path within the workspace, which must neither be absolute nor have `..` in it.
    pub(super) fn join(&self, path: &str) -> Result<PathBuf, Error> {
        let within = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if within {
            Ok(self.dir.join(path))
        } else {
            Err(Error::LeadsOut {
                path: path.to_owned(),
            })
        }
    }
}

fn enter(dir: &Path) -> Result<PathBuf, Error> {
    let failed = |source| Error::NoDirectory {
        dir: dir.to_path_buf(),
        source,
    };
    let entered = dir.canonicalize().map_err(failed)?;
    if entered.is_dir() {
        Ok(entered)
    } else {
        Err(failed(std::io::ErrorKind::NotADirectory.into()))
    }
}

/// Anything of that name counts, even a directory or a broken link: it is said to be wrong when it is read.
fn has_config(dir: &Path) -> bool {
    dir.join(CONFIG_FILE).symlink_metadata().is_ok()
}
