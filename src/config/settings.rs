use std::collections::BTreeMap;

use super::{
    AssigneeTemplate, FlowSettings, Labels, MeasureServer, Policy, ScoringSettings, Teams,
};
use crate::diag::Level;
use crate::model::{Calendar, Id, Quarter, Username};
use crate::text::{FileId, Span, Spanned};

/// Everything that `okr.toml` says, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file, where there is one.
    pub file: Option<FileId>,
    /// Which versions of `okr` may be used, as a semver requirement.
    pub required_version: Option<Spanned<String>>,
    /// The GitLab instance and whose markers are ours.
    pub gitlab: GitLabSettings,
    /// Which days each quarter covers.
    pub calendar: Calendar,
    /// The states of quarters that were given one; all others are active.
    pub quarters: BTreeMap<Quarter, QuarterState>,
    /// Which labels issues carry.
    pub labels: Labels,
    /// Whom issues are assigned to.
    pub assign: Assign,
    /// The teams.
    pub teams: Teams,
    /// What is asked of every team's OKRs; a team may have its own ([`Team::policy`](super::Team)).
    pub policy: Policy,
    /// Limits of one apply.
    pub safety: Safety,
    /// How values become scores.
    pub scoring: ScoringSettings,
    /// How labels tell where work is.
    pub flow: FlowSettings,
    /// The servers that key results may be measured by, by name.
    pub servers: BTreeMap<Id, MeasureServer>,
    /// Levels that differ from the rules' own, by rule id; a team may have its own ([`Team::rules`](super::Team)).
    pub rules: BTreeMap<String, RuleSetting>,
    /// The address of the page of all rules, as browsers write it: no character in it needs cleaning. It has no fragment;
    /// a rule's id is one.
    pub rules_url: Option<String>,
}

impl Config {
    /// The state of a quarter: active where `okr.toml` does not say otherwise.
    pub fn quarter_state(&self, quarter: Quarter) -> QuarterState {
        self.quarters.get(&quarter).copied().unwrap_or_default()
    }
}

/// `[gitlab]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitLabSettings {
    /// The instance's address; `CI_SERVER_URL` where absent.
    pub url: Option<Spanned<String>>,
    /// Whose markers are ours. It is written into every marker and survives renames and forks.
    pub owner: String,
    /// Owners whose markers are taken over.
    pub previous_owners: Vec<String>,
    /// The accounts whose markers count; the applying token's own where empty.
    pub bots: Vec<Username>,
}

/// What may still happen in a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum QuarterState {
    /// Validated and shown; creates nothing.
    Draft,
    /// Applied.
    #[default]
    Active,
    /// Frozen.
    Closed,
}

impl QuarterState {
    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }
}

/// `[assign]`: whom issues are assigned to, first the one that GitLab Free keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    /// For objectives.
    pub objective: Vec<AssigneeTemplate>,
    /// For key results.
    pub key_result: Vec<AssigneeTemplate>,
}

impl Default for Assign {
    fn default() -> Self {
        let both = vec![AssigneeTemplate::Manager, AssigneeTemplate::Director];
        Self {
            objective: both.clone(),
            key_result: both,
        }
    }
}

/// `[safety]`: what one apply may do at the most. More is refused in the plan already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safety {
    /// When true, nothing is written at all.
    pub paused: bool,
    /// Issues created at once.
    pub max_create: u32,
    /// Issues closed at once.
    pub max_close: u32,
    /// Issues closed at once, in percent of the managed ones, once there are ten or more.
    pub max_close_percent: u32,
    /// Quarters whose issues are closed with them at once; those count in neither limit above.
    pub max_close_quarters: u32,
    /// Mails that GitLab would send, as far as can be known.
    pub max_notify: u32,
    /// Issues created at once, in percent of the managed ones, once there are ten or more.
    pub max_create_percent: Option<u32>,
    /// Mails that GitLab would send, in percent of the managed issues, once there are ten or more.
    pub max_notify_percent: Option<u32>,
    /// Issues that get another title at once.
    pub max_retitle: u32,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            paused: false,
            max_create: 200,
            max_close: 5,
            max_close_percent: 20,
            max_close_quarters: 1,
            max_notify: 300,
            max_create_percent: None,
            max_notify_percent: None,
            max_retitle: 50,
        }
    }
}

/// What `okr.toml` says about a rule; absent levels stay as the rule has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSetting {
    /// While the quarter is a draft.
    pub draft: Option<Level>,
    /// While it is active.
    pub active: Option<Level>,
    /// Once it is closed.
    pub closed: Option<Level>,
    /// Where it is written.
    pub span: Span,
}

impl RuleSetting {
    /// What it says for a state of the quarter.
    pub fn level(&self, state: QuarterState) -> Option<Level> {
        match state {
            QuarterState::Draft => self.draft,
            QuarterState::Active => self.active,
            QuarterState::Closed => self.closed,
        }
    }
}
