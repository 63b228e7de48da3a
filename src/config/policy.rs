use std::collections::BTreeSet;

use crate::text::Span;

/// How many of something there may be, both bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least.
    pub min: u32,
    /// At most; never below `min`.
    pub max: u32,
    /// Where `okr.toml` says so; absent where it is the default.
    pub span: Option<Span>,
}

impl Bounds {
    /// Bounds that nobody has written.
    pub const fn of(min: u32, max: u32) -> Self {
        Self {
            min,
            max,
            span: None,
        }
    }

    /// Whether a count lies within.
    pub fn contains(self, count: usize) -> bool {
        (self.min as usize..=self.max as usize).contains(&count)
    }
}

/// A setting of `[policy]` and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setting<T> {
    /// What is asked.
    pub value: T,
    /// Where `okr.toml` says so; absent where it is the default.
    pub span: Option<Span>,
}

impl<T> Setting<T> {
    /// A setting that nobody has written.
    pub const fn of(value: T) -> Self {
        Self { value, span: None }
    }
}

/// What happens to something that people changed in GitLab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DriftPolicy {
    /// It is kept and shown.
    #[default]
    Keep,
    /// It is changed back.
    Revert,
    /// It fails the plan.
    Fail,
}

/// What happens to what people changed in GitLab, by what it is. That an issue was moved or made confidential is always
/// kept, and so are rows that people wrote into the check-in table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DriftPolicies {
    /// The title.
    pub title: DriftPolicy,
    /// The text between the markers.
    pub description: DriftPolicy,
    /// The due date.
    pub due: DriftPolicy,
    /// Open or closed.
    pub state: DriftPolicy,
    /// Labels of ours that people removed.
    pub labels: DriftPolicy,
    /// Assignees of ours whom people unassigned.
    pub assignees: DriftPolicy,
    /// Links of ours that people removed.
    pub links: DriftPolicy,
    /// Rows of the check-in table that people removed.
    pub check_ins: DriftPolicy,
    /// Anything else.
    pub others: DriftPolicy,
}

impl DriftPolicies {
    /// The same for everything.
    pub const fn all(policy: DriftPolicy) -> Self {
        Self {
            title: policy,
            description: policy,
            due: policy,
            state: policy,
            labels: policy,
            assignees: policy,
            links: policy,
            check_ins: policy,
            others: policy,
        }
    }
}

/// Whether people may assign issues to others beside those that the files name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AssigneePolicy {
    /// They may, and nobody whom they assigned is replaced.
    #[default]
    Additive,
    /// Issues are assigned to nobody else.
    Exact,
}

/// Something that people may change in GitLab so that it comes into the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pullable {
    /// Rows of the check-in table.
    CheckIns,
    /// The title.
    Title,
    /// The due date.
    Due,
    /// The author's own words within the managed block.
    Description,
}

impl Pullable {
    /// As `[policy]` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckIns => "check-ins",
            Self::Title => "title",
            Self::Due => "due",
            Self::Description => "description",
        }
    }
}

/// `[policy]`, or a team's own: what is asked of OKRs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Objectives of a team in a quarter.
    pub objectives: Bounds,
    /// Key results of an objective.
    pub key_results: Bounds,
    /// Key results of a team in a quarter, over all its objectives, at the most.
    pub all_key_results: Setting<u32>,
    /// Objectives of the same owner in a quarter, at the most.
    pub objectives_per_owner: Setting<u32>,
    /// Objectives one above the other, from the department's down, at the most.
    pub levels: Setting<u32>,
    /// After how many days a key result wants a check-in.
    pub check_in_every: Setting<u32>,
    /// The areas that key results belong to; any text where empty.
    pub areas: Setting<Vec<String>>,
    /// What a key result of kind `flow` may name.
    pub flow_metrics: Setting<Vec<String>>,
    /// What happens to what people changed in GitLab.
    pub drift: DriftPolicies,
    /// Whether people may assign issues to others, too.
    pub assignees: AssigneePolicy,
    /// What a pull brings from GitLab into the files, unless [`drift`](Self::drift) changes it back there.
    pub pull: BTreeSet<Pullable>,
}

impl Default for Policy {
    /// Up to three objectives with up to three key results each, "3x3", nine in all; three levels; a check-in a week. The
    /// flow metrics are the five of the Flow Framework. A description is reviewed as a whole, so people's edits of it come
    /// back only where somebody asks for that.
    fn default() -> Self {
        Self {
            objectives: Bounds::of(0, 3),
            key_results: Bounds::of(1, 3),
            all_key_results: Setting::of(9),
            objectives_per_owner: Setting::of(3),
            levels: Setting::of(3),
            check_in_every: Setting::of(7),
            areas: Setting::of(Vec::new()),
            flow_metrics: Setting::of(
                ["velocity", "time", "efficiency", "load", "distribution"]
                    .map(str::to_owned)
                    .into(),
            ),
            drift: DriftPolicies::all(DriftPolicy::Keep),
            assignees: AssigneePolicy::Additive,
            pull: [Pullable::CheckIns, Pullable::Title, Pullable::Due].into(),
        }
    }
}
