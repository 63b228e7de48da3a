use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::change::IssueAddress;
use super::edits::Past;
use crate::issue::DesiredIssue;
use crate::model::{Date, IssueReference, Username};

/// Something that GitLab was asked for: what a token or a path cannot see is unknown, never absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Knowledge<T> {
    /// What was seen.
    Known(T),
    /// It could not be seen, for this reason.
    Unknown(String),
}

impl<T> Knowledge<T> {
    /// What was seen, if anything was.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

/// What GitLab was seen to hold. Everything is sorted: equal states are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ObservedState {
    /// The account that looked; absent for a job token.
    pub viewer: Option<Username>,
    /// The trackers by their full path as configured.
    pub trackers: BTreeMap<String, ObservedTracker>,
    /// The issues that may be ours, each once, sorted by their global id.
    pub issues: Vec<ObservedIssue>,
    /// Issues that OKR files refer to (`work`, `adopt`), by reference.
    pub references: BTreeMap<IssueReference, ReferencedIssue>,
    /// The accounts that exist among those that OKRs name, with their ids; names in lower case.
    pub users: BTreeMap<String, u64>,
    /// The accounts among them that exist and cannot be assigned, with GitLab's word for their state; names in lower case.
    #[serde(default)]
    pub inactive: BTreeMap<String, String>,
    /// Issues that carry OKR labels without being ours, by tracker and title: what a create must not double.
    pub unmanaged: Vec<UnmanagedIssue>,
    /// The past of issues of which somebody asked who changed them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pasts: BTreeMap<IssueReference, Past>,
}

impl ObservedState {
    /// The id of an account, if it exists.
    pub fn user(&self, name: &Username) -> Option<u64> {
        self.users.get(&name.as_str().to_ascii_lowercase()).copied()
    }

    /// Whether a project is open to fewer people than the `readers` of what is said, so that what people wrote there is not
    /// for all of them; what files declare is. Where nobody knows to whom it is open, it counts as open to its members.
    pub fn is_for_fewer(&self, project: &str, readers: Option<Audience>) -> bool {
        let tracker = self.trackers.get(project);
        let open_to = tracker
            .and_then(|tracker| tracker.visibility)
            .unwrap_or(Audience::Members);
        readers.is_some_and(|readers| open_to < readers)
    }
}

/// Who can see a project, from fewer to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Its members.
    Members,
    /// Everybody with an account, except external ones.
    Accounts,
    /// Everybody.
    Everybody,
}

/// One project that holds issues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedTracker {
    /// The project's id.
    pub id: u64,
    /// The labels that issues of the project can carry: its own and those of the groups above it.
    pub labels: Knowledge<BTreeSet<String>>,
    /// Whether an issue can have more than one assignee, as it can from Premium on.
    pub several_assignees: Knowledge<bool>,
    /// The full path of the group that holds the project, if a group holds it.
    pub group: Option<String>,
    /// Whether its issues are switched on for this token.
    pub issues_enabled: bool,
    /// Whether it is archived and accepts no writes.
    pub archived: bool,
    /// Who can see it, where the token may know.
    #[serde(default)]
    pub visibility: Option<Audience>,
    /// The role of the account that looked, as GitLab numbers roles; 0 for none.
    pub role: Knowledge<u32>,
    /// Why issues of ours may be in it that this token does not see; absent where it sees all of them.
    #[serde(default)]
    pub hidden: Option<String>,
}

/// One issue as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedIssue {
    /// The id that is unique in the instance.
    pub id: u64,
    /// The full path of the project that holds it.
    pub project: String,
    /// The number in its project.
    pub iid: u64,
    /// Its address.
    pub web_url: String,
    /// Its title.
    pub title: String,
    /// Its description, empty where it has none.
    pub description: String,
    /// Whether it is open.
    pub open: bool,
    /// Its due date.
    pub due: Option<Date>,
    /// Whether it is confidential.
    pub confidential: bool,
    /// Its author, who decides whether a marker in it counts.
    pub author: Username,
    /// Its labels.
    pub labels: Knowledge<BTreeSet<String>>,
    /// Its assignees in GitLab's order.
    pub assignees: Vec<Username>,
    /// Its links to other issues.
    pub links: Knowledge<Vec<ObservedLink>>,
    /// The id of the issue that it was moved to.
    pub moved_to: Option<u64>,
}

impl ObservedIssue {
    /// What an issue is compared with that is still to be created: it holds nothing but its title.
    pub fn blank(desired: &DesiredIssue) -> Self {
        Self {
            id: 0,
            project: desired.tracker.clone(),
            iid: 0,
            web_url: String::new(),
            title: desired.title.clone(),
            description: String::new(),
            open: true,
            due: None,
            confidential: false,
            author: Username::ghost(),
            labels: Knowledge::Known(BTreeSet::new()),
            assignees: Vec::new(),
            links: Knowledge::Known(Vec::new()),
            moved_to: None,
        }
    }

    /// Where it is.
    pub fn to_address(&self) -> IssueAddress {
        IssueAddress {
            project: self.project.clone(),
            iid: self.iid,
            id: self.id,
            web_url: self.web_url.clone(),
        }
    }

    /// `group/project#12`.
    pub fn address(&self) -> IssueReference {
        IssueReference {
            project: self.project.clone(),
            iid: self.iid,
        }
    }
}

/// A link as one of its ends shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObservedLink {
    /// The link's own id.
    pub id: u64,
    /// The global id of the issue at the other end.
    pub other: u64,
}

/// An issue that a file refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReferencedIssue {
    /// Its global id.
    Found(u64),
    /// It does not exist or this token may not read it; GitLab does not tell which.
    NotReadable,
}

/// An issue that is not ours but looks as if it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnmanagedIssue {
    /// The full path of its project.
    pub project: String,
    /// The number in its project.
    pub iid: u64,
    /// Its title.
    pub title: String,
    /// Its author.
    pub author: Username,
    /// The key that a marker in it claims, if it carries one of ours.
    pub claims: Option<String>,
    /// Whether it is open.
    pub open: bool,
}
