//! What people wrote into the check-in tables of issues and the files do not have.

use super::change::{Cause, Field, IssueAddress, Plan, Remark};
use super::matching::{self, Ownership};
use super::observed::ObservedState;
use super::planner::Scope;
use crate::config::QuarterState;
use crate::issue::{DesiredIssue, Row, RowValues, merge_rows};
use crate::model::{Date, Key};

/// What can come back from issues into files, and what cannot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pull {
    /// The rows that the files lack, by key and date.
    pub rows: Vec<PulledRow>,
    /// What waits for somebody's decision, by key.
    pub left: Vec<LeftRow>,
}

/// A row that people wrote or changed, and that no file contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledRow {
    /// The key result.
    pub key: Key,
    /// Its issue.
    pub issue: IssueAddress,
    /// Whether OKR or issue is confidential: what the row says is then not for everybody.
    pub confidential: bool,
    /// The row.
    pub row: Row,
    /// What the file says of that day: it is as it was last applied, and people changed the row since.
    pub replaces: Option<RowValues>,
}

/// A row that no file gets, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftRow {
    /// The key result.
    pub key: Key,
    /// Its issue.
    pub issue: IssueAddress,
    /// Whether OKR or issue is confidential: what the row says is then not for everybody.
    pub confidential: bool,
    /// The day, where the row tells one.
    pub date: Option<Date>,
    /// Why it is left.
    pub reason: LeftReason,
}

/// Why a row comes into no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftReason {
    /// One date with more than one value.
    Conflict {
        /// What the file says.
        declared: Option<RowValues>,
        /// What people wrote.
        written: Vec<RowValues>,
    },
    /// A line that is no check-in, as it stands there.
    Unreadable(String),
    /// People made the issue confidential and the file does not say so: what they wrote since may not be for all its readers.
    MadeConfidential(RowValues),
    /// The quarter is closed, and its files are frozen.
    ClosedQuarter(RowValues),
    /// The file would have errors with it, or cannot be changed for certain.
    Refused {
        /// What the row says.
        values: RowValues,
        /// What would be wrong.
        why: String,
    },
}

impl LeftReason {
    /// A stable kebab-case id.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Unreadable(_) => "unreadable",
            Self::MadeConfidential(_) => "made-confidential",
            Self::ClosedQuarter(_) => "closed-quarter",
            Self::Refused { .. } => "refused",
        }
    }

    /// Whether somebody has to decide. A closed quarter stays as it is.
    pub fn waits(&self) -> bool {
        !matches!(self, Self::ClosedQuarter(_))
    }
}

impl PulledRow {
    /// The row as one that no file gets.
    pub fn left(self, reason: impl FnOnce(RowValues) -> LeftReason) -> LeftRow {
        LeftRow {
            key: self.key,
            issue: self.issue,
            confidential: self.confidential,
            date: Some(self.row.date),
            reason: reason(self.row.values),
        }
    }
}

/// Compares the tables of issues with the files and with what was last applied, as a plan does.
pub fn pull(
    desired: &[DesiredIssue],
    observed: &ObservedState,
    ownership: &Ownership,
    scope: &Scope,
) -> Pull {
    let matching = matching::find(desired, observed, ownership);
    let mut pull = Pull::default();
    let in_scope = |wanted: &&DesiredIssue| wanted.is_key_result && scope.contains(&wanted.key);
    for wanted in desired.iter().filter(in_scope) {
        let Some(managed) = matching.by_key.get(&wanted.key) else {
            continue;
        };
        if matching.stopped.contains(&wanted.key) {
            continue;
        }
        let Some(table) = &managed.body.table else {
            continue;
        };
        let merge = merge_rows(&wanted.rows, &managed.marker.applied.check_ins, Some(table));
        let (key, issue) = (&wanted.key, managed.issue.to_address());
        let confidential = wanted.confidential || managed.issue.confidential;
        let left = |date: Option<Date>, reason: LeftReason| LeftRow {
            key: key.clone(),
            issue: issue.clone(),
            confidential,
            date,
            reason,
        };
        let disputed: Vec<Date> = merge.conflicts.iter().map(|found| found.date).collect();
        for row in merge.awaiting_pull {
            if disputed.contains(&row.date) {
                continue;
            }
            let declared = wanted
                .rows
                .iter()
                .find(|declared| declared.date == row.date);
            let pulled = PulledRow {
                key: key.clone(),
                issue: issue.clone(),
                confidential,
                replaces: declared.map(|declared| declared.values.clone()),
                row,
            };
            if wanted.quarter_state == QuarterState::Closed {
                pull.left.push(pulled.left(LeftReason::ClosedQuarter));
            } else if confidential && !wanted.confidential {
                pull.left.push(pulled.left(LeftReason::MadeConfidential));
            } else {
                pull.rows.push(pulled);
            }
        }
        for conflict in merge.conflicts {
            let reason = LeftReason::Conflict {
                declared: conflict.desired,
                written: conflict.observed,
            };
            pull.left.push(left(Some(conflict.date), reason));
        }
        for line in merge.unreadable {
            pull.left.push(left(None, LeftReason::Unreadable(line)));
        }
    }
    pull
}

/// What people changed in issues and no pull brings into files: only check-ins are people's to write there. Both sides are in
/// the message, where the plan has them.
pub fn not_pulled(plan: &Plan) -> Vec<Remark> {
    let concerns = |field: Field| {
        matches!(
            field,
            Field::Title | Field::Due | Field::Definition | Field::CheckIn(_)
        )
    };
    let kept = plan.notices.iter().filter(|notice| {
        notice.id == "drift" && notice.field.is_some_and(concerns) && notice.key.is_some()
    });
    let mut edits: Vec<Remark> = kept.cloned().collect();
    for change in &plan.changes {
        for field in &change.fields {
            let theirs = field.cause == Cause::Drift || field.overwrites.is_some();
            let (true, true, Some(key), Some(issue)) = (
                theirs,
                concerns(field.field),
                &change.key,
                change.issue.as_ref(),
            ) else {
                continue;
            };
            let side = |side: &Option<String>| match (field.field, side) {
                // Texts of many lines are for a plan to show.
                (Field::Definition, Some(_)) => None,
                (_, side) => Some(side.clone().unwrap_or_else(|| "nothing".to_owned())),
            };
            let sides = match (side(&field.before), side(&field.after)) {
                (Some(before), Some(after)) => format!(": “{before}”, declared “{after}”"),
                _ => String::new(),
            };
            let name = field.field.name();
            let remark = Remark {
                confidential: change.confidential,
                ..Remark::drift(field.field, format!("{name} was changed in GitLab{sides}"))
            };
            edits.push(
                remark
                    .on(key)
                    .at(&issue.reference())
                    .help("the next apply changes it back, as files or policy say"),
            );
        }
    }
    edits.sort();
    edits.dedup();
    edits
}
