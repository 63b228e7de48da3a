use serde::Serialize;

use super::summary::files;
use crate::diag::{Diagnostic, Diagnostics, Label, Severity};
use crate::text::{SourceMap, Span};

/// The findings as JSON for other programs, ended by a line feed.
///
/// ```json
/// {
///   "version": 1,
///   "findings": [{
///     "rule": "wrong-type",
///     "severity": "error",
///     "message": "…",
///     "subject": "2026-q4/sre/mtbf/hours.share",
///     "location": { "path": "okrs/2026-q4/sre.toml", "line": 9, "column": 8, "end_line": 9, "end_column": 12, "label": "…" },
///     "related": [{ "path": "…", "line": 1, "column": 1, "end_line": 1, "end_column": 5, "label": "…" }],
///     "notes": ["…"],
///     "help": ["…"],
///     "fix": { "title": "…", "path": "…", "line": 9, "column": 8, "end_line": 9, "end_column": 12, "replacement": "…" }
///   }],
///   "summary": { "errors": 1, "warnings": 0, "infos": 0, "files": 1 }
/// }
/// ```
///
/// - `version` grows when a field changes its meaning or goes; new fields may come without.
/// - `severity` is `error`, `warning` or `info`; only errors fail a run.
/// - Lines and columns start at 1, columns count characters (Unicode scalar values), ends lie behind the last character.
///   Where `column` equals `end_column` on one line, the place lies between two characters.
/// - `subject`, `location` and `fix` are `null` where there is none.
/// - Texts are as found, control characters escaped only as JSON asks: who shows them on a terminal must clean them.
pub fn json(findings: &Diagnostics, sources: &SourceMap) -> String {
    let report = Report {
        version: 1,
        findings: findings
            .iter()
            .map(|finding| Finding::new(finding, sources))
            .collect(),
        summary: Summary {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
            infos: findings.count(Severity::Info),
            files: files(findings),
        },
    };
    // Strings and numbers only: nothing in it can fail to be written.
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    files: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    subject: Option<&'a str>,
    location: Option<Labelled<'a>>,
    related: Vec<Labelled<'a>>,
    notes: &'a [String],
    help: &'a [String],
    fix: Option<Patch<'a>>,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct Patch<'a> {
    title: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'a> Finding<'a> {
    fn new(finding: &'a Diagnostic, sources: &'a SourceMap) -> Self {
        let labelled = |label: &'a Label| Labelled {
            place: Place::new(label.span, sources),
            label: &label.text,
        };
        Self {
            rule: finding.rule,
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
            path: file.path(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}
