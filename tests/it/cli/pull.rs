//! `okr pull`: what people write into check-in tables comes back into the files.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{Ran, assert_valid, edit, put, read};
use crate::support::repository::path;

const SRE: &str = "okrs/2026-q4/sre.toml";
const HOURS: &str = "2026-q4/sre/mtbf/hours";
const PAGES: &str = "2026-q4/sre/mtbf/pages";

/// What somebody makes of an issue's description.
fn describe(bench: &Bench, key: &str, change: impl FnOnce(&str) -> String) {
    let issue = bench.issue(key);
    let description = change(issue["description"].as_str().unwrap());
    let description = json!({ "description": description });
    bench.ask("PUT", &bench.path(key), &description);
}

/// Somebody writes rows at the end of an issue's check-in table.
fn write_rows(bench: &Bench, key: &str, rows: &[&str]) {
    describe(bench, key, |text| {
        let end = text.find("\n\n<!-- okrsync:v1").unwrap();
        let (table, marker) = text.split_at(end);
        format!("{table}\n{}{marker}", rows.join("\n"))
    });
}

fn sre(bench: &Bench) -> String {
    read(bench.dir.path().join(SRE))
}

fn pull(bench: &Bench, arguments: &[&str], status: i32) -> Ran {
    let ran = bench.run(&[&["pull"], arguments].concat());
    assert_eq!(ran.status, status, "{ran:?}");
    ran
}

/// Expects that files and GitLab agree, and that neither direction has anything to do.
fn assert_agreed(bench: &Bench) {
    let before = sre(bench);
    let again = pull(bench, &[], 0);
    let said = (again.stdout.as_str(), again.stderr.as_str());
    assert_eq!(said, ("", "nothing to pull\n"));
    assert_eq!(sre(bench), before);
    for arguments in [&["fmt", "--check"] as &[&str], &["validate"]] {
        let ran = bench.run(arguments);
        assert_eq!(ran.status, 0, "{ran:?}");
    }
}

