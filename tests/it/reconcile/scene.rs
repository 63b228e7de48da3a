//! A sandbox, the real client on its socket, and OKRs to apply.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use okrsync::config::Team;
use okrsync::config::{
    Assign, Config, GitLabSettings, Labels, Policy, QuarterState, Safety, ScoringSettings, Teams,
};
use okrsync::gitlab::{Client, ManualClock, Parallelism, Settings, Token};
use okrsync::issue::{DesiredIssue, LinkTarget, Row, RowValues};
use okrsync::model::{Calendar, Key};
use okrsync::plan::{Plan, PlanPolicy, Scope, plan, release};
use okrsync::reconcile::{
    ApplyContext, ApplyReport, Extent, Observation, ObserveRequest, ReconcileError, apply, observe,
};
use okrsync::sandbox::state::State;
use okrsync::sandbox::{
    Clock, Options, Running, Sandbox, World, WorldGroup, WorldProject, WorldToken, WorldUser,
};
use okrsync::text::{SourceMap, Span};

/// The project that holds objectives.
pub(crate) const TRACKER: &str = "acme/okrs";
/// The project that holds key results.
pub(crate) const DELIVERY: &str = "acme/delivery";

/// When every scene begins.
pub(crate) fn start() -> jiff::Timestamp {
    "2026-11-16T09:00:00Z".parse().unwrap()
}

pub(crate) fn role(level: u32) -> okrsync::sandbox::state::Role {
    serde_json::from_value(serde_json::json!(level)).unwrap()
}

