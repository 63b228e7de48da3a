use std::net::SocketAddr;
use std::path::PathBuf;

use crate::cli::ignored::{IGNORED, ignored};
use crate::cli::planning::runtime;
use crate::cli::{CliError, ExitStatus, Global, Project, Ui, world};
use crate::render::json_text;
use crate::render::terminal_text::line;
use crate::sandbox::{Clock, JournalEntry, Options, Running, Sandbox, World};

/// Where a sandbox listens by itself.
const LISTEN: &str = "127.0.0.1:8930";
/// Where a sandbox that was set up from okr.toml keeps its state, in the directory of what git ignores.
const STATE: &str = "sandbox.json";

/// `okr sandbox`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr sandbox                          prints two lines to set OKR_URL and OKR_TOKEN with
  okr sandbox --reset                  begins anew
  okr sandbox --print-world            what okr.toml makes of it, to be edited and used with --world
  okr sandbox --world world.json       users, projects, merge requests and tokens from a file
  okr sandbox --log                    shows each request as it is answered

While it serves:
  curl $OKR_URL/-/journal              the requests since the start, as JSON
  curl -X DELETE $OKR_URL/-/journal    forgets them
  curl -X DELETE $OKR_URL/-/state      begins anew, as --reset does, without a restart
  curl $OKR_URL/-/faults               what goes wrong on purpose; PUT sets it")]
pub struct SandboxCommand {
    /// The address; loopback only
    #[arg(long, value_name = "ADDR", default_value = LISTEN)]
    listen: SocketAddr,
    /// Who and what exists at first, instead of okr.toml
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Print who and what exists at first, as a file for --world, and serve nothing
    #[arg(long, conflicts_with_all = ["world", "state", "reset", "log"])]
    print_world: bool,
    /// Keep the state in this file [default: .okr/sandbox.json; none with --world]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Forget what an earlier sandbox kept
    #[arg(long)]
    reset: bool,
    /// Show the requests that it is sent
    #[arg(long)]
    log: bool,
}

impl SandboxCommand {
    /// Serves until the process is ended.
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let (world, state_file, token) = match &self.world {
            Some(file) => {
                let world = read_world(file)?;
                let token = world.tokens.keys().next().cloned();
                (world, self.state.clone(), token)
            }
            None => self.of_project(global, ui)?,
        };
        if self.print_world {
            ui.result(&json_text(&world));
            return Ok(ExitStatus::Success);
        }
        if let (true, Some(file)) = (self.reset, &state_file)
            && file.exists()
        {
            std::fs::remove_file(file).map_err(|error| {
                CliError::failure(format!("cannot remove {}", file.display())).because(error)
            })?;
        }
        let options = Options {
            world,
            listen: self.listen,
            state_file: state_file.clone(),
            clock: Clock::System,
        };
        runtime()?.block_on(async {
            let sandbox = Sandbox::start(options)
                .await
                .map_err(|error| CliError::failure("the sandbox does not start").because(error))?;
            ui.result(&format!("export OKR_URL={}\n", sandbox.url()));
            if let Some(token) = token {
                ui.result(&format!("export OKR_TOKEN={token}\n"));
            }
            ui.status(&format!("sandbox: its issues are at {}/", sandbox.url()));
            if let Some(file) = &state_file {
                ui.status(&format!("sandbox: its state is kept in {}", file.display()));
            }
            if !sandbox.added().is_empty() {
                let added = sandbox.added().join(", ");
                ui.status(&format!("sandbox: added to what it kept: {}", line(&added)));
            }
            ui.status("sandbox: serving until it is ended (Ctrl-C)");
            self.serve(&sandbox, ui).await;
            sandbox.stop().await;
            Ok(ExitStatus::Success)
        })
    }

    fn of_project(
        &self,
        global: &Global,
        ui: &Ui,
    ) -> Result<(World, Option<PathBuf>, Option<String>), CliError> {
        let project = Project::open(global, ui)?;
        let Some(config) = &project.config else {
            return Err(CliError::failure("okr.toml cannot be read").hint("okr validate says why"));
        };
        let token = world::token(&world::bot(config));
        let file = if let Some(file) = &self.state {
            file.clone()
        } else {
            if !self.print_world {
                ignored(&project.root)?;
            }
            project.root.dir().join(IGNORED).join(STATE)
        };
        Ok((world::world(config, &project.tree), Some(file), Some(token)))
    }

    /// Waits for the end, and shows requests where that was asked for.
    async fn serve(&self, sandbox: &Running, ui: &Ui) {
        let mut shown = 0;
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(200));
        let ended = ended();
        tokio::pin!(ended);
        loop {
            let is_over = tokio::select! {
                () = &mut ended => true,
                _ = tick.tick(), if self.log => false,
            };
            if self.log {
                for entry in sandbox.journal_after(shown) {
                    ui.status(&told(&entry));
                    shown = entry.number;
                }
            }
            if is_over {
                return;
            }
        }
    }
}

/// Returns when the process is told to end.
pub(super) async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the signal ends the process by itself.
    let _told = tokio::signal::ctrl_c().await;
}

fn told(entry: &JournalEntry) -> String {
    let user = entry.user.as_deref().unwrap_or("nobody");
    // A connection that a fault cut has no status.
    let status = match entry.status {
        0 => "cut".to_owned(),
        status => status.to_string(),
    };
    format!(
        "{:>5}  {status}  {user} {} {}",
        entry.number,
        line(&entry.method),
        line(&entry.path)
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "a world is no file of the workspace"
)]
fn read_world(file: &std::path::Path) -> Result<World, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        CliError::failure(format!("cannot read the world {}", file.display())).because(error)
    })?;
    serde_json::from_str(&text).map_err(|error| {
        CliError::failure(format!("{} is no world", file.display()))
            .because(error)
            .hint("okr sandbox --print-world shows one")
    })
}
