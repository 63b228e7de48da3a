//! GraphQL: the documents that are sent, and what their answers have in common.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};

use super::call::Call;
use super::client::Client;
use super::error::{Error, ErrorKind, GraphqlProblem};

/// The accounts of up to a hundred names.
pub(super) const USERS: &str = "\
query users($usernames: [String!]) {
  users(usernames: $usernames, first: 100) { nodes { id username name state } }
}";

/// What only GraphQL tells about up to fifty projects.
pub(super) const PROJECT_PLANS: &str = "\
query projectPlans($paths: [String!], $projects: Int) {
  projects(fullPaths: $paths, first: $projects) {
    nodes { fullPath allowsMultipleMergeRequestAssignees maxAccessLevel { integerValue } }
  }
}";

/// What is read of an issue: 54 points, by GitLab's rules for complexity.
macro_rules! issue_fields {
    () => {
        "
fragment IssueFields on Issue {
  id iid projectId title description state type confidential webUrl
  createdAt updatedAt closedAt dueDate
  author { id username name state }
  assignees(first: 20) { nodes { id username name state } pageInfo { hasNextPage } }
  labels(first: 100) { nodes { title } pageInfo { hasNextPage } }
  milestone { id title }
  movedTo { id }
  linkedWorkItems(first: 100) { nodes { linkId linkType workItem { id } } pageInfo { hasNextPage } }
}"
    };
}

/// The first page of issues of several projects. 140 points for one project, 142 for eight, of 250 (200 without a
/// token). Of the reads that give links too, this is the one that costs the server least.
pub(super) const PROJECTS: &str = concat!(
    "\
query issuesOfProjects(
  $paths: [String!], $projects: Int, $first: Int, $labels: [String], $or: UnionedIssueFilterInput,
  $state: IssuableState, $iids: [String!], $updatedAfter: Time
) {
  queryComplexity { score limit }
  projects(fullPaths: $paths, first: $projects) {
    nodes {
      id fullPath visibility issuesEnabled archived allowsMultipleMergeRequestAssignees maxAccessLevel { integerValue }
      issues(
        first: $first, labelName: $labels, or: $or, state: $state, iids: $iids,
        updatedAfter: $updatedAfter, sort: CREATED_ASC
      ) { pageInfo { hasNextPage endCursor } nodes { ...IssueFields } }
    }
  }
}",
    issue_fields!()
);

/// A further page of issues of one project.
pub(super) const PROJECT_PAGE: &str = concat!(
    "\
query issuesOfProject(
  $path: ID!, $first: Int, $after: String, $labels: [String], $or: UnionedIssueFilterInput,
  $state: IssuableState, $iids: [String!], $updatedAfter: Time
) {
  queryComplexity { score limit }
  project(fullPath: $path) {
    issues(
      first: $first, after: $after, labelName: $labels, or: $or, state: $state, iids: $iids,
      updatedAfter: $updatedAfter, sort: CREATED_ASC
    ) { pageInfo { hasNextPage endCursor } nodes { ...IssueFields } }
  }
}",
    issue_fields!()
);

/// One issue by its global id, which REST gives to administrators only.
pub(super) const ISSUE: &str = concat!(
    "\
query issueById($id: IssueID!) {
  issue(id: $id) { ...IssueFields }
}",
    issue_fields!()
);

/// Who did what last on some issues of a project. The recorded query of the same shape has 20 points
/// (recorded: flow/issue-graphql).
pub(super) const ACTIVITY: &str = "\
query activityOfIssues($path: ID!, $iids: [String!], $first: Int) {
  project(fullPath: $path) {
    issues(iids: $iids, first: $first) {
      nodes {
        iid
        notes(filter: ONLY_ACTIVITY, first: 100) {
          nodes { author { username } createdAt }
          pageInfo { hasNextPage }
        }
      }
    }
  }
}";

/// Every document that this client sends, by its name: what a server must understand.
pub const DOCUMENTS: [(&str, &str); 6] = [
    ("users", USERS),
    ("plansOfProjects", PROJECT_PLANS),
    ("issuesOfProjects", PROJECTS),
    ("issuesOfProject", PROJECT_PAGE),
    ("issueById", ISSUE),
    ("activityOfIssues", ACTIVITY),
];

/// A list inside an answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Nodes<T> {
    pub(super) nodes: Vec<T>,
    #[serde(default)]
    pub(super) page_info: PageInfo,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    #[serde(default)]
    pub(super) end_cursor: Option<String>,
}

/// A role of the token's user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Role {
    pub(super) integer_value: Option<u32>,
}

