use std::collections::{BTreeMap, BTreeSet};

use super::{Row, RowValues, Table};
use crate::model::Date;

/// What shall stand in a check-in table, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableMerge {
    /// The rows that shall stand in the table, by date; the file's row before people's on the same date.
    pub rows: Vec<Row>,
    /// People's rows that the files do not have yet.
    pub awaiting_pull: Vec<Row>,
    /// Dates with more than one value; all of them are in [`rows`](Self::rows).
    pub conflicts: Vec<RowConflict>,
    /// The files' rows that a person removed from the table; they stay out of it until the file changes them.
    pub removed_by_people: Vec<Row>,
    /// Lines that are no check-in, to the byte; they stay in the table.
    pub unreadable: Vec<String>,
}

/// One date with more than one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowConflict {
    /// The date.
    pub date: Date,
    /// What the files say.
    pub desired: Option<RowValues>,
    /// What people wrote.
    pub observed: Vec<RowValues>,
}

/// What shall stand in a table, from the files' rows, those last applied, and the table as it was seen. Nothing that a
/// person wrote is dropped:
///
/// * a row that equals what was last applied is ours, and becomes what the files say now;
/// * a row that people added or changed stays; where the file changed the same date too, both stay, in conflict;
/// * a row that people removed stays away while the file says what it said.
///
/// Without a table (a new issue, or one whose table somebody removed as a whole) the files' rows stand.
pub fn merge_rows(
    desired: &[Row],
    applied: &BTreeMap<Date, RowValues>,
    observed: Option<&Table>,
) -> TableMerge {
    let Some(observed) = observed else {
        let rows: BTreeMap<Date, &Row> = desired.iter().map(|row| (row.date, row)).collect();
        return TableMerge {
            rows: rows.into_values().cloned().collect(),
            ..TableMerge::default()
        };
    };
    let desired: BTreeMap<Date, &RowValues> =
        desired.iter().map(|row| (row.date, &row.values)).collect();
    let mut seen: BTreeMap<Date, Vec<&RowValues>> = BTreeMap::new();
    for row in &observed.rows {
        let values = seen.entry(row.date).or_default();
        if !values.contains(&&row.values) {
            values.push(&row.values);
        }
    }
    let dates: BTreeSet<Date> = desired.keys().chain(seen.keys()).copied().collect();
    let mut merge = TableMerge {
        unreadable: observed.unreadable.clone(),
        ..TableMerge::default()
    };
    for date in dates {
        let seen = seen.get(&date).map_or(&[][..], Vec::as_slice);
        merge.date(date, desired.get(&date).copied(), applied.get(&date), seen);
    }
    merge
}

