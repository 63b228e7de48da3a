use std::error::Error;

use super::ExitStatus;
use crate::render::terminal_text::block;
use crate::workspace;

/// Why a command failed, told to a person: what, why, and what to do.
#[derive(Debug)]
pub struct CliError {
    status: ExitStatus,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    hints: Vec<String>,
    shut_out: bool,
}

impl CliError {
    /// A failure with this exit status; `message` is a sentence without a full stop.
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            source: None,
            hints: Vec::new(),
            shut_out: false,
        }
    }

    /// A failure with exit status 1.
    pub fn failure(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failure, message)
    }

    /// Wrong usage: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// The same failure with another exit status.
    #[must_use]
    pub fn with_status(mut self, status: ExitStatus) -> Self {
        self.status = status;
        self
    }

    /// Adds the error behind it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says that a job's own token was not let in: nothing that the job's files are to blame for.
    #[must_use]
    pub fn shut_out(mut self) -> Self {
        self.shut_out = true;
        self
    }

    /// Whether a job's own token was not let in.
    pub fn is_shut_out(&self) -> bool {
        self.shut_out
    }

    /// The exit status that it leads to.
    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// The lines to print, as pairs of a word (`error`, `caused by`, `hint`) and its text, safe for a terminal.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("error", block(&self.message))];
        let mut cause: Option<&dyn Error> = self.source.as_deref().map(|source| source as _);
        while let Some(error) = cause {
            lines.push(("caused by", block(&error.to_string())));
            cause = error.source();
        }
        lines.extend(self.hints.iter().map(|hint| ("hint", block(hint))));
        lines
    }
}

impl From<workspace::Error> for CliError {
    fn from(error: workspace::Error) -> Self {
        let hint = match &error {
            workspace::Error::NoConfig { .. } => {
                "go to the directory with your OKRs, or name it with --dir"
            }
            workspace::Error::NoConfigIn { .. } => {
                "--dir names the directory in which okr.toml lies"
            }
            workspace::Error::NoDirectory { .. } => "check the path given with --dir",
            workspace::Error::Read { .. } => "check that it is a readable UTF-8 text file",
            workspace::Error::Write { .. } => {
                "check the permissions of its directory and the space on the disk"
            }
            workspace::Error::LeadsOut { .. } => {
                "put the file itself there instead of a link; nothing outside is read or written"
            }
            workspace::Error::Hidden { .. } => "put the file where no name begins with a dot",
            workspace::Error::NotAFile { .. } => "name a file in it",
            workspace::Error::TooLarge { .. } => "write the value into a file of its own",
        };
        let message = error.to_string();
        let mut shown = Self::failure(message).hint(hint);
        // The error's own words are the message; its causes are the causes.
        shown.source = match error {
            workspace::Error::NoDirectory { source, .. }
            | workspace::Error::Read { source, .. }
            | workspace::Error::Write { source, .. } => Some(Box::new(source)),
            _ => None,
        };
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_and_hints_follow_the_message() {
        let inner = std::io::Error::other("disk\u{1b}[2J on fire");
        let error = CliError::from(workspace::Error::Write {
            path: "okr.toml".to_owned(),
            source: inner,
        });
        let lines = error.lines();
        assert_eq!(lines[0], ("error", "cannot write okr.toml".to_owned()));
        assert_eq!(lines[1], ("caused by", "disk␛[2J on fire".to_owned()));
        assert_eq!(lines[2].0, "hint");
        assert_eq!(error.status().code(), 1);
    }
}
