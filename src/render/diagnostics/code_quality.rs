use serde::Serialize;

use super::Report;
use super::fingerprint::fingerprints;
use super::sentences::sentences;
use crate::diag::{Diagnostic, Severity};
use crate::render::json_text::json_text;

/// The findings as GitLab's Code Quality report, for the widget of a merge request; `[]` without findings.
///
/// - GitLab shows nothing but severity, description, path and line: the description says it all, its rule's id too.
/// - GitLab compares the reports of two branches by fingerprints, which neither lines nor messages change.
/// - An error is `major`, a warning `minor`, a hint `info`. Nothing is `critical` or `blocker`: those say that something
///   is broken now, and no plan for a quarter is.
/// - Paths begin at the root of the repository. What no file is to blame for is shown at the first line of okr.toml.
pub fn code_quality(report: &Report<'_>) -> String {
    let entries: Vec<Entry> = report
        .findings
        .iter()
        .zip(fingerprints(report))
        .map(|(finding, fingerprint)| Entry::new(finding, fingerprint, report))
        .collect();
    json_text(&entries)
}

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Entry {
    fn new(finding: &Diagnostic, fingerprint: String, report: &Report<'_>) -> Self {
        let said = sentences(finding, report).join(" ");
        Self {
            description: format!("{said} [{}]", finding.rule),
            check_name: finding.rule,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: report.path_of(finding),
                lines: lines(finding, report),
            },
        }
    }
}

/// The lines that a finding is shown at: such that exist, and the last one such that a part of it is meant.
fn lines(finding: &Diagnostic, report: &Report<'_>) -> Lines {
    let (Some(label), Some(file)) = (&finding.primary, report.file_of(finding)) else {
        return Lines { begin: 1, end: 1 };
    };
    let begin = file.line_of(label.span.start);
    let last_byte = label.span.end.saturating_sub(1);
    let end = file.line_of(last_byte).max(begin);
    Lines { begin, end }
}
