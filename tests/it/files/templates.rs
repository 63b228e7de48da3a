//! The pipeline in its two forms: the component with inputs, and the plain file that `okr init` writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::okr::{read, repository};

const COMPONENT: &str = "templates/okr.yml";
const PLAIN: &str = "templates/plain/gitlab-ci.yml";

/// The inputs of the component with their defaults, and its jobs.
fn component() -> (BTreeMap<String, String>, String) {
    let text = read(repository().join(COMPONENT));
    let (spec, jobs) = text.split_once("\n---\n").unwrap();
    let mut inputs = BTreeMap::new();
    let mut name = "";
    for line in spec.lines() {
        if let Some(default) = line.strip_prefix("      default: ") {
            inputs.insert(name.to_owned(), default.trim_matches('"').to_owned());
        } else if let Some(key) = line
            .strip_prefix("    ")
            .filter(|key| !key.starts_with(' '))
        {
            name = key.trim_end_matches(':');
        }
    }
    (inputs, jobs.to_owned())
}

/// The jobs with the defaults of all inputs.
fn plain() -> String {
    let (inputs, mut jobs) = component();
    for (name, default) in &inputs {
        jobs = jobs.replace(&format!("$[[ inputs.{name} ]]"), default);
    }
    let lines = jobs.lines().filter(|line| line.trim() != "- cd \".\"");
    let mut lines: Vec<&str> = lines.map(str::trim_end).collect();
    lines.push("");
    lines.join("\n")
}

#[test]
fn the_plain_file_is_the_component_with_its_defaults() {
    let expected = plain();
    assert!(!expected.contains("$[["), "{expected}");
    if read(repository().join(PLAIN)) != expected {
        let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gitlab-ci.yml");
        fs::write(&written, expected).unwrap();
        panic!(
            "{PLAIN} is not what {COMPONENT} says: {} is",
            written.display()
        );
    }
}

#[test]
fn every_input_is_used_and_the_version_is_this_one() {
    let (inputs, jobs) = component();
    assert_eq!(
        inputs.get("version").map(String::as_str),
        Some(env!("CARGO_PKG_VERSION"))
    );
    assert!(inputs.len() >= 7, "{inputs:?}");
    for name in inputs.keys() {
        assert!(jobs.contains(&format!("$[[ inputs.{name} ]]")), "{name}");
    }
}
