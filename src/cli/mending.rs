//! `okr validate --fix`: what is certain to mend the files is done to them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{CliError, Project, Selection, Ui, rules};
use crate::config;
use crate::diag::{Diagnostics, Severity};
use crate::edit::{self, Judged, Mended};
use crate::load;
use crate::render::terminal_text::line;
use crate::text::{FileId, SourceMap};
use crate::workspace::CONFIG_FILE;

/// Mends the selected files, and okr.toml where all are selected; says what was done, and gives back the project as it is
/// then.
///
/// A file is only written if it has no more errors than before, also in what other files say of it.
///
/// # Errors
/// The selection is wrong, or a file cannot be written or has been changed meanwhile.
pub(crate) fn mend(project: Project, selection: &Selection, ui: &Ui) -> Result<Project, CliError> {
    let mut mended = mended(&project, &candidates(&project, selection)?);
    loop {
        if mended.is_empty() {
            if !project.findings.is_empty() {
                ui.status("nothing can be fixed for certain");
            }
            return Ok(project);
        }
        let after = with(&project, &mended)?;
        let (before, now) = (errors(&project), errors(&after));
        let count = mended.len();
        mended.retain(|file, _| now.get(file) <= before.get(file));
        if mended.len() == count {
            write(&project, &mended, ui)?;
            return Ok(after);
        }
    }
}

/// The selected files that have something to fix. A text with bytes that are no characters is not what is in the file.
fn candidates(project: &Project, selection: &Selection) -> Result<BTreeSet<FileId>, CliError> {
    let mut selected = selection.files(project)?;
    if selection.is_all() {
        selected.extend(project.config.as_ref().and_then(|config| config.file));
    }
    let not_text = project
        .findings
        .iter()
        .filter(|found| found.rule == "not-utf8");
    let lossy: BTreeSet<FileId> = not_text
        .filter_map(|found| Some(found.primary.as_ref()?.span.file))
        .collect();
    let fixes = project
        .findings
        .iter()
        .filter_map(|found| found.fix.as_ref());
    let fixable: BTreeSet<FileId> = fixes.map(|fix| fix.span.file).collect();
    selected.retain(|file| fixable.contains(file) && !lossy.contains(file));
    Ok(selected)
}

fn mended(project: &Project, files: &BTreeSet<FileId>) -> BTreeMap<FileId, Mended> {
    let config = project.config.as_ref().and_then(|config| config.file);
    let config_text = config.map_or("", |file| project.sources.file(file).text());
    files
        .par_iter()
        .filter_map(|&file| {
            let source = project.sources.file(file);
            let judge = |text: &str| {
                if Some(file) == config {
                    judge(text, None)
                } else {
                    judge(config_text, Some((source.path(), text)))
                }
            };
            Some((file, edit::mend(source.text(), &judge)?))
        })
        .collect()
}

/// What is found in okr.toml, or in an OKR file by itself: what it says of other files cannot be judged here.
fn judge(config_text: &str, okrs: Option<(&str, &str)>) -> Judged {
    let known: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
    let mut sources = SourceMap::new();
    let mut file = sources.add(CONFIG_FILE, config_text);
    let mut findings = Diagnostics::new();
    let config = config::load(&sources, file, &known, &mut findings);
    if let Some((path, text)) = okrs {
        file = sources.add(path, text);
        load::load(&sources, &[file], &config, &mut findings);
    }
    let mut own = Diagnostics::new();
    own.extend(
        findings
            .into_iter()
            .filter(|found| found.rule != "unknown-reference"),
    );
    Judged {
        sources,
        file,
        findings: own,
    }
}

/// The project with mended files in it.
fn with(project: &Project, mended: &BTreeMap<FileId, Mended>) -> Result<Project, CliError> {
    let mut files = project.root.read();
    let texts = |sources: &SourceMap| -> Vec<(String, String)> {
        let files = sources.files();
        files
            .map(|(_, file)| (file.path().to_owned(), file.text().to_owned()))
            .collect()
    };
    if texts(&project.sources) != texts(&files.sources) {
        return Err(
            CliError::failure("the files were changed while they were fixed").hint("run it again"),
        );
    }
    for (file, mended) in mended {
        files.sources.replace(*file, mended.text.clone());
    }
    Project::of(project.root.clone(), files)
}

fn errors(project: &Project) -> BTreeMap<FileId, usize> {
    let mut errors = BTreeMap::new();
    for found in &project.findings {
        if let (Severity::Error, Some(label)) = (found.severity, &found.primary) {
            *errors.entry(label.span.file).or_default() += 1;
        }
    }
    errors
}

fn write(project: &Project, mended: &BTreeMap<FileId, Mended>, ui: &Ui) -> Result<(), CliError> {
    for (&file, mended) in mended {
        let path = project.sources.file(file).path();
        project.root.write(path, &mended.text)?;
        for done in &mended.done {
            ui.status(&format!(
                "fixed {}:{}: {}",
                line(path),
                done.line,
                line(&done.title)
            ));
        }
    }
    Ok(())
}
