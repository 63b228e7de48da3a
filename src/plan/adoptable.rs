//! Which issues could be put under management.

use std::collections::BTreeSet;

use super::observed::ObservedIssue;
use crate::issue::{Description, DesiredIssue};
use crate::model::IssueReference;

/// Issues, sorted out by whether a file could adopt them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Adoptable<'a> {
    /// Those that could be adopted, in the order that they were given in.
    pub issues: Vec<&'a ObservedIssue>,
    /// How many carry a marker, ours or another owner's, or what is left of one.
    pub marked: usize,
    /// How many are adopted by a file already.
    pub adopted: usize,
}

/// Sorts issues out.
pub fn adoptable<'a>(issues: &'a [ObservedIssue], desired: &[DesiredIssue]) -> Adoptable<'a> {
    let adopted: BTreeSet<&IssueReference> = desired
        .iter()
        .filter_map(|wanted| wanted.adopt.as_ref())
        .collect();
    let mut sorted = Adoptable::default();
    for issue in issues {
        let unmarked = Description::parse(&issue.description)
            .is_ok_and(|description| description.block.is_none());
        if adopted.contains(&issue.address()) {
            sorted.adopted += 1;
        } else if unmarked {
            sorted.issues.push(issue);
        } else {
            sorted.marked += 1;
        }
    }
    sorted
}
