//! One objective or key result, explained: for a terminal and for other programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::json_text::json_text;
use super::terminal_text::line;
use super::wrap::wrap;
use crate::model::{Key, Number, round_half_up};
use crate::plan::{ExplainedField, Explanation, FieldVerdict, Remark};
use crate::report::{Found, Input, KeyResultStatus, Origin, Score};

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

/// What is known of one key, as far as anybody looked.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// Which.
    pub key: &'a Key,
    /// Where it is declared, if it is.
    pub declaration: Option<&'a Declaration>,
    /// Its score, if it is declared.
    pub going: Option<Found<'a>>,
    /// What files, the last apply and GitLab hold; absent where GitLab was not asked.
    pub issue: Option<&'a Explanation>,
}

/// An explanation as a terminal shows it: the score with its working, then the issue: what is as declared in a line each,
/// the rest with its sides.
pub fn human(explained: &Explained<'_>, width: usize) -> String {
    let columns = width.min(WIDEST);
    let mut text = String::new();
    push(&mut text, &explained.key.to_string());
    let title = match (explained.issue, explained.going) {
        (Some(explanation), _) => &explanation.title,
        (None, Some(Found::Objective(objective))) => &objective.title,
        (None, Some(Found::KeyResult(key_result))) => &key_result.title,
        (None, None) => "",
    };
    push(&mut text, &wrap(&line(title), columns));
    match explained.declaration {
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
    match explained.issue {
        Some(explanation) => of_issue(&mut text, explanation, columns),
        None => pair(&mut text, "issue", "unknown: nobody asked GitLab", columns),
    }
    if let Some(going) = explained.going {
        push(&mut text, "");
        of_score(&mut text, going, columns);
    }
    if let Some(explanation) = explained.issue {
        of_fields(&mut text, explanation, columns);
    }
    text
}

fn of_issue(text: &mut String, explanation: &Explanation, columns: usize) {
    match &explanation.issue {
        Some(issue) => {
            let address = format!("{}#{} {}", issue.project, issue.iid, issue.web_url);
            pair(text, "issue", &address, columns);
        }
        None => pair(text, "issue", "none yet", columns),
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
    pair(text, "apply would do", &actions, columns);
}

/// The score with everything that it was computed from, and the pace.
fn of_score(text: &mut String, going: Found<'_>, columns: usize) {
    let score = match going {
        Found::Objective(objective) => &objective.score,
        Found::KeyResult(key_result) => &key_result.score,
    };
    let shown = |number: Number| format!("{} %", round_half_up(number, 0));
    match (score.percent, &score.missing) {
        (Some(percent), _) => push(text, &format!("score: {}", shown(percent))),
        (None, Some(why)) => {
            let why = wrap(&line(&format!("score: none, since {why}")), columns);
            push(text, &why);
        }
        (None, None) => push(text, "score: none"),
    }
    pair(text, "formula", &score.formula, columns);
    if let Some(working) = &score.working {
        pair(text, "working", working, columns);
    }
    if score.known < score.counting {
        let known = format!("{} of {} have a score", score.known, score.counting);
        pair(text, "known", &known, columns);
    }
    inputs(text, score, columns);
    match going {
        Found::Objective(objective) => {
            if let Some(expected) = objective.expected {
                pair(text, "due by today", &shown(expected), columns);
            }
            if let Some(standing) = objective.standing {
                pair(text, "weakest", standing.name(), columns);
            }
        }
        Found::KeyResult(key_result) => of_pace(text, key_result, columns),
    }
}

fn inputs(text: &mut String, score: &Score, columns: usize) {
    for input in &score.inputs {
        let Input {
            name,
            value,
            weight,
            origin,
        } = input;
        let value = value.as_deref().unwrap_or("no score");
        let weight = match weight {
            Some(weight) if *weight != Number::from(1) => format!(", weight {weight}"),
            _ => String::new(),
        };
        let from = match origin {
            Origin::File(place) => format!("  {}:{}", place.file, place.line),
            Origin::UnpulledRow => "  in the issue, not yet in the file".to_owned(),
            Origin::Setting(_) => "  okr.toml, or its default".to_owned(),
            Origin::Score => String::new(),
        };
        if *origin == Origin::Score {
            // A key is longer than the column of names.
            let all = format!("{name}: {value}{weight}");
            push(text, &indented(&line(&all), 4, columns));
        } else {
            pair(text, name, &format!("{value}{weight}{from}"), columns);
        }
    }
}

fn of_pace(text: &mut String, key_result: &KeyResultStatus, columns: usize) {
    let shown = |number: Number| format!("{} %", round_half_up(number, 0));
    let unit = key_result.unit.as_deref().unwrap_or_default();
    let with_unit = |number: Number| format!("{number} {unit}").trim_end().to_owned();
    if let Some(pace) = &key_result.pace {
        let mut due = shown(pace.expected);
        if let Some(value) = pace.expected_value {
            let _always = write!(due, ", a value of {}", with_unit(value));
        }
        pair(
            text,
            "due by today",
            &format!("{due}: {}", pace.method),
            columns,
        );
        if let (Some(ratio), Some(day)) = (pace.ratio, pace.measured_on) {
            let then = shown(pace.expected_then);
            let told = format!("{} of the {then} that were due on {day}", shown(ratio));
            pair(text, "pace", &told, columns);
        }
        if let Some(projection) = &pace.projection {
            let score = projection
                .score
                .map_or_else(String::new, |score| format!(", {}", shown(score)));
            let value = with_unit(projection.value);
            let told = format!("{value} by {}{score}: {}", projection.by, projection.method);
            pair(text, "leads to", &told, columns);
        }
    }
    let mut standing = key_result.standing.name().to_owned();
    if !key_result.reasons.is_empty() {
        standing.push_str(": ");
        standing.push_str(&key_result.reasons.join("; "));
    }
    pair(text, "stands", &standing, columns);
    for contradiction in &key_result.contradictions {
        pair(text, "contradiction", &contradiction.message, columns);
    }
}

fn of_fields(text: &mut String, explanation: &Explanation, columns: usize) {
    for field in &explanation.fields {
        if field.verdict == FieldVerdict::Same {
            continue;
        }
        let name = field.field.name();
        push(
            text,
            &format!("\n{}: {}", line(&name), field.verdict.name()),
        );
        sides(text, field, columns);
    }
    let same = explanation
        .fields
        .iter()
        .filter(|field| field.verdict == FieldVerdict::Same);
    let mut same = same.peekable();
    if same.peek().is_some() {
        push(text, "\nas declared:");
    }
    for field in same {
        let value = field.observed.as_deref().unwrap_or("nothing");
        pair(text, &field.field.name(), value, columns);
    }
    remarks(text, "stopped by", &explanation.conflicts, columns);
    remarks(text, "to be known", &explanation.notices, columns);
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
    /// As in the status: the score with its working, the pace, and everything that was said.
    going: Option<Found<'a>>,
    #[serde(flatten)]
    of: Of<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Of<'a> {
    Issue(&'a Explanation),
    /// Nobody asked GitLab.
    FilesAlone {
        key: &'a Key,
    },
}

/// An explanation as JSON.
pub fn json(explained: &Explained<'_>) -> String {
    json_text(&Report {
        format: EXPLANATION_FORMAT,
        declaration: explained.declaration,
        going: explained.going,
        of: match explained.issue {
            Some(explanation) => Of::Issue(explanation),
            None => Of::FilesAlone { key: explained.key },
        },
    })
}
