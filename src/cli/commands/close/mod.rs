//! `okr close`: what came of a quarter, written down, and its end.

mod ask;
mod missing;

use self::missing::{Open, open_items, shown, still_open};
use super::check_in::answer::number;
use crate::cli::check_ins::{Edited, Said};
use crate::cli::closing::Closing;
use crate::cli::committed::committed;
use crate::cli::keys::named;
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::config::{self, Config, QuarterState};
use crate::diag::closest;
use crate::edit::{self, NewValue, Order};
use crate::issue::Row;
use crate::model::{ClosingField, Date, Id, ItemRef, Key, Period, Quarter, left_for_later};
use crate::render::counted;
use crate::render::terminal_text::line;

/// `okr close`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr close 2026-q4 --check            what is missing, and the scores as they are
  okr close 2026-q4                    asks for it, at a terminal
  okr close 2026-q4 --team sre
  okr close 2026-q4 --of sre/mtbf/hours --outcome \"Reached in week seven.\" --evidence https://dash.example.com/mtbf
  okr close 2026-q4 --of sre/mtbf --outcome \"Held.\" --good \"Patroni\" --bad \"Two fires\" --try \"Drills\"

Scores are computed from check-ins and milestones and written down; what has no data is asked for, and never guessed. Where
nobody can be asked, a TODO is written wherever something is missing: okr validate finds those, and the quarter stays open.

Once nothing is missing, okr.toml gets state = \"closed\" for the quarter. The apply after its merge gives the issues their
last text and closes them. Files with changes that are not committed are not written into: commit them first, or pass
--allow-dirty. What --of says is written in any case.

Exit status: 1 when something is missing for the quarter or, with --team, for these teams.")]
pub struct CloseCommand {
    /// The quarter, like 2026-q4
    #[arg(value_name = "QUARTER")]
    quarter: Quarter,
    /// Only ask about and write into the file of this team; may be repeated
    #[arg(long = "team", value_name = "TEAM", conflicts_with = "of")]
    teams: Vec<Id>,
    /// Write nothing; show what is missing, and end with exit status 1 if anything is
    #[arg(long, conflicts_with = "of")]
    check: bool,
    /// Close it before its last day
    #[arg(long)]
    early: bool,
    /// Also write into files with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    /// Say of this objective or key result what the options below say
    #[arg(long, value_name = "KEY")]
    of: Option<String>,
    /// What came of it, in a sentence
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "of")]
    outcome: Option<String>,
    /// Its score in percent, where its values give none
    #[arg(
        long,
        value_name = "PERCENT",
        allow_hyphen_values = true,
        requires = "of"
    )]
    score: Option<String>,
    /// An address or a reference that proves it; may be repeated
    #[arg(long, value_name = "REFERENCE", requires = "of")]
    evidence: Vec<String>,
    /// Of an objective: what went well; may be repeated
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "of")]
    good: Vec<String>,
    /// Of an objective: what did not; may be repeated
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "of")]
    bad: Vec<String>,
    /// Of an objective: what to try next; may be repeated
    #[arg(
        long = "try",
        value_name = "TEXT",
        allow_hyphen_values = true,
        requires = "of"
    )]
    try_next: Vec<String>,
}

