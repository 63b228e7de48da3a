use sha2::{Digest as _, Sha256};

use super::links::{Ended, LinkEdits};
use super::report::{Failure, Outcome};
use super::run::Run;
use crate::gitlab::{IssuePatch, IssueState, NoteTarget, ProjectRef, StateEvent};
use crate::issue::{Description, Marker};
use crate::plan::{Action, Change, IssueAddress, Operation};

impl Run<'_> {
    /// Closes issues, after everything is made: each with one note that says why.
    pub(super) async fn closes(&self) -> Vec<Ended> {
        let mut results = Vec::new();
        for (at, change) in
            self.changes(|change| change.action == Action::Close && !self.closes_early(change))
        {
            let result = match self.stopped() {
                Some(skipped) => Ok((None, skipped)),
                None => self.close(change).await.map(|outcome| (None, outcome)),
            };
            results.push((at, self.ended(change, result)));
        }
        results
    }

    /// Whether an issue is closed before links are made: its own links change too, and its marker is settled after that.
    pub(super) fn closes_early(&self, change: &Change) -> bool {
        matches!(change.operation, Operation::Write { .. })
            && change
                .key
                .as_ref()
                .is_some_and(|key| self.has_link_steps(key))
    }

    pub(super) async fn close(&self, change: &Change) -> Result<Outcome, Failure> {
        let Some(address) = &change.issue else {
            return Err(Failure::new(
                "the plan does not say which issue",
                "plan again",
            ));
        };
        let what = match &change.key {
            Some(key) if key.is_key_result() => "key result",
            _ => "objective",
        };
        let origin = self
            .context
            .origin
            .map(|origin| format!(" ({origin})"))
            .unwrap_or_default();
        match &change.operation {
            Operation::Prune => {
                let why =
                    format!("This {what} is no longer declared{origin}, so its issue is closed.");
                self.note_once(address, &why).await?;
                self.prune(address).await?;
            }
            Operation::Write { desired } => {
                let why = match &desired.closing_reason {
                    Some(reason) => format!("This {what} is closed{origin}: {reason}"),
                    None => format!("This {what} is closed{origin}."),
                };
                self.note_once(address, &why).await?;
                let pending = self.has_link_steps(&desired.key);
                self.converge(desired, address, &LinkEdits::default(), pending, None)
                    .await?;
            }
            Operation::CloseTwin { stays, id } => {
                let why = format!(
                    "Two applies created an issue for this {what} at once; {stays} goes on."
                );
                self.note_once(address, &why).await?;
                self.close_twin(address, *id).await?;
            }
            _ => return Err(Failure::new("not a close", "report this as a bug")),
        }
        Ok(Outcome::Done)
    }

    async fn prune(&self, address: &IssueAddress) -> Result<(), Failure> {
        self.rewrite(address, |issue| {
            let mut patch = IssuePatch::default();
            if issue.state == IssueState::Opened {
                patch.state_event = Some(StateEvent::Close);
            }
            if let Ok(mut description) = Description::parse(&issue.description)
                && let Some(block) = &mut description.block
            {
                block.marker.applied.open = false;
                let text = description.render()?;
                patch.description = (text != issue.description).then_some(text);
            }
            Ok(patch)
        })
        .await
        .map(|_| ())
    }

    /// Writes a note unless it is there: the marker in it is made from what the issue's own marker says before the close, so
    /// that a second run of the same close finds it.
    ///
    /// Of two applies that close at the same moment both may find none and write one each. Both look again afterwards, so
    /// the later one sees both, and all of ours but the first are deleted. The law that nothing is deleted protects issues
    /// and what people wrote; a note that our own account wrote a moment ago, that says what the one above it says and
    /// that carries our sign, is neither.
    async fn note_once(&self, address: &IssueAddress, text: &str) -> Result<(), Failure> {
        let client = self.context.client;
        let project = ProjectRef::Path(address.project.clone());
        let issue = client.issue(&project, address.iid).await?;
        if issue.state == IssueState::Closed {
            return Ok(());
        }
        let before = match &Marker::read(&issue.description) {
            Some(marker) => serde_json::to_string(marker)?,
            None => String::new(),
        };
        let digest = Sha256::digest(before.as_bytes());
        let id = u64::from_be_bytes(std::array::from_fn(|at| digest[at]));
        let sign = format!("<!-- okrsync:note {id:016x} -->");
        let target = NoteTarget::Issue(project, address.iid);
        if !self.signed(&target, &sign).await?.is_empty() {
            return Ok(());
        }
        let body = format!("{text}\n\n{sign}");
        let lost = match client.create_note(&target, &body).await {
            Ok(_) => None,
            Err(error) if error.is_ambiguous() => Some(error),
            Err(error) => return Err(error.into()),
        };
        let written = self.signed(&target, &sign).await?;
        if let (Some(error), true) = (lost, written.is_empty()) {
            return Err(error.into());
        }
        for doubled in written.iter().skip(1) {
            client.delete_note(&target, *doubled).await?;
        }
        Ok(())
    }

    /// The notes of our accounts that carry a sign, by id.
    async fn signed(&self, target: &NoteTarget, sign: &str) -> Result<Vec<u64>, Failure> {
        let notes = self.context.client.notes(target).await?;
        let mut ids: Vec<u64> = notes
            .iter()
            .filter(|note| note.body.ends_with(sign) && self.is_ours(&note.author))
            .map(|note| note.id)
            .collect();
        ids.sort_unstable();
        Ok(ids)
    }
}
