//! How many issues and merge requests there are.

use jiff::Timestamp;
use serde::Deserialize;

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;

/// How many issues of a project there are, by their state.
#[derive(Debug, Deserialize)]
struct IssueStatistics {
    statistics: StatisticsOfStates,
}

#[derive(Debug, Deserialize)]
struct StatisticsOfStates {
    counts: CountsOfStates,
}

#[derive(Debug, Deserialize)]
struct CountsOfStates {
    opened: u64,
}

/// When an issue or merge request was made, and came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct LifeSpan {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was closed; absent while it is open, also after it was reopened.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// When a merge request was merged.
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
}

impl Client {
    /// How many open issues of a project have all of these labels (recorded: flow/statistics).
    pub async fn open_issue_count(
        &self,
        project: &ProjectRef,
        labels: &[String],
    ) -> Result<u64, Error> {
        let path = format!("projects/{}/issues_statistics", project.segment());
        let call = labelled(Call::get("issues_statistics", &path), labels);
        let answer: IssueStatistics = self.json(&call).await?;
        Ok(answer.statistics.counts.opened)
    }

    /// The issues of a project that have all of these labels and changed since an instant (recorded: flow/changed-since).
    pub async fn issue_life_spans(
        &self,
        project: &ProjectRef,
        labels: &[String],
        updated_after: Timestamp,
    ) -> Result<Vec<LifeSpan>, Error> {
        let path = format!("projects/{}/issues", project.segment());
        let call = Call::get("issues", &path)
            .query("order_by", "created_at")
            .query("sort", "asc")
            .query("state", "all")
            .query("updated_after", &updated_after);
        self.pages(&labelled(call, labels)).await
    }

    /// The merge requests of a project in a state, with all of these labels, that changed since an instant (recorded:
    /// flow/merge-requests).
    pub async fn merge_request_life_spans(
        &self,
        project: &ProjectRef,
        labels: &[String],
        state: &str,
        updated_after: Option<Timestamp>,
    ) -> Result<Vec<LifeSpan>, Error> {
        let path = format!("projects/{}/merge_requests", project.segment());
        let mut call = Call::get("merge_requests", &path)
            .query("order_by", "created_at")
            .query("sort", "asc")
            .query("state", state);
        if let Some(after) = updated_after {
            call = call.query("updated_after", &after);
        }
        self.pages(&labelled(call, labels)).await
    }
}

/// A call for what has all of these labels.
fn labelled(call: Call, labels: &[String]) -> Call {
    if labels.is_empty() {
        return call;
    }
    call.query("labels", &labels.join(","))
}
