//! The bulk read by GraphQL.

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::call::{Call, ProjectRef};
use super::super::client::Client;
use super::super::error::{Error, ErrorKind, GraphqlProblem};
use super::super::graphql::{self, Gid, Nodes, Role};
use super::super::issue::{IIDS_AT_ONCE, IssueFilter, IssueState};
use super::super::project::Visibility;
use super::node::IssueNode;
use super::{Complexity, IssueRead, Knowledge, ObservedIssue, ObservedProject, Via};

/// Projects in one query. A full page of one took a small server 2.6 s, and it gives up after 30 s.
const PROJECTS_AT_ONCE: usize = 8;
/// Queries at once: each keeps a worker of the server busy for seconds.
const QUERIES_AT_ONCE: usize = 2;
/// Issues of one project in one query; GitLab's maximum.
const FULL_PAGE: usize = 100;
/// A page that is refused even at this size is refused.
const SMALL_PAGE: usize = 25;

/// What selects the issues, in the form of variables; those that are absent select nothing.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selection {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(rename = "or", skip_serializing_if = "Option::is_none")]
    any: Option<AnyOf>,
    state: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    iids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_after: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnyOf {
    author_usernames: Vec<String>,
}

#[derive(Serialize)]
struct FirstPages<'a> {
    paths: &'a [String],
    projects: usize,
    first: usize,
    #[serde(flatten)]
    selection: &'a Selection,
}

#[derive(Serialize)]
struct FurtherPage<'a> {
    path: &'a str,
    first: usize,
    after: &'a str,
    #[serde(flatten)]
    selection: &'a Selection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectsData {
    query_complexity: Option<Complexity>,
    projects: Nodes<ProjectNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectData {
    query_complexity: Option<Complexity>,
    project: Option<IssuesOf>,
}

/// What some queries gave.
#[derive(Default)]
struct Part {
    projects: Vec<ObservedProject>,
    issues: Vec<ObservedIssue>,
    complexity: Option<Complexity>,
}

impl Part {
    fn add(&mut self, more: Self) {
        self.projects.extend(more.projects);
        self.issues.extend(more.issues);
        self.complexity = self.complexity.max(more.complexity);
    }
}

#[derive(Deserialize)]
struct IssuesOf {
    issues: Nodes<IssueNode>,
}

#[derive(Deserialize)]
struct IssueData {
    issue: Option<IssueNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectNode {
    id: Gid,
    full_path: String,
    visibility: Option<Visibility>,
    issues_enabled: Option<bool>,
    archived: Option<bool>,
    allows_multiple_merge_request_assignees: Option<bool>,
    max_access_level: Option<Role>,
    issues: Nodes<IssueNode>,
}

/// The selections that together give what the filter asks for: GitLab takes a hundred numbers at a time.
fn selections(filter: &IssueFilter) -> Vec<Selection> {
    let authors: Vec<String> = filter.authors.iter().cloned().collect();
    let all = Selection {
        labels: filter
            .server_labels()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        any: (!authors.is_empty()).then_some(AnyOf {
            author_usernames: authors,
        }),
        state: filter.state.map_or("all", IssueState::name),
        iids: Vec::new(),
        updated_after: filter.updated_after,
    };
    if filter.iids.is_empty() {
        return vec![all];
    }
    let iids: Vec<String> = filter.iids.iter().map(u64::to_string).collect();
    let chunk = |iids: &[String]| Selection {
        iids: iids.to_vec(),
        ..all.clone()
    };
    iids.chunks(IIDS_AT_ONCE).map(chunk).collect()
}

/// Whether asking for less may help.
fn is_too_much(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Dropped
            | ErrorKind::Graphql(GraphqlProblem::TooComplex | GraphqlProblem::Timeout)
    )
}

impl Client {
    pub(super) async fn read_by_graphql(
        &self,
        paths: &[String],
        filter: &IssueFilter,
    ) -> Result<IssueRead, Error> {
        let selections = selections(filter);
        let work: Vec<(&[String], &Selection)> = selections
            .iter()
            .flat_map(|selection| {
                paths
                    .chunks(PROJECTS_AT_ONCE)
                    .map(move |paths| (paths, selection))
            })
            .collect();
        let parts: Vec<Part> = stream::iter(work)
            .map(|(paths, selection)| self.read_projects(paths, selection))
            .buffered(QUERIES_AT_ONCE)
            .try_collect()
            .await?;
        let mut all = Part::default();
        for part in parts {
            all.add(part);
        }
        let Part {
            mut projects,
            issues,
            complexity,
        } = all;
        projects.sort_by(|a, b| a.path.cmp(&b.path));
        projects.dedup_by(|a, b| a.path == b.path);
        let labels = match self.inner.token {
            Some(_) => Knowledge::Known,
            None => Knowledge::Unknown,
        };
        Ok(IssueRead {
            issues,
            projects,
            links: Knowledge::Known,
            labels,
            via: Via::Graphql,
            why_rest: None,
            requests: 0,
            complexity,
        })
    }

