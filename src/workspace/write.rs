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
        let failed = |source| Error::Write {
            path: path.to_owned(),
            source,
        };
        let leads_out = || Error::LeadsOut {
            path: path.to_owned(),
        };
        let target = match target.symlink_metadata() {
            Ok(_) => target.canonicalize().map_err(failed)?,
            Err(_) => target,
        };
        let dir = target.parent().unwrap_or(self.dir()).to_path_buf();
        // The nearest directory that exists decides whether the way leads out, before anything is made.
        let existing = nearest_existing(&dir).map_err(failed)?;
        if !existing.starts_with(self.dir()) {
            return Err(leads_out());
        }
        std::fs::create_dir_all(&dir).map_err(failed)?;
        replace(&dir, &target, text.as_bytes()).map_err(failed)
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

fn replace(dir: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
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
    file.persist(target)?;
    Ok(())
}
