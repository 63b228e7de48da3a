use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::error::{MeasureError, StoreError};
use super::store::{Store, StoredIssue};
use super::work::{severity, work_item};
use crate::config::{IncidentSettings, ValueStream};
use crate::flow::{Incident, WorkItem, incident_of};
use crate::gitlab::{
    Client, Error, IssuesAccess, LabelEvent, LabelHome, ProjectRef, StateChange, Visibility,
    WorkRecord,
};

/// How long a change of labels may leave an issue's time of change alone: up to a minute on a running server (facts §4.2), and
/// as much again for clocks.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// Issues whose past is asked for at once; the client sends no more than the server bears.
const AT_ONCE: usize = 16;
/// After how many issues what was read is kept: what an interrupted run loses at the most.
const KEPT_TOGETHER: usize = 50;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// The issues with their past.
    pub items: Vec<WorkItem>,
    /// Those that are incidents.
    pub incidents: Vec<Incident>,
    /// Who can see the issues of each project, by its path as GitLab writes it; nothing where GitLab does not say.
    pub visibility: BTreeMap<String, Option<Visibility>>,
}

/// How far the reading is, over all projects of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many issues' past was read.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

impl Progress {
    /// How many requests are left: for each issue one for its labels and one for its states, and more only for an issue
    /// with over a hundred changes.
    pub fn requests_left(self) -> usize {
        self.of.saturating_sub(self.done).saturating_mul(2)
    }

    /// How long the rest takes if it goes on as it did in the time gone by, waits for limits included; nothing before
    /// anything was read.
    pub fn time_left(self, gone: SignedDuration) -> Option<SignedDuration> {
        let whole = |count: usize| i128::try_from(count).ok();
        let left = whole(self.of.saturating_sub(self.done))?;
        let left = gone
            .as_millis()
            .checked_mul(left)?
            .checked_div(whole(self.done)?)?;
        i64::try_from(left).ok().map(SignedDuration::from_millis)
    }
}

/// Reads work out of GitLab through a store. Each project is asked once what changed, for however many teams.
#[derive(Debug)]
pub struct Reader<'a> {
    client: &'a Client,
    store: &'a mut Store,
    now: Timestamp,
    projects: BTreeMap<String, ReadProject>,
}

/// A project of which the store knows what changed.
#[derive(Debug)]
struct ReadProject {
    id: u64,
    /// As GitLab writes it.
    path: String,
    /// Who can see its issues.
    visibility: Option<Visibility>,
    /// The labels there are, by id.
    labels: BTreeMap<u64, String>,
}

impl ReadProject {
    /// Whether an issue has all of these labels, as they are named now.
    fn has(&self, issue: &StoredIssue, wanted: &[String]) -> bool {
        wanted.iter().all(|wanted| {
            let mut own = issue.record.labels.iter();
            own.any(|label| self.labels.get(&label.id).unwrap_or(&label.name) == wanted)
        })
    }
}

impl<'a> Reader<'a> {
    /// A reader at `now`, the time by this machine's clock, which may differ from the server's by a minute.
    pub fn new(client: &'a Client, store: &'a mut Store, now: Timestamp) -> Self {
        Self {
            client,
            store,
            now,
            projects: BTreeMap::new(),
        }
    }

    /// Reads what changed in the work of value streams since the store was last used, and whatever an interrupted run left. All
    /// projects are listed first, so that progress is told of all there is to read, and what cannot be listed is told early.
    ///
    /// # Errors
    /// GitLab fails or refuses, or the store does. What was read until then is kept.
    pub async fn read<'s>(
        &mut self,
        wanted: impl IntoIterator<Item = &'s ValueStream>,
        report: impl Fn(Progress),
    ) -> Result<(), MeasureError> {
        let mut by_project: BTreeMap<&str, Vec<&ValueStream>> = BTreeMap::new();
        for stream in wanted {
            for path in &stream.projects {
                by_project.entry(path).or_default().push(stream);
            }
        }
        let mut unread = Vec::new();
        for (path, streams) in by_project {
            let project = match self.projects.entry(path.to_owned()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(list(self.client, self.store, path).await?),
            };
            let missing = self.store.issues(project.id)?.into_iter().filter(|issue| {
                let is_wanted = |stream: &&ValueStream| project.has(issue, &stream.labels);
                issue.events.is_none() && streams.iter().any(is_wanted)
            });
            let missing: Vec<u64> = missing.map(|issue| issue.record.iid).collect();
            unread.push((path, project.id, missing));
        }
        let of = unread.iter().map(|(_, _, iids)| iids.len()).sum();
        let mut before = 0;
        for (path, id, iids) in unread {
            let here = |done| {
                report(Progress {
                    done: before + done,
                    of,
                });
            };
            let read = read_past(self.client, self.store, (id, self.now), &iids, here);
            read.await?.map_err(failed(path))?;
            before += iids.len();
        }
        Ok(())
    }

    /// The work of a value stream; what of it was not yet [read](Self::read) is read now.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub async fn work(
        &mut self,
        wanted: &ValueStream,
        incidents: &IncidentSettings,
        report: impl Fn(Progress),
    ) -> Result<Collected, MeasureError> {
        let stored = if let Some(stored) = self.stored(wanted)? {
            stored
        } else {
            self.read([wanted], report).await?;
            self.stored(wanted)?.unwrap_or_default()
        };
        let mut collected = Collected::default();
        for path in &wanted.projects {
            if let Some(project) = self.projects.get(path) {
                let path = project.path.clone();
                collected.visibility.insert(path, project.visibility);
            }
        }
        for (project, issue) in stored {
            let severity = severity(issue.record.severity.as_deref());
            if let Some(item) = work_item(&project.path, issue, &project.labels) {
                collected
                    .incidents
                    .extend(incident_of(&item, severity, incidents));
                collected.items.push(item);
            }
        }
        Ok(collected)
    }

    /// The issues of a value stream with their projects; nothing where one of these was not listed, or the past of one of those
    /// was not read.
    fn stored(
        &self,
        wanted: &ValueStream,
    ) -> Result<Option<Vec<(&ReadProject, StoredIssue)>>, StoreError> {
        let mut stored = Vec::new();
        for path in &wanted.projects {
            let Some(project) = self.projects.get(path) else {
                return Ok(None);
            };
            let mut issues = self.store.issues(project.id)?;
            issues.retain(|issue| project.has(issue, &wanted.labels));
            if issues.iter().any(|issue| issue.events.is_none()) {
                return Ok(None);
            }
            stored.extend(issues.into_iter().map(|issue| (project, issue)));
        }
        Ok(Some(stored))
    }

    /// The projects that were read, by id: their paths as GitLab writes them.
    pub fn projects(&self) -> BTreeMap<u64, String> {
        let projects = self.projects.values();
        projects
            .map(|project| (project.id, project.path.clone()))
            .collect()
    }
}

