use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Observation;
use crate::config::Config;
use crate::gitlab::Via;
use crate::issue::DesiredIssue;
use crate::model::Username;
use crate::plan::{ObservedState, Ownership, Remark};

/// The version of a recorded observation's JSON. It goes up when a reader of the old form would misread the new one.
pub const OBSERVATION_FORMAT: u32 = 1;

/// An observation as a file: plans are made from it without a network, by merge requests of forks and by whoever looks for
/// a mistake in one.
///
/// It holds what GitLab showed to the token that observed, confidential issues among it, and no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedObservation {
    /// [`OBSERVATION_FORMAT`].
    pub format: u32,
    /// The GitLab that was observed.
    pub server: String,
    /// When.
    pub at: Timestamp,
    /// Why the issues were not read by GraphQL, if they were not.
    why_rest: Option<String>,
    /// The accounts whose markers count.
    bots: Vec<Username>,
    /// The accounts that were looked up, in lower case: of any other it is unknown whether it exists.
    accounts: BTreeSet<String>,
    /// What GitLab was seen to hold.
    state: ObservedState,
}

/// Why a text is no recorded observation.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// It is not what `okr observe` writes.
    #[error("it is not an observation that okr observe has written")]
    Unreadable(#[from] serde_json::Error),
    /// It was written by another version of `okr`.
    #[error("its format is {0}; this okr reads format {OBSERVATION_FORMAT}")]
    OtherFormat(u64),
}

impl RecordedObservation {
    /// Records what was observed for `desired` at a server.
    pub fn new(
        observation: Observation,
        desired: &[DesiredIssue],
        server: String,
        at: Timestamp,
    ) -> Self {
        Self {
            format: OBSERVATION_FORMAT,
            server,
            at,
            why_rest: observation.why_rest,
            bots: observation.ownership.bots,
            accounts: accounts(desired).map(folded).collect(),
            state: observation.state,
        }
    }

    /// Reads the JSON of one.
    ///
    /// # Errors
    /// It is something else, or of another format.
    pub fn parse(text: &str) -> Result<Self, RecordedError> {
        #[derive(Deserialize)]
        struct Head {
            format: u64,
        }
        // What a later version added or left out must not hide that it is one.
        let head: Head = serde_json::from_str(text)?;
        if head.format != u64::from(OBSERVATION_FORMAT) {
            return Err(RecordedError::OtherFormat(head.format));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// How many of its issues are confidential.
    pub fn confidential(&self) -> usize {
        let issues = self.state.issues.iter();
        issues.filter(|issue| issue.confidential).count()
    }

    /// What a plan of these files can be made from, and what of it nobody looked up when it was recorded: files change, the
    /// record does not. Accounts are taken to exist then; trackers and references that are unknown say so in the plan.
    pub fn for_plan(self, desired: &[DesiredIssue], config: &Config) -> (Observation, Vec<Remark>) {
        let mut remarks = vec![Remark::new(
            "recorded",
            format!(
                "planned from what {} held on {}",
                self.server,
                self.at.strftime("%Y-%m-%d at %H:%M UTC")
            ),
        )];
        let mut state = self.state;
        let unknown: BTreeSet<&Username> = accounts(desired)
            .filter(|name| !self.accounts.contains(&folded(name)))
            .collect();
        for name in unknown {
            let message =
                format!("{name} was not looked up then, and is taken as an account that exists");
            remarks.push(Remark::new("account-unknown", message));
            state.users.insert(folded(name), 0);
        }
        let observation = Observation {
            state,
            ownership: Ownership {
                owner: config.gitlab.owner.clone(),
                previous_owners: config.gitlab.previous_owners.clone(),
                bots: match config.gitlab.bots.as_slice() {
                    [] => self.bots,
                    bots => bots.to_vec(),
                },
            },
            via: match self.why_rest {
                None => Via::Graphql,
                Some(_) => Via::Rest,
            },
            why_rest: self.why_rest,
        };
        (observation, remarks)
    }
}

fn accounts(desired: &[DesiredIssue]) -> impl Iterator<Item = &Username> {
    desired.iter().flat_map(|wanted| &wanted.assignees)
}

fn folded(name: &Username) -> String {
    name.as_str().to_ascii_lowercase()
}