/// Two trackers in one group, a bot with the role Planner, two managers.
pub(crate) fn world() -> World {
    let user = |username: &str| WorldUser {
        username: username.into(),
        ..WorldUser::default()
    };
    let token = |user: &str| WorldToken {
        user: user.into(),
        scopes: serde_json::from_str(r#"["api"]"#).unwrap(),
        ..WorldToken::default()
    };
    World {
        users: ["owner", "bot", "mia", "dan", "ann"].map(user).into(),
        groups: vec![WorldGroup {
            path: "acme".into(),
            members: BTreeMap::from([
                ("owner".into(), role(50)),
                ("bot".into(), role(15)),
                ("mia".into(), role(30)),
                ("dan".into(), role(30)),
                ("ann".into(), role(30)),
            ]),
            ..WorldGroup::default()
        }],
        projects: vec![WorldProject::new(TRACKER), WorldProject::new(DELIVERY)],
        tokens: ["owner", "bot", "ann"]
            .map(|name| (name.into(), token(name)))
            .into(),
        ..World::default()
    }
}

/// A running sandbox and the settings that OKRs are applied with.
pub(crate) struct Scene {
    pub(crate) sandbox: Running,
    /// The sandbox's time.
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    scope: Scope,
    births: AtomicU64,
}

pub(crate) fn config() -> Config {
    let mut sources = SourceMap::new();
    let span = Span::new(sources.add("okr.toml", ""), 0..0);
    let team = |id: &str, manager: &str| Team {
        id: id.parse().unwrap(),
        span,
        name: id.to_uppercase(),
        manager: Some(manager.parse().unwrap()),
        parent: None,
        tracker: TRACKER.into(),
        key_result_tracker: DELIVERY.into(),
        individual: false,
        flow: okrsync::config::ValueStream::default(),
        policy: Policy::default(),
        rules: BTreeMap::new(),
        previously: vec![],
    };
    Config {
        file: None,
        required_version: None,
        gitlab: GitLabSettings {
            url: None,
            owner: "acme/okrs".into(),
            previous_owners: vec![],
            bots: vec![],
        },
        calendar: Calendar::default(),
        quarters: BTreeMap::new(),
        labels: Labels::default(),
        assign: Assign::default(),
        teams: Teams::new([team("sre", "mia"), team("infra", "dan")]),
        policy: Policy::default(),
        safety: Safety {
            max_close: 1000,
            max_close_percent: 100,
            ..Safety::default()
        },
        scoring: ScoringSettings::default(),
        flow: okrsync::config::FlowSettings::default(),
        servers: BTreeMap::new(),
        rules: BTreeMap::new(),
        rules_url: None,
    }
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::of(world()).await
    }

    /// A scene whose GitLab holds what another's held.
    pub(crate) async fn from(state: &State) -> Self {
        let scene = Self::new().await;
        // What happened before is past.
        let last = state.notes.values().map(|note| note.created_at).max();
        let passed = last.map_or_else(Default::default, |last| last.duration_since(start()));
        scene
            .clock
            .advance(passed + jiff::SignedDuration::from_hours(1));
        let mut state = state.clone();
        state.base_url = scene.sandbox.url();
        scene.sandbox.with_state(|now| *now = state);
        scene
    }

    /// What GitLab holds.
    pub(crate) fn state(&self) -> State {
        self.sandbox.with_state(|state| state.clone())
    }

    pub(crate) async fn of(world: World) -> Self {
        let clock = Clock::manual(start());
        let options = Options {
            world,
            listen: ([127, 0, 0, 1], 0).into(),
            state_file: None,
            clock: clock.clone(),
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        Self {
            sandbox,
            clock,
            config: config(),
            scope: Scope::default(),
            births: AtomicU64::new(0),
        }
    }

    /// The settings of a client with the token of an account.
    pub(crate) fn settings(&self, token: &str) -> Settings {
        let mut settings = Settings::new(self.sandbox.url().parse().unwrap());
        settings.token = Some(Token::new(token).unwrap());
        settings.clock = std::sync::Arc::new(ManualClock::new(start()));
        settings
    }

    /// The real client with the token of an account.
    pub(crate) fn client(&self, token: &str) -> Client {
        Client::new(self.settings(token)).unwrap()
    }

    /// The bot's client, which sends one request after the other: each run sends the same ones in the same order.
    pub(crate) fn one_by_one(&self) -> Settings {
        let mut settings = self.settings("bot");
        settings.parallelism = Parallelism { start: 1, max: 1 };
        settings
    }

    /// Plans and applies with one client, whatever goes wrong on the way.
    pub(crate) async fn attempt(
        &self,
        client: &Client,
        desired: &[DesiredIssue],
    ) -> Result<(Plan, ApplyReport), ReconcileError> {
        let config = &self.config;
        let observation = observe(
            client,
            ObserveRequest {
                desired,
                config,
                extent: Extent::Plan,
                base: None,
            },
        )
        .await?;
        let plan = self.plan_of(desired, &observation);
        let report = self
            .carry_out_with(client, &plan, &observation, desired)
            .await;
        Ok((plan, report))
    }

    /// Releases everything with one client, whatever goes wrong on the way.
    pub(crate) async fn attempt_release(
        &self,
        client: &Client,
        desired: &[DesiredIssue],
    ) -> Result<(Plan, ApplyReport), ReconcileError> {
        let config = &self.config;
        let request = ObserveRequest {
            desired,
            config,
            extent: Extent::Managed,
            base: None,
        };
        let observation = observe(client, request).await?;
        let policy = self.policy(&observation);
        let plan = release(&[], desired, &observation.state, policy);
        let report = self
            .carry_out_with(client, &plan, &observation, desired)
            .await;
        Ok((plan, report))
    }

    fn policy<'a>(&'a self, observation: &'a Observation) -> PlanPolicy<'a> {
        PlanPolicy {
            readers: None,
            config: &self.config,
            ownership: &observation.ownership,
            scope: &self.scope,
            paused: false,
            base: None,
        }
    }

    pub(crate) fn plan_of(&self, desired: &[DesiredIssue], observation: &Observation) -> Plan {
        plan(desired, &observation.state, self.policy(observation))
    }

    pub(crate) async fn observe(&self, desired: &[DesiredIssue]) -> Observation {
        let request = ObserveRequest {
            desired,
            config: &self.config,
            extent: Extent::Plan,
            base: None,
        };
        observe(&self.client("bot"), request).await.unwrap()
    }

    pub(crate) async fn plan(&self, desired: &[DesiredIssue]) -> (Plan, Observation) {
        let observation = self.observe(desired).await;
        (self.plan_of(desired, &observation), observation)
    }

    pub(crate) async fn carry_out(
        &self,
        plan: &Plan,
        observation: &Observation,
        desired: &[DesiredIssue],
    ) -> ApplyReport {
        self.carry_out_with(&self.client("bot"), plan, observation, desired)
            .await
    }

    async fn carry_out_with(
        &self,
        client: &Client,
        plan: &Plan,
        observation: &Observation,
        desired: &[DesiredIssue],
    ) -> ApplyReport {
        let births = || format!("birth-{}", self.births.fetch_add(1, Ordering::Relaxed));
        let context = ApplyContext {
            client,
            desired,
            observed: &observation.state,
            config: &self.config,
            ownership: &observation.ownership,
            births: &births,
            origin: Some("commit 1234567"),
            started: start(),
            progress: &|_| {},
            journal: &|_| {},
        };
        apply(plan, context).await
    }

    /// Plans and applies, and expects every change to be done.
    pub(crate) async fn apply(&self, desired: &[DesiredIssue]) -> Plan {
        let (plan, observation) = self.plan(desired).await;
        assert_eq!(plan.conflicts, [], "conflicts");
        let report = self.carry_out(&plan, &observation, desired).await;
        let failed: Vec<_> = report
            .outcomes
            .iter()
            .filter(|outcome| !outcome.outcome.is_done())
            .collect();
        assert!(failed.is_empty(), "{failed:#?}");
        plan
    }

    /// Every issue as GitLab shows it to the owner, without what differs from run to run.
    pub(crate) async fn issues(&self) -> Vec<okrsync::gitlab::ObservedIssue> {
        let query = okrsync::gitlab::IssueQuery {
            projects: vec![TRACKER.into(), DELIVERY.into()],
            filter: okrsync::gitlab::IssueFilter::default(),
        };
        self.client("owner")
            .read_issues(&query)
            .await
            .unwrap()
            .issues
    }

    /// One issue by its title.
    pub(crate) async fn issue(&self, title: &str) -> okrsync::gitlab::ObservedIssue {
        let issues = self.issues().await;
        let mut found: Vec<_> = issues
            .into_iter()
            .filter(|issue| issue.issue.title == title)
            .collect();
        assert_eq!(found.len(), 1, "{title}");
        found.remove(0)
    }
}

pub(crate) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// An objective of the team `sre` by its id.
pub(crate) fn objective(id: &str) -> DesiredIssue {
    DesiredIssue {
        key: key(&format!("2026-q4/sre/{id}")),
        previously: vec![],
        adopt: None,
        tracker: TRACKER.into(),
        title: format!("Objective {id}"),
        due: "2026-12-31".parse().unwrap(),
        labels: BTreeSet::from(["okr:o".into(), "team:sre".into(), "2026-q4".into()]),
        assignees: vec!["mia".parse().unwrap(), "dan".parse().unwrap()],
        confidential: false,
        open: true,
        closing_reason: None,
        quarter_state: QuarterState::Active,
        definition: format!("What {id} is about."),
        rows: vec![],
        links: vec![],
        team: "sre".parse().unwrap(),
        is_key_result: false,
        revert: false,
    }
}

/// A key result of an objective, with one check-in.
pub(crate) fn key_result(objective_id: &str, id: &str) -> DesiredIssue {
    let of = objective(objective_id);
    DesiredIssue {
        key: key(&format!("2026-q4/sre/{objective_id}/{id}")),
        tracker: DELIVERY.into(),
        title: format!("Key result {id}"),
        labels: BTreeSet::from(["okr:kr".into(), "2026-q4".into()]),
        definition: format!("How {id} shows."),
        rows: vec![Row {
            date: "2026-10-05".parse().unwrap(),
            values: RowValues {
                value: Some(102.into()),
                ..RowValues::default()
            },
        }],
        links: vec![LinkTarget::Key(of.key.clone())],
        is_key_result: true,
        ..of
    }
}
