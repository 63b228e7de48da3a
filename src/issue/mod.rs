//! OKR ⇄ issue text: the managed block, its marker, labels, escaping and the check-in table, in both directions.
//!
//! Pure and deterministic: nothing written here depends on the date, the commit or the version of the tool, so that a
//! plan can come to rest.

mod as_text;
mod desired;
mod link;
mod row;

pub use desired::DesiredIssue;
pub use link::{LinkTarget, ParseLinkTargetError};
pub use row::{Row, RowValues};
