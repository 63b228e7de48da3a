//! A team's file as it is written. The schema is made from these types, so their comments are what editors show.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::syntax::{At, DateKey, Day, Decimal, Entries, IdKey};

/// The objectives and key results of one team in one quarter. The file's path says which: `okrs/<quarter>/<team>.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "OKRs of a team in a quarter")]
pub(super) struct File {
    /// What the team wants to achieve: one table per objective, `[objective.<id>]`.
    pub objective: Entries<IdKey, Objective>,
}

/// Declares a table with the keys that objectives and key results have in common, and takes them out of it. The order is
/// the one in which people best read them, and in which `okr fmt` writes them: the keys of the first braces stand behind
/// `owner`, those of the second at the end.
macro_rules! item {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $kind:ty,)*
    } {
        $($(#[$last_doc:meta])* $last:ident: $last_kind:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        #[schemars(extend("required" = ["title"]))]
        pub(super) struct $name {
            /// One line that says it all. It becomes the issue's title.
            pub title: Option<At<String>>,
            /// More about it, in Markdown. Use """ for text over several lines.
            pub description: Option<At<String>>,
            /// The username of the one person who answers for it, without the @. Default: the team's manager.
            pub owner: Option<At<String>>,
            $($(#[$field_doc])* pub $field: $kind,)*
            /// The day on which it shall be reached. Default: the quarter's last day.
            pub due: Option<At<Day>>,
            /// Whether the issue is confidential.
            pub confidential: bool,
            /// Its part in a weighted score, where `okr.toml` says `roll_up = "weighted"`. Default: 1.
            #[schemars(range(min = 0))]
            pub weight: Option<At<Decimal>>,
            /// What becomes of it. Default: "active".
            pub status: Option<At<Status>>,
            /// Why it was dropped or closed.
            pub reason: Option<At<String>>,
            /// What it was called before: its old id, or an old full key such as "2026-q4/sre/mtbf". Its issue goes on.
            pub previously: Vec<At<String>>,
            /// An issue that exists already and shall become this one's: "group/project#123".
            pub adopt: Option<At<String>>,
            /// What it continues from an earlier quarter: "2026-q3/sre/mtbf".
            pub carried_from: Option<At<String>>,
            /// Other objectives or key results that it needs: "team/objective" or "team/objective/key-result".
            pub depends_on: Vec<At<String>>,
            /// Objectives or key results of other teams that need this one, with this team's consent.
            pub confirms: Vec<At<String>>,
            /// Issues and milestones that work towards it: 'group/project#123', 'group/project%"Milestone"'. They never
            /// count as progress.
            pub work: Vec<At<String>>,
            /// Findings that are accepted for this one.
            pub allow: Vec<At<Allow>>,
            /// Who allowed a goal or date to be moved after the quarter began: `amendment.2026-11-02 = { … }`.
            pub amendment: Entries<DateKey, Amendment>,
            /// What came of it, in a sentence. Written when the quarter ends.
            pub outcome: Option<At<String>>,
            /// The final score in percent. Default: what the values make it.
            pub score: Option<At<Decimal>>,
            /// Addresses or references that prove the outcome.
            pub evidence: Vec<At<String>>,
            $($(#[$last_doc])* pub $last: $last_kind,)*
        }

        impl $name {
            /// Moves out what objectives and key results have in common.
            pub(super) fn take_common(&mut self) -> Common {
                Common {
                    title: self.title.take(),
                    description: self.description.take(),
                    owner: self.owner.take(),
                    due: self.due.take(),
                    confidential: self.confidential,
                    weight: self.weight.take(),
                    status: self.status.take(),
                    reason: self.reason.take(),
                    previously: std::mem::take(&mut self.previously),
                    adopt: self.adopt.take(),
                    carried_from: self.carried_from.take(),
                    depends_on: std::mem::take(&mut self.depends_on),
                    confirms: std::mem::take(&mut self.confirms),
                    work: std::mem::take(&mut self.work),
                    allow: std::mem::take(&mut self.allow),
                    amendment: std::mem::take(&mut self.amendment),
                    outcome: self.outcome.take(),
                    score: self.score.take(),
                    evidence: std::mem::take(&mut self.evidence),
                }
            }
        }
    };
}

/// What objectives and key results have in common.
pub(super) struct Common {
    pub title: Option<At<String>>,
    pub description: Option<At<String>>,
    pub owner: Option<At<String>>,
    pub due: Option<At<Day>>,
    pub confidential: bool,
    pub weight: Option<At<Decimal>>,
    pub status: Option<At<Status>>,
    pub reason: Option<At<String>>,
    pub previously: Vec<At<String>>,
    pub adopt: Option<At<String>>,
    pub carried_from: Option<At<String>>,
    pub depends_on: Vec<At<String>>,
    pub confirms: Vec<At<String>>,
    pub work: Vec<At<String>>,
    pub allow: Vec<At<Allow>>,
    pub amendment: Entries<DateKey, Amendment>,
    pub outcome: Option<At<String>>,
    pub score: Option<At<Decimal>>,
    pub evidence: Vec<At<String>>,
}

item! {
    /// What is to be achieved.
    Objective {
        /// The objectives that this one supports: "team/objective" in the same quarter, or "quarter/team/objective".
        supports: Vec<At<String>>,
    } {
        /// What was learnt, written when the quarter ends: `{ good = ["…"], bad = ["…"], try = ["…"] }`.
        retrospective: Option<Retrospective>,
        /// How it shows that the objective is achieved: one table per key result, `[objective.<id>.kr.<id>]`.
        kr: Entries<IdKey, KeyResult>,
    }
}

item! {
    /// How it shows that the objective is achieved: one number that moves, a limit that holds, or milestones.
    KeyResult {
        /// The area of work that it belongs to, one of the areas in `okr.toml`.
        area: Option<At<String>>,
        /// The share of the team's time that it may take, in percent.
        #[schemars(range(min = 0, max = 100))]
        share: Option<At<Decimal>>,
        /// What kind of measure it has.
        kind: Option<At<Kind>>,
        /// Which flow metric it moves. Only with kind = "flow".
        flow_metric: Option<At<String>>,
        /// What is measured, in words.
        metric: Option<At<String>>,
        /// The unit of all its values, like "h" or "%".
        unit: Option<At<String>>,
        /// The value when the quarter begins. With `to`.
        from: Option<At<Decimal>>,
        /// The value to be reached. It may be above or below `from`.
        to: Option<At<Decimal>>,
        /// A limit that the value must not fall below.
        at_least: Option<At<Decimal>>,
        /// A limit that the value must not rise above.
        at_most: Option<At<Decimal>>,
        /// Steps that are done or not: `milestone.<id> = { title = "…", due = 2026-11-30 }`.
        milestone: Entries<IdKey, Milestone>,
        /// How values become a score. Default: "end-value".
        scoring: Option<At<Scoring>>,
        /// Where `okr measure` reads the value: `{ flow = "time" }`, `{ prometheus = "…" }`, `{ http = "…", pointer = "/…" }`
        /// and others. Default: people check it in.
        measure: Option<At<Gauge>>,
    } {
        /// What was known on a day: `check_in.2026-10-05 = { value = 120, confidence = 60, health = "on-track" }`.
        check_in: Entries<DateKey, CheckIn>,
    }
}

/// What becomes of an objective or key result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It is being worked on.
    Active,
    /// It was given up; `reason` says why. Its issue is closed.
    Dropped,
    /// It came to its end before the quarter does. Its issue is closed.
    Closed,
}

/// What kind of measure a key result has.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// What customers or the company notice: availability, costs, revenue.
    Business,
    /// How value flows: velocity, time, efficiency, load, distribution.
    Flow,
    /// The team's own telemetry.
    Team,
}

/// How values become a score.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scoring {
    /// The last value decides (the default).
    EndValue,
    /// The mean of the months' progress; for `from` and `to`.
    MonthlyAverage,
    /// The share of check-ins that kept the limit; for `at_least` and `at_most`.
    PeriodsHeld,
    /// The share of the budget that is left; for `at_most`.
    BudgetLeft,
}

/// How it goes, in the opinion of the one who checks in.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Health {
    /// It will be reached.
    OnTrack,
    /// It may not be reached without more attention.
    NeedsAttention,
    /// It will not be reached as things stand.
    AtRisk,
}

/// What was known on one day. At least one of the keys is given.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CheckIn {
    /// The measure's value on that day.
    pub value: Option<At<Decimal>>,
    /// How sure you are to reach the target, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub confidence: Option<At<Decimal>>,
    /// How it goes.
    pub health: Option<At<Health>>,
    /// A sentence about it, in Markdown.
    pub note: Option<At<String>>,
    /// Whether `okr measure` read the value. It writes this itself.
    pub measured: bool,
}

