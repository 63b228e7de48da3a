//! Everything that the sandbox remembers, and the rules of GitLab over it.
//!
//! # How to use it
//!
//! REST and GraphQL only translate: they read the public maps of [`State`] freely, and change them through its methods
//! alone, which check permissions, normalise texts, run quick actions, write system notes and events, and move the
//! clock of `updated_at` as GitLab does:
//!
//! * who asks: [`State::actor`] turns the headers' token into an [`Actor`];
//! * issues: [`State::create_issue`], [`State::update_issue`], [`State::delete_issue`], [`State::move_issue`],
//!   [`State::clone_issue`], and [`State::find_issues`] with an [`IssueFilter`] for every list;
//! * links: [`State::add_link`], [`State::remove_link`], [`State::links_of`];
//! * projects: [`State::create_project`], [`State::delete_project`];
//! * what was merged and deployed: [`State::push`], [`State::create_environment`], [`State::create_deployment`],
//!   [`State::update_deployment`];
//! * labels, milestones, notes: [`State::create_label`], [`State::create_milestone`], [`State::create_note`] and their
//!   `update_…` and `delete_…`;
//! * may they? [`State::role`], [`State::can_read_project`], [`State::can_read_issue`], [`State::can_update_issue`].
//!
//! A refusal is a [`Refusal`]: what GitLab would have answered, before it is put into the words of REST or GraphQL.
//! `now` is always given by the caller; nothing here looks at a clock.

mod actor;
mod artifact;
mod commands;
mod commit;
mod deployment;
mod event;
mod filter;
mod issue;
mod label;
mod link;
mod merge_request;
mod milestone;
mod note;
mod people;
mod project;
mod refusal;
mod settings;
mod severity;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use actor::{Actor, Scope, Token};
pub use artifact::JobArtifact;
pub use commit::{Commit, Merged, Push};
pub use deployment::{Deployment, DeploymentStatus, Environment, NewDeployment};
pub use event::{EventAction, LabelEvent, MilestoneEvent, StateEvent};
pub use filter::{AnyOrNone, IssueFilter, IssueOrder, StateFilter};
pub use issue::{Issue, IssueChange, IssueKind, IssueState, NewIssue};
pub use label::{Label, LabelChange, NewLabel};
pub use link::{Link, LinkKind};
pub use merge_request::MergeRequest;
pub use milestone::{Milestone, MilestoneChange, NewMilestone};
pub use note::{NewNote, Note, NoteOutcome, Noteable};
pub use people::{Group, Member, Project, Role, User, Visibility};
pub use refusal::{Fields, Refusal};
pub use settings::{Limits, Settings, Tier};
pub use severity::Severity;

/// A project or a group: what labels, milestones and members hang on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Namespace {
    /// The project of this id.
    Project(u64),
    /// The group of this id.
    Group(u64),
}

/// The whole memory of one sandbox. All maps go by global id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The address that the server writes into its answers, without a trailing slash.
    #[serde(skip)]
    pub base_url: String,
    /// Version, tier and limits of the instance.
    pub settings: Settings,
    /// Accounts, bots included.
    pub users: BTreeMap<u64, User>,
    /// Groups and subgroups.
    pub groups: BTreeMap<u64, Group>,
    /// Projects.
    pub projects: BTreeMap<u64, Project>,
    /// Access tokens by their secret text.
    pub tokens: BTreeMap<String, Token>,
    /// Issues of every type; a deleted one is gone.
    pub issues: BTreeMap<u64, Issue>,
    /// Labels of projects and groups.
    pub labels: BTreeMap<u64, Label>,
    /// Milestones of projects and groups.
    pub milestones: BTreeMap<u64, Milestone>,
    /// Relations between issues.
    pub links: BTreeMap<u64, Link>,
    /// Comments and system notes.
    pub notes: BTreeMap<u64, Note>,
    /// Merge requests, as far as notes on them need.
    pub merge_requests: BTreeMap<u64, MergeRequest>,
    /// What came onto default branches, the oldest first.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// Where projects are deployed to.
    #[serde(default)]
    pub environments: BTreeMap<u64, Environment>,
    /// What was deployed.
    #[serde(default)]
    pub deployments: BTreeMap<u64, Deployment>,
    /// What jobs left.
    #[serde(default)]
    pub artifacts: Vec<JobArtifact>,
    /// Who added or removed a label, and when.
    pub label_events: Vec<LabelEvent>,
    /// Who closed or reopened, and when.
    pub state_events: Vec<StateEvent>,
    /// Who set or removed a milestone, and when.
    pub milestone_events: Vec<MilestoneEvent>,
    /// The last id given, per kind of object.
    pub counters: Counters,
    /// Requests counted in the windows of the rate limits.
    #[serde(default)]
    pub(crate) windows: crate::sandbox::limits::Windows,
}

