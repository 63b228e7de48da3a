//! Who did something to issues, many issues at once.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::Error;
use super::graphql::{self, Nodes};

/// Issues in one query: with a hundred notes each as much as a small server gives in a second or two.
const ISSUES_AT_ONCE: usize = 50;
/// Queries at once.
const QUERIES_AT_ONCE: usize = 2;

/// What GitLab's own notes on an issue tell of who changed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// The username and the time of each event, in whole seconds.
    pub events: Vec<(String, Timestamp)>,
    /// Whether there are more events than were read.
    pub is_cut: bool,
}

#[derive(Serialize)]
struct Variables<'a> {
    path: &'a str,
    iids: Vec<String>,
    first: usize,
}

#[derive(Deserialize)]
struct Data {
    project: Option<ProjectNode>,
}

#[derive(Deserialize)]
struct ProjectNode {
    issues: Nodes<IssueNode>,
}

#[derive(Deserialize)]
struct IssueNode {
    iid: String,
    notes: Nodes<NoteNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoteNode {
    author: Option<Author>,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Author {
    username: String,
}

impl Client {
    /// The events of some issues of a project, by number; issues that the token may not read are left out. One request
    /// for fifty issues, by GraphQL only (recorded: flow/issue-graphql).
    pub async fn activity(
        &self,
        project: &str,
        iids: &BTreeSet<u64>,
    ) -> Result<BTreeMap<u64, Activity>, Error> {
        let iids: Vec<u64> = iids.iter().copied().collect();
        let parts: Vec<Vec<(u64, Activity)>> = stream::iter(iids.chunks(ISSUES_AT_ONCE))
            .map(|iids| self.activity_of(project, iids))
            .buffered(QUERIES_AT_ONCE)
            .try_collect()
            .await?;
        Ok(parts.into_iter().flatten().collect())
    }

    async fn activity_of(&self, path: &str, iids: &[u64]) -> Result<Vec<(u64, Activity)>, Error> {
        let variables = Variables {
            path,
            iids: iids.iter().map(u64::to_string).collect(),
            first: iids.len(),
        };
        let data: Data = self
            .graphql_read(graphql::ACTIVITY, &variables, None)
            .await?;
        let issues = data.project.map(|project| project.issues.nodes);
        let read = issues.unwrap_or_default().into_iter().filter_map(|issue| {
            let events = issue.notes.nodes.into_iter().map(|note| {
                // An account that was deleted is nobody's of ours.
                let author = note.author.map(|author| author.username);
                (author.unwrap_or_default(), note.created_at)
            });
            let activity = Activity {
                events: events.collect(),
                is_cut: issue.notes.page_info.has_next_page,
            };
            Some((issue.iid.parse().ok()?, activity))
        });
        Ok(read.collect())
    }
}
