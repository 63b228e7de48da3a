use std::cell::RefCell;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use crate::cli::ignored::{IGNORED, ignored};
use crate::cli::planning::{Declared, runtime};
use crate::cli::project::known_team;
use crate::cli::{CliError, Connection, Env, ExitStatus, Global, Project, Ui, clock, connect};
use crate::config::{Config, Team};
use crate::flow::{Deployment, Flow, Period, flow_of};
use crate::gitlab::{ErrorKind, LabelHome, ProjectRef};
use crate::measure::{MeasureError, Progress, Reader, Store, deployments};
use crate::model::{Date, Id, Quarter};
use crate::render::flow::{FlowOptions, duration, human, items, json, proposal};
use crate::report::{FlowMaterial, FlowReport, flow_report};

/// The store's file in the directory that git ignores.
pub(super) const STORE: &str = "flow.sqlite";
/// After how many issues a line says how far the reading is, where no bar is watched.
const A_LINE_EVERY: usize = 500;

/// `okr flow`
#[derive(Debug, Default, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  okr flow init                    proposes [flow] from the labels there are
  okr flow --team sre
  okr flow --quarter 2026-q3 --format json
  okr flow explain --team sre      the issues that the figures are made of

It reads issues with their label and state events, and keeps them in
.okr/flow.sqlite: a second run asks for what changed. The file may be deleted
at any time. docs/flow.md has every definition."
)]
pub struct FlowCommand {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    which: Which,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// What is asked about the flow of work.
#[derive(Debug, Subcommand)]
enum What {
    /// Propose [flow] of okr.toml from the labels that the projects have
    Init(Which),
    /// List the issues that the figures are made of
    Explain(Which),
}

/// Whose flow, and when.
#[derive(Debug, Default, clap::Args)]
struct Which {
    /// Only this team; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// In this quarter [default: the one of today]
    #[arg(long, value_name = "QUARTER", conflicts_with_all = ["from", "to"])]
    quarter: Option<Quarter>,
    /// From this day on
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<Date>,
    /// Until this day
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
    /// Where what was read is kept [default: .okr/flow.sqlite]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

/// How flow is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Human,
    /// For other programs
    Json,
}

impl FlowCommand {
    /// `okr flow init`, of all teams.
    pub(super) fn init() -> Self {
        Self {
            what: Some(What::Init(Which::default())),
            ..Self::default()
        }
    }

    /// `okr flow` of all teams, from a day until a day.
    pub(super) fn between((from, to): (Date, Date)) -> Self {
        Self {
            which: Which {
                from: Some(from),
                to: Some(to),
                ..Which::default()
            },
            ..Self::default()
        }
    }

    /// Says how work flows.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let which = match &self.what {
            None => &self.which,
            Some(What::Init(which) | What::Explain(which)) => which,
        };
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let config = &declared.config;
        for team in &which.teams {
            known_team(team, config)?;
        }
        let connection = connect(env, config, ui)?;
        if let Some(What::Init(_)) = self.what {
            let labels = runtime()?.block_on(labels(config, which, &connection))?;
            ui.result(&proposal(&labels));
            return Ok(ExitStatus::Success);
        }
        if config.flow.is_empty() {
            return Err(CliError::failure(
                "okr.toml does not say what labels mean for the flow of work",
            )
            .hint("put what `okr flow init` proposes into okr.toml, and look at each label"));
        }
        let now = clock::moment(env)?;
        let days = which.days(config, env)?;
        let mut store = which.open(&project, &connection)?;
        let mut reader = Reader::new(&connection.client, &mut store, now);
        let reports = runtime()?.block_on(async {
            let mut reports = Vec::new();
            read(which, config, &mut reader, ui).await?;
            for team in which.of(config) {
                let when = (days, now);
                reports.extend(report(team, config, when, &connection, &mut reader, ui).await?);
            }
            Ok::<_, CliError>(reports)
        })?;
        if reports.is_empty() {
            return Err(CliError::usage(format!("{} has not begun", days.0)));
        }
        let options = FlowOptions {
            color: ui.colour(),
            width: ui.width(),
        };
        ui.result(&match (&self.what, self.format) {
            (Some(_), _) => {
                let each: Vec<String> = reports
                    .iter()
                    .map(|report| items(report, &options))
                    .collect();
                each.join("\n")
            }
            (None, Format::Human) => human(&reports, &options),
            (None, Format::Json) => json(&reports),
        });
        Ok(ExitStatus::Success)
    }
}

