use okrsync::cli::rules;
use okrsync::render::diagnostics::{
    Look, Report, code_quality, concise, human, json, junit, sarif, summary,
};

use super::scene::{Scene, assert_no_controls, two_texts};

/// Whatever is found in any text is shown in every format, and a terminal obeys nothing of it.
pub fn findings(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    let scene = Scene::of(&okr_toml, &okrs);
    let (found, sources) = (&scene.found, &scene.sources);
    for width in [40, 140] {
        let plain = Look {
            colour: false,
            width,
            rules_url: None,
        };
        assert_no_controls(&human(found, sources, plain));
        let coloured = human(
            found,
            sources,
            Look {
                colour: true,
                width,
                rules_url: None,
            },
        );
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
    let report = Report {
        findings: found,
        sources,
        files: &scene.files,
        tree: &scene.tree,
        rules: &rules(),
        skipped: &[],
        rules_url: scene.config.rules_url.as_deref(),
        directory: "",
    };
    for (text, findings) in [
        (json(&report), "/findings"),
        (sarif(&report), "/runs/0/results"),
        (code_quality(&report), ""),
    ] {
        assert_no_controls(&text);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let findings = value.pointer(findings).and_then(|list| list.as_array());
        assert_eq!(findings.map(Vec::len), Some(found.len()));
    }
    let xml = junit(&report);
    assert_no_controls(&xml);
    assert_eq!(xml.contains("<failure>"), found.has_errors());
    assert_no_controls(&summary(found));
}
