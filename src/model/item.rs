use jiff::civil::Date;

use super::{
    CheckIn, Freshness, Gauge, IssueReference, Key, Measure, Number, Scoring, Username,
    WorkReference,
};
use crate::text::{Span, Spanned};

/// What becomes of an objective or key result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lifecycle {
    /// It is being worked on.
    #[default]
    Active,
    /// It was given up, for a reason: its issue is closed.
    Dropped {
        /// Why.
        reason: Spanned<String>,
    },
    /// It came to its end before the quarter did: its issue is closed.
    Closed {
        /// Why, if that needs saying.
        reason: Option<Spanned<String>>,
    },
}

impl Lifecycle {
    /// Whether its issue shall be open.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }
}

/// What kind of measure a key result has, as the flow framework tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Costs, revenue, retention, availability as customers meet it: lagging.
    Business,
    /// How value flows: velocity, time, efficiency, load, distribution: leading.
    Flow,
    /// A team's own telemetry.
    Team,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Business, Self::Flow, Self::Team];

    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Flow => "flow",
            Self::Team => "team",
        }
    }
}

/// A finding that is allowed for one objective or key result, for a reason and a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The rule's id.
    pub rule: Spanned<String>,
    /// Why it is allowed.
    pub reason: Spanned<String>,
    /// The last day on which it is allowed; always, where absent.
    pub until: Option<Spanned<Date>>,
}

/// Who allowed a target, baseline, measure or date to be moved after the quarter began, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The day on which it was allowed, which names the amendment.
    pub date: Date,
    /// Who allowed it.
    pub by: Spanned<Username>,
    /// Why.
    pub reason: Spanned<String>,
}

/// What was learnt, said at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retrospective {
    /// What went well.
    pub good: Vec<Spanned<String>>,
    /// What did not.
    pub bad: Vec<Spanned<String>>,
    /// What to try next.
    pub try_next: Vec<Spanned<String>>,
}

impl Retrospective {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.good.is_empty() && self.bad.is_empty() && self.try_next.is_empty()
    }
}

/// What objectives and key results have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is called everywhere.
    pub key: Key,
    /// Its header in the file.
    pub span: Span,
    /// What is to be achieved, or what shows it: one line, not empty.
    pub title: Spanned<String>,
    /// More about it, in Markdown.
    pub description: Option<Spanned<String>>,
    /// The one person who answers for it; the team's manager where absent.
    pub owner: Option<Spanned<Username>>,
    /// When it shall be reached; the quarter's last day where absent.
    pub due: Option<Spanned<Date>>,
    /// Whether its issue is confidential from the start.
    pub confidential: bool,
    /// Its part in a weighted roll-up, 0 or more; 1 where absent.
    pub weight: Option<Spanned<Number>>,
    /// What becomes of it.
    pub lifecycle: Lifecycle,
    /// Keys that it had before.
    pub previously: Vec<Spanned<Key>>,
    /// The issue to put under management.
    pub adopt: Option<Spanned<IssueReference>>,
    /// What it continues from an earlier quarter.
    pub carried_from: Option<Spanned<Key>>,
    /// Objectives or key results, mostly of other teams, that it needs.
    pub depends_on: Vec<Spanned<Key>>,
    /// Objectives or key results of other teams that may depend on this one, confirmed by this team.
    pub confirms: Vec<Spanned<Key>>,
    /// Supporting issues and milestones.
    pub work: Vec<Spanned<WorkReference>>,
    /// Findings that are allowed for it.
    pub allow: Vec<Allowance>,
    /// Moves of its goal that were allowed, by date.
    pub amendments: Vec<Amendment>,
    /// What came of it, in a sentence.
    pub outcome: Option<Spanned<String>>,
    /// Its final score in percent, as declared; it may be below 0 or above 100.
    pub score: Option<Spanned<Number>>,
    /// Addresses or references that prove the outcome.
    pub evidence: Vec<Spanned<String>>,
}

/// What is to be achieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// What it has in common with key results.
    pub item: Item,
    /// The objectives that it supports.
    pub supports: Vec<Spanned<Key>>,
    /// What was learnt.
    pub retrospective: Retrospective,
    /// Its key results in the order of the file; empty where it rolls up from what supports it.
    pub key_results: Vec<KeyResult>,
}

/// How it shows that the objective is achieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyResult {
    /// What it has in common with objectives.
    pub item: Item,
    /// Which area of the department's work it belongs to.
    pub area: Option<Spanned<String>>,
    /// The share of the team's bandwidth that it may take, in percent, 0 to 100.
    pub share: Option<Spanned<Number>>,
    /// What kind of measure it has.
    pub kind: Option<Spanned<Kind>>,
    /// Which of the flow metrics it moves; only with [`Kind::Flow`].
    pub flow_metric: Option<Spanned<String>>,
    /// What is measured.
    pub metric: Option<Spanned<String>>,
    /// In which unit.
    pub unit: Option<Spanned<String>>,
    /// How it is measured.
    pub measure: Measure,
    /// How values become a score; the measure's default where absent.
    pub scoring: Option<Spanned<Scoring>>,
    /// Where its value is read from; people check it in where absent. Boxed: most have none, and many are held at once.
    pub gauge: Option<Box<Gauge>>,
    /// What was known on which day, by date.
    pub check_ins: Vec<CheckIn>,
}

impl KeyResult {
    /// The day of which its file says something last: a check-in, or a step that was done.
    pub fn last_word(&self) -> Option<Date> {
        let check_ins = self.check_ins.iter().map(|check_in| check_in.date);
        let steps = match &self.measure {
            Measure::Milestones(steps) => steps.as_slice(),
            _ => &[],
        };
        let done = steps.iter().filter_map(|step| Some(step.done?.value));
        check_ins.chain(done).max()
    }

    /// Whether nobody has said anything of it for so many days.
    pub fn is_due(&self, today: Date, every: u32) -> bool {
        let last = self.last_word();
        last.is_none_or(|last| Freshness::of(last, today, every) > Freshness::Fresh)
    }
}
