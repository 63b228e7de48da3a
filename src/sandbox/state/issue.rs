//! Issues of every type: what one is, and what may be asked for. The rules are below, one file an action.

mod assignees;
mod create;
mod labels;
mod moving;
mod update;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(super) use assignees::sentence;

use super::{Actor, Namespace, Role, Severity, State};

/// The types that REST knows; objectives and key results are not for sale on Free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum IssueKind {
    #[default]
    Issue,
    Incident,
    TestCase,
    Requirement,
    Task,
    Ticket,
}

impl IssueKind {
    /// All types, in GitLab's order.
    pub const ALL: [Self; 6] = [
        Self::Issue,
        Self::Incident,
        Self::TestCase,
        Self::Requirement,
        Self::Task,
        Self::Ticket,
    ];

    /// GitLab's word for it in REST.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Incident => "incident",
            Self::TestCase => "test_case",
            Self::Requirement => "requirement",
            Self::Task => "task",
            Self::Ticket => "ticket",
        }
    }

    /// The type of a word of REST's.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Open or closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum IssueState {
    #[default]
    Opened,
    Closed,
}

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Global id.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// The project's global id.
    pub project: u64,
    /// Type.
    pub kind: IssueKind,
    /// One line, 1 to 255 characters.
    pub title: String,
    /// Markdown, at most 1 MiB; without `\r` and trailing white space, and without quick actions.
    pub description: Option<String>,
    /// Open or closed.
    pub state: IssueState,
    /// When it was closed, if it is.
    pub closed_at: Option<Timestamp>,
    /// Who closed it, if it is closed.
    pub closed_by: Option<u64>,
    /// Label ids, in the order in which they were put on.
    pub labels: Vec<u64>,
    /// Milestone id.
    pub milestone: Option<u64>,
    /// User ids, at most one on Free.
    pub assignees: Vec<u64>,
    /// Who made it.
    pub author: u64,
    /// Who last changed title, description, dates or state.
    pub updated_by: Option<u64>,
    /// First day; only GraphQL sets it.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
    /// Whether only members from Planner on, its author and its assignees see it.
    pub confidential: bool,
    /// Whether only members may comment; null until somebody says so.
    pub discussion_locked: Option<bool>,
    /// Effort, Premium only.
    pub weight: Option<u64>,
    /// How severe it is, if it is an incident.
    #[serde(default)]
    pub severity: Severity,
    /// Seconds of work estimated.
    pub time_estimate: u64,
    /// Seconds of work spent.
    pub time_spent: u64,
    /// When it was made (or what an owner said).
    pub created_at: Timestamp,
    /// When it last changed: no version, see [`State::update_issue`].
    pub updated_at: Timestamp,
    /// Where it went when it was moved.
    pub moved_to: Option<u64>,
    /// Which issue it is a duplicate of.
    pub duplicated_to: Option<u64>,
    /// Users who want to hear of it: author, assignees, commenters.
    #[serde(default)]
    pub subscribers: BTreeSet<u64>,
    /// The links that it is an end of, by id.
    #[serde(default)]
    pub links: BTreeSet<u64>,
    /// The notes on it, oldest first.
    #[serde(default)]
    pub notes: Vec<u64>,
}

/// What a new issue is asked to be. A field that is `None` was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewIssue {
    /// Title, as sent.
    pub title: String,
    /// Description, as sent; a blank one is replaced by the project's default template.
    pub description: Option<String>,
    /// Type.
    pub kind: IssueKind,
    /// Label names.
    pub labels: Vec<String>,
    /// Label ids; GraphQL alone sends them.
    pub label_ids: Vec<u64>,
    /// User ids; Free keeps the first.
    pub assignees: Vec<u64>,
    /// Global milestone id.
    pub milestone: Option<u64>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
    /// Whether it is confidential.
    pub confidential: bool,
    /// Whether comments are for members only.
    pub discussion_locked: Option<bool>,
    /// Effort: dropped on Free.
    pub weight: Option<u64>,
    /// The number that it shall have: owners only, dropped silently for others.
    pub iid: Option<u64>,
    /// When it shall have been made: owners only, dropped silently for others.
    pub created_at: Option<Timestamp>,
}

/// What shall change. A field that is `None` was not sent; `Some(None)` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueChange {
    /// New title, as sent.
    pub title: Option<String>,
    /// New description, as sent.
    pub description: Option<Option<String>>,
    /// Type.
    pub kind: Option<IssueKind>,
    /// All labels, by name.
    pub labels: Option<Vec<String>>,
    /// All labels, by id; GraphQL alone sends them.
    pub label_ids: Option<Vec<u64>>,
    /// Labels to put on, by name.
    pub add_labels: Vec<String>,
    /// Labels to put on, by id.
    pub add_label_ids: Vec<u64>,
    /// Labels to take off, by name; unknown ones are ignored.
    pub remove_labels: Vec<String>,
    /// Labels to take off, by id.
    pub remove_label_ids: Vec<u64>,
    /// All assignees; an empty list clears.
    pub assignees: Option<Vec<u64>>,
    /// Global milestone id; unknown ones are ignored.
    pub milestone: Option<Option<u64>>,
    /// First day.
    pub start_date: Option<Option<Date>>,
    /// Last day.
    pub due_date: Option<Option<Date>>,
    /// Whether it is confidential.
    pub confidential: Option<bool>,
    /// Whether comments are for members only.
    pub discussion_locked: Option<bool>,
    /// Effort: dropped on Free.
    pub weight: Option<Option<u64>>,
    /// How severe it is: incidents only.
    pub severity: Option<Severity>,
    /// Close or reopen; nothing happens if it is so already.
    pub state: Option<IssueState>,
    /// When it shall have changed: owners only, dropped silently for others.
    pub updated_at: Option<Timestamp>,
}

impl State {
    /// Whether this user may see the issue: the project, and for a confidential one Planner, author or assignee.
    pub fn user_can_read_issue(&self, user: Option<u64>, issue: &Issue) -> bool {
        let Some(project) = self.projects.get(&issue.project) else {
            return false;
        };
        if !project.issues_enabled || !self.user_can_read_project(user, project) {
            return false;
        }
        if !issue.confidential {
            return true;
        }
        let Some(id) = user else { return false };
        issue.author == id
            || issue.assignees.contains(&id)
            || self.users.get(&id).is_some_and(|user| user.admin)
            || self.user_role(id, Namespace::Project(project.id)) >= Role::PLANNER
    }

    /// Whether whoever asks may see the issue.
    pub fn can_read_issue(&self, actor: &Actor, issue: &Issue) -> bool {
        self.user_can_read_issue(actor.user, issue)
    }

    /// Whether whoever asks may change title, description and state: Planner, or author or assignee (facts §1.5).
    pub fn can_update_issue(&self, actor: &Actor, issue: &Issue) -> bool {
        let role = self.role(actor, Namespace::Project(issue.project));
        let theirs = actor
            .user
            .is_some_and(|user| issue.author == user || issue.assignees.contains(&user));
        self.can_read_issue(actor, issue)
            && (role >= Role::PLANNER || (theirs && role >= Role::GUEST))
    }

    /// Whether whoever asks may change labels, assignees, dates and milestone.
    pub fn can_set_metadata(&self, actor: &Actor, project: u64) -> bool {
        self.role(actor, Namespace::Project(project)) >= Role::PLANNER
    }
}
