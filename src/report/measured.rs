//! What `okr measure` has read, as outputs show it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Date, Number};

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const MEASURED_FORMAT: u32 = 1;

/// What was read of the key results that measure themselves.
///
/// While `format` stays the same, no field goes, changes its type or its meaning, or becomes null where it was not. New fields
/// may come: pass over what you do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "measurements of okr")]
pub struct MeasuredReport {
    /// The version of this form: 1.
    pub format: u32,
    /// The day of the check-ins.
    #[schemars(with = "String")]
    pub date: Date,
    /// Whether the files were changed.
    pub written: bool,
    /// Every key result that was looked at, by its key.
    pub key_results: Vec<MeasuredKeyResult>,
}

/// What was read of one key result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeasuredKeyResult {
    /// Its key.
    pub key: String,
    /// Whether it is confidential: then titles and values are for those who may read it.
    pub confidential: bool,
    /// Its title; null in the log of a job where it is confidential.
    pub title: Option<String>,
    /// The unit of its value.
    pub unit: Option<String>,
    /// What was asked, in words.
    pub source: String,
    /// The query, the address or the path that was asked for; null for figures of work.
    pub asked: Option<String>,
    /// What was read, to as many digits as it has; null where it could not be. It is then not zero, but unknown.
    #[schemars(with = "Option<String>")]
    pub value: Option<Number>,
    /// When it was so.
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
    /// Where people see it for themselves: an address, or a command.
    pub evidence: Option<String>,
    /// What there is to know about it.
    pub remarks: Vec<String>,
    /// The last value that the file has of an earlier day.
    pub last: Option<LastValue>,
    /// What became of it.
    pub outcome: MeasureOutcome,
    /// Why it could not be read or written.
    pub reason: Option<String>,
    /// What to do about that.
    pub hint: Option<String>,
}

/// A value that a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastValue {
    /// The day.
    #[schemars(with = "String")]
    pub date: Date,
    /// The value.
    #[schemars(with = "String")]
    pub value: Number,
}

/// What became of a key result that measures itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureOutcome {
    /// A check-in for it is in the file, or would be with `--check`.
    CheckedIn,
    /// The file has it already.
    Unchanged,
    /// A person checked in another value for this day, which stays.
    PersonsValueStays,
    /// It could not be read.
    Unmeasured,
    /// It was read and cannot be written.
    NotWritten,
}

impl MeasuredReport {
    /// How many came to this end.
    pub fn count(&self, outcome: MeasureOutcome) -> usize {
        let all = self.key_results.iter();
        all.filter(|measured| measured.outcome == outcome).count()
    }
}
