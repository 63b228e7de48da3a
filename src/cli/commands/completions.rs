use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::{Args, ExitStatus, Ui};

/// The arguments of `okr completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr completions bash > ~/.local/share/bash-completion/completions/okr
  okr completions zsh > ~/.zfunc/_okr
  okr completions fish > ~/.config/fish/completions/okr.fish")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub(super) fn run(&self, ui: &mut Ui) -> ExitStatus {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Args::command(), "okr", &mut script);
        ui.result(&String::from_utf8_lossy(&script));
        ExitStatus::Success
    }
}
