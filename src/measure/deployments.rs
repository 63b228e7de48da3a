use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::error::MeasureError;
use crate::flow::Deployment;
use crate::gitlab::{Client, DeploymentRecord, Error, ProjectRef};

/// Deployments whose merge requests are asked for at once.
const AT_ONCE: usize = 8;

/// The deployments to an environment of some projects that succeeded since an instant, with what they brought.
///
/// # Errors
/// GitLab fails, or refuses: a job token may not ask.
pub async fn deployments(
    client: &Client,
    projects: &[String],
    environment: &str,
    since: Timestamp,
) -> Result<Vec<Deployment>, MeasureError> {
    let mut all = Vec::new();
    for path in projects {
        let project = ProjectRef::from(path.as_str());
        let read = of_project(client, &project, environment, since).await;
        all.extend(read.map_err(|source| MeasureError::GitLab {
            project: path.clone(),
            source: Box::new(source),
        })?);
    }
    Ok(all)
}

async fn of_project(
    client: &Client,
    project: &ProjectRef,
    environment: &str,
    since: Timestamp,
) -> Result<Vec<Deployment>, Error> {
    let records = client.deployments(project, environment, since).await?;
    stream::iter(records)
        .map(|record: DeploymentRecord| async move {
            let merge_requests = client.deployed_merge_requests(project, record.id).await?;
            Ok(Deployment {
                id: record.id,
                finished_at: record.finished_at(),
                merged_at: merge_requests
                    .iter()
                    .filter_map(|merged| merged.merged_at)
                    .collect(),
            })
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}
