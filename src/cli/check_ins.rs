//! Check-ins that are written into the files: by `okr check-in`, and by `okr pull`.

use std::collections::BTreeMap;

use super::{CliError, Project, Ui};
use crate::diag::Severity;
use crate::edit::{self, Order, Place};
use crate::issue::{Row, RowValues};
use crate::load;
use crate::model::{ItemRef, Key};
use crate::render::check_in_value;
use crate::render::terminal_text::line;
use crate::text::FileId;

/// Why a file cannot hold a row, where the editor is not certain.
const UNCERTAIN: &str = "its place in the file cannot be told for certain: write it by hand";

/// Texts of OKR files with check-ins in them.
#[derive(Debug)]
pub(crate) struct Edited<'p> {
    project: &'p Project,
    texts: BTreeMap<FileId, String>,
}

impl<'p> Edited<'p> {
    /// Puts rows into the files that declare their keys: in place of what a file says of that day, else by the order of
    /// days. What the file cannot hold without errors is left out; the second part says for each row whether and why.
    pub(crate) fn new(
        project: &'p Project,
        rows: &[(Key, Row)],
    ) -> Result<(Self, Vec<Result<(), String>>), CliError> {
        let order = Order::of(load::schema());
        let mut by_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        let mut outcomes: Vec<Result<(), String>> = vec![Err(UNCERTAIN.to_owned()); rows.len()];
        for (at, (key, _)) in rows.iter().enumerate() {
            if let Some(item) = project.tree.get(key) {
                let file = item.item().span.file;
                by_file.entry(file).or_default().push(at);
            }
        }
        let mut texts = BTreeMap::new();
        for (&file, own) in &by_file {
            let mut text = project.sources.file(file).text().to_owned();
            for &at in own {
                if let (Some((key, row)), Some(outcome)) = (rows.get(at), outcomes.get_mut(at))
                    && let Some(with) = put(&text, key, row, &order)
                {
                    text = with;
                    *outcome = Ok(());
                }
            }
            texts.insert(file, text);
        }
        let mut edited = Self { project, texts };
        let read = edited.read(&edited.texts)?;
        for (&file, own) in &by_file {
            let accepted = own.iter().filter_map(|&at| {
                let is_in = outcomes.get(at).is_some_and(Result::is_ok);
                rows.get(at).filter(|_| is_in)
            });
            let mut accepted = accepted;
            if error_in(&read, project.sources.file(file).path()).is_some()
                || !accepted.all(|(key, row)| has(&read, key, row))
            {
                // Something in this file is refused: each row alone shows which.
                let text = edited.one_by_one(file, own, rows, &mut outcomes, &order)?;
                edited.texts.insert(file, text);
            }
        }
        let sources = &project.sources;
        edited
            .texts
            .retain(|file, text| sources.file(*file).text() != text);
        Ok((edited, outcomes))
    }

    fn one_by_one(
        &self,
        file: FileId,
        own: &[usize],
        rows: &[(Key, Row)],
        outcomes: &mut [Result<(), String>],
        order: &Order,
    ) -> Result<String, CliError> {
        let source = self.project.sources.file(file);
        let mut text = source.text().to_owned();
        for &at in own {
            let (Some((key, row)), Some(outcome)) = (rows.get(at), outcomes.get_mut(at)) else {
                continue;
            };
            *outcome = Err(UNCERTAIN.to_owned());
            let Some(with) = put(&text, key, row, order) else {
                continue;
            };
            let read = self.read(&BTreeMap::from([(file, with.clone())]))?;
            if let Some(error) = error_in(&read, source.path()) {
                *outcome = Err(error);
            } else if has(&read, key, row) {
                *outcome = Ok(());
                text = with;
            }
        }
        Ok(text)
    }

    /// The project with other texts in some files.
    fn read(&self, texts: &BTreeMap<FileId, String>) -> Result<Project, CliError> {
        let mut files = self.project.root.read();
        for (&file, text) in texts {
            let path = self.project.sources.file(file).path();
            let there = files.sources.files().find(|(_, other)| other.path() == path);
            let Some((there, _)) = there else {
                return Err(CliError::failure(format!("{path} is gone")).hint("run it again"));
            };
            files.sources.replace(there, text.clone());
        }
        Project::of(self.project.root.clone(), files)
    }

    /// The files that differ, each with its path, what it held and what it shall hold.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.texts.iter().map(|(&file, text)| {
            let source = self.project.sources.file(file);
            (source.path(), source.text(), text.as_str())
        })
    }

    /// Writes them, if all are still as they were read.
    pub(crate) fn write(&self, ui: &Ui) -> Result<(), CliError> {
        for (path, before, _) in self.files() {
            if self.project.root.read_text(path)?.as_deref() != Some(before) {
                let message = format!("{path} was changed meanwhile, so nothing was written");
                return Err(CliError::failure(message).hint("run it again"));
            }
        }
        for (path, _, after) in self.files() {
            self.project.root.write(path, after)?;
            ui.detail(&format!("wrote {}", line(path)));
        }
        Ok(())
    }
}

fn put(text: &str, key: &Key, row: &Row, order: &Order) -> Option<String> {
    let key_result = key.key_result.as_ref()?;
    let table = [
        "objective",
        key.objective.as_str(),
        "kr",
        key_result.as_str(),
    ];
    let place = Place {
        table: &table,
        map: "check_in",
        entry: &row.date.to_string(),
    };
    edit::set(text, place, &check_in_value(&row.values), order)
}

/// Whether the files say this, as the issue's table shows it.
fn has(project: &Project, key: &Key, row: &Row) -> bool {
    let Some(ItemRef::KeyResult(_, key_result)) = project.tree.get(key) else {
        return false;
    };
    let mut check_ins = key_result.check_ins.iter().map(Row::from);
    // A check-in may name a note that its table shows in another way: never written, since it would never be at rest.
    check_ins.any(|there| there == *row) && row.values != RowValues::default()
}

/// The first error of a file.
fn error_in(project: &Project, path: &str) -> Option<String> {
    let found = project.findings.iter().find(|found| {
        let place = found.primary.as_ref().map(|label| label.span.file);
        let is_here = place.is_none_or(|file| project.sources.file(file).path() == path);
        found.severity == Severity::Error && is_here
    });
    found.map(|found| found.message.clone())
}
