//! The check-in table.

use super::{Compared, LeftReason, Part, Pull, Statement};
use crate::config::Pullable;
use crate::issue::{Misread, Row, RowValues, merge_rows};
use crate::model::Date;
use crate::plan::rows::show;

impl Compared<'_> {
    pub(super) fn rows(&self, pull: &mut Pull) {
        let (wanted, managed) = (self.wanted, self.managed);
        let Some(table) = managed.body.table.as_ref().filter(|_| wanted.is_key_result) else {
            return;
        };
        let merge = merge_rows(&wanted.rows, &managed.marker.applied.check_ins, Some(table));
        if !self.policy.pull.contains(&Pullable::CheckIns) {
            for Row { date, values } in &merge.awaiting_pull {
                let message = format!("check-in {date} was written in GitLab: {}", show(values));
                self.not_asked(Pullable::CheckIns, message, pull);
            }
            for line in &merge.unreadable {
                let line = line.trim();
                let message = format!("a line of the check-in table cannot be read: “{line}”");
                self.not_asked(Pullable::CheckIns, message, pull);
            }
            return;
        }
        let statement = |date: Date, values: RowValues| Statement::CheckIn(Row { date, values });
        let disputed: Vec<Date> = merge.conflicts.iter().map(|found| found.date).collect();
        let undisputed = merge.awaiting_pull.into_iter();
        for row in undisputed.filter(|row| !disputed.contains(&row.date)) {
            let mut declared = wanted.rows.iter();
            let declared = declared.find(|declared| declared.date == row.date).cloned();
            let replaces = declared.map(Statement::CheckIn);
            self.came(Statement::CheckIn(row), replaces, pull);
        }
        for conflict in merge.conflicts {
            let date = conflict.date;
            let written = conflict.observed.into_iter();
            let reason = LeftReason::Conflict {
                declared: conflict.desired.map(|values| statement(date, values)),
                written: written.map(|values| statement(date, values)).collect(),
            };
            pull.left.push(self.left(Part::CheckIn(Some(date)), reason));
        }
        for line in merge.unreadable {
            let what = Misread::of(&line).unwrap_or(Misread::Nothing);
            let reason = LeftReason::Unreadable { line, what };
            pull.left.push(self.left(Part::CheckIn(None), reason));
        }
    }
}
