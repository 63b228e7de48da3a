//! What came back from issues into files: for a terminal and for other programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::json_text::json_text;
use super::terminal_text::line;
use crate::issue::RowValues;
use crate::plan::{LeftReason, LeftRow, PulledRow, Remark, show_row};
use crate::syntax::schema_of_output;

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const PULL_FORMAT: u32 = 1;

/// What is said instead of a confidential issue's text.
const HIDDEN: &str = "confidential: shown by its key only";

/// What a pull has done, or would do.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'a> {
    /// Whether the files were written.
    pub written: bool,
    /// The rows that the files get, each with the path of its file.
    pub rows: &'a [(PulledRow, String)],
    /// The rows that wait for a decision.
    pub left: &'a [LeftRow],
    /// Other edits of people's, which stay in GitLab.
    pub not_pulled: &'a [Remark],
    /// Why issues were not looked at.
    pub not_looked_at: &'a [Remark],
}

/// What there is to say beside the difference of the files; empty where that says all.
pub fn human(outcome: &Outcome<'_>, confidential_visible: bool) -> String {
    let mut text = String::new();
    let hidden = |confidential: bool| confidential && !confidential_visible;
    if !outcome.left.is_empty() {
        let count = outcome.left.len();
        let rows = if count == 1 { "row stays" } else { "rows stay" };
        push(&mut text, &format!("{count} {rows} in GitLab alone:"));
        for row in outcome.left {
            left(&mut text, row, hidden(row.confidential));
        }
    }
    for (remarks, title) in [
        (outcome.not_pulled, "not pulled, since only check-ins are"),
        (outcome.not_looked_at, "not looked at"),
    ] {
        if remarks.is_empty() {
            continue;
        }
        push(&mut text, &format!("{title}:"));
        for remark in remarks {
            let about = [remark.key.as_ref().map(ToString::to_string)];
            let issue = remark
                .issue
                .clone()
                .filter(|_| !hidden(remark.confidential));
            let about: Vec<String> = about.into_iter().chain([issue]).flatten().collect();
            let message = if hidden(remark.confidential) {
                HIDDEN
            } else {
                &remark.message
            };
            let about = about.join("  ");
            push(&mut text, &format!("  {}: {}", line(&about), line(message)));
        }
    }
    text
}

fn left(text: &mut String, row: &LeftRow, hidden: bool) {
    if hidden {
        push(
            text,
            &format!("  {}: {} ({HIDDEN})", row.key, headline(row)),
        );
        return;
    }
    push(text, &format!("  {}: {}", row.key, headline(row)));
    let mut pair = |name: &str, value: &str| {
        push(text, &format!("    {name:<12}{}", line(value)));
    };
    pair("issue", &address(row));
    for (name, value) in sides(&row.reason) {
        pair(name, &value);
    }
    pair("help", help(&row.reason));
}

/// Where to look.
fn address(row: &LeftRow) -> String {
    if row.issue.web_url.is_empty() {
        row.issue.reference().to_string()
    } else {
        row.issue.web_url.clone()
    }
}

fn headline(row: &LeftRow) -> String {
    let day = row.date.map(|date| date.to_string()).unwrap_or_default();
    match &row.reason {
        LeftReason::Conflict {
            declared: Some(_), ..
        } => {
            format!("the file and GitLab say different things about {day}")
        }
        LeftReason::Conflict { declared: None, .. } => {
            format!("GitLab has several rows about {day}")
        }
        LeftReason::Unreadable(_) => "a line of the table cannot be read".to_owned(),
        LeftReason::MadeConfidential(_) => {
            format!("people made the issue confidential, so its row of {day} is not for the file")
        }
        LeftReason::ClosedQuarter(_) => {
            format!("the quarter is closed, so its row of {day} comes too late")
        }
        LeftReason::Refused { .. } => format!("the file cannot hold the row of {day}"),
    }
}

/// What both sides say.
fn sides(reason: &LeftReason) -> Vec<(&'static str, String)> {
    match reason {
        LeftReason::Conflict { declared, written } => {
            let declared = declared.iter().map(|row| ("in the file", show_row(row)));
            let written = written.iter().map(|row| ("in GitLab", show_row(row)));
            declared.chain(written).collect()
        }
        LeftReason::Unreadable(line) => vec![("in GitLab", line.trim().to_owned())],
        LeftReason::MadeConfidential(row) | LeftReason::ClosedQuarter(row) => {
            vec![("in GitLab", show_row(row))]
        }
        LeftReason::Refused { values, why } => {
            vec![("in GitLab", show_row(values)), ("reason", why.clone())]
        }
    }
}

fn help(reason: &LeftReason) -> &'static str {
    match reason {
        LeftReason::Conflict {
            declared: Some(_), ..
        } => "decide in the file, then delete the row of that day in the issue",
        LeftReason::Conflict { declared: None, .. } => "leave one of them in the issue",
        LeftReason::Unreadable(_) => {
            "mend it in the issue: a row is | 2026-10-05 | 120 | 60 % | on-track | note |"
        }
        LeftReason::MadeConfidential(_) => {
            "set confidential = true in the file if its readers may know, else leave it there"
        }
        LeftReason::ClosedQuarter(_) => "nothing is done about it",
        LeftReason::Refused { .. } => {
            "mend the row in the issue, or write it into the file by hand"
        }
    }
}

