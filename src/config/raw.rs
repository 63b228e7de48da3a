//! `okr.toml` as it is written. The schema is made from these types, so their comments are what editors show.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::syntax::{At, Day, Decimal, Entries, IdKey, NameKey, QuarterKey};

/// OKRs of a company or department: where GitLab is, which teams there are, what is asked of OKRs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "okr.toml", extend("required" = ["gitlab"]))]
pub(super) struct File {
    /// Which versions of `okr` may be used, like ">=0.1". Another version refuses to work.
    pub required_version: Option<At<String>>,
    /// The GitLab instance, and whose issues are ours.
    pub gitlab: Option<At<GitLab>>,
    /// Which days each quarter covers.
    pub calendar: Option<Calendar>,
    /// The states of quarters. A quarter that is not named is active.
    pub quarters: Entries<QuarterKey, QuarterSettings>,
    /// Which labels issues carry.
    pub labels: Option<Labels>,
    /// Whom issues are assigned to. GitLab Free keeps the first one only.
    pub assign: Option<Assign>,
    /// The teams, by id: `[teams.sre]`. A team's OKRs stand in `okrs/<quarter>/<id>.toml`.
    pub teams: Entries<IdKey, Team>,
    /// What is asked of every team's OKRs.
    pub policy: Option<Policy>,
    /// What one apply may do at the most. More is refused in the plan already.
    pub safety: Option<Safety>,
    /// How values become scores.
    pub scoring: Option<Scoring>,
    /// How the labels of issues tell where work is, for flow metrics.
    pub flow: Option<Flow>,
    /// What key results may be measured by.
    pub measure: Option<Measure>,
    /// How severe the findings of a rule are: `no-flow-metric = "error"`. `okr rules` lists all rules.
    pub rules: Entries<NameKey, Levels>,
    /// The address of the page of all rules (`okr rules --page` makes it), for links in findings.
    pub rules_url: Option<At<String>>,
}

/// The GitLab instance, and whose issues are ours.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["owner"]))]
pub(super) struct GitLab {
    /// The instance's address, like `https://gitlab.example.com`. Default: the one that runs the pipeline.
    pub url: Option<At<String>>,
    /// A name for these OKRs, usually the path of their project. It is written into every issue, and only issues that
    /// carry it are ever changed. Keep it when the project is renamed or forked.
    pub owner: Option<At<String>>,
    /// Names that these OKRs had before; their issues are taken over.
    pub previous_owners: Vec<At<String>>,
    /// The accounts whose issues count, without the @. Default: the account of the token.
    pub bots: Vec<At<String>>,
}

/// Which days each quarter covers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Calendar {
    /// The month in which a year of quarters begins.
    pub year_starts: Option<Month>,
    /// After which calendar year a fiscal year is named that touches two.
    pub year_named_after: Option<NamedAfter>,
    /// Quarters whose days are given explicitly: `"2019-q1" = { start = 2019-02-01, end = 2019-04-30 }`.
    pub quarters: Entries<QuarterKey, Days>,
}

/// A month, in English and in lower case.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Month {
    January,
    February,
    March,
    April,
    May,
    June,
    July,
    August,
    September,
    October,
    November,
    December,
}

/// After which calendar year a fiscal year is named.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum NamedAfter {
    /// After the year in which it starts (the default).
    Start,
    /// After the year in which it ends: a fiscal 2020 that began in February 2019.
    End,
}

/// The first and the last day of a quarter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
#[schemars(extend("required" = ["start", "end"]))]
pub(super) struct Days {
    /// The first day.
    pub start: Option<At<Day>>,
    /// The last day.
    pub end: Option<At<Day>>,
}

/// Settings of one quarter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct QuarterSettings {
    /// What may still happen in the quarter.
    pub state: Option<State>,
}

/// What may still happen in a quarter.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It is validated and shown, but creates no issues.
    Draft,
    /// It is applied (the default).
    Active,
    /// It is frozen.
    Closed,
}

