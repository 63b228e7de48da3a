use super::report::{Failure, Outcome};
use super::run::Run;
use crate::gitlab::{Conflict, ErrorKind, LabelHome, NewLabel, ProjectRef};
use crate::plan::{Change, Operation};

impl Run<'_> {
    /// Makes missing labels, one after the other: two at once of one name end in a 500 (facts: two parallel POSTs of one
    /// label).
    pub(super) async fn labels(&mut self) {
        let mut results = Vec::new();
        for (at, change) in
            self.changes(|change| matches!(change.operation, Operation::CreateLabel { .. }))
        {
            let result = match self.stopped() {
                Some(skipped) => Ok((None, skipped)),
                None => self.label(change).await.map(|outcome| (None, outcome)),
            };
            results.push((at, self.ended(change, result)));
        }
        self.outcomes.extend(results);
    }

    async fn label(&self, change: &Change) -> Result<Outcome, Failure> {
        let Operation::CreateLabel {
            name,
            color,
            description,
            in_group,
        } = &change.operation
        else {
            return Err(Failure::new("not a label", "report this as a bug"));
        };
        let home = if *in_group {
            LabelHome::Group(change.tracker.clone())
        } else {
            LabelHome::Project(ProjectRef::Path(change.tracker.clone()))
        };
        let label = NewLabel {
            name: name.clone(),
            color: color.clone(),
            description: Some(description.clone()),
        };
        let mut made = self.context.client.create_label(&home, &label).await;
        while let Err(error) = &made
            && *error.kind() == ErrorKind::Forbidden
            && self.waited_for_new_token().await
        {
            made = self.context.client.create_label(&home, &label).await;
        }
        match made {
            Ok(_) => Ok(Outcome::Done),
            Err(error) if *error.kind() == ErrorKind::Conflict(Conflict::LabelExists) => {
                Ok(Outcome::AlreadyDone)
            }
            Err(error) if error.is_ambiguous() => {
                let labels = self.context.client.labels(&home).await?;
                if labels.iter().any(|label| label.name == *name) {
                    return Ok(Outcome::Done);
                }
                // It was not made after all, and nobody else made it: once more.
                self.context.client.create_label(&home, &label).await?;
                Ok(Outcome::Done)
            }
            Err(error) => Err(error.into()),
        }
    }
}
