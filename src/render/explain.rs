//! One objective or key result, explained: for a terminal and for other programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::json_text::json_text;
use super::terminal_text::line;
use super::wrap::wrap;
use crate::plan::{ExplainedField, Explanation, FieldVerdict, Remark};

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const EXPLANATION_FORMAT: u32 = 1;

/// Longer lines are no easier to read.
const WIDEST: usize = 100;
/// Where values begin.
const INDENT: usize = 23;

/// Where an objective or key result is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declaration {
    /// The file's path in the workspace.
    pub file: String,
    /// The line of its header, from 1.
    pub line: u32,
    /// The commit that changed the file last, as people read it.
    pub last_commit: Option<String>,
}

/// An explanation as a terminal shows it: what is as declared in a line each, the rest with its sides.
pub fn human(explanation: &Explanation, declaration: Option<&Declaration>, width: usize) -> String {
    let columns = width.min(WIDEST);
    let mut text = String::new();
    push(&mut text, &explanation.key.to_string());
    push(&mut text, &wrap(&line(&explanation.title), columns));
    match declaration {
        Some(declaration) => {
            let place = format!("{}:{}", declaration.file, declaration.line);
            pair(&mut text, "declared in", &place, columns);
            let commit = declaration.last_commit.as_deref();
            let commit = commit.unwrap_or("none: the file is in no commit, or git does not tell");
            pair(&mut text, "last commit", commit, columns);
        }
        None => pair(
            &mut text,
            "declared in",
            "no file: nothing is done to it but to close it",
            columns,
        ),
    }
    match &explanation.issue {
        Some(issue) => {
            let address = format!("{}#{} {}", issue.project, issue.iid, issue.web_url);
            pair(&mut text, "issue", &address, columns);
        }
        None => pair(&mut text, "issue", "none yet", columns),
    }
    let actions: Vec<&str> = explanation
        .actions
        .iter()
        .map(|action| action.name())
        .collect();
    let actions = if actions.is_empty() {
        "nothing".to_owned()
    } else {
        actions.join(", ")
    };
    pair(&mut text, "apply would do", &actions, columns);
    for field in &explanation.fields {
        if field.verdict == FieldVerdict::Same {
            continue;
        }
        let name = field.field.name();
        push(
            &mut text,
            &format!("\n{}: {}", line(&name), field.verdict.name()),
        );
        sides(&mut text, field, columns);
    }
    let same = explanation
        .fields
        .iter()
        .filter(|field| field.verdict == FieldVerdict::Same);
    let mut same = same.peekable();
    if same.peek().is_some() {
        push(&mut text, "\nas declared:");
    }
    for field in same {
        let value = field.observed.as_deref().unwrap_or("nothing");
        pair(&mut text, &field.field.name(), value, columns);
    }
    remarks(&mut text, "stopped by", &explanation.conflicts, columns);
    remarks(&mut text, "to be known", &explanation.notices, columns);
    text
}

fn sides(text: &mut String, field: &ExplainedField, columns: usize) {
    let shown = |value: &Option<String>| match value.as_deref() {
        None | Some("") => "nothing".to_owned(),
        Some(value) => value.to_owned(),
    };
    pair(text, "declared", &shown(&field.declared), columns);
    pair(text, "last applied", &shown(&field.applied), columns);
    let observed = match field.verdict {
        FieldVerdict::Unknown => "unknown".to_owned(),
        _ => shown(&field.observed),
    };
    pair(text, "in GitLab", &observed, columns);
    if let Some(edit) = &field.edited {
        pair(text, "changed there", &edit.to_string(), columns);
    }
    pair(text, "whose it is", field.owner.name(), columns);
}

fn remarks(text: &mut String, title: &str, remarks: &[Remark], columns: usize) {
    if remarks.is_empty() {
        return;
    }
    push(text, &format!("\n{title}:"));
    for remark in remarks {
        push(text, &indented(&line(&remark.told()), 2, columns));
        if let Some(help) = &remark.help {
            push(
                text,
                &indented(&format!("help: {}", line(help)), 4, columns),
            );
        }
    }
}

fn pair(text: &mut String, name: &str, value: &str, columns: usize) {
    let value = indented(&line(value), INDENT, columns);
    let name = line(name);
    push(
        text,
        &format!("  {name:<width$}{}", value.trim_start(), width = INDENT - 2),
    );
}

fn indented(text: &str, indent: usize, columns: usize) -> String {
    let room = columns.saturating_sub(indent).max(20);
    let wrapped = wrap(text, room);
    let lines: Vec<String> = wrapped
        .lines()
        .map(|row| format!("{:indent$}{row}", ""))
        .collect();
    lines.join("\n")
}

fn push(text: &mut String, row: &str) {
    // Writing to a String cannot fail.
    let _always = writeln!(text, "{}", row.trim_end_matches(' '));
}

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    declaration: Option<&'a Declaration>,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

/// An explanation as JSON.
pub fn json(explanation: &Explanation, declaration: Option<&Declaration>) -> String {
    json_text(&Report {
        format: EXPLANATION_FORMAT,
        declaration,
        explanation,
    })
}
