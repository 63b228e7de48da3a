//! Reading the input of a mutation.

#![allow(
    clippy::option_option,
    reason = "a missing field changes nothing, a null one clears: as in `IssueChange`"
)]

use jiff::civil::Date;

use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::types::write::number_of;

/// A global id of one of these kinds; a bare number stands for itself.
pub(super) fn id(input: &Arguments, name: &str, kinds: &[&str]) -> Option<u64> {
    let text = input.text(name)?;
    number_of(text, kinds).or_else(|| text.parse().ok())
}

/// A list of global ids; one of another kind matches nothing and is left out.
pub(super) fn ids(input: &Arguments, name: &str, kinds: &[&str]) -> Option<Vec<u64>> {
    let all = input.texts(name)?;
    Some(
        all.iter()
            .filter_map(|one| number_of(one, kinds).or_else(|| one.parse().ok()))
            .collect(),
    )
}

/// The kinds that a label's global id may name.
pub(super) const LABELS: [&str; 3] = ["Label", "ProjectLabel", "GroupLabel"];

/// The kinds that an issue's global id may name.
pub(super) const ISSUES: [&str; 2] = ["Issue", "WorkItem"];

/// A day; null clears, a missing one changes nothing.
pub(super) fn day(input: &Arguments, name: &str) -> Option<Option<Date>> {
    input.has(name).then(|| {
        input
            .text(name)
            .and_then(|text| text.get(..10)?.parse().ok())
    })
}

/// A text; null clears, a missing one changes nothing.
pub(super) fn text(input: &Arguments, name: &str) -> Option<Option<String>> {
    input.has(name).then(|| input.text(name).map(str::to_owned))
}

/// A milestone; null clears, a missing one changes nothing.
pub(super) fn milestone(input: &Arguments, name: &str) -> Option<Option<u64>> {
    input.has(name).then(|| id(input, name, &["Milestone"]))
}
