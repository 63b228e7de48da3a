//! Plans as people and tools read them: for a terminal, for a merge request's note, as a page, and as JSON.
//!
//! Every function is pure: the same plan and options give the same bytes.

mod diff;
mod goals;
mod headline;
mod html;
pub(super) mod human;
mod json;
pub(in crate::render) mod markdown;
mod sections;
mod terraform;
#[cfg(test)]
pub(in crate::render) mod tests;

pub use html::{HtmlOptions, html};
pub use human::{HumanOptions, human};
pub use json::{json, plan_schema};
pub use markdown::{MarkdownOptions, markdown};
pub use terraform::terraform_report;
