//! The bulk read by REST: the same data, for one request more per issue.

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::super::call::ProjectRef;
use super::super::client::Client;
use super::super::error::Error;
use super::super::issue::{Issue, IssueFilter};
use super::{IssueRead, Knowledge, ObservedIssue, ObservedLink, ObservedProject, Via};

/// Requests for links under way at once; the client's own limit holds below it.
const LINKS_AT_ONCE: usize = 8;

impl Client {
    pub(super) async fn read_by_rest(
        &self,
        paths: &[String],
        filter: &IssueFilter,
        why: String,
    ) -> Result<IssueRead, Error> {
        // Links and labels need a token, and not the job's (recorded: lists/job-links, lists/job-labels).
        let knowledge = if self.inner.token.is_some() && !self.has_job_token() {
            Knowledge::Known
        } else {
            Knowledge::Unknown
        };
        let (mut projects, mut issues) = (Vec::new(), Vec::new());
        for path in paths {
            let (project, found) = self.read_project(path, filter).await?;
            let all = stream::iter(found)
                .map(|issue| self.with_links(&project.path, issue, knowledge))
                .buffered(LINKS_AT_ONCE);
            issues.extend(all.try_collect::<Vec<_>>().await?);
            projects.push(project);
        }
        Ok(IssueRead {
            issues,
            projects,
            links: knowledge,
            labels: knowledge,
            via: Via::Rest,
            why_rest: Some(why),
            requests: 0,
            complexity: None,
        })
    }

    async fn read_project(
        &self,
        path: &str,
        filter: &IssueFilter,
    ) -> Result<(ObservedProject, Vec<Issue>), Error> {
        let by_path = ProjectRef::from(path);
        if self.has_job_token() {
            // A job token may not ask for the project itself. One that does not exist is 404 here too.
            let issues = self.issues(&by_path, filter).await?;
            let project = ObservedProject {
                path: path.to_owned(),
                id: issues.first().map(|issue| issue.project_id),
                issues_enabled: None,
                archived: None,
                visibility: None,
                several_assignees: None,
                access_level: None,
            };
            return Ok((project, issues));
        }
        let project = self.project(&by_path).await?;
        let issues = self.issues(&ProjectRef::Id(project.id), filter).await?;
        let observed = ObservedProject {
            path: project.path_with_namespace,
            id: Some(project.id),
            issues_enabled: project.issues_enabled,
            archived: Some(project.archived),
            visibility: project.visibility,
            several_assignees: None,
            access_level: project
                .permissions
                .map(|permissions| permissions.access_level()),
        };
        Ok((observed, issues))
    }

    async fn with_links(
        &self,
        path: &str,
        issue: Issue,
        knowledge: Knowledge,
    ) -> Result<ObservedIssue, Error> {
        let links = match knowledge {
            Knowledge::Known => {
                let project = ProjectRef::Id(issue.project_id);
                Some(self.observed_links(&project, issue.iid).await?)
            }
            Knowledge::Unknown => None,
        };
        Ok(ObservedIssue {
            issue: issue.in_seconds(),
            project: path.to_owned(),
            links,
        })
    }

    /// An issue that a list gave, with its links. Its `project` is empty, as that of [`issue_by_id`](Self::issue_by_id).
    pub async fn linked(&self, issue: Issue) -> Result<ObservedIssue, Error> {
        self.with_links("", issue, Knowledge::Known).await
    }

    /// The issue of a global id, if it is one of these authors'.
    pub(super) async fn issue_among(
        &self,
        id: u64,
        authors: &[&str],
    ) -> Result<Option<ObservedIssue>, Error> {
        for author in authors {
            let mut issues = self.issues_by(author).await?.into_iter();
            if let Some(issue) = issues.find(|issue| issue.id == id) {
                return Ok(Some(self.linked(issue).await?));
            }
        }
        Ok(None)
    }

    pub(super) async fn observed_links(
        &self,
        project: &ProjectRef,
        iid: u64,
    ) -> Result<Vec<ObservedLink>, Error> {
        let links = self.links(project, iid).await?;
        let mut links: Vec<ObservedLink> = links
            .iter()
            .map(|link| ObservedLink {
                id: link.issue_link_id,
                link_type: link.link_type,
                other: Some(link.issue.id),
            })
            .collect();
        links.sort_unstable();
        Ok(links)
    }
}

impl Issue {
    /// With times as GraphQL tells them.
    pub(super) fn in_seconds(mut self) -> Self {
        let floor = |time: Timestamp| Timestamp::from_second(time.as_second()).unwrap_or(time);
        self.created_at = floor(self.created_at);
        self.updated_at = floor(self.updated_at);
        self.closed_at = self.closed_at.map(floor);
        self
    }
}
