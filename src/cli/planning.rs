//! What plan and apply have in common: from files and GitLab to a plan.

use std::collections::BTreeSet;

use tokio::runtime::{Builder, Runtime};

use super::base::Before;
use super::connect::Connection;
use super::{CliError, Env, ExitStatus, Project, Selection, Ui};
use crate::config::Config;
use crate::diag::Severity;
use crate::gitlab::Via;
use crate::issue::{DesiredIssue, desired_issues};
use crate::plan::{Base, Ownership, Plan, PlanPolicy, Scope, plan};
use crate::reconcile::{Observation, ObserveRequest, ReconcileError, observe};
use crate::render::diagnostics::{Look, human};

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

/// Observes GitLab and plans; `before` is what this change is told apart from, if it is.
pub(crate) async fn planned(
    declared: &Declared,
    before: Option<&Before>,
    connection: &Connection,
    scope: &Scope,
    env: &Env,
    ui: &Ui,
) -> Result<(Plan, Observation), CliError> {
    let request = ObserveRequest {
        desired: &declared.desired,
        config: &declared.config,
        base: before.map(|before| &before.declared.config),
    };
    let observation = observe(&connection.client, request)
        .await
        .map_err(|error| unobserved(error, connection))?;
    ui.detail(&format!(
        "observed {} issues by {} in {} requests",
        observation.state.issues.len(),
        match observation.via {
            Via::Graphql => "GraphQL",
            Via::Rest => "REST",
        },
        connection.client.requests_sent()
    ));
    with_issues(declared, &observation)?;
    let viewer = observation.state.viewer.as_ref();
    let ownership_before = before
        .and_then(|before| Ownership::of(&before.declared.config, viewer))
        .unwrap_or_else(|| observation.ownership.clone());
    let policy = PlanPolicy {
        config: &declared.config,
        ownership: &observation.ownership,
        scope,
        paused: env.okr_paused,
        base: before.map(|before| Base {
            name: &before.name,
            desired: &before.declared.desired,
            config: &before.declared.config,
            ownership: &ownership_before,
        }),
    };
    Ok((
        plan(&declared.desired, &observation.state, policy),
        observation,
    ))
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

fn unobserved(error: ReconcileError, connection: &Connection) -> CliError {
    let hint = error.hint();
    let message = match &error {
        ReconcileError::GitLab { doing, .. } => doing.clone(),
        ReconcileError::UnknownViewer => error.to_string(),
    };
    let mut shown = CliError::new(ExitStatus::Failure, message).hint(hint);
    if let ReconcileError::GitLab { source, .. } = error {
        shown = shown.because(*source);
    }
    shown.hint(format!(
        "the server was {}, the token that of {}",
        connection.server, connection.token_from
    ))
}
