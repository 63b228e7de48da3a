//! What people changed in issues and the files do not have: what can come back into files, and what cannot, with its reason.

mod fields;
mod left_in_gitlab;
mod rows;

pub use left_in_gitlab::NotPulled;

use super::change::{IssueAddress, Plan, Remark};
use super::decide;
use super::matching::{self, Managed, Ownership};
use super::observed::{Audience, ObservedState};
use super::planner::Scope;
use super::rows::show;
use crate::config::{Config, Policy, QuarterState};
use crate::issue::{DesiredIssue, Misread, Row};
use crate::model::{Date, Item, ItemRef, Key, OkrTree};

/// What can come back from issues into files, and what cannot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pull {
    /// What the files get, by key.
    pub pulled: Vec<Pulled>,
    /// What would come back if somebody decided or mended something, by key.
    pub left: Vec<Left>,
    /// What stays in GitLab by policy, or because no file can say it.
    pub not_pulled: Vec<NotPulled>,
}

/// What a pull goes by, beside files and GitLab.
#[derive(Debug, Clone, Copy)]
pub struct PullContext<'a> {
    /// The settings of `okr.toml`.
    pub config: &'a Config,
    /// Whose issues and markers count.
    pub ownership: &'a Ownership,
    /// Which part is pulled.
    pub scope: &'a Scope,
    /// Who can see what is said of the pull; unknown outside of pipelines.
    pub readers: Option<Audience>,
}

/// What a file says of one part of an objective or key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// How it stood on a day.
    CheckIn(Row),
    /// Its title, not escaped.
    Title(String),
    /// Its due date.
    Due(Date),
    /// Its description, in Markdown, not escaped.
    Description(String),
}

/// Which part of an objective or key result something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The title.
    Title,
    /// The due date.
    Due,
    /// The author's own words.
    Description,
    /// The check-in of a day; the day is absent where a row does not tell one.
    CheckIn(Option<Date>),
}

/// Something that people wrote or changed, and that no file contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The objective or key result.
    pub key: Key,
    /// Its issue.
    pub issue: IssueAddress,
    /// Whether OKR or issue is confidential: what it says is then not for everybody.
    pub confidential: bool,
    /// What the file shall say.
    pub says: Statement,
    /// What the file says: it is as it was last applied, and people changed the issue since.
    pub replaces: Option<Statement>,
}

/// Something that no file gets until somebody does something, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The objective or key result.
    pub key: Key,
    /// Its issue.
    pub issue: IssueAddress,
    /// Whether OKR or issue is confidential, or its project open to fewer: what it says is then not for everybody.
    pub confidential: bool,
    /// What it is about.
    pub part: Part,
    /// Why it is left.
    pub reason: LeftReason,
}

/// Why something comes into no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftReason {
    /// Both sides changed it, or people wrote several rows about one day.
    Conflict {
        /// What the file says.
        declared: Option<Statement>,
        /// What people wrote.
        written: Vec<Statement>,
    },
    /// A line that is no check-in, as it stands there.
    Unreadable {
        /// The line.
        line: String,
        /// What in it cannot be read.
        what: Misread,
    },
    /// People made the issue confidential and the file does not say so: what they wrote since may not be for all its readers.
    MadeConfidential(Statement),
    /// The quarter is closed, and its files are frozen.
    ClosedQuarter(Statement),
    /// The file would have errors with it, or cannot be changed for certain.
    Refused {
        /// What people wrote.
        says: Statement,
        /// What would be wrong.
        why: String,
    },
}

impl Statement {
    /// What it is about.
    pub fn part(&self) -> Part {
        match self {
            Self::CheckIn(row) => Part::CheckIn(Some(row.date)),
            Self::Title(_) => Part::Title,
            Self::Due(_) => Part::Due,
            Self::Description(_) => Part::Description,
        }
    }

    /// What it says, for people; a check-in without its day, a description with its lines.
    pub fn text(&self) -> String {
        match self {
            Self::CheckIn(row) => show(&row.values),
            Self::Title(text) | Self::Description(text) => text.clone(),
            Self::Due(day) => day.to_string(),
        }
    }
}

