//! Plans that were saved: `okr apply PLAN`, and `okr apply --reviewed PLAN`.

use okrsync::sandbox::{Fault, FaultRule};
use serde_json::{Value, json};

use super::base::{DELIVERY, MergeRequest, SRE};
use crate::support::bench::Bench;
use crate::support::okr::{Ran, edit, put, read};

const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// The example applied, with two changes in the files and their plan in `plan.json`.
fn planned() -> Bench {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        SRE,
        "Raise GitLab.com's MTBF from 96 h",
        "Raise MTBF from 96 h",
    );
    edit(
        bench.dir.path(),
        DELIVERY,
        "due = 2026-12-21",
        "due = 2026-12-22",
    );
    let ran = bench.run(&["plan", "--out", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    bench
}

#[test]
fn a_saved_plan_is_carried_out_and_then_done() {
    let bench = planned();
    let told = bench.apply(&["plan.json"]);
    assert!(told.contains("Plan: 2 to update"), "{told}");
    assert!(told.ends_with("Applied: 2 of 2 changes.\n"), "{told}");
    bench.assert_at_rest();
    let writes = bench.writes().len();
    let again = bench.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.stdout.starts_with("No changes."), "{again:?}");
    assert!(
        again
            .stderr
            .contains("2 of the plan's 2 changes are done already"),
        "{again:?}"
    );
    assert_eq!(bench.writes().len(), writes);
}

#[test]
fn what_came_after_the_plan_waits_for_the_next_one() {
    let bench = planned();
    edit(
        bench.dir.path(),
        "okrs/2026-q4/sae.toml",
        "title = \"Minimize user-visible",
        "title = \"Minimize all user-visible",
    );
    let told = bench.apply(&["plan.json"]);
    assert!(told.contains("Applied: 2 of 2 changes."), "{told}");
    assert!(
        told.contains("1 change that the saved plan does not have is left out"),
        "{told}"
    );
    assert!(bench.plan().contains("Plan: 1 to update"));
}

#[test]
fn a_stale_plan_is_refused_with_the_difference_and_changes_nothing() {
    let bench = planned();
    bench.ask("PUT", &bench.path(HOURS), &json!({ "title": "Theirs" }));
    let writes = bench.writes().len();
    let ran = bench.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(ran.status, 7, "{ran:?}");
    insta::assert_snapshot!(format!("{}---\n{}", ran.stdout, ran.stderr));
    assert_eq!(bench.writes().len(), writes);
}

#[test]
fn a_plan_that_was_partly_carried_out_is_completed() {
    let bench = planned();
    bench.sandbox.set_faults(vec![FaultRule {
        method: Some("PUT".into()),
        times: u32::MAX,
        skip: 1,
        ..FaultRule::once(Fault::StatusBefore {
            status: 400,
            body: "{}".into(),
        })
    }]);
    let half = bench.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(half.status, 6, "{half:?}");
    bench.sandbox.set_faults(vec![]);
    let ran = bench.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("Plan: 1 to update"), "{ran:?}");
    assert!(ran.stderr.contains("1 of the plan's 2 changes"), "{ran:?}");
    bench.assert_at_rest();
}

#[test]
fn what_is_no_plan_of_these_files_is_refused() {
    let bench = planned();
    let dir = bench.dir.path();
    let text = read(dir.join("plan.json"));
    let refused = |text: &str| -> Ran {
        put(dir, "other.json", text.as_bytes());
        bench.run(&["apply", "--yes", "other.json"])
    };
    for (text, says) in [
        (
            "not a plan".to_owned(),
            "it is not a plan that okr plan --out has written",
        ),
        (
            text.replacen("\"format\": 2", "\"format\": 9", 1),
            "its format is 9",
        ),
        (
            text.replacen("gl-infra/okrs", "gl-infra/other", 1),
            "of gl-infra/other",
        ),
    ] {
        let ran = refused(&text);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
    }
    let missing = bench.run(&["apply", "--yes", "nowhere.json"]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("nowhere.json"), "{missing:?}");
    let both = bench.run(&["apply", "--yes", "plan.json", "--team", "sre"]);
    assert_eq!(both.status, 2, "{both:?}");
}

/// Whoever can write the saved plan cannot make apply do anything that is not due.
#[test]
fn a_saved_plan_adds_nothing_to_what_is_due() {
    let bench = planned();
    let dir = bench.dir.path();
    let mut plan: Value = serde_json::from_str(&read(dir.join("plan.json"))).unwrap();
    let [first, second] = [0, 1].map(|at| plan["changes"][at].clone());
    assert!(first.is_object() && second.is_object());
    for change in plan["changes"].as_array_mut().unwrap() {
        change["operation"]["desired"]["title"] = json!("Injected");
    }
    put(dir, "plan.json", plan.to_string().as_bytes());
    let writes = bench.writes().len();
    let ran = bench.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(ran.status, 7, "{ran:?}");
    assert!(
        ran.stdout.contains("the files changed since: title"),
        "{ran:?}"
    );
    assert_eq!(bench.writes().len(), writes);
}