/// Which labels issues carry. `{team}` and `{quarter}` are filled in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Labels {
    /// Labels of objectives' issues.
    pub objective: Option<Vec<At<String>>>,
    /// Labels of key results' issues.
    pub key_result: Option<Vec<At<String>>>,
    /// Where labels are made that do not exist yet.
    pub at: Option<Place>,
}

/// Where labels are made that do not exist yet.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// In each team's project (the default).
    Project,
    /// In the group that holds the project.
    Group,
}

/// Whom issues are assigned to: `{manager}`, `{director}` (the manager at the top of the team's tree), `{owner}`, or
/// usernames.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Assign {
    /// Assignees of objectives' issues.
    pub objective: Option<Vec<At<String>>>,
    /// Assignees of key results' issues.
    pub key_result: Option<Vec<At<String>>>,
}

/// A team, or one person with OKRs of their own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["tracker"]))]
pub(super) struct Team {
    /// Its name for people. Default: its id.
    pub name: Option<At<String>>,
    /// Whether it is one person.
    pub individual: bool,
    /// The id of the team that it belongs to.
    pub parent: Option<At<String>>,
    /// The username of its manager, without the @. They answer for what has no owner.
    pub manager: Option<At<String>>,
    /// The full path of the GitLab project that holds the issues of its objectives, like "group/project".
    pub tracker: Option<At<String>>,
    /// The project that holds the issues of its key results. Default: the tracker.
    pub key_result_tracker: Option<At<String>>,
    /// What is asked of this team's OKRs, where it differs from `[policy]`.
    pub policy: Option<Policy>,
    /// How severe the findings of a rule are for this team, where it differs from `[rules]`.
    pub rules: Entries<NameKey, Levels>,
    /// Ids that the team had before. Its issues go on under the new one.
    pub previously: Vec<At<String>>,
    /// Whose issues are the team's work, for flow metrics.
    pub flow: Option<TeamFlow>,
}

/// Whose issues are the team's work, for flow metrics.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TeamFlow {
    /// The full paths of the projects. Default: the team's trackers.
    pub projects: Option<Vec<At<String>>>,
    /// Labels that an issue has, all of them, to be the team's. Default: all issues are.
    pub labels: Option<Vec<At<String>>>,
}

/// How the labels of issues tell where work is, for flow metrics.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Flow {
    /// Which labels say where an open issue is. `okr flow init` proposes them.
    pub states: Option<FlowStates>,
    /// Which labels say what kind of work an issue is.
    pub types: Option<FlowTypes>,
    /// What the time is between a close and a reopening.
    pub reopened: Option<Reopened>,
    /// How incidents are told.
    pub incidents: Option<FlowIncidents>,
    /// The environment whose deployments count. Default: "production".
    pub environment: Option<At<String>>,
}

/// Which labels say where an open issue is. One without any of them is new.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FlowStates {
    /// It will not be done, also once the issue is closed.
    pub cancelled: Option<Vec<At<String>>>,
    /// It is done though the issue is open.
    pub done: Option<Vec<At<String>>>,
    /// It waits, whatever else the issue says.
    pub blocked: Option<Vec<At<String>>>,
    /// Somebody works on it.
    pub active: Option<Vec<At<String>>>,
    /// It was committed to and waits for somebody.
    pub waiting: Option<Vec<At<String>>>,
}

/// Which labels say what kind of work an issue is. Where it has several, the earlier of these counts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FlowTypes {
    /// It is no work item.
    pub ignore: Option<Vec<At<String>>>,
    /// Security, privacy, compliance.
    pub risk: Option<Vec<At<String>>>,
    /// Something that was promised does not work. Incidents are defects without a label, too.
    pub defect: Option<Vec<At<String>>>,
    /// What makes later work slower or harder.
    pub debt: Option<Vec<At<String>>>,
    /// New value.
    pub feature: Option<Vec<At<String>>>,
}

