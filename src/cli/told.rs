//! How a command tells what it has brought into files, beside what it prints.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

use super::format::Format;
use super::report::Report;
use super::{CliError, output};
use crate::model::Id;

/// The options of a command that brings values into files.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Told {
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Also write a report: json=FILE, what --format json prints
    #[arg(long, value_name = "KIND=FILE")]
    report: Vec<Report<ReportKind>>,
    /// Also write a commit message for each team whose files change, into DIR/TEAM.txt
    #[arg(long, value_name = "DIR")]
    messages: Option<PathBuf>,
}

/// A report beside the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    /// For other programs
    Json,
}

impl Told {
    /// Writes the files that were asked for: the outcome as JSON, and the message of each team's commit.
    pub(crate) fn write<'t>(
        &self,
        json: impl Fn() -> String,
        teams: impl Iterator<Item = &'t Id>,
        message: impl Fn(&Id) -> String,
    ) -> Result<(), CliError> {
        for report in &self.report {
            report.write(&match report.kind {
                ReportKind::Json => json(),
            })?;
        }
        if let Some(directory) = &self.messages {
            for team in teams.collect::<BTreeSet<_>>() {
                let file = directory.join(format!("{team}.txt"));
                output::write(&file, &message(team))?;
            }
        }
        Ok(())
    }
}
