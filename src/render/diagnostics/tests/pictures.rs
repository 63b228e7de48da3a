//! What people see: lines, reasons, the way out; whatever the place is.

use super::fixture::span;
use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::render::diagnostics::{Look, human};
use crate::text::SourceMap;

const PLAIN: Look<'_> = Look {
    colour: false,
    width: 80,
    rules_url: None,
};

#[test]
fn long_lines_are_trimmed_and_long_sentences_wrapped() {
    let mut sources = SourceMap::new();
    let text = format!(
        "a = {{ note = \"{}\", health = \"good\" }}\n",
        "word ".repeat(40)
    );
    let file = sources.add("f.toml", text);
    let at = span(&sources, file, "\"good\"");
    let mut findings = Diagnostics::new();
    findings.push(
        Diagnostic::error(
            "wrong-value",
            "a sentence of some words ".repeat(5).trim_end(),
        )
        .at(at, "not a health")
        .with_help("another sentence of some more words ".repeat(4).trim_end())
        .with_fix(Fix {
            span: at,
            replacement: "\"on-track\"".to_owned(),
            title: "write \"on-track\"".to_owned(),
        }),
    );
    let shown = human(&findings, &sources, PLAIN);
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(shown.contains("health = \"good\""), "{shown}");
    assert!(!shown.contains("\"on-track\""), "{shown}");
}
