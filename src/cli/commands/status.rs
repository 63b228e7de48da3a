use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::going::{self, Seen};
use crate::cli::planning::Declared;
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::model::{Date, Id, Quarter};
use crate::render::status::{
    HumanOptions, MarkdownOptions, human, human_work, json, markdown, markdown_work,
};
use crate::render::terminal_text::line;
use crate::report::{Filter, WorkMaterial, trackers_of, work};

/// The most bytes of a status as Markdown: a page that a meeting can read.
const MARKDOWN_BYTES: usize = 60_000;

/// `okr status`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr status
  okr status --team sre
  okr status --mine --stale        what of mine waits for a check-in
  okr status --work                which work supports no key result
  okr status --format markdown     for the agenda of the staff meeting
  okr status --format json | jq .answer

Without a token it goes by the files alone. With one it also counts rows that
people wrote into the check-in tables of issues and that no file has yet, and
names the issues.

--work says instead of each tracker's open milestones what they support, and
which of their open issues support no key result. An issue supports one when it
is linked to its issue, by whomever, when work names it or its milestone, or
when it is the issue of one. It needs a token, best one that sees all issues.

--mine goes by OKR_USER, else GITLAB_USER_LOGIN, else the token's account.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub struct StatusCommand {
    /// Only this team and those below it; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// This quarter, like 2026-q4 [default: the one of today, else the newest that has files]
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<Quarter>,
    /// Only what I answer for
    #[arg(long)]
    mine: bool,
    /// Only key results whose check-in is late
    #[arg(long)]
    stale: bool,
    /// Only key results at risk; with --stale, either of both
    #[arg(long)]
    at_risk: bool,
    /// Changes are those since the end of this day [default: seven days ago]
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Go by what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    /// What the open milestones of the trackers support, and which issues in them support nothing
    #[arg(long, conflicts_with_all = ["mine", "stale", "at_risk", "since", "observed"])]
    work: bool,
}

/// How a status is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Human,
    /// For the agenda of a meeting; what is confidential appears by its key only
    Markdown,
    /// For other programs
    Json,
}

impl StatusCommand {
    /// Says how the quarter goes.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        for team in &self.teams {
            known_team(team, &declared.config)?;
        }
        let today = clock::today(env);
        let quarter = going::quarter(self.quarter, &project, &declared, today)?;
        let since = going::since(self.since, today)?;
        let teams: BTreeSet<Id> = self.teams.iter().cloned().collect();
        let (seen, looked) = match &self.observed {
            Some(file) => (going::recorded(&declared, file)?, None),
            None if self.work => {
                let trackers = trackers_of(&declared.config, &teams);
                let looked = going::seen_with_work(&declared, &trackers, env, ui)?;
                (Seen::of(&declared, &looked.0), Some(looked))
            }
            None => (going::seen(&declared, env, ui), None),
        };
        if let Some(recorded) = &seen.recorded {
            // Who wrote the record is not known.
            ui.status(&line(recorded));
        }
        let filter = Filter {
            teams,
            owner: self.mine.then(|| me(env, &seen)).transpose()?,
            stale: self.stale,
            at_risk: self.at_risk,
        };
        let status = going::status(&project, &declared, &seen, quarter, (today, since))
            .ok_or_else(|| going::no_days(quarter))?;
        let mut status = status.narrowed(&filter);
        if let (Some((observation, looked)), Some(issues)) = (&looked, &seen.issues) {
            status.work = Some(work(&WorkMaterial {
                tree: &project.tree,
                config: &declared.config,
                quarter,
                issues,
                observed: &observation.state,
                work: looked,
                readers: env.readers(),
            }));
        }
        let on_terminal = HumanOptions {
            color: ui.colour(),
            width: ui.width(),
            confidential_visible: !ui.is_public(),
            one_line_answer: !ui.is_terminal(),
        };
        let agenda = MarkdownOptions {
            max_bytes: MARKDOWN_BYTES,
        };
        ui.result(&match self.format {
            Format::Human if self.work => human_work(&status, &on_terminal),
            Format::Human => human(&status, &on_terminal),
            Format::Markdown if self.work => markdown_work(&status, &agenda),
            Format::Markdown => markdown(&status, &agenda),
            Format::Json => json(&status),
        });
        Ok(ExitStatus::Success)
    }
}

/// Who asks: `OKR_USER`, else the account that began the pipeline, else the token's.
fn me(env: &Env, seen: &Seen) -> Result<String, CliError> {
    let names = [
        env.okr_user.as_ref(),
        env.ci_user.as_ref(),
        seen.viewer.as_ref(),
    ];
    match names.into_iter().flatten().next() {
        Some(name) => Ok(name.to_string()),
        None => Err(CliError::usage("nobody knows who you are")
            .hint("set OKR_USER to your username in GitLab")),
    }
}
