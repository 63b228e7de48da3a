use okrsync::render::diagnostics::{Look, concise, human, json, summary};

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
        };
        assert_no_controls(&human(found, sources, plain));
        let coloured = human(
            found,
            sources,
            Look {
                colour: true,
                width,
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
    let report: serde_json::Value = serde_json::from_str(&json(found, sources)).expect("JSON");
    assert_eq!(
        report["findings"].as_array().map(Vec::len),
        Some(found.len())
    );
    assert_no_controls(&summary(found));
}
