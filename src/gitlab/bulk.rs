//! Reading many issues with their links, in as few requests and as little of the server's time as possible.

mod graphql;
mod node;
mod rest;

use serde::Deserialize;

use super::call::ProjectRef;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::issue::{Issue, IssueFilter};
use super::link::LinkType;
use super::project::Visibility;

/// Which issues to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueQuery {
    /// Full paths of projects, any number; the case does not matter.
    pub projects: Vec<String>,
    /// What each issue must fulfil.
    pub filter: IssueFilter,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRead {
    /// The issues that the token may see, by id, each once.
    pub issues: Vec<ObservedIssue>,
    /// The projects, in the order of their paths. Look at them before you take an empty list for an absence.
    pub projects: Vec<ObservedProject>,
    /// Whether the links of issues could be read.
    pub links: Knowledge,
    /// Whether the labels that exist in these projects can be asked for by this token. (The names of the labels on an
    /// issue are known always.)
    pub labels: Knowledge,
    /// By which API.
    pub via: Via,
    /// Why it was REST, which costs a request more for each issue; `None` by GraphQL.
    pub why_rest: Option<String>,
    /// How many requests the client sent meanwhile.
    pub requests: u32,
    /// The most complex of its GraphQL queries; none by REST.
    pub complexity: Option<Complexity>,
}

/// How complex GitLab found a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Complexity {
    /// Its points.
    pub score: u32,
    /// How many are allowed: 250, without a token 200 (recorded: graphql/current-user, graphql/anon).
    pub limit: u32,
}

/// Whether something was seen, or only not looked at: unknown is never absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge {
    /// It was seen.
    Known,
    /// This token cannot see it.
    Unknown,
}

/// The API that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// GraphQL: links come with the issues.
    Graphql,
    /// REST: one request more for the links of each issue.
    Rest,
}

/// An issue with its links. Times are whole seconds, so that both APIs give the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedIssue {
    /// The issue.
    pub issue: Issue,
    /// The full path of its project, as GitLab writes it (as it was asked for, where GitLab does not say).
    pub project: String,
    /// Its links, by id; `None` where they could not be read.
    pub links: Option<Vec<ObservedLink>>,
}

/// One link of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObservedLink {
    /// The link's own id, by which it is deleted.
    pub id: u64,
    /// The kind of link, from the issue that it was read with.
    pub link_type: LinkType,
    /// The global id of the issue at the other end; `None` if the token may not see it (REST leaves such a
    /// link out).
    pub other: Option<u64>,
}

/// A project, as far as the token may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedProject {
    /// The full path.
    pub path: String,
    /// The global id; a job token learns it from an issue only.
    pub id: Option<u64>,
    /// Whether it has issues at all.
    pub issues_enabled: Option<bool>,
    /// Whether it accepts no writes.
    pub archived: Option<bool>,
    /// Who can see it.
    pub visibility: Option<Visibility>,
    /// Whether the project's plan is Premium or above, where issues can have more than one assignee; unknown by REST.
    /// GitLab tells it of merge requests, whose licensed feature came with the same plan.
    pub several_assignees: Option<bool>,
    /// The role of the token's user: below 15 (Planner) confidential issues of others are hidden.
    pub access_level: Option<u32>,
}

impl Client {
    /// Reads issues of projects: by GraphQL, or by REST where the token or the server does not allow it.
    ///
    /// A project that does not exist or that the token may not read is an error that names it, never an empty list.
    pub async fn read_issues(&self, query: &IssueQuery) -> Result<IssueRead, Error> {
        let before = self.requests_sent();
        let mut paths = query.projects.clone();
        paths.sort_by_key(|path| path.to_lowercase());
        paths.dedup_by_key(|path| path.to_lowercase());
        let mut read = if self.has_job_token() {
            // Recorded: graphql/job.
            let why = "GraphQL does not take a job token".to_owned();
            self.read_by_rest(&paths, &query.filter, why).await?
        } else {
            match self.read_by_graphql(&paths, &query.filter).await {
                Err(error) if error.refuses_graphql() => {
                    self.read_by_rest(&paths, &query.filter, error.to_string())
                        .await?
                }
                read => read?,
            }
        };
        read.issues
            .retain(|observed| query.filter.holds(&observed.issue));
        read.issues.sort_by_key(|observed| observed.issue.id);
        read.issues.dedup_by_key(|observed| observed.issue.id);
        read.projects
            .sort_by_key(|project| project.path.to_lowercase());
        read.requests = self.requests_sent().wrapping_sub(before);
        Ok(read)
    }

    /// The error about projects that were not found: where the first of them was renamed, the one that says so.
    async fn not_found(&self, missing: Vec<String>, error: Error) -> Error {
        if let Some(path) = missing.first()
            && let Err(error) = self.project(&ProjectRef::Path(path.clone())).await
            && matches!(error.kind(), ErrorKind::ProjectMoved { .. })
        {
            return error;
        }
        error
    }
}
