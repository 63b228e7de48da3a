//! `okr apply --reviewed` in a pipeline, which finds the plan of the merge request by itself.

use okrsync::sandbox::state::JobArtifact;
use serde_json::json;

use super::base::{MergeRequest, SRE};
use super::saved::reviewed;
use crate::support::okr::{Okr, Ran, read};

const OKRS: &str = "gl-infra/okrs";

/// Hands the sandbox the plan that the merge request's job left.
fn keep(request: &MergeRequest, text: String) {
    let artifact = JobArtifact {
        project: OKRS.to_owned(),
        git_ref: "refs/merge-requests/7/head".to_owned(),
        job: "okr-plan".to_owned(),
        path: "okr-plan.json".to_owned(),
        text,
    };
    request
        .bench
        .sandbox
        .with_state(|state| state.keep_artifact(artifact));
}

fn plan(request: &MergeRequest) -> String {
    read(request.repository.dir().join("plan.json"))
}

/// Merges the branch, and prepares the apply of the pipeline of the push, whose commit's message ends so.
fn merged(request: &MergeRequest, message: &str) -> Okr {
    let repository = &request.repository;
    repository.git(&["switch", "--quiet", "main"]);
    let before = repository.git(&["rev-parse", "main"]);
    repository.merge("2026-10-16", "topic");
    let commit = repository.git(&["rev-parse", "main"]);
    let project = request.bench.get("/projects/gl-infra%2Fokrs");
    request
        .okr(&["apply", "--yes", "--reviewed"])
        .env("CI_SERVER_URL", request.bench.sandbox.url())
        .env("CI_JOB_TOKEN", "sandbox-ci-job")
        .env("CI_PROJECT_ID", project["id"].to_string())
        .env("CI_PROJECT_PATH", OKRS)
        .env("CI_COMMIT_SHA", commit.trim())
        .env("CI_COMMIT_BEFORE_SHA", before.trim())
        .env("CI_COMMIT_MESSAGE", message.to_owned())
}

fn applied(request: &MergeRequest) -> Ran {
    merged(
        request,
        "Merge branch 'topic'\n\nSee merge request gl-infra/okrs!7",
    )
    .run()
}

#[test]
fn the_plan_that_the_merge_request_left_is_found_and_compared() {
    let request = reviewed();
    keep(&request, plan(&request));
    let ran = applied(&request);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stderr
            .contains("compared with what was reviewed in !7\nas reviewed: the same "),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("Plan: 2 to update"), "{ran:?}");
}

#[test]
fn what_the_merge_request_did_not_plan_is_refused() {
    let request = reviewed();
    keep(&request, plan(&request));
    request.on("topic", SRE, "title = \"Cut", "title = \"Halve");
    let writes = request.bench.writes().len();
    let ran = applied(&request);
    assert_eq!(ran.status, 7, "{ran:?}");
    assert!(
        ran.stderr.contains("this is not what was reviewed"),
        "{ran:?}"
    );
    assert_eq!(request.bench.writes().len(), writes);
}

#[test]
fn where_there_is_nothing_to_compare_with_that_is_said() {
    for (message, left, said) in [
        (
            "See merge request gl-infra/okrs!7",
            None,
            "the pipelines of !7 left no plan",
        ),
        (
            "See merge request gl-infra/okrs!7",
            Some(json!({ "format": 0 })),
            "what okr-plan of !7 left does not tell what it changes",
        ),
        ("A push", None, "no merge request brought this commit"),
        // Of another project, which this one was forked from.
        (
            "See merge request acme/okrs!7",
            None,
            "no merge request brought this commit",
        ),
    ] {
        let request = reviewed();
        if let Some(left) = left {
            keep(&request, left.to_string());
        }
        let ran = merged(&request, message).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
        assert!(ran.stdout.contains("Plan: 2 to update"), "{ran:?}");
    }
}

#[test]
fn a_plan_of_a_base_that_was_unknown_compares_with_nothing() {
    let request = MergeRequest::new();
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let ran = request.run(&["plan", "--out", "plan.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    keep(&request, plan(&request));
    let ran = applied(&request);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("does not tell what it changes"),
        "{ran:?}"
    );
}

#[test]
fn elsewhere_a_file_has_to_be_named() {
    let request = reviewed();
    let ran = request.run(&["apply", "--yes", "--reviewed"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("this is no job of a pipeline"),
        "{ran:?}"
    );
    let job = merged(&request, "").env("CI_PROJECT_ID", "").run();
    assert_eq!(job.status, 2, "{job:?}");
    assert!(job.stderr.contains("--reviewed PLAN"), "{job:?}");
}
