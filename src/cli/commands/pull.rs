use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::check_ins::{Edited, Said};
use crate::cli::committed::committed;
use crate::cli::format::Format;
use crate::cli::planning::{Declared, planned_from, scope};
use crate::cli::told::Told;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Selection, Ui};
use crate::model::Key;
use crate::plan::{LeftReason, Part, PullContext, Pulled, pull};
use crate::render::counted;
use crate::render::pull::{Outcome, human, json, message};
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

A row that the file lacks is added. What somebody changed in the issue, a row, the title or the due date, takes the place
of what the file says, if the file is as it was last applied; else both differ, and somebody has to decide: nothing is
written. `pull` in the [policy] of okr.toml says what comes back: the description, too, where it names it. Labels,
assignees, links and the like never do: what people changed of them is listed with the reason.

A token that reads is enough. Files with changes that are not committed are not written into, so that git can take a pull
back: commit them first, or pass --allow-dirty.

Exit status: 1 when something waits for a decision, after everything else is written; with --check also when something is
to pull.")]
pub struct PullCommand {
    /// Write nothing; show what would change, and end with exit status 1 if anything would
    #[arg(long)]
    check: bool,
    /// Also write into files with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    #[command(flatten)]
    told: Told,
    /// Go by what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
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
        let context = PullContext {
            config: &declared.config,
            ownership: &observation.ownership,
            scope: &scope,
            readers: env.readers(),
        };
        let found = pull(
            &project.tree,
            &declared.desired,
            &observation.state,
            &plan,
            context,
        );
        let mut left = found.left;
        let said: Vec<(Key, Said)> = found
            .pulled
            .iter()
            .map(|pulled| (pulled.key.clone(), Said::Statement(pulled.says.clone())))
            .collect();
        let (edited, outcomes) = Edited::new(&project, &said)?;
        let mut pulled: Vec<(Pulled, String)> = Vec::new();
        for (found, outcome) in found.pulled.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => {
                    let file = path_of(&project, &found.key);
                    pulled.push((found, file));
                }
                Err(why) => left.push(found.left(|says| LeftReason::Refused { says, why })),
            }
        }
        left.sort_by(|a, b| (&a.key, a.part).cmp(&(&b.key, b.part)));
        if !self.check {
            if !self.allow_dirty {
                let written: Vec<&str> = edited.files().map(|(path, ..)| path).collect();
                committed(&project, &written, "okr pull", env)?;
            }
            edited.write(ui)?;
        }
        let outcome = Outcome {
            written: !self.check,
            pulled: &pulled,
            left: &left,
            not_pulled: &found.not_pulled,
            not_looked_at: &plan.conflicts,
        };
        let teams = pulled.iter().map(|(pulled, _)| &pulled.key.team);
        self.told
            .write(|| json(&outcome), teams, |team| message(&outcome, team))?;
        match self.told.format {
            Format::Json => ui.result(&json(&outcome)),
            Format::Human => show(&outcome, &edited, ui),
        }
        ui.status(&summary(&pulled, self.check));
        let waiting = left.iter().filter(|left| left.reason.waits()).count();
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
        let here = outcome.pulled.iter().filter(|(_, file)| file == path);
        let secret: BTreeSet<&Key> = here
            .filter(|(pulled, _)| pulled.confidential)
            .map(|(pulled, _)| &pulled.key)
            .collect();
        if ui.is_public() && !secret.is_empty() {
            let keys: Vec<String> = secret.into_iter().map(ToString::to_string).collect();
            let keys = keys.join(", ");
            parts.push(format!(
                "{}: not shown, for what was written about confidential OKRs is in it: {keys}\n",
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

fn summary(pulled: &[(Pulled, String)], check: bool) -> String {
    if pulled.is_empty() {
        return "nothing to pull".to_owned();
    }
    let files: BTreeSet<&String> = pulled.iter().map(|(_, file)| file).collect();
    let files = counted(files.len(), "file");
    let is_check_in =
        |(pulled, _): &&(Pulled, String)| matches!(pulled.says.part(), Part::CheckIn(_));
    let check_ins = pulled.iter().filter(is_check_in).count();
    let counts = [(check_ins, "check-in"), (pulled.len() - check_ins, "edit")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let what = counts.join(" and ");
    if check {
        format!("{what} to pull into {files}")
    } else {
        format!("pulled {what} into {files}: look at them, and commit them")
    }
}

fn path_of(project: &Project, key: &Key) -> String {
    let file = project.tree.get(key).map(|item| item.item().span.file);
    file.map(|file| project.sources.file(file).path().to_owned())
        .unwrap_or_default()
}
