use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::human::sides;
use super::{Outcome, address};
use crate::issue::RowValues;
use crate::plan::{Remark, Statement};
use crate::render::json_text::json_text;
use crate::syntax::schema_of_output;

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const PULL_FORMAT: u32 = 1;

/// What `okr pull --format json` writes. Of confidential issues it holds keys, dates and the names of fields alone.
#[derive(Debug, Serialize, JsonSchema)]
struct PullReport {
    /// The version of this form.
    format: u32,
    /// Whether the files were written; without, they would be.
    written: bool,
    /// The teams whose files change, by their ids: one merge request for each, perhaps.
    teams: Vec<PulledTeam>,
    /// Rows and edits that stay in GitLab alone until somebody decides.
    left: Vec<LeftReport>,
    /// Other edits of people's in GitLab, which stay there.
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
    /// The check-ins that they get.
    check_ins: Vec<PulledCheckIn>,
    /// What else they get.
    edits: Vec<PulledEdit>,
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

/// An edit that a file gets.
#[derive(Debug, Serialize, JsonSchema)]
struct PulledEdit {
    /// The objective or key result.
    key: String,
    /// What was edited: title, due, description, or a newer word.
    field: String,
    /// What held before, a day as year-month-day: of a file without a due date the quarter's end. Null where there was nothing,
    /// and where the issue is confidential.
    before: Option<String>,
    /// What it says now; null where the issue is confidential.
    after: Option<String>,
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

/// A row or an edit that stays in GitLab alone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Left")]
struct LeftReport {
    /// The objective or key result.
    key: String,
    /// What it is: check-in, title, due, description, or a newer word.
    field: String,
    /// The day of a check-in, where the row tells one.
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
    /// Why it stays in GitLab; null for an issue that was not looked at.
    why: Option<String>,
}

/// The JSON Schema of what [`json`] writes.
pub fn pull_schema() -> Value {
    schema_of_output::<PullReport>()
}

/// The outcome as JSON, by team.
pub fn json(outcome: &Outcome<'_>) -> String {
    let left = outcome.left.iter().map(|left| {
        let sides = sides(&left.reason).into_iter();
        let sides = sides.map(|(name, value)| format!("{name}: {value}"));
        LeftReport {
            key: left.key.to_string(),
            field: left.part.id().to_owned(),
            date: left.part.day().map(|date| date.to_string()),
            reason: left.reason.id().to_owned(),
            waits: left.reason.waits(),
            issue: (!left.confidential).then(|| address(left)),
            sides: sides.filter(|_| !left.confidential).collect(),
        }
    });
    let not_pulled = outcome.not_pulled.iter();
    let not_looked_at = outcome.not_looked_at.iter();
    json_text(&PullReport {
        format: PULL_FORMAT,
        written: outcome.written,
        teams: teams(outcome),
        left: left.collect(),
        not_pulled: not_pulled
            .map(|edit| self::edit(&edit.remark, Some(&edit.why)))
            .collect(),
        not_looked_at: not_looked_at.map(|remark| edit(remark, None)).collect(),
    })
}

fn teams(outcome: &Outcome<'_>) -> Vec<PulledTeam> {
    let mut teams: BTreeMap<&str, PulledTeam> = BTreeMap::new();
    for (pulled, file) in outcome.pulled {
        let id = pulled.key.team.as_str();
        let team = teams.entry(id).or_insert_with(|| PulledTeam {
            team: id.to_owned(),
            files: Vec::new(),
            check_ins: Vec::new(),
            edits: Vec::new(),
        });
        if !team.files.contains(file) {
            team.files.push(file.clone());
        }
        let key = pulled.key.to_string();
        let shown = !pulled.confidential;
        match &pulled.says {
            Statement::CheckIn(row) => team.check_ins.push(PulledCheckIn {
                key,
                date: row.date.to_string(),
                replaces: pulled.replaces.is_some(),
                says: shown.then(|| says(&row.values)),
            }),
            edit => team.edits.push(PulledEdit {
                key,
                field: edit.part().id().to_owned(),
                before: pulled
                    .replaces
                    .as_ref()
                    .filter(|_| shown)
                    .map(Statement::text),
                after: shown.then(|| edit.text()),
            }),
        }
    }
    teams.into_values().collect()
}

fn edit(remark: &Remark, why: Option<&str>) -> Edit {
    let shown = !remark.confidential;
    Edit {
        key: remark.key.as_ref().map(ToString::to_string),
        issue: remark.issue.clone().filter(|_| shown),
        message: shown.then(|| remark.message.clone()),
        why: why.map(str::to_owned),
    }
}

fn says(values: &RowValues) -> Says {
    Says {
        value: values.value.map(|value| value.to_string()),
        confidence: values.confidence.map(|percent| percent.to_string()),
        health: values.health.map(|health| health.as_str().to_owned()),
        note: values.note.clone(),
    }
}
