use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::sandbox::ended;
use crate::cli::going;
use crate::cli::planning::{Declared, runtime};
use crate::cli::project::known_team;
use crate::cli::serving::Server;
use crate::cli::site_directory::SiteDirectory;
use crate::cli::value_stream::{self, Looking};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect, past};
use crate::lint::Past;
use crate::measure::{Reader, links};
use crate::model::{Date, Id, Key, Quarter};
use crate::render::site::{Site, SiteMaterial};
use crate::render::terminal_text::line;
use crate::report::{Filter, FlowReport, Status, add_dependencies, linked_items};

/// Where pages are written by themselves: GitLab Pages publishes this directory.
const OUT: &str = "public";
/// Where pages are served by themselves.
const LISTEN: &str = "127.0.0.1:8931";
/// The rule that finds goals which were eased.
const MOVED: &str = "moved-goal";

/// `okr report`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr report                       writes public/index.html and all other pages
  okr report --out site --team sre
  okr report --flow                with a page for each team's value stream
  okr report --serve               shows the pages on this machine, writes none

Without a token it goes by the files alone. With one it also counts rows that
people wrote into the check-in tables of issues and that no file has yet, marks
them, and links the issues.

--flow adds how work flows in each team, from issues and what happened to
them. It needs a token and [flow] in okr.toml, and shares .okr/flow.sqlite with
okr flow. What GitLab fails of there costs those pages only.

The directory may be new, empty, or one that okr report has written. Of what
is in it, only files that an earlier report wrote are replaced or removed.")]
pub struct ReportCommand {
    /// The directory to write [default: public]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only this team and those below it; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// This quarter, like 2026-q4 [default: the one of today, else the newest that has files]
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<Quarter>,
    /// Changes are those since the end of this day [default: seven days ago]
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Go by what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    /// Also a page for each team's value stream: reads work as okr flow does
    #[arg(long, conflicts_with = "observed")]
    flow: bool,
    /// Show the pages until it is ended; loopback only [default address: 127.0.0.1:8931]
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = LISTEN, conflicts_with = "out")]
    serve: Option<SocketAddr>,
}

impl ReportCommand {
    /// Writes the pages, or shows them.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let mut project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        for team in &self.teams {
            known_team(team, &declared.config)?;
        }
        if self.flow {
            value_stream::is_told(&declared.config)?;
        }
        let today = clock::today(env);
        let quarter = going::quarter(self.quarter, &project, &declared, today)?;
        let since = going::since(self.since, today)?;
        // What cannot be written or served is said before anything is computed.
        let server = self.serve.map(Server::bind).transpose()?;
        let out = self.out.as_deref().unwrap_or(Path::new(OUT));
        let directory = match &server {
            Some(_) => None,
            None => Some(SiteDirectory::open(out)?),
        };
        let seen = match &self.observed {
            Some(file) => going::recorded(&declared, file)?,
            None => going::seen(&declared, env, ui),
        };
        if let Some(recorded) = &seen.recorded {
            // Who wrote the record is not known.
            ui.status(&line(recorded));
        }
        let status = going::status(&project, &declared, &seen, quarter, (today, since))
            .ok_or_else(|| going::no_days(quarter))?;
        let status = status.narrowed(&Filter {
            teams: self.teams.iter().cloned().collect(),
            ..Filter::default()
        });
        let flows = if self.flow {
            flows(&status, &project, &declared, env, ui)?
        } else {
            Vec::new()
        };
        let moved = moved(&mut project, today, env, ui);
        let site = Site::new(SiteMaterial {
            status: &status,
            tree: &project.tree,
            moved: &moved,
            flows: &flows,
        });
        let files = site.files();
        if let Some(directory) = directory {
            let paths: Vec<&str> = files.keys().map(String::as_str).collect();
            directory.write(&paths, |path| {
                files
                    .get(path)
                    .map(|page| site.text(*page))
                    .unwrap_or_default()
            })?;
            ui.result(&format!(
                "wrote {} files: {}\n",
                files.len(),
                line(&out.join("index.html").display().to_string())
            ));
        }
        if let Some(server) = server {
            let texts = files.iter();
            let texts: BTreeMap<String, String> = texts
                .map(|(path, page)| (path.clone(), site.text(*page)))
                .collect();
            ui.result(&format!("{}\n", server.url()));
            ui.status("report: serving until it is ended (Ctrl-C)");
            runtime()?.block_on(server.serve(texts, ended()))?;
        }
        Ok(ExitStatus::Success)
    }
}

/// How work flows in the teams of the pages; people's work is their teams'. What GitLab fails of is said, and costs the pages
/// of those teams only.
fn flows(
    status: &Status,
    project: &Project,
    declared: &Declared,
    env: &Env,
    ui: &Ui,
) -> Result<Vec<FlowReport>, CliError> {
    let config = &declared.config;
    let now = clock::moment(env)?;
    let opened = connect(env, config, ui).and_then(|connection| {
        let store = value_stream::store(project, &connection, None)?;
        Ok((connection, store))
    });
    let (connection, mut store) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            ui.status("how work flows is not known, so it has no pages");
            going::say_why(&error, ui);
            return Ok(Vec::new());
        }
    };
    let looking = Looking {
        config,
        connection: &connection,
        days: (status.start, status.end),
        now,
        readers: env.readers(),
    };
    let mut reader = Reader::new(&connection.client, &mut store, now);
    let teams = status.teams.iter().filter(|team| !team.individual);
    let teams = teams.filter_map(|team| config.teams.get(&team.id));
    runtime()?.block_on(async {
        let mut flows = Vec::new();
        let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for team in teams {
            match value_stream::collect(team, config, &mut reader, ui).await {
                Ok(collected) => {
                    flows.extend(looking.report(team, &collected, ui).await);
                    for item in collected.items {
                        let own = owners.entry(item.reference).or_default();
                        own.insert(team.id.to_string());
                    }
                }
                Err(error) => {
                    ui.status(&format!(
                        "how work flows in {} is not known, so it has no page",
                        team.id
                    ));
                    going::say_why(&error, ui);
                }
            }
        }
        let asked = linked_items(&flows);
        match links(&connection.client, &reader.projects(), &asked).await {
            Ok(links) => add_dependencies(&mut flows, &links, &asked, &owners),
            Err(error) => {
                ui.status("what items in progress are linked to is not known");
                going::say_why(&value_stream::failed(error), ui);
            }
        }
        Ok(flows)
    })
}

/// The key results whose goal was eased after the quarter began, by what git knows.
fn moved(project: &mut Project, today: Date, env: &Env, ui: &Ui) -> BTreeMap<Key, String> {
    let past = past::read(project, today, env, ui);
    if let Past::Unknown(why) = &past {
        ui.status(&format!("goals that were eased are not known: {why}"));
    }
    project.judge(&past, today);
    let findings = project.findings.iter();
    findings
        .filter(|finding| finding.rule == MOVED)
        .filter_map(|finding| {
            // The part before the field is the key.
            let (key, _) = finding.subject.split_once('.')?;
            Some((key.parse().ok()?, finding.message.clone()))
        })
        .collect()
}
