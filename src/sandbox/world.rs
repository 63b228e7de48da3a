//! The first state of a sandbox, as a file or a program describes it.

mod seed;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::state::{
    Group, Limits, Member, MergeRequest, Project, Role, Scope, Settings, State, Tier, Token, User,
    Visibility,
};

pub use seed::{WorldIssue, WorldMilestone};

/// Who and what exists before the first request. Ids that are left out are given in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// A sentence for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The version that the server claims.
    #[serde(default = "version")]
    pub version: String,
    /// Whether it claims to be the Enterprise Edition.
    #[serde(default)]
    pub enterprise: bool,
    /// `free` or `premium`.
    #[serde(default)]
    pub tier: Tier,
    /// Rate limits.
    #[serde(default)]
    pub limits: Limits,
    /// Accounts.
    pub users: Vec<WorldUser>,
    /// Groups; one that a project's path names but that is missing here is made public.
    #[serde(default)]
    pub groups: Vec<WorldGroup>,
    /// Projects.
    #[serde(default)]
    pub projects: Vec<WorldProject>,
    /// Merge requests.
    #[serde(default)]
    pub merge_requests: Vec<WorldMergeRequest>,
    /// Milestones.
    #[serde(default)]
    pub milestones: Vec<WorldMilestone>,
    /// Issues.
    #[serde(default)]
    pub issues: Vec<WorldIssue>,
    /// Tokens by their secret text.
    #[serde(default)]
    pub tokens: BTreeMap<String, WorldToken>,
}

impl Default for World {
    /// Nobody and nothing, on Free.
    fn default() -> Self {
        Self {
            about: None,
            version: version(),
            enterprise: false,
            tier: Tier::Free,
            limits: Limits::default(),
            users: Vec::new(),
            groups: Vec::new(),
            projects: Vec::new(),
            merge_requests: Vec::new(),
            milestones: Vec::new(),
            issues: Vec::new(),
            tokens: BTreeMap::new(),
        }
    }
}

/// The version whose answers were recorded.
fn version() -> String {
    "18.9.0-pre".to_owned()
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldUser {
    /// Global id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The name after `@`.
    pub username: String,
    /// The name that pages show; the username if it is left out.
    #[serde(default)]
    pub name: String,
    /// Whether the account administers the instance.
    #[serde(default)]
    pub admin: bool,
    /// Whether an administrator blocked it.
    #[serde(default)]
    pub blocked: bool,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldGroup {
    /// Global id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Full path.
    pub path: String,
    /// Shown name; the last part of the path if it is left out.
    #[serde(default)]
    pub name: String,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Username → access level: 10 Guest, 15 Planner, 20 Reporter, 30 Developer, 40 Maintainer, 50 Owner.
    #[serde(default)]
    pub members: BTreeMap<String, Role>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldProject {
    /// Global id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Full path, with at least one group.
    pub path: String,
    /// Shown name; the last part of the path if it is left out.
    #[serde(default)]
    pub name: String,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Whether it has issues.
    #[serde(default = "yes")]
    pub issues_enabled: bool,
    /// Whether it is archived: it can be read, and nothing in it changes.
    #[serde(default)]
    pub archived: bool,
    /// The description of issues that are created without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_template: Option<String>,
    /// The full paths of projects whose CI jobs may read this one, beside its own (facts §6.5): GitLab's "job token
    /// permissions".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub job_token_allowlist: Vec<String>,
    /// Username → access level, beside those of the groups above.
    #[serde(default)]
    pub members: BTreeMap<String, Role>,
}

impl WorldProject {
    /// A public project with issues at this path.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            id: None,
            path: path.into(),
            name: String::new(),
            visibility: Visibility::Public,
            issues_enabled: true,
            archived: false,
            default_template: None,
            job_token_allowlist: Vec::new(),
            members: BTreeMap::new(),
        }
    }
}

fn yes() -> bool {
    true
}

/// A merge request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldMergeRequest {
    /// Global id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Its number in the project.
    pub iid: u64,
    /// The project's full path.
    pub project: String,
    /// One line.
    pub title: String,
    /// What is to be merged.
    pub source_branch: String,
    /// Where to.
    pub target_branch: String,
    /// Username.
    pub author: String,
}

/// A token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldToken {
    /// Username.
    pub user: String,
    /// What it may be used for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// The full path of the project whose CI job it belongs to, if it is a job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci_job_of: Option<String>,
    /// The day on which it ends; in a year if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Date>,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
}

