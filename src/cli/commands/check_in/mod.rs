//! `okr check-in`: how a key result stands, written down in its file.

pub(super) mod answer;
mod ask;
mod doubt;

use crate::cli::check_ins::{Edited, Said, WrittenLine, steps};
use crate::cli::keys::named;
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::config::{Config, QuarterState};
use crate::diag::closest;
use crate::issue::{Row, RowValues};
use crate::model::{Date, Id, Item, ItemRef, Key, KeyResult, Lifecycle, Measure, Username};
use crate::plan::Statement;
use crate::plan::show_row;
use crate::render::terminal_text::line;

/// `okr check-in`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr check-in sre/mtbf/hours --value 139 --confidence 60 --health on-track --note \"Two failovers.\"
  okr check-in 2026-q4/sre/mtbf/hours --value 131 --date 2026-11-09
  okr check-in sae/recovery/rehearsed --done gitaly
  okr check-in                         asks for each key result that is due, at a terminal
  okr check-in --team sre
  okr check-in --owner ines

A key result is due when nobody has said anything of it for check_in_every days ([policy] in okr.toml). Every check-in is
written when its questions are answered, so whoever stops keeps what was written.")]
pub struct CheckInCommand {
    /// The key result; without a quarter in front, that of the quarter that the day is in
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// Where the measure stands, in its unit
    #[arg(
        long,
        value_name = "NUMBER",
        allow_hyphen_values = true,
        requires = "key"
    )]
    value: Option<String>,
    /// How sure one is to reach the target, in percent
    #[arg(
        long,
        value_name = "PERCENT",
        allow_hyphen_values = true,
        requires = "key"
    )]
    confidence: Option<String>,
    /// How it goes: on-track, needs-attention, at-risk
    #[arg(long, value_name = "HEALTH", requires = "key")]
    health: Option<String>,
    /// A sentence about it
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        requires = "key"
    )]
    note: Option<String>,
    /// A step that is done, of a key result with milestones; may be repeated
    #[arg(long, value_name = "STEP", requires = "key")]
    done: Vec<Id>,
    /// The day of which all that is said [default: today]
    #[arg(long, value_name = "DATE", requires = "key")]
    date: Option<Date>,
    /// Put this in place of all that the file says of that day
    #[arg(long, requires = "key")]
    replace: bool,
    /// Ask for this team's key results alone; may be repeated
    #[arg(long = "team", value_name = "TEAM", conflicts_with = "key")]
    teams: Vec<Id>,
    /// Ask for the key results of this person alone
    #[arg(long, value_name = "USERNAME", conflicts_with = "key")]
    owner: Option<Username>,
}

impl CheckInCommand {
    /// Writes one check-in, or asks for those that are due.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let today = clock::today(env);
        let project = Project::to_write(global, ui)?;
        let config = project.config()?;
        for team in &self.teams {
            known_team(team, config)?;
        }
        let Some(key) = &self.key else {
            return ask::ask(self, global, today, ui);
        };
        let date = self.date.unwrap_or(today);
        let (key, key_result) = find(key, date, &project, config)?;
        may_be_said(&key, key_result, (date, today), &project, config)?;
        let values = RowValues {
            value: (self.value.as_deref())
                .map(|text| answer::value(text, key_result))
                .transpose()?,
            confidence: (self.confidence.as_deref())
                .map(answer::confidence)
                .transpose()?,
            health: self.health.as_deref().map(answer::health).transpose()?,
            note: self.note.as_deref().and_then(answer::note),
        };
        if !answer::is_empty(&values) && !self.replace {
            only_one_a_day(key_result, date, &project)?;
        }
        let written = write(&project, &key, (date, values), &self.done, ui)?;
        for new in &written {
            ui.result(&new.shown());
        }
        // All of them are in the file of its team.
        if let Some(new) = written.first() {
            let path = line(&new.path);
            ui.status(&format!(
                "wrote {path}; git checkout -p {path} takes it back"
            ));
        }
        Ok(ExitStatus::Success)
    }
}

/// The key result that somebody names.
fn find<'p>(
    text: &str,
    date: Date,
    project: &'p Project,
    config: &Config,
) -> Result<(Key, &'p KeyResult), CliError> {
    let key = named(text, date, config)?;
    let names = |under: Option<&Key>| -> Vec<String> {
        let items = project.tree.items().map(ItemRef::key);
        items
            .filter(|known| known.is_key_result())
            .filter(|known| under.is_none_or(|objective| known.of_objective() == *objective))
            .map(ToString::to_string)
            .collect()
    };
    match project.tree.get(&key) {
        Some(ItemRef::KeyResult(_, key_result)) => Ok((key, key_result)),
        Some(ItemRef::Objective(_)) => Err(CliError::failure(format!(
            "{key} is an objective, and check-ins are made on key results"
        ))
        .hint(match names(Some(&key)).join(", ") {
            none if none.is_empty() => "it has none: it rolls up from what supports it".to_owned(),
            names => format!("it has {names}"),
        })),
        None => {
            let error = CliError::failure(format!("no file declares {key}"));
            let all = names(None);
            Err(match closest(&key.to_string(), &all) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error
                    .hint("okr validate lists nothing: the files under okrs/ say which there are"),
            })
        }
    }
}

