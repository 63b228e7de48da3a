//! What jobs left.

use super::call::{Call, ProjectRef, segment};
use super::client::Client;
use super::error::Error;

impl Client {
    /// A file that a job of a merge request's pipelines left, of the newest successful pipeline of its head. 404 where there
    /// is none, or none any more. Documented, and open to job tokens (facts §7b.2: `doc/api/job_artifacts.md`); not recorded.
    pub async fn merge_request_artifact(
        &self,
        project: &ProjectRef,
        iid: u64,
        job: &str,
        path: &str,
    ) -> Result<Vec<u8>, Error> {
        let path: Vec<String> = path.split('/').map(segment).collect();
        let path = format!(
            "projects/{}/jobs/artifacts/refs/merge-requests/{iid}/head/raw/{}",
            project.segment(),
            path.join("/")
        );
        let call = Call::get("artifact", &path).query("job", job);
        Ok(self.send(&call).await?.body)
    }
}
