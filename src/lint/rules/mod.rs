//! One rule a file. A rule is its documentation and a pure function; [`ALL`] is the list.

mod key_result_count;
mod no_owner;
mod unused_allow;

use super::History;
use super::finding::Finding;
use super::material::Material;
use super::scope::Scope;
use crate::diag::RuleMeta;
use crate::model::ItemRef;

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
    /// All teams and quarters together.
    Tree(fn(&Material<'_>) -> Vec<Finding>),
    /// A team's OKRs of a quarter against earlier versions of the files; only where those are known.
    History(fn(&Scope<'_>, &History) -> Vec<Finding>),
    /// Nothing: what it finds is found while the others' findings are decided.
    Bookkeeping,
}

/// Every rule, in the order in which they run.
pub(super) const ALL: &[&Rule] = &[&no_owner::RULE, &key_result_count::RULE, &UNUSED_ALLOW];
