use okrsync::cli::rules;
use okrsync::lint::Skipped;
use okrsync::render::diagnostics::{
    Look, Report, code_quality, concise, human, json, junit, sarif, summary,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::scene::{Scene, assert_no_controls, two_texts};

/// Whatever is found in any text is shown in every format, and a terminal obeys nothing of it.
pub fn findings(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    let scene = Scene::of(&okr_toml, &okrs);
    for_people(&scene);
    let skipped = [Skipped {
        rule: "moved-goal",
        reason: okrs.clone(),
    }];
    let report = Report {
        findings: &scene.found,
        sources: &scene.sources,
        files: &scene.files,
        tree: &scene.tree,
        rules: &rules(),
        skipped: &skipped,
        rules_url: scene.config.rules_url.as_deref(),
        directory: "ops/",
    };
    for_programs(&report);
}

fn for_people(scene: &Scene) {
    let (found, sources) = (&scene.found, &scene.sources);
    for width in [40, 140] {
        let plain = Look {
            colour: false,
            width,
            rules_url: None,
        };
        assert_no_controls(&human(found, sources, plain));
        let coloured = Look {
            colour: true,
            ..plain
        };
        let coloured = human(found, sources, coloured);
        for code in coloured.split('\u{1b}').skip(1) {
            let code = code
                .split_once('m')
                .and_then(|(code, _)| code.strip_prefix('['));
            let is_colour = |code: &str| code.bytes().all(|b| b.is_ascii_digit() || b == b';');
            assert!(code.is_some_and(is_colour), "{coloured:?}");
        }
    }
    let lines = concise(found, sources);
    assert_no_controls(&lines);
    assert_eq!(lines.lines().count(), found.len(), "{lines:?}");
    assert_no_controls(&summary(found));
}

fn for_programs(report: &Report<'_>) {
    let count = Some(report.findings.len());
    let read = |text: String| -> Value {
        assert_no_controls(&text);
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(
        read(json(report))["findings"].as_array().map(Vec::len),
        count
    );
    let run = &read(sarif(report))["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), count);
    assert_eq!(read(code_quality(report)).as_array().map(Vec::len), count);

    let xml = junit(report);
    assert_no_controls(&xml);
    assert_eq!(xml.contains("<failure>"), report.findings.has_errors());
    let mut reader = Reader::from_str(&xml);
    let mut suites = 0;
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    attribute.expect("an attribute");
                }
                suites += usize::from(element.name().as_ref() == "testsuite");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(suites >= report.files.len(), "{xml}");
}
