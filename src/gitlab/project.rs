//! Projects: what a tracker is and what we may do in it.

use serde::Deserialize;

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;

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

impl Client {
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