    /// Some projects with all their pages.
    async fn read_projects(&self, paths: &[String], selection: &Selection) -> Result<Part, Error> {
        let (mut part, mut pages) = (Part::default(), Vec::new());
        // What is left to be asked for; what turns out to be too much at once is put back in two halves.
        let mut rest = vec![(paths, FULL_PAGE)];
        while let Some((paths, first)) = rest.pop() {
            let variables = FirstPages {
                paths,
                projects: paths.len(),
                first,
                selection,
            };
            let divisible = paths.len() > 1 || first > SMALL_PAGE;
            let attempts = divisible.then_some(1);
            let data: ProjectsData = match self
                .graphql_read(graphql::PROJECTS, &variables, attempts)
                .await
            {
                Ok(data) => data,
                Err(error) if divisible && is_too_much(&error) => {
                    if paths.len() > 1 {
                        let (left, right) = paths.split_at(paths.len() / 2);
                        rest.extend([(right, first), (left, first)]);
                    } else {
                        rest.push((paths, (first / 2).max(SMALL_PAGE)));
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            part.complexity = part.complexity.max(data.query_complexity);
            let found = data.projects.nodes;
            let is_found = |path: &&String| {
                found
                    .iter()
                    .any(|node| node.full_path.eq_ignore_ascii_case(path))
            };
            let missing: Vec<String> = paths
                .iter()
                .filter(|path| !is_found(path))
                .cloned()
                .collect();
            if !missing.is_empty() {
                let kind = ErrorKind::ProjectsNotFound(missing.clone());
                let error = self.failure(kind, &Call::graphql());
                return Err(self.not_found(missing, error).await);
            }
            for node in found {
                let path = node.full_path.clone();
                part.projects.push(ObservedProject {
                    path: node.full_path,
                    id: Some(node.id.0),
                    issues_enabled: node.issues_enabled,
                    archived: node.archived,
                    visibility: node.visibility,
                    several_assignees: node.allows_multiple_merge_request_assignees,
                    access_level: node.max_access_level.and_then(|role| role.integer_value),
                });
                pages.push((path, node.issues, first));
            }
        }
        let pages: Vec<Part> = stream::iter(pages)
            .map(|(path, page, first)| self.read_pages(path, page, first, selection))
            .buffered(QUERIES_AT_ONCE)
            .try_collect()
            .await?;
        for more in pages {
            part.add(more);
        }
        Ok(part)
    }

    /// The issues of one project, from a first page on.
    async fn read_pages(
        &self,
        path: String,
        mut page: Nodes<IssueNode>,
        mut first: usize,
        selection: &Selection,
    ) -> Result<Part, Error> {
        let mut part = Part::default();
        loop {
            for node in page.nodes {
                part.issues.push(self.observed(&path, node).await?);
            }
            if !page.page_info.has_next_page {
                return Ok(part);
            }
            let Some(after) = page.page_info.end_cursor else {
                return Err(self.undecodable("a page that has a next one but no cursor"));
            };
            page = loop {
                let variables = FurtherPage {
                    path: &path,
                    first,
                    after: &after,
                    selection,
                };
                let divisible = first > SMALL_PAGE;
                let attempts = divisible.then_some(1);
                let read: Result<ProjectData, Error> = self
                    .graphql_read(graphql::PROJECT_PAGE, &variables, attempts)
                    .await;
                match read {
                    Ok(data) => {
                        part.complexity = part.complexity.max(data.query_complexity);
                        let gone = || {
                            let kind = ErrorKind::ProjectsNotFound(vec![path.clone()]);
                            self.failure(kind, &Call::graphql())
                        };
                        break data.project.ok_or_else(gone)?.issues;
                    }
                    Err(error) if divisible && is_too_much(&error) => {
                        first = (first / 2).max(SMALL_PAGE);
                    }
                    Err(error) => return Err(error),
                }
            };
            if page.page_info.end_cursor.as_deref() == Some(after.as_str()) {
                return Err(self.undecodable("a page that leads to itself"));
            }
        }
    }

    /// One issue; where a list inside it was cut, what is missing is asked for.
    async fn observed(&self, path: &str, node: IssueNode) -> Result<ObservedIssue, Error> {
        let cut = node.is_cut();
        let mut observed = node
            .observed(path)
            .map_err(|field| self.undecodable(field))?;
        if cut {
            let project = ProjectRef::Id(observed.issue.project_id);
            observed.issue = self.issue(&project, observed.issue.iid).await?.in_seconds();
            observed.links = Some(self.observed_links(&project, observed.issue.iid).await?);
        }
        Ok(observed)
    }

    fn undecodable(&self, what: &str) -> Error {
        self.failure(ErrorKind::Undecodable, &Call::graphql())
            .with_message(what)
    }

    /// One issue by its global id; `None` if it does not exist or the token may not see it. Its `project` is empty: an
    /// issue of GraphQL does not tell its project's path.
    ///
    /// REST has issues by id for administrators alone: where GraphQL is refused, the issue is looked for among those of
    /// `authors`, a page for each hundred.
    pub async fn issue_by_id(
        &self,
        id: u64,
        authors: &[&str],
    ) -> Result<Option<ObservedIssue>, Error> {
        #[derive(Serialize)]
        struct Variables {
            id: String,
        }
        let variables = Variables {
            id: format!("gid://gitlab/Issue/{id}"),
        };
        let data: IssueData = match self.graphql_read(graphql::ISSUE, &variables, None).await {
            Err(error) if error.refuses_graphql() && !authors.is_empty() => {
                return self.issue_among(id, authors).await;
            }
            data => data?,
        };
        match data.issue {
            Some(node) => Ok(Some(self.observed("", node).await?)),
            None => Ok(None),
        }
    }
}
