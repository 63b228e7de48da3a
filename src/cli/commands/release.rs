use std::collections::BTreeSet;

use super::apply::{self, Run, accountable, carry_out, conflicts, permitted};
use super::plan::look;
use crate::cli::planning::{Declared, observed, runtime};
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect};
use crate::model::{Id, Key, Quarter};
use crate::plan::{Plan, PlanPolicy, Scope, release};
use crate::reconcile::{ApplyReport, Extent, Observation};
use crate::render::plan::human;
use crate::render::terminal_text::line;

/// `okr release`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr release 2026-q4/sre/mtbf          an objective, with its key results
  okr release 2026-q4/sre/mtbf/hours
  okr release --all --team sre
  okr release --all --yes               the way out: nothing is managed any more

Release first, then merge the removal from the files: what no file declares any more is closed
unless it was released before. Until then plan and apply leave a released key out and ask to adopt
its issue, and apply ends with 1; nothing else is held up. okr adopt takes an issue back.

Exit status: 1 when a key is not known, 5 when nothing was released because GitLab failed, 6 when a
part was, 7 when writing is paused.")]
pub struct ReleaseCommand {
    /// What to release, like 2026-q4/sre/mtbf; with an objective, its key results
    #[arg(value_name = "KEY", required_unless_present = "all")]
    keys: Vec<Key>,
    /// Everything that carries our marker, or what of it --team and --quarter name
    #[arg(long, conflicts_with = "keys")]
    all: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// With --all: only this team's; may be repeated
    #[arg(
        long = "team",
        value_name = "TEAM",
        requires = "all",
        conflicts_with = "keys"
    )]
    teams: Vec<Id>,
    /// With --all: only this quarter's, like 2026-q4; may be repeated
    #[arg(
        long = "quarter",
        value_name = "QUARTER",
        requires = "all",
        conflicts_with = "keys"
    )]
    quarters: Vec<Quarter>,
}

impl ReleaseCommand {
    /// Plans, asks and releases.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        // What is released may be declared by no file any more: only the team is looked for.
        for team in &self.teams {
            known_team(team, &declared.config)?;
        }
        let connection = connect(env, &declared.config, ui)?;
        connection.must_write()?;
        let runtime = runtime()?;
        let started = clock::now();
        let looking = observed(&declared, None, &connection, Extent::Managed, ui);
        let observation = runtime
            .block_on(looking)
            .map_err(|error| error.with_status(ExitStatus::NothingApplied))?;
        let plan = self.planned(&declared, &observation, env);
        show(&plan, ui);
        permitted(&plan, &BTreeSet::new())?;
        if plan.is_empty() {
            return Ok(conflicts(&plan));
        }
        accountable(&observation)?;
        let count = issues(plan.changes.len());
        if !self.yes && !ui.ask(&format!("\nRelease {count}?"))? {
            ui.status("nothing was changed");
            return Ok(ExitStatus::Success);
        }
        let run = Run {
            origin: None,
            started,
            progress: ui.progress(plan.changes.len()),
            // `okr adopt` takes a release back; undo touches nothing that carries no marker.
            journal: None,
        };
        let carried = carry_out(&plan, &observation, &declared, &connection, run);
        let report = runtime.block_on(carried)?;
        ui.result(&summary(&report));
        Ok(match (report.done(), report.failed()) {
            (_, 0) => conflicts(&plan),
            (0, _) => ExitStatus::NothingApplied,
            _ => ExitStatus::PartlyApplied,
        })
    }

    fn planned(&self, declared: &Declared, observation: &Observation, env: &Env) -> Plan {
        let scope = Scope {
            teams: self.teams.iter().cloned().collect(),
            quarters: self.quarters.iter().copied().collect(),
        };
        let policy = PlanPolicy {
            readers: None,
            config: &declared.config,
            ownership: &observation.ownership,
            scope: &scope,
            paused: env.okr_paused,
            base: None,
        };
        release(&self.keys, &declared.desired, &observation.state, policy)
    }
}

/// A plan that has nothing to do says what it is about: what it has not found is no agreement of files and GitLab.
fn show(plan: &Plan, ui: &mut Ui) {
    if !plan.is_empty() || !plan.conflicts.is_empty() {
        ui.result(&human(plan, &look(ui, false)));
        return;
    }
    ui.result("Nothing to release.\n");
    for notice in &plan.notices {
        let key = notice.key.as_ref().map(|key| format!("{key}: "));
        ui.status(&format!(
            "{}{}",
            key.unwrap_or_default(),
            line(&notice.message)
        ));
    }
}

fn summary(report: &ApplyReport) -> String {
    let (done, failed) = (report.done(), report.failed());
    let last = match failed {
        0 => format!("Released: {}.", issues(done)),
        _ => format!(
            "Released: {done} of {}; {failed} failed. It is safe to run it again.",
            issues(done + failed)
        ),
    };
    apply::troubles(report) + &last + "\n"
}

fn issues(count: usize) -> String {
    match count {
        1 => "1 issue".to_owned(),
        _ => format!("{count} issues"),
    }
}
