use okrsync::issue::desired_issues;

use super::scene::{Scene, two_texts};

/// Any two texts are read, judged, and turned into issues as far as they can be understood.
pub fn loader(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    let scene = Scene::of(&okr_toml, &okrs);
    scene.assert_places_fit();
    for found in &scene.found {
        let fixed = !found.help.is_empty() || found.fix.is_some();
        assert!(fixed, "a finding without a way out: {}", found.message);
    }
    desired_issues(&scene.tree, &scene.config);
}
