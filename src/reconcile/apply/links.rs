use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;

use super::journal::JournalEntry;
use super::report::{ChangeOutcome, Failure, Outcome};
use super::run::Run;
use crate::gitlab::{Conflict, ErrorKind, NoteTarget, ProjectRef, User};
use crate::issue::AppliedLink;
use crate::model::{IssueReference, Key};
use crate::plan::{Action, Change, IssueAddress, LinkEnd, Operation};
use crate::reconcile::convert;

/// Issues whose links are made at once. The links of one issue are made one after the other.
const AT_ONCE: usize = 4;

/// What changed about the links of one issue, for its record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LinkEdits {
    pub(super) added: Vec<AppliedLink>,
    pub(super) removed: BTreeSet<String>,
    /// Links that were asked for and are not ours: people made them, or GitLab never will.
    pub(super) not_ours: BTreeSet<String>,
    /// Whether a link could not be made for now.
    pub(super) failed: bool,
}

/// What became of a change, with its place in the plan.
pub(super) type Ended = (usize, ChangeOutcome);

/// What one step did.
enum Made {
    /// The link is ours now.
    Ours(AppliedLink),
    /// Somebody made it before us.
    Theirs(String),
    /// It is gone.
    Removed(String),
    /// GitLab will never make it.
    Impossible { to: String, reason: String },
}

