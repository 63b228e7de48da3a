use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::config::{Config, QuarterState, Team};
use crate::diag::{Severity, closest};
use crate::edit::{self, Order};
use crate::load;
use crate::model::{Date, Id, Lifecycle, Objective, OkrTree, Period, Quarter, TeamOkrs};
use crate::render::skeleton::{Carried, Fresh, carried, fresh};

/// The schema of teams' files.
const SCHEMA: &str = "schema/okr.schema.json";

/// The arguments of `okr new`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr new 2027-q1 sre
  okr new 2027-q1 sre --from 2026-q4    goes on with what was neither dropped nor closed")]
pub struct New {
    /// The quarter, like 2027-q1
    quarter: Quarter,
    /// The team's id in okr.toml
    team: Id,
    /// Go on with the team's OKRs of this earlier quarter
    #[arg(long, value_name = "QUARTER")]
    from: Option<Quarter>,
}

impl New {
    /// Writes the file.
    pub(super) fn run(&self, global: &Global, env: &Env, ui: &Ui) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let Some(config) = &project.config else {
            return Err(CliError::failure("okr.toml cannot be read").hint("okr validate says why"));
        };
        let place = Place::of(config, self.quarter, &self.team)?;
        let text = match self.from {
            Some(from) => {
                let from = earlier(&project, self.quarter, from, &self.team)?;
                let carried_over = Carried {
                    team: place.team,
                    quarter: self.quarter,
                    period: place.period,
                    from,
                    tree: &project.tree,
                };
                if carried_over.is_empty() {
                    return Err(CliError::failure(format!(
                        "nothing of {}/{} goes on: all of it was dropped or closed",
                        from.quarter, self.team
                    ))
                    .hint("leave out --from for a file to begin with"));
                }
                carried(&carried_over)
            }
            None => place.fresh(config, &project.tree, clock::today(env)),
        };
        let path = place.path();
        if !project.root.create(&path, &canonical(&text))? {
            return Err(CliError::failure(format!("{path} is there already"))
                .hint("nothing was changed: edit it, or remove it first"));
        }
        ui.status(&format!("wrote {path}"));
        if project.root.read_text(SCHEMA)?.is_none() {
            ui.status(&format!(
                "its first line names {SCHEMA}, which is not there: okr schema writes it"
            ));
        }
        ui.status(&format!(
            "write something for every TODO in it, then run okr validate --team {} --quarter {}",
            self.team, self.quarter
        ));
        Ok(ExitStatus::Success)
    }
}

/// A team's place in a quarter.
pub(super) struct Place<'a> {
    team: &'a Team,
    quarter: Quarter,
    period: Period,
}

impl<'a> Place<'a> {
    /// The place, if okr.toml has such a team and such a quarter.
    pub(super) fn of(config: &'a Config, quarter: Quarter, team: &Id) -> Result<Self, CliError> {
        let Some(team) = config.teams.get(team) else {
            let ids = config.teams.iter().map(|team| team.id.as_str());
            let near = closest(team.as_str(), ids);
            let mut error = CliError::usage(format!("okr.toml has no team {team}"));
            if let Some(near) = near {
                error = error.hint(format!("did you mean {near}?"));
            }
            return Err(error.hint(format!(
                "add it to okr.toml: [teams.{team}] with name, manager and tracker = \"group/project\""
            )));
        };
        let Some(period) = config.calendar.period(quarter) else {
            return Err(
                CliError::usage(format!("the calendar has no days for {quarter}")).hint(format!(
                    "give them in okr.toml: [calendar.quarters] \"{quarter}\" = {{ start = …, end = … }}"
                )),
            );
        };
        if config.quarter_state(quarter) == QuarterState::Closed {
            return Err(CliError::failure(format!("{quarter} is closed"))
                .hint(format!("[quarters.\"{quarter}\"] in okr.toml says so")));
        }
        Ok(Self {
            team,
            quarter,
            period,
        })
    }

    /// Where the team's file is.
    pub(super) fn path(&self) -> String {
        format!("okrs/{}/{}.toml", self.quarter, self.team.id)
    }

    /// A file to begin with.
    pub(super) fn fresh(&self, config: &Config, tree: &OkrTree, today: Date) -> String {
        fresh(&self.material(config, tree, today))
    }

    /// What a file is made of.
    pub(super) fn material<'t>(
        &'t self,
        config: &Config,
        tree: &'t OkrTree,
        today: Date,
    ) -> Fresh<'t> {
        let lineage = config.teams.lineage(&self.team.id);
        let above = lineage.iter().skip(1).find_map(|team| {
            let okrs = tree.team(self.quarter, &team.id)?;
            let is_active = |objective: &&Objective| objective.item.lifecycle == Lifecycle::Active;
            okrs.objectives.iter().find(is_active)
        });
        Fresh {
            team: self.team,
            quarter: self.quarter,
            period: self.period,
            today,
            above,
            has_teams_below: config
                .teams
                .iter()
                .any(|team| team.parent.as_ref() == Some(&self.team.id)),
        }
    }
}

/// What the team wanted earlier.
fn earlier<'p>(
    project: &'p Project,
    quarter: Quarter,
    from: Quarter,
    team: &Id,
) -> Result<&'p TeamOkrs, CliError> {
    if from >= quarter {
        return Err(CliError::usage(format!("{from} is not before {quarter}"))
            .hint("--from names an earlier quarter"));
    }
    let Some(okrs) = project.tree.team(from, team) else {
        return Err(
            CliError::failure(format!("there are no OKRs of {team} in {from}"))
                .hint("leave out --from for a file to begin with"),
        );
    };
    let is_broken = project.findings.iter().any(|found| {
        let place = found.primary.as_ref().map(|label| label.span.file);
        found.severity == Severity::Error && place == Some(okrs.file)
    });
    if is_broken {
        return Err(
            CliError::failure(format!("okrs/{from}/{team}.toml has errors")).hint(format!(
                "mend them first: okr validate --team {team} --quarter {from}"
            )),
        );
    }
    Ok(okrs)
}

/// A team's file in its canonical form.
pub(super) fn canonical(text: &str) -> String {
    // What is generated can be formatted; the fallback only satisfies the signature.
    edit::format(text, &Order::of(load::schema())).unwrap_or_else(|_| text.to_owned())
}
