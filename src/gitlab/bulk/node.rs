//! An issue in GraphQL's shape, and what it is in ours.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::super::graphql::{Gid, Nodes};
use super::super::issue::{Issue, IssueState, Milestone, Weight};
use super::super::link::LinkType;
use super::super::user::User;
use super::{ObservedIssue, ObservedLink};

/// An issue as GraphQL tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssueNode {
    id: Gid,
    iid: String,
    project_id: u64,
    title: String,
    description: Option<String>,
    state: IssueState,
    r#type: Option<String>,
    confidential: bool,
    web_url: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    due_date: Option<String>,
    author: Account,
    assignees: Nodes<Account>,
    labels: Nodes<LabelNode>,
    milestone: Option<MilestoneNode>,
    moved_to: Option<Reference>,
    linked_work_items: Nodes<LinkNode>,
}

#[derive(Deserialize)]
struct Account {
    id: Gid,
    username: String,
    name: String,
    state: String,
}

#[derive(Deserialize)]
struct LabelNode {
    title: String,
}

#[derive(Deserialize)]
struct MilestoneNode {
    id: Gid,
    title: String,
}

#[derive(Deserialize)]
struct Reference {
    id: Gid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkNode {
    link_id: Gid,
    link_type: String,
    work_item: Option<Reference>,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        let Account {
            id,
            username,
            name,
            state,
        } = account;
        Self {
            id: id.0,
            username,
            name,
            state,
        }
    }
}

impl From<LinkNode> for ObservedLink {
    fn from(link: LinkNode) -> Self {
        let link_type = match link.link_type.to_lowercase().as_str() {
            "relates_to" | "related" => LinkType::RelatesTo,
            "blocks" => LinkType::Blocks,
            "is_blocked_by" | "blocked_by" => LinkType::IsBlockedBy,
            _ => LinkType::Other,
        };
        Self {
            id: link.link_id.0,
            link_type,
            other: link.work_item.map(|item| item.id.0),
        }
    }
}

/// A date where GraphQL gives the type of a timestamp: only the day counts, in whatever form it comes (recorded as a
/// plain date: graphql/group-issues).
fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

impl IssueNode {
    /// Whether a list inside is longer than what was read of it.
    pub(super) fn is_cut(&self) -> bool {
        self.assignees.page_info.has_next_page
            || self.labels.page_info.has_next_page
            || self.linked_work_items.page_info.has_next_page
    }

    /// The issue, or the field that is not as it should be.
    pub(super) fn observed(self, project: &str) -> Result<ObservedIssue, &'static str> {
        let due_date = match &self.due_date {
            Some(text) => Some(day(text).ok_or("dueDate")?),
            None => None,
        };
        let mut links: Vec<ObservedLink> = self
            .linked_work_items
            .nodes
            .into_iter()
            .map(ObservedLink::from)
            .collect();
        links.sort_unstable();
        let issue = Issue {
            id: self.id.0,
            iid: self.iid.parse().map_err(|_| "iid")?,
            project_id: self.project_id,
            title: self.title,
            description: self.description.unwrap_or_default(),
            state: self.state,
            created_at: self.created_at,
            updated_at: self.updated_at,
            closed_at: self.closed_at,
            labels: self
                .labels
                .nodes
                .into_iter()
                .map(|label| label.title)
                .collect(),
            milestone: self.milestone.map(|it| Milestone {
                id: it.id.0,
                title: it.title,
            }),
            assignees: self.assignees.nodes.into_iter().map(User::from).collect(),
            author: self.author.into(),
            due_date,
            confidential: self.confidential,
            issue_type: self.r#type.unwrap_or_default().to_lowercase(),
            web_url: self.web_url,
            moved_to_id: self.moved_to.map(|it| it.id.0),
            weight: Weight::Untold,
        };
        Ok(ObservedIssue {
            issue,
            project: project.to_owned(),
            links: Some(links),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_day_of_a_due_date_counts() {
        let day = |text| day(text).map(|day| day.to_string());
        assert_eq!(day("2026-12-31").as_deref(), Some("2026-12-31"));
        assert_eq!(day("2026-12-31T00:00:00Z").as_deref(), Some("2026-12-31"));
        assert_eq!(
            day("2026-12-31T23:00:00-08:00").as_deref(),
            Some("2026-12-31")
        );
        assert_eq!(day("soon"), None);
    }

    #[test]
    fn the_kind_of_a_link_is_read_in_either_spelling() {
        let kind = |name: &str| {
            let link = LinkNode {
                link_id: Gid(1),
                link_type: name.into(),
                work_item: None,
            };
            ObservedLink::from(link).link_type
        };
        assert_eq!(
            (kind("relates_to"), kind("RELATED")),
            (LinkType::RelatesTo, LinkType::RelatesTo)
        );
        assert_eq!(
            (kind("blocks"), kind("BLOCKED_BY")),
            (LinkType::Blocks, LinkType::IsBlockedBy)
        );
        assert_eq!(kind("new"), LinkType::Other);
    }
}
