//! `okr plan`: its formats, files, selections and exit statuses. It never writes.

use okrsync::sandbox::{Fault, FaultRule, WorldToken};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{edit, files, okr, put, read};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

#[test]
fn a_plan_writes_nothing_and_says_first_what_would_change() {
    let bench = Bench::new();
    let text = bench.plan();
    assert!(
        text.starts_with("5 teams set 5 objectives and 9 key results for 2026-q4\nPlan: 14 to create, 26 links, 12 labels\n"),
        "{text}"
    );
    for key in [
        "2026-q4/andrew/observable-availability",
        "2026-q4/sre/mtbf/hours",
    ] {
        assert!(text.contains(&format!("+ {key}")), "{key}: {text}");
    }
    assert_eq!(bench.writes(), [""; 0]);
    assert_eq!(bench.plan(), text, "a plan of the same is the same");
}

#[test]
fn one_plan_in_three_formats() {
    let bench = Bench::new();
    let plan = parsed(&bench.run(&["plan", "--format", "json"]).stdout);
    assert_eq!(plan["summary"]["total"]["create"], 14);
    assert_eq!(plan["changes"].as_array().unwrap().len(), 52);
    let note = bench.run(&["plan", "--format", "markdown"]);
    assert_eq!(note.status, 0);
    assert!(
        note.stdout
            .contains("Plan: 14 to create, 26 links, 12 labels"),
        "{}",
        note.stdout
    );
    assert_eq!(bench.run(&["plan", "--format", "yaml"]).status, 2);
}