/// Where a key result's value is read from: one of `flow`, `dora`, `incidents`, `issues`, `merge_requests`, `prometheus`,
/// `http`, `file`, and what goes with it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Gauge {
    /// A flow metric of a team's work. `okr flow` shows it.
    pub flow: Option<At<FlowMetric>>,
    /// One of the four metrics of DORA, from the deployments of a team's projects.
    pub dora: Option<At<DoraMetric>>,
    /// A figure of a team's incidents, of the severities that count.
    pub incidents: Option<At<IncidentMetric>>,
    /// The number of issues of a project, by its full path.
    pub issues: Option<At<String>>,
    /// The number of merge requests of a project, by its full path.
    pub merge_requests: Option<At<String>>,
    /// A query in `PromQL` that gives one number.
    pub prometheus: Option<At<String>>,
    /// The address of a JSON document, below that of a server in `okr.toml`.
    pub http: Option<At<String>>,
    /// A file of the repository, or one that an earlier job has made: its path from the directory of `okr.toml`.
    pub file: Option<At<String>>,
    /// Whose work it is. With flow, dora, incidents. Default: the key result's team.
    pub team: Option<At<String>>,
    /// What so many percent of the items did not exceed: 50, 85 or 95. With flow = "time". Default: 50, the median.
    pub percentile: Option<At<u8>>,
    /// The share of which work. With flow = "distribution".
    pub r#type: Option<At<WorkType>>,
    /// Over how many days, until today. Default: since the quarter began.
    #[schemars(range(min = 1, max = 366))]
    pub days: Option<At<u16>>,
    /// Which issues or merge requests are counted. Default: "open".
    pub count: Option<At<CountedState>>,
    /// Labels that each of them has, all of them. With issues and merge requests.
    pub labels: Vec<At<String>>,
    /// Which server of `okr.toml` is asked. With prometheus. Default: the only one.
    pub server: Option<At<String>>,
    /// What is made of all values over the days. With prometheus. Default: only the value of now is read.
    pub aggregate: Option<At<Aggregate>>,
    /// Where in the document the number is, as a JSON Pointer: "/data/0/value". With http and file; without it, the number is
    /// all that the file holds.
    pub pointer: Option<At<String>>,
}

