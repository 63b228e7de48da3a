//! Issues as work: what flow metrics need of each, and deployments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;
use super::event::EventLabel;

/// An issue, as far as flow metrics look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRecord {
    /// The number in its project.
    pub iid: u64,
    /// The title.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When title, description, due date or state last changed. Labels may change without it, up to a minute later.
    pub updated_at: Timestamp,
    /// When it was closed.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// Its labels, with their ids: a label that is renamed keeps its id (recorded: lists/labels-details).
    pub labels: Vec<EventLabel>,
    /// Whether only Planners and above, its author and its assignees see it.
    pub confidential: bool,
    /// `issue`, `incident`, `task`, …
    pub issue_type: String,
    /// How severe an incident is: `CRITICAL`, `HIGH`, `MEDIUM`, `LOW` or `UNKNOWN` (recorded: flow/closed-issue).
    #[serde(default)]
    pub severity: Option<String>,
    /// The copy that a move left it for.
    #[serde(default)]
    pub moved_to_id: Option<u64>,
    /// Addresses of what belongs to it.
    #[serde(default, rename = "_links")]
    pub links: WorkLinks,
}

/// Addresses of what belongs to an issue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkLinks {
    /// The issue that it is a duplicate of (recorded: flow/closed-issue).
    #[serde(default)]
    pub closed_as_duplicate_of: Option<String>,
}

/// A deployment that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeploymentRecord {
    /// The global id.
    pub id: u64,
    /// When it last changed: when it was finished, where no job tells.
    pub updated_at: Timestamp,
    /// The job that deployed.
    #[serde(default)]
    pub deployable: Option<DeployJob>,
}

/// The job of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeployJob {
    /// When it was finished.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
}

/// A merge request that a deployment brought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeployedMergeRequest {
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
}

impl DeploymentRecord {
    /// When it was finished, as far as the API tells.
    pub fn finished_at(&self) -> Timestamp {
        let job = self.deployable.as_ref();
        job.and_then(|job| job.finished_at)
            .unwrap_or(self.updated_at)
    }
}

impl Client {
    /// All issues of a project that changed since an instant, by the time at which they were made: an order that no change
    /// disturbs while pages are read (recorded: flow/changed-since, lists/labels-details).
    pub async fn work_records(
        &self,
        project: &ProjectRef,
        updated_after: Option<Timestamp>,
    ) -> Result<Vec<WorkRecord>, Error> {
        let mut call = Call::get("issues", &format!("projects/{}/issues", project.segment()))
            .query("order_by", "created_at")
            .query("sort", "asc")
            .query("state", "all")
            .query("with_labels_details", &true);
        if let Some(after) = updated_after {
            call = call.query("updated_after", &after);
        }
        let mut records: Vec<WorkRecord> = self.pages(&call).await?;
        records.sort_by_key(|record| record.iid);
        records.dedup_by_key(|record| record.iid);
        Ok(records)
    }

    /// The deployments to an environment that succeeded since an instant, the earliest first (recorded: flow/deployments). A
    /// job token may not ask (recorded: flow/deployments-as-job).
    pub async fn deployments(
        &self,
        project: &ProjectRef,
        environment: &str,
        finished_after: Timestamp,
    ) -> Result<Vec<DeploymentRecord>, Error> {
        let path = format!("projects/{}/deployments", project.segment());
        let call = Call::get("deployments", &path)
            .query("environment", environment)
            .query("status", "success")
            .query("order_by", "finished_at")
            .query("sort", "asc")
            .query("finished_after", &finished_after);
        self.pages(&call).await
    }

    /// The merge requests that a deployment brought, as GitLab's own DORA metrics have them (facts §4.2).
    pub async fn deployed_merge_requests(
        &self,
        project: &ProjectRef,
        deployment: u64,
    ) -> Result<Vec<DeployedMergeRequest>, Error> {
        let project = project.segment();
        let path = format!("projects/{project}/deployments/{deployment}/merge_requests");
        self.pages(&Call::get("deployments", &path)).await
    }
}
