//! Asking. One question at a time where the next depends on it, a few at once where there are many of a kind.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};

use super::facts::{Asked, Facts, Failure, ProjectFacts, Surroundings};
use super::wanted::Wanted;
use crate::gitlab::{
    Client, ErrorKind, IssuesAccess, LabelHome, Project, ProjectRef, User, Visibility,
};

/// Asks GitLab for what [`Facts`] hold, by reads alone. Never fails: a failure is a fact.
pub async fn gather(client: &Client, wanted: Wanted, surroundings: Surroundings) -> Facts {
    let metadata = client.metadata().await.map_err(Failure::from);
    let mut facts = Facts {
        surroundings,
        wanted,
        is_job: client.has_job_token(),
        is_local: client.is_loopback(),
        metadata,
        ahead: client.server_ahead(),
        user: None,
        token: None,
        listed: BTreeMap::new(),
        projects: BTreeMap::new(),
        accounts: None,
    };
    if !client.has_token() || !facts.is_gitlab() {
        return facts;
    }
    if facts.is_job {
        for tracker in facts.wanted.trackers.keys() {
            let asked = client
                .can_list_issues(&ProjectRef::from(tracker.as_str()))
                .await;
            facts
                .listed
                .insert(tracker.clone(), asked.map_err(Failure::from));
        }
        return facts;
    }
    if facts.metadata.as_ref().is_err_and(Failure::is_of_the_token) {
        return facts;
    }
    facts.user = Some(client.current_user().await.map_err(Failure::from));
    facts.token = Some(client.token_self().await.map_err(Failure::from));
    if facts
        .user
        .as_ref()
        .is_some_and(|user| user.as_ref().is_err_and(Failure::is_of_the_token))
    {
        return facts;
    }
    let names = facts.wanted.people.keys().chain(&facts.surroundings.bots);
    let names: Vec<String> = names.map(ToString::to_string).collect();
    let accounts = client.users(&names).await.map_err(Failure::from);
    facts.projects = projects(
        client,
        &facts.wanted,
        accounts.as_deref().unwrap_or_default(),
    )
    .await;
    facts.accounts = Some(accounts);
    facts
}

impl Facts {
    /// Whether GitLab's API answered, be it that it wants another token.
    pub(super) fn is_gitlab(&self) -> bool {
        match &self.metadata {
            Ok(_) => true,
            Err(failure) => {
                failure.is_of_the_token()
                    || matches!(
                        failure.kind,
                        ErrorKind::InsufficientScope { .. }
                            | ErrorKind::Forbidden
                            | ErrorKind::RateLimited { .. }
                            | ErrorKind::ReadOnly
                    )
            }
        }
    }
}

impl Failure {
    /// Whether every other answer to this token would be the same.
    pub(super) fn is_of_the_token(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unauthorized | ErrorKind::TokenExpired | ErrorKind::TokenRevoked
        )
    }
}

async fn projects(
    client: &Client,
    wanted: &Wanted,
    accounts: &[User],
) -> BTreeMap<String, ProjectFacts> {
    let paths: Vec<String> = wanted
        .trackers
        .keys()
        .chain(wanted.foreign())
        .cloned()
        .collect();
    // What GraphQL does not tell stays unknown.
    let plans = client.project_plans(&paths).await.unwrap_or_default();
    let asked: Vec<(String, ProjectFacts)> = stream::iter(paths)
        .map(|path| async {
            let facts = project(client, wanted, accounts, &path).await;
            (path, facts)
        })
        .buffered(client.parallelism().max(1))
        .collect()
        .await;
    let mut projects: BTreeMap<String, ProjectFacts> = asked.into_iter().collect();
    for (path, facts) in &mut projects {
        let plan = plans
            .iter()
            .find(|plan| plan.path.eq_ignore_ascii_case(path));
        if let Some(plan) = plan {
            facts.several_assignees = plan.several_assignees;
            facts.role = plan.access_level;
        }
    }
    projects
}

async fn project(client: &Client, wanted: &Wanted, accounts: &[User], path: &str) -> ProjectFacts {
    let found = client.project(&ProjectRef::from(path)).await;
    let mut facts = ProjectFacts {
        project: found.map_err(Failure::from),
        several_assignees: None,
        role: None,
        labels: None,
        members: None,
        templates: None,
    };
    let (Ok(project), Some(wants)) = (&facts.project, wanted.trackers.get(path)) else {
        return facts;
    };
    let by_id = ProjectRef::Id(project.id);
    if !wants.labels.is_empty() {
        let labels = client.labels(&LabelHome::Project(by_id.clone())).await;
        facts.labels = Some(labels.map_err(Failure::from));
    }
    let assigned: Vec<u64> = accounts
        .iter()
        .filter(|account| {
            wanted.people.iter().any(|(name, person)| {
                name.as_str().eq_ignore_ascii_case(&account.username)
                    && person.assigned_in.contains(path)
            })
        })
        .map(|account| account.id)
        .collect();
    if is_for_members(project) && !assigned.is_empty() {
        facts.members = Some(members(client, &by_id, &assigned).await);
    }
    let templates = client.issue_templates(&by_id).await;
    facts.templates = Some(templates.map_err(Failure::from));
    facts
}

/// Whether only members see the project's issues: others are dropped silently from assignees (recorded:
/// create/unreadable-first).
fn is_for_members(project: &Project) -> bool {
    !matches!(
        project.visibility,
        Some(Visibility::Public | Visibility::Internal)
    ) || project.issues_access_level == Some(IssuesAccess::Private)
}

async fn members(client: &Client, project: &ProjectRef, accounts: &[u64]) -> Asked<Vec<u64>> {
    let members = client.members_among(project, accounts).await?;
    Ok(members.into_iter().map(|member| member.user.id).collect())
}