/// Why a world cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// A username that no user has.
    #[error("{place} names the user `{username}`, who is not among the world's users: add one")]
    UnknownUser {
        /// Where it is named.
        place: String,
        /// The name.
        username: String,
    },
    /// A project's path that no project has.
    #[error("{place} names the project `{path}`, which is not among the world's projects: add it")]
    UnknownProject {
        /// Where it is named.
        place: String,
        /// The path.
        path: String,
    },
    /// A project outside of every group.
    #[error("the project `{path}` needs a group: write `group/{path}`")]
    NoGroup {
        /// The path.
        path: String,
    },
    /// Two of one kind with one id or path.
    #[error("{what} is there twice: give each its own id and path")]
    Twice {
        /// What is there twice.
        what: String,
    },
}

impl World {
    /// The part of this world that a state does not have, by names and paths: what a state that was kept is to be given.
    #[must_use]
    pub fn lacking(&self, state: &State) -> Self {
        let has = |path: &str| state.project(path).is_some();
        let users = self.users.iter();
        let projects = self.projects.iter().filter(|one| !has(&one.path));
        Self {
            users: users
                .filter(|one| state.user_by_name(&one.username).is_none())
                .map(|one| WorldUser {
                    id: None,
                    ..one.clone()
                })
                .collect(),
            // Who is new becomes a member of what is there, too.
            groups: (self.groups.iter())
                .map(|one| WorldGroup {
                    id: None,
                    ..one.clone()
                })
                .collect(),
            projects: projects
                .map(|one| WorldProject {
                    id: None,
                    ..one.clone()
                })
                .collect(),
            merge_requests: Vec::new(),
            tokens: (self.tokens.iter())
                .filter(|(secret, _)| !state.tokens.contains_key(*secret))
                .map(|(secret, of)| (secret.clone(), of.clone()))
                .collect(),
            milestones: (self.milestones.iter())
                .filter(|one| !has(&one.project))
                .cloned()
                .collect(),
            issues: (self.issues.iter())
                .filter(|one| !has(&one.project))
                .cloned()
                .collect(),
            ..self.clone()
        }
    }

    /// The state that a sandbox of this world begins with.
    pub fn state(&self, now: Timestamp) -> Result<State, WorldError> {
        let mut state = State {
            settings: Settings {
                version: self.version.clone(),
                enterprise: self.enterprise,
                tier: self.tier,
                limits: self.limits.clone(),
            },
            ..State::default()
        };
        self.add_to(&mut state, now)?;
        Ok(state)
    }

    /// Adds all of this world to a state, which has none of it but groups.
    pub fn add_to(&self, state: &mut State, now: Timestamp) -> Result<(), WorldError> {
        for user in &self.users {
            let id = free_id(user.id, state.users.keys());
            let twice = state.user_by_name(&user.username).is_some();
            let new = User {
                id,
                username: user.username.clone(),
                name: if user.name.is_empty() {
                    user.username.clone()
                } else {
                    user.name.clone()
                },
                admin: user.admin,
                bot: false,
                blocked: user.blocked,
                created_at: now,
            };
            if twice || state.users.insert(id, new).is_some() {
                return Err(WorldError::Twice {
                    what: format!("the user `{}`", user.username),
                });
            }
        }
        self.add_groups(state, now)?;
        for project in &self.projects {
            let id = free_id(project.id, state.projects.keys());
            let place = format!("the project `{}`", project.path);
            let twice = state.project(&project.path).is_some();
            let new = Project {
                id,
                path: project.path.clone(),
                name: shown(&project.name, &project.path),
                visibility: project.visibility,
                issues_enabled: project.issues_enabled,
                archived: project.archived,
                default_template: project.default_template.clone(),
                job_token_allowlist: project.job_token_allowlist.iter().cloned().collect(),
                members: members(state, &place, &project.members, now)?,
                created_at: now,
                last_issue_iid: 0,
                last_milestone_iid: 0,
                iids: BTreeMap::new(),
            };
            if twice || state.projects.insert(id, new).is_some() {
                return Err(WorldError::Twice { what: place });
            }
        }
        self.add_merge_requests(state, now)?;
        let year = 364.days();
        for (secret, token) in &self.tokens {
            let place = format!("the token `{secret}`");
            state.counters.tokens += 1;
            let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let job_of = token
                .ci_job_of
                .as_ref()
                .map(|path| project_id(state, &place, path));
            let new = Token {
                id: state.counters.tokens,
                // The recorded world named its tokens so: `t-owner`, and `t-read` for `read_api`.
                name: format!("t-{}", secret.trim_end_matches("_api")),
                user: user_id(state, &place, &token.user)?,
                scopes: token.scopes.clone(),
                job_of: job_of.transpose()?,
                project: None,
                created_at: now,
                expires_at: token.expires_at.or(today.checked_add(year).ok()),
                last_used_at: None,
                revoked: token.revoked,
            };
            state.tokens.insert(secret.clone(), new);
        }
        seed::add_milestones(state, &self.milestones, now)?;
        seed::add_issues(state, &self.issues, now)?;
        let last = |ids: Option<&u64>| ids.copied().unwrap_or_default();
        let users = last(state.users.keys().max());
        state.counters.users = state.counters.users.max(users);
        let requests = last(state.merge_requests.keys().max());
        state.counters.merge_requests = state.counters.merge_requests.max(requests);
        Ok(())
    }

