//! What the pages say about the sources, the template and each other.

use std::fs;
use std::path::Path;

use super::{pages, pages_dir};
use crate::support::okr::{read, repository};

#[test]
fn the_page_of_the_pipeline_names_all_that_the_template_has() {
    let template = read(repository().join("templates/okr.yml"));
    let page = read(pages_dir().join("pipeline.md"));
    let (spec, jobs) = template.split_once("\n---\n").unwrap();
    let inputs = spec.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?.strip_suffix(':')?;
        (!name.starts_with(' ')).then_some(name)
    });
    let names = jobs.lines().filter_map(|line| line.strip_suffix(':'));
    let names = names.filter(|name| !name.starts_with([' ', '.', '#']));
    let variables = jobs.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("#   ")?.split_once("  ")?;
        let is_name = |char: char| char.is_ascii_uppercase() || char == '_';
        (!name.is_empty() && name.chars().all(is_name)).then_some(name)
    });
    let artifacts = jobs
        .lines()
        .filter_map(|line| line.trim().strip_prefix("paths: ["));
    let artifacts = artifacts
        .flat_map(|list| list.trim_end_matches(']').split(", "))
        .map(|path| {
            path.trim_matches('"')
                .trim_start_matches("$[[ inputs.dir ]]/")
        });
    let mut seen = 0;
    for name in inputs.chain(names).chain(variables).chain(artifacts) {
        assert!(page.contains(&format!("`{name}`")), "{name}");
        seen += 1;
    }
    assert!(seen >= 20, "{seen}");
}

/// What `okr` says is quoted in headings, with `…` for what differs from case to case.
#[test]
fn the_messages_that_are_explained_are_messages() {
    let page = read(pages_dir().join("troubleshooting.md"));
    let mut sources = String::new();
    texts_of(&repository().join("src"), &mut sources);
    let quoted = page.lines().filter_map(|line| {
        let heading = line.strip_prefix("### `")?;
        heading.strip_suffix('`')
    });
    let mut seen = 0;
    for message in quoted {
        let parts = message.split('…').map(str::trim);
        let parts: Vec<&str> = parts.filter(|part| part.len() > 2).collect();
        assert!(parts.iter().any(|part| part.len() >= 9), "{message}");
        for part in parts {
            assert!(sources.contains(part), "{message}: nobody says {part:?}");
        }
        seen += 1;
    }
    assert!(seen >= 40, "{seen}");
}

/// All sources below a directory, with the texts that go over several lines in one.
fn texts_of(dir: &Path, all: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_of(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let mut pieces = read(&path)
                .split("\\\n")
                .map(str::to_owned)
                .collect::<Vec<_>>();
            for piece in pieces.iter_mut().skip(1) {
                *piece = piece.trim_start().to_owned();
            }
            *all += &pieces.concat().replace("\\\"", "\"");
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut texts = pages();
    texts.insert(
        "../README.md".to_owned(),
        read(repository().join("README.md")),
    );
    let mut seen = 0;
    for (name, text) in &texts {
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let file = match path {
                "" => pages_dir().join(name),
                _ => pages_dir().join(name).parent().unwrap().join(path),
            };
            assert!(file.exists(), "{name}: {link}");
            let is_there = |heading: &str| anchor_of(heading) == anchor;
            let headings = |text: String| {
                text.lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| is_there(line.trim_start_matches('#')))
            };
            assert!(anchor.is_empty() || headings(read(&file)), "{name}: {link}");
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

/// How GitLab calls the place of a heading.
fn anchor_of(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|char| match char {
        ' ' => Some('-'),
        '-' | '_' => Some(char),
        _ => char.is_alphanumeric().then(|| char.to_ascii_lowercase()),
    });
    kept.collect()
}
