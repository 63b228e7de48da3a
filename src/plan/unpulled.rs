//! What people wrote into issues that the files do not have yet.

use std::collections::BTreeMap;

use super::change::IssueAddress;
use super::matching::{self, Ownership};
use super::observed::ObservedState;
use crate::issue::{DesiredIssue, Row, merge_rows};
use crate::model::{Date, Key};

/// The issue of one key, and what stands in its check-in table beside what the files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueOfKey {
    /// Where it is.
    pub address: IssueAddress,
    /// Whether it is confidential.
    pub confidential: bool,
    /// Rows that people wrote and that the files do not have, by date; one of several for the same day is among
    /// [`conflicts`](Self::conflicts) instead.
    pub unpulled: Vec<Row>,
    /// Days about which the file and the issue, or two rows of the issue, say different things.
    pub conflicts: Vec<Date>,
    /// Lines of the table that are no check-in.
    pub unreadable: Vec<String>,
}

/// The issue of each declared key that has one, with what people wrote into it.
pub fn issues_of_keys(
    desired: &[DesiredIssue],
    observed: &ObservedState,
    ownership: &Ownership,
) -> BTreeMap<Key, IssueOfKey> {
    let matching = matching::find(desired, observed, ownership);
    let mut issues = BTreeMap::new();
    for wanted in desired {
        let Some(managed) = matching.by_key.get(&wanted.key) else {
            continue;
        };
        let (body, marker) = (&managed.body, &managed.marker);
        let mut merge = merge_rows(&wanted.rows, &marker.applied.check_ins, body.table.as_ref());
        let conflicts: Vec<Date> = merge.conflicts.iter().map(|of| of.date).collect();
        merge
            .awaiting_pull
            .retain(|row| !conflicts.contains(&row.date));
        issues.insert(
            wanted.key.clone(),
            IssueOfKey {
                address: managed.issue.to_address(),
                confidential: managed.issue.confidential,
                unpulled: merge.awaiting_pull,
                conflicts,
                unreadable: merge.unreadable,
            },
        );
    }
    issues
}
