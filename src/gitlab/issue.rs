//! Issues: as GitLab shows them, and reading them over REST.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;
use super::user::User;

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Issue {
    /// The global id, the same in GraphQL; a move gives the copy a new one.
    pub id: u64,
    /// The number in its project, as in `#12`.
    pub iid: u64,
    /// The project that it is in.
    pub project_id: u64,
    /// The title, without white space at its ends.
    pub title: String,
    /// The Markdown, as GitLab keeps it: no `\r`, no white space at the end, quick actions executed and removed.
    #[serde(default, deserialize_with = "empty_for_null")]
    pub description: String,
    /// Open or closed.
    pub state: IssueState,
    /// When it was made. GraphQL tells whole seconds, REST also milliseconds.
    pub created_at: Timestamp,
    /// When title, description, due date or state last changed. Labels, assignees and links change without it
    /// (recorded: update/label-only, links/hub-updated): it is no version.
    pub updated_at: Timestamp,
    /// When it was closed.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// Names of labels, in GitLab's order.
    pub labels: Vec<String>,
    /// The milestone.
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// Who is to do it; GitLab Free keeps one (recorded: create/two-assignees).
    pub assignees: Vec<User>,
    /// Who made it.
    pub author: User,
    /// When it is due.
    #[serde(default)]
    pub due_date: Option<Date>,
    /// Whether only Planners and above, its author and its assignees see it.
    pub confidential: bool,
    /// `issue`, `incident`, `task`, …
    #[serde(default)]
    pub issue_type: String,
    /// Its page; no key, GitLab changes how it looks.
    pub web_url: String,
    /// The copy that a move left it for. Lists of links and answers about links do not tell.
    #[serde(default)]
    pub moved_to_id: Option<u64>,
    /// The weight; only REST tells, and only on a paid plan.
    #[serde(default)]
    pub weight: Weight,
}

/// Whether an issue is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueState {
    /// Open.
    Opened,
    /// Closed.
    Closed,
}

/// A milestone, of a project or of a group above it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Milestone {
    /// The global id.
    pub id: u64,
    /// The title.
    pub title: String,
}

/// An issue's weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// The answer says nothing: GitLab Free, or GraphQL.
    #[default]
    Untold,
    /// None is set.
    Unset,
    /// This.
    Set(u32),
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<u32>::deserialize(deserializer)?.map_or(Self::Unset, Self::Set))
    }
}

fn empty_for_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

impl IssueState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }
}

/// Which issues of a project are wanted; each condition that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueFilter {
    /// Carries all of these labels. Of a label that exists nowhere there are no issues, and no error (recorded:
    /// lists/labels-unknown).
    pub labels: BTreeSet<String>,
    /// Made by one of these accounts; empty: by anybody.
    pub authors: BTreeSet<String>,
    /// Open or closed; none: both.
    pub state: Option<IssueState>,
    /// Has one of these numbers; empty: any.
    pub iids: BTreeSet<u64>,
    /// Updated at this moment or later. It overlooks changes of labels, assignees and links.
    pub updated_after: Option<Timestamp>,
}

impl IssueFilter {
    /// The labels that the server may select by: `None` and `Any` mean something else to it, and would hide issues.
    pub(super) fn server_labels(&self) -> Vec<&str> {
        let special =
            |name: &str| name.eq_ignore_ascii_case("none") || name.eq_ignore_ascii_case("any");
        self.labels
            .iter()
            .map(String::as_str)
            .filter(|name| !special(name))
            .collect()
    }

    /// Whether an issue that the server sent is wanted, as far as an issue shows it.
    pub(super) fn holds(&self, issue: &Issue) -> bool {
        let is_author = |name: &String| name.to_lowercase() == issue.author.username.to_lowercase();
        self.labels.iter().all(|label| issue.labels.contains(label))
            && (self.authors.is_empty() || self.authors.iter().any(is_author))
            && self.state.is_none_or(|state| state == issue.state)
            && (self.iids.is_empty() || self.iids.contains(&issue.iid))
    }
}

/// Where an issue is.
pub(super) fn issue_path(project: &ProjectRef, iid: u64) -> String {
    format!("projects/{}/issues/{iid}", project.segment())
}

/// GitLab takes a hundred numbers at a time; that also keeps addresses short.
pub(super) const IIDS_AT_ONCE: usize = 100;

impl Client {
    /// One issue, by its number. Recorded: update/read.
    pub async fn issue(&self, project: &ProjectRef, iid: u64) -> Result<Issue, Error> {
        self.json(&Call::get("issue", &issue_path(project, iid)))
            .await
    }

    /// The issues of one author in the whole instance, open and closed, as far as the token may see them. Without `scope`
    /// GitLab would tell the token's own only (recorded: lists/default-scope, lists/scope-all).
    pub async fn issues_by(&self, author: &str) -> Result<Vec<Issue>, Error> {
        let call = Call::get("issues", "issues")
            .query("scope", "all")
            .query("state", "all")
            .query("author_username", author)
            .query("order_by", "created_at")
            .query("sort", "asc");
        let mut issues: Vec<Issue> = self.pages(&call).await?;
        issues.retain(|issue| issue.author.username.eq_ignore_ascii_case(author));
        issues.sort_by_key(|issue| issue.id);
        issues.dedup_by_key(|issue| issue.id);
        Ok(issues)
    }

    /// The issues of a project that pass the filter, by id.
    ///
    /// An empty list is no proof that there are none: issues may be switched off (recorded: lists/noissues), and
    /// confidential ones are hidden below Planner (recorded: lists/guest-confidential).
    pub async fn issues(
        &self,
        project: &ProjectRef,
        filter: &IssueFilter,
    ) -> Result<Vec<Issue>, Error> {
        let mut base = Call::get("issues", &format!("projects/{}/issues", project.segment()))
            .query("order_by", "created_at")
            .query("sort", "asc")
            .query("state", filter.state.map_or("all", IssueState::name));
        let labels = filter.server_labels();
        if !labels.is_empty() {
            base = base.query("labels", &labels.join(","));
        }
        if let Some(time) = filter.updated_after {
            base = base.query("updated_after", &time);
        }
        // REST takes one author at a time.
        let mut calls = vec![base.clone()];
        if !filter.authors.is_empty() {
            let by_author = |name| base.clone().query("author_username", name);
            calls = filter.authors.iter().map(by_author).collect();
        }
        if !filter.iids.is_empty() {
            let iids: Vec<u64> = filter.iids.iter().copied().collect();
            let with_iids = |call: &Call| {
                let chunk = |iids: &[u64]| {
                    iids.iter()
                        .fold(call.clone(), |call, iid| call.query("iids[]", iid))
                };
                iids.chunks(IIDS_AT_ONCE).map(chunk).collect::<Vec<_>>()
            };
            calls = calls.iter().flat_map(with_iids).collect();
        }
        let mut issues = Vec::new();
        for call in &calls {
            issues.extend(self.pages::<Issue>(call).await?);
        }
        issues.retain(|issue| filter.holds(issue));
        issues.sort_by_key(|issue| issue.id);
        issues.dedup_by_key(|issue| issue.id);
        Ok(issues)
    }
}
