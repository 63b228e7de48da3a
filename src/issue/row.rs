use serde::{Deserialize, Serialize};

use super::as_text;
use super::cell::unescape_cell;
use crate::model::{CheckIn, Date, Health, Number};

/// What a check-in says, without its date.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowValues {
    /// The measure's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// How sure one is to reach the target, in percent, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Number>,
    /// How it goes.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "as_text::health"
    )]
    pub health: Option<Health>,
    /// A sentence about it, in Markdown, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One row of a check-in table; rows of one table are told apart by their date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The day.
    pub date: Date,
    /// What was known on it.
    #[serde(flatten)]
    pub values: RowValues,
}

impl Row {
    /// A note as a table shows it, on one line; nothing where it says nothing.
    pub fn on_one_line(note: &str) -> Option<String> {
        Some(unescape_cell(note)).filter(|note| !note.is_empty())
    }
}

impl From<&CheckIn> for Row {
    /// A check-in as its table shows it: the note on one line.
    fn from(check_in: &CheckIn) -> Self {
        let note = check_in
            .note
            .as_ref()
            .and_then(|note| Self::on_one_line(&note.value));
        Self {
            date: check_in.date,
            values: RowValues {
                value: check_in.value.map(|value| value.value),
                confidence: check_in.confidence.map(|confidence| confidence.value),
                health: check_in.health.map(|health| health.value),
                note,
            },
        }
    }
}
