//! `okr apply --report`: what became of each change, whatever became of the whole.

use super::{CliError, Env, ExitStatus};
use crate::plan::{APPLIED_FORMAT, Applied, AppliedChange, AppliedOutcome, AppliedResult, Plan};
use crate::reconcile::{ApplyReport, Outcome};

/// What an apply has got to so far.
#[derive(Debug, Default)]
pub(crate) struct Progressed {
    /// Whose issues; unknown while the files could not be read.
    pub(crate) owner: String,
    /// The newer commit that supersedes this one, in a few words.
    pub(crate) superseded: Option<String>,
    /// What is to do.
    pub(crate) plan: Option<Plan>,
    /// What was done.
    pub(crate) report: Option<ApplyReport>,
}

impl Progressed {
    /// The report of an apply that ended so.
    pub(crate) fn ended(self, outcome: &Result<ExitStatus, CliError>, env: &Env) -> Applied {
        let conflicts = self.plan.as_ref().map_or(0, |plan| plan.conflicts.len());
        let planned = self.plan.map(|plan| plan.changes).unwrap_or_default();
        let mut changes: Vec<AppliedChange> =
            planned.iter().map(AppliedChange::not_begun).collect();
        let mut remarks = Vec::new();
        let result = match (&self.report, outcome) {
            (_, Err(error)) if error.status() == ExitStatus::Refused => AppliedResult::Refused,
            (_, Err(_)) => AppliedResult::NothingApplied,
            (None, Ok(_)) if self.superseded.is_some() => AppliedResult::Superseded,
            (None, Ok(_)) if changes.is_empty() && conflicts > 0 => AppliedResult::NothingApplied,
            (None, Ok(_)) if changes.is_empty() => AppliedResult::NothingToDo,
            (None, Ok(_)) => AppliedResult::Declined,
            (Some(report), Ok(_)) => match (report.done(), report.failed()) {
                (_, 0) => AppliedResult::Applied,
                (0, _) => AppliedResult::NothingApplied,
                _ => AppliedResult::PartlyApplied,
            },
        };
        if let Some(report) = self.report {
            for (change, ended) in changes.iter_mut().zip(report.outcomes) {
                change.issue = ended.issue;
                match ended.outcome {
                    Outcome::Done => change.outcome = AppliedOutcome::Done,
                    Outcome::AlreadyDone => change.outcome = AppliedOutcome::NothingToDo,
                    Outcome::Failed(failure) => {
                        change.outcome = AppliedOutcome::Failed;
                        change.reason = Some(failure.message);
                        change.help = Some(failure.hint);
                    }
                    Outcome::Skipped { reason } => change.reason = Some(reason),
                }
            }
            remarks = report.remarks;
        }
        let lines = outcome.as_ref().err().map(CliError::lines);
        let told = |is: fn(&str) -> bool| -> Vec<String> {
            let lines = lines.iter().flatten();
            let lines = lines.filter(|(word, _)| is(word));
            lines.map(|(_, text)| text.clone()).collect()
        };
        let mut reason = match self.superseded {
            Some(by) => by,
            None => told(|word| word != "hint").join(": "),
        };
        if reason.is_empty() && conflicts > 0 {
            reason = match conflicts {
                1 => "1 conflict waits for a decision: its key is left out".to_owned(),
                _ => format!("{conflicts} conflicts wait for a decision: their keys are left out"),
            };
        }
        Applied {
            format: APPLIED_FORMAT,
            owner: self.owner,
            commit: env.ci_commit.clone(),
            result,
            reason: (!reason.is_empty()).then_some(reason),
            help: told(|word| word == "hint"),
            changes,
            remarks,
        }
    }
}
