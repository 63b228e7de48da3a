//! How a quarter goes, as people and tools read it: for a terminal, for a meeting's agenda, and as JSON.
//!
//! Every function is pure: the same status and options give the same bytes.

mod human;
mod json;
mod markdown;
mod spark;
pub(in crate::render) mod words;
mod work;

pub use human::{HumanOptions, human};
pub use json::{json, status_schema};
pub use markdown::{MarkdownOptions, markdown};
pub use work::{human_work, markdown_work};
