//! What plan and apply have in common: from files and GitLab to a plan.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use tokio::runtime::{Builder, Runtime};

use super::base::Before;
use super::connect::{Connection, connect};
use super::{CliError, Env, ExitStatus, Project, Selection, Ui, output};
use crate::config::Config;
use crate::diag::{Severity, closest};
use crate::gitlab::ErrorKind;
use crate::issue::{DesiredIssue, desired_issues};
use crate::model::{Date, Key};
use crate::plan::{
    Base, Management, Obstacle, Ownership, Plan, PlanPolicy, Remark, Scope, guard_access, plan,
    questions, tell_edits,
};
use crate::reconcile::doctor::token_obstacles;
use crate::reconcile::{
    Extent, Observation, ObserveRequest, ReconcileError, RecordedObservation, observe, pasts,
};
use crate::render::diagnostics::{Look, human};

/// So many days ahead an apply says that its token ends: two of the usual weekly runs.
const DAYS_AHEAD: i32 = 14;

/// About so many issues with drift a plan asks who made it: three requests each at the most, so that a plan without changes
/// goes on costing pages and not issues.
const ASKED: usize = 10;

/// What the files say, valid.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) config: Config,
    pub(crate) desired: Vec<DesiredIssue>,
}

impl Declared {
    /// Takes a project whose files have no errors; else shows what is wrong with them.
    pub(crate) fn of(project: &Project, ui: &mut Ui) -> Result<Self, CliError> {
        let config = match &project.config {
            Some(config) if !project.findings.has_errors() => config.clone(),
            _ => {
                let look = Look {
                    colour: ui.colour(),
                    width: ui.width(),
                    rules_url: None,
                };
                ui.status(&human(&project.findings, &project.sources, look));
                return Err(
                    CliError::failure("the files have errors, so nothing is planned")
                        .hint("mend them first: okr validate"),
                );
            }
        };
        let warnings = project.findings.count(Severity::Warning);
        if warnings > 0 {
            ui.status(&format!(
                "the files have warnings ({warnings}): okr validate"
            ));
        }
        let desired = desired_issues(&project.tree, &config);
        Ok(Self { config, desired })
    }

    /// Says of these keys that what people changed in their issues is changed back this once.
    pub(crate) fn revert(&mut self, keys: &[Key]) -> Result<(), CliError> {
        for key in keys {
            let Some(wanted) = self.desired.iter_mut().find(|wanted| wanted.key == *key) else {
                return Err(self.not_found(key, "no file declares"));
            };
            wanted.revert = true;
        }
        Ok(())
    }

    /// What to say of a key of which that is so; with the nearest one that is declared.
    pub(crate) fn not_found(&self, key: &Key, what: &str) -> CliError {
        let keys = self.desired.iter().map(|wanted| wanted.key.to_string());
        let keys: Vec<String> = keys.collect();
        let key = key.to_string();
        let error = CliError::failure(format!("{what} {key}"));
        match closest(&key, keys.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean {near}?")),
            None => error.hint("okr plan names the keys of everything that differs"),
        }
    }
}

/// The part of the OKRs that `--team` and `--quarter` name.
pub(crate) fn scope(selection: &Selection, project: &Project) -> Result<Scope, CliError> {
    if !selection.is_all() {
        selection.files(project)?;
    }
    Ok(Scope {
        teams: selection.teams.iter().cloned().collect::<BTreeSet<_>>(),
        quarters: selection.quarters.iter().copied().collect(),
    })
}

/// A runtime for the requests of one command.
pub(crate) fn runtime() -> Result<Runtime, CliError> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::failure("cannot start the network runtime").because(error))
}

/// Observes GitLab and plans; `before` is what this change is told apart from, if it is. The trackers of `also`, earlier
/// settings, are looked at too: what a team left behind that is gone with its tracker is closed.
pub(crate) async fn planned(
    declared: &Declared,
    before: Option<&Before>,
    also: Option<&Config>,
    connection: &Connection,
    scope: &Scope,
    env: &Env,
    ui: &Ui,
) -> Result<(Plan, Observation), CliError> {
    let base = before.map(|before| &before.declared.config).or(also);
    let observation = observed(declared, base, connection, Extent::Plan, ui).await?;
    with_issues(declared, &observation)?;
    let mut plan = planned_for(declared, before, &observation, scope, env);
    if let (None, Some(earlier)) = (before, also) {
        guard_against(earlier, declared, &observation, &mut plan);
    }
    Ok((plan, observation))
}

