//! Key results that are due, one after the other, asked of a person at a terminal.

use super::{CheckInCommand, answer, ended, standing, write};
use crate::cli::asking::{Stop, until_read};
use crate::cli::check_ins::steps;
use crate::cli::{CliError, ExitStatus, Global, Project, Ui};
use crate::config::{Config, QuarterState};
use crate::issue::RowValues;
use crate::model::{Date, Id, ItemRef, Key, KeyResult, Measure};
use crate::render::terminal_text::line;

/// Asks for everything that is due, and writes each check-in when its questions are answered.
pub(super) fn ask(
    command: &CheckInCommand,
    global: &Global,
    today: Date,
    ui: &mut Ui,
) -> Result<ExitStatus, CliError> {
    if !ui.is_conversation() {
        return Err(CliError::usage("nobody can be asked here")
            .hint("name a key result and what is so: okr check-in sre/mtbf/hours --value 139"));
    }
    let project = Project::to_write(global, ui)?;
    let due = due(command, &project, project.config()?, today);
    if due.is_empty() {
        ui.status("no key result is due");
        return Ok(ExitStatus::Success);
    }
    let count = match due.len() {
        1 => "1 key result is due".to_owned(),
        count => format!("{count} key results are due"),
    };
    ui.result(&format!(
        "{count}. Enter leaves out, s skips the key result, q ends.\n"
    ));
    let mut written = 0;
    for (at, key) in due.iter().enumerate() {
        // What was written before is in the files by now.
        let project = Project::to_write(global, ui)?;
        let Some(ItemRef::KeyResult(_, key_result)) = project.tree.get(key) else {
            continue;
        };
        let head = format!("{} of {}  {key}", at + 1, due.len());
        ui.result(&format!(
            "\n{}\n  {}\n  {}\n",
            ui.strong(&head),
            line(&key_result.item.title.value),
            line(&standing(key_result))
        ));
        match questions(&project, key, key_result, ui) {
            Ok((values, done)) if answer::is_empty(&values) && done.is_empty() => {
                ui.result("  left for now\n");
            }
            Ok((values, done)) => {
                for new in write(&project, key, (today, values), &done, ui)? {
                    ui.result(&format!("  wrote {}:{}\n", line(&new.path), new.number));
                }
                written += 1;
            }
            Err(Stop::Skip) => ui.result("  left for now\n"),
            Err(Stop::Quit) => break,
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    ui.status(&match written {
        0 => "nothing was written".to_owned(),
        1 => "1 check-in was written: look at it (git diff), and commit it".to_owned(),
        count => {
            format!("{count} check-ins were written: look at them (git diff), and commit them")
        }
    });
    Ok(ExitStatus::Success)
}

/// What nobody has said anything of for as many days as the policy has between check-ins.
fn due(command: &CheckInCommand, project: &Project, config: &Config, today: Date) -> Vec<Key> {
    let mut due = Vec::new();
    for okrs in project.tree.teams() {
        let period = config.calendar.period(okrs.quarter);
        if !period.is_some_and(|period| period.contains(today)) {
            continue;
        }
        let in_teams = command.teams.is_empty() || command.teams.contains(&okrs.team);
        if !in_teams || config.quarter_state(okrs.quarter) != QuarterState::Active {
            continue;
        }
        let team = config.teams.get(&okrs.team);
        let every = team
            .map_or(&config.policy, |team| &team.policy)
            .check_in_every;
        for key_result in okrs.objectives.iter().flat_map(|all| &all.key_results) {
            let key = &key_result.item.key;
            let manager = team.and_then(|team| team.manager.as_ref());
            let owner = key_result.item.owner.as_ref().map(|owner| &owner.value);
            let is_theirs = command
                .owner
                .as_ref()
                .is_none_or(|name| owner.or(manager) == Some(name));
            let is_due = key_result.is_due(today, every.value);
            if is_theirs && is_due && ended(key_result, key, project).is_none() {
                due.push(key.clone());
            }
        }
    }
    due
}

fn questions(
    project: &Project,
    key: &Key,
    key_result: &KeyResult,
    ui: &mut Ui,
) -> Result<(RowValues, Vec<Id>), Stop> {
    let mut values = RowValues::default();
    let mut done = Vec::new();
    if matches!(key_result.measure, Measure::Milestones(_)) {
        let open: Vec<&str> = steps(project, key)
            .filter(|step| step.done.is_none())
            .map(|step| step.id.as_str())
            .collect();
        if !open.is_empty() {
            let question = format!("steps done by now ({})", open.join(", "));
            let ids = until_read(&question, ui, |text| step_ids(text, &open))?;
            done = ids.unwrap_or_default();
        }
    } else {
        let unit = key_result.unit.as_ref();
        let unit = unit.map(|unit| format!(" in {}", line(&unit.value)));
        let question = format!("value{}", unit.unwrap_or_default());
        values.value = until_read(&question, ui, |text| answer::value(text, key_result))?;
    }
    values.confidence = until_read("confidence in %", ui, answer::confidence)?;
    let words = "health (on-track, needs-attention, at-risk)";
    values.health = until_read(words, ui, answer::health)?;
    values.note = until_read("note", ui, |text| Ok(answer::note(text)))?.flatten();
    Ok((values, done))
}

/// The steps that somebody names, with spaces or commas between them.
fn step_ids(text: &str, open: &[&str]) -> Result<Vec<Id>, CliError> {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let id = open.contains(&word).then(|| word.parse().ok()).flatten();
            id.ok_or_else(|| CliError::failure(format!("{} is no step that is open", line(word))))
        })
        .collect()
}
