use std::collections::BTreeSet;

use super::convert;
use super::error::ReconcileError;
use crate::gitlab::{Client, IssueFilter, IssueQuery, IssueState};
use crate::plan::ObservedIssue;

/// The open issues of projects that carry a label, whoever wrote them, by project and number.
///
/// # Errors
/// GitLab does not tell, or there is no such project for this token.
pub async fn labelled(
    client: &Client,
    projects: &[String],
    label: &str,
) -> Result<Vec<ObservedIssue>, ReconcileError> {
    let query = IssueQuery {
        projects: projects.to_vec(),
        filter: IssueFilter {
            labels: BTreeSet::from([label.to_owned()]),
            state: Some(IssueState::Opened),
            ..IssueFilter::default()
        },
    };
    let read = client
        .read_issues(&query)
        .await
        .map_err(ReconcileError::doing(
            "the issues of the trackers cannot be read",
        ))?;
    let mut issues: Vec<ObservedIssue> = read
        .issues
        .iter()
        .map(|read| {
            let path = projects
                .iter()
                .find(|path| path.eq_ignore_ascii_case(&read.project))
                .unwrap_or(&read.project);
            convert::issue(&read.issue, path, read.links.as_deref())
        })
        .collect();
    issues.sort_by(|a, b| (&a.project, a.iid).cmp(&(&b.project, b.iid)));
    Ok(issues)
}
