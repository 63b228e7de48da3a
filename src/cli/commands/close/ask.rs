//! What is missing, asked of a person at a terminal, one objective or key result after the other.

use super::super::check_in::answer::number;
use super::missing::{Open, open_items, worked};
use super::write;
use crate::cli::asking::{Stop, prompt, until_read};
use crate::cli::closing::Closing;
use crate::cli::{CliError, Global, Project, Ui};
use crate::issue::Row;
use crate::model::{ClosingField, Date, Key, Number, Quarter};
use crate::render::counted;
use crate::render::terminal_text::line;

/// Asks about everything that is open, and writes each answer when its questions are answered.
pub(super) fn ask(
    open: &[Open<'_>],
    quarter: Quarter,
    global: &Global,
    today: Date,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let keys: Vec<&Key> = open.iter().map(|one| one.entry.key()).collect();
    if keys.is_empty() {
        return Ok(());
    }
    ui.result(&format!(
        "{} to close. Enter leaves out or takes what is proposed, s skips, q ends.\n",
        counted(keys.len(), "item")
    ));
    for (at, key) in keys.iter().enumerate() {
        // What was written before is in the files by now, and an objective is judged by it.
        let project = Project::to_write(global, ui)?;
        let open = open_items(&project, quarter, today)?;
        let Some(one) = open.iter().find(|one| one.entry.key() == *key) else {
            continue;
        };
        let head = format!("{} of {}  {key}", at + 1, keys.len());
        ui.result(&format!(
            "\n{}\n  {}\n",
            ui.strong(&head),
            line(&one.entry.item().title.value)
        ));
        if let Some(score) = &one.score {
            ui.result(&format!("  {}\n", worked(score)));
        }
        match questions(one, ui) {
            Ok(said) if said.is_empty() => ui.result("  left for now\n"),
            Ok(said) => write(&project, key, said, ui)?,
            Err(Stop::Skip) => ui.result("  left for now\n"),
            Err(Stop::Quit) => break,
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    Ok(())
}

fn questions(one: &Open<'_>, ui: &mut Ui) -> Result<Vec<Closing>, Stop> {
    let mut said = Vec::new();
    if one.score.is_some() {
        let proposed = one.proposed();
        // An objective without a score of its own is no gap: its key results have theirs.
        if proposed.is_some() || one.lacks.contains(&ClosingField::Score) {
            said.extend(score(proposed, ui)?.map(Closing::Score));
        }
    }
    for field in &one.lacks {
        let closing = match field {
            ClosingField::Score => continue,
            ClosingField::Outcome => {
                let text = prompt("outcome, in a sentence", ui)?;
                text.and_then(|text| Row::on_one_line(&text))
                    .map(Closing::Outcome)
            }
            ClosingField::Evidence => {
                several("evidence, an address or a reference", ui)?.map(Closing::Evidence)
            }
            ClosingField::Good => several("good", ui)?.map(Closing::Good),
            ClosingField::Bad => several("bad", ui)?.map(Closing::Bad),
            ClosingField::Try => several("try next", ui)?.map(Closing::Try),
        };
        said.extend(closing);
    }
    Ok(said)
}

/// A score: what is proposed, or another one.
fn score(proposed: Option<Number>, ui: &mut Ui) -> Result<Option<Number>, Stop> {
    let question = match proposed {
        Some(score) => format!("score in % [{score}]"),
        None => "score in %".to_owned(),
    };
    let read = |text: &str| number(text.trim_end_matches('%'), "the score");
    Ok(until_read(&question, ui, read)?.or(proposed))
}

/// Lines until an empty one; nothing where the first is.
fn several(question: &str, ui: &mut Ui) -> Result<Option<Vec<String>>, Stop> {
    let mut texts = Vec::new();
    let mut question = question;
    while let Some(text) = prompt(question, ui)? {
        texts.extend(Row::on_one_line(&text));
        question = "  and";
    }
    Ok((!texts.is_empty()).then_some(texts))
}