/// A global id, `gid://gitlab/Issue/6`: the number is the one that REST uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gid(pub(super) u64);

impl<'de> Deserialize<'de> for Gid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text
            .strip_prefix("gid://gitlab/")
            .and_then(|rest| rest.rsplit_once('/'))
            .and_then(|(_, number)| number.parse().ok());
        number
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no global id")))
    }
}

#[derive(Deserialize)]
struct Request<T> {
    data: T,
}

#[derive(Deserialize)]
struct Errors {
    #[serde(default)]
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    code: Option<String>,
}

impl Problem {
    fn kind(&self) -> GraphqlProblem {
        let says = |part: &str| self.message.contains(part);
        let code = self.extensions.code.as_deref();
        if says("exceeds max complexity") {
            GraphqlProblem::TooComplex
        } else if matches!(code, Some("undefinedField" | "argumentNotAccepted"))
            || says("doesn't exist on type")
            || says("isn't a defined input type")
        {
            GraphqlProblem::UnknownField
        } else if says("does not exist or you don't have permission") {
            GraphqlProblem::NotFoundOrForbidden
        } else if says("Timeout") || says("timed out") {
            GraphqlProblem::Timeout
        } else {
            GraphqlProblem::Other
        }
    }
}

impl Client {
    /// Sends a query and gives its data. Errors beside data are errors: what is missing would look absent.
    pub(super) async fn graphql_read<T: DeserializeOwned>(
        &self,
        document: &'static str,
        variables: &impl Serialize,
        max_attempts: Option<u32>,
    ) -> Result<T, Error> {
        #[derive(Serialize)]
        struct Body<'a, V> {
            query: &'static str,
            variables: &'a V,
        }
        let mut call = Call::graphql().body(&Body {
            query: document,
            variables,
        });
        call.max_attempts = max_attempts;
        let answer = self.send(&call).await?;
        let failed: Errors = self.decode(&call, &answer)?;
        if let Some(first) = failed.errors.first() {
            let messages: Vec<&str> = failed
                .errors
                .iter()
                .map(|problem| problem.message.as_str())
                .collect();
            let error = self.failure(ErrorKind::Graphql(first.kind()), &call);
            return Err(error.with_message(self.scrub(&messages.join("; "))));
        }
        let request: Request<T> = self.decode(&call, &answer)?;
        Ok(request.data)
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::{ExecutableDocument, Schema};

    use super::*;

    #[test]
    fn the_documents_fit_the_schema_of_gitlab() {
        let text = include_str!("../sandbox/schema/gitlab.graphql");
        let schema = Schema::parse_and_validate(text, "gitlab.graphql").unwrap();
        for (_, document) in DOCUMENTS {
            let checked =
                ExecutableDocument::parse_and_validate(&schema, document, "document.graphql");
            assert!(
                checked.is_ok(),
                "{document}\n{}",
                checked.unwrap_err().errors
            );
            assert!(document.len() < 10_000, "longer than GitLab takes");
        }
    }

    #[test]
    fn problems_are_told_apart() {
        for (text, kind) in [
            (
                r#"{"message": "Query has complexity of 330, which exceeds max complexity of 250"}"#,
                GraphqlProblem::TooComplex,
            ),
            (
                r#"{"message": "Field 'a' doesn't exist on type 'Query'", "extensions": {"code": "undefinedField", "typeName": "Query"}}"#,
                GraphqlProblem::UnknownField,
            ),
            (
                r#"{"message": "The resource that you are attempting to access does not exist or you don't have permission to perform this action", "path": ["a"]}"#,
                GraphqlProblem::NotFoundOrForbidden,
            ),
            (
                r#"{"message": "Timeout on Issue.labels"}"#,
                GraphqlProblem::Timeout,
            ),
            (
                r#"{"message": "Internal server error"}"#,
                GraphqlProblem::Other,
            ),
        ] {
            assert_eq!(
                serde_json::from_str::<Problem>(text).unwrap().kind(),
                kind,
                "{text}"
            );
        }
    }

    #[test]
    fn a_global_id_ends_in_the_number() {
        let gid = |text: &str| serde_json::from_value::<Gid>(text.into()).ok();
        assert_eq!(
            gid("gid://gitlab/WorkItems::RelatedWorkItemLink/31"),
            Some(Gid(31))
        );
        assert_eq!(gid("gid://gitlab/Issue/6"), Some(Gid(6)));
        assert_eq!(gid("6"), None);
        assert_eq!(gid("gid://gitlab/Issue/x"), None);
    }
}
