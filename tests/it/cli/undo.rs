//! `okr undo`: by the journal of an apply.

use std::path::PathBuf;

use okrsync::sandbox::{Fault, FaultRule};
use serde_json::{Value, json};

use super::base::SRE;
use crate::support::bench::Bench;
use crate::support::okr::{Ran, edit, put, read};

const HOURS: &str = "2026-q4/sre/mtbf/hours";
const PAGES: &str = "2026-q4/sre/mtbf/pages";

/// What an apply can change about an issue.
fn state(bench: &Bench, path: &str) -> Value {
    let issue = bench.get(path);
    let of = |name: &str| issue[name].clone();
    json!([
        of("title"),
        of("description"),
        of("due_date"),
        of("state"),
        of("labels"),
        of("assignees"),
    ])
}

fn undo(bench: &Bench) -> Ran {
    bench.run(&["undo", "--yes", "apply.jsonl"])
}

/// The example applied, then two titles and a date changed and applied with a journal.
fn applied() -> (Bench, Vec<(String, Value)>) {
    let bench = Bench::applied();
    let paths = [HOURS, PAGES].map(|key| bench.path(key));
    let before = paths.map(|path| {
        let state = state(&bench, &path);
        (path, state)
    });
    let dir = bench.dir.path();
    edit(dir, SRE, "MTBF from 96 h", "MTBF, from 96 h");
    edit(dir, SRE, "from 14 to 5\"", "to 5\"\ndue = 2026-12-11");
    bench.apply(&["--journal", "apply.jsonl"]);
    (bench, before.into())
}

#[test]
fn everything_becomes_what_it_was() {
    let (bench, before) = applied();
    let ran = undo(&bench);
    assert_eq!(ran.status, 0, "{ran:?}");
    for (path, then) in before {
        assert_eq!(state(&bench, &path), then);
    }
    insta::with_settings!({ filters => vec![(r"#\d+", "#N")] }, {
        insta::assert_snapshot!(ran.stdout);
    });
    // The files still say what was applied.
    assert!(bench.plan().contains("Plan: 2 to update"));
    let again = undo(&bench);
    assert!(again.stdout.starts_with("Nothing to undo."), "{again:?}");
}

#[test]
fn what_somebody_changed_since_is_kept_and_named() {
    let (bench, before) = applied();
    let theirs = json!({ "title": "Theirs", "add_labels": "mine" });
    bench.ask("PUT", &before[1].0, &theirs);
    let ran = undo(&bench);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("title was changed since"), "{ran:?}");
    let issue = bench.get(&before[1].0);
    assert_eq!(issue["title"], "Theirs");
    assert!(issue["labels"].as_array().unwrap().contains(&json!("mine")));
    assert_eq!(issue["due_date"], before[1].1[2]);
    assert_eq!(state(&bench, &before[0].0), before[0].1);
}

#[test]
fn what_was_created_is_closed_and_nothing_is_deleted() {
    let bench = Bench::new();
    bench.apply(&["--journal", "apply.jsonl"]);
    let count = bench.managed().len();
    let ran = undo(&bench);
    assert_eq!(ran.status, 0, "{ran:?}");
    let issues = bench.managed();
    assert_eq!(issues.len(), count);
    assert!(issues.iter().all(|issue| issue["state"] == "closed"));
    let links = bench.get(&format!("{}/links", bench.path(HOURS)));
    assert_eq!(links, json!([]));
}

#[test]
fn what_was_closed_is_opened_again() {
    let bench = Bench::applied();
    let path = bench.path(PAGES);
    let before = state(&bench, &path);
    let file = bench.dir.path().join(SRE);
    let text = read(&file);
    // It is the last one of the file.
    let (rest, _) = text.split_once("[objective.mtbf.kr.pages]").unwrap();
    put(bench.dir.path(), SRE, rest.as_bytes());
    bench.apply(&["--journal", "apply.jsonl"]);
    assert_eq!(bench.get(&path)["state"], "closed");
    assert_eq!(undo(&bench).status, 0);
    assert_eq!(state(&bench, &path), before);
    put(bench.dir.path(), SRE, text.as_bytes());
    bench.assert_at_rest();
}