impl CloseCommand {
    /// Shows, asks and writes.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let today = clock::today(env);
        let project = Project::to_write(global, ui)?;
        self.may_be_closed(&project, today)?;
        if self.check {
            let open = self.selected(open_items(&project, self.quarter, today)?);
            return Ok(self.report(&open, &project, ui));
        }
        if let Some(of) = &self.of {
            self.say(of, &project, ui)?;
        } else {
            let open = self.selected(open_items(&project, self.quarter, today)?);
            if !self.allow_dirty {
                committed(&project, &files(&open, &project), "okr close", env)?;
            }
            if ui.is_conversation() {
                ask::ask(&open, self.quarter, global, today, ui)?;
            } else {
                propose(&open, &project, ui)?;
            }
        }
        self.finish(global, env, today, ui)
    }

    /// Refuses a quarter that has not come to its end.
    fn may_be_closed(&self, project: &Project, today: Date) -> Result<(), CliError> {
        let config = project.config()?;
        let quarter = self.quarter;
        for team in &self.teams {
            known_team(team, config)?;
            if project.tree.team(quarter, team).is_none() {
                return Err(CliError::failure(format!(
                    "there are no OKRs of {team} in {quarter}"
                )));
            }
        }
        let quarters = project.tree.quarters();
        if !quarters.contains(&quarter) {
            let names: Vec<String> = quarters.iter().map(ToString::to_string).collect();
            return Err(CliError::failure(format!("no OKR file is of {quarter}"))
                .hint(format!("there are files for {}", names.join(", "))));
        }
        if config.quarter_state(quarter) == QuarterState::Draft {
            return Err(CliError::failure(format!("{quarter} is a draft")).hint(
                "what nobody has begun cannot be closed: remove its files, or make it active first",
            ));
        }
        let last = config.calendar.period(quarter).map(Period::end);
        match last.filter(|last| today < *last && !self.early && !self.check) {
            Some(last) => Err(
                CliError::failure(format!("{quarter} goes on until {last}"))
                    .hint("--check shows what will be missing; a single objective or key result ends early with status = \"closed\"")
                    .hint("--early closes the quarter all the same"),
            ),
            None => Ok(()),
        }
    }

    fn selected<'p>(&self, mut open: Vec<Open<'p>>) -> Vec<Open<'p>> {
        open.retain(|one| self.is_selected(&one.entry.key().team));
        open
    }

    fn is_selected(&self, team: &Id) -> bool {
        self.teams.is_empty() || self.teams.contains(team)
    }

    /// Writes what the options say of one objective or key result.
    fn say(&self, of: &str, project: &Project, ui: &mut Ui) -> Result<(), CliError> {
        let config = project.config()?;
        let start = config.calendar.period(self.quarter);
        let key = match start {
            Some(period) => named(of, period.start(), config)?,
            None => named(of, Date::MIN, config)?,
        };
        let Some(entry) = project
            .tree
            .get(&key)
            .filter(|it| it.key().quarter == self.quarter)
        else {
            let items = project.tree.items().map(ItemRef::key);
            let own = items.filter(|known| known.quarter == self.quarter);
            let names: Vec<String> = own.map(ToString::to_string).collect();
            let error = CliError::failure(format!("{} has no {}", self.quarter, line(of)));
            return Err(match closest(&key.to_string(), names) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error,
            });
        };
        let mut said = Vec::new();
        said.extend(
            self.outcome
                .as_deref()
                .and_then(Row::on_one_line)
                .map(Closing::Outcome),
        );
        if let Some(score) = &self.score {
            said.push(Closing::Score(number(score, "the score")?));
        }
        for (texts, closing) in [
            (
                &self.evidence,
                Closing::Evidence as fn(Vec<String>) -> Closing,
            ),
            (&self.good, Closing::Good),
            (&self.bad, Closing::Bad),
            (&self.try_next, Closing::Try),
        ] {
            let texts: Vec<String> = texts
                .iter()
                .filter_map(|text| Row::on_one_line(text))
                .collect();
            if !texts.is_empty() {
                said.push(closing(texts));
            }
        }
        if said.is_empty() {
            return Err(CliError::usage(format!("nothing is said of {key}")).hint(
                "give at least one of --outcome, --score, --evidence, --good, --bad, --try",
            ));
        }
        let learnt = said
            .iter()
            .any(|one| matches!(one, Closing::Good(_) | Closing::Bad(_) | Closing::Try(_)));
        if learnt && matches!(entry, ItemRef::KeyResult(..)) {
            return Err(
                CliError::usage(format!("{key} is a key result")).hint(format!(
                    "good, bad and try are said of its objective: --of {}",
                    key.of_objective()
                )),
            );
        }
        write(project, &key, said, ui)
    }

    /// Closes the quarter if nothing is missing any more; else says what is, and who is asked for it.
    fn finish(
        &self,
        global: &Global,
        env: &Env,
        today: Date,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::to_write(global, ui)?;
        let mut open = open_items(&project, self.quarter, today)?;
        open.retain(|one| !one.lacks.is_empty());
        if !open.is_empty() {
            ui.status(&still_open(self.quarter, &open, &project));
            if self.of.is_some() {
                return Ok(ExitStatus::Success);
            }
            let own = self.selected(open);
            return Ok(self.report(&own, &project, ui));
        }
        let config = project.config()?;
        if config.quarter_state(self.quarter) == QuarterState::Closed {
            ui.status(&format!(
                "{} is closed, and nothing is missing",
                self.quarter
            ));
            return Ok(ExitStatus::Success);
        }
        if !self.allow_dirty {
            committed(&project, &["okr.toml"], "okr close", env)?;
        }
        // What was said by --of, or by hand, has no score beside it yet.
        propose(&open_items(&project, self.quarter, today)?, &project, ui)?;
        set_closed(self.quarter, &project, config)?;
        let items = project.tree.items();
        let items: Vec<ItemRef<'_>> = items
            .filter(|item| item.key().quarter == self.quarter)
            .collect();
        let key_results = items
            .iter()
            .filter(|item| item.key().is_key_result())
            .count();
        ui.result(&format!(
            "{} is closed, with {} and {}\n",
            self.quarter,
            counted(items.len() - key_results, "objective"),
            counted(key_results, "key result")
        ));
        ui.status("wrote okr.toml: commit all of it, and have it reviewed; the apply after the merge closes the issues");
        ui.status(&format!(
            "what goes on is carried over: okr new QUARTER TEAM --from {}",
            self.quarter
        ));
        Ok(ExitStatus::Success)
    }

    /// Shows what is missing of what was selected.
    fn report(&self, open: &[Open<'_>], project: &Project, ui: &mut Ui) -> ExitStatus {
        ui.result(&shown(self.quarter, open, project, ui.is_public()));
        if open.iter().any(|one| !one.lacks.is_empty()) {
            ExitStatus::Failure
        } else {
            ExitStatus::Success
        }
    }
}

