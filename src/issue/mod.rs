//! OKR ⇄ issue text: the managed block, its marker, labels, escaping and the check-in table, in both directions.
//!
//! Pure and deterministic: nothing written here depends on the date, the commit or the version of the tool, so that a
//! plan can come to rest.

mod as_text;
mod body;
mod cell;
mod conflict;
mod definition;
mod description;
mod desired;
mod dialect;
mod digest;
mod labels;
mod link;
mod markdown;
mod marker;
mod mention;
mod merge;
mod normalise;
mod plain;
mod previous_keys;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod title;

pub use body::Body;
pub use conflict::BlockConflict;
pub use definition::{
    NumberGoal, StatedDescription, StatedGoal, StatedMeasure, StatedStep, same_but_progress,
    same_description,
};
pub use description::{Block, Description};
pub use desired::{DesiredIssue, desired_issues};
pub(crate) use digest::sha256;
pub use digest::{RENDERER, digest};
pub use labels::{label_namespace, previous_labels};
pub use link::{LinkTarget, ParseLinkTargetError};
pub use markdown::{escape_markdown, unescape_markdown};
pub use marker::{Applied, AppliedAssignees, AppliedLink, Marker, TakenAway};
pub use merge::{RowConflict, TableMerge, merge_rows};
pub use normalise::{normalise, normalise_title};
pub use row::{Row, RowValues};
pub use table::{Misread, Table};
pub use title::{declared_title, escape_title, unescape_title};
