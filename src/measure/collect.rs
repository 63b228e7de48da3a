use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::error::MeasureError;
use super::store::{Store, StoredIssue};
use super::work::{severity, work_item};
use crate::config::{IncidentSettings, ValueStream};
use crate::flow::{Incident, WorkItem, incident_of};
use crate::gitlab::{
    Client, Error, Label, LabelEvent, LabelHome, ProjectRef, StateChange, WorkRecord,
};

/// How long a change of labels may leave an issue's time of change alone: up to a minute on a running server (facts §4.2), and
/// as much again for clocks.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// Issues whose past is asked for at once; the client sends no more than the server bears.
const AT_ONCE: usize = 16;
/// After how many issues what was read is kept: what an interrupted run loses at the most.
const KEPT_TOGETHER: usize = 50;

/// Whose work is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The projects and the labels.
    pub value_stream: ValueStream,
    /// How incidents are told.
    pub incidents: IncidentSettings,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// The issues with their past.
    pub items: Vec<WorkItem>,
    /// Those that are incidents.
    pub incidents: Vec<Incident>,
    /// The labels of the projects.
    pub labels: Vec<String>,
    /// How many issues changed since the last run and were read again.
    pub renewed: usize,
}

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many issues' past was read.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// Reads the work of a value stream: what changed since the store was last used, and whatever an interrupted run left. `now` is
/// the time by this machine's clock, which may differ from the server's by a minute.
///
/// # Errors
/// GitLab fails or refuses, or the store does. What was read until then is kept.
pub async fn collect(
    client: &Client,
    store: &mut Store,
    wanted: &Stream,
    now: Timestamp,
    report: impl Fn(Progress),
) -> Result<Collected, MeasureError> {
    let mut collected = Collected::default();
    for path in &wanted.value_stream.projects {
        let failed = |source: Error| MeasureError::GitLab {
            project: path.clone(),
            source: Box::new(source),
        };
        let project = client
            .project(&ProjectRef::from(path.as_str()))
            .await
            .map_err(failed)?;
        let id = ProjectRef::Id(project.id);
        let labels = client
            .labels(&LabelHome::Project(id.clone()))
            .await
            .map_err(failed)?;
        let names: BTreeMap<u64, String> = labels
            .into_iter()
            .map(|Label { id, name, .. }| (id, name))
            .collect();
        let newest = store.newest(project.id)?;
        let since = newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
        let listed = client.work_records(&id, since).await.map_err(failed)?;
        let listed = changed(&store.issues(project.id)?, listed);
        store.list(project.id, &listed)?;
        let all = store.issues(project.id)?;
        let of_stream = |issue: &StoredIssue| {
            let labels = &wanted.value_stream.labels;
            let has = |wanted: &String| {
                let mut own = issue.record.labels.iter();
                own.any(|label| names.get(&label.id).unwrap_or(&label.name) == wanted)
            };
            labels.iter().all(has)
        };
        let missing: Vec<u64> = all
            .iter()
            .filter(|issue| issue.events.is_none() && of_stream(issue))
            .map(|issue| issue.record.iid)
            .collect();
        collected.renewed += missing.len();
        read_past(client, store, (project.id, now), &missing, &report)
            .await
            .map_err(|error| match error {
                Failed::GitLab(source) => failed(source),
                Failed::Store(error) => error.into(),
            })?;
        for issue in store.issues(project.id)? {
            if !of_stream(&issue) {
                continue;
            }
            let severity = severity(issue.record.severity.as_deref());
            if let Some(item) = work_item(&project.path_with_namespace, issue, &names) {
                collected
                    .incidents
                    .extend(incident_of(&item, severity, &wanted.incidents));
                collected.items.push(item);
            }
        }
        collected.labels.extend(names.into_values());
    }
    collected.labels.sort();
    collected.labels.dedup();
    Ok(collected)
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

enum Failed {
    GitLab(Error),
    Store(super::error::StoreError),
}

impl From<super::error::StoreError> for Failed {
    fn from(error: super::error::StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads the past of issues, and keeps what was read as it goes.
async fn read_past(
    client: &Client,
    store: &mut Store,
    (project, now): (u64, Timestamp),
    iids: &[u64],
    report: &impl Fn(Progress),
) -> Result<(), Failed> {
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
        report(Progress {
            done,
            of: iids.len(),
        });
        if read.len() >= KEPT_TOGETHER {
            store.keep(project, &read, now)?;
            read.clear();
        }
    }
    store.keep(project, &read, now)?;
    failure.map_or(Ok(()), |error| Err(Failed::GitLab(error)))
}