/// The files that something would be written into.
fn files<'p>(open: &[Open<'_>], project: &'p Project) -> Vec<&'p str> {
    let written = open
        .iter()
        .filter(|one| one.proposed().is_some() || !one.lacks.is_empty());
    let mut files: Vec<&str> = written
        .map(|one| project.sources.file(one.entry.item().span.file).path())
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// Writes scores that can be computed, and a `TODO` for whatever nobody has said.
fn propose(open: &[Open<'_>], project: &Project, ui: &mut Ui) -> Result<(), CliError> {
    let mut said = Vec::new();
    for one in open {
        let key = one.entry.key();
        let mut say = |closing| said.push((key.clone(), Said::Closing(closing)));
        if let Some(score) = one.proposed() {
            say(Closing::Score(score));
        }
        let later = left_for_later(one.entry);
        for field in one.lacks.iter().filter(|field| !later.contains(field)) {
            let todo = |what: &str| vec![format!("TODO: {what}")];
            match field {
                ClosingField::Outcome => {
                    say(Closing::Outcome(
                        "TODO: what came of it, in a sentence".to_owned(),
                    ));
                }
                ClosingField::Evidence => {
                    say(Closing::Evidence(todo(
                        "an address or a reference that proves it",
                    )));
                }
                ClosingField::Good => say(Closing::Good(todo("what went well"))),
                ClosingField::Bad => say(Closing::Bad(todo("what did not"))),
                ClosingField::Try => say(Closing::Try(todo("what to try next"))),
                // No number keeps the place of one that nobody knows.
                ClosingField::Score => {}
            }
        }
    }
    let (edited, outcomes) = Edited::new(project, &said)?;
    edited.write(ui)?;
    edited.show(ui);
    for ((key, _), outcome) in said.iter().zip(outcomes) {
        if let Err(why) = outcome {
            ui.status(&format!("{key}: not written, {why}"));
        }
    }
    Ok(())
}

/// Writes what is said of one objective or key result, all of it or nothing.
fn write(project: &Project, key: &Key, said: Vec<Closing>, ui: &mut Ui) -> Result<(), CliError> {
    let said: Vec<(Key, Said)> = said
        .into_iter()
        .map(|closing| (key.clone(), Said::Closing(closing)))
        .collect();
    let (edited, outcomes) = Edited::new(project, &said)?;
    if let Some(Err(why)) = outcomes.into_iter().find(Result::is_err) {
        return Err(CliError::failure(why).hint("nothing was written"));
    }
    edited.write(ui)?;
    edited.show(ui);
    Ok(())
}

/// Sets the state of a quarter in okr.toml, and nothing else in it.
fn set_closed(quarter: Quarter, project: &Project, config: &Config) -> Result<(), CliError> {
    let by_hand = || {
        CliError::failure(
            "the place in okr.toml cannot be told for certain, so nothing was written",
        )
        .hint(format!(
            "write it by hand: [quarters.\"{quarter}\"] state = \"closed\""
        ))
    };
    let file = config.file.ok_or_else(by_hand)?;
    let source = project.sources.file(file);
    let (before, name) = (source.text(), quarter.to_string());
    let path = ["quarters", name.as_str(), "state"];
    let order = Order::of(config::schema());
    let header = format!("quarters.\"{quarter}\"");
    let closed = "\"closed\"";
    let (table, key) = (["quarters", name.as_str()], "state");
    let after = edit::set_key(before, &table, key, NewValue::Plain(closed), &order)
        .or_else(|| edit::append(before, (&header, &path), closed, &order))
        .ok_or_else(by_hand)?;
    let mut files = project.root.read();
    let there = files.config.ok_or_else(by_hand)?;
    if files.sources.file(there).text() != before {
        return Err(
            CliError::failure("okr.toml was changed meanwhile, so nothing was written")
                .hint("run it again"),
        );
    }
    files.sources.replace(there, after.clone());
    let read = Project::of(project.root.clone(), files)?;
    let is_closed = |config: &Config| config.quarter_state(quarter) == QuarterState::Closed;
    if read.findings.has_errors() || !read.config.as_ref().is_some_and(is_closed) {
        return Err(by_hand());
    }
    project.root.write(source.path(), &after)?;
    Ok(())
}