/// Refuses what can no longer, or not yet, be said of a key result.
fn may_be_said(
    key: &Key,
    key_result: &KeyResult,
    (date, today): (Date, Date),
    project: &Project,
    config: &Config,
) -> Result<(), CliError> {
    let quarter = key.quarter;
    if config.quarter_state(quarter) == QuarterState::Closed {
        return Err(
            CliError::failure(format!("{quarter} is closed")).hint(format!(
                "[quarters.\"{quarter}\"] in okr.toml says so; its files are frozen"
            )),
        );
    }
    if date > today {
        return Err(
            CliError::failure(format!("{date} is in the future")).hint(format!(
                "today is {today}; a check-in says how things stand"
            )),
        );
    }
    if let Some(ended) = ended(key_result, key, project) {
        let what = match ended.lifecycle {
            Lifecycle::Dropped { .. } => "dropped",
            _ => "closed",
        };
        return Err(CliError::failure(format!("{} was {what}", ended.key))
            .hint("its `status` in the file says so; nothing more is checked in"));
    }
    Ok(())
}

/// Refuses a second check-in of one day.
fn only_one_a_day(key_result: &KeyResult, date: Date, project: &Project) -> Result<(), CliError> {
    let there = key_result.check_ins.iter().find(|there| there.date == date);
    if let Some(there) = there {
        let file = project.sources.file(there.span.file);
        let says = show_row(&Row::from(there).values);
        return Err(
            CliError::failure(format!("there is a check-in of {date} already: {says}")).hint(
                format!(
                    "change it in {}:{}, write it anew with --replace, or give another day with --date",
                    line(file.path()),
                    file.line_of(there.span.start)
                ),
            ),
        );
    }
    Ok(())
}

/// The key result or its objective, whichever has come to its end.
fn ended<'p>(key_result: &'p KeyResult, key: &Key, project: &'p Project) -> Option<&'p Item> {
    let objective = project.tree.get(&key.of_objective()).map(ItemRef::item);
    let both = [Some(&key_result.item), objective];
    both.into_iter()
        .flatten()
        .find(|item| !item.lifecycle.is_active())
}

/// Writes what is said of a day into the file; the lines that are new there.
fn write(
    project: &Project,
    key: &Key,
    (date, values): (Date, RowValues),
    done: &[Id],
    ui: &Ui,
) -> Result<Vec<WrittenLine>, CliError> {
    let mut said = Vec::new();
    for id in done {
        let step = steps(project, key).find(|step| step.id == *id);
        let Some(step) = step else {
            let ids: Vec<&str> = steps(project, key).map(|step| step.id.as_str()).collect();
            let error = CliError::failure(format!("{key} has no step {id}"));
            return Err(
                match (closest(id.as_str(), ids.iter().copied()), ids.is_empty()) {
                    (Some(near), _) => error.hint(format!("did you mean {near}?")),
                    (None, true) => {
                        error.hint("it is not measured by milestones: --value says where it stands")
                    }
                    (None, false) => error.hint(format!("its steps are {}", ids.join(", "))),
                },
            );
        };
        if let Some(earlier) = &step.done {
            return Err(CliError::failure(format!(
                "{id} is done since {}",
                earlier.value
            )));
        }
        said.push((key.clone(), Said::Done(id.clone(), date)));
    }
    if !answer::is_empty(&values) {
        said.push((
            key.clone(),
            Said::Statement(Statement::CheckIn(Row { date, values })),
        ));
    }
    if said.is_empty() {
        return Err(CliError::usage("nothing is said of it")
            .hint("give at least one of --value, --confidence, --health, --note, --done"));
    }
    let (edited, outcomes) = Edited::new(project, &said)?;
    if let Some(Err(why)) = outcomes.into_iter().find(Result::is_err) {
        return Err(CliError::failure(why).hint("nothing was written"));
    }
    let value = said.iter().find_map(|(_, said)| match said {
        Said::Statement(Statement::CheckIn(row)) => row.values.value,
        _ => None,
    });
    if let (Some(value), Some(ItemRef::KeyResult(_, key_result))) = (value, project.tree.get(key))
        && let Some(doubt) = doubt::doubt(value, key_result)
    {
        let again = "--replace writes another value in its place";
        ui.status(&format!("warning: {}; {again}", line(&doubt)));
    }
    edited.write(ui)?;
    Ok(edited.new_lines())
}

/// Where a key result stood last, from where, and where it goes.
fn standing(key_result: &KeyResult) -> String {
    let unit = key_result
        .unit
        .as_ref()
        .map(|unit| format!(" {}", unit.value));
    let unit = unit.unwrap_or_default();
    let last = key_result
        .check_ins
        .iter()
        .rev()
        .find_map(|there| Some(format!("{}{unit} on {}", there.value?.value, there.date)));
    let goal = match &key_result.measure {
        Measure::Linear {
            from: Some(from),
            to,
        } => format!("from {}{unit} to {}{unit}", from.value, to.value),
        Measure::Linear { from: None, to } => format!("to {}{unit}", to.value),
        Measure::AtLeast(limit) => format!("at least {}{unit}", limit.value),
        Measure::AtMost(limit) => format!("at most {}{unit}", limit.value),
        Measure::Milestones(steps) => {
            let done = steps.iter().filter(|step| step.done.is_some()).count();
            return format!("{done} of {} steps done", steps.len());
        }
    };
    match last {
        Some(last) => format!("last {last}; goal: {goal}"),
        None => format!("no value yet; goal: {goal}"),
    }
}
