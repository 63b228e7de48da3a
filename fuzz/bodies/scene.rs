//! What every target begins with: bytes to text, texts to OKRs.

use okrsync::cli::rules;
use okrsync::config::{self, Config};
use okrsync::diag::Diagnostics;
use okrsync::lint::{History, Material, Past, lint};
use okrsync::load;
use okrsync::model::OkrTree;
use okrsync::text::{FileId, SourceMap, Span};

/// An `okr.toml` for a text that brings none.
pub(crate) const OKR_TOML: &str = r#"
[gitlab]
owner = "acme/okrs"
bots = ["okr-bot"]
[teams.infrastructure]
manager = "dan"
tracker = "acme/infrastructure"
[teams.sre]
parent = "infrastructure"
manager = "mia"
tracker = "acme/sre"
"#;

/// The line between two texts of one input.
const SEPARATOR: &str = "\n%%%\n";

/// Bytes as the workspace reads them: what is no UTF-8 is replaced.
pub(crate) fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// `okr.toml` and a team's file; a text without the separator is a team's file alone.
pub(crate) fn two_texts(data: &[u8]) -> (String, String) {
    let text = text(data);
    match text.split_once(SEPARATOR) {
        Some((config, okrs)) => (config.to_owned(), okrs.to_owned()),
        None => (OKR_TOML.to_owned(), text),
    }
}

/// What came of two texts.
pub(crate) struct Scene {
    pub(crate) sources: SourceMap,
    /// `okr.toml` and the team's file.
    pub(crate) files: [FileId; 2],
    pub(crate) config: Config,
    pub(crate) tree: OkrTree,
    /// What reading has found, and the rules.
    pub(crate) found: Diagnostics,
}

impl Scene {
    /// Loads and judges an `okr.toml` and the file of team `sre` in 2026-q4.
    pub(crate) fn of(okr_toml: &str, okrs: &str) -> Self {
        let mut sources = SourceMap::new();
        let config_file = sources.add("okr.toml", okr_toml);
        let file = sources.add("okrs/2026-q4/sre.toml", okrs);
        let rules = rules();
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        let mut found = Diagnostics::new();
        let config = config::load(&sources, config_file, &ids, &mut found);
        let tree = load::load(&sources, &[file], &config, &mut found);
        let mut found = config.apply_levels(&rules, found);
        let judged = lint(&Material {
            tree: &tree,
            config: &config,
            read: &found,
            today: "2026-11-16".parse().expect("a day"),
            past: &Past::Known(History::new(None)),
            rules: &rules,
        });
        found.extend(judged.findings);
        found.sort(&sources);
        Self {
            sources,
            files: [config_file, file],
            config,
            tree,
            found,
        }
    }

    /// Every place that a finding names lies in its file, on character boundaries.
    pub(crate) fn assert_places_fit(&self) {
        let fits = |span: Span| {
            let text = self.sources.file(span.file).text();
            assert!(text.get(span.range()).is_some(), "{span:?}");
        };
        for found in &self.found {
            found.primary.iter().for_each(|label| fits(label.span));
            found.secondary.iter().for_each(|label| fits(label.span));
            found.fix.iter().for_each(|fix| fits(fix.span));
        }
    }
}

/// No terminal obeys anything in the text, and every line reads from left to right.
pub(crate) fn assert_no_controls(text: &str) {
    let obeyed = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    assert!(!text.contains(obeyed), "{text:?}");
}
