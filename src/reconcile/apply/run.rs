use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join, ready};
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::index::Index;
use super::journal::{Journal, Told};
use super::links::LinkEdits;
use super::overwritten::Ledger;
use super::report::{ApplyReport, ChangeOutcome, Failure, Outcome, Progress, ProgressEvent};
use crate::config::Config;
use crate::gitlab::Client;
use crate::issue::DesiredIssue;
use crate::model::Key;
use crate::plan::{
    Action, Change, IssueAddress, ObservedState, Operation, Ownership, Plan, Remark, addresses,
};

/// So long after an apply began its token may still be so new that GitLab drops labels in silence and refuses to make new
/// ones: its first seconds (recorded: bots).
const NEW_TOKEN: SignedDuration = SignedDuration::from_secs(10);

/// Changes under way at once; the client admits fewer to GitLab when that slows down.
pub(super) const AT_ONCE: usize = 8;

/// What an apply needs beside the plan.
#[derive(Clone, Copy)]
pub struct ApplyContext<'a> {
    /// The client; its token may write.
    pub client: &'a Client,
    /// What the files say.
    pub desired: &'a [DesiredIssue],
    /// What was observed for the plan.
    pub observed: &'a ObservedState,
    /// The settings.
    pub config: &'a Config,
    /// Whose issues and markers count.
    pub ownership: &'a Ownership,
    /// Makes the random birth mark of a new issue.
    pub births: &'a (dyn Fn() -> String + Sync),
    /// What to name as the origin in closing notes: a commit, a merge request.
    pub origin: Option<&'a str>,
    /// When this apply began observing.
    pub started: Timestamp,
    /// Is told what happens.
    pub progress: Progress<'a>,
    /// Is told what each object was and becomes.
    pub journal: Journal<'a>,
}

/// Carries a plan out: labels, objectives, key results, links, closes, releases. A failed change does not keep others from being
/// done, unless they need it.
pub async fn apply(plan: &Plan, context: ApplyContext<'_>) -> ApplyReport {
    let addresses = addresses(context.desired, context.observed, context.ownership);
    let mut run = Run {
        index: Index::new(plan, &context),
        context,
        plan,
        book: addresses,
        failed: BTreeSet::new(),
        outcomes: BTreeMap::new(),
        remarks: Vec::new(),
        ledger: Ledger::default(),
        told: Told::default(),
        stop: AtomicBool::new(false),
        ended: AtomicUsize::new(0),
    };
    run.labels().await;
    run.issues(false).await;
    run.issues(true).await;
    run.twins().await;
    run.announce().await;
    run.links_and_closes().await;
    run.releases().await;
    run.overwritten().await;
    run.finish()
}

pub(super) struct Run<'a> {
    pub(super) context: ApplyContext<'a>,
    pub(super) plan: &'a Plan,
    pub(super) index: Index<'a>,
    /// Where the issue of each key is, by now.
    pub(super) book: BTreeMap<Key, IssueAddress>,
    /// Keys whose issue could not be made as desired.
    pub(super) failed: BTreeSet<Key>,
    pub(super) outcomes: BTreeMap<usize, ChangeOutcome>,
    pub(super) remarks: Vec<Remark>,
    /// The descriptions that were written over.
    pub(super) ledger: Ledger,
    pub(super) told: Told,
    stop: AtomicBool,
    ended: AtomicUsize,
}

