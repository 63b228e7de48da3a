use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::format::Format;
use crate::cli::planning::{Declared, runtime};
use crate::cli::project::known_team;
use crate::cli::value_stream::{self, Looking, failed};
use crate::cli::{CliError, Connection, Env, ExitStatus, Global, Project, Ui, clock, connect};
use crate::config::{Config, Team};
use crate::gitlab::{LabelHome, ProjectRef};
use crate::measure::{MeasureError, Reader};
use crate::model::{Date, Id, Quarter};
use crate::render::flow::{FlowOptions, human, items, json, proposal};

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
        value_stream::is_told(config)?;
        let now = clock::moment(env)?;
        let days = which.days(config, env)?;
        let path = which.store.as_deref();
        let mut store = value_stream::store(&project, &connection, path)?;
        let looking = Looking {
            config,
            connection: &connection,
            days,
            now,
            // A terminal is its owner's; the log of a job is for whoever may read its project.
            readers: env.readers(),
        };
        let mut reader = Reader::new(&connection.client, &mut store, now);
        let reports = runtime()?.block_on(async {
            let mut reports = Vec::new();
            let read = value_stream::read(which.of(config), &mut reader, ui).await;
            read.map_err(failed)?;
            for team in which.of(config) {
                let collected = value_stream::collect(team, config, &mut reader, ui).await?;
                reports.extend(looking.report(team, &collected, ui).await);
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
