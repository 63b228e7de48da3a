//! Accounts, groups, projects, and who may do how much in them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Namespace, State};

/// How much a member may do: GitLab's access level.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Role(pub u8);

impl Role {
    /// No member.
    pub const NONE: Self = Self(0);
    /// Guest: may create issues and read public ones.
    pub const GUEST: Self = Self(10);
    /// Planner: plans with issues, labels and milestones.
    pub const PLANNER: Self = Self(15);
    /// Reporter.
    pub const REPORTER: Self = Self(20);
    /// Developer.
    pub const DEVELOPER: Self = Self(30);
    /// Maintainer.
    pub const MAINTAINER: Self = Self(40);
    /// Owner.
    pub const OWNER: Self = Self(50);
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Global id.
    pub id: u64,
    /// The name after `@`.
    pub username: String,
    /// The name that pages show.
    pub name: String,
    /// Whether the account administers the instance.
    #[serde(default)]
    pub admin: bool,
    /// Whether it belongs to a project access token.
    #[serde(default)]
    pub bot: bool,
    /// A blocked account can neither act nor be assigned.
    #[serde(default)]
    pub blocked: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Who may see a group or project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody, signed in or not.
    #[default]
    Public,
    /// Everybody who is signed in.
    Internal,
    /// Members only.
    Private,
}

impl Visibility {
    /// GitLab's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Private => "private",
        }
    }
}

/// One member of a group or project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// How much they may do.
    pub role: Role,
    /// When the membership counts for what needs one; a new access token's takes GitLab a moment (recorded: bots).
    pub since: Timestamp,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Global id.
    pub id: u64,
    /// Full path.
    pub path: String,
    /// Shown name.
    pub name: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Direct members by user id.
    pub members: BTreeMap<u64, Member>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last milestone number given.
    #[serde(default)]
    pub last_milestone_iid: u64,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Global id.
    pub id: u64,
    /// Full path.
    pub path: String,
    /// Shown name.
    pub name: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it has issues at all.
    pub issues_enabled: bool,
    /// Whether it can only be read.
    #[serde(default)]
    pub archived: bool,
    /// The description of issues that are created without one.
    pub default_template: Option<String>,
    /// The full paths of projects whose CI jobs may read it.
    #[serde(default)]
    pub job_token_allowlist: BTreeSet<String>,
    /// Direct members by user id; those of the groups above count too.
    pub members: BTreeMap<u64, Member>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last issue number given; a higher one asked for by an owner raises it.
    #[serde(default)]
    pub last_issue_iid: u64,
    /// The last milestone number given.
    #[serde(default)]
    pub last_milestone_iid: u64,
    /// Issue number → global id.
    #[serde(default)]
    pub iids: BTreeMap<u64, u64>,
}

impl Project {
    /// The full path of the group (or user) that it is in.
    pub fn parent_path(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The last part of the path.
    pub fn slug(&self) -> &str {
        self.path
            .rsplit_once('/')
            .map_or(self.path.as_str(), |(_, slug)| slug)
    }
}

impl Group {
    /// The last part of the path.
    pub fn slug(&self) -> &str {
        self.path
            .rsplit_once('/')
            .map_or(self.path.as_str(), |(_, slug)| slug)
    }
}

impl State {
    /// The role of a user in a group or project: the highest of the direct and the inherited ones.
    pub fn user_role(&self, user: u64, namespace: Namespace) -> Role {
        self.members(namespace)
            .get(&user)
            .map_or(Role::NONE, |member| member.role)
    }

    /// All members of a group or project by user id, inherited ones included, each with the highest role.
    pub fn members(&self, namespace: Namespace) -> BTreeMap<u64, Member> {
        let mut all: BTreeMap<u64, Member> = BTreeMap::new();
        let direct = match namespace {
            Namespace::Project(id) => self.projects.get(&id).map(|project| &project.members),
            Namespace::Group(_) => None,
        };
        let above = self.ancestors(namespace);
        let inherited = above
            .iter()
            .filter_map(|id| self.groups.get(id))
            .map(|g| &g.members);
        for members in direct.into_iter().chain(inherited) {
            for (user, member) in members {
                let known = all.entry(*user).or_insert(*member);
                if member.role > known.role {
                    *known = *member;
                }
            }
        }
        all
    }

    /// The role of whoever asks; an administrator is an owner everywhere, nobody is nothing.
    pub fn role(&self, actor: &Actor, namespace: Namespace) -> Role {
        match actor.user {
            Some(_) if self.is_admin(actor) => Role::OWNER,
            Some(user) => self.user_role(user, namespace),
            None => Role::NONE,
        }
    }

    /// Whether an administrator asks.
    pub fn is_admin(&self, actor: &Actor) -> bool {
        actor
            .user
            .and_then(|id| self.users.get(&id))
            .is_some_and(|user| user.admin)
    }

    /// Whether this user may see the project.
    pub fn user_can_read_project(&self, user: Option<u64>, project: &Project) -> bool {
        match (project.visibility, user) {
            (Visibility::Public, _) | (Visibility::Internal, Some(_)) => true,
            (_, None) => false,
            (Visibility::Private, Some(id)) => {
                self.users.get(&id).is_some_and(|user| user.admin)
                    || self.user_role(id, Namespace::Project(project.id)) >= Role::GUEST
            }
        }
    }

    /// Whether whoever asks may see the project.
    pub fn can_read_project(&self, actor: &Actor, project: &Project) -> bool {
        self.user_can_read_project(actor.user, project)
    }

    /// Whether whoever asks may see the group: by its visibility, as a member, or through a project below it.
    pub fn can_read_group(&self, actor: &Actor, group: &Group) -> bool {
        match (group.visibility, actor.user) {
            (Visibility::Public, _) | (Visibility::Internal, Some(_)) => true,
            (_, None) => false,
            (Visibility::Private, Some(_)) => {
                self.role(actor, Namespace::Group(group.id)) >= Role::GUEST
                    || self
                        .projects_of_group(group.id)
                        .iter()
                        .filter_map(|id| self.projects.get(id))
                        .any(|project| {
                            self.role(actor, Namespace::Project(project.id)) >= Role::GUEST
                        })
            }
        }
    }
}
