//! The `okr` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    okrsync::cli::run(std::env::args_os(), okrsync::cli::Env::read())
}