impl Run<'_> {
    /// Makes and removes links; says for every key what its record has to learn.
    pub(super) async fn links(&self) -> (BTreeMap<Key, LinkEdits>, Vec<Ended>) {
        let mut by_key: BTreeMap<Key, Vec<(usize, &Change)>> = BTreeMap::new();
        for (at, change) in
            self.changes(|change| matches!(change.action, Action::Link | Action::Unlink))
        {
            if let Some(key) = &change.key {
                by_key.entry(key.clone()).or_default().push((at, change));
            }
        }
        let results: Vec<(Key, LinkEdits, Vec<Ended>)> = stream::iter(by_key)
            .map(|(key, changes)| async move {
                let mut edits = LinkEdits::default();
                let mut outcomes = Vec::new();
                for (at, change) in changes {
                    outcomes.push((at, self.link(&key, change, &mut edits).await));
                }
                (key, edits, outcomes)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let (mut all, mut ended) = (BTreeMap::new(), Vec::new());
        for (key, edits, outcomes) in results {
            ended.extend(outcomes);
            all.insert(key, edits);
        }
        (all, ended)
    }

    async fn link(&self, key: &Key, change: &Change, edits: &mut LinkEdits) -> ChangeOutcome {
        if let Some(skipped) = self.stopped() {
            edits.failed = true;
            return self.ended(change, Ok((None, skipped)));
        }
        let Some(source) = self.book.get(key).filter(|_| !self.failed.contains(key)) else {
            edits.failed = true;
            let reason = "its issue could not be made as declared".to_owned();
            return self.ended(change, Ok((None, Outcome::Skipped { reason })));
        };
        let made = match &change.operation {
            Operation::Link { to } => self.make(source, to).await,
            Operation::Unlink { link, to } => self.remove(source, *link, to).await,
            _ => Err(Failure::new("not a link", "report this as a bug")),
        };
        let result = made.map(|made| {
            let outcome = match made {
                Made::Ours(link) => {
                    if let Some(other) = link.id {
                        self.tell(JournalEntry::Linked {
                            issue: source.clone(),
                            other,
                            to: link.to.to_string(),
                        });
                    }
                    edits.added.push(link);
                    Outcome::Done
                }
                Made::Theirs(to) => {
                    edits.not_ours.insert(to);
                    Outcome::AlreadyDone
                }
                Made::Removed(to) => {
                    self.tell(JournalEntry::Unlinked {
                        issue: source.clone(),
                        other: self.end(&to),
                        to: to.clone(),
                    });
                    edits.removed.insert(to);
                    Outcome::Done
                }
                Made::Impossible { to, reason } => {
                    edits.not_ours.insert(to);
                    Outcome::Skipped { reason }
                }
            };
            (Some(source.clone()), outcome)
        });
        edits.failed |= result.is_err();
        self.ended(change, result)
    }

    async fn make(&self, source: &IssueAddress, to: &LinkEnd) -> Result<Made, Failure> {
        let (project, iid, id) = match to {
            LinkEnd::Key(key) => match self.book.get(key) {
                Some(address) => (address.project.clone(), address.iid, address.id),
                None => {
                    return Err(Failure::new(
                        format!("{key} has no issue"),
                        "see its own failure",
                    ));
                }
            },
            LinkEnd::Issue { reference, id } => (reference.project.clone(), reference.iid, *id),
        };
        let ours = || {
            Made::Ours(AppliedLink {
                to: to.target(),
                id: Some(id),
            })
        };
        let client = self.context.client;
        let from = ProjectRef::Path(source.project.clone());
        let target = ProjectRef::Path(project);
        match client.create_link(&from, source.iid, &target, iid).await {
            Ok(_) => Ok(ours()),
            Err(error) if *error.kind() == ErrorKind::Conflict(Conflict::AlreadyLinked) => {
                let links = client.links(&from, source.iid).await?;
                let link = links.iter().find(|link| link.issue.id == id);
                Ok(match link {
                    Some(link) if !self.is_by_us(source, link.link_created_at).await? => {
                        Made::Theirs(to.name())
                    }
                    _ => ours(),
                })
            }
            Err(error) if matches!(error.kind(), ErrorKind::Unprocessable) => {
                Ok(Made::Impossible {
                    to: to.name(),
                    reason: error.message().to_owned(),
                })
            }
            Err(error) if error.is_ambiguous() => {
                // The loser of a race for the same link gets a 500 too: look.
                let links = client.links(&from, source.iid).await?;
                if let Some(link) = links.iter().find(|link| link.issue.id == id) {
                    return Ok(if self.is_by_us(source, link.link_created_at).await? {
                        ours()
                    } else {
                        Made::Theirs(to.name())
                    });
                }
                client.create_link(&from, source.iid, &target, iid).await?;
                Ok(ours())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Where the end of a link is that a marker calls so.
    fn end(&self, to: &str) -> Option<IssueReference> {
        match to.parse::<Key>() {
            Ok(key) => self.book.get(&key).map(IssueAddress::reference),
            Err(_) => to.parse().ok(),
        }
    }

    async fn remove(&self, source: &IssueAddress, link: u64, to: &str) -> Result<Made, Failure> {
        let project = ProjectRef::Path(source.project.clone());
        match self
            .context
            .client
            .delete_link(&project, source.iid, link)
            .await
        {
            Ok(()) => Ok(Made::Removed(to.to_owned())),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Made::Removed(to.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a link that was there before we could make it was made by our account: by an apply that was interrupted, or
    /// by one that runs at the same time. GitLab does not say who made a link, but it writes a note on both its ends then
    /// (facts §3): the one nearest to the link's time tells.
    async fn is_by_us(&self, source: &IssueAddress, made: Timestamp) -> Result<bool, Failure> {
        let target = NoteTarget::Issue(ProjectRef::Path(source.project.clone()), source.iid);
        let notes = self.context.client.newest_notes(&target).await?.notes;
        let system = notes.iter().filter(|note| note.system);
        let near = system.min_by_key(|note| note.created_at.duration_since(made).abs());
        Ok(near.is_some_and(|note| self.is_ours(&note.author)))
    }

    /// Whether an account is one that we write as.
    pub(super) fn is_ours(&self, account: &User) -> bool {
        self.is_our_name(&account.username)
    }

    pub(super) fn is_our_name(&self, username: &str) -> bool {
        let name = convert::username(username);
        self.context.observed.viewer.as_ref() == Some(&name)
            || self.context.ownership.bots.contains(&name)
    }
}
