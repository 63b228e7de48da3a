//! Teams' files → the tree of objectives and key results, with all diagnostics; never fails.
//!
//! Each file is read by itself (in parallel); then what concerns several files is checked: references, cycles, former
//! keys. What a file's own mistakes spoil is not complained about again.

mod convert;
mod cycles;
mod day_headers;
mod fields;
mod former;
mod gauge;
mod measure;
mod path;
mod raw;
mod references;
mod refine;
mod rules;
mod schedule;
mod schema;
mod subject;
mod units;

use rayon::prelude::*;

pub use path::Place;
pub use rules::RULES;
pub use schema::{SCHEMA_NAMES, schema, schemas};

use crate::config::Config;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{OkrTree, TeamOkrs};
use crate::syntax::{Document, Poison};
use crate::text::{FileId, SourceMap};

/// What one file gave.
struct Loaded {
    place: Option<Place>,
    file: FileId,
    okrs: Option<TeamOkrs>,
    poison: Poison,
    /// Keys that are declared, but too wrong to be in the tree.
    broken: Vec<crate::model::Key>,
    diagnostics: Diagnostics,
}

/// Reads the teams' files, whose paths in the map are `okrs/<quarter>/<team>.toml`. It never fails: what is wrong is a
/// diagnostic, and what can be used is in the tree.
pub fn load(
    sources: &SourceMap,
    files: &[FileId],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> OkrTree {
    if files.is_empty() {
        diagnostics.push(
            Diagnostic::error("no-files", "there are no OKR files").with_help(
                "write the first one: okrs/<quarter>/<team>.toml, like okrs/2026-q4/sre.toml",
            ),
        );
        return OkrTree::new();
    }
    let teams_known = !config_is_incomplete(config, diagnostics);
    let loaded: Vec<Loaded> = files
        .par_iter()
        .map(|&file| load_file(sources, file, config, teams_known))
        .collect();
    let mut tree = OkrTree::new();
    let mut known = references::Known::default();
    for mut file in loaded {
        diagnostics.extend(file.diagnostics);
        if let Some(place) = file.place {
            known.add_file(
                &place,
                file.file,
                &file.poison,
                std::mem::take(&mut file.broken),
            );
        }
        if let Some(okrs) = file.okrs {
            let (quarter, team, at) = (okrs.quarter, okrs.team.clone(), okrs.file);
            if let Some(before) = tree.insert(okrs) {
                diagnostics.push(path::twice(sources, at, before.file, quarter, &team));
            }
        }
    }
    references::check(&tree, &known, config, diagnostics);
    cycles::check(&tree, diagnostics);
    former::check(&tree, config, diagnostics);
    tree
}

/// Whether a mistake in `okr.toml` may have hidden teams.
fn config_is_incomplete(config: &Config, diagnostics: &Diagnostics) -> bool {
    diagnostics.iter().any(|found| {
        let in_config = found
            .primary
            .as_ref()
            .is_some_and(|label| Some(label.span.file) == config.file);
        let spoils = matches!(
            found.rule,
            "toml-syntax"
                | "unquoted-text"
                | "curly-quotes"
                | "unclosed-quote"
                | "quote-in-text"
                | "bad-id"
        ) || (found.rule == "unknown-key" && !found.subject.contains('.'))
            || (found.rule == "wrong-type" && found.subject.starts_with("teams"));
        in_config && spoils
    })
}

fn load_file(sources: &SourceMap, file: FileId, config: &Config, teams_known: bool) -> Loaded {
    let mut diagnostics = Diagnostics::new();
    let place = path::read(sources, file, config, teams_known, &mut diagnostics);
    let mut document = Document::parse(sources, file, &mut diagnostics);
    day_headers::check(sources, &document, &mut diagnostics);
    schema::check().check(
        &mut document,
        &|document, violation| refine::say(sources, document, violation),
        &mut diagnostics,
    );
    units::mend(sources, &document, &mut diagnostics);
    let poison = document.poison().clone();
    let raw: Option<raw::File> = document.into_typed(&mut diagnostics);
    let mut broken = Vec::new();
    let okrs = match (&place, raw) {
        (Some(place), Some(raw)) => {
            let mut reader = fields::Reader {
                sources,
                file,
                place,
                config,
                config_known: teams_known,
                period: config.calendar.period(place.quarter),
                poison: &poison,
                broken: &mut broken,
                diagnostics: &mut diagnostics,
            };
            Some(convert::file(&mut reader, raw))
        }
        _ => None,
    };
    let diagnostics = match &place {
        Some(place) => place.name_subjects(diagnostics),
        None => diagnostics,
    };
    Loaded {
        place,
        file,
        okrs,
        poison,
        broken,
        diagnostics,
    }
}