#[test]
fn files_for_pipelines_are_written_beside_the_result() {
    let bench = Bench::new();
    let ran = bench.run(&[
        "plan",
        "--out",
        "plan.json",
        "--report",
        "terraform=tfplan.json",
    ]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let read = |name: &str| parsed(&read(bench.dir.path().join(name)));
    assert_eq!(read("plan.json")["summary"]["total"]["create"], 14);
    let widget = read("tfplan.json");
    assert_eq!(widget["create"], 14);
    assert_eq!(widget["update"], 0);
    assert_eq!(widget["delete"], 0);
    let nowhere = bench.run(&["plan", "--out", "no/such/directory/plan.json"]);
    assert_eq!(nowhere.status, 1);
    assert!(nowhere.stderr.contains("hint: "), "{}", nowhere.stderr);
    let malformed = bench.run(&["plan", "--report", "tfplan.json"]);
    assert_eq!(malformed.status, 2);
    assert!(
        malformed.stderr.contains("terraform=FILE"),
        "{}",
        malformed.stderr
    );
}

#[test]
fn a_selection_narrows_the_plan() {
    let bench = Bench::new();
    let first = |arguments: &[&str]| {
        let ran = bench.run(&[&["plan"], arguments].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout.lines().take(2).collect::<Vec<_>>().join("; ")
    };
    assert!(first(&["--team", "sre"]).contains("; Plan: 4 to create"));
    assert!(first(&["--team", "sre", "--team", "sae"]).contains("; Plan: 8 to create"));
    assert!(first(&["--quarter", "2026-q4"]).contains("; Plan: 14 to create"));
    assert_eq!(bench.run(&["plan", "--team", "sry"]).status, 2);
    assert_eq!(bench.run(&["plan", "--quarter", "2026-q1"]).status, 1);
    bench.apply(&["--team", "infrastructure"]);
    assert_eq!(bench.managed().len(), 1);
    bench.apply(&[]);
    bench.assert_at_rest();
    // Nothing of the other teams is closed.
    assert!(first(&["--team", "sre"]).starts_with("No changes."));
}

#[test]
fn the_exit_status_says_whether_anything_is_to_do() {
    let bench = Bench::new();
    assert_eq!(bench.run(&["plan"]).status, 0);
    assert_eq!(bench.run(&["plan", "--exit-code"]).status, 3);
    bench.apply(&[]);
    assert_eq!(bench.run(&["plan", "--exit-code"]).status, 0);
}

#[test]
fn details_cut_nothing() {
    let bench = Bench::new();
    assert!(bench.plan().contains("more lines (use --details)"));
    let whole = bench.run(&["plan", "--details"]).stdout;
    assert!(!whole.contains("use --details"));
    assert!(
        whole.contains("A failure is an incident of severity 1 or 2"),
        "{whole}"
    );
}

#[test]
fn files_with_errors_are_not_planned() {
    let bench = Bench::new();
    edit(
        bench.dir.path(),
        "okrs/2026-q4/sre.toml",
        "share = 35",
        "shaer = 35",
    );
    let ran = bench.run(&["plan"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("error[unknown-key]"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("hint: mend them first: okr validate"),
        "{}",
        ran.stderr
    );
    assert!(bench.sandbox.journal().is_empty());
}

#[test]
fn outside_of_a_workspace_the_way_in_is_told() {
    let bench = Bench::new();
    let elsewhere = files(&[]);
    let ran = bench.okr(&["plan"]).dir(elsewhere.path()).run();
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("--dir"), "{}", ran.stderr);
}

#[test]
fn verbosely_it_says_by_which_api_it_read_and_why_not_by_graphql() {
    let bench = Bench::applied();
    let says = |line: &str| {
        let ran = bench.run(&["plan", "-v"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stderr.contains(line), "{line}: {}", ran.stderr);
    };
    says("observed 14 issues by GraphQL; requests so far: 3\n");
    // A server that is older than the fields that are asked for (recorded: graphql/bad-field).
    let error = json!({
        "message": "Field 'linkedWorkItems' doesn't exist on type 'Issue'",
        "extensions": {"code": "undefinedField", "typeName": "Issue", "fieldName": "linkedWorkItems"},
    });
    bench.sandbox.set_faults(vec![FaultRule {
        path: Some("/api/graphql".into()),
        times: u32::MAX,
        ..FaultRule::once(Fault::StatusBefore {
            status: 200,
            body: json!({"errors": [error]}).to_string(),
        })
    }]);
    says(
        "observed 14 issues by REST (POST /api/graphql: GraphQL: Field 'linkedWorkItems' doesn't exist on type 'Issue'",
    );
    let quiet = bench.run(&["plan"]);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn a_job_reads_by_rest_and_says_so() {
    let bench = Bench::of(|world| {
        let job = WorldToken {
            user: "okr-bot".into(),
            ci_job_of: Some("gl-infra/infrastructure".into()),
            ..WorldToken::default()
        };
        world.tokens.insert("job-secret".into(), job);
    });
    // A job reads the issues of its own project.
    let text = read(bench.dir.path().join("okr.toml"));
    let own = text
        .replace("\"gl-infra/frameworks\"", "\"gl-infra/infrastructure\"")
        .replace("\"gl-infra/delivery\"", "\"gl-infra/infrastructure\"");
    put(bench.dir.path(), "okr.toml", own.as_bytes());
    bench.apply(&[]);
    let ran = bench
        .okr(&["plan", "-v"])
        .env("OKR_TOKEN", "")
        .env("CI_JOB_TOKEN", "job-secret")
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    let line =
        "observed 14 issues by REST (GraphQL does not take a job token); requests so far: 1\n";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
}

/// Nobody who opens a merge request can change what its jobs may read.
#[test]
fn a_job_that_is_not_let_in_fails_no_merge_request() {
    let bench = Bench::of(|world| {
        for project in &mut world.projects {
            project.job_token_allowlist.clear();
        }
    });
    let plan = |arguments: &[&str], merge_request: bool| {
        let mut plan = okr([&["plan", "--out", "plan.json"], arguments].concat())
            .dir(bench.dir.path())
            .env("OKR_URL", bench.sandbox.url())
            .env("CI_JOB_TOKEN", "sandbox-ci-job");
        if merge_request {
            plan = plan.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        }
        plan.run()
    };
    let ran = plan(&[], true);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    for said in [
        "not planned: this job may not read the trackers\n",
        "Job token permissions",
        "okr plan --observed FILE",
    ] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert!(!bench.dir.path().join("plan.json").exists());
    for ran in [plan(&[], false), plan(&["--exit-code"], true)] {
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains("Job token permissions"), "{ran:?}");
    }
}

#[test]
fn a_title_that_is_still_to_be_written_stops_its_key_and_nothing_else() {
    let bench = Bench::new();
    let path = "okrs/2026-q4/sre.toml";
    let title = "title = \"Cut pages per on-call shift from 14 to 5\"";
    edit(
        bench.dir.path(),
        path,
        title,
        "title = \"TODO: what about pages\"",
    );
    let ran = bench.run(&["plan"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    for said in [
        "its title is still to be written",
        "\"draft\" in okr.toml",
        "13 to create",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    assert_eq!(
        ran.stderr,
        "1 finding of rules at error level: okr validate shows them\n"
    );
    // In a pipeline `okr validate` has its own job; the title is refused there, too.
    let job = bench.okr(&["plan"]).env("CI", "true").run();
    assert_eq!(job.stderr, "");
    assert!(job.stdout.contains("its title is still to be written"));
    let ran = bench.run(&["apply", "--yes"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("1 finding of rules at error level"));
    assert_eq!(bench.managed().len(), 13);
    // An issue that has its title already keeps it.
    edit(
        bench.dir.path(),
        path,
        "title = \"TODO: what about pages\"",
        title,
    );
    bench.apply(&[]);
    edit(bench.dir.path(), path, title, "title = \"TODO\"");
    bench.run(&["apply", "--yes"]);
    assert_eq!(
        bench.issue("2026-q4/sre/mtbf/pages")["title"],
        "Cut pages per on-call shift from 14 to 5"
    );
}
