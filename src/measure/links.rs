use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::error::MeasureError;
use crate::flow::{ItemLink, LinkKind};
use crate::gitlab::{Client, LinkType, ProjectRef};

/// Issues whose links are asked for at once.
const AT_ONCE: usize = 8;

/// The links of some issues, given by their full references, with a request for each. Links to issues of other projects than
/// these, given by their ids and paths, are left out: they are nobody's work here.
///
/// # Errors
/// GitLab fails, or refuses: a job token may not ask.
pub async fn links(
    client: &Client,
    projects: &BTreeMap<u64, String>,
    issues: &[String],
) -> Result<Vec<ItemLink>, MeasureError> {
    let known = issues.iter().filter_map(|reference| {
        let (project, iid) = reference.rsplit_once('#')?;
        Some((reference, project, iid.parse::<u64>().ok()?))
    });
    let read: Vec<Vec<ItemLink>> = stream::iter(known)
        .map(|(reference, project, iid)| async move {
            let found = client.links(&ProjectRef::from(project), iid).await;
            let found = found.map_err(|source| MeasureError::GitLab {
                project: project.to_owned(),
                source: Box::new(source),
            })?;
            let links = found.into_iter().filter_map(|linked| {
                let path = projects.get(&linked.issue.project_id)?;
                Some(ItemLink {
                    from: reference.clone(),
                    to: format!("{path}#{}", linked.issue.iid),
                    kind: match linked.link_type {
                        LinkType::Blocks => LinkKind::Blocks,
                        LinkType::IsBlockedBy => LinkKind::IsBlockedBy,
                        LinkType::RelatesTo | LinkType::Other => LinkKind::RelatesTo,
                    },
                })
            });
            Ok::<Vec<ItemLink>, MeasureError>(links.collect())
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(read.concat())
}
