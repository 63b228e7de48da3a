//! Plans as people and tools read them: for a terminal, for a merge request's note, and as JSON.
//!
//! Every function is pure: the same plan and options give the same bytes.

mod diff;
mod headline;
mod human;
mod json;
mod markdown;
mod sections;
mod terraform;
#[cfg(test)]
mod tests;

pub use human::{HumanOptions, human};
pub use json::json;
pub use markdown::{MarkdownOptions, markdown};
pub use terraform::terraform_report;
