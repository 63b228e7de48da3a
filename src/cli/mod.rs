//! Arguments → library calls → render → exit status. One file a command, under `commands`.
//!
//! The environment is read in one place ([`Env`]), and one place prints ([`Ui`]): stdout is the result, stderr is status,
//! hints and errors.

mod allowed;
mod applied;
mod args;
mod asking;
mod base;
mod check_ins;
mod clock;
mod closing;
mod commands;
mod committed;
mod connect;
mod env;
mod error;
mod exit;
mod findings;
mod format;
mod going;
mod ignored;
mod journal;
mod keys;
mod measuring;
mod mending;
mod merged;
mod names;
mod outdated;
mod output;
mod past;
pub mod pipeline;
mod planning;
mod progress;
mod project;
mod report;
mod reviewed;
mod rules;
mod saved;
mod schemas;
mod serving;
mod site_directory;
mod told;
mod ui;
mod value_stream;
pub mod world;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

pub use args::{Args, ColourChoice, Global};
pub use connect::{Connection, connect};
pub use env::{Env, EnvError};
pub use error::CliError;
pub use exit::ExitStatus;
pub use progress::Progress;
pub use project::{Project, Selection};
pub use rules::rules;
pub use ui::Ui;

/// Runs `okr` with its arguments, the first of which is the program's name, and the environment as read.
pub fn run(arguments: impl IntoIterator<Item = OsString>, env: Result<Env, EnvError>) -> ExitCode {
    let env = match env {
        Ok(env) => env,
        Err(error) => {
            let ui = Ui::new(&Global::default(), &Env::default());
            let error = CliError::usage("the environment cannot be read").because(error);
            ui.error(&error);
            return error.status().into();
        }
    };
    let args = match parse(arguments) {
        Ok(args) => args,
        Err(error) => return Ui::new(&Global::default(), &env).clap(&error).into(),
    };
    let mut ui = Ui::new(&args.global, &env);
    let outcome = commands::run(&args, &env, &mut ui);
    ui.finish(outcome).into()
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    // Colour is ours to decide: clap must neither add nor strip any.
    let mut command = Args::command().color(clap::ColorChoice::Always);
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Args::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}
