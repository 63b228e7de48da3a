use clap::ValueEnum;

use crate::cli::{CliError, Env, ExitStatus, Global, Project, Selection, Ui, clock};
use crate::lint::Past;
use crate::render::diagnostics::{Look, concise, human, json, summary};

/// The arguments of `okr validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr validate
  okr validate --team sre --quarter 2026-q4
  okr validate --format json > findings.json
  vim -q <(okr validate --format concise)")]
pub struct Validate {
    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    selection: Selection,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// With the lines that they are about
    #[default]
    Human,
    /// One line each: path:line:column: error[rule]: message
    Concise,
    /// For other programs
    Json,
}

impl Validate {
    /// Loads the workspace and shows what is wrong with it.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let mut project = Project::open(global, ui)?;
        let past = Past::Unknown("earlier versions of the files are not read yet".to_owned());
        for skipped in project.judge(&past, clock::today(env)) {
            ui.status(&format!(
                "{} was not checked: {}",
                skipped.rule, skipped.reason
            ));
        }
        let findings = self.selection.narrow(&project)?;
        let sources = &project.sources;
        match self.format {
            Format::Human if findings.is_empty() => ui.result(&all_well(&project)),
            Format::Human => {
                let look = Look {
                    colour: ui.colour(),
                    width: ui.width(),
                };
                ui.result(&human(&findings, sources, look));
            }
            Format::Concise => {
                ui.result(&concise(&findings, sources));
                if !findings.is_empty() {
                    ui.status(&summary(&findings));
                }
            }
            Format::Json => ui.result(&json(&findings, sources)),
        }
        let status = if findings.has_errors() {
            ExitStatus::Failure
        } else {
            ExitStatus::Success
        };
        // The process ends here: to free thousands of trees one by one takes longer than to judge them.
        std::mem::forget(project);
        Ok(status)
    }
}

fn all_well(project: &Project) -> String {
    let objectives = project.tree.objectives().count();
    let key_results = project.tree.items().count() - objectives;
    format!(
        "valid: {} files, {objectives} objectives, {key_results} key results\n",
        project.okrs.len() + 1
    )
}
