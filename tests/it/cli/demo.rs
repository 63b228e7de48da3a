//! `okr demo`: what a newcomer runs first.

use tempfile::TempDir;

use crate::support::okr::{okr, repository};

#[test]
fn the_demo_ends_with_an_empty_plan() {
    let dir = TempDir::new().unwrap();
    let ran = okr(["demo"])
        .dir(dir.path())
        .env("OKR_TOKEN", "glpat-of-a-real-gitlab")
        .env("OKR_URL", "https://gitlab.example.com")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let steps: Vec<&str> = ran.stdout.lines().filter(|l| l.starts_with('[')).collect();
    assert_eq!(steps.len(), 4, "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("Plan: 14 to create, 26 links, 12 labels\n")
    );
    assert!(ran.stdout.contains("Applied: 52 of 52 changes.\n"));
    let (_, last) = ran.stdout.split_once("[4/4]").unwrap();
    assert!(last.contains("No changes."), "{last}");
    assert!(!ran.stdout.contains("glpat"));
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_demo_fits_a_few_screens_unless_everything_is_wanted() {
    let lines = |arguments: &[&str]| {
        let ran = okr(arguments.iter().copied()).env("COLUMNS", "80").run();
        assert_eq!(ran.status, 0, "{ran:?}");
        let longest = ran.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{}", ran.stdout);
        ran.stdout.lines().count()
    };
    let short = lines(&["demo"]);
    assert!(short < 90, "{short}");
    assert!(lines(&["demo", "--details"]) > 300);
}

#[test]
fn the_demo_of_flow_tells_what_happened_in_the_sandbox() {
    let dir = TempDir::new().unwrap();
    let ran = okr(["demo", "--flow"])
        .dir(dir.path())
        .env("COLUMNS", "80")
        .env("OKR_TOKEN", "glpat-of-a-real-gitlab")
        .env("OKR_URL", "https://gitlab.example.com")
        .env("OKR_TODAY", "2027-02-01")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let mut lines = ran.stdout.lines().filter(|line| !line.starts_with('#'));
    assert!(
        lines.all(|line| line.chars().count() <= 80),
        "{}",
        ran.stdout
    );
    insta::assert_snapshot!(ran.stdout);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_files_of_the_demo_of_flow_are_valid() {
    let files = repository().join("src/cli/commands/demo/flow");
    let ran = okr(["validate"]).dir(&files).run();
    assert_eq!(ran.status, 0, "{ran:?}");
}

#[test]
fn the_example_is_written_to_go_on_with() {
    let dir = TempDir::new().unwrap();
    let into = || okr(["demo", "--into", "mine"]).dir(dir.path()).run();
    let ran = into();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let mine = dir.path().join("mine");
    assert_eq!(okr(["validate"]).dir(&mine).run().status, 0);
    assert_eq!(okr(["schema", "--check"]).dir(&mine).run().status, 0);
    let again = into();
    assert_eq!(again.status, 1);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
}
