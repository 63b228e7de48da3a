//! What came onto the default branches of projects, as far as it was handed to the sandbox: it has no repository.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Counters, MergeRequest, Refusal, State};

/// The default branch of every project.
pub(super) const DEFAULT_BRANCH: &str = "main";

/// A commit on a project's default branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The project's global id.
    pub project: u64,
    /// Its name.
    pub sha: String,
}

/// What is to come onto the default branch of a project, as the newest there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// The full path of the project.
    pub project: String,
    /// The name of the commit.
    pub sha: String,
    /// The merge request that brought it; without one it was pushed.
    #[serde(default)]
    pub merged: Option<Merged>,
}

/// A merge request that is merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// One line.
    pub title: String,
    /// What was merged.
    pub source_branch: String,
    /// Username of who made and merged it.
    pub author: String,
    /// Names of labels that the project has.
    #[serde(default)]
    pub labels: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was merged.
    pub merged_at: Timestamp,
}

impl State {
    /// Puts a commit onto a project's default branch.
    pub fn push(&mut self, push: &Push) -> Result<(), Refusal> {
        let project = self.project(&push.project).map(|project| project.id);
        let project = project.ok_or_else(|| Refusal::missing("Project"))?;
        if self.place_of_commit(project, &push.sha).is_some() {
            return Err(Refusal::Conflict("The commit is there".to_owned()));
        }
        if let Some(merged) = &push.merged {
            self.add_merged(project, &push.sha, merged)?;
        }
        self.commits.push(Commit {
            project,
            sha: push.sha.clone(),
        });
        Ok(())
    }

    fn add_merged(&mut self, project: u64, sha: &str, merged: &Merged) -> Result<(), Refusal> {
        let author = self.user_by_name(&merged.author).map(|user| user.id);
        let author = author.ok_or_else(|| Refusal::missing("User"))?;
        let available = self.available_labels(project);
        let named = merged.labels.iter().map(|name| {
            let found = available.get(name.as_str()).copied();
            found.ok_or_else(|| Refusal::missing("Label"))
        });
        let labels = named.collect::<Result<Vec<u64>, _>>()?;
        let iids = self.merge_requests.values();
        let last = iids
            .filter(|one| one.project == project)
            .map(|one| one.iid)
            .max();
        let id = Counters::next(&mut self.counters.merge_requests);
        let request = MergeRequest {
            id,
            iid: last.unwrap_or_default() + 1,
            project,
            title: merged.title.clone(),
            description: Some(String::new()),
            source_branch: merged.source_branch.clone(),
            target_branch: DEFAULT_BRANCH.to_owned(),
            author,
            state: "merged".to_owned(),
            merge_commit: Some(sha.to_owned()),
            merged_at: Some(merged.merged_at),
            labels,
            created_at: merged.created_at,
            updated_at: merged.merged_at,
            notes: Vec::new(),
        };
        self.merge_requests.insert(id, request);
        Ok(())
    }

    /// Where a commit stands on the default branch of its project, the oldest first.
    pub(super) fn place_of_commit(&self, project: u64, sha: &str) -> Option<usize> {
        let mut commits = self.commits.iter().filter(|one| one.project == project);
        commits.position(|one| one.sha == sha)
    }
}
