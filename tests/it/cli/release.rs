//! `okr release`: issues that are managed no longer, and left as they are.

use okrsync::sandbox::{EditRequest, Fault, FaultRule};
use serde_json::{Value, json};

use crate::support::bench::{Bench, TOKEN, key_of};
use crate::support::okr::{edit, okr, put, read};

const HOURS: &str = "2026-q4/sre/mtbf/hours";
const SRE: &str = "okrs/2026-q4/sre.toml";

/// What nobody but `okr` writes.
fn signs(issue: &Value) -> usize {
    let text = issue["description"].as_str().unwrap();
    text.matches("okrsync").count()
}

/// All of an issue but its description and when that was changed.
fn rest(issue: &Value) -> Value {
    let mut rest = issue.clone();
    for field in ["description", "updated_at"] {
        rest.as_object_mut().unwrap().remove(field);
    }
    rest
}

fn release(bench: &Bench, arguments: &[&str]) -> String {
    let ran = bench.run(&[&["release", "--yes"], arguments].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.stdout
}

/// Takes a key result out of the files.
fn undeclare_hours(bench: &Bench) {
    let text = read(bench.dir.path().join(SRE));
    let begin = text.find("[objective.mtbf.kr.hours]").unwrap();
    let end = text.find("[objective.mtbf.kr.readiness]").unwrap();
    let without = [&text[..begin], &text[end..]].concat();
    put(bench.dir.path(), SRE, without.as_bytes());
    edit(
        bench.dir.path(),
        "okrs/2026-q4/delivery.toml",
        "confirms = [\"sre/mtbf/hours\"]\n",
        "",
    );
    // Fewer key results than the policy asks for is a matter of rules alone, which an apply does not ask.
    edit(
        bench.dir.path(),
        "okr.toml",
        "key_results = { min = 3, max = 3 }",
        "key_results = { min = 1, max = 3 }",
    );
}

#[test]
fn only_the_markers_go() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let theirs = format!(
        "Above.\n\n{}\nBelow.",
        bench.get(&path)["description"].as_str().unwrap()
    );
    bench.ask(
        "PUT",
        &path,
        &json!({ "description": theirs, "add_labels": "theirs" }),
    );
    let (before, links) = (bench.get(&path), bench.get(&format!("{path}/links")));
    let told = release(&bench, &[HOURS]);
    assert!(told.contains("\nPlan: 1 to release\n"), "{told}");
    assert!(told.ends_with("Released: 1 issue.\n"), "{told}");
    let after = bench.get(&path);
    assert_eq!(rest(&after), rest(&before));
    assert_eq!(bench.get(&format!("{path}/links")), links);
    assert_eq!(
        (after["state"].as_str(), signs(&after)),
        (Some("opened"), 0)
    );
    let text = after["description"].as_str().unwrap();
    assert!(text.starts_with("Above.\n\n"), "{text}");
    assert!(text.ends_with("\n\nBelow."), "{text}");
    for kept in [
        "| Owner | `ines` |",
        "**Check-ins**",
        "| 2026-11-16 | 171 |",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn release_comes_before_the_removal_and_then_nothing_is_closed() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let told = release(&bench, &[HOURS]);
    assert!(told.contains("ask to adopt"), "{told}");
    let stopped = bench.run(&["apply", "--yes"]);
    assert_eq!(stopped.status, 1, "{stopped:?}");
    assert!(
        stopped.stdout.contains("No changes, but 1 conflict"),
        "{stopped:?}"
    );
    assert!(
        stopped
            .stdout
            .contains("remove 2026-q4/sre/mtbf/hours from its file"),
        "{stopped:?}"
    );
    assert_eq!(bench.managed().len(), 13);
    undeclare_hours(&bench);
    let told = bench.apply(&[]);
    assert!(
        told.contains("No changes.") || !told.contains("to close"),
        "{told}"
    );
    assert_eq!(bench.get(&path)["state"], "opened");
    bench.assert_at_rest();
}

#[test]
fn what_no_file_declares_is_released_instead_of_closed() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    undeclare_hours(&bench);
    assert!(bench.plan().contains("1 to close"));
    let told = release(&bench, &[HOURS]);
    assert!(!told.contains("ask to adopt"), "{told}");
    assert!(!bench.plan().contains("to close"));
    assert_eq!(bench.get(&path)["state"], "opened");
    // Nothing is left that knows it.
    let again = bench.run(&["release", "--yes", HOURS]);
    assert_eq!(again.status, 1, "{again:?}");
    assert!(
        again.stdout.contains("no issue of ours carries it"),
        "{again:?}"
    );
}

