//! Fingerprints: what is the same finding for a program that compares two reports.

use std::collections::BTreeSet;

use super::fixture::{Scene, clean, ugly};
use crate::diag::Diagnostic;
use crate::render::diagnostics::{code_quality, sarif};
use crate::text::{SourceMap, Span};

/// The fingerprints of both reports, which agree.
fn fingerprints(scene: &Scene) -> Vec<String> {
    let texts = |report: &str, pointers: &str, field: &str| -> Vec<String> {
        let report: serde_json::Value = serde_json::from_str(report).unwrap();
        let entries = report.pointer(pointers).unwrap().as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry.pointer(field).unwrap().as_str().unwrap().to_owned())
            .collect()
    };
    let found = texts(&code_quality(&scene.report()), "", "/fingerprint");
    let in_sarif = texts(
        &sarif(&scene.report()),
        "/runs/0/results",
        "/partialFingerprints/okrFinding~1v1",
    );
    assert_eq!(found, in_sarif);
    found
}

fn with(found: impl IntoIterator<Item = Diagnostic>) -> Scene {
    Scene {
        findings: found.into_iter().collect(),
        ..clean()
    }
}

#[test]
fn lines_above_and_other_words_change_nothing() {
    let scene = ugly();
    let mut moved = ugly();
    let mut sources = SourceMap::new();
    for (_, file) in scene.sources.files() {
        sources.add(file.path(), format!("# one\n# two\n{}", file.text()));
    }
    moved.sources = sources;
    let down = |span: &mut Span| {
        span.start += 12;
        span.end += 12;
    };
    let findings = std::mem::take(&mut moved.findings).into_iter();
    moved.findings = findings
        .map(|mut finding| {
            let label = finding.primary.iter_mut();
            label.for_each(|label| down(&mut label.span));
            finding.message.push_str(" since yesterday");
            finding
        })
        .collect();
    assert_eq!(fingerprints(&scene), fingerprints(&moved));
}

#[test]
fn no_two_findings_are_one() {
    let scene = ugly();
    let found = fingerprints(&scene);
    let different: BTreeSet<&String> = found.iter().collect();
    assert_eq!(different.len(), scene.findings.len());
}

#[test]
fn what_is_found_twice_is_told_apart_and_the_first_stays() {
    let at = |subject: &str, byte| {
        let file = clean().files[1];
        Diagnostic::error("r", "m")
            .at(Span::new(file, byte..byte), "")
            .about(subject)
    };
    let once = fingerprints(&with([at("a", 30)]));
    let twice = fingerprints(&with([at("a", 30), at("a", 40)]));
    assert_eq!(once[0], twice[0]);
    assert_ne!(twice[0], twice[1]);
    let apart = fingerprints(&with([at("b", 20), at("a", 30)]));
    assert_eq!(apart[1], once[0]);
}

#[test]
fn where_no_subject_is_known_the_table_is() {
    let scene = clean();
    let sre = scene.files[1];
    let text = scene.sources.file(sre).text();
    let comma = |part: &str| {
        let at = text.find(part).unwrap();
        Diagnostic::error("r", "m").at(Span::new(sre, at..at), "")
    };
    let both = fingerprints(&with([comma("from = 1"), comma("to = 99")]));
    let second = fingerprints(&with([comma("to = 99")]));
    assert_eq!(both[1], second[0]);
}

#[test]
fn file_rule_and_subject_each_count() {
    let scene = clean();
    let [config, sre] = [scene.files[0], scene.files[1]];
    let found = |rule, file, subject: &str| {
        let finding = Diagnostic::error(rule, "m").about(subject);
        fingerprints(&with([finding.at(Span::new(file, 0..0), "")]))
    };
    let first = found("r", sre, "a");
    assert_ne!(first, found("s", sre, "a"));
    assert_ne!(first, found("r", config, "a"));
    assert_ne!(first, found("r", sre, "b"));
    assert_ne!(found("r", sre, "sa"), found("rs", sre, "a"));
}
