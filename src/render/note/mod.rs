//! Texts of ours on merge requests and in issues, as Markdown: what a merge request would change and what reviewers should
//! look at, what became of it after the merge, and where GitLab drifted from the files.
//!
//! As of [plans](super::plan::markdown), text that people wrote is shown and does nothing, and what is confidential appears
//! by its key only: who reads a note is who reads the project of the OKRs. Nothing depends on a clock.

mod drift;
mod outcome;
mod review;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

pub use drift::{drift, drift_is_over, sees_everything};
pub use outcome::outcome;
pub use review::{NoPlan, Review, review};
use url::Url;

use super::plan::markdown::escape::{code, cut, link as escaped_link, prose};

/// The most bytes of a text, without its marker: GitLab takes a million characters (recorded: notes/long), and nobody reads
/// them.
pub const MAX_BYTES: usize = 60_000;

/// How many characters of a sentence are shown.
const SENTENCE_SHOWN: usize = 600;

/// Where a text was made, as far as a pipeline says. Only addresses of the web are linked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The commit that it is about.
    pub commit: Option<String>,
    /// The pipeline.
    pub pipeline: Option<Url>,
    /// The job; its page has what the job exposes.
    pub job: Option<Url>,
}

/// Digits of a commit's id that people see.
const COMMIT_SHOWN: usize = 8;

/// The last line of a text: what it is about and where there is more.
fn footer(text: &mut String, origin: &Origin) {
    let mut parts = Vec::new();
    if let Some(commit) = &origin.commit {
        let short: String = commit.chars().take(COMMIT_SHOWN).collect();
        parts.push(format!("Commit {}", code(&short)));
    }
    let links = [("pipeline", &origin.pipeline), ("job", &origin.job)];
    for (name, url) in links {
        parts.extend(url.as_ref().and_then(|url| link(name, url)));
    }
    if !parts.is_empty() {
        let _ = write!(text, "\n{}\n", parts.join(" · "));
    }
}

/// A link, if its address is one of the web. `name` is Markdown.
fn link(name: &str, url: &Url) -> Option<String> {
    let is_web = matches!(url.scheme(), "http" | "https");
    is_web.then(|| escaped_link(name, url.as_str()))
}

/// A sentence of somebody's.
fn sentence(text: &str) -> String {
    prose(&cut(text, SENTENCE_SHOWN))
}

/// As many items of a list as fit, and how many do not.
fn as_many_as_fit(items: impl Iterator<Item = String>, max_bytes: usize) -> (String, usize) {
    let mut text = String::new();
    let mut left_out = 0;
    for item in items {
        if left_out == 0 && text.len() + item.len() <= max_bytes {
            text.push_str(&item);
        } else {
            left_out += 1;
        }
    }
    (text, left_out)
}
