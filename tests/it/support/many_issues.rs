//! A sandbox with many issues that have a past, put straight into its state. Benchmarks use it, too.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use okrsync::config::ValueStream;
use okrsync::gitlab::{Client, Settings, Token};
use okrsync::measure::{Collected, MeasureError, Progress, Reader, Store};
use okrsync::sandbox::state::{
    Actor, IssueChange, IssueState, Limits, NewIssue, Role, Scope, State,
};
use okrsync::sandbox::{
    Clock, Options, Running, Sandbox, World, WorldGroup, WorldProject, WorldToken, WorldUser,
};

use super::virtual_time::VirtualClock;

/// Who reads, and the token.
const READER: &str = "reader";

/// A sandbox with the projects `acme/p0`, `acme/p1`, …, the client that reads them, and a store.
pub(crate) struct ManyIssues {
    pub(crate) sandbox: Running,
    /// Client and sandbox go by it.
    pub(crate) clock: VirtualClock,
    pub(crate) client: Client,
    pub(crate) store: Store,
}

/// When the sandbox begins: long after the past of the issues.
fn start() -> Timestamp {
    "2026-11-16T09:00:00Z".parse().unwrap()
}

impl ManyIssues {
    /// With so many issues in each project, under these limits. `each` is told with every answer how many came before.
    pub(crate) async fn new(
        counts: &[u64],
        limits: Limits,
        store: Option<&Path>,
        each: impl Fn(u64) + Send + Sync + 'static,
    ) -> Self {
        let clock = Clock::manual(start());
        let options = Options {
            world: world(counts.len(), limits),
            listen: ([127, 0, 0, 1], 0).into(),
            state_file: None,
            clock: clock.clone(),
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        sandbox.with_state(|state| {
            for (project, count) in (1..).zip(counts) {
                for number in 0..*count {
                    worked(state, project, number);
                }
            }
        });
        let clock = VirtualClock::of(clock);
        let mut settings = Settings::new(sandbox.url().parse().unwrap());
        settings.token = Some(Token::new(READER).unwrap());
        settings.clock = Arc::new(clock.clone());
        settings.observer = Some(clock.observer(each));
        let client = Client::new(settings).unwrap();
        clock.watch(&client);
        let store = match store {
            Some(path) => Store::open(path, &sandbox.url()),
            None => Store::in_memory(&sandbox.url()),
        };
        Self {
            sandbox,
            clock,
            client,
            store: store.unwrap(),
        }
    }

    /// Reads the work of one value stream, as a run does.
    pub(crate) async fn run(
        &mut self,
        stream: &ValueStream,
        report: impl Fn(Progress),
    ) -> Result<Collected, MeasureError> {
        let now = okrsync::gitlab::Clock::now(&self.clock);
        let mut reader = Reader::new(&self.client, &mut self.store, now);
        reader
            .work(
                stream,
                &okrsync::config::IncidentSettings::default(),
                report,
            )
            .await
    }

    /// Somebody retitles issues of the first project now.
    pub(crate) fn retitle(&self, iids: RangeInclusive<u64>) {
        let now = okrsync::gitlab::Clock::now(&self.clock);
        self.sandbox.with_state(|state| {
            for iid in iids {
                let id = state.issue_by_iid(1, iid).unwrap().id;
                let change = IssueChange {
                    title: Some(format!("Another title of {iid}")),
                    ..IssueChange::default()
                };
                state
                    .update_issue(&Actor::user(1), id, change, now)
                    .unwrap();
            }
        });
    }
}

/// The value stream of a project.
pub(crate) fn stream(project: usize) -> ValueStream {
    ValueStream {
        projects: vec![format!("acme/p{project}")],
        labels: Vec::new(),
    }
}

fn world(projects: usize, limits: Limits) -> World {
    let user = |username: &str| WorldUser {
        username: username.to_owned(),
        ..WorldUser::default()
    };
    let members = [
        ("owner".to_owned(), Role::OWNER),
        (READER.to_owned(), Role::REPORTER),
    ];
    World {
        limits,
        users: vec![user("owner"), user(READER)],
        groups: vec![WorldGroup {
            path: "acme".to_owned(),
            members: members.into(),
            ..WorldGroup::default()
        }],
        projects: (0..projects)
            .map(|number| WorldProject::new(format!("acme/p{number}")))
            .collect(),
        tokens: [(
            READER.to_owned(),
            WorldToken {
                user: READER.to_owned(),
                scopes: vec![Scope::ReadApi],
                ..WorldToken::default()
            },
        )]
        .into(),
        ..World::default()
    }
}

/// An issue that was committed to, worked on, reviewed and closed: five changes of labels, one of its state.
fn worked(state: &mut State, project: u64, number: u64) {
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let at = |hours: i64| {
        let minutes = i64::try_from(number).unwrap() * 10 + hours * 60;
        begin + SignedDuration::from_mins(minutes)
    };
    let owner = Actor::user(1);
    let new = NewIssue {
        title: format!("Piece of work {number}"),
        description: Some("What it is about, in a sentence or two.".to_owned()),
        labels: vec!["workflow::todo".to_owned()],
        ..NewIssue::default()
    };
    let id = state.create_issue(&owner, project, new, at(0)).unwrap();
    for (hours, add, remove) in [
        (1, "workflow::doing", "workflow::todo"),
        (2, "workflow::review", "workflow::doing"),
    ] {
        let change = IssueChange {
            add_labels: vec![add.to_owned()],
            remove_labels: vec![remove.to_owned()],
            ..IssueChange::default()
        };
        state.update_issue(&owner, id, change, at(hours)).unwrap();
    }
    let close = IssueChange {
        state: Some(IssueState::Closed),
        ..IssueChange::default()
    };
    state.update_issue(&owner, id, close, at(3)).unwrap();
}
