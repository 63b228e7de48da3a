//! `okr explain`: one objective or key result from all sides.

use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{Ran, edit, okr};

const KEY: &str = "2026-q4/sre/mtbf/hours";
const SRE: &str = "okrs/2026-q4/sre.toml";

fn explain(bench: &Bench, key: &str) -> Ran {
    bench.run(&["explain", key])
}

/// The verdict of every field that is not as declared, check-ins apart.
fn verdicts(bench: &Bench, key: &str) -> Vec<(String, String)> {
    let ran = bench.run(&["explain", key, "--format", "json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let explanation: Value = serde_json::from_str(&ran.stdout).unwrap();
    let fields = explanation["fields"].as_array().unwrap().iter();
    fields
        .filter(|field| field["field"].is_string() && field["verdict"] != "same")
        .map(|field| {
            let text = |name: &str| field[name].as_str().unwrap().to_owned();
            (text("field"), text("verdict"))
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(field, verdict): &(&str, &str)| ((*field).to_owned(), (*verdict).to_owned());
    expected.iter().map(owned).collect()
}

#[test]
fn what_was_applied_is_as_declared() {
    let bench = Bench::applied();
    // GitLab Free keeps one of two assignees, which is known and no difference to be told.
    assert_eq!(verdicts(&bench, KEY), []);
    let ran = explain(&bench, KEY);
    for said in [
        "2026-q4/sre/mtbf/hours\nRaise GitLab.com's MTBF from 96 h to 240 h\n",
        "declared in          okrs/2026-q4/sre.toml:11\n",
        "apply would do       nothing\n",
        "gl-infra/infrastructure#",
        "\nas declared:\n",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
}

#[test]
fn every_kind_of_difference_has_its_reason() {
    let bench = Bench::applied();
    let path = bench.path(KEY);
    let change =
        json!({"title": "MTBF, by hand", "due_date": "2026-12-24", "remove_labels": "okr:kr"});
    bench.ask("PUT", &path, &change);
    let dir = bench.dir.path();
    edit(dir, SRE, "from 96 h to 240 h", "from 96 h to 260 h");
    edit(dir, SRE, "to = 240", "to = 260");
    assert_eq!(
        verdicts(&bench, KEY),
        pairs(&[
            ("title", "written_over"),
            ("due", "kept"),
            ("labels", "kept"),
            ("definition", "written"),
        ])
    );
    let ran = explain(&bench, KEY);
    for said in [
        "title: will be written: both sides changed it, and the declared one wins\n",
        "  declared             Raise GitLab.com's MTBF from 96 h to 260 h\n",
        "  last applied         Raise GitLab.com's MTBF from 96 h to 240 h\n",
        "  in GitLab            MTBF, by hand\n",
        "due date: stays: people changed it, and the policy says to keep it\n",
        "apply would do       update\n",
        "\nto be known:\n",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    edit(dir, "okr.toml", "drift = \"keep\"", "drift = \"revert\"");
    let reverted = ("due".to_owned(), "reverted".to_owned());
    assert!(verdicts(&bench, KEY).contains(&reverted));
}

#[test]
fn what_has_no_issue_yet_and_what_nobody_declares() {
    let bench = Bench::new();
    let ran = explain(&bench, KEY);
    assert!(
        ran.stdout.contains("issue                none yet\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("apply would do       create, link\n"),
        "{}",
        ran.stdout
    );
    bench.apply(&[]);
    let dir = bench.dir.path();
    std::fs::remove_file(dir.join("okrs/2026-q4/andrew.toml")).unwrap();
    edit(
        dir,
        "okrs/2026-q4/sae.toml",
        "depends_on = [\"andrew/observable-availability\"]\n",
        "",
    );
    let ran = explain(&bench, "2026-q4/andrew/observable-availability");
    assert!(
        ran.stdout.contains("declared in          no file"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("apply would do       close\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_key_that_is_none_is_told_with_the_nearest() {
    let bench = Bench::new();
    let ran = explain(&bench, "2026-q4/sre/mtfb/hours");
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.contains("did you mean 2026-q4/sre/mtbf/hours?"),
        "{}",
        ran.stderr
    );
    assert_eq!(explain(&bench, "sre mtbf").status, 2);
}

#[test]
fn what_goes_by_a_record_says_so() {
    let bench = Bench::applied();
    assert_eq!(explain(&bench, KEY).stderr, "");
    let file = "observation.json";
    assert_eq!(bench.run(&["observe", "--out", file]).status, 0);
    let now = explain(&bench, KEY);
    bench.ask("PUT", &bench.path(KEY), &json!({"title": "Later"}));
    let ran = okr(["explain", KEY, "--observed", file])
        .dir(bench.dir.path())
        .run();
    assert_eq!((ran.status, ran.stdout), (0, now.stdout));
    assert!(
        ran.stderr
            .starts_with("planned from what http://127.0.0.1:"),
        "{}",
        ran.stderr
    );
    edit(
        bench.dir.path(),
        file,
        "\"server\": \"",
        "\"server\": \"\\u001b[2J",
    );
    let hostile = okr(["explain", KEY, "--observed", file])
        .dir(bench.dir.path())
        .run();
    assert_eq!(hostile.status, 0, "{hostile:?}");
    assert!(!hostile.stderr.contains('\u{1b}'), "{:?}", hostile.stderr);
}

#[test]
fn who_made_the_drift_is_asked_about_the_one_key() {
    let bench = Bench::applied();
    let path = bench.path(KEY);
    bench.ask("PUT", &path, &json!({"due_date": "2026-12-24"}));
    bench.ask("PUT", &path, &json!({"title": "MTBF, by hand"}));
    bench.ask("PUT", &path, &json!({"remove_labels": "okr:kr"}));
    let said = [
        "due date was changed in GitLab: “2026-12-24”, declared “2026-12-18” (by root on 2026-11-16)",
        "label “okr:kr” was removed in GitLab (by root on 2026-11-16)",
    ];
    let asked = |bench: &Bench| {
        let journal = bench.sandbox.journal();
        let paths = journal.iter().map(|entry| entry.path.clone());
        let asked = paths.filter(|path| path.contains("/notes") || path.contains("_events"));
        asked.count()
    };
    let before = asked(&bench);
    let ran = okr_wide(&bench, &["explain", KEY]);
    for line in said {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    assert!(
        ran.stdout
            .contains("  changed there        by root on 2026-11-16\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(asked(&bench) - before, 2);
    // Nothing is asked about another key, and of one without drift there is nothing to ask.
    let before = asked(&bench);
    explain(&bench, "2026-q4/sre/mtbf");
    assert_eq!(asked(&bench), before);
    // Our own account is nobody's drift.
    let answer = bench.issue(KEY);
    bench.ask(
        "PUT",
        &path,
        &json!({"title": answer["title"].as_str().unwrap().to_owned() + "!"}),
    );
    let plan = bench.run(&["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let notices = plan["notices"].as_array().unwrap().iter();
    let drift: Vec<&Value> = notices.filter(|notice| notice["id"] == "drift").collect();
    assert_eq!(drift.len(), 3, "{drift:?}");
    for notice in drift {
        assert_eq!(notice["edited"], json!({"by": "root", "on": "2026-11-16"}));
    }
}

/// Runs with room for long lines.
fn okr_wide(bench: &Bench, arguments: &[&str]) -> Ran {
    bench.okr(arguments).env("COLUMNS", "400").run()
}

#[test]
fn a_key_may_be_named_as_status_prints_it() {
    let bench = Bench::new();
    let short = explain(&bench, "sre/mtbf/hours");
    assert_eq!(short.status, 0, "{short:?}");
    assert_eq!(short.stdout, explain(&bench, KEY).stdout);
    let wrong = explain(&bench, "sre");
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("sre is no key"), "{wrong:?}");
}
