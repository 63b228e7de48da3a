//! What a site shows of files, whatever they say and however many they are.

mod flow;
mod hostile;
mod pages;

use std::collections::BTreeMap;

use super::{Site, SiteMaterial};
use crate::config;
use crate::diag::Diagnostics;
use crate::load;
use crate::model::{Date, Key};
use crate::plan::IssueOfKey;
use crate::report::{FlowReport, Issues, Material, Status, status};
use crate::text::SourceMap;

const OKR_TOML: &str = r#"
[gitlab]
owner = "acme/okrs"
[teams.infrastructure]
name = "Infrastructure"
manager = "director"
tracker = "acme/infrastructure"
[teams.sre]
name = "Site Reliability"
parent = "infrastructure"
manager = "mia"
tracker = "acme/sre"
[teams.delivery]
name = "Delivery"
parent = "infrastructure"
manager = "jo"
tracker = "acme/delivery"
"#;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Every page of the site of some files, by path. `change` does to the status what no file can.
fn pages_of(
    settings: &str,
    files: &[(String, String)],
    issues: Option<&BTreeMap<Key, IssueOfKey>>,
    change: impl FnOnce(&mut Status),
) -> BTreeMap<String, String> {
    site_of(settings, files, issues, &[], change)
}

/// The same, with how work flows in some teams.
fn site_of(
    settings: &str,
    files: &[(String, String)],
    issues: Option<&BTreeMap<Key, IssueOfKey>>,
    flows: &[FlowReport],
    change: impl FnOnce(&mut Status),
) -> BTreeMap<String, String> {
    let mut sources = SourceMap::new();
    let mut findings = Diagnostics::new();
    let file = sources.add("okr.toml", settings);
    let config = config::load(&sources, file, &[], &mut findings);
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| sources.add(path, text))
        .collect();
    let tree = load::load(&sources, &files, &config, &mut findings);
    let errors: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity == crate::diag::Severity::Error)
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(errors, [""; 0]);
    let mut status = status(&Material {
        tree: &tree,
        config: &config,
        sources: &sources,
        issues: issues.map_or(Issues::NotObserved, Issues::Observed),
        quarter: "2026-q4".parse().unwrap(),
        today: day("2026-11-16"),
        since: day("2026-11-09"),
    })
    .unwrap();
    change(&mut status);
    let moved = BTreeMap::new();
    let site = Site::new(SiteMaterial {
        status: &status,
        tree: &tree,
        moved: &moved,
        flows,
    });
    let files = site.files().into_iter();
    files.map(|(path, page)| (path, site.text(page))).collect()
}

/// One page of the site of some files of the second quarter's teams.
fn page(path: &str, files: &[(&str, &str)]) -> String {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(team, text)| (format!("okrs/2026-q4/{team}.toml"), (*text).to_owned()))
        .collect();
    let mut pages = pages_of(OKR_TOML, &files, None, |_| ());
    pages.remove(path).unwrap()
}

/// The links of a page, and the places that it has.
fn links(page: &str) -> (Vec<&str>, Vec<&str>) {
    let of = |name: &str| {
        page.split(name)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect()
    };
    (of(" href=\""), of(" id=\""))
}

/// Every link within the site leads to a page and a place that are there, and no place is there twice.
fn assert_links(pages: &BTreeMap<String, String>) {
    let mut seen = 0;
    for (path, page) in pages {
        if !path.contains(".html") {
            continue;
        }
        let (targets, mut places) = links(page);
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), count, "{path} has a place twice");
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        for target in targets {
            if target.starts_with("https://") {
                continue;
            }
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = match (file, file.strip_prefix("../")) {
                ("", _) => path.clone(),
                (_, Some(above)) => above.to_owned(),
                (file, None) if folder.is_empty() => file.to_owned(),
                (file, None) => format!("{folder}/{file}"),
            };
            let there = pages.get(&file);
            let there = there.unwrap_or_else(|| panic!("{path}: {target} leads nowhere"));
            let is_there = place.is_empty() || links(there).1.contains(&place);
            assert!(is_there, "{path}: {target} has no such place");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}
