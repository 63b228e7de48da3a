mod flow;
mod simulation;

use std::path::{Path, PathBuf};

use super::apply::{Run, carry_out, summary};
use super::plan::look;
use crate::cli::planning::{Declared, planned, runtime};
use crate::cli::schemas::schemas;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect, world};
use crate::plan::Scope;
use crate::render::plan::{HumanOptions, human};
use crate::sandbox::{Clock, Options, Running, Sandbox, World};

/// The example, file by file.
const EXAMPLE: [(&str, &str); 6] = [
    ("okr.toml", include_str!("../../../okr.toml")),
    (
        "okrs/2026-q4/andrew.toml",
        include_str!("../../../okrs/2026-q4/andrew.toml"),
    ),
    (
        "okrs/2026-q4/delivery.toml",
        include_str!("../../../okrs/2026-q4/delivery.toml"),
    ),
    (
        "okrs/2026-q4/infrastructure.toml",
        include_str!("../../../okrs/2026-q4/infrastructure.toml"),
    ),
    (
        "okrs/2026-q4/sae.toml",
        include_str!("../../../okrs/2026-q4/sae.toml"),
    ),
    (
        "okrs/2026-q4/sre.toml",
        include_str!("../../../okrs/2026-q4/sre.toml"),
    ),
];

const STEPS: u32 = 4;

/// `okr demo`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr demo
  okr demo --flow            eleven weeks of a team's work, and how it flows
  okr demo --into my-okrs    writes the example's files there, to go on with")]
pub struct DemoCommand {
    /// Write the example into this new or empty directory and stop
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Show how work flows instead: a simulated quarter of one team
    #[arg(long, conflicts_with_all = ["into", "details"])]
    flow: bool,
    /// Show every difference whole
    #[arg(long)]
    details: bool,
}

impl DemoCommand {
    /// Runs the demo.
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        if let Some(dir) = &self.into {
            return into(dir, ui);
        }
        if self.flow {
            return flow::run(global, ui);
        }
        let dir = tempfile::tempdir().map_err(|error| {
            CliError::failure("cannot make a directory for the example").because(error)
        })?;
        write_example(dir.path())?;
        let global = Global {
            dir: Some(dir.path().to_owned()),
            ..global.clone()
        };

        let project = Project::open(&global, ui)?;
        let declared = Declared::of(&project, ui)?;
        step(
            ui,
            (1, STEPS),
            "okr validate: the example's files are read and checked, without a network",
        );
        let key_results = declared
            .desired
            .iter()
            .filter(|wanted| wanted.is_key_result)
            .count();
        ui.result(&format!(
            "valid: {} objectives and {key_results} key results of {} teams\n",
            declared.desired.len() - key_results,
            declared.config.teams.iter().count()
        ));
        runtime()?.block_on(self.loop_on_sandbox(&project, &declared, ui))
    }

    async fn loop_on_sandbox(
        &self,
        project: &Project,
        declared: &Declared,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let world = world::world(&declared.config, &project.tree);
        let sandbox = running(world, Clock::System).await?;
        let bot = world::bot(&declared.config);
        let env = Env {
            okr_url: Some(sandbox.url()),
            okr_token: Some(world::token(&bot).into()),
            ..Env::default()
        };
        let connection = connect(&env, &declared.config, ui)?;
        let scope = Scope::default();

        step(
            ui,
            (2, STEPS),
            "okr plan: what apply would change in GitLab, here a sandbox with empty trackers",
        );
        let started = clock::now();
        let (plan, observation) =
            planned(declared, None, None, &connection, &scope, &env, ui).await?;
        let brief = HumanOptions {
            brief: true,
            ..look(ui, self.details)
        };
        ui.result(&human(&plan, &brief));

        step(
            ui,
            (3, STEPS),
            "okr apply: the plan is carried out, each answer compared with what was sent",
        );
        let run = Run {
            origin: None,
            started,
            progress: ui.bar(plan.changes.len()),
            journal: None,
        };
        let report = carry_out(&plan, &observation, declared, &connection, run).await?;
        ui.result(&summary(&report));

        step(ui, (4, STEPS), "okr plan again: nothing is left to do");
        let before = connection.client.requests_sent();
        let (second, _) = planned(declared, None, None, &connection, &scope, &env, ui).await?;
        ui.result(&human(&second, &look(ui, self.details)));
        ui.result(&format!(
            "It took {} requests to see that.\n",
            connection.client.requests_sent().wrapping_sub(before)
        ));
        sandbox.stop().await;
        if report.failed() > 0 || !second.is_empty() {
            return Err(
                CliError::failure("the demo did not come to rest").hint("report this as a bug")
            );
        }
        ui.result(
            "\nGo on by hand:\n  \
             okr demo --into my-okrs && cd my-okrs\n  \
             okr sandbox                 # a GitLab that stays up; prints two export lines\n  \
             okr plan                    # in another terminal, after those two lines\n  \
             okr apply                   # then look at the issues in a browser, edit okrs/, plan again\n",
        );
        Ok(ExitStatus::Success)
    }
}

/// A sandbox that runs on a free port of this machine.
async fn running(world: World, clock: Clock) -> Result<Running, CliError> {
    let options = Options {
        world,
        listen: ([127, 0, 0, 1], 0).into(),
        state_file: None,
        clock,
    };
    Sandbox::start(options)
        .await
        .map_err(|error| CliError::failure("the sandbox does not start").because(error))
}

fn step(ui: &mut Ui, (number, of): (u32, u32), text: &str) {
    let title = ui.strong(&format!("[{number}/{of}] {text}"));
    let gap = if number == 1 { "" } else { "\n" };
    ui.result(&format!("{gap}{title}\n"));
}

fn into(dir: &Path, ui: &mut Ui) -> Result<ExitStatus, CliError> {
    let empty = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return Err(CliError::failure(format!("{} is not empty", dir.display()))
            .hint("name a new directory: nothing that is there is overwritten"));
    }
    write_example(dir)?;
    ui.result(&format!("the example is in {}\n", dir.display()));
    Ok(ExitStatus::Success)
}

fn write_example(dir: &Path) -> Result<(), CliError> {
    let schemas = schemas();
    let schemas = schemas
        .iter()
        .map(|(name, text)| (format!("schema/{name}"), text.as_str()));
    let files = EXAMPLE
        .iter()
        .map(|(path, text)| ((*path).to_owned(), *text))
        .chain(schemas);
    write(dir, files)
}

#[expect(
    clippy::disallowed_methods,
    reason = "makes a workspace where there is none yet"
)]
fn write<'a>(
    dir: &Path,
    files: impl IntoIterator<Item = (String, &'a str)>,
) -> Result<(), CliError> {
    for (path, text) in files {
        let file = dir.join(&path);
        let written = file
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&file, text));
        written.map_err(|error| {
            CliError::failure(format!("cannot write {}", file.display())).because(error)
        })?;
    }
    Ok(())
}
