//! Files that a person names on the command line: plans and reports. They may lie anywhere.

use std::io::Write as _;
use std::path::Path;

use super::CliError;

/// Reads a file.
#[expect(
    clippy::disallowed_methods,
    reason = "the file is named on the command line, not by the workspace"
)]
pub(crate) fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// A file to write line by line; what it held before is gone.
pub(crate) fn create(path: &Path) -> Result<std::fs::File, CliError> {
    std::fs::File::create(path).map_err(|error| {
        CliError::failure(format!("cannot write {}", path.display()))
            .because(error)
            .hint("does its directory exist, and may you write there?")
    })
}

/// Writes a file at once or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        CliError::failure(format!("cannot write {}", path.display()))
            .because(error)
            .hint("does its directory exist, and may you write there?")
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".okr-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any program's file: what uploads a job's artifacts may be another user. The umask takes its part.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
