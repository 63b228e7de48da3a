//! Links between issues.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::issue::{Issue, issue_path};

/// How two issues are linked, seen from the one that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkType {
    /// Without direction; the only one on GitLab Free (recorded: links/blocks).
    RelatesTo,
    /// The other waits for this one.
    Blocks,
    /// This one waits for the other.
    IsBlockedBy,
    /// A type that this version does not know.
    #[serde(other)]
    Other,
}

/// An issue at the other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LinkedIssue {
    /// The other end.
    #[serde(flatten)]
    pub issue: Issue,
    /// The link's own id, by which it is deleted.
    pub issue_link_id: u64,
    /// The kind of link.
    pub link_type: LinkType,
    /// When the link was made.
    pub link_created_at: Timestamp,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IssueLink {
    /// Its id; servers before 18.9 do not tell it here, only in the list.
    #[serde(default)]
    pub id: Option<u64>,
    /// The end that it was made from.
    pub source_issue: Issue,
    /// The other end.
    pub target_issue: Issue,
    /// The kind of link, from the source.
    pub link_type: LinkType,
}

impl Client {
    /// The links of an issue, ordered by id; ends that the token may not read are left out. A job token is refused with
    /// 401 (recorded: lists/job-links).
    pub async fn links(&self, project: &ProjectRef, iid: u64) -> Result<Vec<LinkedIssue>, Error> {
        self.json(&Call::get(
            "links",
            &format!("{}/links", issue_path(project, iid)),
        ))
        .await
    }

    /// Links two issues (`relates_to`), by one request.
    ///
    /// Linked already, in either direction: the conflict [`AlreadyLinked`](super::Conflict::AlreadyLinked). The 101st
    /// link of either end, and an issue with itself: [`Unprocessable`](ErrorKind::Unprocessable) (recorded:
    /// hublimit/link-100, links/self). An end that the token cannot see: [`NotFound`](ErrorKind::NotFound) (recorded:
    /// links/private-target). Of two at the same time one may get a 500, which is ambiguous.
    pub async fn create_link(
        &self,
        project: &ProjectRef,
        iid: u64,
        target_project: &ProjectRef,
        target_iid: u64,
    ) -> Result<IssueLink, Error> {
        #[derive(Serialize)]
        struct Target<'a> {
            target_project_id: &'a ProjectRef,
            target_issue_iid: u64,
        }
        let target = Target {
            target_project_id: target_project,
            target_issue_iid: target_iid,
        };
        let path = format!("{}/links", issue_path(project, iid));
        self.json(&Call::post("links", &path).body(&target)).await
    }

    /// Deletes a link. One that is gone already is [`NotFound`](ErrorKind::NotFound), unless an earlier try of ours may
    /// have deleted it.
    pub async fn delete_link(
        &self,
        project: &ProjectRef,
        iid: u64,
        link: u64,
    ) -> Result<(), Error> {
        let path = format!("{}/links/{link}", issue_path(project, iid));
        match self.send(&Call::delete("links", &path)).await {
            Ok(_) => Ok(()),
            Err(error) if *error.kind() == ErrorKind::NotFound && error.is_ambiguous() => Ok(()),
            Err(error) => Err(error),
        }
    }
}
