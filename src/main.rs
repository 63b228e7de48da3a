//! The `okr` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    okrsync::cli::run(std::env::args_os(), okrsync::cli::Env::read())
}
