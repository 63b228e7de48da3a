//! What jobs left, as far as it was handed to the sandbox: it runs none.

use serde::{Deserialize, Serialize};

use super::State;

/// A file that a job left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobArtifact {
    /// The full path of the project.
    pub project: String,
    /// Which branch, tag or merge request's head the pipeline was for, like `refs/merge-requests/7/head`.
    pub git_ref: String,
    /// The name of the job.
    pub job: String,
    /// The file's path.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl JobArtifact {
    fn is_in_place_of(&self, other: &Self) -> bool {
        let place = |one: &Self| {
            let parts = [&one.project, &one.git_ref, &one.job, &one.path];
            parts.map(Clone::clone)
        };
        place(self) == place(other)
    }
}

impl State {
    /// Keeps what a job left, in place of what the same job left before.
    pub fn keep_artifact(&mut self, artifact: JobArtifact) {
        self.artifacts.retain(|one| !artifact.is_in_place_of(one));
        self.artifacts.push(artifact);
    }
}
