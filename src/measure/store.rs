use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;

use super::error::StoreError;
use crate::gitlab::{LabelEvent, StateChange, WorkRecord};

/// What this version keeps. A store of another is emptied: all of it can be read again.
const VERSION: i32 = 1;

/// What was read of issues and their past, by server and project: one file, which several runs share one after the other.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// The address of the server: issues of two have the same numbers.
    server: String,
}

/// An issue with its past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredIssue {
    pub(super) record: WorkRecord,
    /// What was done with its labels, and when it was closed and reopened. Nothing where that was not read yet.
    pub(super) events: Option<(Vec<LabelEvent>, Vec<StateChange>)>,
    /// When that was read, by this machine's clock.
    pub(super) read_at: Option<Timestamp>,
}

impl Store {
    /// Opens the store in a file, which is made where it is missing.
    ///
    /// # Errors
    /// The file cannot be used as one.
    pub fn open(path: &Path, server: &str) -> Result<Self, StoreError> {
        let opened =
            Connection::open(path).and_then(|connection| prepare(&connection).map(|()| connection));
        let connection = opened.map_err(|source| StoreError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            connection,
            server: server.to_owned(),
        })
    }

    /// A store that ends with the process.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn in_memory(server: &str) -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        prepare(&connection)?;
        Ok(Self {
            connection,
            server: server.to_owned(),
        })
    }

    /// The latest change that was read of a project's issues; nothing where none were.
    pub(super) fn newest(&self, project: u64) -> Result<Option<Timestamp>, StoreError> {
        let newest: Option<i64> = self
            .connection
            .query_row(
                "SELECT newest FROM project WHERE server = ?1 AND project = ?2",
                params![self.server, key(project)],
                |row| row.get(0),
            )
            .optional()?;
        Ok(newest.and_then(|newest| Timestamp::from_millisecond(newest).ok()))
    }

    /// Keeps issues that were listed: those that changed lose their past, which is to be read again. It is one step with the
    /// time of the newest: whoever is interrupted after it need not list again, only read what is missing.
    pub(super) fn list(&mut self, project: u64, records: &[WorkRecord]) -> Result<(), StoreError> {
        let step = self.connection.transaction()?;
        {
            let mut put = step.prepare(
                "INSERT INTO issue (server, project, iid, record, events, read_at) VALUES (?1, ?2, ?3, ?4, NULL, NULL)
                 ON CONFLICT (server, project, iid) DO UPDATE SET record = excluded.record, events = NULL, read_at = NULL",
            )?;
            for record in records {
                let text = serde_json::to_string(record)?;
                put.execute(params![self.server, key(project), key(record.iid), text])?;
            }
        }
        let newest = records
            .iter()
            .map(|record| record.updated_at.as_millisecond())
            .max();
        step.execute(
            "INSERT INTO project (server, project, newest) VALUES (?1, ?2, ?3)
             ON CONFLICT (server, project) DO UPDATE SET newest = max(newest, excluded.newest)",
            params![self.server, key(project), newest.unwrap_or_default()],
        )?;
        step.commit()?;
        Ok(())
    }

    /// Keeps the past of some issues, which was read at `now`.
    pub(super) fn keep(
        &mut self,
        project: u64,
        issues: &[(u64, Vec<LabelEvent>, Vec<StateChange>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let step = self.connection.transaction()?;
        {
            let mut put = step
                .prepare(
                "UPDATE issue SET events = ?4, read_at = ?5 WHERE server = ?1 AND project = ?2 AND iid = ?3",
            )?;
            for (iid, labels, states) in issues {
                let text = serde_json::to_string(&(labels, states))?;
                let now = now.as_millisecond();
                put.execute(params![self.server, key(project), key(*iid), text, now])?;
            }
        }
        step.commit()?;
        Ok(())
    }

    /// All issues of a project that were ever read, by number.
    pub(super) fn issues(&self, project: u64) -> Result<Vec<StoredIssue>, StoreError> {
        let mut all = self.connection.prepare(
            "SELECT record, events, read_at FROM issue WHERE server = ?1 AND project = ?2 ORDER BY iid",
        )?;
        let mut rows = all.query(params![self.server, key(project)])?;
        let mut issues = Vec::new();
        while let Some(row) = rows.next()? {
            let events: Option<String> = row.get(1)?;
            let read_at: Option<i64> = row.get(2)?;
            issues.push(StoredIssue {
                record: read(&row.get::<_, String>(0)?)?,
                events: events.as_deref().map(read).transpose()?,
                read_at: read_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            });
        }
        Ok(issues)
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    Ok(serde_json::from_str(text)?)
}

/// The store's numbers are signed; GitLab's ids are far below their end.
fn key(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    // Two runs at once: the second one waits for the first one's steps.
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What a crash of the machine loses is read again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        connection.execute_batch(
            "BEGIN IMMEDIATE;
             DROP TABLE IF EXISTS issue;
             DROP TABLE IF EXISTS project;
             CREATE TABLE issue (
                 server TEXT NOT NULL, project INTEGER NOT NULL, iid INTEGER NOT NULL,
                 record TEXT NOT NULL, events TEXT, read_at INTEGER,
                 PRIMARY KEY (server, project, iid)
             ) WITHOUT ROWID;
             CREATE TABLE project (
                 server TEXT NOT NULL, project INTEGER NOT NULL, newest INTEGER NOT NULL,
                 PRIMARY KEY (server, project)
             ) WITHOUT ROWID;
             COMMIT;",
        )?;
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gitlab::WorkLinks;

    fn record(iid: u64, updated_at: &str) -> WorkRecord {
        WorkRecord {
            iid,
            title: format!("work {iid}"),
            created_at: "2026-10-01T00:00:00Z".parse().unwrap(),
            updated_at: updated_at.parse().unwrap(),
            closed_at: None,
            labels: Vec::new(),
            confidential: false,
            issue_type: "issue".to_owned(),
            severity: None,
            moved_to_id: None,
            links: WorkLinks::default(),
        }
    }

    #[test]
    fn what_is_kept_is_there_until_it_changes() {
        let mut store = Store::in_memory("https://gitlab.example.com").unwrap();
        assert_eq!(store.newest(1).unwrap(), None);
        let records = [
            record(1, "2026-10-02T00:00:00.123Z"),
            record(2, "2026-10-01T00:00:00Z"),
        ];
        store.list(1, &records).unwrap();
        assert_eq!(
            store.newest(1).unwrap(),
            Some("2026-10-02T00:00:00.123Z".parse().unwrap())
        );
        store
            .keep(
                1,
                &[(1, vec![], vec![]), (2, vec![], vec![])],
                "2026-10-03T00:00:00Z".parse().unwrap(),
            )
            .unwrap();
        assert!(
            store
                .issues(1)
                .unwrap()
                .iter()
                .all(|issue| issue.events.is_some())
        );
        store.list(1, &records[1..]).unwrap();
        let issues = store.issues(1).unwrap();
        assert_eq!(issues.len(), 2);
        assert!(issues[0].events.is_some() && issues[1].events.is_none());
        assert_eq!(
            store.newest(1).unwrap(),
            Some("2026-10-02T00:00:00.123Z".parse().unwrap())
        );
        assert!(store.issues(2).unwrap().is_empty());
    }

    #[test]
    fn a_store_outlives_its_process_and_is_one_server_s() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("flow.sqlite");
        let mut store = Store::open(&path, "https://a.example.com").unwrap();
        store.list(1, &[record(1, "2026-10-01T00:00:00Z")]).unwrap();
        drop(store);
        assert_eq!(
            Store::open(&path, "https://a.example.com")
                .unwrap()
                .issues(1)
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            Store::open(&path, "https://b.example.com")
                .unwrap()
                .issues(1)
                .unwrap()
                .len(),
            0
        );
        // Another version's: it is read anew.
        let other = Connection::open(&path).unwrap();
        other
            .pragma_update(None, "user_version", VERSION + 1)
            .unwrap();
        drop(other);
        assert_eq!(
            Store::open(&path, "https://a.example.com")
                .unwrap()
                .issues(1)
                .unwrap()
                .len(),
            0
        );
    }

    #[test]
    fn what_is_no_store_is_said_with_a_way_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("flow.sqlite");
        crate::measure::store::tests::write(&path);
        let error = Store::open(&path, "https://a.example.com").unwrap_err();
        assert!(error.to_string().contains("delete it"), "{error}");
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a damaged store is made on purpose"
    )]
    fn write(path: &Path) {
        std::fs::write(
            path,
            "this is a text, and quite a long one, so that it is no database at all".repeat(40),
        )
        .unwrap();
    }
}