/// A flow metric.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FlowMetric {
    /// How many items were done.
    Velocity,
    /// How long items took from the first commitment to the end.
    Time,
    /// How much of that time somebody worked, in percent.
    Efficiency,
    /// How many items are in progress now.
    Load,
    /// The share of one `type` of work among what was done, in percent.
    Distribution,
}

/// One of DORA's metrics.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DoraMetric {
    /// Deployments in a time; the unit says which: "deployments/day".
    DeploymentFrequency,
    /// From merge to deployment, the median.
    LeadTime,
    /// From an incident's beginning to its end, the median.
    TimeToRestore,
    /// The share of deployments after which an incident began, in percent.
    ChangeFailureRate,
}

/// A figure of incidents.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum IncidentMetric {
    /// How many began.
    Count,
    /// The mean time to resolution.
    Mttr,
    /// The mean time to mitigation.
    Mttm,
    /// The mean time between the beginnings of two.
    Mtbi,
    /// The mean time without any, for each.
    Mtbf,
}

/// A kind of work.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WorkType {
    /// New value.
    Feature,
    /// Something that was promised does not work.
    Defect,
    /// Security, privacy, compliance.
    Risk,
    /// What makes later work slower or harder.
    Debt,
}

/// Which issues or merge requests are counted.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CountedState {
    /// Those that are open now (the default).
    Open,
    /// Those that were made in the days.
    Created,
    /// Issues that were closed in the days and are closed now.
    Closed,
    /// Merge requests that were merged in the days.
    Merged,
}

/// What is made of a metric's values.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Aggregate {
    /// Their arithmetic mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

/// A step that is done or not.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["title"]))]
pub(super) struct Milestone {
    /// What is done when it is done.
    pub title: Option<At<String>>,
    /// Its part of the whole, compared with the other steps. Default: equal parts.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub weight: Option<At<Decimal>>,
    /// When it shall be done.
    pub due: Option<At<Day>>,
    /// When it was done.
    pub done: Option<At<Day>>,
}

/// A finding that is accepted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["rule", "reason"]))]
pub(super) struct Allow {
    /// The rule's id, as the finding shows it.
    pub rule: Option<At<String>>,
    /// Why it is accepted.
    pub reason: Option<At<String>>,
    /// The last day on which it is accepted. Default: for good.
    pub until: Option<At<Day>>,
}

/// Who allowed a goal or date to be moved, and why.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["by", "reason"]))]
pub(super) struct Amendment {
    /// The username of who allowed it, without the @.
    pub by: Option<At<String>>,
    /// Why.
    pub reason: Option<At<String>>,
}

/// What was learnt.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Retrospective {
    /// What went well.
    pub good: Vec<At<String>>,
    /// What did not go well.
    pub bad: Vec<At<String>>,
    /// What to try next.
    pub r#try: Vec<At<String>>,
}
