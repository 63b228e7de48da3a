//! One rule a file. A rule is its documentation and a pure function; [`ALL`] is the list.

mod area_coverage;
mod business_as_usual;
mod carried_over;
mod closed_quarter_changed;
mod contradicting_health;
mod copied_key_result;
mod incomplete_closing;
mod key_result_count;
mod mixed_units;
mod moved_goal;
mod no_baseline;
mod no_flow_metric;
mod no_kind;
mod no_owner;
mod no_unit;
mod objective_count;
mod objective_wording;
mod objectives_per_owner;
mod one_due_date;
mod only_business;
mod only_guardrails;
mod only_milestones;
mod only_team;
mod only_velocity;
mod orphan_objective;
mod output_not_outcome;
mod overlapping_key_results;
mod placeholder;
mod sandbagged;
mod score_mismatch;
mod share_sum;
mod stale_check_in;
mod target_direction;
mod team_metric_above_team;
mod ticket_talk;
mod title_disagrees;
mod too_deep;
mod too_many_key_results;
mod unconfirmed_dependency;
mod undeclared_scoring;
mod unknown_area;
mod unknown_flow_metric;
mod unused_allow;

use super::finding::Finding;
use super::material::Material;
use super::scope::Scope;
use super::{ClosedQuarter, History};
use crate::diag::RuleMeta;
use crate::model::{Date, ItemRef, TeamOkrs};

pub(super) use unused_allow::RULE as UNUSED_ALLOW;

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) meta: RuleMeta,
    pub(super) check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// Each objective and key result by itself that was not dropped.
    Item(fn(&Scope<'_>, ItemRef<'_>) -> Vec<Finding>),
    /// A team's OKRs of a quarter together; only where all of the file could be read.
    File(fn(&Scope<'_>) -> Vec<Finding>),
    /// All teams' OKRs of all quarters in which the rule is on for anybody.
    Tree(fn(&Material<'_>, &[&TeamOkrs]) -> Vec<Finding>),
    /// A team's OKRs of a quarter against earlier versions of the files.
    History {
        /// Finds what it can; without a history, what the files alone show.
        check: fn(&Scope<'_>, Option<&History>) -> Vec<Finding>,
        /// The day from which on earlier versions must be known for a whole answer; absent where none are needed.
        since: fn(&Scope<'_>) -> Option<Date>,
    },
    /// A team's OKRs of a closed quarter against what they were when it was closed.
    Closed(fn(&Scope<'_>, &ClosedQuarter) -> Vec<Finding>),
    /// Nothing: what it finds is found while the others' findings are decided.
    Bookkeeping,
}

/// Every rule, in the order in which they run.
pub(super) const ALL: &[&Rule] = &[
    &no_owner::RULE,
    &objective_count::RULE,
    &objectives_per_owner::RULE,
    &key_result_count::RULE,
    &too_many_key_results::RULE,
    &placeholder::RULE,
    &no_baseline::RULE,
    &target_direction::RULE,
    &no_unit::RULE,
    &mixed_units::RULE,
    &title_disagrees::RULE,
    &undeclared_scoring::RULE,
    &objective_wording::RULE,
    &output_not_outcome::RULE,
    &ticket_talk::RULE,
    &only_milestones::RULE,
    &only_guardrails::RULE,
    &no_kind::RULE,
    &only_business::RULE,
    &only_team::RULE,
    &no_flow_metric::RULE,
    &unknown_flow_metric::RULE,
    &only_velocity::RULE,
    &team_metric_above_team::RULE,
    &unknown_area::RULE,
    &area_coverage::RULE,
    &share_sum::RULE,
    &one_due_date::RULE,
    &orphan_objective::RULE,
    &too_deep::RULE,
    &copied_key_result::RULE,
    &overlapping_key_results::RULE,
    &unconfirmed_dependency::RULE,
    &sandbagged::RULE,
    &business_as_usual::RULE,
    &carried_over::RULE,
    &moved_goal::RULE,
    &stale_check_in::RULE,
    &contradicting_health::RULE,
    &score_mismatch::RULE,
    &incomplete_closing::RULE,
    &closed_quarter_changed::RULE,
    &UNUSED_ALLOW,
];