impl TableMerge {
    fn date(
        &mut self,
        date: Date,
        desired: Option<&RowValues>,
        applied: Option<&RowValues>,
        seen: &[&RowValues],
    ) {
        let row = |values: &RowValues| Row {
            date,
            values: values.clone(),
        };
        let people: Vec<&RowValues> = seen
            .iter()
            .copied()
            .filter(|values| Some(*values) != applied && Some(*values) != desired)
            .collect();
        let unchanged = desired.is_some() && desired == applied;
        let shown = desired.is_some_and(|desired| seen.contains(&desired));
        let stands = desired.filter(|_| shown || !unchanged);
        if let (Some(desired), None, true) = (desired, stands, people.is_empty()) {
            self.removed_by_people.push(row(desired));
        }
        self.rows
            .extend(stands.into_iter().chain(people.iter().copied()).map(row));
        self.awaiting_pull.extend(people.iter().copied().map(row));
        if usize::from(stands.is_some()) + people.len() > 1 {
            self.conflicts.push(RowConflict {
                date,
                desired: desired.cloned(),
                observed: people.into_iter().cloned().collect(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(value: u8) -> RowValues {
        RowValues {
            value: Some(i64::from(value).into()),
            ..RowValues::default()
        }
    }

    fn rows(values_by_day: &[(i8, u8)]) -> Vec<Row> {
        values_by_day
            .iter()
            .map(|&(day, value)| Row {
                date: Date::constant(2026, 10, day),
                values: values(value),
            })
            .collect()
    }

    fn merge(desired: &[(i8, u8)], applied: &[(i8, u8)], seen: &[(i8, u8)]) -> TableMerge {
        let applied = rows(applied)
            .into_iter()
            .map(|row| (row.date, row.values))
            .collect();
        let observed = Table {
            rows: rows(seen),
            unreadable: vec![],
        };
        merge_rows(&rows(desired), &applied, Some(&observed))
    }

    type Cells = &'static [(i8, u8)];

    #[test]
    fn each_date_is_decided_by_file_record_and_table() {
        // desired, applied, seen → rows, awaiting pull, conflicts, removed by people
        let cases: &[(Cells, Cells, Cells, Cells, Cells, usize, usize)] = &[
            (&[(1, 1)], &[], &[], &[(1, 1)], &[], 0, 0),
            (&[(1, 2)], &[(1, 1)], &[(1, 1)], &[(1, 2)], &[], 0, 0),
            (&[], &[(1, 1)], &[(1, 1)], &[], &[], 0, 0),
            (&[], &[], &[(1, 1)], &[(1, 1)], &[(1, 1)], 0, 0),
            (&[], &[(1, 1)], &[(1, 2)], &[(1, 2)], &[(1, 2)], 0, 0),
            (&[(1, 1)], &[(1, 1)], &[(1, 2)], &[(1, 2)], &[(1, 2)], 0, 0),
            (&[(1, 1)], &[(1, 1)], &[], &[], &[], 0, 1),
            (&[(1, 2)], &[(1, 1)], &[], &[(1, 2)], &[], 0, 0),
            (
                &[(1, 2)],
                &[(1, 1)],
                &[(1, 3)],
                &[(1, 2), (1, 3)],
                &[(1, 3)],
                1,
                0,
            ),
            (
                &[(1, 2)],
                &[],
                &[(1, 3)],
                &[(1, 2), (1, 3)],
                &[(1, 3)],
                1,
                0,
            ),
            (&[(1, 2)], &[], &[(1, 2)], &[(1, 2)], &[], 0, 0),
            (
                &[],
                &[],
                &[(1, 3), (1, 4)],
                &[(1, 3), (1, 4)],
                &[(1, 3), (1, 4)],
                1,
                0,
            ),
        ];
        for (desired, applied, seen, expected, awaiting, conflicts, removed) in cases {
            let merged = merge(desired, applied, seen);
            let case = format!("{desired:?} {applied:?} {seen:?}");
            assert_eq!(merged.rows, rows(expected), "{case}");
            assert_eq!(merged.awaiting_pull, rows(awaiting), "{case}");
            assert_eq!(merged.conflicts.len(), *conflicts, "{case}");
            assert_eq!(merged.removed_by_people.len(), *removed, "{case}");
        }
    }

    fn one_a_day() -> impl Strategy<Value = Vec<(i8, u8)>> {
        proptest::collection::btree_map(1i8..4, 0u8..3, 0..3)
            .prop_map(|by_day| by_day.into_iter().collect())
    }

    proptest! {
        #[test]
        fn once_merged_it_stays_and_people_lose_nothing(
            desired in one_a_day(),
            applied in one_a_day(),
            seen in proptest::collection::vec((1i8..4, 0u8..3), 0..5),
        ) {
            let first = merge(&desired, &applied, &seen);
            let again = merge_rows(
                &rows(&desired),
                &rows(&desired).into_iter().map(|row| (row.date, row.values)).collect(),
                Some(&Table { rows: first.rows.clone(), unreadable: vec![] }),
            );
            prop_assert_eq!(&again.rows, &first.rows);
            for row in rows(&seen) {
                let ours = rows(&applied).contains(&row);
                prop_assert!(ours || first.rows.contains(&row), "{:?}", row);
            }
        }
    }
}
