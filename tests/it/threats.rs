//! The threat model: each threat has an answer, and each answer a test that exists.

use std::fs;
use std::path::Path;

use crate::support::okr::{read, repository};

/// Every Rust source below a directory, as one text.
fn sources(dir: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text += &read(&path);
        }
    }
    text
}

#[test]
fn every_answer_has_its_test() {
    let text = read(repository().join("THREAT_MODEL.md"));
    let all = ["src", "tests"]
        .map(|dir| sources(&repository().join(dir)))
        .concat();
    let (_, table) = text.split_once("| threat | answer | test |").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 15, "{rows:?}");
    for row in rows {
        let [threat, answer, tests] = row[..] else {
            panic!("three columns: {row:?}");
        };
        assert!(!threat.is_empty() && !answer.is_empty(), "{row:?}");
        // What the libraries of others do is no test of ours to hold.
        if tests == "–" {
            assert!(answer.contains("deny.toml"), "{threat}");
            continue;
        }
        for name in tests.split(", ").map(|name| name.trim_matches('`')) {
            assert!(
                all.contains(&format!("fn {name}(")),
                "{threat}: there is no test {name}"
            );
        }
    }
}
