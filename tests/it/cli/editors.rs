//! Who made the drift, and when: asked for a few issues, recorded by `okr observe`, and left out where GitLab does not tell.

use okrsync::sandbox::{Fault, FaultRule};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{edit, okr, put, read};

/// The example applied, with another due date of so many issues.
fn drifted(count: usize) -> Bench {
    let bench = Bench::applied();
    for issue in bench.managed().iter().take(count) {
        let path = format!("/projects/{}/issues/{}", issue["project_id"], issue["iid"]);
        bench.ask("PUT", &path, &json!({ "due_date": "2027-01-31" }));
    }
    bench
}

/// So many notices of drift name somebody, and so many do not.
fn named(plan: &str) -> (usize, usize) {
    let plan: Value = serde_json::from_str(plan).unwrap();
    let notices = plan["notices"].as_array().unwrap().clone();
    let drift: Vec<Value> = notices
        .into_iter()
        .filter(|notice| notice["id"] == "drift")
        .collect();
    let named = drift.iter().filter(|notice| {
        let edited = &notice["edited"];
        assert!(edited.is_null() || *edited == json!({ "by": "root", "on": "2026-11-16" }));
        !edited.is_null()
    });
    let named = named.count();
    (named, drift.len() - named)
}

#[test]
fn ten_issues_are_asked_about_and_the_others_counted() {
    let bench = drifted(12);
    let json = bench.run(&["plan", "--format", "json"]);
    assert_eq!(named(&json.stdout), (10, 2));
    let told = bench
        .okr(&["plan", "--details"])
        .env("COLUMNS", "200")
        .run();
    assert!(
        told.stdout
            .contains("who made the drift of 2 more issues was not asked"),
        "{}",
        told.stdout
    );
    let asked = bench
        .sandbox
        .journal()
        .iter()
        .filter(|entry| entry.path.contains("/notes"))
        .count();
    assert_eq!(asked, 20, "ten for each plan");
    let applied = bench.run(&["apply", "--yes"]);
    assert!(
        applied.stdout.contains("(by root on 2026-11-16)"),
        "{applied:?}"
    );
}

#[test]
fn what_is_written_over_names_who_wrote_it_in_every_form() {
    let bench = Bench::applied();
    let key = "2026-q4/sre/mtbf/hours";
    bench.ask("PUT", &bench.path(key), &json!({ "title": "By hand" }));
    let file = "okrs/2026-q4/sre.toml";
    edit(
        bench.dir.path(),
        file,
        "from 96 h to 240 h\"",
        "from 96 h up to 240 h\"",
    );
    for format in ["human", "markdown"] {
        let ran = bench
            .okr(&["plan", "--format", format])
            .env("COLUMNS", "200")
            .run();
        let plain = ran.stdout.replace('\\', "");
        assert!(
            plain.contains("changed in GitLab by root on 2026-11-16 since the last apply"),
            "{ran:?}"
        );
    }
    bench.run(&["plan", "--report", "html=plan.html"]);
    let page = read(bench.dir.path().join("plan.html"));
    assert!(
        page.contains("changed in GitLab by root on 2026-11-16 since"),
        "{page}"
    );
}

#[test]
fn what_is_changed_back_names_who_changed_it() {
    let bench = drifted(1);
    edit(
        bench.dir.path(),
        "okr.toml",
        "drift = \"keep\"",
        "drift = \"revert\"",
    );
    let ran = bench.run(&["plan"]);
    let said = "(changed in GitLab by root on 2026-11-16, and changed back)";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

#[test]
fn a_record_knows_it_where_it_was_asked_then() {
    let bench = drifted(2);
    let file = "observation.json";
    assert_eq!(bench.run(&["observe", "--out", file]).status, 0);
    let from_record = || {
        okr(["plan", "--format", "json", "--observed", file])
            .dir(bench.dir.path())
            .run()
            .stdout
    };
    assert_eq!(named(&from_record()), (2, 0));
    let text = read(bench.dir.path().join(file));
    let mut record: Value = serde_json::from_str(&text).unwrap();
    record["state"].as_object_mut().unwrap().remove("pasts");
    put(bench.dir.path(), file, record.to_string().as_bytes());
    assert_eq!(named(&from_record()), (0, 2));
}

#[test]
fn a_job_token_asks_nothing_and_nobody_is_named() {
    let bench = drifted(2);
    let ran = okr(["plan", "--format", "json"])
        .dir(bench.dir.path())
        .env("OKR_URL", bench.sandbox.url())
        .env("CI_JOB_TOKEN", "sandbox-ci-job")
        .run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert_eq!(named(&ran.stdout), (0, 2));
    let journal = bench.sandbox.journal();
    assert!(!journal.iter().any(|entry| entry.path.contains("/notes")));
}

#[test]
fn a_gitlab_that_does_not_tell_fails_no_plan() {
    let bench = drifted(2);
    bench.sandbox.set_faults(vec![FaultRule {
        path: Some("/notes".into()),
        times: 100,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: String::new(),
        })
    }]);
    let ran = bench.run(&["plan", "--format", "json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert_eq!(named(&ran.stdout), (0, 2));
}
