//! `okr apply` in pipelines of a branch that has moved on since.

use super::base::{DELIVERY, MergeRequest, SRE};
use crate::support::okr::Ran;
use crate::support::repository::Repository;

/// A clone as GitLab's runner makes it for the pipeline of a commit: the commit alone, and the branch as it is by now.
fn job(request: &MergeRequest, commit: &str) -> Repository {
    let origin = &request.repository;
    origin.git(&["update-ref", "refs/pipelines/1", commit]);
    let clone = origin.cloned(&["--depth", "1", "--branch", "main"]);
    let pipeline = "+refs/pipelines/1:refs/pipelines/1";
    clone.git(&["fetch", "--quiet", "--depth", "1", "origin", pipeline]);
    clone.git(&["checkout", "--quiet", "--detach", "refs/pipelines/1"]);
    clone
}

fn apply(request: &MergeRequest, clone: &Repository, arguments: &[&str], allow: &str) -> Ran {
    request
        .okr(&[&["apply", "--yes"], arguments].concat())
        .dir(clone.dir())
        .env("CI_COMMIT_BRANCH", "main")
        .env("OKR_ALLOW", allow)
        .run()
}

fn commit(request: &MergeRequest, name: &str) -> String {
    let id = request.repository.git(&["rev-parse", name]);
    id.trim().to_owned()
}

/// A due date and then a title changed on `main`; the commits, oldest first.
fn two_merges(request: &MergeRequest) -> [String; 2] {
    request.on("main", DELIVERY, "due = 2026-12-21", "due = 2026-12-22");
    let first = commit(request, "main");
    request.on("main", SRE, "from 14 to 5\"", "to 5\"");
    [first, commit(request, "main")]
}

fn title(request: &MergeRequest) -> String {
    let issue = request.bench.issue("2026-q4/sre/mtbf/pages");
    issue["title"].as_str().unwrap().to_owned()
}

#[test]
fn an_older_commit_is_superseded_and_ends_well() {
    let request = MergeRequest::new();
    let [first, second] = two_merges(&request);
    let newest = apply(&request, &job(&request, &second), &[], "");
    assert_eq!(newest.status, 0, "{newest:?}");
    assert!(newest.stdout.contains("Plan: 2 to update"), "{newest:?}");
    let after = title(&request);

    let writes = request.bench.writes().len();
    let again = apply(&request, &job(&request, &first), &[], "");
    assert_eq!(again.status, 0, "{again:?}");
    let said = format!(
        "Superseded: main is at {} by now (edit), whose pipeline applies",
        &second[..8]
    );
    assert!(again.stdout.starts_with(&said), "{again:?}");
    assert_eq!(request.bench.writes().len(), writes);
    assert_eq!(title(&request), after);
    let newest = apply(&request, &job(&request, &second), &[], "");
    assert!(newest.stdout.starts_with("No changes."), "{newest:?}");
}

#[test]
fn an_older_commit_whose_files_were_broken_is_superseded_too() {
    let request = MergeRequest::new();
    request.on("main", SRE, "title = \"Cut", "titel = \"Cut");
    let broken = commit(&request, "main");
    request.on("main", SRE, "titel = \"Cut", "title = \"Cut");
    let ran = apply(&request, &job(&request, &broken), &[], "");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("Superseded: "), "{ran:?}");
}

#[test]
fn a_newer_commit_that_leaves_the_files_alone_supersedes_nothing() {
    let request = MergeRequest::new();
    let [_, second] = two_merges(&request);
    request.repository.git(&["switch", "--quiet", "main"]);
    request.repository.put("README.md", "Our OKRs");
    request.repository.commit("2026-10-16", "words");
    let ran = apply(&request, &job(&request, &second), &[], "");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("by now, with the same files"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("Plan: 2 to update"), "{ran:?}");
}

#[test]
fn a_commit_that_its_branch_no_longer_holds_is_superseded() {
    let request = MergeRequest::new();
    let [_, second] = two_merges(&request);
    request.repository.git(&["switch", "--quiet", "main"]);
    request
        .repository
        .git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let ran = apply(&request, &job(&request, &second), &[], "");
    assert!(ran.stdout.starts_with("Superseded: "), "{ran:?}");
}

#[test]
fn a_clone_that_was_not_fetched_anew_is_not_held_against_its_commit() {
    let request = MergeRequest::new();
    let [first, _] = two_merges(&request);
    let clone = request.repository.cloned(&["--branch", "main"]);
    clone.git(&["update-ref", "refs/remotes/origin/main", &first]);
    let ran = apply(&request, &clone, &[], "");
    assert!(ran.stdout.contains("Plan: 2 to update"), "{ran:?}");
}

#[test]
fn an_older_commit_can_be_allowed_on_purpose() {
    for (arguments, allow) in [(&["--allow", "outdated"][..], ""), (&[], "outdated")] {
        let request = MergeRequest::new();
        let [first, _] = two_merges(&request);
        let ran = apply(&request, &job(&request, &first), arguments, allow);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stdout.contains("Plan: 1 to update"), "{ran:?}");
    }
}

#[test]
fn what_a_variable_allows_must_be_a_limit() {
    let request = MergeRequest::new();
    let ran = apply(&request, &job(&request, "main"), &[], "drift,everything");
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.stderr
            .contains("OKR_ALLOW names `everything`, which is no limit"),
        "{ran:?}"
    );
}

#[test]
fn where_nobody_can_tell_nothing_is_applied() {
    let request = MergeRequest::new();
    let [_, second] = two_merges(&request);
    let writes = request.bench.writes().len();
    let clone = job(&request, &second);
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let ran = apply(&request, &clone, &[], "");
    assert_eq!(ran.status, 7, "{ran:?}");
    assert!(
        ran.stderr.contains("origin/main is not in this clone"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("OKR_ALLOW=outdated"), "{ran:?}");
    assert_eq!(request.bench.writes().len(), writes);
    // Nor does anybody without git; a person who applies what is checked out is asked nothing.
    let without = request.bench.okr(&["apply", "--yes"]).dir(clone.dir());
    let without = without
        .env("CI_COMMIT_BRANCH", "main")
        .env("PATH", "/nowhere");
    assert_eq!(without.run().status, 7);
    let person = request
        .bench
        .okr(&["apply", "--yes"])
        .dir(clone.dir())
        .run();
    assert_eq!(person.status, 0, "{person:?}");
}

#[test]
fn six_merges_whose_pipelines_end_in_any_order_leave_none_red_and_the_newest_applied() {
    let request = MergeRequest::new();
    let mut commits = Vec::new();
    let mut before = "due = 2026-12-21".to_owned();
    for day in [1, 2, 3, 4, 5, 6] {
        let after = format!("due = 2026-12-0{day}");
        request.on("main", DELIVERY, &before, &after);
        commits.push(commit(&request, "main"));
        before = after;
    }
    for at in [2, 5, 0, 4, 1, 3] {
        let ran = apply(&request, &job(&request, &commits[at]), &[], "");
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(ran.stdout.starts_with("Superseded: "), at != 5, "{ran:?}");
    }
    let ran = request
        .okr(&["plan"])
        .dir(job(&request, "main").dir())
        .run();
    assert!(ran.stdout.starts_with("No changes."), "{ran:?}");
}