#[test]
fn an_objective_goes_with_its_key_results_and_comes_back_by_adoption() {
    let bench = Bench::applied();
    let objective = bench.issue("2026-q4/sre/mtbf");
    let told = release(&bench, &["2026-q4/sre/mtbf"]);
    assert!(told.contains("\nPlan: 4 to release"), "{told}");
    assert_eq!(bench.managed().len(), 10);
    let again = bench.run(&["release", "--yes", "2026-q4/sre/mtbf"]);
    assert_eq!(
        (again.status, again.stdout.as_str()),
        (0, "Nothing to release.\n"),
        "{again:?}"
    );
    let reference = objective["references"]["full"].as_str().unwrap();
    let ran = bench.run(&["adopt", "2026-q4/sre/mtbf", reference]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let applied = bench.run(&["apply", "--yes"]);
    // The key results are still released, and declared.
    assert_eq!(applied.status, 1, "{applied:?}");
    assert_eq!(bench.issue("2026-q4/sre/mtbf")["id"], objective["id"]);
}

#[test]
fn all_is_the_way_out() {
    let bench = Bench::applied();
    let told = release(&bench, &["--all", "--team", "delivery"]);
    assert!(told.contains("\nPlan: 4 to release"), "{told}");
    assert!(
        bench
            .managed()
            .iter()
            .all(|issue| !key_of(issue).unwrap().contains("/delivery/"))
    );
    let old = release(&bench, &["--all", "--quarter", "2026-q3"]);
    assert_eq!(old, "Nothing to release.\n");
    let told = release(&bench, &["--all"]);
    assert!(told.ends_with("Released: 10 issues.\n"), "{told}");
    assert_eq!(bench.managed(), Vec::<Value>::new());
    assert_eq!(release(&bench, &["--all"]), "Nothing to release.\n");
    let writes = bench.writes().len();
    let stopped = bench.run(&["apply", "--yes"]);
    assert_eq!(stopped.status, 1, "{stopped:?}");
    assert_eq!(
        bench.writes().len(),
        writes,
        "nothing is made a second time"
    );
}

#[test]
fn an_edit_in_between_is_kept() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let text = bench.get(&path)["description"].clone();
    let text = format!("Words of root's.\n\n{}", text.as_str().unwrap());
    let request = EditRequest {
        token: "sandbox-root".into(),
        method: "PUT".into(),
        path: format!("/api/v4{path}"),
        body: json!({ "description": text }),
    };
    // Between the plan and the look that the write is made of.
    bench.sandbox.set_faults(vec![FaultRule {
        method: Some("GET".into()),
        path: Some(format!("/issues/{}", bench.get(&path)["iid"])),
        ..FaultRule::once(Fault::Edit {
            requests: vec![request],
        })
    }]);
    release(&bench, &[HOURS]);
    let issue = bench.get(&path);
    assert_eq!(signs(&issue), 0);
    assert!(
        issue["description"]
            .as_str()
            .unwrap()
            .starts_with("Words of root's.\n\n")
    );
}

#[test]
fn a_lost_answer_is_looked_for() {
    for fault in [Fault::DropAfter, Fault::DropBefore] {
        let bench = Bench::applied();
        let path = bench.path(HOURS);
        bench.sandbox.set_faults(vec![FaultRule {
            method: Some("PUT".into()),
            ..FaultRule::once(fault)
        }]);
        release(&bench, &[HOURS]);
        assert_eq!(signs(&bench.get(&path)), 0);
    }
}

#[test]
fn what_failed_is_told_and_done_by_the_next_run() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let failing = |times| FaultRule {
        method: Some("PUT".into()),
        times,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: "{}".into(),
        })
    };
    bench.sandbox.set_faults(vec![failing(1)]);
    let ran = bench.run(&["release", "--yes", HOURS]);
    assert_eq!(ran.status, 5, "{ran:?}");
    assert!(ran.stdout.contains("safe to run it again"), "{ran:?}");
    bench.sandbox.set_faults(vec![failing(1)]);
    let ran = bench.run(&["release", "--yes", "--all"]);
    assert_eq!(ran.status, 6, "{ran:?}");
    release(&bench, &["--all"]);
    assert_eq!(signs(&bench.get(&path)), 0);
    assert_eq!(bench.managed(), Vec::<Value>::new());
}

