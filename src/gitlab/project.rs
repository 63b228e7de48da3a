//! Projects: what a tracker is and what we may do in it.

use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;
use super::graphql;

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// The global id; survives renames and moves.
    pub id: u64,
    /// `group/subgroup/project`, in the case that GitLab keeps.
    pub path_with_namespace: String,
    /// Its page.
    pub web_url: String,
    /// Who can see it; unknown where GitLab keeps it from the token.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Whether it has issues at all. Where it has none, lists are empty without an error (recorded: lists/noissues).
    #[serde(default)]
    pub issues_enabled: Option<bool>,
    /// Who may see its issues.
    #[serde(default)]
    pub issues_access_level: Option<IssuesAccess>,
    /// The roles of the token's user; absent for anonymous readers.
    #[serde(default)]
    pub permissions: Option<Permissions>,
    /// The branch that merge requests aim at; absent in an empty project.
    #[serde(default)]
    pub default_branch: Option<String>,
    /// Archived projects accept no writes.
    #[serde(default)]
    pub archived: bool,
    /// Addresses of the project's collections; GitLab leaves out what is switched off.
    #[serde(default, rename = "_links")]
    pub links: ProjectLinks,
}

/// Who can see a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Its members.
    Private,
    /// Everybody with an account, except external ones.
    Internal,
    /// Everybody.
    Public,
}

/// Who may see a project's issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssuesAccess {
    /// Nobody: switched off.
    Disabled,
    /// Its members, also where the project itself is public.
    Private,
    /// Everybody who can see the project.
    Enabled,
    /// A level that this version does not know.
    #[serde(other)]
    Other,
}

/// The addresses in a project's `_links`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ProjectLinks {
    /// The list of issues, absent where issues are switched off.
    #[serde(default)]
    pub issues: Option<String>,
    /// The list of labels.
    #[serde(default)]
    pub labels: Option<String>,
}

/// The roles of the token's user in a project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Permissions {
    /// As a member of the project.
    pub project_access: Option<Access>,
    /// As a member of a group above it.
    pub group_access: Option<Access>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Access {
    /// 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner.
    pub access_level: u32,
}

impl Permissions {
    /// The higher of the two roles; 0 for none. Roles by way of shared groups are not among them.
    pub fn access_level(&self) -> u32 {
        let accesses = [&self.project_access, &self.group_access];
        accesses
            .into_iter()
            .flatten()
            .map(|access| access.access_level)
            .max()
            .unwrap_or(0)
    }
}

/// What GraphQL tells about a project and REST does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectPlan {
    /// The full path.
    pub path: String,
    /// As [`ObservedProject::several_assignees`](super::ObservedProject::several_assignees).
    pub several_assignees: Option<bool>,
    /// The role of the token's user, also by way of shared groups.
    pub access_level: Option<u32>,
}

/// Projects in one query; GitLab takes fifty paths.
const PLANS_AT_ONCE: usize = 50;

impl Client {
    /// Which plan projects have and which role the token's user has in them. Projects that the token may not read are left
    /// out.
    pub async fn project_plans(&self, paths: &[String]) -> Result<Vec<ProjectPlan>, Error> {
        #[derive(Serialize)]
        struct Variables<'a> {
            paths: &'a [String],
            projects: usize,
        }
        #[derive(Deserialize)]
        struct Data {
            projects: graphql::Nodes<Node>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Node {
            full_path: String,
            allows_multiple_merge_request_assignees: Option<bool>,
            max_access_level: Option<graphql::Role>,
        }
        let mut plans = Vec::new();
        for paths in paths.chunks(PLANS_AT_ONCE) {
            let variables = Variables {
                paths,
                projects: paths.len(),
            };
            let data: Data = self
                .graphql_read(graphql::PROJECT_PLANS, &variables, None)
                .await?;
            plans.extend(data.projects.nodes.into_iter().map(|node| ProjectPlan {
                path: node.full_path,
                several_assignees: node.allows_multiple_merge_request_assignees,
                access_level: node.max_access_level.and_then(|role| role.integer_value),
            }));
        }
        Ok(plans)
    }

    /// The names of the templates for issues that the project's repository holds (`lib/api/project_templates.rb`). Nothing
    /// of it was recorded, so every failure means no more than that they are unknown.
    pub async fn issue_templates(&self, project: &ProjectRef) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Template {
            name: String,
        }
        let path = format!("projects/{}/templates/issues", project.segment());
        let templates: Vec<Template> = self.pages(&Call::get("templates", &path)).await?;
        Ok(templates
            .into_iter()
            .map(|template| template.name)
            .collect())
    }

    /// Whether the issues of a project can be listed: the one thing that a job token can find out about it.
    pub async fn can_list_issues(&self, project: &ProjectRef) -> Result<(), Error> {
        let path = format!("projects/{}/issues", project.segment());
        let call = Call::get("issues", &path).query("per_page", &1);
        self.json::<Vec<serde::de::IgnoredAny>>(&call).await?;
        Ok(())
    }

    /// One project. 404 means that it does not exist or that the token may not know (recorded: meta/unknown-project,
    /// meta/private-project-as-guest-outsider); a renamed one is an error that names the new path.
    pub async fn project(&self, project: &ProjectRef) -> Result<Project, Error> {
        self.json(&Call::get(
            "project",
            &format!("projects/{}", project.segment()),
        ))
        .await
    }
}