/// Refuses what earlier settings, those before a push, say that the ones of now would lose.
fn guard_against(
    earlier: &Config,
    declared: &Declared,
    observation: &Observation,
    plan: &mut Plan,
) {
    let state = &observation.state;
    let Some(ownership) = Ownership::of(earlier, state.viewer.as_ref()) else {
        return;
    };
    let before = Management {
        config: earlier,
        ownership: &ownership,
    };
    let now = Management {
        config: &declared.config,
        ownership: &observation.ownership,
    };
    guard_access(plan, before, now, &declared.desired, state);
}

/// Plans for what was observed.
pub(crate) fn planned_for(
    declared: &Declared,
    before: Option<&Before>,
    observation: &Observation,
    scope: &Scope,
    env: &Env,
) -> Plan {
    let (state, ownership) = (&observation.state, &observation.ownership);
    let ownership_before = before
        .and_then(|before| Ownership::of(&before.declared.config, state.viewer.as_ref()))
        .unwrap_or_else(|| ownership.clone());
    let policy = PlanPolicy {
        readers: env.readers(),
        config: &declared.config,
        ownership,
        scope,
        paused: env.okr_paused,
        base: before.map(|before| Base {
            name: &before.name,
            desired: &before.declared.desired,
            config: &before.declared.config,
            ownership: &ownership_before,
        }),
    };
    let mut plan = plan(&declared.desired, state, policy);
    tell_edits(&mut plan, state, ownership);
    plan
}

/// Asks GitLab who made the drift that a plan tells of, and says it there: of one key, if one is named, else of the first few
/// issues.
pub(crate) async fn ask_who(
    plan: &mut Plan,
    about: Option<&Key>,
    observation: &mut Observation,
    connection: &Connection,
    ui: &Ui,
) {
    // Recorded: flow/label-events-as-job.
    if connection.client.has_job_token() {
        return;
    }
    let mut questions = questions(plan);
    questions.retain(|question| about.is_none_or(|key| question.key == *key));
    let unasked = questions.len().saturating_sub(ASKED);
    questions.truncate(ASKED);
    let (pasts, silent) = pasts(&connection.client, &questions).await;
    if silent > 0 {
        ui.detail(&format!(
            "who made the drift was not told for {silent} issues"
        ));
    }
    observation.state.pasts.extend(pasts);
    tell_edits(plan, &observation.state, &observation.ownership);
    if unasked > 0 {
        let message = format!("who made the drift of {unasked} more issues was not asked");
        let remark = Remark::new("editors-unasked", message);
        plan.notices
            .push(remark.help("okr explain KEY asks about one"));
    }
    plan.notices.sort();
}

/// Observes GitLab; `base` are the settings before this change.
pub(crate) async fn observed(
    declared: &Declared,
    base: Option<&Config>,
    connection: &Connection,
    extent: Extent,
    ui: &Ui,
) -> Result<Observation, CliError> {
    let request = ObserveRequest {
        desired: &declared.desired,
        config: &declared.config,
        base,
        extent,
    };
    let observation = observe(&connection.client, request)
        .await
        .map_err(|error| unobserved(error, connection))?;
    ui.detail(&format!(
        "observed {} issues by {}; requests so far: {}",
        observation.state.issues.len(),
        match &observation.why_rest {
            None => "GraphQL".to_owned(),
            Some(why) => format!("REST ({why})"),
        },
        connection.client.requests_sent()
    ));
    Ok(observation)
}

/// Plans from what `okr observe` has recorded in a file, if one is named, else from what GitLab holds now.
pub(crate) fn planned_from(
    record: Option<&Path>,
    declared: &Declared,
    before: Option<&Before>,
    scope: &Scope,
    env: &Env,
    ui: &Ui,
) -> Result<(Plan, Observation), CliError> {
    planned_about(None, record, declared, before, scope, env, ui)
}

