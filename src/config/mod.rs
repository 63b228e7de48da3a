//! `okr.toml`: instance, calendar, teams, labels, policy, safety. Raw text in, validated values out.

mod address;
mod flow;
mod labels;
mod levels;
mod load;
mod load_calendar;
mod load_flow;
mod load_measure;
mod load_rules;
mod load_teams;
mod measure;
mod policy;
mod raw;
mod refine;
mod rules;
mod scoring;
mod settings;
mod team;

pub use address::{is_below, leads_up};
pub use flow::{FlowSettings, FlowStates, FlowTypes, IncidentSettings, Reopened, ValueStream};
pub use labels::{AssigneeTemplate, LabelPlace, LabelTemplate, Labels};
pub use load::{load, schema};
pub use measure::MeasureServer;
pub use policy::{AssigneePolicy, Bounds, DriftPolicies, DriftPolicy, Policy, Pullable, Setting};
pub use rules::RULES;
pub use scoring::{Counting, Dropped, OverAchievement, Regression, RollUp, ScoringSettings};
pub use settings::{Assign, Config, GitLabSettings, QuarterState, RuleSetting, Safety};
pub use team::{Team, Teams};
