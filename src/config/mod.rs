//! `okr.toml`: instance, calendar, teams, labels, policy, safety. Raw text in, validated values out.

mod labels;
mod policy;
mod settings;
mod team;

pub use labels::{AssigneeTemplate, LabelPlace, LabelTemplate, Labels};
pub use policy::{Bounds, DriftPolicy, Policy};
pub use settings::{
    Assign, Config, Dropped, GitLabSettings, Level, OverAchievement, QuarterState, RollUp, Safety,
    ScoringSettings,
};
pub use team::{Team, Teams};
