use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::planning::Declared;
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, going, output};
use crate::config::Config;
use crate::handbook::{self, Form, Owners, Wanted, listing, write};
use crate::model::{Id, Quarter};
use crate::render::counted;

/// `okr export`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr export                           the quarter of today as nested lists
  okr export --form page --team sre    a heading for each objective
  okr export --quarter 2026-q3 --form issue --out okrs.md

Scores and outcomes are those that files declare at the quarter's end: what
check-ins give so far is shown by okr status. okr import reads these forms.")]
pub struct ExportCommand {
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    form: Shape,
    /// This quarter, like 2026-q4 [default: the one of today, else the newest that has files]
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<Quarter>,
    /// Only this team and those below it; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How OKRs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Shape {
    /// Nested lists, objectives below those that they support (2017 and 2018)
    #[default]
    Nested,
    /// One line for each objective, outcomes by their position (2019)
    OneLine,
    /// Nested numbered lists, key results marked with KR: (2020)
    Marked,
    /// An issue's description for each team (from 2020-Q3 on)
    Issue,
    /// A heading for each objective, with its key results below
    Page,
}

impl Shape {
    fn form(self) -> Form {
        match self {
            Self::Nested => Form::Nested,
            Self::OneLine => Form::OneLine,
            Self::Marked => Form::Marked,
            Self::Issue => Form::Issue,
            Self::Page => Form::Page,
        }
    }
}

impl ExportCommand {
    /// Writes the quarter.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let config = &declared.config;
        for team in &self.teams {
            known_team(team, config)?;
        }
        let today = clock::today(env);
        let quarter = going::quarter(self.quarter, &project, &declared, today)?;
        let wanted = Wanted {
            quarter,
            teams: self.with_those_below(config),
        };
        let collected = listing(&project.tree, config, &wanted);
        if !collected.confidential.is_empty() {
            let keys: Vec<String> = collected
                .confidential
                .iter()
                .map(ToString::to_string)
                .collect();
            ui.status(&format!("left out as confidential: {}", keys.join(", ")));
        }
        if collected.listing.objectives.is_empty() {
            return Err(
                CliError::failure(format!("there is nothing to export of {quarter}"))
                    .hint("okr status lists what there is; --quarter and --team select"),
            );
        }
        let written = write(
            &collected.listing,
            self.form.form(),
            &Owners::of(&config.teams),
        );
        match &self.out {
            Some(path) => {
                output::write(path, &written.text)?;
                ui.status(&format!("wrote {}", path.display()));
            }
            None => ui.result(&written.text),
        }
        ui.status(&format!(
            "not in this form: {}",
            lost(collected.lost.iter().chain(&written.lost))
        ));
        Ok(ExitStatus::Success)
    }

    fn with_those_below(&self, config: &Config) -> BTreeSet<Id> {
        let is_wanted = |id: &Id| {
            let lineage = config.teams.lineage(id);
            lineage.iter().any(|team| self.teams.contains(&team.id))
        };
        let teams = config.teams.iter().map(|team| &team.id);
        teams.filter(|id| is_wanted(id)).cloned().collect()
    }
}

/// What a text has no place for, in words.
fn lost<'l>(lost: impl Iterator<Item = &'l handbook::Lost>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for lost in lost {
        *counts.entry(lost.what).or_default() += lost.count;
    }
    let counts = counts.into_iter().map(|(what, count)| counted(count, what));
    counts.collect::<Vec<_>>().join(", ")
}
