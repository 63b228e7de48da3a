use super::*;
use crate::diag::{Diagnostic, Diagnostics, Fix, Severity};
use crate::text::{FileId, SourceMap, Span};

const SRE: &str = "#:schema x\r\n[objective.mtbf]\r\ntitle = \"Größe\"\r\n\r\n[objective.mtbf.kr.hours]\r\nto = 99,95\r\n";

fn span(sources: &SourceMap, file: FileId, text: &str) -> Span {
    let at = sources.file(file).text().find(text).unwrap();
    Span::new(file, at..at + text.len())
}

fn some() -> (SourceMap, Diagnostics) {
    let mut sources = SourceMap::new();
    let sre = sources.add("okrs/2026-q4/sre.toml", SRE);
    let config = sources.add("okr.toml", "[policy]\nareas = [\"a\"]\n");
    let number = span(&sources, sre, "99,95");
    let mut findings = Diagnostics::new();
    findings.push(
        Diagnostic::error("decimal-comma", "a decimal number is written with a point")
            .at(number, "comma")
            .with_label(span(&sources, sre, "hours"), "in this key result")
            .with_label(span(&sources, config, "areas"), "asked for here")
            .with_note("TOML reads a comma as the end of the value")
            .with_fix(Fix {
                span: number,
                replacement: "99.95".to_owned(),
                title: "write it with a point".to_owned(),
            })
            .about("2026-q4/sre/mtbf/hours.to"),
    );
    findings.push(
        Diagnostic::warning("x-rule", "the file ends here")
            .at(Span::new(sre, SRE.len()..SRE.len()), ""),
    );
    findings.push(
        Diagnostic::new("no-okr-files", Severity::Info, "there is no OKR file")
            .with_help("write one\nor two"),
    );
    (sources, findings)
}

const PLAIN: Look = Look {
    colour: false,
    width: 80,
};

#[test]
fn people_see_the_lines_the_reasons_and_the_way_out() {
    let (sources, findings) = some();
    insta::assert_snapshot!(human(&findings, &sources, PLAIN), @r#"
    error[decimal-comma]: a decimal number is written with a point
     --> okrs/2026-q4/sre.toml:6:6
      |
    5 | [objective.mtbf.kr.hours]
      |                    ----- in this key result
    6 | to = 99,95
      |      ^^^^^ comma
      |
     ::: okr.toml:2:1
      |
    2 | areas = ["a"]
      | ----- asked for here
      |
      = note: TOML reads a comma as the end of the value
    help: write it with a point
      |
    6 - to = 99,95
    6 + to = 99.95
      |

    warning[x-rule]: the file ends here
     --> okrs/2026-q4/sre.toml:7:1
      |
    7 |
      | ^

    info[no-okr-files]: there is no OKR file
     |
     = help: write one
             or two

    1 error, 1 warning, 1 hint in 1 file
    "#);
}

#[test]
fn editors_get_one_line_each() {
    let (sources, findings) = some();
    insta::assert_snapshot!(concise(&findings, &sources), @"
    okrs/2026-q4/sre.toml:6:6: error[decimal-comma]: a decimal number is written with a point
    okrs/2026-q4/sre.toml:7:1: warning[x-rule]: the file ends here
    info[no-okr-files]: there is no OKR file
    ");
}

#[test]
fn programs_get_places_and_fixes() {
    let (sources, findings) = some();
    let value: serde_json::Value = serde_json::from_str(&json(&findings, &sources)).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(
        value["summary"],
        serde_json::json!({ "errors": 1, "warnings": 1, "infos": 1, "files": 1 })
    );
    let first = &value["findings"][0];
    assert_eq!(first["subject"], "2026-q4/sre/mtbf/hours.to");
    assert_eq!(
        first["location"],
        serde_json::json!({
            "path": "okrs/2026-q4/sre.toml",
            "line": 6, "column": 6, "end_line": 6, "end_column": 11,
            "label": "comma",
        })
    );
    assert_eq!(first["related"][1]["path"], "okr.toml");
    assert_eq!(first["fix"]["replacement"], "99.95");
    assert_eq!(value["findings"][2]["location"], serde_json::Value::Null);
}

#[test]
fn nothing_from_a_file_reaches_the_terminal_as_a_command() {
    let mut sources = SourceMap::new();
    let evil = "t = \"\u{1b}[2J\u{202e}x\u{9b}\"\n";
    let file = sources.add("okrs/2026-q4/a\u{1b}[31m.toml", evil);
    let mut findings = Diagnostics::new();
    findings.push(
        Diagnostic::error("r", evil)
            .at(Span::new(file, 4..evil.len() - 1), evil)
            .with_note(evil)
            .with_help(evil)
            .with_fix(Fix {
                span: Span::new(file, 0..1),
                replacement: evil.to_owned(),
                title: evil.to_owned(),
            }),
    );
    for text in [
        human(&findings, &sources, PLAIN),
        concise(&findings, &sources),
    ] {
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{text:?}");
    }
}

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

#[test]
fn drawing_bears_any_span() {
    for text in [
        "",
        "\n",
        "a",
        "a\n",
        "é\r\n\r\n",
        "long ",
        "\u{feff}a = 1\n",
    ] {
        let text = text.repeat(60);
        let mut sources = SourceMap::new();
        let file = sources.add("f", text.clone());
        let places: Vec<usize> = (0..=text.len())
            .filter(|&at| text.is_char_boundary(at))
            .collect();
        let ends = [0, places.len() / 2, places.len() - 1];
        for (from, to) in ends.iter().flat_map(|a| ends.iter().map(move |b| (*a, *b))) {
            if from <= to {
                let span = Span::new(file, places[from]..places[to]);
                let mut findings = Diagnostics::new();
                findings.push(Diagnostic::error("r", "m").at(span, "here").with_fix(Fix {
                    span,
                    replacement: "é\n".to_owned(),
                    title: "fix".to_owned(),
                }));
                for colour in [false, true] {
                    let look = Look { colour, width: 40 };
                    assert!(human(&findings, &sources, look).contains("1 error in 1 file"));
                }
                assert!(json(&findings, &sources).contains("\"line\""));
            }
        }
    }
}
