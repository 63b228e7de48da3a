use jiff::Timestamp;

use super::journal::JournalEntry;
use super::links::LinkEdits;
use super::overwritten::Write;
use super::report::{Failure, Outcome};
use super::run::Run;
use crate::gitlab::{Change as Edit, Issue, IssuePatch, IssueState, ProjectRef, StateEvent, User};
use crate::issue::{Block, Body, Description, DesiredIssue, Marker, TakenAway};
use crate::model::Username;
use crate::plan::{Action, Change, Decision, DecisionContext, Field, IssueAddress, Patch, decide};
use crate::reconcile::convert;

/// An issue as it was seen.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) issue: Issue,
    /// When it was asked for: not before this it was so.
    pub(super) at: Timestamp,
    /// Whether it is the answer to a write of ours, so that nobody else changed it last.
    pub(super) answered: bool,
}

/// What became of one write.
enum Written {
    /// The issue as GitLab says it is now.
    Answered(Box<Look>),
    /// The answer was lost.
    Unknown(Write),
}

/// An issue that is to be brought to what the files say.
#[derive(Clone, Copy)]
struct Sight<'a> {
    issue: &'a Issue,
    /// After a write of ours, what people had taken away before it: whatever else of ours is not there was asked for and not
    /// kept.
    asked: Option<&'a TakenAway>,
}