/// What the time is between a close and a reopening.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reopened {
    /// The work waited (the default).
    Waiting,
    /// It does not count.
    Excluded,
}

/// How incidents are told.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FlowIncidents {
    /// Labels that say that an incident's effect is over. Default: `incident::mitigated`.
    pub mitigated: Option<Vec<At<String>>>,
    /// Labels that say that it is resolved, before its issue is closed. Default: `incident::resolved`.
    pub resolved: Option<Vec<At<String>>>,
    /// The severities that count for the times between incidents and to their end, 1 the worst. Default: 1 and 2.
    #[schemars(inner(range(min = 1, max = 4)))]
    pub severities: Option<Vec<At<u8>>>,
}

/// What key results may be measured by.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Measure {
    /// The servers that `okr measure` may ask, by name: `[measure.servers.prometheus]`. It asks no other.
    pub servers: Entries<IdKey, MeasureServer>,
}

/// A server that `okr measure` may ask.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub(super) struct MeasureServer {
    /// Its address, like `https://prometheus.example.com`. All addresses below it may be asked.
    pub url: Option<At<String>>,
    /// The environment variable that holds its token. Without it none is sent.
    pub token_env: Option<At<String>>,
}

/// What is asked of OKRs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Policy {
    /// How many objectives a team has in a quarter. Default: 0 to 3.
    pub objectives: Option<At<Bounds>>,
    /// How many key results an objective has. Default: 1 to 3.
    pub key_results: Option<At<Bounds>>,
    /// How many key results a team has in a quarter, at the most. Default: 9.
    pub all_key_results: Option<At<u32>>,
    /// How many objectives one person answers for in a quarter, at the most. Default: 3.
    pub objectives_per_owner: Option<At<u32>>,
    /// How many objectives stand one above the other by `supports`, at the most. Default: 3.
    #[schemars(range(min = 1))]
    pub levels: Option<At<u32>>,
    /// After how many days a key result wants a check-in. Default: 7.
    #[schemars(range(min = 1, max = 92))]
    pub check_in_every: Option<At<u32>>,
    /// The areas of work that key results belong to; a team's key results cover all of them. Default: any, or none.
    pub areas: Option<At<Vec<At<String>>>>,
    /// The flow metrics that key results of kind "flow" may name.
    pub flow_metrics: Option<At<Vec<At<String>>>>,
    /// What happens to what people changed in GitLab: to all of it, or by what it is.
    pub drift: Option<Drift>,
    /// Whether people may assign issues to others beside those that `[assign]` names.
    pub assignees: Option<Assignees>,
    /// What people may change in GitLab so that `okr pull` brings it into the files: check-ins, the title, the due date, the
    /// description. What `drift` changes back is not brought. Default: `["check-ins", "title", "due"]`.
    pub pull: Option<Vec<Pulled>>,
}

/// Something that people may change in GitLab so that it comes into the files.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Pulled {
    /// Rows of the check-in table.
    CheckIns,
    /// The title.
    Title,
    /// The due date.
    Due,
    /// The description within the block, which the file declares.
    Description,
}

/// How many there may be.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Bounds {
    /// At least.
    pub min: Option<u32>,
    /// At most.
    pub max: Option<u32>,
}

/// What happens to what people changed in GitLab: to all of it, or by what it is.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Drift {
    /// To all of it.
    All(Course),
    /// By what it is.
    ByClass(Classes),
}

/// What happens to what people changed in GitLab, by what it is. What is not given goes by `others`.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Classes {
    /// The title.
    pub title: Option<Course>,
    /// The text between the markers.
    pub description: Option<Course>,
    /// The due date.
    pub due: Option<Course>,
    /// Open or closed.
    pub state: Option<Course>,
    /// Labels of ours that people removed.
    pub labels: Option<Course>,
    /// Assignees of ours whom people unassigned.
    pub assignees: Option<Course>,
    /// Links of ours that people removed.
    pub links: Option<Course>,
    /// Rows of the check-in table that people removed.
    pub check_ins: Option<Course>,
    /// All that is not named here. Default: as `[policy]` says, else "keep".
    pub others: Option<Course>,
}