    fn add_groups(&self, state: &mut State, now: Timestamp) -> Result<(), WorldError> {
        let mut wanted = self.groups.clone();
        for project in &self.projects {
            let Some((mut path, _)) = project.path.rsplit_once('/') else {
                return Err(WorldError::NoGroup {
                    path: project.path.clone(),
                });
            };
            loop {
                if !wanted.iter().any(|group| group.path == path) {
                    wanted.push(WorldGroup {
                        path: path.to_owned(),
                        ..WorldGroup::default()
                    });
                }
                match path.rsplit_once('/') {
                    Some((above, _)) => path = above,
                    None => break,
                }
            }
        }
        // What this very call has made, and nothing may be made twice.
        let mut fresh = BTreeSet::new();
        for group in &wanted {
            let id = free_id(group.id, state.groups.keys());
            let place = format!("the group `{}`", group.path);
            let members = members(state, &place, &group.members, now)?;
            let known = state.group(&group.path).map(|known| known.id);
            if let Some(known) = known.and_then(|id| state.groups.get_mut(&id))
                && !fresh.contains(&known.id)
            {
                for (user, member) in members {
                    known.members.entry(user).or_insert(member);
                }
                continue;
            }
            let new = Group {
                id,
                path: group.path.clone(),
                name: shown(&group.name, &group.path),
                visibility: group.visibility,
                members,
                created_at: now,
                last_milestone_iid: 0,
            };
            fresh.insert(id);
            if known.is_some() || state.groups.insert(id, new).is_some() {
                return Err(WorldError::Twice { what: place });
            }
        }
        Ok(())
    }

    fn add_merge_requests(&self, state: &mut State, now: Timestamp) -> Result<(), WorldError> {
        for request in &self.merge_requests {
            let id = free_id(request.id, state.merge_requests.keys());
            let place = format!("the merge request `{}!{}`", request.project, request.iid);
            let new = MergeRequest {
                id,
                iid: request.iid,
                project: project_id(state, &place, &request.project)?,
                title: request.title.clone(),
                description: Some(String::new()),
                source_branch: request.source_branch.clone(),
                target_branch: request.target_branch.clone(),
                author: user_id(state, &place, &request.author)?,
                state: "opened".to_owned(),
                merge_commit: None,
                merged_at: None,
                labels: Vec::new(),
                created_at: now,
                updated_at: now,
                notes: Vec::new(),
            };
            if state.merge_requests.insert(id, new).is_some() {
                return Err(WorldError::Twice { what: place });
            }
        }
        Ok(())
    }
}

/// The id that was asked for, or the next one.
fn free_id<'a>(asked: Option<u64>, taken: impl Iterator<Item = &'a u64>) -> u64 {
    asked.unwrap_or_else(|| taken.max().map_or(1, |last| last + 1))
}

/// A shown name, made from the path if there is none.
fn shown(name: &str, path: &str) -> String {
    if !name.is_empty() {
        return name.to_owned();
    }
    let slug = path.rsplit('/').next().unwrap_or(path);
    let mut letters = slug.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect::<String>()
    })
}

fn user_id(state: &State, place: &str, username: &str) -> Result<u64, WorldError> {
    state
        .user_by_name(username)
        .map(|user| user.id)
        .ok_or_else(|| WorldError::UnknownUser {
            place: place.to_owned(),
            username: username.to_owned(),
        })
}

fn project_id(state: &State, place: &str, path: &str) -> Result<u64, WorldError> {
    state
        .project(path)
        .map(|project| project.id)
        .ok_or_else(|| WorldError::UnknownProject {
            place: place.to_owned(),
            path: path.to_owned(),
        })
}

fn members(
    state: &State,
    place: &str,
    members: &BTreeMap<String, Role>,
    now: Timestamp,
) -> Result<BTreeMap<u64, Member>, WorldError> {
    let member = |(username, role): (&String, &Role)| {
        Ok((
            user_id(state, place, username)?,
            Member {
                role: *role,
                since: now,
            },
        ))
    };
    members.iter().map(member).collect()
}
