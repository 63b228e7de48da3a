//! The check-in table of one issue: what the files, the marker and GitLab say about each day.

use std::collections::BTreeMap;

use super::change::{Cause, Field, FieldChange, Remark};
use crate::issue::{DesiredIssue, Row, RowValues, Table, merge_rows};
use crate::model::Date;

/// What becomes of a table.
pub(crate) struct RowDecision {
    pub(crate) table: Table,
    pub(crate) fields: Vec<FieldChange>,
    pub(crate) notices: Vec<Remark>,
    /// What the marker says of rows afterwards.
    pub(crate) applied: BTreeMap<Date, RowValues>,
}

/// Merges the rows of the files with those that stand in GitLab; with `revert`, rows that people removed come back.
pub(crate) fn decide(
    desired: &DesiredIssue,
    applied: &BTreeMap<Date, RowValues>,
    observed: Option<&Table>,
    revert: bool,
) -> RowDecision {
    let mut merge = merge_rows(&desired.rows, applied, observed);
    if revert {
        merge.rows.append(&mut merge.removed_by_people);
        merge.rows.sort_by_key(|row| row.date);
    }
    let mut fields = Vec::new();
    let days = |rows: &[Row]| {
        let mut by_day: BTreeMap<Date, Vec<String>> = BTreeMap::new();
        for row in rows {
            // A row that somebody wrote twice says the same as one.
            let (shown, day) = (show(&row.values), by_day.entry(row.date).or_default());
            if !day.contains(&shown) {
                day.push(shown);
            }
        }
        by_day
    };
    let (before, after) = (
        days(
            observed
                .map(|table| table.rows.as_slice())
                .unwrap_or_default(),
        ),
        days(&merge.rows),
    );
    let mut dates: Vec<Date> = before.keys().chain(after.keys()).copied().collect();
    dates.sort_unstable();
    dates.dedup();
    for date in dates {
        let (old, new) = (before.get(&date), after.get(&date));
        if old != new {
            let join = |rows: Option<&Vec<String>>| rows.map(|rows| rows.join(" and "));
            let mut field = FieldChange::new(Field::CheckIn(date), join(old), join(new));
            // What the files say was applied already: somebody removed the row, or the table.
            let declared = desired.rows.iter().find(|row| row.date == date);
            if declared.is_some_and(|row| applied.get(&date) == Some(&row.values)) {
                field.cause = Cause::Drift;
            }
            fields.push(field);
        }
    }
    let mut notices = Vec::new();
    for row in &merge.awaiting_pull {
        let message = format!(
            "the check-in of {} was written in GitLab: {}",
            row.date,
            show(&row.values)
        );
        notices.push(
            Remark::new("awaiting-pull", message)
                .on(&desired.key)
                .help("it is kept; okr pull brings it into the file, so that both agree"),
        );
    }
    for conflict in &merge.conflicts {
        let date = conflict.date;
        let message =
            format!("the file and GitLab say different things about {date}; both rows stand");
        notices.push(
            Remark {
                field: Some(Field::CheckIn(date)),
                ..Remark::new("check-in-conflict", message)
            }
            .on(&desired.key)
            .help("decide in the file, then delete the row of that day in the issue"),
        );
    }
    for row in &merge.removed_by_people {
        let date = row.date;
        let message = format!("the check-in of {date} was removed in GitLab");
        notices.push(
            Remark::drift(Field::CheckIn(date), message)
                .on(&desired.key)
                .help("it stays removed there"),
        );
    }
    for line in &merge.unreadable {
        let message = format!(
            "a line of the check-in table cannot be read: “{}”",
            line.trim()
        );
        notices.push(
            Remark::new("unreadable-row", message)
                .on(&desired.key)
                .help(
                    "it is kept as it is; a row is | 2026-10-05 | 120 | 60 % | on-track | note |",
                ),
        );
    }
    let applied = desired
        .rows
        .iter()
        .map(|row| (row.date, row.values.clone()))
        .collect();
    let table = Table {
        rows: merge.rows,
        unreadable: merge.unreadable,
    };
    RowDecision {
        table,
        fields,
        notices,
        applied,
    }
}

/// A check-in in one line.
pub fn show(values: &RowValues) -> String {
    let parts = [
        values.value.map(|value| value.to_string()),
        values
            .confidence
            .map(|percent| format!("{percent} % confident")),
        values.health.map(|health| health.as_str().to_owned()),
        values.note.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