/// A merge request whose plan was saved in its pipeline.
pub(super) fn reviewed() -> MergeRequest {
    let request = MergeRequest::new();
    request.on("main", DELIVERY, "due = 2026-12-21", "due = 2026-12-22");
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let ran = request.run(&["plan", "--base", "main", "--out", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    request
}

/// Merges it, and applies what is then on `main` as the pipeline of the push does.
fn applied_on_main(request: &MergeRequest) -> Ran {
    let repository = &request.repository;
    repository.git(&["switch", "--quiet", "main"]);
    let before = repository.git(&["rev-parse", "main"]);
    repository.merge("2026-10-16", "topic");
    request
        .okr(&["apply", "--yes", "--reviewed", "plan.json"])
        .env("CI_COMMIT_BEFORE_SHA", before.trim())
        .run()
}

#[test]
fn what_was_reviewed_is_applied_with_what_was_pending() {
    let request = reviewed();
    let ran = applied_on_main(&request);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("as reviewed: the same "), "{ran:?}");
    assert!(ran.stdout.contains("Plan: 2 to update"), "{ran:?}");
    assert!(request.run(&["plan"]).stdout.starts_with("No changes."));
}

#[test]
fn what_another_merge_and_people_did_meanwhile_does_not_differ() {
    let request = reviewed();
    request.on("main", SRE, "MTBF from 96 h to 240 h", "MTBF to 240 h");
    let theirs = json!({ "title": "Theirs" });
    let path = request.bench.path("2026-q4/sre/mtbf/pages");
    request.bench.ask("PUT", &path, &theirs);
    let ran = applied_on_main(&request);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("as reviewed: the same "), "{ran:?}");
}

#[test]
fn what_was_not_reviewed_is_refused_with_the_difference() {
    let request = reviewed();
    request.on("topic", SRE, "title = \"Cut", "title = \"Halve");
    let writes = request.bench.writes().len();
    let ran = applied_on_main(&request);
    assert_eq!(ran.status, 7, "{ran:?}");
    insta::assert_snapshot!(format!("{}---\n{}", ran.stdout, ran.stderr));
    assert_eq!(request.bench.writes().len(), writes);
}

#[test]
fn a_job_that_saw_less_at_review_makes_no_difference() {
    let request = MergeRequest::new();
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let record = request.okr(&["observe", "--out", "observation.json"]).run();
    assert_eq!(record.status, 0, "{record:?}");
    let dir = request.repository.dir();
    let text = read(dir.join("observation.json"));
    let mut observed: Value = serde_json::from_str(&text).unwrap();
    for issue in observed["state"]["issues"].as_array_mut().unwrap() {
        issue["labels"] = json!({ "unknown": "a job token sees none" });
        issue["links"] = json!({ "unknown": "a job token sees none" });
    }
    put(&dir, "observation.json", observed.to_string().as_bytes());
    let ran = request.run(&[
        "plan",
        "--base",
        "main",
        "--observed",
        "observation.json",
        "--out",
        "plan.json",
    ]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let ran = applied_on_main(&request);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("as reviewed: the same "), "{ran:?}");
}

#[test]
fn without_the_commit_before_only_what_was_reviewed_is_looked_for() {
    let request = reviewed();
    request.repository.git(&["switch", "--quiet", "main"]);
    request.repository.merge("2026-10-16", "topic");
    let ran = request.run(&["apply", "--yes", "--reviewed", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("what else is merged is unknown"),
        "{ran:?}"
    );
    let named = request.run(&[
        "apply",
        "--yes",
        "--reviewed",
        "plan.json",
        "--base",
        "nowhere",
    ]);
    assert_eq!(named.status, 1, "{named:?}");
}

#[test]
fn a_plan_without_a_base_was_no_review() {
    let request = MergeRequest::new();
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    assert_eq!(request.run(&["plan", "--out", "plan.json"]).status, 0);
    let ran = request.run(&["apply", "--yes", "--reviewed", "plan.json"]);
    assert_eq!(ran.status, 7, "{ran:?}");
    assert!(ran.stderr.contains("--base REV --out FILE"), "{ran:?}");
}

#[test]
fn a_team_that_goes_with_its_trackers_leaves_no_open_issue_behind() {
    let request = MergeRequest::new();
    let dir = request.repository.dir();
    let settings = read(dir.join("okr.toml"));
    let (head, rest) = settings.split_once("[teams.delivery]").unwrap();
    let (_, tail) = rest.split_once("\n[").unwrap();
    request.repository.put("okr.toml", format!("{head}[{tail}"));
    request.repository.remove(DELIVERY);
    edit(
        &dir,
        SRE,
        "depends_on = [\"delivery/deploys/change-failures\"]\n",
        "",
    );
    edit(
        &dir,
        "okrs/2026-q4/andrew.toml",
        ", \"delivery/deploys\"",
        "",
    );
    request.repository.commit("2026-10-15", "delivery is gone");
    request.repository.git(&["switch", "--quiet", "main"]);
    let before = request.repository.git(&["rev-parse", "main"]);
    request.repository.merge("2026-10-16", "topic");
    let open = || {
        let issues = request.bench.managed();
        issues
            .iter()
            .filter(|issue| issue["state"] == "opened")
            .count()
    };
    assert_eq!(open(), 14);
    let ran = request
        .okr(&["apply", "--yes", "--allow", "max_close_percent"])
        .env("CI_COMMIT_BEFORE_SHA", before.trim())
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(open(), 10);
}
