//! `okr apply`: what stops it, and what it says.

use okrsync::sandbox::{EditRequest, Fault, FaultRule};
use serde_json::json;

use crate::support::bench::Bench;
use crate::support::okr::{edit, okr};

#[test]
fn without_a_terminal_it_needs_to_be_told() {
    let bench = Bench::new();
    let ran = bench.run(&["apply"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stdout.contains("\nPlan: 14 to create"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("hint: pass --yes"), "{}", ran.stderr);
    assert_eq!(bench.writes(), [""; 0]);
}

#[test]
fn the_plan_comes_first_and_the_count_last() {
    let bench = Bench::new();
    let text = bench.apply(&[]);
    assert!(
        text.starts_with(
            "5 teams set 5 objectives and 9 key results for 2026-q4\nPlan: 14 to create"
        ),
        "{text}"
    );
    assert!(text.ends_with("Applied: 52 of 52 changes.\n"), "{text}");
    let again = bench.run(&["apply", "--yes", "-q"]);
    assert_eq!((again.status, again.stderr.as_str()), (0, ""));
    assert!(again.stdout.starts_with("No changes."), "{}", again.stdout);
}

#[test]
fn a_pause_is_obeyed_whatever_is_allowed() {
    let bench = Bench::new();
    let ran = bench.okr(&["apply", "--yes"]).env("OKR_PAUSED", "1").run();
    assert_eq!(ran.status, 7);
    assert!(ran.stderr.contains("unset OKR_PAUSED"), "{}", ran.stderr);
    assert_eq!(
        bench.run(&["apply", "--yes", "--allow", "paused"]).status,
        2
    );
    edit(
        bench.dir.path(),
        "okr.toml",
        "[safety]\n",
        "[safety]\npaused = true\n",
    );
    assert_eq!(bench.run(&["apply", "--yes"]).status, 7);
    assert_eq!(bench.writes(), [""; 0]);
}

#[test]
fn limits_are_met_in_the_plan_and_exceeded_by_name() {
    let bench = Bench::new();
    edit(
        bench.dir.path(),
        "okr.toml",
        "max_create = 200",
        "max_create = 13",
    );
    let plan = bench.plan();
    assert!(
        plan.contains("14 issues would be created; the limit is 13"),
        "{plan}"
    );
    let ran = bench.run(&["apply", "--yes"]);
    assert_eq!(ran.status, 7);
    assert!(ran.stderr.contains("--allow max_create"), "{}", ran.stderr);
    let other = bench.run(&["apply", "--yes", "--allow", "max_close"]);
    assert_eq!(other.status, 7);
    assert_eq!(bench.writes(), [""; 0]);
    let typo = bench.run(&["apply", "--yes", "--allow", "max_creates"]);
    assert_eq!(typo.status, 2);
    assert!(typo.stderr.contains("max_create"), "{}", typo.stderr);
    bench.apply(&["--allow", "max_create"]);
    bench.assert_at_rest();
}

#[test]
fn a_job_token_is_not_even_tried() {
    let bench = Bench::new();
    let ran = okr(["apply", "--yes"])
        .dir(bench.dir.path())
        .env("OKR_URL", bench.sandbox.url())
        .env("CI_JOB_TOKEN", "job-secret-text")
        .run();
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.contains("a job token cannot write"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("OKR_TOKEN"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("job-secret-text"));
    assert!(bench.sandbox.journal().is_empty());
}

#[test]
fn a_pipelines_token_stays_with_its_server() {
    let bench = Bench::new();
    for command in [&["plan"] as &[&str], &["apply", "--yes"]] {
        let ran = okr(command.iter().copied())
            .dir(bench.dir.path())
            .env("CI_SERVER_URL", bench.sandbox.url())
            .env("OKR_TOKEN", "glpat-of-the-pipeline")
            .run();
        assert_eq!((ran.status, ran.stdout.as_str()), (7, ""), "{ran:?}");
        assert!(ran.stderr.contains("gitlab.example.com"), "{}", ran.stderr);
        assert!(ran.stderr.contains("set OKR_URL"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("glpat"));
    }
    assert!(bench.sandbox.journal().is_empty());
}

#[test]
fn an_edit_that_the_write_replaced_is_told() {
    let bench = Bench::applied();
    let (long, short) = ("Cut pages per on-call shift from 14 to 5", "Cut pages to 5");
    edit(bench.dir.path(), "okrs/2026-q4/sre.toml", long, short);
    let path = bench.path("2026-q4/sre/mtbf/pages");
    let text = bench.get(&path)["description"].clone();
    let text = format!("Words of root's.\n\n{}", text.as_str().unwrap());
    let request = EditRequest {
        token: "sandbox-root".into(),
        method: "PUT".into(),
        path: format!("/api/v4{path}"),
        body: json!({ "description": text }),
    };
    bench.sandbox.set_faults(vec![FaultRule {
        method: Some("PUT".into()),
        ..FaultRule::once(Fault::Edit {
            requests: vec![request],
        })
    }]);
    let told = bench.apply(&[]);
    assert!(
        told.contains(": root changed the description at "),
        "{told}"
    );
    assert!(told.contains("that edit is lost\n  hint: "), "{told}");
    assert!(told.ends_with("Applied: 1 of 1 changes.\n"), "{told}");
    bench.assert_at_rest();
}

/// TOML can hold a NUL, and GitLab refuses every request that does (facts §2.4).
#[test]
fn a_nul_in_any_text_is_written_as_markdown_shows_it() {
    let bench = Bench::new();
    let dir = bench.dir.path();
    for (before, after) in [
        (
            "title = \"Raise GitLab.com's",
            "title = \"Raise\\u0000GitLab.com's",
        ),
        (
            "description = \"\"\"\nA failure",
            "description = \"\"\"\nA\\u0000failure",
        ),
        ("metric = \"mean time", "metric = \"mean\\u0000time"),
        ("note = \"The baseline", "note = \"The\\u0000baseline"),
    ] {
        edit(dir, "okrs/2026-q4/sre.toml", before, after);
    }
    bench.apply(&[]);
    bench.assert_at_rest();
    let issue = bench.issue("2026-q4/sre/mtbf/hours");
    assert_eq!(issue["title"], "Raise GitLab.com's MTBF from 96 h to 240 h");
    let description = issue["description"].as_str().unwrap();
    for shown in [
        "A\u{fffd}failure",
        "mean\u{fffd}time",
        "The\u{fffd}baseline",
    ] {
        assert!(description.contains(shown), "{description}");
    }
}
