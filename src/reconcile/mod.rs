//! Where OKR words meet GitLab words: observing the trackers, and carrying a plan out.
//!
//! # Exactly once
//!
//! GitLab has no idempotency key and no compare-and-swap, so the order of requests carries the guarantee:
//!
//! 1. An issue is created by one request with its marker in it, which says `pending`. Whatever happens to the answer, the
//!    next look finds the issue by its marker.
//! 2. Links are made between issues that exist; a second request for one is harmless.
//! 3. The marker is settled: it says what GitLab kept and which links are ours. From then on an absent label or link is
//!    somebody's wish, before that it is work left over.
//!
//! A description is written right after it was read; an edit by somebody that fell between the two is lost, and looked for
//! afterwards: the report says whose it was.
//!
//! Two applies at once may both create an issue for a key. Each looks for the other's after its own creates, the lower id
//! stays, and the other is closed and says so in its marker.

mod apply;
mod convert;
pub mod doctor;
mod error;
mod labelled;
mod observe;
mod pasts;
mod recorded;
pub mod sticky;
mod undo;
mod work;

pub use apply::{
    ApplyContext, ApplyReport, ChangeOutcome, IssueRecord, Journal, JournalEntry, Outcome, Person,
    Progress, ProgressEvent, apply,
};
pub use convert::audience;
pub use error::ReconcileError;
pub use labelled::labelled;
pub use observe::{Extent, Observation, ObserveRequest, observe};
pub use pasts::pasts;
pub use recorded::{OBSERVATION_FORMAT, RecordedError, RecordedObservation};
pub use undo::{
    AppliedJournal, JOURNAL_FORMAT, JournalError, JournalHead, Touched, UndoPlan, UndoStep,
    plan_undo, read_touched, undo_step,
};
pub use work::observe_work;