/// What is to be written next.
struct Step {
    patch: IssuePatch,
    fields: Vec<Field>,
    taken_away: TakenAway,
}

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
            // The moved issue carries this marker on: what the move loses was not taken away by people, and is made good by
            // this apply or by the next.
            let none = LinkEdits::default();
            self.converge(desired, &address, &none, true, None).await?;
            let original = self.look(&address).await?.issue;
            let moved = self.moved(&address, &change.tracker).await?;
            self.give_back(&original, &moved).await?;
            moved
        } else {
            address
        };
        let pending = self.has_link_steps(&desired.key);
        let address = self
            .converge(desired, &address, &LinkEdits::default(), pending, None)
            .await?;
        Ok((Some(address), Outcome::Done))
    }

    /// Gives an issue that was moved what people had made of it and GitLab does not take along: GitLab Free drops assignees,
    /// and what was closed is open.
    async fn give_back(&self, original: &Issue, moved: &IssueAddress) -> Result<(), Failure> {
        self.rewrite(moved, |issue| {
            let mut patch = IssuePatch::default();
            if issue.assignees.is_empty() && !original.assignees.is_empty() {
                let ids = original.assignees.iter().map(|user| user.id);
                patch.assignee_ids = Some(ids.collect());
            }
            if original.state == IssueState::Closed
                && original.moved_to_id.is_none()
                && issue.state == IssueState::Opened
            {
                patch.state_event = Some(StateEvent::Close);
            }
            Ok(patch)
        })
        .await
        .map(|_| ())
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
            Ok(issue) => Ok(self.told_move(address, plan_address(&issue, tracker))),
            Err(error) => {
                let original = client.issue(&project, address.iid).await?;
                let Some(id) = original.moved_to_id else {
                    return Err(error.into());
                };
                let bots = &self.context.ownership.bots;
                let authors: Vec<&str> = bots.iter().map(Username::as_str).collect();
                match client.issue_by_id(id, &authors).await? {
                    Some(found) => Ok(self.told_move(address, plan_address(&found.issue, tracker))),
                    None => Err(error.into()),
                }
            }
        }
    }

    fn told_move(&self, from: &IssueAddress, to: IssueAddress) -> IssueAddress {
        self.tell(JournalEntry::Moved {
            from: from.clone(),
            to: to.clone(),
        });
        to
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
        seen: Option<Look>,
    ) -> Result<IssueAddress, Failure> {
        let mut seen = seen;
        let mut left = Vec::new();
        let mut lost = None;
        let mut asked = seen.is_some().then(TakenAway::default);
        let mut rounds = 0;
        while rounds < ROUNDS {
            let answered = seen.is_some();
            let look = match seen.take() {
                Some(look) => look,
                None => self.look(address).await?,
            };
            self.found(address, &look, lost.take());
            let sight = Sight {
                issue: &look.issue,
                asked: asked.as_ref(),
            };
            let step = self.next_step(desired, address, edits, pending, sight)?;
            let Some(step) = step else {
                return Ok(plan_address(&look.issue, &address.project));
            };
            let Step { patch, fields, .. } = step;
            if answered && fields == left && self.waited_for_new_token().await {
                // The round that the token was too new for does not count.
                rounds = rounds.saturating_sub(1);
                continue;
            }
            left = fields;
            asked = Some(step.taken_away);
            rounds += 1;
            match self.write(address, &look, &patch).await? {
                Written::Answered(answer) => seen = Some(*answer),
                // Nothing or something was written: read again, merge again, write again.
                Written::Unknown(write) => lost = Some(write),
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
    /// never sent again: people may have written meanwhile. Gives what GitLab answered to the write; nothing where there was
    /// nothing to write.
    pub(super) async fn rewrite(
        &self,
        address: &IssueAddress,
        patch: impl Fn(&Issue) -> Result<IssuePatch, Failure>,
    ) -> Result<Option<Issue>, Failure> {
        let mut lost = None;
        for _ in 0..ROUNDS {
            let look = self.look(address).await?;
            self.found(address, &look, lost.take());
            let patch = patch(&look.issue)?;
            if patch.is_empty() {
                return Ok(None);
            }
            match self.write(address, &look, &patch).await? {
                Written::Answered(answer) => return Ok(Some(answer.issue)),
                Written::Unknown(write) => lost = Some(write),
            }
        }
        Err(Failure::new(
            "GitLab gave no answer that says whether the issue was changed",
            "run apply again",
        ))
    }

    /// Reads an issue, and remembers when.
    async fn look(&self, address: &IssueAddress) -> Result<Look, Failure> {
        let client = self.context.client;
        let at = client.now();
        let project = ProjectRef::Path(address.project.clone());
        let issue = client.issue(&project, address.iid).await?;
        Ok(Look {
            issue,
            at,
            answered: false,
        })
    }

    /// Enters a write whose answer was lost, if there was one, by how the issue is now.
    fn found(&self, address: &IssueAddress, look: &Look, lost: Option<Write>) {
        if lost.is_some() {
            self.tell_wrote(address, &look.issue);
        }
        self.ledger.found(address, look, lost);
    }

    /// Writes what was made of a look, once, and enters it into the ledger where it replaces the description.
    async fn write(
        &self,
        address: &IssueAddress,
        look: &Look,
        patch: &IssuePatch,
    ) -> Result<Written, Failure> {
        let client = self.context.client;
        let at = client.now();
        let project = ProjectRef::Path(address.project.clone());
        self.tell_writes(address, &look.issue);
        let sent = client.update_issue_once(&project, address.iid, patch).await;
        let write = Write {
            looked: look.at,
            updated_at: look.issue.updated_at,
            was_ours: look.answered || look.issue.updated_at == look.issue.created_at,
            description: patch.description.clone(),
        };
        match sent {
            Ok(issue) => {
                let answer = Look {
                    issue,
                    at,
                    answered: true,
                };
                self.tell_wrote(address, &answer.issue);
                self.ledger.written(address, &write, &answer, client.now());
                Ok(Written::Answered(Box::new(answer)))
            }
            Err(error) if error.is_transient() || error.is_ambiguous() => {
                Ok(Written::Unknown(write))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What to send so that the issue is as desired; nothing when it is.
    fn next_step(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        edits: &LinkEdits,
        pending: bool,
        sight: Sight<'_>,
    ) -> Result<Option<Step>, Failure> {
        let issue = sight.issue;
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
        let unkept = sight.asked.zip(before).map(|(taken_away, (_, marker))| {
            let mut marker = marker.clone();
            marker.pending = true;
            marker.applied.taken_away = taken_away.clone();
            marker
        });
        let before = before.map(|(body, marker)| (body, unkept.as_ref().unwrap_or(marker)));
        let decision = decide(desired, &observed, before, context);
        // What GitLab did not keep once it may not keep again: only what is seen to be there is settled.
        let asks_again = unkept.is_some()
            && (!decision.patch.add_labels.is_empty() || decision.patch.assignees.is_some());
        let pending = pending || asks_again;
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
        let mut patch = self.patch(&decision.patch, &issue.assignees);
        let text = description.with_block(block).render()?;
        if text != issue.description {
            patch.description = Some(text);
        }
        if patch.is_empty() {
            return Ok(None);
        }
        Ok(Some(Step {
            patch,
            fields,
            taken_away: decision.applied.taken_away,
        }))
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
        if !pending {
            applied.taken_away = TakenAway::default();
        }
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

    /// What to send of a decision about an issue with these assignees: theirs are sent along, since the list replaces them.
    pub(super) fn patch(&self, patch: &Patch, assigned: &[User]) -> IssuePatch {
        IssuePatch {
            title: patch.title.clone(),
            due_date: patch.due.map_or(Edit::Keep, Edit::Set),
            assignee_ids: patch
                .assignees
                .as_deref()
                .map(|names| self.ids(names, assigned)),
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
