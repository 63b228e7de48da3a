//! Environments, and what was deployed to them.
//!
//! Recorded (flow) are an environment that was made, a deployment of a commit that does not exist, and an empty list. The rest
//! follows GitLab's source: `lib/api/deployments.rb`, `app/models/deployment.rb`, `app/services/deployments`,
//! `config/authz/roles`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, MergeRequest, Namespace, Refusal, Role, State};

/// Where a project is deployed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Global id.
    pub id: u64,
    /// The project's global id.
    pub project: u64,
    /// Its name, one of a kind in the project.
    pub name: String,
    /// What it is for: `production`, `staging`, `testing`, `development` or `other`.
    pub tier: String,
    /// A page that it serves.
    pub external_url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How far a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum DeploymentStatus {
    Running,
    Success,
    Failed,
    Canceled,
}

impl DeploymentStatus {
    /// What a deployment may be made or changed to, with GitLab's word and what becoming it is called.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Running, "running", "run"),
        (Self::Success, "success", "succeed"),
        (Self::Failed, "failed", "drop"),
        (Self::Canceled, "canceled", "cancel"),
    ];

    /// GitLab's words.
    pub const WORDS: [&'static str; 4] = ["running", "success", "failed", "canceled"];

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, known, _)| *known == word)
            .map(|(status, ..)| *status)
    }

    /// GitLab's word for it.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        let mut all = Self::ALL.iter();
        all.find(|(status, ..)| *status == self)
            .unwrap_or(&Self::ALL[0])
    }

    fn is_finished(self) -> bool {
        self != Self::Running
    }
}

/// A commit that was brought to an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Global id.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// The project's global id.
    pub project: u64,
    /// The environment's global id.
    pub environment: u64,
    /// Branch or tag.
    pub git_ref: String,
    /// The commit.
    pub sha: String,
    /// How far it is.
    pub status: DeploymentStatus,
    /// Who told of it.
    pub user: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended, however it did.
    pub finished_at: Option<Timestamp>,
    /// The merge requests that it brought.
    #[serde(default)]
    pub merge_requests: Vec<u64>,
}

/// What is to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeployment {
    /// The name of the environment, which is made where it is missing.
    pub environment: String,
    /// The commit.
    pub sha: String,
    /// Branch or tag.
    pub git_ref: String,
    /// How far it is.
    pub status: DeploymentStatus,
}

impl State {
    /// Whether whoever asks may see environments and deployments: from Reporter on, which Planner is not
    /// (`config/authz/roles`: `read_deployment`; not recorded).
    pub fn can_read_deployments(&self, actor: &Actor, project: u64) -> bool {
        self.role(actor, Namespace::Project(project)) >= Role::REPORTER
    }

