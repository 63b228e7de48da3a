//! The handbook's forms over trees: exported, imported and loaded again, a tree is the same.

use std::collections::BTreeSet;

use okrsync::config::{self, Config};
use okrsync::diag::Diagnostics;
use okrsync::handbook::{
    Ending, Form, ListedKeyResult, ListedObjective, Listing, Owners, Wanted, listing, read, write,
};
use okrsync::load;
use okrsync::model::{Number, OkrTree, Quarter};
use okrsync::render::skeleton::{Imported, imported};
use okrsync::text::SourceMap;
use proptest::prelude::*;

const TEAMS: [&str; 4] = ["infrastructure", "sre", "sae", "delivery"];

fn config() -> Config {
    let mut toml =
        "[gitlab]\nowner = \"g/o\"\n[policy]\nareas = [\"availability\", \"product\"]\n".to_owned();
    for team in TEAMS {
        let table = "[teams.ID]\nname = \"The ID\"\nmanager = \"m\"\ntracker = \"g/p\"\n";
        toml += &table.replace("ID", team);
    }
    let mut sources = SourceMap::new();
    let file = sources.add("okr.toml", toml);
    let mut findings = Diagnostics::new();
    let config = config::load(&sources, file, &[], &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    config
}

fn quarter() -> Quarter {
    "2026-q4".parse().unwrap()
}

/// Files of a listing, by path.
fn files_of(listing: &Listing, config: &Config) -> Vec<(String, String)> {
    let files = imported(&Imported {
        listing,
        teams: &BTreeSet::new(),
        quarter: quarter(),
        config,
        tree: &OkrTree::new(),
    });
    let path = |team| format!("okrs/{}/{team}.toml", quarter());
    files
        .into_iter()
        .map(|file| (path(file.team), file.text.unwrap()))
        .collect()
}

/// The tree of files, which have no errors.
fn tree_of(files: &[(String, String)], config: &Config) -> OkrTree {
    let mut sources = SourceMap::new();
    let ids: Vec<_> = files
        .iter()
        .map(|(path, text)| sources.add(path, text))
        .collect();
    let mut findings = Diagnostics::new();
    let tree = load::load(&sources, &ids, config, &mut findings);
    assert!(!findings.has_errors(), "{findings:?}");
    tree
}

fn title() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Z][a-z ,.:=>()%/*_#-]{0,30}[a-z0-9.%)>]",
        1 => (1_u32..90, 1_u32..90).prop_map(|(from, to)| format!("Move it from {from} h to {} h", from + to)),
    ]
}

fn ending() -> impl Strategy<Value = Ending> {
    let score = (-50_i64..300).prop_map(Number::from);
    prop_oneof![
        Just(Ending::default()),
        (prop::option::of(score), prop::option::of(title())).prop_map(|(score, outcome)| Ending {
            score,
            outcome,
            ..Ending::default()
        }),
        title().prop_map(|reason| Ending {
            dropped: Some(reason),
            ..Ending::default()
        }),
    ]
}

/// Trees as listings: what a form can hold of any tree.
fn listings() -> impl Strategy<Value = Listing> {
    let area = prop::option::of(prop::sample::select(vec![
        "Availability",
        "Product",
        "other",
    ]));
    let key_result = (title(), area, ending()).prop_map(|(title, area, ending)| ListedKeyResult {
        title,
        area: area.map(ToOwned::to_owned),
        ending,
        links: Vec::new(),
    });
    let objective = (
        prop::sample::select(TEAMS.to_vec()),
        title(),
        ending(),
        prop::collection::vec(key_result, 0..4),
        any::<bool>(),
    );
    prop::collection::vec(objective, 1..6).prop_map(|objectives| {
        let objectives = objectives.into_iter().enumerate();
        let listed =
            objectives.map(
                |(at, (team, title, ending, key_results, supports))| ListedObjective {
                    team: team.parse().unwrap(),
                    title: Some(title),
                    supports: at.checked_sub(1).filter(|_| supports),
                    ending,
                    links: Vec::new(),
                    key_results,
                },
            );
        Listing {
            objectives: listed.collect(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 32 } else { 512 }))]

    #[test]
    fn an_exported_tree_is_imported_as_the_same_tree(drawn in listings()) {
        let config = config();
        let owners = Owners::of(&config.teams);
        let wanted = Wanted { quarter: quarter(), teams: BTreeSet::new() };
        for form in Form::ALL {
            // What the form cannot hold is not in the tree to begin with.
            let mut drawn = drawn.clone();
            for objective in &mut drawn.objectives {
                if !form.nests() {
                    objective.supports = None;
                }
                if form == Form::OneLine && !objective.key_results.is_empty() {
                    objective.ending = Ending::default();
                }
            }
            let files = files_of(&drawn, &config);
            let tree = tree_of(&files, &config);
            let collected = listing(&tree, &config, &wanted);
            let text = write(&collected.listing, form, &owners).text;
            let mut sources = SourceMap::new();
            let file = sources.add("page.md", text.clone());
            let reading = read(&sources, file, &owners);
            prop_assert!(reading.findings.is_empty(), "{:?}\n{text}", reading.findings);
            let again = files_of(&reading.listing, &config);
            let same = tree_of(&again, &config);
            prop_assert_eq!(listing(&same, &config, &wanted).listing, collected.listing, "{}", text);
            // The same files even, where no order of objectives was lost in a file of several.
            let sorted = |files: &[(String, String)]| -> Vec<String> {
                let mut lines: Vec<String> = files.iter().flat_map(|(_, text)| text.lines().map(ToOwned::to_owned)).collect();
                lines.sort();
                lines
            };
            let numbered = |line: &String| line.starts_with('[') || line.starts_with("supports");
            let plain = |files| sorted(files).into_iter().filter(|line| !numbered(line)).collect::<Vec<_>>();
            prop_assert_eq!(plain(&again), plain(&files));
        }
    }
}