#[test]
fn what_is_others_is_never_touched() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let text = bench.get(&path)["description"].clone();
    let theirs = text
        .as_str()
        .unwrap()
        .replace("\"owner\":\"gl-infra/okrs\"", "\"owner\":\"acme/okrs\"");
    assert_ne!(text, theirs);
    bench.ask("PUT", &path, &json!({ "description": theirs }));
    // A copy that a person made counts as little.
    let readiness = bench.issue("2026-q4/sre/mtbf/readiness");
    let copy = json!({ "title": "A copy", "description": readiness["description"] });
    let copy = bench.ask("POST", "/projects/gl-infra%2Finfrastructure/issues", &copy);
    let copy = format!("/projects/{}/issues/{}", copy["project_id"], copy["iid"]);
    let ran = bench.run(&["release", "--yes", HOURS]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("not ours to release"), "{ran:?}");
    release(&bench, &["--all"]);
    assert_eq!(bench.get(&path)["description"], theirs.trim_end());
    assert_eq!(bench.get(&copy)["description"], readiness["description"]);
    assert_eq!(bench.managed().len(), 2);
}

#[test]
fn a_confidential_issue_is_released_and_not_shown_to_everybody() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let theirs = json!({ "confidential": true, "title": "Secret words" });
    bench.ask("PUT", &path, &theirs);
    let ran = bench.okr(&["release", HOURS]).env("CI", "true").run();
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.stdout.contains(HOURS) && !ran.stdout.contains("Secret"),
        "{ran:?}"
    );
    let told = release(&bench, &[HOURS]);
    assert!(told.contains("confidential"), "{told}");
    let issue = bench.get(&path);
    assert_eq!(
        (issue["confidential"].as_bool(), signs(&issue)),
        (Some(true), 0)
    );
}

#[test]
fn a_closed_issue_and_a_moved_original_are_released_too() {
    let bench = Bench::applied();
    bench.ask(
        "PUT",
        &bench.path(HOURS),
        &json!({ "state_event": "close" }),
    );
    let pages = "2026-q4/sre/mtbf/pages";
    let target = bench.get("/projects/gl-infra%2Fdelivery")["id"].clone();
    let move_it = format!("{}/move", bench.path(pages));
    bench.ask("POST", &move_it, &json!({ "to_project_id": target }));
    assert_eq!(bench.managed().len(), 15);
    release(&bench, &["--all"]);
    assert_eq!(bench.managed(), Vec::<Value>::new());
}

#[test]
fn a_damaged_block_stops_its_key_alone() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let text = bench.get(&path)["description"].clone();
    let damaged = text.as_str().unwrap().replacen("<!-- okrsync -->\n", "", 1);
    bench.ask("PUT", &path, &json!({ "description": damaged }));
    let ran = bench.run(&["release", "--yes", "--all"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("take them out by hand"), "{ran:?}");
    assert!(ran.stdout.ends_with("Released: 13 issues.\n"), "{ran:?}");
    assert_eq!(bench.get(&path)["description"], damaged.trim_end());
}

#[test]
fn it_asks_pauses_and_wants_a_token_that_writes() {
    let bench = Bench::applied();
    let writes = bench.writes().len();
    let nobody = bench.run(&["release", HOURS]);
    assert_eq!(nobody.status, 2, "{nobody:?}");
    assert!(nobody.stdout.contains("\nPlan: 1 to release"), "{nobody:?}");
    let paused = bench
        .okr(&["release", "--all", "--yes"])
        .env("OKR_PAUSED", "1")
        .run();
    assert_eq!(paused.status, 7, "{paused:?}");
    let job = okr(["release", "--all", "--yes"])
        .dir(bench.dir.path())
        .env("OKR_URL", bench.sandbox.url())
        .env("CI_JOB_TOKEN", "sandbox-ci-job")
        .run();
    assert_eq!(job.status, 1, "{job:?}");
    assert!(job.stderr.contains("a job token cannot write"), "{job:?}");
    let other = bench
        .okr(&["release", "--all", "--yes"])
        .env("OKR_TOKEN", TOKEN.replace("okr-bot", "sre-manager"))
        .run();
    assert_eq!(other.status, 1, "{other:?}");
    assert_eq!(bench.writes().len(), writes);
}

#[test]
fn wrong_usage_is_told() {
    let bench = Bench::applied();
    for wrong in [
        &["release"] as &[&str],
        &["release", "--all", HOURS],
        &["release", HOURS, "--team", "sre"],
        &["release", "nonsense"],
        &["release", "--all", "--team", "sree"],
    ] {
        assert_eq!(bench.run(wrong).status, 2, "{wrong:?}");
    }
    let misspelt = bench.run(&["release", "--yes", "2026-q4/sre/mtbf/hour"]);
    assert_eq!(misspelt.status, 1, "{misspelt:?}");
    assert!(
        misspelt
            .stdout
            .contains("did you mean 2026-q4/sre/mtbf/hours?"),
        "{misspelt:?}"
    );
}
