use super::links::LinkEdits;
use super::report::{Failure, Outcome};
use super::run::Run;
use crate::gitlab::{Change as Edit, Issue, IssuePatch, ProjectRef, StateEvent};
use crate::issue::{Block, Body, Description, DesiredIssue, Marker};
use crate::model::{IssueReference, Username};
use crate::plan::{Action, Change, Decision, DecisionContext, Field, IssueAddress, Patch, decide};
use crate::reconcile::convert;

/// Rounds of read, merge, write and compare before it is said that GitLab does not keep what it is sent.
const ROUNDS: usize = 5;

impl Run<'_> {
    /// Brings an issue that exists to what the files say.
    pub(super) async fn update(
        &self,
        change: &Change,
        desired: &DesiredIssue,
    ) -> Result<(Option<IssueAddress>, Outcome), Failure> {
        let Some(address) = change.issue.clone() else {
            return Err(Failure::new(
                "the plan does not say which issue",
                "plan again",
            ));
        };
        let address = if change.action == Action::Move {
            self.moved(&address, &change.tracker).await?
        } else {
            address
        };
        let pending = self.has_link_steps(&desired.key);
        let address = self
            .converge(desired, &address, &LinkEdits::default(), pending, None)
            .await?;
        Ok((Some(address), Outcome::Done))
    }

    /// Moves an issue to another tracker; an answer that was lost is looked for at the original.
    async fn moved(&self, address: &IssueAddress, tracker: &str) -> Result<IssueAddress, Failure> {
        let client = self.context.client;
        let project = ProjectRef::Path(address.project.clone());
        let Some(target) = self.context.observed.trackers.get(tracker) else {
            return Err(Failure::new(
                format!("{tracker} was not observed"),
                "plan again",
            ));
        };
        match client.move_issue(&project, address.iid, target.id).await {
            Ok(issue) => Ok(plan_address(&issue, tracker)),
            Err(error) => {
                let original = client.issue(&project, address.iid).await?;
                let Some(id) = original.moved_to_id else {
                    return Err(error.into());
                };
                let bots = &self.context.ownership.bots;
                let authors: Vec<&str> = bots.iter().map(Username::as_str).collect();
                match client.issue_by_id(id, &authors).await? {
                    Some(found) => Ok(plan_address(&found.issue, tracker)),
                    None => Err(error.into()),
                }
            }
        }
    }

    pub(super) fn decision_context(&self, desired: &DesiredIssue) -> DecisionContext<'_> {
        DecisionContext::of(
            desired,
            &desired.tracker,
            self.context.observed,
            self.context.config,
            self.context.ownership,
        )
    }

    /// Reads an issue, decides what is left to do, writes it merged with what people wrote, and looks at the answer; again
    /// until nothing is left to do. With `pending` the marker goes on saying that work is left.
    pub(super) async fn converge(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        edits: &LinkEdits,
        pending: bool,
        seen: Option<Issue>,
    ) -> Result<IssueAddress, Failure> {
        let client = self.context.client;
        let project = ProjectRef::Path(address.project.clone());
        let mut seen = seen;
        let mut left = Vec::new();
        for _ in 0..ROUNDS {
            let issue = match seen.take() {
                Some(issue) => issue,
                None => client.issue(&project, address.iid).await?,
            };
            let step = self.next_step(desired, address, edits, pending, &issue)?;
            let Some((patch, fields)) = step else {
                return Ok(plan_address(&issue, &address.project));
            };
            left = fields;
            match client
                .update_issue_once(&project, address.iid, &patch)
                .await
            {
                Ok(answer) => seen = Some(answer),
                // Nothing or something was written: read again, merge again, write again.
                Err(error) if error.is_transient() || error.is_ambiguous() => {}
                Err(error) => return Err(error.into()),
            }
        }
        let fields: Vec<String> = left.into_iter().map(Field::name).collect();
        Err(Failure::new(
            format!(
                "GitLab does not keep what it is sent: {}",
                fields.join(", ")
            ),
            "see what the token's account may do in this project (`Planner` is needed), then run apply again",
        ))
    }

    /// Changes an issue by what is made of its newest form, until it was written once. What is made of an older form is
    /// never sent again: people may have written meanwhile.
    pub(super) async fn rewrite(
        &self,
        address: &IssueAddress,
        patch: impl Fn(&Issue) -> Result<IssuePatch, serde_json::Error>,
    ) -> Result<(), Failure> {
        let client = self.context.client;
        let project = ProjectRef::Path(address.project.clone());
        let mut tries = 0;
        loop {
            let issue = client.issue(&project, address.iid).await?;
            let patch = patch(&issue)?;
            if patch.is_empty() {
                return Ok(());
            }
            tries += 1;
            match client
                .update_issue_once(&project, address.iid, &patch)
                .await
            {
                Ok(_) => return Ok(()),
                Err(error) if tries < ROUNDS && (error.is_transient() || error.is_ambiguous()) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What to send so that the issue is as desired; nothing when it is.
    fn next_step(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        edits: &LinkEdits,
        pending: bool,
        issue: &Issue,
    ) -> Result<Option<(IssuePatch, Vec<Field>)>, Failure> {
        let observed = convert::issue(issue, &address.project, None);
        let description = Description::parse(&issue.description).map_err(|conflict| {
            Failure::new(
                format!("{}#{}: {conflict}", address.project, address.iid),
                "mend the markers in the issue's description (its history shows how they were)",
            )
        })?;
        let existing = description.block.clone();
        let context = DecisionContext::of(
            desired,
            &address.project,
            self.context.observed,
            self.context.config,
            self.context.ownership,
        );
        let body = existing.as_ref().map(|block| Body::parse(&block.body));
        let before = existing
            .as_ref()
            .zip(body.as_ref())
            .map(|(block, body)| (body, &block.marker));
        if let Some((_, marker)) = before
            && marker.key != desired.key
            && !desired.previously.contains(&marker.key)
        {
            let message = format!(
                "{}#{} now carries the marker of {}",
                address.project, address.iid, marker.key
            );
            return Err(Failure::new(message, "plan again"));
        }
        let decision = decide(desired, &observed, before, context);
        let fields: Vec<Field> = decision
            .fields
            .iter()
            .map(|field| field.field)
            .filter(|field| *field != Field::Unfinished)
            .collect();
        let block = self.block(
            desired,
            address,
            &decision,
            existing.as_ref(),
            edits,
            pending,
        );
        let same_marker = existing
            .as_ref()
            .is_some_and(|existing| existing.marker == block.marker);
        let work = !fields.is_empty() || decision.rerender;
        // A record that differs alone is no reason to write: only an unsettled marker, or links, are.
        let settle = existing.as_ref().is_some_and(|existing| {
            existing.marker.pending != pending
                || existing.marker.applied.links != block.marker.applied.links
        });
        if !work && (same_marker || !settle) {
            return Ok(None);
        }
        let mut patch = self.patch(&decision.patch);
        let text = description.with_block(block).render()?;
        if text != issue.description {
            patch.description = Some(text);
        }
        if patch.is_empty() {
            return Ok(None);
        }
        Ok(Some((patch, fields)))
    }

    fn block(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        decision: &Decision,
        existing: Option<&Block>,
        edits: &LinkEdits,
        pending: bool,
    ) -> Block {
        let mut applied = decision.applied.clone();
        applied.links = self.record_links(desired, address, &applied.links, edits, pending);
        Block {
            body: decision.body.render(),
            marker: Marker {
                key: desired.key.clone(),
                owner: self.context.ownership.owner.clone(),
                birth: existing.map_or_else(
                    || (self.context.births)(),
                    |block| block.marker.birth.clone(),
                ),
                applied,
                pending,
                duplicate_of: None,
                unknown: existing
                    .map(|block| block.marker.unknown.clone())
                    .unwrap_or_default(),
            },
        }
    }

    pub(super) fn patch(&self, patch: &Patch) -> IssuePatch {
        IssuePatch {
            title: patch.title.clone(),
            due_date: patch.due.map_or(Edit::Keep, Edit::Set),
            assignee_ids: patch.assignees.as_deref().map(|names| self.ids(names)),
            add_labels: patch.add_labels.clone(),
            remove_labels: patch.remove_labels.clone(),
            state_event: patch.open.map(|open| {
                if open {
                    StateEvent::Reopen
                } else {
                    StateEvent::Close
                }
            }),
            confidential: patch.confidential,
            ..IssuePatch::default()
        }
    }
}

/// Where GitLab says that an issue is.
pub(super) fn plan_address(issue: &Issue, project: &str) -> IssueAddress {
    IssueAddress {
        project: project.to_owned(),
        iid: issue.iid,
        id: issue.id,
        web_url: issue.web_url.clone(),
    }
}

/// `group/project#12`.
pub(super) fn reference(address: &IssueAddress) -> IssueReference {
    IssueReference {
        project: address.project.clone(),
        iid: address.iid,
    }
}
