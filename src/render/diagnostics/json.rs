use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Report;
use super::summary::files;
use crate::diag::{Diagnostic, Label, Severity};
use crate::render::json_text::json_text;
use crate::syntax::schema_of_output;
use crate::text::{SourceMap, Span};

/// The findings as JSON for other programs; [`findings_schema`] describes it.
///
/// `version` grows when a field changes its meaning or goes; new fields may come without. Texts are as found, control
/// characters escaped as JSON does: who shows them on a terminal must clean them.
pub fn json(report: &Report<'_>) -> String {
    let findings = report.findings;
    json_text(&Document {
        version: 1,
        findings: findings
            .iter()
            .map(|finding| Finding::new(finding, report))
            .collect(),
        skipped: report
            .skipped
            .iter()
            .map(|skipped| Skipped {
                rule: skipped.rule,
                reason: &skipped.reason,
            })
            .collect(),
        summary: Summary {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
            infos: findings.count(Severity::Info),
            files: files(findings),
        },
    })
}

/// The JSON Schema of what [`json`] writes.
pub fn findings_schema() -> Value {
    schema_of_output::<Document<'_>>()
}

/// What `okr validate --format json` writes: everything that was found, and what could not be checked.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "findings of okr")]
struct Document<'a> {
    /// The version of this format, 1. It grows when a field changes its meaning or goes; new fields may come without.
    version: u32,
    /// What was found, by file and place.
    findings: Vec<Finding<'a>>,
    /// Rules that could not run everywhere: what they would have found is not known.
    skipped: Vec<Skipped<'a>>,
    /// How much was found.
    summary: Summary,
}

/// A rule that could not run everywhere.
#[derive(Serialize, JsonSchema)]
struct Skipped<'a> {
    /// Its id.
    rule: &'a str,
    /// Why, and what to do about it.
    reason: &'a str,
}

/// How much was found.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// How many errors. Only errors fail a run.
    errors: usize,
    /// How many warnings.
    warnings: usize,
    /// How many hints.
    infos: usize,
    /// How many files something was found in.
    files: usize,
}

/// Something that was found.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// The id of the rule that found it; `okr rules` explains each.
    rule: &'a str,
    /// The address of the rule's documentation; null where okr.toml has no `rules_url`.
    url: Option<String>,
    /// How bad it is.
    severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    message: &'a str,
    /// What it is about, apart from its place, like `2026-q4/sre/mtbf/hours.share`; null where only the file is known.
    subject: Option<&'a str>,
    /// Where it is wrong; null where no file is to blame.
    location: Option<Labelled<'a>>,
    /// Other places that belong to it.
    related: Vec<Labelled<'a>>,
    /// Facts that explain it.
    notes: &'a [String],
    /// What to do about it.
    help: &'a [String],
    /// A change that mends it for certain; null where there is none.
    fix: Option<Patch<'a>>,
}

/// A place, with what it has to do with the finding.
#[derive(Serialize, JsonSchema)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    /// A few words for the place; may be empty.
    label: &'a str,
}

/// A change of text.
#[derive(Serialize, JsonSchema)]
struct Patch<'a> {
    /// What the change does.
    title: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    /// What stands at the place afterwards.
    replacement: &'a str,
}

/// A part of a file. Lines and columns start at 1; columns count characters (Unicode scalar values), a byte order mark
/// apart; ends lie behind the last character. Where `column` equals `end_column` on one line, it lies between two characters.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// The path from the directory of okr.toml, with `/` between its parts.
    path: &'a str,
    /// The commit whose version of the file is meant; null for the file as it is.
    commit: Option<&'a str>,
    /// The line that it begins on.
    line: u32,
    /// The column of its first character.
    column: u32,
    /// The line that it ends on.
    end_line: u32,
    /// The column behind its last character.
    end_column: u32,
}

impl<'a> Finding<'a> {
    fn new(finding: &'a Diagnostic, report: &Report<'a>) -> Self {
        let sources = report.sources;
        let labelled = |label: &'a Label| Labelled {
            place: Place::new(label.span, sources),
            label: &label.text,
        };
        Self {
            rule: finding.rule,
            url: report.url(finding.rule),
            severity: finding.severity,
            message: &finding.message,
            subject: (!finding.subject.is_empty()).then_some(finding.subject.as_str()),
            location: finding.primary.as_ref().map(labelled),
            related: finding.secondary.iter().map(labelled).collect(),
            notes: &finding.notes,
            help: &finding.help,
            fix: finding.fix.as_ref().map(|fix| Patch {
                title: &fix.title,
                place: Place::new(fix.span, sources),
                replacement: &fix.replacement,
            }),
        }
    }
}

impl<'a> Place<'a> {
    fn new(span: Span, sources: &'a SourceMap) -> Self {
        let file = sources.file(span.file);
        let (start, end) = (file.position(span.start), file.position(span.end));
        Self {
            path: file.own_path(),
            commit: file.commit(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}
