//! `okr validate`: what is right, what is wrong, and that it is said where and how asked.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::okr::{Ran, edit, example, files, okr, put, repository};

fn validate(dir: &Path, arguments: &[&str]) -> Ran {
    okr([&["validate"], arguments].concat()).dir(dir).run()
}

/// Rule and place of every finding.
fn found(dir: &Path) -> Vec<String> {
    let ran = validate(dir, &["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    assert_eq!(report["version"], 1);
    let findings = report["findings"].as_array().unwrap();
    let errors = report["summary"]["errors"].as_u64().unwrap();
    assert_eq!(ran.status, i32::from(errors > 0), "{ran:?}");
    findings
        .iter()
        .map(|finding| {
            let place = &finding["location"];
            format!(
                "{} {}:{}",
                finding["rule"].as_str().unwrap(),
                place["path"].as_str().unwrap_or("-"),
                place["line"]
            )
        })
        .collect()
}

#[test]
fn the_example_is_valid() {
    // A copy: of a shallow clone of this repository, something might be said.
    let ran = validate(example().path(), &[]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str(), ran.status),
        ("valid: 6 files, 5 objectives, 9 key results\n", "", 0)
    );
    assert_eq!(found(&repository()), [""; 0]);
    let concise = validate(&repository(), &["--format", "concise"]);
    assert_eq!((concise.stdout.as_str(), concise.status), ("", 0));
}

#[test]
fn every_mistake_is_found_in_one_run() {
    let dir = example();
    let change = |path: &str, from: &str, to: &str| edit(dir.path(), path, from, to);
    let sre = "okrs/2026-q4/sre.toml";
    let sae = "okrs/2026-q4/sae.toml";
    let delivery = "okrs/2026-q4/delivery.toml";
    change(sre, "from = 96", "from = \"96 h\"");
    change(sre, "due = 2026-12-18", "due = \"2026-12-18\"");
    change(sre, "share = 35", "shaer = 35");
    change(sre, "kind = \"team\"", "kind = \"teams\"");
    change(sae, "value = 22.5", "value = 22,5");
    change(
        sae,
        "\"infrastructure/mission-critical\"",
        "\"infrastructure/mission\"",
    );
    change(sae, "share = 50", "share = 150");
    change(delivery, "due = 2026-12-21", "due = 2027-12-21");
    change(delivery, "at_most = 5", "at_most = 5\nto = 3");
    change(
        "okr.toml",
        "parent = \"infrastructure\"\nmanager = \"sae-manager\"",
        "parent = \"infrastucture\"\nmanager = \"sae-manager\"",
    );
    assert_eq!(
        found(dir.path()),
        [
            "unknown-team okr.toml:31",
            "two-measures okrs/2026-q4/delivery.toml:43",
            "due-outside-quarter okrs/2026-q4/delivery.toml:66",
            "unknown-reference okrs/2026-q4/sae.toml:9",
            "out-of-range okrs/2026-q4/sae.toml:18",
            "decimal-comma okrs/2026-q4/sae.toml:49",
            "unit-in-number okrs/2026-q4/sre.toml:23",
            "quoted-date okrs/2026-q4/sre.toml:25",
            "unknown-key okrs/2026-q4/sre.toml:44",
            "wrong-value okrs/2026-q4/sre.toml:65",
        ]
    );
}

#[test]
fn findings_are_shown_with_their_lines() {
    let dir = example();
    edit(
        dir.path(),
        "okrs/2026-q4/sre.toml",
        "share = 35",
        "shaer = 35",
    );
    let ran = validate(dir.path(), &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout, @"
    error[unknown-key]: `shaer` is not a key of this table
      --> okrs/2026-q4/sre.toml:44:1
       |
    44 | shaer = 35
       | ^^^^^ did you mean `share`?
       |
       = help: write `share`, or remove the line
    help: write `share`
       |
    44 - shaer = 35
    44 + share = 35
       |

    1 error in 1 file; `okr rules <ID>` explains a rule
    ");
    let concise = validate(dir.path(), &["--format", "concise"]);
    insta::assert_snapshot!(concise.stdout, @"okrs/2026-q4/sre.toml:44:1: error[unknown-key]: `shaer` is not a key of this table");
    assert_eq!(concise.stderr, "1 error in 1 file\n");
}

#[test]
fn a_selection_shows_what_concerns_it() {
    let dir = example();
    edit(
        dir.path(),
        "okrs/2026-q4/sre.toml",
        "share = 35",
        "shaer = 35",
    );
    let status = |arguments: &[&str]| validate(dir.path(), arguments).status;
    assert_eq!(status(&["--team", "sre"]), 1);
    assert_eq!(status(&["--team", "sae"]), 0);
    assert_eq!(status(&["--team", "sae", "--team", "sre"]), 1);
    assert_eq!(status(&["--quarter", "2026-q4"]), 1);
    put(dir.path(), "okrs/2026-q4/delivery.toml", b"\xff\xfe");
    assert_eq!(status(&["--team", "delivery"]), 1);
    assert_eq!(status(&["--team", "infrastructure"]), 0);

    let unknown = validate(dir.path(), &["--team", "dilivery"]);
    assert_eq!(unknown.status, 2);
    assert_eq!(
        unknown.stderr,
        "error: okr.toml has no team dilivery\nhint: did you mean delivery?\n"
    );
    let none = validate(dir.path(), &["--quarter", "2026-q3"]);
    assert_eq!(none.status, 1);
    assert_eq!(
        none.stderr,
        "error: no OKR file matches --team and --quarter\nhint: there are files for 2026-q4\n"
    );
    let malformed = validate(dir.path(), &["--quarter", "Q4"]);
    assert_eq!(malformed.status, 2);
    assert!(malformed.stderr.contains("yyyy-qn"), "{}", malformed.stderr);
}

#[test]
fn files_that_cannot_be_read_are_findings_beside_all_others() {
    let dir = example();
    put(dir.path(), "okrs/flat.toml", b"");
    put(dir.path(), "okrs/2026-q4/legal.toml/x", b"");
    put(dir.path(), "okrs/2026-q4/people.toml", b"\xff\xfet\0");
    put(dir.path(), "okrs/2026-q4/data.toml", &vec![b'#'; 5_000_001]);
    put(dir.path(), "okrs/2026-Q5/sre.toml", b"");
    put(dir.path(), "okrs/2026-q4/sre.toml~", b"");
    #[cfg(unix)]
    {
        let at = |path: &str| dir.path().join("okrs/2026-q4").join(path);
        std::os::unix::fs::symlink("/etc/hosts", at("hosts.toml")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("gone.toml")).unwrap();
    }
    let mut expected = vec![
        "bad-path okrs/2026-Q5/sre.toml:1",
        "file-too-large okrs/2026-q4/data.toml:1",
        "not-a-file okrs/2026-q4/legal.toml:1",
        "not-utf8 okrs/2026-q4/people.toml:1",
        "misplaced-file okrs/flat.toml:1",
    ];
    if cfg!(unix) {
        expected.insert(2, "unreadable-file okrs/2026-q4/gone.toml:1");
        expected.insert(3, "link-leads-out okrs/2026-q4/hosts.toml:1");
    }
    assert_eq!(found(dir.path()), expected);
}

#[test]
fn a_few_wrong_bytes_hide_nothing_else() {
    let dir = example();
    let path = dir.path().join("okrs/2026-q4/delivery.toml");
    let mut text = std::io::read_to_string(std::fs::File::open(path).unwrap())
        .unwrap()
        .replace("share = 25", "share = 250")
        .into_bytes();
    let at = text.windows(6).position(|word| word == b"within").unwrap();
    text[at] = 0xfc;
    put(dir.path(), "okrs/2026-q4/delivery.toml", &text);
    assert_eq!(
        found(dir.path()),
        [
            "not-utf8 okrs/2026-q4/delivery.toml:4",
            "out-of-range okrs/2026-q4/delivery.toml:39",
        ]
    );
}

#[test]
fn without_files_nothing_is_valid() {
    let config = std::fs::File::open(repository().join("okr.toml")).map(std::io::read_to_string);
    let config = config.unwrap().unwrap();
    let bare = files(&[("okr.toml", config.as_bytes())]);
    assert_eq!(found(bare.path()), ["no-files -:null"]);
    let empty = files(&[("okr.toml", config.as_bytes()), ("okrs/2026-q4/.keep", b"")]);
    assert_eq!(found(empty.path()), ["no-files -:null"]);

    let nothing = TempDir::new().unwrap();
    let ran = validate(nothing.path(), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.starts_with("error: no okr.toml in "),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("\nhint: "), "{}", ran.stderr);
    let ran = validate(nothing.path(), &["--dir", "none"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("caused by: "), "{}", ran.stderr);
}

#[test]
fn the_config_itself_may_be_unreadable() {
    let dir = example();
    put(dir.path(), "okr.toml", b"\xff\xfe");
    assert_eq!(found(dir.path()), ["not-utf8 okr.toml:1"]);
}

#[test]
fn it_works_from_below_and_from_elsewhere() {
    let below = validate(&repository().join("okrs/2026-q4"), &[]);
    assert_eq!(below.status, 0, "{below:?}");
    let elsewhere = TempDir::new().unwrap();
    let dir = repository().into_os_string().into_string().unwrap();
    let ran = validate(elsewhere.path(), &["--dir", &dir]);
    assert_eq!(ran.status, 0, "{ran:?}");
}

#[test]
fn another_version_may_be_required() {
    let dir = example();
    edit(dir.path(), "okr.toml", "\">=0.1\"", "\">=9\"");
    let ran = validate(dir.path(), &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr
            .starts_with("error: okr.toml asks for okr >=9, and this is "),
        "{}",
        ran.stderr
    );
}

#[test]
fn colours_obey_the_option_then_the_environment() {
    let dir = example();
    edit(
        dir.path(),
        "okrs/2026-q4/sre.toml",
        "share = 35",
        "shaer = 35",
    );
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut run = okr([&["validate"], arguments].concat()).dir(dir.path());
        for (name, value) in variables {
            run = run.env(name, *value);
        }
        run.run().stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("GITLAB_CI", "true")]));
    assert!(!coloured(&[], &[("GITLAB_CI", "true"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("GITLAB_CI", "true")]));
    assert!(!coloured(&["--format", "json", "--color", "always"], &[]));
}

#[cfg(unix)]
#[test]
fn the_exit_status_does_not_depend_on_the_reader() {
    let dir = example();
    edit(
        dir.path(),
        "okrs/2026-q4/sre.toml",
        "share = 35",
        "shaer = 35",
    );
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = okr(["validate"]).dir(dir.path()).stdout(writer).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
}