impl Which {
    /// The teams that are asked about.
    fn of<'a>(&'a self, config: &'a Config) -> impl Iterator<Item = &'a Team> {
        config
            .teams
            .iter()
            .filter(|team| self.teams.is_empty() || self.teams.contains(&team.id))
    }

    /// The first and the last day.
    fn days(&self, config: &Config, env: &Env) -> Result<(Date, Date), CliError> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            if to < from {
                return Err(CliError::usage(format!("{to} is before {from}"))
                    .hint("let --from be the first day and --to the last"));
            }
            return Ok((from, to));
        }
        let today = clock::today(env);
        let Some(quarter) = self.quarter.or_else(|| config.calendar.quarter_of(today)) else {
            return Err(CliError::usage(format!("{today} is in no quarter"))
                .hint("name one: --quarter 2026-q4, or give --from and --to"));
        };
        let period = config.calendar.period(quarter);
        let period = period
            .ok_or_else(|| CliError::usage(format!("the calendar has no days for {quarter}")))?;
        Ok((period.start(), period.end()))
    }

    fn open(&self, project: &Project, connection: &Connection) -> Result<Store, CliError> {
        let server = connection.client.base_url().to_string();
        let path = if let Some(path) = &self.store {
            path.clone()
        } else {
            ignored(&project.root)?;
            project.root.dir().join(IGNORED).join(STORE)
        };
        Store::open(&path, &server)
            .map_err(|error| CliError::failure("cannot keep what is read").because(error))
    }
}

/// The labels of the teams' projects.
async fn labels(
    config: &Config,
    which: &Which,
    connection: &Connection,
) -> Result<Vec<String>, CliError> {
    let mut labels = Vec::new();
    let mut projects: Vec<&String> = which
        .of(config)
        .flat_map(|team| &team.flow.projects)
        .collect();
    projects.sort();
    projects.dedup();
    for path in projects {
        let home = LabelHome::Project(ProjectRef::from(path.as_str()));
        let found = connection.client.labels(&home).await.map_err(|source| {
            failed(MeasureError::GitLab {
                project: path.clone(),
                source: Box::new(source),
            })
        })?;
        labels.extend(found.into_iter().map(|label| label.name));
    }
    labels.sort();
    labels.dedup();
    Ok(labels)
}

async fn report(
    team: &Team,
    config: &Config,
    (days, now): ((Date, Date), Timestamp),
    connection: &Connection,
    reader: &mut Reader<'_>,
    ui: &Ui,
) -> Result<Option<FlowReport>, CliError> {
    // What the last one had is here; its progress was told.
    let collected = reader
        .work(&team.flow, &config.flow.incidents, |_| {})
        .await
        .map_err(failed)?;
    let flows: Vec<Flow> = collected
        .items
        .iter()
        .filter_map(|item| flow_of(item, &config.flow))
        .collect();
    let deployments = deployed(team, config, days, connection, ui).await;
    Ok(flow_report(&FlowMaterial {
        team: (&team.id, &team.name),
        days,
        now,
        flows: &flows,
        incidents: (&collected.incidents, &config.flow.incidents),
        deployments: deployments.as_deref(),
    }))
}

/// Reads the work of all teams, and shows how far it is and what is left: a bar where a person looks, else a line now and then.
async fn read(
    which: &Which,
    config: &Config,
    reader: &mut Reader<'_>,
    ui: &Ui,
) -> Result<(), CliError> {
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
    let streams = which.of(config).map(|team| &team.flow);
    let read = reader.read(streams, show).await;
    if let Some(bar) = bar.into_inner() {
        bar.finish();
    }
    read.map_err(failed)
}

/// `500 of 10000 issues read, 19000 requests and about 3 h left`
fn forecast(progress: Progress, left: Option<SignedDuration>) -> String {
    let Progress { done, of } = progress;
    let requests = progress.requests_left();
    let time = left.map(|left| format!(" and about {}", duration(left.as_secs())));
    let time = time.unwrap_or_default();
    format!("{done} of {of} issues read, {requests} requests{time} left")
}

/// The deployments of a team's projects. That they cannot be read takes nothing from the rest: it is said.
async fn deployed(
    team: &Team,
    config: &Config,
    (first, last): (Date, Date),
    connection: &Connection,
    ui: &Ui,
) -> Option<Vec<Deployment>> {
    let since = Period::days(first, last)?.begin;
    let read = deployments(
        &connection.client,
        &team.flow.projects,
        &config.flow.environment,
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

fn failed(error: MeasureError) -> CliError {
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
