//! What the rules say of whole files: real OKRs, and the ugliest mistakes.
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking, and read the package's own files"
)]

mod real;
mod ugly;

use okrsync::cli;
use okrsync::config;
use okrsync::diag::Diagnostics;
use okrsync::lint::{History, Material, Past, lint};
use okrsync::load;
use okrsync::text::SourceMap;

pub(crate) const OKR_TOML: &str = r#"[gitlab]
owner = "gl-infra/okrs"
[teams.infrastructure]
manager = "director"
tracker = "gl-infra/infrastructure"
[teams.sre]
parent = "infrastructure"
manager = "mia"
tracker = "gl-infra/sre"
"#;

/// Everything that `okr validate` finds in these files on 2026-11-16, in order.
pub(crate) fn judge(okr_toml: &str, files: &[(&str, &str)]) -> (SourceMap, Diagnostics) {
    let mut sources = SourceMap::new();
    let config_file = sources.add("okr.toml", okr_toml);
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| sources.add(*path, *text))
        .collect();
    let rules = cli::rules();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
    let mut found = Diagnostics::new();
    let config = config::load(&sources, config_file, &ids, &mut found);
    let tree = load::load(&sources, &files, &config, &mut found);
    let outcome = lint(&Material {
        tree: &tree,
        config: &config,
        read: &found,
        today: "2026-11-16".parse().unwrap(),
        past: &Past::Known(History::new(None)),
        rules: &rules,
    });
    found.extend(outcome.findings);
    found.sort(&sources);
    (sources, found)
}