fn push(text: &mut String, row: &str) {
    // Writing to a String cannot fail.
    let _always = writeln!(text, "{row}");
}

/// What `okr pull --format json` writes. Of confidential issues it holds keys and dates alone.
#[derive(Debug, Serialize, JsonSchema)]
struct PullReport {
    /// The version of this form.
    format: u32,
    /// Whether the files were written; without, they would be.
    written: bool,
    /// The teams whose files change, by their ids: one merge request for each, perhaps.
    teams: Vec<PulledTeam>,
    /// Rows that stay in GitLab alone until somebody decides.
    left: Vec<Left>,
    /// Other edits of people's in GitLab, which are never pulled.
    not_pulled: Vec<Edit>,
    /// Issues that could not be looked at.
    not_looked_at: Vec<Edit>,
}

/// A team whose files change.
#[derive(Debug, Serialize, JsonSchema)]
struct PulledTeam {
    /// Its id in okr.toml.
    team: String,
    /// The paths of its files that change.
    files: Vec<String>,
    /// What they get.
    check_ins: Vec<PulledCheckIn>,
}

/// A check-in that a file gets.
#[derive(Debug, Serialize, JsonSchema)]
struct PulledCheckIn {
    /// The key result.
    key: String,
    /// Its day, year-month-day.
    date: String,
    /// Whether it takes the place of what the file said of that day.
    replaces: bool,
    /// What it says; null where the issue is confidential.
    says: Option<Says>,
}

/// What a check-in says.
#[derive(Debug, Serialize, JsonSchema)]
struct Says {
    /// The value, as text, so that nobody rounds it.
    value: Option<String>,
    /// How sure one is, in percent, as text.
    confidence: Option<String>,
    /// on-track, needs-attention or at-risk.
    health: Option<String>,
    /// The note.
    note: Option<String>,
}

/// A row that stays in GitLab alone.
#[derive(Debug, Serialize, JsonSchema)]
struct Left {
    /// The key result.
    key: String,
    /// Its day, where the row tells one.
    date: Option<String>,
    /// Why: conflict, unreadable, made-confidential, closed-quarter, refused, or a newer word.
    reason: String,
    /// Whether somebody has to decide.
    waits: bool,
    /// The issue's address; null where it is confidential.
    issue: Option<String>,
    /// What each side says; empty where the issue is confidential.
    sides: Vec<String>,
}

/// Something that people did in GitLab.
#[derive(Debug, Serialize, JsonSchema)]
struct Edit {
    /// The objective or key result.
    key: Option<String>,
    /// The issue, as `group/project#12`; null where it is confidential.
    issue: Option<String>,
    /// What is so; null where the issue is confidential.
    message: Option<String>,
}

/// The JSON Schema of what [`json`] writes.
pub fn pull_schema() -> Value {
    schema_of_output::<PullReport>()
}

/// The outcome as JSON, by team.
pub fn json(outcome: &Outcome<'_>) -> String {
    let mut teams: BTreeMap<&str, PulledTeam> = BTreeMap::new();
    for (row, file) in outcome.rows {
        let id = row.key.team.as_str();
        let team = teams.entry(id).or_insert_with(|| PulledTeam {
            team: id.to_owned(),
            files: Vec::new(),
            check_ins: Vec::new(),
        });
        if !team.files.contains(file) {
            team.files.push(file.clone());
        }
        team.check_ins.push(PulledCheckIn {
            key: row.key.to_string(),
            date: row.row.date.to_string(),
            replaces: row.replaces.is_some(),
            says: (!row.confidential).then(|| says(&row.row.values)),
        });
    }
    let edits = |remarks: &[Remark]| -> Vec<Edit> {
        remarks
            .iter()
            .map(|remark| {
                let shown = !remark.confidential;
                Edit {
                    key: remark.key.as_ref().map(ToString::to_string),
                    issue: remark.issue.clone().filter(|_| shown),
                    message: shown.then(|| remark.message.clone()),
                }
            })
            .collect()
    };
    let left = outcome.left.iter().map(|row| {
        let sides = sides(&row.reason).into_iter();
        let sides = sides.map(|(name, value)| format!("{name}: {value}"));
        Left {
            key: row.key.to_string(),
            date: row.date.map(|date| date.to_string()),
            reason: row.reason.id().to_owned(),
            waits: row.reason.waits(),
            issue: (!row.confidential).then(|| address(row)),
            sides: sides.filter(|_| !row.confidential).collect(),
        }
    });
    json_text(&PullReport {
        format: PULL_FORMAT,
        written: outcome.written,
        teams: teams.into_values().collect(),
        left: left.collect(),
        not_pulled: edits(outcome.not_pulled),
        not_looked_at: edits(outcome.not_looked_at),
    })
}

fn says(values: &RowValues) -> Says {
    Says {
        value: values.value.map(|value| value.to_string()),
        confidence: values.confidence.map(|percent| percent.to_string()),
        health: values.health.map(|health| health.as_str().to_owned()),
        note: values.note.clone(),
    }
}