#[test]
fn an_apply_that_was_cut_off_can_be_undone_as_far_as_it_went() {
    let (bench, before) = applied();
    let dir = bench.dir.path();
    let text = read(dir.join("apply.jsonl"));
    // The last line is the answer to the last write: without it nobody knows what was written.
    let cut = text.trim_end().rfind('\n').unwrap() + 20;
    put(dir, "apply.jsonl", &text.as_bytes()[..cut]);
    let ran = undo(&bench);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stdout
            .contains("the apply ended before it knew what it had written"),
        "{ran:?}"
    );
    let restored = before
        .iter()
        .filter(|(path, then)| state(&bench, path) == *then);
    assert_eq!(restored.count(), 1);
}

#[test]
fn a_failed_step_leaves_the_others_and_can_be_repeated() {
    let (bench, before) = applied();
    bench.sandbox.set_faults(vec![FaultRule {
        method: Some("PUT".into()),
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: "{}".into(),
        })
    }]);
    let ran = undo(&bench);
    assert_eq!(ran.status, 6, "{ran:?}");
    assert_eq!(undo(&bench).status, 0);
    for (path, then) in before {
        assert_eq!(state(&bench, &path), then);
    }
}

#[test]
fn issues_that_are_not_ours_any_more_are_left_alone() {
    let (bench, before) = applied();
    let path = &before[0].0;
    let text = bench.get(path)["description"].as_str().unwrap().to_owned();
    let text = text.replace("\"owner\":\"gl-infra/okrs\"", "\"owner\":\"acme/other\"");
    bench.ask("PUT", path, &json!({ "description": text }));
    let ran = undo(&bench);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("does not carry our marker any more"),
        "{ran:?}"
    );
    assert_ne!(state(&bench, path)[0], before[0].1[0]);
}

#[test]
fn a_pause_and_other_files_are_refused() {
    let (bench, _) = applied();
    let writes = bench.writes().len();
    let paused = bench
        .okr(&["undo", "--yes", "apply.jsonl"])
        .env("OKR_PAUSED", "1")
        .run();
    assert_eq!(paused.status, 7, "{paused:?}");
    assert_eq!(bench.run(&["undo", "apply.jsonl"]).status, 2);
    let dir = bench.dir.path();
    let text = read(dir.join("apply.jsonl"));
    for (text, says) in [
        (String::new(), "it is empty"),
        ("{}\n".to_owned(), "line 1 is not what okr apply writes"),
        (
            text.replacen("\"format\":1", "\"format\":9", 1),
            "its format is 9",
        ),
        (
            text.replacen("gl-infra/okrs", "acme/okrs", 1),
            "of acme/okrs",
        ),
        (
            text.replacen("http://127", "http://128", 1),
            "the journal is of http://128",
        ),
    ] {
        put(dir, "apply.jsonl", text.as_bytes());
        let ran = undo(&bench);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
    }
    assert_eq!(bench.writes().len(), writes);
}

#[test]
fn every_apply_keeps_a_journal_that_git_ignores() {
    let bench = Bench::new();
    let ran = bench.run(&["apply", "--yes"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let line = ran
        .stderr
        .lines()
        .find(|line| line.contains("okr undo "))
        .unwrap();
    let path = line.split("okr undo ").nth(1).unwrap();
    let path = PathBuf::from(path.split(' ').next().unwrap());
    let dir = bench.dir.path();
    assert_eq!(read(dir.join(".okr/.gitignore")), "*\n");
    assert!(path.starts_with(".okr/journal"), "{path:?}");
    let text = read(dir.join(path));
    assert!(text.lines().count() > 14, "{text}");
    assert!(!text.contains("glpat"), "{text}");
    let none = bench.run(&["apply", "--yes", "--journal", "nowhere/apply.jsonl"]);
    assert_eq!(none.status, 0, "nothing to apply, no journal: {none:?}");
}

#[test]
fn without_a_journal_nothing_is_applied() {
    let bench = Bench::new();
    let ran = bench.run(&["apply", "--yes", "--journal", "nowhere/apply.jsonl"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(bench.writes(), [""; 0]);
}
