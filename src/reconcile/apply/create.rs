use std::collections::BTreeSet;

use jiff::ToSpan as _;

use super::links::LinkEdits;
use super::report::{Failure, Outcome};
use super::run::Run;
use super::write::{Look, plan_address};
use crate::gitlab::{Issue, IssueFilter, NewIssue, ProjectRef, User};
use crate::issue::{Applied, Block, Description, DesiredIssue, Marker};
use crate::model::Username;
use crate::plan::{IssueAddress, ObservedIssue, decide};
use crate::reconcile::convert;

/// How often a create is tried whose answer was lost and whose issue is not there.
const TRIES: usize = 3;

impl Run<'_> {
    /// Creates the issue of a key: once, whatever becomes of the answers.
    pub(super) async fn create(
        &self,
        desired: &DesiredIssue,
    ) -> Result<(Option<IssueAddress>, Outcome), Failure> {
        let birth = (self.context.births)();
        let new = self.new_issue(desired, &birth)?;
        let project = ProjectRef::Path(desired.tracker.clone());
        let mut created = None;
        let at = self.context.client.now();
        for attempt in 1..=TRIES {
            match self.context.client.create_issue(&project, &new).await {
                Ok(issue) => {
                    created = Some(issue);
                    break;
                }
                // Something may have happened: look before anything is sent again. GitLab also reports a lost race for
                // a label or a number so.
                Err(error) if error.is_ambiguous() || error.is_transient() => {
                    created = self.find_by_birth(&desired.tracker, &birth).await?;
                    if created.is_some() {
                        break;
                    }
                    if attempt == TRIES {
                        return Err(error.into());
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        let Some(issue) = created else {
            return Err(Failure::new(
                "GitLab did not create the issue",
                "run apply again",
            ));
        };
        let address = plan_address(&issue, &desired.tracker);
        self.tell_created(&address, &issue);
        // GitLab drops what it does not like with 201: compare, and mend in the same run. The marker stays pending until
        // the links are made, if there are any to make.
        let pending = self.has_link_steps(&desired.key);
        let address = self
            .converge(
                desired,
                &address,
                &LinkEdits::default(),
                pending,
                Some(Look {
                    issue,
                    at,
                    answered: true,
                }),
            )
            .await?;
        Ok((Some(address), Outcome::Done))
    }

    fn new_issue(&self, desired: &DesiredIssue, birth: &str) -> Result<NewIssue, Failure> {
        let decision = decide(
            desired,
            &ObservedIssue::blank(desired),
            None,
            self.decision_context(desired),
        );
        let marker = Marker {
            key: desired.key.clone(),
            owner: self.context.ownership.owner.clone(),
            birth: birth.to_owned(),
            applied: Applied {
                links: self.announced_links(&desired.key),
                ..decision.applied
            },
            pending: true,
            duplicate_of: None,
            unknown: serde_json::Map::new(),
        };
        let block = Block {
            body: decision.body.render(),
            marker,
        };
        let description = Description::default().with_block(block).render()?;
        Ok(NewIssue {
            title: desired.title.clone(),
            description,
            labels: desired.labels.clone(),
            assignee_ids: self.ids(&decision.patch.assignees.unwrap_or_default(), &[]),
            due_date: Some(desired.due),
            confidential: desired.confidential,
            weight: None,
        })
    }

    /// The ids of accounts; those that do not exist were left out by the decision. Whom people assigned was not looked up:
    /// the issue itself says their ids.
    pub(super) fn ids(&self, names: &[Username], assigned: &[User]) -> Vec<u64> {
        let of_issue = |name: &Username| {
            let mut users = assigned.iter();
            let found = users.find(|user| convert::username(&user.username) == *name);
            found.map(|user| user.id)
        };
        names
            .iter()
            .filter_map(|name| self.context.observed.user(name).or_else(|| of_issue(name)))
            .collect()
    }

    /// The issue that a create with a lost answer made, if it made one.
    async fn find_by_birth(&self, tracker: &str, birth: &str) -> Result<Option<Issue>, Failure> {
        let issues = self.recent(tracker).await?;
        Ok(issues.into_iter().find(|issue| {
            Marker::read(&issue.description).is_some_and(|marker| marker.birth == birth)
        }))
    }

    /// The issues of our accounts in a tracker that may have been made since this apply began. Ten minutes are allowed for
    /// clocks that differ.
    pub(super) async fn recent(&self, tracker: &str) -> Result<Vec<Issue>, Failure> {
        let authors: BTreeSet<String> = self
            .context
            .ownership
            .bots
            .iter()
            .map(ToString::to_string)
            .collect();
        let filter = IssueFilter {
            authors,
            updated_after: self.context.started.checked_sub(10.minutes()).ok(),
            ..IssueFilter::default()
        };
        let project = ProjectRef::Path(tracker.to_owned());
        Ok(self.context.client.issues(&project, &filter).await?)
    }
}
