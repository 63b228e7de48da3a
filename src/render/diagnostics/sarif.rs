use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Report;
use super::fingerprint::fingerprints;
use super::sentences::sentences;
use crate::diag::{Diagnostic, Fix, Label, Level, RuleMeta, Severity};
use crate::lint::Skipped;
use crate::render::json_text::json_text;
use crate::render::terminal_text::line;
use crate::text::{SourceFile, Span};

/// What stands in a path as it is; everything else is percent-encoded.
const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What paths are relative to, by the name that readers of SARIF know.
const ROOT: &str = "%SRCROOT%";

/// The findings as SARIF 2.1.0, for editors and other readers of it.
///
/// All rules are described, with a link where okr.toml has `rules_url`; those that could not run are notifications. Paths
/// begin at the root of the repository. A finding's fingerprint, `okrFinding/v1`, stays when its lines move.
pub fn sarif(report: &Report<'_>) -> String {
    let results: Vec<Value> = report
        .findings
        .iter()
        .zip(fingerprints(report))
        .map(|(finding, fingerprint)| result(finding, &fingerprint, report))
        .collect();
    let skipped: Vec<Value> = report
        .skipped
        .iter()
        .map(|skipped| notification(skipped, report))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    json_text(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "okr",
                "version": version,
                "semanticVersion": version,
                "rules": report.rules.iter().map(|rule| descriptor(rule, report)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": skipped,
            }],
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "The root of the repository." } },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn descriptor(rule: &RuleMeta, report: &Report<'_>) -> Value {
    let (enabled, level) = match rule.levels.active {
        Level::Off => (false, "none"),
        Level::Severity(severity) => (true, level(severity)),
    };
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": { "text": text(rule.summary) },
        "fullDescription": { "text": text(rule.doc) },
        "defaultConfiguration": { "enabled": enabled, "level": level },
    });
    if let Some(url) = report.url(rule.id) {
        descriptor["helpUri"] = url.into();
    }
    descriptor
}

fn notification(skipped: &Skipped, report: &Report<'_>) -> Value {
    let message = format!(
        "{} was not checked: {}",
        skipped.rule,
        line(&skipped.reason)
    );
    json!({
        "level": "note",
        "message": { "text": text(&message) },
        "associatedRule": reference(skipped.rule, report),
    })
}

fn reference(rule: &str, report: &Report<'_>) -> Value {
    match index(rule, report) {
        Some(index) => json!({ "id": rule, "index": index }),
        None => json!({ "id": rule }),
    }
}

fn index(rule: &str, report: &Report<'_>) -> Option<usize> {
    report.rules.iter().position(|known| known.id == rule)
}

fn result(finding: &Diagnostic, fingerprint: &str, report: &Report<'_>) -> Value {
    let said = sentences(finding, report).join("\n");
    let place = match &finding.primary {
        Some(label) => location(label, report),
        None => {
            json!({ "physicalLocation": { "artifactLocation": artifact(&report.path_of(finding)) } })
        }
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": text(&said) },
        "locations": [place],
        "partialFingerprints": { "okrFinding/v1": fingerprint },
    });
    if let Some(index) = index(finding.rule, report) {
        result["ruleIndex"] = index.into();
    }
    if !finding.subject.is_empty() {
        let subject = line(&finding.subject);
        result["locations"][0]["logicalLocations"] = json!([{ "fullyQualifiedName": subject }]);
    }
    let related: Vec<Value> = finding
        .secondary
        .iter()
        // Readers would look into the file as it is; of an earlier version, the message tells the place.
        .filter(|label| report.sources.file(label.span.file).commit().is_none())
        .map(|label| location(label, report))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([change(fix, report)]);
    }
    result
}

fn change(fix: &Fix, report: &Report<'_>) -> Value {
    json!({
        "description": { "text": text(&line(&fix.title)) },
        "artifactChanges": [{
            "artifactLocation": artifact(&report.path(fix.span.file)),
            "replacements": [{
                "deletedRegion": region(fix.span, report),
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    })
}

fn location(label: &Label, report: &Report<'_>) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(&report.path(label.span.file)),
            "region": region(label.span, report),
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": text(&line(&label.text)) });
    }
    location
}

fn artifact(path: &str) -> Value {
    let uri = utf8_percent_encode(path, IN_PATHS).to_string();
    json!({ "uri": uri, "uriBaseId": ROOT })
}

fn region(span: Span, report: &Report<'_>) -> Value {
    let file = report.sources.file(span.file);
    let (start_line, start_column) = place(file, span.start);
    let (end_line, end_column) = place(file, span.end);
    json!({
        "startLine": start_line,
        "startColumn": start_column,
        "endLine": end_line,
        "endColumn": end_column,
    })
}

/// Line and column. The end of a file that ends with a line feed lies behind that, on the last line.
fn place(file: &SourceFile, byte: u32) -> (u32, u32) {
    let position = file.position(byte);
    if position.line == file.line_of(byte) {
        return (position.line, position.column);
    }
    let line_feed = u32::try_from(file.text().len() - 1).unwrap_or(u32::MAX);
    let before = file.position(line_feed);
    (before.line, before.column + 1)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A text in which nothing is a link or a placeholder, `[to](address)` and `{0}`: a space takes them apart.
fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut last = ' ';
    for character in text.chars() {
        if matches!((last, character), (']', '(') | ('{', '0'..='9')) {
            plain.push(' ');
        }
        plain.push(character);
        last = character;
    }
    plain
}
