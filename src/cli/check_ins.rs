//! What people say of OKRs, written into the files: by `okr check-in`, by `okr pull`, and what `okr close` asks for.

use std::collections::BTreeMap;

use super::closing::Closing;
use super::{CliError, Project, Ui};
use crate::diag::Severity;
use crate::edit::{self, NewValue, Order, Place};
use crate::issue::{Row, RowValues, escape_title, same_description};
use crate::load;
use crate::model::{CheckIn, Date, Id, ItemRef, Key, Measure, MilestoneStep, Number};
use crate::plan::Statement;
use crate::render::check_in_value;
use crate::render::terminal_text::line;
use crate::text::FileId;

/// Why a file cannot hold a row, where the editor is not certain.
const UNCERTAIN: &str = "its place in the file cannot be told for certain: write it by hand";

/// What somebody says of an objective or key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// How it stood on a day, or what its title, due date or description is.
    Statement(Statement),
    /// What `okr measure` read on a day: what people said of that day stays.
    Measured(Date, Number),
    /// That a step is done, since a day.
    Done(Id, Date),
    /// What is said of an objective or key result at its end.
    Closing(Closing),
}

/// A line of a file that what was said has added or changed.
pub(crate) struct WrittenLine {
    /// The file.
    pub(crate) path: String,
    /// From 1.
    pub(crate) number: usize,
    /// What it says now.
    pub(crate) text: String,
}

impl WrittenLine {
    /// As it is shown: a line of the result.
    pub(crate) fn shown(&self) -> String {
        format!(
            "{}:{}: {}\n",
            line(&self.path),
            self.number,
            line(&self.text)
        )
    }
}

/// Texts of OKR files with what was said in them.
#[derive(Debug)]
pub(crate) struct Edited<'p> {
    project: &'p Project,
    texts: BTreeMap<FileId, String>,
}

impl<'p> Edited<'p> {
    /// Puts what was said into the files that declare its keys: in place of what a file says of the same, else by the order of
    /// days and keys. What comes later in the list is put into what comes earlier has made; steps that are done come before all
    /// else of their file. What the file cannot hold without errors is left out; the second part says of each whether and why.
    pub(crate) fn new(
        project: &'p Project,
        rows: &[(Key, Said)],
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
                    && let Some(with) = put(project, &text, key, row, &order)
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
        rows: &[(Key, Said)],
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
            let Some(with) = put(self.project, &text, key, row, order) else {
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
            let there = files
                .sources
                .files()
                .find(|(_, other)| other.path() == path);
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

    /// The lines that are new or changed, in their order.
    pub(crate) fn new_lines(&self) -> Vec<WrittenLine> {
        let mut lines = Vec::new();
        for (path, before, after) in self.files() {
            let before: Vec<&str> = before.lines().collect();
            let new = after.lines().enumerate();
            let new = new.filter(|(_, text)| !before.contains(text));
            lines.extend(new.map(|(at, text)| WrittenLine {
                path: path.to_owned(),
                number: at + 1,
                text: text.to_owned(),
            }));
        }
        lines
    }

    /// Shows the lines that were written, and how to take them back.
    pub(crate) fn show(&self, ui: &mut Ui) {
        for new in self.new_lines() {
            ui.result(&new.shown());
        }
        for (path, ..) in self.files() {
            ui.status(&format!(
                "wrote {path}; git checkout -p {path} takes it back",
                path = line(path)
            ));
        }
    }
}

fn put(project: &Project, text: &str, key: &Key, said: &Said, order: &Order) -> Option<String> {
    match said {
        Said::Closing(closing) => closing.put(text, key, order),
        Said::Done(step, day) => put_done(project, text, key, step, *day, order),
        Said::Measured(date, value) => {
            let there = check_in(project, key, *date);
            let values = RowValues {
                value: Some(*value),
                confidence: there.and_then(|there| Some(there.confidence?.value)),
                health: there.and_then(|there| Some(there.health?.value)),
                // As the file has it, and not on one line as a table shows it.
                note: there.and_then(|there| Some(there.note.as_ref()?.value.clone())),
            };
            put_check_in(text, key, *date, &check_in_value(&values, true), order)
        }
        Said::Statement(Statement::CheckIn(Row { date, values })) => {
            let there = check_in(project, key, *date);
            // Who adds a note leaves the value as it was measured.
            let measured = there.is_some_and(|there| {
                there.measured && there.value.map(|value| value.value) == values.value
            });
            put_check_in(text, key, *date, &check_in_value(values, measured), order)
        }
        Said::Statement(Statement::Title(title)) => {
            set_key(text, key, ("title", NewValue::Text(title)), order)
        }
        Said::Statement(Statement::Due(day)) => {
            set_key(text, key, ("due", NewValue::Plain(&day.to_string())), order)
        }
        Said::Statement(Statement::Description(words)) => {
            set_key(text, key, ("description", NewValue::Text(words)), order)
        }
    }
}

/// What a file says of a key result's day.
fn check_in<'p>(project: &'p Project, key: &Key, date: Date) -> Option<&'p CheckIn> {
    match project.tree.get(key)? {
        ItemRef::KeyResult(_, key_result) => {
            key_result.check_ins.iter().find(|there| there.date == date)
        }
        ItemRef::Objective(_) => None,
    }
}

