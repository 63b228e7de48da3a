//! One file a command.

pub(super) mod adopt;
pub(super) mod apply;
pub(super) mod check_in;
pub(super) mod close;
pub(super) mod completions;
pub(super) mod demo;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod flow;
pub(super) mod fmt;
pub(super) mod import;
pub(super) mod init;
pub(super) mod measure;
pub(super) mod new;
pub(super) mod note;
pub(super) mod observe;
pub(super) mod plan;
pub(super) mod pull;
pub(super) mod release;
pub(super) mod report;
pub(super) mod rules;
pub(super) mod sandbox;
pub(super) mod schema;
pub(super) mod status;
pub(super) mod undo;
pub(super) mod validate;

use clap::CommandFactory as _;

use super::args::Command;
use super::{Args, CliError, Env, ExitStatus, Ui};

/// Runs the command that the arguments name.
pub(super) fn run(args: &Args, env: &Env, ui: &mut Ui) -> Result<ExitStatus, CliError> {
    let global = &args.global;
    match &args.command {
        None => {
            let help = Args::command().render_help();
            ui.result(&if ui.colour() {
                help.ansi().to_string()
            } else {
                help.to_string()
            });
            Ok(ExitStatus::Success)
        }
        Some(Command::Init(command)) => command.run(global, env, ui),
        Some(Command::New(command)) => command.run(global, env, ui),
        Some(Command::Validate(command)) => command.run(global, env, ui),
        Some(Command::Fmt(command)) => command.run(global, ui),
        Some(Command::Rules(command)) => command.run(ui),
        Some(Command::Observe(command)) => command.run(global, env, ui),
        Some(Command::Plan(command)) => command.run(global, env, ui),
        Some(Command::Explain(command)) => command.run(global, env, ui),
        Some(Command::Status(command)) => command.run(global, env, ui),
        Some(Command::Flow(command)) => command.run(global, env, ui),
        Some(Command::Report(command)) => command.run(global, env, ui),
        Some(Command::Export(command)) => command.run(global, env, ui),
        Some(Command::Import(command)) => command.run(global, ui),
        Some(Command::Apply(command)) => command.run(global, env, ui),
        Some(Command::Note(command)) => command.run(global, env, ui),
        Some(Command::CheckIn(command)) => command.run(global, env, ui),
        Some(Command::Measure(command)) => command.run(global, env, ui),
        Some(Command::Close(command)) => command.run(global, env, ui),
        Some(Command::Pull(command)) => command.run(global, env, ui),
        Some(Command::Undo(command)) => command.run(global, env, ui),
        Some(Command::Adopt(command)) => command.run(global, env, ui),
        Some(Command::Release(command)) => command.run(global, env, ui),
        Some(Command::Doctor(command)) => command.run(global, env, ui),
        Some(Command::Sandbox(command)) => command.run(global, ui),
        Some(Command::Demo(command)) => command.run(global, ui),
        Some(Command::Schema(command)) => command.run(global, ui),
        Some(Command::Completions(command)) => Ok(command.run(ui)),
    }
}
