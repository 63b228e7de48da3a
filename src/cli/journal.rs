//! The journal of an apply, as a file: a line for each thing that it does, written when it does it.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::ignored::{IGNORED, ignored};
use super::{CliError, output};
use crate::reconcile::{JOURNAL_FORMAT, JournalEntry, JournalHead};
use crate::workspace::Root;

/// A journal that is being written.
#[derive(Debug)]
pub(crate) struct JournalFile {
    path: PathBuf,
    file: Mutex<(File, std::io::Result<()>)>,
}

impl JournalFile {
    /// Begins a journal, in the file that is named or in one of the workspace.
    ///
    /// # Errors
    /// It cannot be written. Nothing was applied by then.
    pub(crate) fn begin(
        root: &Root,
        named: Option<&Path>,
        owner: &str,
        server: String,
        at: Timestamp,
    ) -> Result<Self, CliError> {
        let (path, file) = match named {
            Some(path) => (path.to_owned(), output::create(path)?),
            None => kept(root, at)
                .map_err(|error| error.hint("or name another file: --journal FILE"))?,
        };
        let journal = Self {
            path,
            file: Mutex::new((file, Ok(()))),
        };
        let head = JournalHead {
            format: JOURNAL_FORMAT,
            owner: owner.to_owned(),
            server,
            at,
        };
        journal.line(&head);
        match journal.end() {
            Ok(()) => Ok(journal),
            Err(error) => Err(unwritten(&journal.path, error)),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Enters what an apply does.
    pub(crate) fn enter(&self, entry: &JournalEntry) {
        self.line(entry);
    }

    fn line(&self, value: &impl serde::Serialize) {
        let mut line = serde_json::to_string(value).unwrap_or_default();
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, written) = &mut *file;
        // After the first line that is lost the journal would say something wrong: there it ends.
        if written.is_ok() {
            *written = file.write_all(line.as_bytes());
        }
    }

    /// Whether all of it was written.
    pub(crate) fn end(&self) -> std::io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut file.1, Ok(()))
    }
}

/// A new file among the workspace's journals, named by the time.
fn kept(root: &Root, at: Timestamp) -> Result<(PathBuf, File), CliError> {
    ignored(root)?;
    let time = at.strftime("%Y-%m-%dT%H-%M-%S");
    let mut number = 1_u32;
    loop {
        let name = match number {
            1 => format!("{IGNORED}/journal/{time}.jsonl"),
            _ => format!("{IGNORED}/journal/{time}-{number}.jsonl"),
        };
        if let Some(file) = root.create_log(&name)? {
            return Ok((PathBuf::from(name), file));
        }
        number += 1;
    }
}

fn unwritten(path: &Path, error: std::io::Error) -> CliError {
    CliError::failure(format!("cannot write the journal {}", path.display()))
        .because(error)
        .hint("name another file: --journal FILE")
}
