//! Every format over the same awkward findings.

use serde_json::Value;

use super::fixture::{clean, ugly};
use crate::render::diagnostics::{
    Look, code_quality, concise, findings_schema, human, json, junit, sarif,
};

const LOOK: Look<'_> = Look {
    colour: false,
    width: 100,
    rules_url: None,
};

#[test]
fn for_people() {
    let scene = ugly();
    insta::assert_snapshot!(human(&scene.findings, &scene.sources, LOOK));
}

#[test]
fn for_editors() {
    let scene = ugly();
    insta::assert_snapshot!(concise(&scene.findings, &scene.sources));
}

#[test]
fn as_json() {
    let text = json(&ugly().report());
    let schema = findings_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert!(validator.is_valid(&value), "{text}");
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1 })));
    insta::assert_snapshot!(text);
}

#[test]
fn as_sarif() {
    let text = sarif(&ugly().report()).replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::assert_snapshot!(text);
}

#[test]
fn as_code_quality() {
    insta::assert_snapshot!(code_quality(&ugly().report()));
}

#[test]
fn as_junit() {
    insta::assert_snapshot!(junit(&ugly().report()));
}

#[test]
fn without_findings_every_report_is_complete() {
    let scene = clean();
    let report = scene.report();
    assert_eq!(human(&scene.findings, &scene.sources, LOOK), "");
    assert_eq!(code_quality(&report), "[]\n");
    insta::assert_snapshot!(junit(&report), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="okr validate" time="0">
      <testsuite name="goals/okr.toml" tests="1" failures="0" errors="0" skipped="0" time="0">
        <testcase classname="goals/okr.toml" name="goals/okr.toml" file="goals/okr.toml" time="0"/>
      </testsuite>
      <testsuite name="goals/okrs/2026-q4/sre.toml" tests="3" failures="0" errors="0" skipped="0" time="0">
        <testcase classname="goals/okrs/2026-q4/sre.toml" name="goals/okrs/2026-q4/sre.toml" file="goals/okrs/2026-q4/sre.toml" time="0"/>
        <testcase classname="goals/okrs/2026-q4/sre.toml" name="2026-q4/sre/mtbf" file="goals/okrs/2026-q4/sre.toml" time="0"/>
        <testcase classname="goals/okrs/2026-q4/sre.toml" name="2026-q4/sre/mtbf/deploys" file="goals/okrs/2026-q4/sre.toml" time="0"/>
      </testsuite>
    </testsuites>
    "#);
    let log: Value = serde_json::from_str(&sarif(&report)).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    insta::assert_snapshot!(json(&report), @r#"
    {
      "version": 1,
      "findings": [],
      "skipped": [],
      "summary": {
        "errors": 0,
        "warnings": 0,
        "infos": 0,
        "files": 0
      }
    }
    "#);
}

#[test]
fn rules_are_links_only_where_there_is_a_page_of_them() {
    let mut scene = ugly();
    let mut report = scene.report();
    report.rules_url = None;
    for text in [json(&report), sarif(&report), junit(&report)] {
        assert!(!text.contains("rules.html"), "{text}");
    }
    scene.findings = std::mem::take(&mut scene.findings)
        .into_iter()
        .take(1)
        .collect();
    let linked = Look {
        colour: true,
        rules_url: Some("https://okrs.example.com/rules.html"),
        ..LOOK
    };
    let shown = human(&scene.findings, &scene.sources, linked);
    let link = "\u{1b}]8;;https://okrs.example.com/rules.html#decimal-comma\u{1b}\\decimal-comma\u{1b}]8;;\u{1b}\\";
    assert!(shown.contains(link), "{shown:?}");
    let unlinked = Look {
        rules_url: None,
        ..linked
    };
    let shown = human(&scene.findings, &scene.sources, unlinked);
    assert!(!shown.contains("\u{1b}]8"), "{shown:?}");
}
