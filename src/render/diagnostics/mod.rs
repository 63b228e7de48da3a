//! Findings for people, for editors and for machines.
//!
//! All three take the findings in the order in which they are given
//! ([`Diagnostics::sort`](crate::diag::Diagnostics::sort)).

mod concise;
mod human;
mod json;
mod summary;
#[cfg(test)]
mod tests;

pub use concise::concise;
pub use human::{Look, human};
pub use json::json;
pub use summary::summary;
