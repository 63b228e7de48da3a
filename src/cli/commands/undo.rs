use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::planning::{Declared, runtime};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, connect, output};
use crate::reconcile::{AppliedJournal, UndoPlan, UndoStep, plan_undo, read_touched, undo_step};
use crate::render::terminal_text::line;

/// `okr undo`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr undo .okr/journal/2026-11-16T09-00-00.jsonl
  okr undo apply.jsonl --yes           in a pipeline, where nobody can be asked

What the apply changed becomes what it was, field by field, where nobody changed it since; what somebody changed is kept and
named. Issues that it created are closed, links that it made are removed, those that it removed are made again. Issues that
it moved stay where they are, and labels that it made stay.

The files are not changed: while they say what was applied, the next apply does it again, but for the issues that undo has
closed, which it leaves as an edit of somebody's. To go back for good, revert the commit; that alone is enough where the apply went well, since the next apply then brings every issue to what the files say.
undo is for what a revert does not bring back: text that the apply replaced, closed issues that nobody declares.

Exit status: 5 when nothing was undone because GitLab failed, 6 when a part was, 7 when writing is paused.")]
pub struct UndoCommand {
    /// The journal that the apply has written
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl UndoCommand {
    /// Shows what takes the apply back, asks and does it.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let journal = self.read()?;
        let config = &declared.config;
        if env.okr_paused || config.safety.paused {
            return Err(
                CliError::new(ExitStatus::Refused, "refused: writing is paused")
                    .hint("unset OKR_PAUSED, and set paused = false in [safety] of okr.toml"),
            );
        }
        if journal.head.owner != config.gitlab.owner {
            let theirs = line(&journal.head.owner).into_owned();
            let ours = &config.gitlab.owner;
            return Err(CliError::failure(format!(
                "the journal is of the issues of {theirs}, these files are for those of {ours}"
            )));
        }
        let connection = connect(env, config, ui)?;
        connection.must_write()?;
        let client = &connection.client;
        let server = client.base_url().to_string();
        if journal.head.server != server {
            let there = line(&journal.head.server).into_owned();
            return Err(CliError::failure(format!(
                "the journal is of {there}, the token is for {server}"
            )));
        }
        let runtime = runtime()?;
        let now = runtime
            .block_on(read_touched(client, &journal))
            .map_err(|error| {
                let hint = error.hint();
                CliError::new(
                    ExitStatus::NothingApplied,
                    "cannot see how the issues are now",
                )
                .because(error)
                .hint(hint)
            })?;
        let plan = plan_undo(&journal, &now);
        ui.result(&shown(&plan, ui.is_public()));
        if plan.steps.is_empty() {
            return Ok(ExitStatus::Success);
        }
        if !self.yes && !ui.ask("\nUndo this?")? {
            ui.status("nothing was changed");
            return Ok(ExitStatus::Success);
        }
        let (mut done, mut failed) = (0, 0);
        for step in &plan.steps {
            match runtime.block_on(undo_step(client, &journal, step)) {
                Ok(true) => done += 1,
                Ok(false) => ui.status(&format!("{}: nothing is left to do", subject(step))),
                Err(error) => {
                    failed += 1;
                    let message =
                        format!("! {}: {error}\n  hint: {}\n", subject(step), error.hint());
                    ui.result(&message);
                }
            }
        }
        ui.result(&format!("Undone: {done} of {} steps.\n", plan.steps.len()));
        Ok(match (done, failed) {
            (_, 0) => ExitStatus::Success,
            (0, _) => ExitStatus::NothingApplied,
            _ => ExitStatus::PartlyApplied,
        })
    }

    fn read(&self) -> Result<AppliedJournal, CliError> {
        let unread = |error: Box<dyn Error + Send + Sync>| {
            CliError::failure(format!("cannot use the journal {}", self.journal.display()))
                .because(error)
                .hint("okr apply says where it writes its journal")
        };
        let text = output::read(&self.journal).map_err(|error| unread(error.into()))?;
        AppliedJournal::parse(&text).map_err(|error| unread(error.into()))
    }
}

/// An undo as people see it before it is done. In the log of a pipeline, which may be public, values stay out.
fn shown(plan: &UndoPlan, public: bool) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match plan.steps.len() {
        0 => writeln!(text, "Nothing to undo."),
        1 => writeln!(text, "Undo: 1 step"),
        n => writeln!(text, "Undo: {n} steps"),
    };
    for step in &plan.steps {
        let subject = subject(step);
        let _ = match step {
            UndoStep::Restore { fields, .. } if public => {
                let names: Vec<&str> = fields.iter().map(|(field, ..)| *field).collect();
                writeln!(text, "~ {subject}: {}", names.join(", "))
            }
            UndoStep::Restore { fields, .. } => {
                let _ = writeln!(text, "~ {subject}");
                fields.iter().try_for_each(|(field, now, then)| {
                    writeln!(text, "    {field}: {} → {}", line(now), line(then))
                })
            }
            UndoStep::Close { title, .. } if !public => {
                writeln!(text, "- {subject}: the apply created it; {}", line(title))
            }
            UndoStep::Close { .. } => writeln!(text, "- {subject}: the apply created it"),
            UndoStep::Unlink { to, .. } => {
                writeln!(text, "⇄ {subject}: the link to {} goes", line(to))
            }
            UndoStep::Link { other, .. } => {
                writeln!(text, "⇄ {subject}: the link to {other} comes back")
            }
        };
    }
    for kept in &plan.kept {
        let _ = writeln!(text, "* {}", line(kept));
    }
    text
}

fn subject(step: &UndoStep) -> String {
    let (UndoStep::Restore { issue, .. }
    | UndoStep::Close { issue, .. }
    | UndoStep::Unlink { issue, .. }
    | UndoStep::Link { issue, .. }) = step;
    let address = issue.reference().to_string();
    let subject = match step {
        UndoStep::Restore { key, .. } | UndoStep::Close { key, .. } => format!("{key}  {address}"),
        UndoStep::Unlink { .. } | UndoStep::Link { .. } => address,
    };
    line(&subject).into_owned()
}