impl Run<'_> {
    /// The changes that a phase is about, with their places in the plan.
    pub(super) fn changes(&self, is: impl Fn(&Change) -> bool) -> Vec<(usize, &Change)> {
        self.plan
            .changes
            .iter()
            .enumerate()
            .filter(|(_, change)| is(change))
            .collect()
    }

    /// Whether a key's links are changed by the plan.
    pub(super) fn has_link_steps(&self, key: &Key) -> bool {
        !self.index.link_steps(key).is_empty()
    }

    /// Why nothing more is tried, once the token was refused.
    pub(super) fn stopped(&self) -> Option<Outcome> {
        self.stop.load(Ordering::Relaxed).then(|| Outcome::Skipped {
            reason: "GitLab refused the token before".to_owned(),
        })
    }

    /// Waits a moment where what GitLab did not do may be due to a token that was made a second ago; says whether it did.
    pub(super) async fn waited_for_new_token(&self) -> bool {
        let client = self.context.client;
        let new = client.now().duration_since(self.context.started) < NEW_TOKEN;
        if new {
            client.sleep(Duration::from_secs(2)).await;
        }
        new
    }

    /// Makes an outcome of a result, and tells who watches.
    pub(super) fn ended(
        &self,
        change: &Change,
        result: Result<(Option<IssueAddress>, Outcome), Failure>,
    ) -> ChangeOutcome {
        let outcome = match result {
            Ok((issue, outcome)) => ChangeOutcome::new(change, issue, outcome),
            Err(failure) => {
                if failure.fatal {
                    self.stop.store(true, Ordering::Relaxed);
                }
                ChangeOutcome::new(change, None, Outcome::Failed(failure))
            }
        };
        let done = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.plan.changes.len();
        (self.context.progress)(ProgressEvent::Ended {
            outcome: &outcome,
            done,
            total,
        });
        outcome
    }

    /// Objectives, or key results: created, adopted, moved, updated.
    async fn issues(&mut self, key_results: bool) {
        let changes = self.changes(|change| {
            matches!(change.operation, Operation::Write { .. })
                && (change.action != Action::Close || self.closes_early(change))
                && change
                    .key
                    .as_ref()
                    .is_some_and(|key| key.is_key_result() == key_results)
        });
        let run = &*self;
        let results: Vec<(usize, ChangeOutcome)> = stream::iter(changes)
            .map(|(at, change)| async move { (at, run.issue(change).await) })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (at, outcome) in results {
            if let Some(key) = &outcome.key {
                if outcome.outcome.is_done() {
                    if let Some(address) = &outcome.issue {
                        self.book.insert(key.clone(), address.clone());
                    }
                } else {
                    self.failed.insert(key.clone());
                }
            }
            self.outcomes.insert(at, outcome);
        }
    }

    async fn issue(&self, change: &Change) -> ChangeOutcome {
        if let Some(skipped) = self.stopped() {
            return self.ended(change, Ok((None, skipped)));
        }
        let Operation::Write { desired } = &change.operation else {
            return self.ended(
                change,
                Err(Failure::new("not an issue", "report this as a bug")),
            );
        };
        let result = match change.action {
            Action::Create => self.create(desired).await,
            Action::Close => self.close(change).await.map(|outcome| (None, outcome)),
            _ => self.update(change, desired).await,
        };
        self.ended(change, result)
    }

    /// Makes links and settles the markers that record them; at the same time closes what is to be closed. These are other
    /// issues, and GitLab counts the notes that closing writes by themselves (facts §8.1): one need not wait for the other.
    async fn links_and_closes(&mut self) {
        let run = &*self;
        let linking = async {
            let (edits, ended) = run.links().await;
            (ended, run.settle(&edits).await)
        };
        let ((linked, unsettled), closed) = join(linking, run.closes()).await;
        self.outcomes.extend(linked);
        self.outcomes.extend(closed);
        self.fail_all(unsettled);
    }

    /// Lets the markers of issues that only their links change name what is about to be made: an issue that is written to
    /// anyway says so by then.
    async fn announce(&mut self) {
        let written = self.keys(|change| matches!(change.operation, Operation::Write { .. }));
        let linked = self.keys(|change| matches!(change.action, Action::Link | Action::Unlink));
        let keys = &linked - &written;
        let failed = self.converge_all(keys, &BTreeMap::new(), true).await;
        self.fail_all(failed);
    }

    fn keys(&self, is: impl Fn(&Change) -> bool) -> BTreeSet<Key> {
        let changes = self.changes(is).into_iter();
        changes
            .filter_map(|(_, change)| change.key.clone())
            .collect()
    }

    /// Settles the markers of issues that were created or whose links changed.
    async fn settle(&self, edits: &BTreeMap<Key, LinkEdits>) -> Vec<(Key, Failure)> {
        let mut keys = self.keys(|change| change.action == Action::Create);
        keys.extend(edits.keys().cloned());
        self.converge_all(keys, edits, false).await
    }

    /// Brings the issues of these keys to what the files say, those apart that failed before; gives what failed now.
    async fn converge_all(
        &self,
        mut keys: BTreeSet<Key>,
        edits: &BTreeMap<Key, LinkEdits>,
        pending: bool,
    ) -> Vec<(Key, Failure)> {
        keys.retain(|key| !self.failed.contains(key) && self.book.contains_key(key));
        let none = LinkEdits::default();
        stream::iter(keys)
            .map(|key| {
                let edits = edits.get(&key).unwrap_or(&none);
                async move {
                    let result = self.converge_key(&key, edits, pending).await;
                    result.err().map(|failure| (key, failure))
                }
            })
            .buffer_unordered(AT_ONCE)
            .filter_map(ready)
            .collect()
            .await
    }

    async fn converge_key(
        &self,
        key: &Key,
        edits: &LinkEdits,
        pending: bool,
    ) -> Result<(), Failure> {
        let desired = self.index.desired(key);
        let (Some(desired), Some(address), None) = (desired, self.book.get(key), self.stopped())
        else {
            return Ok(());
        };
        // A link that failed leaves the marker unsettled: the next apply tries again.
        self.converge(desired, address, edits, pending || edits.failed, None)
            .await
            .map(|_| ())
    }

    fn fail_all(&mut self, failed: Vec<(Key, Failure)>) {
        for (key, failure) in failed {
            self.fail(&key, &failure);
        }
    }

    /// Turns the outcome of a key's issue into a failure.
    pub(super) fn fail(&mut self, key: &Key, failure: &Failure) {
        self.failed.insert(key.clone());
        for outcome in self.outcomes.values_mut() {
            if outcome.key.as_ref() == Some(key) && outcome.outcome.is_done() {
                outcome.outcome = Outcome::Failed(failure.clone());
                return;
            }
        }
    }

    fn finish(self) -> ApplyReport {
        ApplyReport {
            outcomes: self.outcomes.into_values().collect(),
            remarks: self.remarks,
        }
    }
}
