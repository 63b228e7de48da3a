//! Merge requests: what a plan note needs to know.

use serde::Deserialize;

use super::call::{Call, ProjectRef, segment};
use super::client::Client;
use super::error::Error;
use super::user::User;

/// A merge request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MergeRequest {
    /// The global id.
    pub id: u64,
    /// The number in its project, as in `!12`.
    pub iid: u64,
    /// The project that it is in.
    pub project_id: u64,
    /// The title.
    pub title: String,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
    /// `opened`, `closed`, `locked` or `merged`.
    pub state: String,
    /// Whether it is marked as a draft.
    #[serde(default)]
    pub draft: bool,
    /// The branch that is to be merged.
    pub source_branch: String,
    /// The branch that it goes into.
    pub target_branch: String,
    /// Where the source branch is; absent when that project was deleted.
    #[serde(default)]
    pub source_project_id: Option<u64>,
    /// The head of the source branch.
    #[serde(default)]
    pub sha: Option<String>,
    /// The merge commit, once merged with one.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// The squash commit, once squashed.
    #[serde(default)]
    pub squash_commit_sha: Option<String>,
    /// Who opened it.
    pub author: User,
    /// Its page.
    pub web_url: String,
}

/// Which merge request of a project it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct MergeRequestNumber {
    /// The number in its project, as in `!12`.
    pub iid: u64,
}

impl Client {
    /// One merge request. Recorded: merge_request_notes/merge-request.
    pub async fn merge_request(
        &self,
        project: &ProjectRef,
        iid: u64,
    ) -> Result<MergeRequest, Error> {
        let path = format!("projects/{}/merge_requests/{iid}", project.segment());
        self.json(&Call::get("merge_request", &path)).await
    }

    /// The merge requests that brought a commit into a branch. Documented, and open to job tokens (facts §7b.2); what such
    /// a list holds beyond numbers was not recorded, so no more of it is read.
    pub async fn merge_requests_of_commit(
        &self,
        project: &ProjectRef,
        commit: &str,
    ) -> Result<Vec<MergeRequestNumber>, Error> {
        let path = format!(
            "projects/{}/repository/commits/{}/merge_requests",
            project.segment(),
            segment(commit)
        );
        self.pages(&Call::get("commit_merge_requests", &path)).await
    }
}
