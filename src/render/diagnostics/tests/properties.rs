//! Any findings over any texts, in every format.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::fixture::{RULES, Scene, clean};
use crate::diag::{Diagnostic, Fix, Severity};
use crate::render::diagnostics::{Look, code_quality, concise, human, json, junit, sarif};
use crate::text::{FileId, SourceMap, Span};

/// A text with a good share of what is awkward.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zé成 =\"]{0,12}",
        2 => any::<char>().prop_map(|character| character.to_string()),
        3 => prop::sample::select(vec![
            "\n", "\r\n", "\r", "\t", "\u{0}", "\u{1b}[2J", "\u{9b}", "\u{202e}", "\u{feff}", "\u{fffe}", "\u{ffff}", "]]>",
            "<x>", "&lt;", "](", "{0}", "[[ATTACHMENT|x]]", "👩‍🚀", "\u{301}", "\u{e0041}", "\\", "%",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A part of a text, as two numbers that are fitted to its character boundaries.
type Part = (usize, usize);

#[derive(Debug, Clone)]
struct Spot {
    file: usize,
    part: Part,
    text: String,
}

fn spot() -> impl Strategy<Value = Spot> {
    (0..3_usize, any::<Part>(), text()).prop_map(|(file, part, text)| Spot { file, part, text })
}

#[derive(Debug, Clone)]
struct Found {
    rule: &'static str,
    severity: Severity,
    words: [String; 4],
    primary: Option<Spot>,
    secondary: Vec<Spot>,
    fix: Option<(Spot, String)>,
}

fn found() -> impl Strategy<Value = Found> {
    (
        prop::sample::select(vec![RULES[0].id, RULES[1].id, "unknown"]),
        prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Info]),
        [text(), text(), text(), text()],
        proptest::option::weighted(0.8, spot()),
        proptest::collection::vec(spot(), 0..3),
        proptest::option::of((spot(), text())),
    )
        .prop_map(|(rule, severity, words, primary, secondary, fix)| Found {
            rule,
            severity,
            words,
            primary,
            secondary,
            fix,
        })
}

fn span(sources: &SourceMap, files: &[FileId], spot: &Spot) -> Span {
    let file = files[spot.file];
    let text = sources.file(file).text();
    let fit = |at: usize| {
        let mut at = at % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (a, b) = (fit(spot.part.0), fit(spot.part.1));
    Span::new(file, a.min(b)..a.max(b))
}

fn scene(texts: [String; 2], path: String, found: Vec<Found>) -> Scene {
    let mut scene = clean();
    let mut files = vec![scene.files[1]];
    for (path, text) in ["okrs/2026-q4/a.toml".to_owned(), path]
        .into_iter()
        .zip(texts)
    {
        files.push(scene.sources.add(path, text));
    }
    let sources = &scene.sources;
    let diagnostics = found.into_iter().map(|found| {
        let [message, note, help, subject] = found.words;
        let mut finding = Diagnostic::new(found.rule, found.severity, message)
            .with_note(note)
            .with_help(help)
            .about(subject);
        if let Some(spot) = found.primary {
            finding = finding.at(span(sources, &files, &spot), spot.text);
        }
        for spot in found.secondary {
            finding = finding.with_label(span(sources, &files, &spot), spot.text);
        }
        if let Some((spot, replacement)) = found.fix {
            finding = finding.with_fix(Fix {
                span: span(sources, &files, &spot),
                replacement,
                title: spot.text,
            });
        }
        finding
    });
    scene.findings = diagnostics.collect();
    scene
}

/// What a terminal would obey, layout apart.
fn steers(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// How many elements of a name an XML document has, which is well-formed and holds only characters that XML may.
fn elements(xml: &str, name: &str) -> usize {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "{xml:?}");
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut count = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return count,
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
                count += usize::from(tag.name().as_ref() == name);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn are_shown_whole_and_steer_nothing(
        texts in [text(), text()],
        path in text(),
        found in proptest::collection::vec(found(), 0..5),
        width in 40..140_usize,
    ) {
        let scene = scene(texts, path, found);
        let report = scene.report();
        let count = scene.findings.len();

        let plain = Look { colour: false, width, rules_url: None };
        let shown = human(&scene.findings, &scene.sources, plain);
        prop_assert!(!steers(&shown), "{shown:?}");
        let coloured = Look { colour: true, rules_url: report.rules_url, ..plain };
        human(&scene.findings, &scene.sources, coloured);
        let lines = concise(&scene.findings, &scene.sources);
        prop_assert!(!steers(&lines), "{lines:?}");
        prop_assert_eq!(lines.lines().count(), count);

        for (text, pointer) in [
            (json(&report), "/findings"),
            (sarif(&report), "/runs/0/results"),
            (code_quality(&report), ""),
        ] {
            prop_assert!(!steers(&text), "{text:?}");
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let entries = value.pointer(pointer).unwrap().as_array().unwrap();
            prop_assert_eq!(entries.len(), count);
        }
        let read: serde_json::Value = serde_json::from_str(&json(&report)).unwrap();
        for (finding, entry) in scene.findings.iter().zip(read["findings"].as_array().unwrap()) {
            prop_assert_eq!(entry["message"].as_str(), Some(finding.message.as_str()));
        }

        let xml = junit(&report);
        prop_assert!(!steers(&xml), "{xml:?}");
        prop_assert_eq!(elements(&xml, "testsuites"), 1);
        let failed = scene.findings.has_errors();
        prop_assert_eq!(elements(&xml, "failure") > 0, failed);
    }
}
