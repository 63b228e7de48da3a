//! `okr adopt`: issues that exist already become those of objectives and key results.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::bench::{Bench, project};
use crate::support::okr::{Ran, edit, files, okr, put, read};

const MTBF: &str = "2026-q4/sre/mtbf";
const SRE: &str = "okrs/2026-q4/sre.toml";
const TRACKER: &str = "gl-infra/infrastructure";

/// An issue that a person made: its path, and its reference.
fn made(bench: &Bench, tracker: &str, issue: &Value) -> (String, String) {
    let made = bench.ask("POST", &format!("{}/issues", project(tracker)), issue);
    let path = format!("/projects/{}/issues/{}", made["project_id"], made["iid"]);
    (path, format!("{tracker}#{}", made["iid"]))
}

fn sre(bench: &Bench) -> String {
    read(bench.dir.path().join(SRE))
}

/// A run that refuses for this reason and writes nothing, neither in files nor in GitLab.
fn refused(bench: &Bench, arguments: &[&str], why: &str) -> Ran {
    let (before, writes) = (sre(bench), bench.writes());
    let ran = bench.run(&[&["adopt"], arguments].concat());
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
    assert!(ran.stderr.contains(why), "{ran:?}");
    assert_eq!((sre(bench), bench.writes()), (before, writes));
    ran
}

