//! Milestones, and the issues that are in them, over REST.

use jiff::civil::Date;
use serde::Deserialize;

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;

/// A milestone as a list or an issue of REST shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedMilestone {
    /// The global id.
    pub id: u64,
    /// The number in its project or group.
    pub iid: u64,
    /// The title: in a project and the groups above it there is one milestone of it (recorded: milestones/dup-of-group).
    pub title: String,
    /// Open or closed.
    pub state: MilestoneState,
    /// Its last day.
    #[serde(default)]
    pub due_date: Option<Date>,
    /// Its page.
    pub web_url: String,
    /// The group that it belongs to; absent for a project's own (recorded: milestones/list-ancestors).
    #[serde(default)]
    pub group_id: Option<u64>,
}

/// Whether a milestone is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MilestoneState {
    /// Open, also where its last day is over.
    Active,
    /// Closed.
    Closed,
}

/// An issue that is in a milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneIssue {
    /// The global id.
    pub id: u64,
    /// The number in its project.
    pub iid: u64,
    /// The title.
    pub title: String,
    /// Whether only Planners and above, its author and its assignees see it.
    pub confidential: bool,
    /// Its page.
    pub web_url: String,
    /// The milestone.
    pub milestone: ListedMilestone,
}

/// A row of a list of issues, as far as it matters here.
#[derive(Deserialize)]
struct Row {
    id: u64,
    iid: u64,
    title: String,
    confidential: bool,
    web_url: String,
    milestone: Option<ListedMilestone>,
}

impl Client {
    /// The open milestones of a project itself, without those of the groups above it (recorded: milestones/list), by id. A job
    /// token is refused (facts §6.5).
    pub async fn open_milestones(
        &self,
        project: &ProjectRef,
    ) -> Result<Vec<ListedMilestone>, Error> {
        let path = format!("projects/{}/milestones", project.segment());
        let call = Call::get("milestones", &path).query("state", "active");
        let mut milestones: Vec<ListedMilestone> = self.pages(&call).await?;
        milestones.retain(|milestone| milestone.state == MilestoneState::Active);
        milestones.sort_by_key(|milestone| milestone.id);
        milestones.dedup_by_key(|milestone| milestone.id);
        Ok(milestones)
    }

    /// The open issues of a project that are in an open milestone, by id; a page for each hundred that are in any. Job tokens
    /// may ask, too. What an empty list proves is said at [`issues`](Self::issues).
    pub async fn issues_in_milestones(
        &self,
        project: &ProjectRef,
    ) -> Result<Vec<MilestoneIssue>, Error> {
        let path = format!("projects/{}/issues", project.segment());
        let call = Call::get("issues", &path)
            .query("order_by", "created_at")
            .query("sort", "asc")
            .query("state", "opened")
            .query("milestone_id", "Any");
        let rows: Vec<Row> = self.pages(&call).await?;
        let in_one = |row: Row| {
            let milestone = row.milestone?;
            (milestone.state == MilestoneState::Active).then_some(MilestoneIssue {
                id: row.id,
                iid: row.iid,
                title: row.title,
                confidential: row.confidential,
                web_url: row.web_url,
                milestone,
            })
        };
        let mut issues: Vec<MilestoneIssue> = rows.into_iter().filter_map(in_one).collect();
        issues.sort_by_key(|issue| issue.id);
        issues.dedup_by_key(|issue| issue.id);
        Ok(issues)
    }
}