/// The last global id given, per kind of object; the next one is one higher.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is named after what it counts")]
pub struct Counters {
    pub users: u64,
    pub issues: u64,
    pub labels: u64,
    pub milestones: u64,
    pub links: u64,
    pub notes: u64,
    pub tokens: u64,
    pub merge_requests: u64,
    #[serde(default)]
    pub environments: u64,
    #[serde(default)]
    pub deployments: u64,
    pub label_events: u64,
    pub state_events: u64,
    pub milestone_events: u64,
}

impl Counters {
    /// Counts one up and gives the new number.
    pub(crate) fn next(counter: &mut u64) -> u64 {
        *counter += 1;
        *counter
    }
}

impl State {
    /// The project of a numeric id or a full path, visible or not.
    pub fn project(&self, id_or_path: &str) -> Option<&Project> {
        match id_or_path.parse::<u64>() {
            Ok(id) => self.projects.get(&id),
            Err(_) => self
                .projects
                .values()
                .find(|project| project.path.eq_ignore_ascii_case(id_or_path)),
        }
    }

    /// The group of a numeric id or a full path, visible or not.
    pub fn group(&self, id_or_path: &str) -> Option<&Group> {
        match id_or_path.parse::<u64>() {
            Ok(id) => self.groups.get(&id),
            Err(_) => self
                .groups
                .values()
                .find(|group| group.path.eq_ignore_ascii_case(id_or_path)),
        }
    }

    /// The account of a name, which GitLab looks up without regard to case.
    pub fn user_by_name(&self, username: &str) -> Option<&User> {
        self.users
            .values()
            .find(|user| user.username.eq_ignore_ascii_case(username))
    }

    /// The issue that a project knows by this internal number.
    pub fn issue_by_iid(&self, project: u64, iid: u64) -> Option<&Issue> {
        let id = self.projects.get(&project)?.iids.get(&iid)?;
        self.issues.get(id)
    }

    /// The groups above a group or project, nearest first; a group comes first in its own.
    pub fn ancestors(&self, namespace: Namespace) -> Vec<u64> {
        let mut path = match namespace {
            Namespace::Project(id) => match self.projects.get(&id) {
                Some(project) => project.parent_path().to_owned(),
                None => return Vec::new(),
            },
            Namespace::Group(id) => match self.groups.get(&id) {
                Some(group) => group.path.clone(),
                None => return Vec::new(),
            },
        };
        let mut found = Vec::new();
        while !path.is_empty() {
            found.extend(
                self.groups
                    .values()
                    .find(|group| group.path == path)
                    .map(|g| g.id),
            );
            path = path
                .rsplit_once('/')
                .map_or_else(String::new, |(above, _)| above.to_owned());
        }
        found
    }

    /// The projects below a group, subgroups included, by id.
    pub fn projects_of_group(&self, group: u64) -> BTreeSet<u64> {
        let Some(group) = self.groups.get(&group) else {
            return BTreeSet::new();
        };
        let prefix = format!("{}/", group.path);
        let below = self
            .projects
            .values()
            .filter(|project| project.path.starts_with(&prefix));
        below.map(|project| project.id).collect()
    }

    /// `project#iid`, as GitLab's full reference of an issue.
    pub fn reference(&self, issue: &Issue) -> String {
        let path = self
            .projects
            .get(&issue.project)
            .map_or("", |project| &project.path);
        format!("{path}#{}", issue.iid)
    }
}
