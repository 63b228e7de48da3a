//! README.md: what it shows is what there is.

use crate::support::bench::Bench;
use crate::support::okr::{files, okr, read, repository};

fn readme() -> String {
    read(repository().join("README.md"))
}

/// The fenced blocks that begin with this line, without the fences.
fn blocks<'a>(text: &'a str, opening: &str) -> Vec<&'a str> {
    let parts: Vec<&str> = text.split("```").collect();
    let fenced = parts.iter().skip(1).step_by(2);
    fenced
        .filter_map(|block| block.strip_prefix(opening))
        .collect()
}

#[test]
fn its_commands_exist() {
    let text = readme();
    let mut seen = 0;
    for line in blocks(&text, "sh\n").join("\n").lines() {
        let command = line.trim().trim_start_matches("cargo run -- ");
        let command = match command.strip_prefix("okr ") {
            Some(rest) => rest,
            None if command != line.trim() => command,
            None => continue,
        };
        let command = command
            .split(" #")
            .next()
            .unwrap()
            .split("&&")
            .next()
            .unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let ran = okr(words.iter().copied().chain(["--help"])).run();
        assert_eq!(ran.status, 0, "{line}: {}", ran.stderr);
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn its_picture_begins_with_what_the_example_prints() {
    let text = readme();
    let picture = blocks(&text, "text\n")[0];
    let plan = Bench::new().plan();
    assert_eq!(picture.lines().next(), plan.lines().next());
    for line in picture.lines().filter(|line| line.trim() != "…") {
        assert!(plan.contains(line), "{line}: {plan}");
    }
}

#[test]
fn its_picture_of_a_status_is_the_examples() {
    let text = readme();
    let picture = blocks(&text, "text\n")[1];
    let ran = okr(["status"]).dir(repository()).env("COLUMNS", "80").run();
    assert_eq!(picture.lines().next(), ran.stdout.lines().next());
    for line in picture.lines().filter(|line| line.trim() != "…") {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
}

#[test]
fn its_files_are_valid() {
    let text = readme();
    let tomls = blocks(&text, "toml\n");
    let [config, okrs, measured] = tomls.as_slice() else {
        panic!("{tomls:?}");
    };
    for okrs in [okrs, measured] {
        let dir = files(&[
            ("okr.toml", config.as_bytes()),
            ("okrs/2026-q4/sre.toml", okrs.as_bytes()),
        ]);
        let ran = okr(["validate"]).dir(dir.path()).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
        assert!(ran.stdout.starts_with("valid: 2 files"), "{}", ran.stdout);
    }
}