impl Part {
    /// A stable kebab-case id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Due => "due",
            Self::Description => "description",
            Self::CheckIn(_) => "check-in",
        }
    }

    /// The day of a check-in.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::CheckIn(day) => day,
            _ => None,
        }
    }
}

impl LeftReason {
    /// A stable kebab-case id.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Unreadable { .. } => "unreadable",
            Self::MadeConfidential(_) => "made-confidential",
            Self::ClosedQuarter(_) => "closed-quarter",
            Self::Refused { .. } => "refused",
        }
    }

    /// Whether somebody has to decide. A closed quarter stays as it is.
    pub fn waits(&self) -> bool {
        !matches!(self, Self::ClosedQuarter(_))
    }
}

impl Pulled {
    /// The same as something that no file gets.
    pub fn left(self, reason: impl FnOnce(Statement) -> LeftReason) -> Left {
        Left {
            key: self.key,
            issue: self.issue,
            confidential: self.confidential,
            part: self.says.part(),
            reason: reason(self.says),
        }
    }
}

/// Compares issues with the files and with what was last applied, as a plan does. `plan` is the plan of the same arguments: of
/// what never comes back it knows the rest.
pub fn pull(
    tree: &OkrTree,
    desired: &[DesiredIssue],
    observed: &ObservedState,
    plan: &Plan,
    context: PullContext<'_>,
) -> Pull {
    let matching = matching::find(desired, observed, context.ownership);
    let mut pull = Pull::default();
    for wanted in desired {
        let (Some(managed), Some(item)) = (
            matching.by_key.get(&wanted.key),
            tree.get(&wanted.key).map(ItemRef::item),
        ) else {
            continue;
        };
        if !context.scope.contains(&wanted.key) || matching.stopped.contains(&wanted.key) {
            continue;
        }
        let compared = Compared {
            wanted,
            item,
            managed,
            for_fewer: observed.is_for_fewer(&managed.issue.project, context.readers),
            policy: decide::policy(&wanted.team, context.config),
        };
        compared.fields(&mut pull);
        compared.rows(&mut pull);
    }
    pull.not_pulled.extend(left_in_gitlab::by_plan(plan));
    pull.left
        .sort_by(|a, b| (&a.key, a.part).cmp(&(&b.key, b.part)));
    pull.not_pulled.sort();
    pull.not_pulled.dedup();
    pull
}

/// One objective or key result with its issue.
struct Compared<'a> {
    wanted: &'a DesiredIssue,
    item: &'a Item,
    managed: &'a Managed<'a>,
    /// Whether the issue's project is open to fewer people than what is said of the pull.
    for_fewer: bool,
    policy: &'a Policy,
}

impl Compared<'_> {
    fn confidential(&self) -> bool {
        self.wanted.confidential || self.managed.issue.confidential
    }

    fn left(&self, part: Part, reason: LeftReason) -> Left {
        Left {
            key: self.wanted.key.clone(),
            issue: self.managed.issue.to_address(),
            confidential: self.confidential() || self.for_fewer,
            part,
            reason,
        }
    }

    /// What people wrote comes into the file, unless quarter or confidentiality are in the way.
    fn came(&self, says: Statement, replaces: Option<Statement>, pull: &mut Pull) {
        let part = says.part();
        if self.wanted.quarter_state == QuarterState::Closed {
            pull.left
                .push(self.left(part, LeftReason::ClosedQuarter(says)));
        } else if self.managed.issue.confidential && !self.wanted.confidential {
            let reason = LeftReason::MadeConfidential(says);
            pull.left.push(self.left(part, reason));
        } else {
            pull.pulled.push(Pulled {
                key: self.wanted.key.clone(),
                issue: self.managed.issue.to_address(),
                confidential: self.confidential(),
                says,
                replaces,
            });
        }
    }

    /// It stays in GitLab by policy, or because no file can say it.
    fn stays(&self, message: String, why: impl Into<String>, pull: &mut Pull) {
        let remark = Remark {
            confidential: self.confidential() || self.for_fewer,
            ..Remark::new("drift", message)
        };
        let issue = self.managed.issue.address();
        let remark = remark.on(&self.wanted.key).at(&issue);
        pull.not_pulled.push(NotPulled::new(remark, why));
    }
}