#[test]
fn what_is_adopted_is_planned_applied_and_at_rest() {
    let bench = Bench::new();
    let theirs = json!({ "title": "Old words", "description": "Theirs.", "labels": "theirs" });
    let (path, issue) = made(&bench, TRACKER, &theirs);
    let before = sre(&bench);
    // As somebody may write it.
    let ran = bench.run(&["adopt", MTBF, &issue.replace("gl-infra", "GL-Infra")]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let added = format!("adopt = \"{issue}\"\n");
    assert!(ran.stdout.contains(&format!("\n+{added}")), "{ran:?}");
    assert_eq!(sre(&bench).replacen(&added, "", 1), before);
    assert_eq!(bench.run(&["fmt", "--check"]).status, 0);
    let again = bench.run(&["adopt", MTBF, &issue]);
    assert_eq!((again.status, again.stdout.as_str()), (0, ""), "{again:?}");
    assert!(again.stderr.contains("already"), "{again:?}");
    assert!(bench.plan().contains("(adopted)"));
    bench.apply(&[]);
    let issue = bench.issue(MTBF);
    assert_eq!(issue["id"], bench.get(&path)["id"]);
    assert!(
        issue["description"]
            .as_str()
            .unwrap()
            .starts_with("Theirs.\n\n")
    );
    assert!(
        issue["labels"]
            .as_array()
            .unwrap()
            .contains(&json!("theirs"))
    );
    bench.assert_at_rest();
}

#[test]
fn another_issue_takes_the_place_of_one_that_is_not_applied_yet() {
    let bench = Bench::new();
    let (_, first) = made(&bench, TRACKER, &json!({ "title": "First" }));
    let (_, second) = made(
        &bench,
        TRACKER,
        &json!({ "title": "Second", "confidential": true }),
    );
    for issue in [&first, &second] {
        let ran = bench.run(&["adopt", MTBF, issue]);
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    let text = sre(&bench);
    assert_eq!(text.matches("adopt = ").count(), 1);
    assert!(text.contains(&format!("adopt = \"{second}\"")), "{text}");
    bench.apply(&[]);
    assert_eq!(bench.issue(MTBF)["confidential"], true);
    bench.assert_at_rest();
}

#[test]
fn what_a_plan_would_not_adopt_is_refused() {
    let bench = Bench::new();
    let (_, issue) = made(&bench, TRACKER, &json!({ "title": "Theirs" }));
    let (_, outside) = made(&bench, "gl-infra/okrs", &json!({ "title": "Elsewhere" }));
    refused(
        &bench,
        &["2026-q4/sre/mtbff", &issue],
        "did you mean 2026-q4/sre/mtbf?",
    );
    refused(
        &bench,
        &[MTBF, &outside],
        "gl-infra/okrs is no tracker of a team",
    );
    refused(
        &bench,
        &[MTBF, &format!("{TRACKER}#9999")],
        "does not exist or cannot be read",
    );
    assert_eq!(
        bench
            .run(&["adopt", "2026-q4/sre/mtbf/hours", &issue])
            .status,
        0
    );
    refused(&bench, &[MTBF, &issue], "2026-q4/sre/mtbf/hours adopts");
    for wrong in [
        &["adopt"] as &[&str],
        &["adopt", MTBF],
        &["adopt", MTBF, "#12"],
        &["adopt", MTBF, &issue, "--label", "x"],
        &["adopt", MTBF, &issue, "--team", "sre"],
    ] {
        assert_eq!(bench.run(wrong).status, 2, "{wrong:?}");
    }
}

#[test]
fn a_key_that_has_an_issue_takes_no_other() {
    let bench = Bench::applied();
    let (_, issue) = made(&bench, TRACKER, &json!({ "title": "Theirs" }));
    let ran = refused(
        &bench,
        &[MTBF, &issue],
        "2026-q4/sre/mtbf has an issue already: ",
    );
    assert!(
        ran.stderr.contains("okr release 2026-q4/sre/mtbf"),
        "{ran:?}"
    );
    // Nor does one issue serve two keys.
    let own = bench.issue("2026-q4/sae/mttr")["references"]["full"].clone();
    refused(
        &bench,
        &[MTBF, own.as_str().unwrap()],
        "is already the issue of",
    );
}

/// A reference in a file puts no project into the tool's hands that no tracker names.
#[test]
fn a_plan_adopts_nothing_outside_of_trackers() {
    let bench = Bench::new();
    let (path, issue) = made(&bench, "gl-infra/okrs", &json!({ "title": "Elsewhere" }));
    let title = "[objective.mtbf]\n";
    let adopting = format!("{title}adopt = \"{issue}\"\n");
    edit(bench.dir.path(), SRE, title, &adopting);
    let before = bench.get(&path);
    let ran = bench.run(&["apply", "--yes"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stdout.contains("gl-infra/okrs is no tracker of a team"),
        "{ran:?}"
    );
    assert_eq!(bench.get(&path), before);
    assert_eq!(bench.managed().len(), 13);
}

#[test]
fn without_a_connection_it_says_that_nobody_looked() {
    let toml = "[gitlab]\nurl = \"https://gitlab.example.com\"\nowner = \"acme/okrs\"\nbots = [\"bot\"]\n[teams.sre]\nname = \"SRE\"\nmanager = \"mia\"\ntracker = \"acme/sre\"\n";
    let okrs = "[objective.mtbf]\r\ntitle = \"Fail less\" # so\r\n\r\nkr.hours = { title = \"Raise it\", unit = \"h\", from = 1, to = 2 }\r\n";
    let dir = files(&[("okr.toml", toml.as_bytes()), (SRE, okrs.as_bytes())]);
    for key in [MTBF, "2026-q4/sre/mtbf/hours"] {
        let issue = if key == MTBF {
            "acme/sre#1"
        } else {
            "acme/sre#2"
        };
        let ran = okr(["adopt", key, issue]).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stderr.contains("nobody looked"), "{ran:?}");
        assert!(ran.stderr.contains("no token for GitLab"), "{ran:?}");
    }
    assert_eq!(
        read(dir.path().join(SRE)),
        "[objective.mtbf]\r\ntitle = \"Fail less\" # so\r\nadopt = \"acme/sre#1\"\r\n\r\nkr.hours = { title = \"Raise it\", unit = \"h\", from = 1, to = 2, adopt = \"acme/sre#2\" }\r\n"
    );
}

#[test]
fn a_label_proposes_a_file_that_needs_no_more_than_its_places_filled() {
    let bench = Bench::applied();
    let hostile = "\u{1b}[2JStop \"pages\" ''' # [x]\u{202e} \\u0041 at night";
    let theirs = json!({ "title": hostile, "labels": "legacy", "due_date": "2027-02-01", "description": "\"\"\"\n[x]" });
    let (_, issue) = made(&bench, TRACKER, &theirs);
    let (closed, _) = made(
        &bench,
        TRACKER,
        &json!({ "title": "Closed", "labels": "legacy" }),
    );
    bench.ask("PUT", &closed, &json!({ "state_event": "close" }));
    bench.ask("PUT", &bench.path(MTBF), &json!({ "add_labels": "legacy" }));
    let writes = bench.writes();
    let ran = bench.run(&[
        "adopt",
        "--label",
        "legacy",
        "--team",
        "sre",
        "--quarter",
        "2027-q1",
    ]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("1 of 2 open issues"), "{ran:?}");
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{ran:?}");
    let toml: toml::Table = ran.stdout.parse().unwrap();
    let objective = &toml["objective"]["2jstop-pages-x-u0041-at-night"];
    assert_eq!(
        objective["title"].as_str(),
        Some("[2JStop \"pages\" ''' # [x] \\u0041 at night")
    );
    assert_eq!(objective["adopt"].as_str(), Some(issue.as_str()));
    assert_eq!(objective["due"].to_string(), "2027-02-01");
    assert_eq!(bench.writes(), writes);
    put(
        bench.dir.path(),
        "okrs/2027-q1/sre.toml",
        ran.stdout.as_bytes(),
    );
    let validated = bench.run(&["validate", "--quarter", "2027-q1", "--format", "concise"]);
    let errors = validated
        .stdout
        .lines()
        .filter(|line| line.contains(": error["));
    assert!(errors.clone().count() > 0, "{validated:?}");
    for error in errors {
        assert!(error.contains("error[placeholder]"), "{error}");
    }
    assert_eq!(bench.run(&["fmt", "--check"]).status, 0);
    let again = bench.run(&[
        "adopt",
        "--label",
        "legacy",
        "--team",
        "sre",
        "--quarter",
        "2027-q1",
    ]);
    assert_eq!((again.status, again.stdout.as_str()), (0, ""), "{again:?}");
    assert!(
        again.stderr.contains("1 adopted by a file already"),
        "{again:?}"
    );
}

#[test]
fn proposals_have_ids_of_their_own_and_keep_what_is_confidential() {
    let bench = Bench::new();
    let made_with = |title: &str, confidential: bool| {
        let issue = json!({ "title": title, "labels": "legacy", "confidential": confidential });
        made(&bench, "gl-infra/frameworks", &issue).1
    };
    let (first, second) = (made_with("Deploys!", false), made_with("deploys?", false));
    let secret = made_with("Secret words", true);
    let ask = [
        "adopt",
        "--label",
        "legacy",
        "--tracker",
        "GL-infra/frameworks",
    ];
    let ran = bench.run(&ask);
    assert_eq!(ran.status, 0, "{ran:?}");
    let toml: toml::Table = ran.stdout.parse().unwrap();
    let table = toml["objective"].as_table().unwrap();
    // `deploys` is there already.
    let number = |issue: &str| issue.split_once('#').unwrap().1.to_owned();
    let ids: BTreeSet<String> = table.keys().cloned().collect();
    let expected = [
        format!("deploys-{}", number(&first)),
        format!("deploys-{}", number(&second)),
        "secret-words".to_owned(),
    ];
    assert_eq!(ids, BTreeSet::from(expected));
    assert_eq!(table["secret-words"]["confidential"].as_bool(), Some(true));
    let public = bench.okr(&ask).env("CI", "true").run();
    assert!(!public.stdout.contains("ecret"), "{public:?}");
    assert!(
        public
            .stdout
            .contains(&format!("TODO: the title of {secret}")),
        "{public:?}"
    );
}

#[test]
fn a_label_that_nothing_carries_proposes_nothing() {
    let bench = Bench::new();
    let ran = bench.run(&["adopt", "--label", "none\u{1b}[2J"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stderr.contains("0 of 0 open issues"), "{ran:?}");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
    let misspelt = ["adopt", "--label", "x", "--tracker", "gl-infra/framework"];
    refused(&bench, &misspelt[1..], "did you mean gl-infra/frameworks?");
    assert_eq!(
        bench
            .run(&["adopt", "--label", "x", "--team", "sree"])
            .status,
        2
    );
}
