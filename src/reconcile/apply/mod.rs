//! Carrying a plan out.

mod close;
mod create;
mod index;
mod labels;
mod links;
mod overwritten;
mod record;
mod release;
mod report;
mod run;
mod twins;
mod write;

pub use report::{ApplyReport, ChangeOutcome, Outcome, Progress, ProgressEvent};
pub use run::{ApplyContext, apply};