#[test]
fn rows_come_back_and_both_sides_rest() {
    let bench = Bench::applied();
    assert_agreed(&bench);
    write_rows(
        &bench,
        HOURS,
        &[
            "|2026-11-23|182,5|70%|On track| Patroni \\| done, said \"mia\" \\",
            "| 2026-10-07 | | | at risk |",
        ],
    );
    let before = sre(&bench);
    let writes = bench.writes();
    let ran = pull(&bench, &[], 0);
    insta::assert_snapshot!(ran.stdout, @r#"
    --- a/okrs/2026-q4/sre.toml
    +++ b/okrs/2026-q4/sre.toml
    @@ -26,12 +26,14 @@
     depends_on = ["delivery/deploys/change-failures"]
     work = ["gl-infra/infrastructure#123", 'gl-infra/infrastructure%"Patroni rollout"']
     check_in.2026-10-05 = { value = 102, confidence = 50, health = "on-track", note = "The baseline month has left the window; no failure so far." }
    +check_in.2026-10-07 = { health = "at-risk" }
     check_in.2026-10-12 = { value = 118, confidence = 55, health = "on-track" }
     check_in.2026-10-19 = { value = 115, confidence = 50, health = "needs-attention", note = "A failover took the primary down for 9 min; it will not recur once Patroni decides." }
     check_in.2026-10-26 = { value = 134, confidence = 55, health = "on-track", note = "First two clusters are on Patroni." }
     check_in.2026-11-02 = { value = 149, confidence = 60, health = "on-track" }
     check_in.2026-11-09 = { value = 158, confidence = 60, health = "on-track" }
     check_in.2026-11-16 = { value = 171, confidence = 65, health = "on-track", note = "Half of the way at half of the quarter. The last cluster moves on 24 November." }
    +check_in.2026-11-23 = { value = 182.5, confidence = 70, health = "on-track", note = 'Patroni | done, said "mia" \' }
     
     [objective.mtbf.kr.readiness]
     title = "Shorten production readiness reviews from 21 to 8 days"
    "#);
    assert_eq!(
        ran.stderr,
        "pulled 2 check-ins into 1 file: look at them, and commit them\n"
    );
    assert_eq!(bench.writes(), writes, "GitLab is only read");
    let without: Vec<String> = sre(&bench)
        .lines()
        .filter(|line| !line.contains(".2026-10-07 =") && !line.contains(".2026-11-23 ="))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(without.concat(), before);
    assert_agreed(&bench);
    // The file's row is the one that stands there: only progress, which the files know better by now, is to do.
    let plan = bench.plan();
    assert!(!plan.contains("check-in"), "{plan}");
    bench.apply(&[]);
    bench.assert_at_rest();
    assert_agreed(&bench);
}

#[test]
fn a_row_that_somebody_changes_takes_the_place_of_one_that_was_applied() {
    let bench = Bench::applied();
    let change = |text: &str| text.replacen("| 2026-11-09 | 158 |", "| 2026-11-09 | 159 |", 1);
    describe(&bench, HOURS, change);
    pull(&bench, &[], 0);
    let line = "check_in.2026-11-09 = { value = 159, confidence = 60, health = \"on-track\" }\n";
    assert!(sre(&bench).contains(line), "{}", sre(&bench));
    assert_agreed(&bench);
    bench.apply(&[]);
    bench.assert_at_rest();
}

#[test]
fn what_nobody_can_decide_is_shown_with_both_sides_and_stays() {
    let bench = Bench::applied();
    // The file says something else of the same day, and it was never applied.
    edit(
        bench.dir.path(),
        SRE,
        "check_in.2026-11-16 = { value = 171, confidence = 65",
        "check_in.2026-11-18 = { value = 173 }\ncheck_in.2026-11-16 = { value = 171, confidence = 65",
    );
    bench.run(&["fmt"]);
    write_rows(
        &bench,
        HOURS,
        &[
            "| 2026-11-18 | 140 | 60 % | | No. |",
            "| 2026-11-20 | 1,500 | | | |",
            "| 2026-11-21 | 5 | | fine | |",
            "| 2025-11-21 | 5 | | | Last year. |",
            "| 2026-11-22 | 1 |",
            "| 2026-11-22 | 2 |",
        ],
    );
    write_rows(&bench, PAGES, &["| 2026-11-23 | 10 |"]);
    describe(&bench, PAGES, |text| text.replacen("Owner", "Owners", 1));
    bench.ask(
        "PUT",
        &bench.path(PAGES),
        &json!({ "title": "Fewer pages" }),
    );
    let before = sre(&bench);
    let ran = pull(&bench, &["--check"], 1);
    assert_eq!(sre(&bench), before, "--check writes nothing");
    let json = pull(&bench, &["--check", "--format", "json"], 1);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_valid("pull.schema.json", &json);
    let written = pull(&bench, &[], 1);
    assert_eq!(written.stdout, ran.stdout);
    let added = "check_in.2026-11-23 = { value = 10 }\n";
    let titles = [
        "title = \"Fewer pages\"",
        "title = \"Cut pages per on-call shift from 14 to 5\"",
    ];
    let undone = sre(&bench).replacen(added, "", 1);
    assert_eq!(undone.replacen(titles[0], titles[1], 1), before);
    insta::with_settings!({ filters => vec![(r"issues/\d+", "issues/N"), (r"#\d+", "#N"), (r"http://127\.0\.0\.1:\d+", "http://sandbox")] }, {
        insta::assert_snapshot!(ran.stdout);
        insta::assert_json_snapshot!(json);
    });
}

#[test]
fn files_that_are_not_committed_are_left_alone() {
    let bench = Bench::applied();
    write_rows(&bench, HOURS, &["| 2026-11-23 | 180 |"]);
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        let who = ["-c", "user.name=mia", "-c", "user.email=mia@example.com"];
        let done = command
            .args(who)
            .args(arguments)
            .current_dir(bench.dir.path());
        assert!(done.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    let run = |arguments: &[&str]| {
        let (name, value) = path().unwrap();
        let okr = bench.okr(&[&["pull"], arguments].concat());
        okr.env(name.to_str().unwrap(), value).run()
    };
    let before = sre(&bench);
    let refused = || {
        let ran = run(&[]);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
        let said = format!("{SRE} has changes that are not committed, so nothing was written");
        assert!(ran.stderr.contains(&said), "{ran:?}");
    };
    refused();
    git(&["add", "--all"]);
    refused();
    git(&["commit", "--quiet", "--message", "OKRs"]);
    // Another file's changes do not matter.
    let other = bench.dir.path().join("okrs/2026-q4/delivery.toml");
    put(
        bench.dir.path(),
        "okrs/2026-q4/delivery.toml",
        format!("{}\n# mine\n", read(other)).as_bytes(),
    );
    assert_eq!(run(&[]).status, 0);
    assert!(sre(&bench).contains("check_in.2026-11-23 = { value = 180 }"));
    git(&["checkout", "--quiet", "--", SRE]);
    assert_eq!(sre(&bench), before);
    put(
        bench.dir.path(),
        SRE,
        format!("{before}# mine\n").as_bytes(),
    );
    refused();
    assert_eq!(run(&["--allow-dirty"]).status, 0);
    assert!(sre(&bench).ends_with("# mine\n"));
}

#[test]
fn confidential_rows_come_back_and_are_named_by_their_keys() {
    let bench = Bench::new();
    edit(
        bench.dir.path(),
        SRE,
        "title = \"Raise GitLab.com's MTBF from 96 h to 240 h\"\n",
        "title = \"Raise GitLab.com's MTBF from 96 h to 240 h\"\nconfidential = true\n",
    );
    bench.run(&["fmt"]);
    bench.apply(&[]);
    write_rows(
        &bench,
        HOURS,
        &["| 2026-11-23 | 180 | | | Secret words. |", "| secret row |"],
    );
    write_rows(&bench, PAGES, &["| 2026-11-23 | 9 | | | Hidden later. |"]);
    bench.ask("PUT", &bench.path(PAGES), &json!({ "confidential": true }));
    let before = sre(&bench);
    for arguments in [&["--check"] as &[&str], &["--check", "--format", "json"]] {
        let ran = bench
            .okr(&[&["pull"], arguments].concat())
            .env("CI", "true")
            .run();
        assert_eq!(ran.status, 1, "{ran:?}");
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(HOURS) && said.contains(PAGES), "{said}");
        for secret in ["Secret", "secret row", "Hidden", "180"] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
    }
    let ran = pull(&bench, &[], 1);
    assert!(ran.stdout.contains("Secret words."), "{ran:?}");
    let added = "check_in.2026-11-23 = { value = 180, note = \"Secret words.\" }\n";
    assert_eq!(sre(&bench).replacen(added, "", 1), before);
}

#[test]
fn a_record_a_part_and_a_job_token_do() {
    let bench = Bench::applied();
    write_rows(&bench, HOURS, &["| 2026-11-23 | 180 |"]);
    write_rows(
        &bench,
        "2026-q4/delivery/deploys/lead-time",
        &["| 2026-11-23 | 30 |"],
    );
    let teams = |ran: &Ran| -> Vec<String> {
        let json: Value = serde_json::from_str(&ran.stdout).unwrap();
        let teams = json["teams"].as_array().unwrap().iter();
        teams
            .map(|team| team["team"].as_str().unwrap().to_owned())
            .collect()
    };
    let json = ["--check", "--format", "json"];
    let ran = pull(&bench, &json, 1);
    assert_eq!(teams(&ran), ["delivery", "sre"]);
    let ran = pull(&bench, &[&json[..], &["--team", "delivery"]].concat(), 1);
    assert_eq!(teams(&ran), ["delivery"]);
    let ran = pull(&bench, &[&json[..], &["--team", "sae"]].concat(), 0);
    assert_eq!(teams(&ran), [""; 0]);
    // A job reads issues with their descriptions, and nothing else.
    let job = bench
        .okr(&[&["pull"], &json[..]].concat())
        .env("OKR_TOKEN", "");
    let ran = job.env("CI_JOB_TOKEN", "sandbox-ci-job").run();
    assert_eq!((ran.status, teams(&ran).len()), (1, 2), "{ran:?}");
    let observe = bench.run(&["observe", "--out", "seen.json"]);
    assert_eq!(observe.status, 0, "{observe:?}");
    let offline = bench
        .okr(&["pull", "--observed", "seen.json"])
        .env("OKR_TOKEN", "");
    let ran = offline.run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.starts_with("planned from what"), "{ran:?}");
    assert_agreed(&bench);
    bench.apply(&[]);
    bench.assert_at_rest();
}

#[test]
fn a_pull_costs_what_a_plan_costs() {
    let bench = Bench::applied();
    for key in [HOURS, PAGES] {
        write_rows(
            &bench,
            key,
            &["| 2026-11-23 | 180 |", "| 2026-11-24 | 180 |"],
        );
    }
    let requests = || bench.sandbox.journal().len();
    let before = requests();
    bench.plan();
    let planned = requests() - before;
    pull(&bench, &["--check"], 1);
    assert_eq!(requests(), before + 2 * planned);
}

/// Whatever the rows, a pull writes what the next apply finds in place, and neither comes twice.
#[test]
fn pull_then_apply_then_pull_is_at_rest() {
    let bench = Bench::applied();
    let row = (1i8..=30, 0u32..3000, "[a-c|\\\\`@<>*_ \"'#/-]{0,16}");
    let rows = proptest::collection::btree_map(0u8..3, row, 1..4);
    let mut runner = TestRunner::new(Config {
        cases: 5,
        failure_persistence: None,
        ..Config::default()
    });
    let law = runner.run(&rows, |rows| {
        for (which, (day, value, note)) in &rows {
            let key = [HOURS, PAGES, "2026-q4/sre/mtbf/readiness"][usize::from(*which)];
            let value = format!("{}.{}", value / 10, value % 10);
            let row = format!("| 2026-12-{day:02} | {value} | | | {note} |");
            write_rows(&bench, key, &[row.as_str()]);
        }
        // A later case may write of the same day again: that is a change, of an applied row, or a second row.
        let ran = bench.run(&["pull"]);
        prop_assert!(matches!(ran.status, 0 | 1), "{ran:?}");
        let once = sre(&bench);
        let again = bench.run(&["pull"]);
        prop_assert_eq!(again.stderr, "nothing to pull\n");
        prop_assert_eq!(&sre(&bench), &once);
        prop_assert_eq!(bench.run(&["fmt", "--check"]).status, 0);
        prop_assert_eq!(bench.run(&["validate"]).status, 0);
        bench.apply(&[]);
        bench.assert_at_rest();
        bench.run(&["pull"]);
        prop_assert_eq!(&sre(&bench), &once);
        Ok(())
    });
    law.unwrap();
}
