//! How work flows in a team's value stream, for every command that tells it: from the store, kept up to date with GitLab, to a
//! report.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::ignored::{IGNORED, ignored};
use super::{CliError, Connection, Env, Project, Ui, clock};
use crate::config::{Config, Team};
use crate::flow::{Deployment, Flow, Period, flow_of};
use crate::gitlab::Visibility;
use crate::measure::{Collected, MeasureError, Store, deployments};
use crate::model::Date;
use crate::plan::Audience;
use crate::report::{FlowMaterial, FlowReport, flow_report};

/// The store's file in the directory that git ignores.
const STORE: &str = "flow.sqlite";

/// What is looked at, and for whom.
#[derive(Debug)]
pub(crate) struct Looking<'a> {
    /// What labels mean.
    pub(crate) config: &'a Config,
    /// Where deployments are asked for.
    pub(crate) connection: &'a Connection,
    /// The first and the last day.
    pub(crate) days: (Date, Date),
    /// Now.
    pub(crate) now: Timestamp,
    /// Who reads what is told; nothing where that is only who asks.
    pub(crate) readers: Option<Audience>,
}

impl Looking<'_> {
    /// How work flows in a team, whose work was collected; nothing where the days have not begun.
    pub(crate) async fn report(
        &self,
        team: &Team,
        collected: &Collected,
        ui: &Ui,
    ) -> Option<FlowReport> {
        let flows: Vec<Flow> = collected
            .items
            .iter()
            .filter_map(|item| flow_of(item, &self.config.flow))
            .collect();
        let deployments = self.deployed(team, ui).await;
        flow_report(&FlowMaterial {
            team: (&team.id, &team.name),
            days: self.days,
            now: self.now,
            flows: &flows,
            incidents: (&collected.incidents, &self.config.flow.incidents),
            deployments: deployments.as_deref(),
            calendar: &self.config.calendar,
            restricted: &self.restricted(collected),
        })
    }

    /// The projects that are open to fewer people than what is told.
    fn restricted(&self, collected: &Collected) -> BTreeSet<String> {
        let is_for_fewer = |visibility: Option<Visibility>| {
            let open_to = match visibility {
                Some(Visibility::Public) => Audience::Everybody,
                Some(Visibility::Internal) => Audience::Accounts,
                // Where nobody knows to whom it is open, it counts as open to its members.
                Some(Visibility::Private) | None => Audience::Members,
            };
            self.readers.is_some_and(|readers| open_to < readers)
        };
        let projects = collected.visibility.iter();
        projects
            .filter(|(_, visibility)| is_for_fewer(**visibility))
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// The deployments of a team's projects. That they cannot be read takes nothing from the rest: it is said.
    async fn deployed(&self, team: &Team, ui: &Ui) -> Option<Vec<Deployment>> {
        let (first, last) = self.days;
        let since = Period::days(first, last)?.begin;
        let read = deployments(
            &self.connection.client,
            &team.flow.projects,
            &self.config.flow.environment,
            since,
        );
        match read.await {
            Ok(deployments) => Some(deployments),
            Err(error) => {
                for (_, text) in failed(error).lines() {
                    ui.detail(&text);
                }
                ui.status(&format!(
                    "deployments of {} could not be read: nothing is said of them",
                    team.id
                ));
                None
            }
        }
    }
}

/// Refuses settings that do not say what labels mean.
pub(crate) fn is_told(config: &Config) -> Result<(), CliError> {
    if config.flow.is_empty() {
        return Err(CliError::failure(
            "okr.toml does not say what labels mean for the flow of work",
        )
        .hint("put what `okr flow init` proposes into okr.toml, and look at each label"));
    }
    Ok(())
}

/// Where what was read is kept: in the file that is named, else in the one that all commands share.
pub(crate) fn store(
    project: &Project,
    connection: &Connection,
    path: Option<&Path>,
) -> Result<Store, CliError> {
    let server = connection.client.base_url().to_string();
    let path = if let Some(path) = path {
        path.to_owned()
    } else {
        ignored(&project.root)?;
        project.root.dir().join(IGNORED).join(STORE)
    };
    Store::open(&path, &server)
        .map_err(|error| CliError::failure("cannot keep what is read").because(error))
}

/// Now: the end of the day that `OKR_TODAY` names, else what the clock says.
pub(crate) fn now(env: &Env) -> Result<Timestamp, CliError> {
    let Some(today) = env.okr_today else {
        return Ok(clock::now());
    };
    let day = Period::days(today, today);
    let day = day.ok_or_else(|| {
        CliError::usage(format!("OKR_TODAY is at the end of the calendar: {today}"))
    })?;
    Ok(day.end)
}

/// Why how work flows cannot be told, with a way out.
pub(crate) fn failed(error: MeasureError) -> CliError {
    let hint = match &error {
        MeasureError::GitLab { source, .. } => source.hint(),
        MeasureError::Store(_) => {
            "delete the file that --store names, by default .okr/flow.sqlite".to_owned()
        }
    };
    CliError::failure("cannot tell how work flows")
        .because(error)
        .hint(hint)
}
