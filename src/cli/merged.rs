//! Which merge request brought the commit of a pipeline.

use std::collections::BTreeSet;

use super::Env;
use crate::gitlab::{Client, Error, ErrorKind, ProjectRef};

/// The number of the merge request in `project` that brought the pipeline's commit: as GitLab says, else as the message of the
/// merge does. Of several the one that the message names; `None` where there is none.
///
/// # Errors
/// GitLab cannot be asked. A commit that it does not know, or a token that may not read the repository, is no failure.
pub(crate) async fn merged(
    client: &Client,
    project: &ProjectRef,
    env: &Env,
) -> Result<Option<u64>, Error> {
    let named = env
        .merged()
        .filter(|(path, _)| env.pipeline.project_path.as_deref() == Some(*path))
        .map(|(_, number)| number);
    let Some(commit) = &env.pipeline.commit else {
        return Ok(named);
    };
    let found = match client.merge_requests_of_commit(project, commit).await {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {
            return Ok(named);
        }
        // A GitLab may keep its commits from job tokens; what the message names will have to do then.
        Err(error) if *error.kind() == ErrorKind::Unauthorized && named.is_some() => {
            return Ok(named);
        }
        Err(error) => return Err(error),
    };
    let numbers: BTreeSet<u64> = found.iter().map(|found| found.iid).collect();
    Ok(match (numbers.len(), named) {
        (0, named) => named,
        (1, _) => numbers.into_iter().next(),
        (_, named) => named.filter(|number| numbers.contains(number)),
    })
}
