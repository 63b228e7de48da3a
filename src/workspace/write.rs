use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Error, Root};

impl Root {
    /// Writes a file of the workspace as a whole or not at all; whoever reads it meanwhile sees the old text or the new.
    ///
    /// Directories above it are made. A file that exists keeps its permissions; a link within the workspace keeps being
    /// one. A path that leads out is refused.
    pub fn write(&self, path: &str, text: &str) -> Result<(), Error> {
        let target = self.join(path)?;
        let failed = |source| failed(path, source);
        let target = match target.symlink_metadata() {
            Ok(_) => target.canonicalize().map_err(failed)?,
            Err(_) => target,
        };
        let dir = self.prepare(path, &target)?;
        let file = draft(&dir, &target, text.as_bytes()).map_err(failed)?;
        file.persist(&target).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Writes a file that is not there yet, as [`write`](Self::write) does. Whatever is there already, even a link that leads
    /// nowhere, stays as it is; the answer says whether the file was written.
    pub fn create(&self, path: &str, text: &str) -> Result<bool, Error> {
        let target = self.join(path)?;
        if target.symlink_metadata().is_ok() {
            return Ok(false);
        }
        let dir = self.prepare(path, &target)?;
        let file = draft(&dir, &target, text.as_bytes()).map_err(|source| failed(path, source))?;
        match file.persist_noclobber(&target) {
            Ok(_) => Ok(true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(path, error.error)),
        }
    }

    /// A new file to write line by line; none where there is something of that name already.
    pub fn create_log(&self, path: &str) -> Result<Option<File>, Error> {
        let target = self.join(path)?;
        self.prepare(path, &target)?;
        match File::create_new(&target) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Makes the directories above a target, unless the way leads out.
    fn prepare(&self, path: &str, target: &Path) -> Result<PathBuf, Error> {
        let failed = |source| failed(path, source);
        let dir = target.parent().unwrap_or(self.dir()).to_path_buf();
        // The nearest directory that exists decides whether the way leads out, before anything is made.
        let existing = nearest_existing(&dir).map_err(failed)?;
        if !existing.starts_with(self.dir()) {
            return Err(Error::LeadsOut {
                path: path.to_owned(),
            });
        }
        std::fs::create_dir_all(&dir).map_err(failed)?;
        Ok(dir)
    }
}

fn failed(path: &str, source: io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        source,
    }
}

fn nearest_existing(dir: &Path) -> io::Result<PathBuf> {
    let mut candidates = dir.ancestors().map(Path::canonicalize);
    candidates
        .find(
            |candidate| !matches!(candidate, Err(error) if error.kind() == io::ErrorKind::NotFound),
        )
        .unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()))
}

/// A finished file beside its target, to be moved there.
fn draft(dir: &Path, target: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".okr-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a new file gets from an editor; the umask takes its part.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(dir)?;
    if let Ok(metadata) = target.metadata() {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}
