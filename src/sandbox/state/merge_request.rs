//! Merge requests, as far as notes on them and deployments need.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;

/// A merge request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRequest {
    /// Global id.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// The project's global id.
    pub project: u64,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: Option<String>,
    /// What is to be merged.
    pub source_branch: String,
    /// Where to.
    pub target_branch: String,
    /// Whose it is.
    pub author: u64,
    /// `opened`, `closed` or `merged`.
    pub state: String,
    /// The commit that its merge made, once merged.
    #[serde(default)]
    pub merge_commit: Option<String>,
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
    /// Label ids.
    #[serde(default)]
    pub labels: Vec<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The notes on it, oldest first.
    #[serde(default)]
    pub notes: Vec<u64>,
}

impl State {
    /// The merge requests of a project whose merge made this commit. There is no repository here, so nothing else is known of
    /// commits.
    pub fn merge_requests_of_commit(&self, project: u64, commit: &str) -> Vec<&MergeRequest> {
        let requests = self.merge_requests.values();
        requests
            .filter(|one| one.project == project && one.merge_commit.as_deref() == Some(commit))
            .collect()
    }

    /// The merge request that a project knows by this number.
    pub fn merge_request_by_iid(&self, project: u64, iid: u64) -> Option<&MergeRequest> {
        self.merge_requests
            .values()
            .find(|one| one.project == project && one.iid == iid)
    }
}
