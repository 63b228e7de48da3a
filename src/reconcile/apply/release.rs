use futures_util::{StreamExt as _, stream};

use super::links::Ended;
use super::report::{Failure, Outcome};
use super::run::{AT_ONCE, Run};
use crate::gitlab::{Issue, IssuePatch};
use crate::issue::Description;
use crate::plan::{Action, Change, IssueAddress, Operation};

impl Run<'_> {
    /// Takes our markers out of issues that are managed no longer.
    pub(super) async fn releases(&mut self) {
        let run = &*self;
        let changes = run.changes(|change| change.action == Action::Release);
        let ended: Vec<Ended> = stream::iter(changes)
            .map(|(at, change)| async move {
                let result = match run.stopped() {
                    Some(skipped) => Ok(skipped),
                    None => run.release(change).await,
                };
                (at, run.ended(change, result.map(|outcome| (None, outcome))))
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        self.outcomes.extend(ended);
    }

    async fn release(&self, change: &Change) -> Result<Outcome, Failure> {
        let (Operation::Release { birth }, Some(address)) = (&change.operation, &change.issue)
        else {
            return Err(Failure::new("not a release", "report this as a bug"));
        };
        let written = self
            .rewrite(address, |issue| self.without_marker(issue, address, birth))
            .await?;
        let Some(issue) = written else {
            return Ok(Outcome::AlreadyDone);
        };
        match Description::parse(&issue.description) {
            Ok(Description { block: None, .. }) => Ok(Outcome::Done),
            _ => Err(Failure::new(
                "GitLab does not keep the description that it is sent",
                "see what the token's account may do in this project (`Planner` is needed), then release again",
            )),
        }
    }

    /// What to write so that an issue carries the marker no more that was born as `birth`. Whatever else somebody put
    /// there since the plan is not ours to remove.
    fn without_marker(
        &self,
        issue: &Issue,
        address: &IssueAddress,
        birth: &str,
    ) -> Result<IssuePatch, Failure> {
        let at = address.reference();
        let description = Description::parse(&issue.description).map_err(|conflict| {
            Failure::new(
                format!("{at}: {conflict}"),
                "mend the markers in the issue's description (its history shows how they were)",
            )
        })?;
        let Some(block) = &description.block else {
            return Ok(IssuePatch::default());
        };
        if block.marker.birth != *birth || !self.context.ownership.is_ours(&block.marker) {
            let message = format!("{at} carries another marker by now");
            return Err(Failure::new(message, "release again"));
        }
        Ok(IssuePatch {
            description: Some(description.released()),
            ..IssuePatch::default()
        })
    }
}