    fn check_deployer(&self, actor: &Actor, project: u64) -> Result<u64, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        if self.role(actor, Namespace::Project(project)) < Role::DEVELOPER {
            return Err(Refusal::forbidden());
        }
        Ok(user)
    }

    /// The environment of a name.
    pub fn environment_by_name(&self, project: u64, name: &str) -> Option<&Environment> {
        let mut all = self.environments.values();
        all.find(|one| one.project == project && one.name == name)
    }

    /// Makes an environment and gives its global id.
    pub fn create_environment(
        &mut self,
        actor: &Actor,
        project: u64,
        (name, tier): (&str, Option<&str>),
        external_url: Option<String>,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        self.check_deployer(actor, project)?;
        if name.is_empty() {
            return Err(Refusal::invalid("name", "can't be blank"));
        }
        // Assumed: the slug, which is made of the name, is taken with it and is not told of.
        if self.environment_by_name(project, name).is_some() {
            return Err(Refusal::invalid("name", "has already been taken"));
        }
        let id = Counters::next(&mut self.counters.environments);
        let environment = Environment {
            id,
            project,
            name: name.to_owned(),
            tier: tier.unwrap_or_else(|| tier_of(name)).to_owned(),
            external_url,
            created_at: now,
        };
        self.environments.insert(id, environment);
        Ok(id)
    }

    /// Tells of a deployment and gives its global id. Its commit must be on the project's default branch (recorded:
    /// flow/deployment); GitLab also looks whether there is such a branch or tag, which is assumed of any.
    pub fn create_deployment(
        &mut self,
        actor: &Actor,
        project: u64,
        new: NewDeployment,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = self.check_deployer(actor, project)?;
        let environment = match self.environment_by_name(project, &new.environment) {
            Some(environment) => environment.id,
            None => self.create_environment(actor, project, (&new.environment, None), None, now)?,
        };
        if self.place_of_commit(project, &new.sha).is_none() {
            return Err(Refusal::invalid("sha", "The commit does not exist"));
        }
        let mine = self
            .deployments
            .values()
            .filter(|one| one.project == project);
        let iid = mine.map(|one| one.iid).max().unwrap_or_default() + 1;
        let id = Counters::next(&mut self.counters.deployments);
        let deployment = Deployment {
            id,
            iid,
            project,
            environment,
            git_ref: new.git_ref,
            sha: new.sha,
            status: DeploymentStatus::Running,
            user,
            created_at: now,
            updated_at: now,
            finished_at: None,
            merge_requests: Vec::new(),
        };
        self.deployments.insert(id, deployment);
        if new.status != DeploymentStatus::Running {
            self.become_status(id, new.status, now);
        }
        Ok(id)
    }

    /// Says how far a deployment is. One that is something already cannot become it, and none runs again.
    pub fn update_deployment(
        &mut self,
        actor: &Actor,
        id: u64,
        status: DeploymentStatus,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let deployment = self.deployments.get(&id).ok_or_else(Refusal::not_found)?;
        let was = deployment.status;
        self.check_deployer(actor, deployment.project)?;
        if was == status || status == DeploymentStatus::Running {
            let text = format!("cannot transition via \"{}\"", status.row().2);
            return Err(Refusal::invalid("status", text));
        }
        self.become_status(id, status, now);
        Ok(())
    }

    fn become_status(&mut self, id: u64, status: DeploymentStatus, now: Timestamp) {
        let brought = if status == DeploymentStatus::Success {
            self.deployments
                .get(&id)
                .map(|one| self.brought_by(one))
                .unwrap_or_default()
        } else {
            Vec::new()
        };
        if let Some(deployment) = self.deployments.get_mut(&id) {
            deployment.status = status;
            deployment.updated_at = now;
            if status.is_finished() {
                deployment.finished_at = Some(now);
            }
            deployment.merge_requests.extend(brought);
        }
    }

    /// The merge requests whose commits came since the one that the environment had, or, at the first time, all that were
    /// merged into what is deployed (`app/services/deployments/link_merge_requests_service.rb`). Environments in a folder,
    /// such as `review/a`, are not looked at, and a merge request is brought to an environment once.
    fn brought_by(&self, deployment: &Deployment) -> Vec<u64> {
        let environment = self.environments.get(&deployment.environment);
        if environment.is_none_or(|one| one.name.contains('/')) {
            return Vec::new();
        }
        let project = deployment.project;
        let before = self.deployments.values().rev().find(|one| {
            one.environment == deployment.environment
                && one.status == DeploymentStatus::Success
                && one.id != deployment.id
        });
        let here = |one: &&Deployment| one.environment == deployment.environment;
        let known = self.deployments.values().filter(here);
        let known: BTreeSet<u64> = known.flat_map(|one| one.merge_requests.clone()).collect();
        let place = |sha: &str| self.place_of_commit(project, sha);
        let (first, last) = (
            before.and_then(|one| place(&one.sha)),
            place(&deployment.sha),
        );
        let is_new = |request: &MergeRequest| {
            let at = request.merge_commit.as_deref().and_then(place);
            if before.is_none() {
                request.target_branch == deployment.git_ref
            } else {
                at.is_some() && at > first && at <= last
            }
        };
        let merged = self.merge_requests.values().filter(|one| {
            one.project == project
                && one.state == "merged"
                && !known.contains(&one.id)
                && is_new(one)
        });
        merged.map(|one| one.id).collect()
    }
}

/// What an environment is for by its name, as far as GitLab's documentation of tiers tells (assumed: a part of the name is
/// enough).
fn tier_of(name: &str) -> &'static str {
    const NAMES: [(&str, &[&str]); 4] = [
        ("development", &["dev", "review", "trunk"]),
        ("testing", &["test", "qc"]),
        ("staging", &["stag", "model", "demo"]),
        ("production", &["prod", "live"]),
    ];
    let name = name.to_lowercase();
    let found = NAMES
        .iter()
        .find(|(_, words)| words.iter().any(|word| name.contains(word)));
    found.map_or("other", |(tier, _)| tier)
}
