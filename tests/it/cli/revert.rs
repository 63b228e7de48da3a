//! `--revert KEY`, and what `[policy]` says of drift by what it is.

use serde_json::json;

use crate::support::bench::Bench;
use crate::support::okr::edit;

const HOURS: &str = "2026-q4/sre/mtbf/hours";
const PAGES: &str = "2026-q4/sre/mtbf/pages";

/// The example applied, with titles, a label and a date that people changed.
fn drifted() -> Bench {
    let bench = Bench::applied();
    for key in [HOURS, PAGES] {
        let theirs =
            json!({ "title": "Theirs", "remove_labels": "okr:kr", "due_date": "2027-01-31" });
        bench.ask("PUT", &bench.path(key), &theirs);
    }
    bench
}

#[test]
fn one_key_is_changed_back_and_the_others_are_kept() {
    let bench = drifted();
    let told = bench.apply(&["--revert", HOURS]);
    assert!(told.contains("Plan: 1 to update"), "{told}");
    let issue = bench.issue(HOURS);
    assert_eq!(issue["title"], "Raise GitLab.com's MTBF from 96 h to 240 h");
    assert!(
        issue["labels"]
            .as_array()
            .unwrap()
            .contains(&json!("okr:kr"))
    );
    assert_eq!(bench.issue(PAGES)["title"], "Theirs");
    bench.assert_at_rest();
}

#[test]
fn a_saved_plan_keeps_what_it_was_asked_to_change_back() {
    let bench = drifted();
    let ran = bench.run(&["plan", "--revert", PAGES, "--out", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    bench.apply(&["plan.json"]);
    assert_ne!(bench.issue(PAGES)["title"], "Theirs");
    assert_eq!(bench.issue(HOURS)["title"], "Theirs");
}

#[test]
fn a_key_that_nobody_declares_is_wrong_and_the_nearest_is_named() {
    let bench = drifted();
    let ran = bench.run(&["apply", "--yes", "--revert", "2026-q4/sre/mtbf/hour"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("did you mean 2026-q4/sre/mtbf/hours?"),
        "{ran:?}"
    );
    assert_eq!(bench.run(&["plan", "--revert", "nonsense"]).status, 2);
}

#[test]
fn policy_decides_by_what_was_changed() {
    let bench = drifted();
    edit(
        bench.dir.path(),
        "okr.toml",
        "drift = \"keep\"\n",
        "drift = { labels = \"revert\", due = \"fail\" }\n",
    );
    let plan = bench.run(&["plan"]);
    assert!(plan.stdout.contains("Refused by drift"), "{plan:?}");
    let refused = bench.run(&["apply", "--yes"]);
    assert_eq!(refused.status, 7, "{refused:?}");
    bench.apply(&["--allow", "drift"]);
    let issue = bench.issue(HOURS);
    assert!(
        issue["labels"]
            .as_array()
            .unwrap()
            .contains(&json!("okr:kr"))
    );
    assert_eq!(issue["title"], "Theirs");
    assert_eq!(issue["due_date"], "2027-01-31");
}

#[test]
fn exact_assigns_nobody_else() {
    let bench = Bench::applied();
    let assigned = bench.issue(HOURS)["assignees"].clone();
    assert_eq!(assigned.as_array().map(Vec::len), Some(1));
    let root = bench.get("/user")["id"].clone();
    bench.ask(
        "PUT",
        &bench.path(HOURS),
        &json!({ "assignee_ids": [root] }),
    );
    bench.assert_at_rest();
    edit(
        bench.dir.path(),
        "okr.toml",
        "[policy]\n",
        "[policy]\nassignees = \"exact\"\n",
    );
    let told = bench.apply(&[]);
    assert!(told.contains("Plan: 1 to update"), "{told}");
    assert_eq!(bench.issue(HOURS)["assignees"], assigned);
    bench.assert_at_rest();
}
