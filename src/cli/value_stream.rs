//! How work flows in a team's value stream, for every command that tells it: from the store, kept up to date with GitLab, to a
//! report.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::ignored::{IGNORED, ignored};
use super::{CliError, Connection, Project, Ui, clock};
use crate::config::{Config, Team};
use crate::flow::{Deployment, Flow, Period, flow_of};
use crate::gitlab::{ErrorKind, Visibility};
use crate::measure::{Collected, MeasureError, Progress, Reader, Store, deployments};
use crate::model::Date;
use crate::plan::Audience;
use crate::reconcile::audience;
use crate::render::flow::duration;
use crate::report::{FlowMaterial, FlowReport, flow_report};

/// The store's file in the directory that git ignores.
const STORE: &str = "flow.sqlite";
/// After how many issues a line says how far the reading is, where no bar is watched.
const A_LINE_EVERY: usize = 500;

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
            // Where nobody knows to whom it is open, it counts as open to its members.
            let open_to = visibility.map_or(Audience::Members, audience);
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
                let is_shut_out = matches!(
                    &error,
                    MeasureError::GitLab { source, .. } if *source.kind() == ErrorKind::Forbidden
                );
                let why = if is_shut_out {
                    ", since GitLab shows them to Reporters and above"
                } else {
                    ""
                };
                for (_, text) in failed(error).lines() {
                    ui.detail(&text);
                }
                ui.status(&format!(
                    "deployments of {} could not be read{why}: nothing is said of them",
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

/// Reads the work of teams, and shows how far it is and what is left: a bar where a person looks, else a line now and then.
///
/// # Errors
/// GitLab fails or refuses, or the store does. What was read until then is kept.
pub(crate) async fn read<'t>(
    teams: impl IntoIterator<Item = &'t Team>,
    reader: &mut Reader<'_>,
    ui: &Ui,
) -> Result<(), MeasureError> {
    let bar = RefCell::new(None);
    let started = clock::now();
    let show = |progress: Progress| {
        let left = progress.time_left(clock::now().duration_since(started));
        let said = forecast(progress, left);
        let mut bar = bar.borrow_mut();
        bar.get_or_insert_with(|| ui.bar(progress.of))
            .step(&said, true);
        if !ui.is_watched() && progress.done.is_multiple_of(A_LINE_EVERY) {
            ui.status(&said);
        }
    };
    let streams = teams.into_iter().map(|team| &team.flow);
    let read = reader.read(streams, show).await;
    if let Some(bar) = bar.into_inner() {
        bar.finish();
    }
    read
}

/// A team's work; what of it was not yet read is read now.
///
/// # Errors
/// As for [`read`].
pub(crate) async fn collect(
    team: &Team,
    config: &Config,
    reader: &mut Reader<'_>,
    ui: &Ui,
) -> Result<Collected, CliError> {
    read([team], reader, ui).await.map_err(failed)?;
    let work = reader.work(&team.flow, &config.flow.incidents, |_| {});
    work.await.map_err(failed)
}

/// `500 of 10000 issues read, 19000 requests and about 3 h left`
fn forecast(progress: Progress, left: Option<SignedDuration>) -> String {
    let Progress { done, of } = progress;
    let requests = progress.requests_left();
    let time = left.map(|left| format!(" and about {}", duration(left.as_secs())));
    let time = time.unwrap_or_default();
    format!("{done} of {of} issues read, {requests} requests{time} left")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_says_what_is_left() {
        let said = |done, left: Option<i64>| {
            forecast(
                Progress { done, of: 10_000 },
                left.map(SignedDuration::from_mins),
            )
        };
        assert_eq!(
            said(500, Some(190)),
            "500 of 10000 issues read, 19000 requests and about 3.2 h left"
        );
        assert_eq!(said(0, None), "0 of 10000 issues read, 20000 requests left");
    }
}
