use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::check_ins::{Edited, Said};
use crate::cli::committed::committed;
use crate::cli::planning::{Declared, planned_from, scope};
use crate::cli::report::Report;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Selection, Ui};
use crate::model::Key;
use crate::plan::{LeftReason, PulledRow, not_pulled, pull};
use crate::render::pull::{Outcome, human, json};
use crate::render::terminal_text::line;
use crate::render::unified;

/// `okr pull`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr pull
  okr pull --team sre --check          show what would be written, and write nothing
  okr pull --format json               what was written, by team; --report json=FILE beside the rest
  okr pull --observed observation.json without a network, from what okr observe has recorded

A row that the file lacks is added. One that somebody changed in the issue takes the place of the file's, if the file is as
it was last applied; else both differ, and somebody has to decide: nothing is written for that day. The same goes for a row
that cannot be read. Titles, texts and dates that people changed in an issue are listed, and stay there.

A token that reads is enough. Files with changes that are not committed are not written into, so that git can take a pull
back: commit them first, or pass --allow-dirty.

Exit status: 1 when a row waits for a decision, after everything else is written; with --check also when something is to
pull.")]
pub struct PullCommand {
    /// Write nothing; show what would change, and end with exit status 1 if anything would
    #[arg(long)]
    check: bool,
    /// Also write into files with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Also write a report: json=FILE, what --format json prints
    #[arg(long, value_name = "KIND=FILE")]
    report: Vec<Report<ReportKind>>,
    /// Go by what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
}

/// How the outcome is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Human,
    /// For other programs
    Json,
}

/// A report beside the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    /// For other programs
    Json,
}

impl PullCommand {
    /// Compares, shows and writes.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let scope = scope(&self.selection, &project)?;
        let record = self.observed.as_deref();
        let (plan, observation) = planned_from(record, &declared, None, &scope, env, ui)?;
        for notice in &plan.notices {
            if matches!(notice.id.as_str(), "recorded" | "issues-hidden") {
                ui.status(&line(&notice.message));
            }
        }
        let found = pull(
            &declared.desired,
            &observation.state,
            &observation.ownership,
            &scope,
        );
        let mut left = found.left;
        let rows: Vec<(Key, Said)> = found
            .rows
            .iter()
            .map(|pulled| (pulled.key.clone(), Said::CheckIn(pulled.row.clone())))
            .collect();
        let (edited, outcomes) = Edited::new(&project, &rows)?;
        let mut pulled: Vec<(PulledRow, String)> = Vec::new();
        for (row, outcome) in found.rows.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => {
                    let file = path_of(&project, &row.key);
                    pulled.push((row, file));
                }
                Err(why) => left.push(row.left(|values| LeftReason::Refused { values, why })),
            }
        }
        left.sort_by(|a, b| (&a.key, a.date).cmp(&(&b.key, b.date)));
        if !self.check {
            if !self.allow_dirty {
                let written: Vec<&str> = edited.files().map(|(path, ..)| path).collect();
                committed(&project, &written, "okr pull", env)?;
            }
            edited.write(ui)?;
        }
        let outcome = Outcome {
            written: !self.check,
            rows: &pulled,
            left: &left,
            not_pulled: &not_pulled(&plan),
            not_looked_at: &plan.conflicts,
        };
        for report in &self.report {
            report.write(&match report.kind {
                ReportKind::Json => json(&outcome),
            })?;
        }
        match self.format {
            Format::Json => ui.result(&json(&outcome)),
            Format::Human => show(&outcome, &edited, ui),
        }
        ui.status(&counted(&pulled, self.check));
        let waiting = left.iter().filter(|row| row.reason.waits()).count();
        Ok(if waiting > 0 || (self.check && !pulled.is_empty()) {
            ExitStatus::Failure
        } else {
            ExitStatus::Success
        })
    }
}

/// The differences, then what else there is to say. In a job's log, the lines of confidential OKRs are not shown.
fn show(outcome: &Outcome<'_>, edited: &Edited<'_>, ui: &mut Ui) {
    let mut parts = Vec::new();
    for (path, before, after) in edited.files() {
        let here = outcome.rows.iter().filter(|(_, file)| file == path);
        let secret: BTreeSet<&Key> = here
            .filter(|(row, _)| row.confidential)
            .map(|(row, _)| &row.key)
            .collect();
        if ui.is_public() && !secret.is_empty() {
            let keys: Vec<String> = secret.into_iter().map(ToString::to_string).collect();
            let keys = keys.join(", ");
            parts.push(format!(
                "{}: not shown, for check-ins of confidential OKRs are in it: {keys}\n",
                line(path)
            ));
        } else {
            parts.push(unified(path, before, after, ui.colour()));
        }
    }
    parts.push(human(outcome, !ui.is_public()));
    parts.retain(|part| !part.is_empty());
    ui.result(&parts.join("\n"));
}

fn counted(pulled: &[(PulledRow, String)], check: bool) -> String {
    let files: BTreeSet<&String> = pulled.iter().map(|(_, file)| file).collect();
    let check_ins = match pulled.len() {
        0 => return "nothing to pull".to_owned(),
        1 => "1 check-in".to_owned(),
        count => format!("{count} check-ins"),
    };
    let files = match files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    if check {
        format!("{check_ins} to pull into {files}")
    } else {
        format!("pulled {check_ins} into {files}: look at them, and commit them")
    }
}

fn path_of(project: &Project, key: &Key) -> String {
    let file = project.tree.get(key).map(|item| item.item().span.file);
    file.map(|file| project.sources.file(file).path().to_owned())
        .unwrap_or_default()
}