/// The table of an objective or key result in its file.
fn table(key: &Key) -> Vec<&str> {
    let key_result = key.key_result.as_ref();
    let key_result = key_result.map(|id| ["kr", id.as_str()]);
    ["objective", key.objective.as_str()]
        .into_iter()
        .chain(key_result.into_iter().flatten())
        .collect()
}

fn put_check_in(text: &str, key: &Key, date: Date, value: &str, order: &Order) -> Option<String> {
    let place = Place {
        table: &table(key),
        map: "check_in",
        entry: &date.to_string(),
    };
    edit::set(text, place, value, order)
}

fn set_key(
    text: &str,
    key: &Key,
    (name, value): (&str, NewValue<'_>),
    order: &Order,
) -> Option<String> {
    edit::set_key(text, &table(key), name, value, order)
}

fn put_done(
    project: &Project,
    text: &str,
    key: &Key,
    step: &Id,
    day: Date,
    order: &Order,
) -> Option<String> {
    let step = steps(project, key).find(|known| known.id == *step)?;
    let holds = |text: &str| text.parse::<toml::Table>().is_ok();
    let done = ("done", &*day.to_string());
    let changed = edit::add(text, step.title.span.range(), "title", done, &holds)?;
    let is_canonical = edit::format(text, order).is_ok_and(|formatted| formatted == text);
    match edit::format(&changed, order) {
        Ok(formatted) if is_canonical => Some(formatted),
        _ => Some(changed),
    }
}

/// The steps of a key result that is measured by them.
pub(crate) fn steps<'p>(
    project: &'p Project,
    key: &Key,
) -> impl Iterator<Item = &'p MilestoneStep> {
    let steps = match project.tree.get(key) {
        Some(ItemRef::KeyResult(_, key_result)) => match &key_result.measure {
            Measure::Milestones(steps) => steps.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    steps.iter()
}

/// Whether the files say this, as the issue shows it: what it would show in another way is never written, since files and
/// GitLab would never agree.
fn has(project: &Project, key: &Key, said: &Said) -> bool {
    let statement = match said {
        Said::Closing(closing) => {
            return project.tree.get(key).is_some_and(|it| closing.is_said(it));
        }
        Said::Statement(statement) => statement,
        Said::Measured(date, value) => {
            return check_in(project, key, *date).is_some_and(|there| {
                there.measured && there.value.is_some_and(|there| there.value == *value)
            });
        }
        Said::Done(step, day) => {
            return steps(project, key).any(|known| {
                known.id == *step && known.done.as_ref().is_some_and(|done| done.value == *day)
            });
        }
    };
    let Some(there) = project.tree.get(key) else {
        return false;
    };
    let item = there.item();
    match statement {
        Statement::CheckIn(row) => {
            let rows = match there {
                ItemRef::KeyResult(_, key_result) => key_result.check_ins.as_slice(),
                ItemRef::Objective(_) => &[],
            };
            rows.iter().map(Row::from).any(|there| there == *row)
        }
        Statement::Title(title) => escape_title(&item.title.value) == escape_title(title),
        Statement::Due(day) => item.due.is_some_and(|due| due.value == *day),
        Statement::Description(words) => {
            let there = item.description.as_ref();
            there.is_some_and(|there| same_description(&there.value, words))
        }
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::cli::{Env, Global};
    use crate::issue::Body;

    const CONFIG: &str = "[gitlab]\nurl = \"https://gitlab.example.com\"\nowner = \"g/okrs\"\n[teams.a]\nname = \"A\"\nmanager = \"mia\"\ntracker = \"g/p\"\n";
    const FILE: &str = "[objective.o]\ntitle = \"O\"\n\n[objective.o.kr.k]\ntitle = \"K\"\nunit = \"h\"\nfrom = 1\nto = 9\n# before\ncheck_in.2026-11-09 = { value = 2 } # behind\n";

    #[expect(clippy::disallowed_methods, reason = "sets a test's scene")]
    fn project() -> (TempDir, Project) {
        let dir = TempDir::new().unwrap();
        std::fs::create_dir_all(dir.path().join("okrs/2026-q4")).unwrap();
        std::fs::write(dir.path().join("okr.toml"), CONFIG).unwrap();
        std::fs::write(dir.path().join("okrs/2026-q4/a.toml"), FILE).unwrap();
        let global = Global {
            dir: Some(dir.path().to_owned()),
            ..Global::default()
        };
        let project = Project::open(&global, &Ui::new(&global, &Env::default())).unwrap();
        assert!(!project.findings.has_errors(), "{:?}", project.findings);
        (dir, project)
    }

    proptest! {
        /// Whatever people write into a table, each line comes back as the same text or is told, and the file stays as it was
        /// but for one line, in canonical form and without errors.
        #[test]
        fn what_people_write_comes_back_or_is_told(
            day in prop_oneof![Just("2026-11-09"), Just("2026-11-16"), Just("2027-11-16"), Just("soon")],
            value in prop_oneof!["[0-9]{0,30}", "[-+]?[0-9]{1,3}[.,][0-9]{1,3} ?%?", "[a-z0-9 ]{0,4}"],
            note in prop_oneof![
                "[a-c|\\\\`@<>*_ \"'#/~$&;\u{200b}\u{1}-\u{1f}\u{7f}-\u{9f}-]{0,24}",
                "/(close|label ~x|assign @y)( \\| .{0,8})?",
                any::<String>(),
            ],
        ) {
            let (_dir, project) = project();
            let line = format!("| {day} | {value} | | | {note} |").replace(['\n', '\r'], " ");
            let text = format!("<!-- okrsync:check-ins -->\n\n| Date | Value |\n| --- | --- |\n{line}");
            let table = Body::parse(&text).table.unwrap();
            if table.rows.is_empty() {
                // Kept to the byte, and told by a plan and a pull.
                prop_assert_eq!(&table.unreadable, &[line.trim_end().to_owned()]);
                return Ok(());
            }
            let key: Key = "2026-q4/a/o/k".parse().unwrap();
            for row in &table.rows {
                let rows = [(key.clone(), Said::Statement(Statement::CheckIn(row.clone())))];
                let (edited, outcomes) = Edited::new(&project, &rows).unwrap();
                let mut files = edited.files();
                if let Err(why) = &outcomes[0] {
                    prop_assert!(!why.is_empty());
                    prop_assert!(files.next().is_none());
                    continue;
                }
                let (_, before, after) = files.next().unwrap();
                let written: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
                prop_assert_eq!(written.len(), 1);
                let date = row.date.to_string();
                let beginning = format!("check_in.{date} = {{ ");
                prop_assert!(written[0].starts_with(&beginning));
                prop_assert!(after.contains("# before") && after.contains(" # behind"));
                let table: toml::Table = after.parse().unwrap();
                let said = &table["objective"]["o"]["kr"]["k"]["check_in"][&date];
                let note = said.get("note").and_then(toml::Value::as_str);
                prop_assert_eq!(note, row.values.note.as_deref());
                prop_assert_eq!(edit::format(after, &Order::of(load::schema())).unwrap(), after);
                let again = edited.read(&edited.texts).unwrap();
                prop_assert!(!again.findings.has_errors());
            }
        }
    }
}
