use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use okrsync::diag::RuleMeta;
use okrsync::{config, load, syntax};

fn all() -> Vec<&'static RuleMeta> {
    [syntax::RULES, config::RULES, load::RULES]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn every_rule_has_one_id_and_says_why_it_exists() {
    let mut seen = BTreeSet::new();
    for rule in all() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        let kebab = rule
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab, "{}", rule.id);
        assert!(
            !rule.summary.is_empty() && rule.doc.ends_with(['.', '`']),
            "{}",
            rule.id
        );
    }
}

/// Every rule of the tables is emitted somewhere in its rooms, and every emitted id is in a table.
#[test]
fn the_tables_hold_exactly_what_is_emitted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = String::new();
    for room in ["syntax", "config", "load"] {
        for entry in fs::read_dir(root.join(room)).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() != "rules.rs" {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let ids: BTreeSet<&str> = all().iter().map(|rule| rule.id).collect();
    for id in &ids {
        assert!(
            sources.contains(&format!("\"{id}\"")),
            "{id} is never emitted"
        );
    }
    let calls = ["Diagnostic::error(", "Diagnostic::warning(", ".error("];
    for call in calls {
        for (at, _) in sources.match_indices(call) {
            let rest = sources[at + call.len()..].trim_start();
            if let Some(rest) = rest.strip_prefix('"') {
                let id = rest.split('"').next().unwrap();
                assert!(ids.contains(id), "{id} is in no table");
            }
        }
    }
}
