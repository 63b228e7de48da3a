//! What came back from issues into files: for a terminal, for other programs, and for the history of the files.

mod human;
mod json;
mod message;

use super::terminal_text::line;
use crate::plan::{Left, NotPulled, Pulled, Remark};

pub use human::human;
pub use json::{PULL_FORMAT, json, pull_schema};
pub use message::message;

/// What a pull has done, or would do.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'a> {
    /// Whether the files were written.
    pub written: bool,
    /// What the files get, each with the path of its file.
    pub pulled: &'a [(Pulled, String)],
    /// What waits for a decision.
    pub left: &'a [Left],
    /// Other edits of people's, which stay in GitLab.
    pub not_pulled: &'a [NotPulled],
    /// Why issues were not looked at.
    pub not_looked_at: &'a [Remark],
}

/// Where to look.
fn address(left: &Left) -> String {
    if left.issue.web_url.is_empty() {
        left.issue.reference().to_string()
    } else {
        left.issue.web_url.clone()
    }
}
