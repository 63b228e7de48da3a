//! From text to values: what people get wrong in their files, and what they are told.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read the package's own files"
)]

mod config;
mod gauges;
mod good;
mod huge;
mod meaning;
mod mistakes;
mod never_panics;
mod rules;
mod schemas;
mod several_files;
mod templates;

use std::fmt::Write as _;

use okrsync::config::Config;
use okrsync::diag::Diagnostics;
use okrsync::model::OkrTree;
use okrsync::text::{FileId, SourceMap};

pub(crate) const OKR_TOML: &str = r#"
[gitlab]
owner = "gl-infra/okrs"
[teams.infrastructure]
manager = "director"
tracker = "gl-infra/infrastructure"
[teams.sre]
parent = "infrastructure"
manager = "sre-lead"
tracker = "gl-infra/sre"
[teams.delivery]
parent = "infrastructure"
tracker = "gl-infra/delivery"
"#;

/// Everything that came of some files.
pub(crate) struct Outcome {
    pub(crate) sources: SourceMap,
    pub(crate) config: Config,
    pub(crate) tree: OkrTree,
    pub(crate) found: Diagnostics,
}

/// Loads an `okr.toml` and teams' files.
pub(crate) fn load(okr_toml: &str, files: &[(&str, &str)]) -> Outcome {
    let mut sources = SourceMap::new();
    let config_file = sources.add("okr.toml", okr_toml);
    let files: Vec<FileId> = files
        .iter()
        .map(|(path, text)| sources.add(*path, *text))
        .collect();
    let mut found = Diagnostics::new();
    let config = okrsync::config::load(&sources, config_file, &[], &mut found);
    let tree = okrsync::load::load(&sources, &files, &config, &mut found);
    found.sort(&sources);
    Outcome {
        sources,
        config,
        tree,
        found,
    }
}

/// Loads one file of team `sre` in 2026-q4.
pub(crate) fn sre(text: &str) -> Outcome {
    load(OKR_TOML, &[("okrs/2026-q4/sre.toml", text)])
}

/// What was found, as a person reads it: place, rule, message, then labels and ways out.
pub(crate) fn shown(sources: &SourceMap, found: &Diagnostics) -> String {
    let mut text = String::new();
    for one in found {
        let place = one
            .primary
            .as_ref()
            .map_or_else(|| "-".to_owned(), |label| sources.locate(label.span));
        writeln!(text, "{place} {}: {}", one.rule, one.message).unwrap();
        if let Some(label) = one.primary.as_ref() {
            let under = sources.slice(label.span).lines().next().unwrap_or_default();
            let words = if label.text.is_empty() { "" } else { " ← " };
            writeln!(text, "  at `{under}`{words}{}", label.text).unwrap();
        }
        for label in &one.secondary {
            writeln!(text, "  and {} {}", sources.locate(label.span), label.text).unwrap();
        }
        for help in &one.help {
            writeln!(text, "  help: {help}").unwrap();
        }
    }
    text
}

impl Outcome {
    pub(crate) fn shown(&self) -> String {
        shown(&self.sources, &self.found)
    }

    pub(crate) fn rules(&self) -> Vec<&'static str> {
        self.found.iter().map(|found| found.rule).collect()
    }
}

/// What is found in one file of team `sre`.
pub(crate) fn said(text: &str) -> String {
    sre(text).shown()
}
