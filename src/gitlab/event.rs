//! What GitLab keeps of labels and states of an issue beside its notes.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;
use super::user::User;

/// A label was added or removed (recorded: update/label-events, flow/label-events).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEvent {
    /// The global id.
    pub id: u64,
    /// Who did it; nobody where the account is no more.
    pub user: Option<User>,
    /// When. A moved issue brings its earlier events with it, under new ids (recorded: flow/label-events-of-moved).
    pub created_at: Timestamp,
    /// The label under its present name; nothing where it was deleted since (recorded:
    /// flow/label-events-after-rename-and-delete).
    pub label: Option<EventLabel>,
    /// What was done.
    pub action: LabelAction,
}

/// A label as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLabel {
    /// The global id, which a rename keeps.
    pub id: u64,
    /// Its present name.
    pub name: String,
}

/// What was done with a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelAction {
    /// It was added.
    Add,
    /// It was removed.
    Remove,
}

/// An issue was closed or reopened (recorded: update/state-events, flow/state-events).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The global id.
    pub id: u64,
    /// Who did it; nobody where the account is no more.
    pub user: Option<User>,
    /// When.
    pub created_at: Timestamp,
    /// What became of the issue: `closed` or `reopened`.
    pub state: String,
}

impl Client {
    /// When which labels were added to an issue and removed from it, in the server's order. A job token may not ask
    /// (recorded: flow/label-events-as-job).
    pub async fn label_events(
        &self,
        project: &ProjectRef,
        iid: u64,
    ) -> Result<Vec<LabelEvent>, Error> {
        self.events(project, iid, "resource_label_events").await
    }

    /// When an issue was closed and reopened, in the server's order. A job token may not ask (recorded:
    /// flow/state-events-as-job).
    pub async fn state_events(
        &self,
        project: &ProjectRef,
        iid: u64,
    ) -> Result<Vec<StateChange>, Error> {
        self.events(project, iid, "resource_state_events").await
    }

    async fn events<T: DeserializeOwned>(
        &self,
        project: &ProjectRef,
        iid: u64,
        kind: &str,
    ) -> Result<Vec<T>, Error> {
        let path = format!("projects/{}/issues/{iid}/{kind}", project.segment());
        self.pages(&Call::get("events", &path)).await
    }
}
