//! Findings for people, for editors and for machines.
//!
//! Every format takes the findings in the order in which they are given
//! ([`Diagnostics::sort`](crate::diag::Diagnostics::sort)), and says of each what is wrong, where, why, and what to do.

mod code_quality;
mod concise;
mod fingerprint;
mod human;
mod introduced;
mod item;
mod json;
mod junit;
mod report;
mod sarif;
mod sentences;
mod summary;
#[cfg(test)]
mod tests;

pub use code_quality::code_quality;
pub use concise::concise;
pub use human::{Look, human};
pub use introduced::{Introduced, NewFinding, Secrets, introduced};
pub use json::{findings_schema, json};
pub use junit::junit;
pub use report::Report;
pub use sarif::sarif;
pub use summary::summary;