/// Whether people may assign issues to others beside those that `[assign]` names.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Assignees {
    /// They may, and nobody whom they assigned is replaced (the default).
    Additive,
    /// Whomever else they assign, the next apply unassigns.
    Exact,
}

/// What happens to something that people changed in GitLab.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Course {
    /// It is kept and shown (the default).
    Keep,
    /// It is changed back.
    Revert,
    /// It fails the plan.
    Fail,
}

/// What one apply may do at the most. More is refused in the plan already.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Safety {
    /// While true, nothing is written to GitLab.
    pub paused: Option<bool>,
    /// Issues created at once. Default: 200.
    pub max_create: Option<u32>,
    /// Issues closed at once. Default: 5.
    pub max_close: Option<u32>,
    /// Issues closed at once, in percent of the managed ones, once there are ten or more. Default: 20.
    #[schemars(range(max = 100))]
    pub max_close_percent: Option<u32>,
    /// Quarters whose issues are closed with them at once; those are in neither limit above. Default: 1.
    pub max_close_quarters: Option<u32>,
    /// Mails that GitLab would send. Default: 300.
    pub max_notify: Option<u32>,
    /// Issues created at once, in percent of the managed ones, once there are ten or more. Default: no such limit.
    pub max_create_percent: Option<u32>,
    /// Mails that GitLab would send, in percent of the managed issues, once there are ten or more. Default: no such limit.
    pub max_notify_percent: Option<u32>,
    /// Issues that get another title at once. Default: 50.
    pub max_retitle: Option<u32>,
}

/// How values become scores.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Scoring {
    /// The most that a key result can score, in percent, or "uncapped". Default: 100.
    pub over_achievement: Option<At<OverAchievement>>,
    /// What a key result counts that is worse than its baseline.
    pub regression: Option<Regression>,
    /// How much of its worth a milestone loses for each week begun after its due date, in percent: 100 for nothing once it
    /// is late. Default: 0.
    #[schemars(range(min = 0, max = 100))]
    pub late_per_week: Option<At<Decimal>>,
    /// What a dropped key result counts in its objective's score.
    pub dropped: Option<Dropped>,
    /// How key results make their objective's score.
    pub roll_up: Option<RollUp>,
}

/// A score in percent, 100 or more, or "uncapped".
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum OverAchievement {
    /// The most that counts.
    Cap(#[schemars(range(min = 100))] Decimal),
    /// All of it counts.
    Word(Uncapped),
}

/// No limit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Uncapped {
    /// All of it counts.
    Uncapped,
}

/// What a key result counts that is worse than its baseline.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Regression {
    /// It counts below zero (the default).
    Negative,
    /// It counts as zero.
    Zero,
}

/// What a dropped key result counts in its objective's score.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Dropped {
    /// It is left out (the default).
    Excluded,
    /// It counts as zero.
    Zero,
}

/// How key results make their objective's score.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RollUp {
    /// Their mean (the default).
    Mean,
    /// Their mean by `weight`.
    Weighted,
}

/// How severe the findings of a rule are: always, or by the state of the quarter.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Levels {
    /// Always.
    Always(Level),
    /// By the state of the quarter.
    ByState(StateLevels),
}

/// How severe the findings of a rule are in each state of a quarter. What is not given stays as the rule has it.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StateLevels {
    /// While the quarter is a draft.
    pub draft: Option<Level>,
    /// While it is active.
    pub active: Option<Level>,
    /// Once it is closed.
    pub closed: Option<Level>,
}

/// How severe the findings of a rule are.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// The rule is not run.
    Off,
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warn,
    /// Fails the check.
    Error,
}