/// The same, where it is about one key: who made its drift is asked, whatever else drifted.
pub(crate) fn planned_about(
    about: Option<&Key>,
    record: Option<&Path>,
    declared: &Declared,
    before: Option<&Before>,
    scope: &Scope,
    env: &Env,
    ui: &Ui,
) -> Result<(Plan, Observation), CliError> {
    if let Some(file) = record {
        return planned_from_record(declared, before, file, scope, env);
    }
    let connection = connect(env, &declared.config, ui)?;
    runtime()?.block_on(async {
        let planning = planned(declared, before, None, &connection, scope, env, ui);
        let (mut plan, mut observation) = planning.await?;
        ask_who(&mut plan, about, &mut observation, &connection, ui).await;
        Ok((plan, observation))
    })
}

fn planned_from_record(
    declared: &Declared,
    before: Option<&Before>,
    file: &Path,
    scope: &Scope,
    env: &Env,
) -> Result<(Plan, Observation), CliError> {
    let (observation, remarks) = recorded_observation(declared, file)?;
    let mut plan = planned_for(declared, before, &observation, scope, env);
    plan.notices.extend(remarks);
    Ok((plan, observation))
}

/// What `okr observe` has recorded in a file, and what is to be known about that.
pub(crate) fn recorded_observation(
    declared: &Declared,
    file: &Path,
) -> Result<(Observation, Vec<Remark>), CliError> {
    let unread = |error: Box<dyn Error + Send + Sync>| {
        CliError::failure(format!("cannot plan from {}", file.display()))
            .because(error)
            .hint("record it anew: okr observe --out FILE")
    };
    let text = output::read(file).map_err(|error| unread(error.into()))?;
    let record = RecordedObservation::parse(&text).map_err(|error| unread(error.into()))?;
    Ok(record.for_plan(&declared.desired, &declared.config))
}

/// What the token lacks for an apply, and whether it ends within a fortnight.
///
/// This costs a request, which GitLab answers to personal, project and group tokens (recorded: meta/self, bots/bot-self). So
/// it is asked before something is written, and never by a plan: that asks in pages alone. Who is not answered is told
/// nothing here; `okr doctor` says why.
pub(crate) async fn token_notices(connection: &Connection, today: Date) -> Vec<Remark> {
    match connection.client.token_self().await {
        Ok(token) => token_obstacles(&token, today, DAYS_AHEAD)
            .iter()
            .map(Obstacle::remark)
            .collect(),
        Err(_) => Vec::new(),
    }
}

/// A tracker without issues can hold no OKR.
fn with_issues(declared: &Declared, observation: &Observation) -> Result<(), CliError> {
    let trackers = &observation.state.trackers;
    let closed: BTreeSet<&str> = declared
        .desired
        .iter()
        .map(|wanted| wanted.tracker.as_str())
        .filter(|path| trackers.get(*path).is_some_and(|seen| !seen.issues_enabled))
        .collect();
    if closed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = closed.into_iter().collect();
    Err(
        CliError::failure(format!("issues are switched off in {}", names.join(", "))).hint(
            "switch them on in the project's settings, or give the token's account access to them",
        ),
    )
}

/// Why GitLab could not be observed, as people are told.
pub(crate) fn unobserved(error: ReconcileError, connection: &Connection) -> CliError {
    let hint = error.hint();
    let (message, source) = match error {
        ReconcileError::GitLab { doing, source } => (doing, Some(source)),
        ReconcileError::UnknownViewer => (error.to_string(), None),
    };
    let mut shown = CliError::new(ExitStatus::Failure, message);
    if let Some(source) = source {
        shown = if !connection.writes && is_shut_out(source.kind()) {
            shown.shut_out().hint(
                "a job reads only trackers that let the jobs of its project in: in each of them, Settings > CI/CD > Job token \
                 permissions; or plan from a record: okr plan --observed FILE",
            )
        } else {
            shown.hint(hint)
        };
        shown = shown.because(*source);
    } else {
        shown = shown.hint(hint);
    }
    shown.hint(format!(
        "the server was {}, the token that of {}",
        connection.server, connection.token_from
    ))
}

/// Whether GitLab refused to show something, for whatever reason: it does not tell what is not there from what is hidden.
fn is_shut_out(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::ProjectsNotFound(_)
    )
}
