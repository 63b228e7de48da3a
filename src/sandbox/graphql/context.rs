//! What every field may look at while a query runs.

use jiff::Timestamp;

use crate::sandbox::state::{Actor, Issue, State};

/// The state, who asks, when, and what the query costs.
#[derive(Clone, Copy)]
pub(super) struct Context<'s> {
    pub(super) state: &'s State,
    pub(super) actor: &'s Actor,
    pub(super) now: Timestamp,
    /// The price of the whole operation, and the most that this asker may spend.
    pub(super) complexity: (u64, u64),
}

impl<'s> Context<'s> {
    /// A path below the server's address.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.state.base_url)
    }

    /// The issue of a global id, if the asker may see it.
    pub(super) fn readable(&self, id: u64) -> Option<&'s Issue> {
        let issue = self.state.issues.get(&id)?;
        self.state
            .can_read_issue(self.actor, issue)
            .then_some(issue)
    }
}
