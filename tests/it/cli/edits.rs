//! One edit, of a file or by hand in GitLab, and the plan that says exactly that.

use serde_json::json;

use crate::support::bench::Bench;
use crate::support::okr::{edit, put};

const SRE: &str = "okrs/2026-q4/sre.toml";
const DELIVERY: &str = "okrs/2026-q4/delivery.toml";
const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// Compares a plan with its snapshot. New issues are numbered in the order in which GitLab answered.
macro_rules! assert_plan {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![(r"#\d+", "#N")] }, {
            insta::assert_snapshot!($text);
        });
    };
}

/// Applies the plan and expects that nothing is left.
fn settle(bench: &Bench) {
    bench.apply(&[]);
    bench.assert_at_rest();
}

#[test]
fn a_title_changes() {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        SRE,
        "title = \"Cut pages per on-call shift from 14 to 5\"",
        "title = \"Cut pages per on-call shift to 5\"",
    );
    assert_plan!(bench.plan());
    settle(&bench);
    let title = &bench.issue("2026-q4/sre/mtbf/pages")["title"];
    assert_eq!(title, "Cut pages per on-call shift to 5");
}

#[test]
fn a_key_result_is_dropped() {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        SRE,
        "owner = \"leila\"\n",
        "owner = \"leila\"\nstatus = \"dropped\"\nreason = \"The alarm's owner took it over.\"\n",
    );
    assert_plan!(bench.plan());
    settle(&bench);
    let issue = bench.issue("2026-q4/sre/mtbf/pages");
    assert_eq!(issue["state"], "closed");
    let notes = bench.get(&format!("{}/notes", bench.path("2026-q4/sre/mtbf/pages")));
    let told = notes.to_string();
    assert!(told.contains("The alarm's owner took it over"), "{told}");
}

#[test]
fn an_id_is_renamed() {
    let bench = Bench::applied();
    let before = bench.path("2026-q4/sre/mtbf/pages");
    edit(
        bench.dir.path(),
        SRE,
        "[objective.mtbf.kr.pages]\n",
        "[objective.mtbf.kr.calm-nights]\npreviously = [\"pages\"]\n",
    );
    assert_plan!(bench.plan());
    settle(&bench);
    assert_eq!(bench.path("2026-q4/sre/mtbf/calm-nights"), before);
    assert_eq!(bench.managed().len(), 14);
}

#[test]
fn a_team_gets_another_tracker() {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        "okr.toml",
        "key_result_tracker = \"gl-infra/delivery\"\n",
        "",
    );
    assert_plan!(bench.plan());
    settle(&bench);
    let issue = bench.issue("2026-q4/delivery/deploys/lead-time");
    let reference = issue["references"]["full"].as_str().unwrap();
    assert!(reference.starts_with("gl-infra/frameworks#"), "{reference}");
}

#[test]
fn a_title_that_somebody_edits_by_hand_is_drift_and_stays() {
    let bench = Bench::applied();
    bench.ask("PUT", &bench.path(HOURS), &json!({ "title": "MTBF!" }));
    let text = bench.plan();
    assert_plan!(text);
    assert_eq!(bench.run(&["plan", "--exit-code"]).status, 4);
    settle(&bench);
    assert_eq!(bench.issue(HOURS)["title"], "MTBF!");
}

#[test]
fn a_label_that_somebody_adds_is_theirs() {
    let bench = Bench::applied();
    bench.ask(
        "PUT",
        &bench.path(HOURS),
        &json!({ "add_labels": "urgent" }),
    );
    assert_plan!(bench.plan());
    settle(&bench);
    let labels = bench.issue(HOURS)["labels"].to_string();
    assert!(
        labels.contains("urgent") && labels.contains("okr:kr"),
        "{labels}"
    );
}

#[test]
fn a_check_in_that_somebody_writes_into_the_table_is_kept() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let description = bench.get(&path)["description"].as_str().unwrap().to_owned();
    let last = description
        .lines()
        .find(|line| line.starts_with("| 2026-11-16"))
        .unwrap();
    let added = "| 2026-11-23 | 180 | 70 | on-track | By hand. |";
    let edited = description.replace(last, &format!("{last}\n{added}"));
    bench.ask("PUT", &path, &json!({ "description": edited }));
    assert_plan!(bench.plan());
    settle(&bench);
    let kept = bench.get(&path)["description"].to_string();
    assert!(kept.contains("By hand."), "{kept}");
    // A change of the same issue keeps it too.
    edit(
        bench.dir.path(),
        SRE,
        "share = 40",
        "share = 40\nweight = 2",
    );
    bench.apply(&[]);
    assert!(
        bench.get(&path)["description"]
            .to_string()
            .contains("By hand.")
    );
}

#[test]
fn a_team_that_is_gone_is_closed_in_sight_and_only_when_allowed() {
    let bench = Bench::applied();
    std::fs::remove_file(bench.dir.path().join(DELIVERY)).unwrap();
    edit(
        bench.dir.path(),
        SRE,
        "depends_on = [\"delivery/deploys/change-failures\"]\n",
        "",
    );
    edit(
        bench.dir.path(),
        "okrs/2026-q4/andrew.toml",
        ", \"delivery/deploys\"",
        "",
    );
    let plan = bench.plan();
    assert_plan!(plan);
    let live = || {
        let issues = bench.managed();
        issues.iter().filter(|i| i["state"] == "opened").count()
    };
    bench.sandbox.clear_journal();
    let refused = bench.run(&["apply", "--yes"]);
    assert_eq!(refused.status, 7);
    assert!(
        refused.stderr.contains("--allow max_close_percent"),
        "{refused:?}"
    );
    assert_eq!(bench.writes(), [""; 0]);
    assert_eq!(live(), 14);
    bench.apply(&["--allow", "max_close_percent"]);
    assert_eq!(live(), 10);
    bench.assert_at_rest();
}

#[test]
fn time_alone_changes_nothing() {
    let bench = Bench::applied();
    for today in ["2026-12-31", "2027-01-01", "2046-11-16"] {
        let ran = bench.okr(&["plan"]).env("OKR_TODAY", today).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stdout.starts_with("No changes."), "{}", ran.stdout);
    }
}

#[test]
fn a_file_that_a_person_adds_is_planned_with_its_own_issues_only() {
    let bench = Bench::applied();
    put(
        bench.dir.path(),
        "okrs/2027-q1/infrastructure.toml",
        b"[objective.next]\ntitle = \"Keep it so\"\n",
    );
    assert_plan!(bench.plan());
    settle(&bench);
}
