//! Questions to a person at a terminal: Enter leaves out, `s` skips what is asked about, `q` ends.

use super::{CliError, Ui};

/// Why no more is asked about something.
pub(super) enum Stop {
    /// It is left for now.
    Skip,
    /// Nothing more is asked at all.
    Quit,
    /// Nothing more can be asked.
    Failed(CliError),
}

impl From<CliError> for Stop {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

/// One line; nothing for an empty one.
pub(super) fn prompt(question: &str, ui: &mut Ui) -> Result<Option<String>, Stop> {
    let Some(text) = ui.prompt(&format!("  {question}: "))? else {
        ui.result("\n");
        return Err(Stop::Quit);
    };
    match text.as_str() {
        "" => Ok(None),
        "s" => Err(Stop::Skip),
        "q" => Err(Stop::Quit),
        _ => Ok(Some(text)),
    }
}

/// Asks until an answer can be read; nothing for an empty one.
pub(super) fn until_read<T>(
    question: &str,
    ui: &mut Ui,
    read: impl Fn(&str) -> Result<T, CliError>,
) -> Result<Option<T>, Stop> {
    while let Some(text) = prompt(question, ui)? {
        match read(&text) {
            Ok(given) => return Ok(Some(given)),
            Err(error) => {
                for (_, text) in error.lines() {
                    ui.result(&format!("    {text}\n"));
                }
            }
        }
    }
    Ok(None)
}
