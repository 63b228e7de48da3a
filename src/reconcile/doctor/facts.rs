use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::wanted::Wanted;
use crate::gitlab::{CurrentUser, Error, ErrorKind, Label, Metadata, Project, TokenSelf, User};
use crate::model::{Date, Username};

/// An answer, or why there is none.
pub type Asked<T> = Result<T, Failure>;

/// Why something could not be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// What GitLab or the network said.
    pub said: String,
    /// What to do next.
    pub hint: String,
}

impl From<Error> for Failure {
    /// Of the causes, the innermost says what really happened.
    fn from(error: Error) -> Self {
        let mut innermost: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(deeper) = innermost.and_then(std::error::Error::source) {
            innermost = Some(deeper);
        }
        let said = match innermost {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self {
            kind: error.kind().clone(),
            said,
            hint: error.hint(),
        }
    }
}

/// What is known before anything is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The day that counts as today.
    pub today: Date,
    /// The variable that the token came from; absent where there is none.
    pub token_from: Option<String>,
    /// The names of variables that set a proxy.
    pub proxies: Vec<String>,
    /// The accounts whose markers count, as configured.
    pub bots: Vec<Username>,
    /// Whether missing labels are made in the trackers' groups.
    pub labels_in_group: bool,
}

/// Everything that was found out. What was not asked for is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What was known before.
    pub surroundings: Surroundings,
    /// What the files need.
    pub wanted: Wanted,
    /// Whether the token is a CI job's.
    pub is_job: bool,
    /// Whether the server is this very machine.
    pub is_local: bool,
    /// The server's version.
    pub metadata: Asked<Metadata>,
    /// How far the server's clock is ahead of ours.
    pub ahead: Option<SignedDuration>,
    /// The account of the token.
    pub user: Option<Asked<CurrentUser>>,
    /// The token itself.
    pub token: Option<Asked<TokenSelf>>,
    /// Whether the issues of a tracker can be listed; asked by a job token, which can ask for nothing else.
    pub listed: BTreeMap<String, Asked<()>>,
    /// The projects: trackers, and those of the issues that OKRs refer to.
    pub projects: BTreeMap<String, ProjectFacts>,
    /// The accounts that exist among those that are named.
    pub accounts: Option<Asked<Vec<User>>>,
}

/// One project as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFacts {
    /// The project itself.
    pub project: Asked<Project>,
    /// Whether its issues can have several assignees, where GraphQL tells.
    pub several_assignees: Option<bool>,
    /// The role of the token's account, where GraphQL tells: with roles by way of shared groups.
    pub role: Option<u32>,
    /// Its labels and those of the groups above.
    pub labels: Option<Asked<Vec<Label>>>,
    /// The ids of those of the people to be assigned who have a role in it; asked where only members see its issues.
    pub members: Option<Asked<Vec<u64>>>,
    /// The names of its templates for issues.
    pub templates: Option<Asked<Vec<String>>>,
}

impl ProjectFacts {
    /// The role of the token's account: as GraphQL tells it, else as REST does; nothing where neither does.
    pub fn role(&self) -> Option<u32> {
        let by_rest = || {
            let project = self.project.as_ref().ok()?;
            let level = project.permissions.as_ref()?.access_level();
            // REST leaves out roles by way of shared groups: none there is no proof of none.
            (level > 0).then_some(level)
        };
        self.role.or_else(by_rest)
    }
}
