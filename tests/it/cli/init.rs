//! `okr init`: from nothing to a repository of OKRs.

use std::path::Path;

use tempfile::TempDir;

use crate::support::bench::Bench;
use crate::support::okr::{Ran, files, okr, put, read};

fn init(dir: &Path, arguments: &[&str]) -> Ran {
    okr([&["init"], arguments].concat()).dir(dir).run()
}

/// Rule and place of what is found, one line each.
fn found(dir: &Path) -> (i32, String) {
    let ran = okr(["validate", "--format", "concise"]).dir(dir).run();
    (ran.status, ran.stdout)
}

const GIVEN: [&str; 10] = [
    "--owner",
    "acme/okrs",
    "--url",
    "https://gitlab.example.com",
    "--team",
    "site-reliability",
    "--manager",
    "mia",
    "--tracker",
    "acme/sre",
];

#[test]
fn a_repository_begins() {
    let dir = TempDir::new().unwrap();
    let ran = init(dir.path(), &GIVEN);
    assert_eq!(ran.status, 0, "{ran:?}");
    insta::assert_snapshot!(ran.stderr, @"
    wrote schema/config.schema.json
    wrote schema/okr.schema.json
    wrote .gitlab-ci.yml
    wrote .gitignore
    wrote okrs/2026-q4/site-reliability.toml
    wrote okr.toml
    ");
    insta::assert_snapshot!(ran.stdout, @"
    Write something for every TODO, then run okr validate. Three things are left to do in GitLab:

    1. A token. Make an account for this tool alone and give it the role Planner in every tracker
       (acme/sre). Make a personal access token of it with the scope api.
    2. Variables. In acme/okrs, Settings > CI/CD > Variables (role Maintainer): OKR_TOKEN is that token,
       masked and protected; OKR_IMAGE is the image that holds okr and git, without its tag. .gitlab-ci.yml
       says which others there are, and the tag.
    3. A protected branch. In acme/okrs, Settings > Repository > Protected branches (role Maintainer):
       nobody may push to the default branch, Maintainers may merge. Only its jobs see OKR_TOKEN, so only
       what was reviewed is applied.
    ");
    insta::assert_snapshot!(read(dir.path().join("okr.toml")), @r#"
    #:schema schema/config.schema.json
    # Who plans here, where their issues live, and what is asked of every OKR.
    required_version = ">=0.1"

    [gitlab]
    url = "https://gitlab.example.com"
    owner = "acme/okrs" # the project of these files: written into every issue that they manage
    # bots = ["okr-bot"] # the accounts whose issues count; default: the token's own

    [calendar]
    year_starts = "january" # the month in which a year of quarters begins

    # A draft is checked and planned, but makes no issues. Remove these two lines when everybody has agreed.
    [quarters."2026-q4"]
    state = "draft"

    # One table for each team; the id is the name of its files, okrs/<quarter>/<id>.toml.
    [teams.site-reliability]
    name = "Site Reliability"
    # parent = "department" # the id of the team above, whose objectives it supports
    manager = "mia" # the username: answers for what has no owner
    tracker = "acme/sre" # the project that holds the team's issues

    [policy]
    objectives = { min = 1, max = 3 }
    key_results = { min = 1, max = 3 }
    # areas = ["availability", "product"] # what a team's key results cover together

    # `okr rules` lists all rules; those that are not errors by themselves can be set here.
    [rules]
    # no-flow-metric = "error"
    "#);
    let (status, shown) = found(dir.path());
    assert_eq!(status, 0, "{shown}");
    assert!(
        !shown.is_empty()
            && shown
                .lines()
                .all(|line| line.contains("warning[placeholder]")),
        "{shown}"
    );
    for check in [&["fmt", "--check"], &["schema", "--check"]] {
        let ran = okr(check.iter().copied()).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{ran:?}");
    }
}

#[test]
fn what_is_not_given_is_derived_or_a_todo() {
    let config = |arguments: &[&str]| {
        let dir = TempDir::new().unwrap();
        let ran = init(dir.path(), arguments);
        assert_eq!(ran.status, 0, "{ran:?}");
        let (status, shown) = found(dir.path());
        assert_eq!(status, 0, "{shown}");
        assert!(
            shown
                .lines()
                .all(|line| line.contains("warning[placeholder]")),
            "{shown}"
        );
        let text = read(dir.path().join("okr.toml"));
        let wanted = ["owner", "url", "name", "manager", "tracker", "[teams"];
        let lines = text
            .lines()
            .filter(|line| wanted.iter().any(|key| line.starts_with(key)));
        lines
            .map(|line| line.split(" #").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        config(&[]),
        [
            "owner = \"TODO/okrs\"",
            "[teams.team]",
            "name = \"Team\"",
            "manager = \"TODO\"",
            "tracker = \"TODO/team\""
        ]
    );
    assert_eq!(
        config(&["--tracker", "acme/infra/Site-Reliability"]),
        [
            "owner = \"acme/infra/okrs\"",
            "[teams.site-reliability]",
            "name = \"Site Reliability\"",
            "manager = \"TODO\"",
            "tracker = \"acme/infra/Site-Reliability\""
        ]
    );
    assert_eq!(
        config(&[
            "--owner",
            "acme/goals",
            "--team",
            "sre",
            "--name",
            "The \"SREs\""
        ])[2..],
        [
            "name = 'The \"SREs\"'",
            "manager = \"TODO\"",
            "tracker = \"acme/sre\""
        ]
    );
}

#[test]
fn what_is_there_is_kept() {
    let dir = files(&[
        (".gitlab-ci.yml", b"a: {}\n"),
        ("schema/okr.schema.json", b"{}"),
    ]);
    let ran = init(dir.path(), &GIVEN);
    assert_eq!(ran.status, 0, "{ran:?}");
    for line in [
        "kept .gitlab-ci.yml\n",
        "kept schema/okr.schema.json\n",
        "wrote okr.toml\n",
    ] {
        assert!(ran.stderr.contains(line), "{}", ran.stderr);
    }
    assert_eq!(read(dir.path().join(".gitlab-ci.yml")), "a: {}\n");
    let before = read(dir.path().join("okr.toml"));
    let again = init(dir.path(), &["--owner", "other/okrs"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(
        again.stderr.lines().all(|line| !line.starts_with("wrote")),
        "{}",
        again.stderr
    );
    assert!(again.stdout.contains("In acme/okrs, "), "{}", again.stdout);
    assert_eq!(read(dir.path().join("okr.toml")), before);
}

#[test]
fn a_workspace_that_is_there_gets_a_file_of_a_team_that_it_has() {
    let config = "[gitlab]\nowner = \"a/b\"\n[calendar]\nyear_starts = \"february\"\n[teams.sre]\ntracker = \"a/s\"\nmanager = \"m\"\n";
    let dir = files(&[("okr.toml", config.as_bytes())]);
    let unknown = init(dir.path(), &["--team", "zebra"]);
    assert_eq!(unknown.status, 2, "{unknown:?}");
    assert!(
        unknown.stderr.contains("[teams.zebra]"),
        "{}",
        unknown.stderr
    );
    let ran = init(dir.path(), &["--team", "sre"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("wrote okrs/2026-q4/sre.toml\n"),
        "{}",
        ran.stderr
    );
    put(dir.path(), "okrs/2026-q4/sre.toml", b"x");
    let ran = init(dir.path(), &["--team", "sre"]);
    assert!(
        ran.stderr.contains("kept okrs/2026-q4/sre.toml\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let dir = TempDir::new().unwrap();
    for (arguments, words) in [
        (&["--owner", "okrs"][..], "write group/project"),
        (
            &["--owner", "https://gitlab.example.com/acme/okrs"],
            "write group/project",
        ),
        (&["--tracker", "acme"], "write group/project"),
        (
            &["--url", "gitlab.example.com"],
            "write it like https://gitlab.example.com",
        ),
        (
            &["--url", "https://me:secret@gitlab.example.com"],
            "without a token",
        ),
        (&["--team", "Site Reliability"], "lower-case letters"),
        (&["--manager", "@mia"], "without the @"),
    ] {
        let ran = init(dir.path(), arguments);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_is_made_where_it_is_named_and_one_within_another_only_so() {
    let dir = TempDir::new().unwrap();
    let ran = init(dir.path(), &["--dir", "goals/okrs"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let below = dir.path().join("goals/okrs/okrs");
    let ran = init(&below, &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("which has an okr.toml") && ran.stderr.contains("--dir"),
        "{}",
        ran.stderr
    );
    assert!(!below.join("okr.toml").exists());
    assert_eq!(init(&below, &["--dir", "."]).status, 0);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_stops_it_and_it_goes_on_later() {
    use std::os::unix::fs::symlink;
    let dir = TempDir::new().unwrap();
    let outside = files(&[("x", b"")]);
    symlink(outside.path(), dir.path().join("okrs")).unwrap();
    let ran = init(dir.path(), &GIVEN);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("leads out of the directory"),
        "{}",
        ran.stderr
    );
    assert!(!dir.path().join("okr.toml").exists() && !outside.path().join("2026-q4").exists());
    std::fs::remove_file(dir.path().join("okrs")).unwrap();
    assert_eq!(init(dir.path(), &GIVEN).status, 0);
    assert_eq!(found(dir.path()).0, 0);
}

/// `okr init --ask` in an empty directory, against the sandbox of the example.
fn asking(bench: &Bench, arguments: &[&str]) -> (TempDir, Ran) {
    let dir = TempDir::new().unwrap();
    let arguments = [&["init", "--ask"], arguments].concat();
    let ran = bench.okr(&arguments).dir(dir.path()).run();
    (dir, ran)
}

#[test]
fn names_can_be_asked_about_first() {
    let bench = Bench::new();
    let trackers = ["--owner", "gl-infra/okrs", "--tracker", "gl-infra/delivery"];
    let given = [&trackers[..], &["--manager", "delivery-manager"]].concat();
    let (dir, ran) = asking(&bench, &given);
    assert_eq!(ran.status, 0, "{ran:?}");
    insta::assert_snapshot!(ran.stderr.lines().take(3).collect::<Vec<_>>().join("\n"));
    assert!(dir.path().join("okr.toml").exists());
    assert_eq!(bench.writes(), Vec::<String>::new());

    let (_dir, ran) = asking(&bench, &trackers);
    assert_eq!(ran.status, 0, "{ran:?}");
    let proposed = ran.stderr.lines().nth(2).unwrap();
    insta::assert_snapshot!(proposed);
}

#[test]
fn a_name_that_is_not_there_stops_it_before_anything_is_written() {
    let bench = Bench::new();
    for (arguments, words) in [
        (
            &["--owner", "gl-infra/okr"][..],
            "gl-infra/okr is not there, or the token's account may not see it",
        ),
        (
            &["--owner", "gl-infra/okrs", "--tracker", "GL-infra/delivery"],
            "GitLab writes GL-infra/delivery as gl-infra/delivery",
        ),
        (
            &[
                "--owner",
                "gl-infra/okrs",
                "--tracker",
                "gl-infra/delivery",
                "--manager",
                "nobody",
            ],
            "nobody is no account of this GitLab",
        ),
    ] {
        let (dir, ran) = asking(&bench, arguments);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

#[test]
fn asking_needs_a_token_and_names_that_are_new() {
    let bench = Bench::new();
    let dir = TempDir::new().unwrap();
    let ran = init(
        dir.path(),
        &["--ask", "--url", "https://gitlab.example.com"],
    );
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("no token for GitLab"), "{ran:?}");
    let ran = bench.run(&["init", "--ask"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.stderr.contains("okr doctor asks"), "{ran:?}");
}

#[test]
fn git_passes_over_what_okr_makes() {
    let dir = TempDir::new().unwrap();
    init(dir.path(), &GIVEN);
    assert_eq!(read(dir.path().join(".gitignore")), ".okr/\npublic/\n");
    // What is there stays, and what it lacks is said.
    let dir = files(&[(".gitignore", b"target\n/public\n")]);
    let ran = init(dir.path(), &GIVEN);
    assert_eq!(read(dir.path().join(".gitignore")), "target\n/public\n");
    assert!(
        ran.stderr
            .contains("kept .gitignore\n  add to it what okr makes: .okr/\n"),
        "{}",
        ran.stderr
    );
}
