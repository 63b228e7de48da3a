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
    let files: Vec<_> = sources.files().map(|(file, _)| file).collect();
    let rules = rules();
    let report = Report {
        findings: found,
        sources,
        files: &files,
        tree: &scene.tree,
        rules: &rules,
        skipped: &[],
        rules_url: None,
        directory: "",
    };
    let parsed = |text: String| -> serde_json::Value { serde_json::from_str(&text).expect("JSON") };
    let count = |list: &serde_json::Value| list.as_array().map(Vec::len);
    assert_eq!(count(&parsed(json(&report))["findings"]), Some(found.len()));
    assert_eq!(count(&parsed(code_quality(&report))), Some(found.len()));
    let sarif = parsed(sarif(&report));
    assert_eq!(count(&sarif["runs"][0]["results"]), Some(found.len()));
    let xml = junit(&report);
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    assert!(!xml.contains(forbidden), "{xml:?}");
    assert_no_controls(&summary(found));
}