/// Asks a project what changed since the store was last used.
async fn list(client: &Client, store: &mut Store, path: &str) -> Result<ReadProject, MeasureError> {
    let project = client.project(&ProjectRef::from(path)).await;
    let project = project.map_err(failed(path))?;
    let id = ProjectRef::Id(project.id);
    let labels = client.labels(&LabelHome::Project(id.clone())).await;
    let labels = labels.map_err(failed(path))?.into_iter();
    let newest = store.newest(project.id)?;
    let since = newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
    let listed = client.work_records(&id, since).await;
    let listed = changed(&store.issues(project.id)?, listed.map_err(failed(path))?);
    store.list(project.id, &listed)?;
    Ok(ReadProject {
        id: project.id,
        visibility: match project.issues_access_level {
            Some(IssuesAccess::Private) => Some(Visibility::Private),
            _ => project.visibility,
        },
        path: project.path_with_namespace,
        labels: labels.map(|label| (label.id, label.name)).collect(),
    })
}

/// What GitLab failed of, in the words of its project.
fn failed(project: &str) -> impl Fn(Error) -> MeasureError {
    move |source| MeasureError::GitLab {
        project: project.to_owned(),
        source: Box::new(source),
    }
}

/// The issues of a list that are not yet kept as they are now. One whose past was read right after it changed is read again:
/// labels may come and go for a while without another time of change.
fn changed(kept: &[StoredIssue], listed: Vec<WorkRecord>) -> Vec<WorkRecord> {
    let kept: BTreeMap<u64, &StoredIssue> =
        kept.iter().map(|issue| (issue.record.iid, issue)).collect();
    let is_settled = |record: &WorkRecord| {
        kept.get(&record.iid).is_some_and(|kept| {
            let read_at = kept.read_at;
            kept.record == *record && read_at.is_some_and(|at| record.updated_at + OVERLAP <= at)
        })
    };
    listed
        .into_iter()
        .filter(|record| !is_settled(record))
        .collect()
}

/// Reads the past of issues, and keeps what was read as it goes. The outer failure is the store's, the inner one GitLab's.
async fn read_past(
    client: &Client,
    store: &mut Store,
    (project, now): (u64, Timestamp),
    iids: &[u64],
    report: impl Fn(usize),
) -> Result<Result<(), Error>, StoreError> {
    let id = ProjectRef::Id(project);
    let id = &id;
    let mut reading = stream::iter(iids.iter().copied())
        .map(|iid| async move {
            let (labels, states) = futures_util::try_join!(
                client.label_events(id, iid),
                client.state_events(id, iid)
            )?;
            Ok::<(u64, Vec<LabelEvent>, Vec<StateChange>), Error>((iid, labels, states))
        })
        .buffered(AT_ONCE);
    let mut read = Vec::new();
    let mut done = 0;
    let mut failure = None;
    while let Some(next) = reading.next().await {
        match next {
            Ok(issue) => read.push(issue),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        done += 1;
        report(done);
        if read.len() >= KEPT_TOGETHER {
            store.keep(project, &read, now)?;
            read.clear();
        }
    }
    store.keep(project, &read, now)?;
    Ok(failure.map_or(Ok(()), Err))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_by_the_rate_so_far() {
        let progress = |done| Progress { done, of: 10_000 };
        let gone = SignedDuration::from_mins(12);
        assert_eq!(progress(0).time_left(gone), None);
        assert_eq!(progress(0).requests_left(), 20_000);
        let left = progress(2_500).time_left(gone);
        assert_eq!(left, Some(SignedDuration::from_mins(36)));
        assert_eq!(progress(2_500).requests_left(), 15_000);
        let done = progress(10_000);
        assert_eq!(done.time_left(gone), Some(SignedDuration::ZERO));
        assert_eq!(done.requests_left(), 0);
    }
}
