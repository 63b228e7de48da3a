//! What good OKRs are: rules over the tree, one file each, with their documentation and cases.
//!
//! [`lint`] runs them over what `load` has understood. A rule is a pure function of the tree, the policy, today's date
//! and, for some, of earlier versions of the files ([`History`]). It says what it finds; how severe that is, and whether
//! it is allowed for the objective or key result concerned, is decided here, by the state of the quarter, `okr.toml` and
//! `allow`.
//!
//! What is wrong with the text of a file has been said before: an objective or key result in which something could not
//! be read is not judged, and rules that count do not count in a file that is not whole.

mod allowances;
mod finding;
mod goal;
mod history;
mod material;
mod rules;
mod run;
mod scope;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use history::{ClosedQuarter, Closing, History, Past, Version};
pub use material::Material;
pub use run::{Outcome, PastWanted, Skipped, closings_wanted, lint, past_wanted};
pub use vocabulary::{StatedWay, stated_way};

use crate::diag::RuleMeta;

/// What is known of the rules, in the order in which they run.
pub fn rules() -> impl Iterator<Item = &'static RuleMeta> {
    rules::ALL.iter().map(|rule| &rule.meta)
}
