//! Carrying a plan out.

mod close;
mod create;
mod index;
mod journal;
mod labels;
mod links;
mod overwritten;
mod record;
mod release;
mod report;
mod run;
mod twins;
mod write;

pub use journal::{IssueRecord, Journal, JournalEntry, Person};
pub use report::{ApplyReport, ChangeOutcome, Outcome, Progress, ProgressEvent};
pub use run::{ApplyContext, apply};
