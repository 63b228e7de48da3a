//! `okr pull`: titles, due dates and descriptions that people change in issues come back into the files.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{Ran, assert_valid, edit, read};

const CONFIG: &str = "okr.toml";
const SRE: &str = "okrs/2026-q4/sre.toml";
const MTBF: &str = "2026-q4/sre/mtbf";
const HOURS: &str = "2026-q4/sre/mtbf/hours";
const READINESS: &str = "2026-q4/sre/mtbf/readiness";
const PAGES: &str = "2026-q4/sre/mtbf/pages";

/// Somebody changes an issue.
fn change(bench: &Bench, key: &str, change: &Value) {
    bench.ask("PUT", &bench.path(key), change);
}

/// What somebody makes of an issue's description.
fn describe(bench: &Bench, key: &str, from: &str, to: &str) {
    let issue = bench.issue(key);
    let description = issue["description"].as_str().unwrap();
    assert_eq!(description.matches(from).count(), 1, "{description}");
    change(
        bench,
        key,
        &json!({ "description": description.replace(from, to) }),
    );
}

fn sre(bench: &Bench) -> String {
    read(bench.dir.path().join(SRE))
}

fn pull(bench: &Bench, arguments: &[&str], status: i32) -> Ran {
    let ran = bench.run(&[&["pull"], arguments].concat());
    assert_eq!(ran.status, status, "{ran:?}");
    ran
}

/// What a pull would do, as other programs read it.
fn report(bench: &Bench) -> Value {
    let ran = bench.run(&["pull", "--check", "--format", "json"]);
    let json = serde_json::from_str(&ran.stdout).unwrap();
    assert_valid("pull.schema.json", &json);
    json
}

/// Key, field and reason of what is left for somebody to decide.
fn left(report: &Value) -> Vec<(&str, &str, &str)> {
    let left = report["left"].as_array().unwrap().iter();
    let told = left.map(|left| {
        let word = |name: &str| left[name].as_str().unwrap();
        (word("key"), word("field"), word("reason"))
    });
    told.collect()
}

/// Message, where it is for everybody, and reason of what stays in GitLab.
fn stays(report: &Value) -> Vec<(&str, &str)> {
    let stays = report["not_pulled"].as_array().unwrap().iter();
    let told = stays.map(|edit| {
        (
            edit["message"].as_str().unwrap_or("confidential"),
            edit["why"].as_str().unwrap(),
        )
    });
    told.collect()
}

/// Expects that nothing is to pull, that no field differs, and that an apply brings what follows from the fields and rests.
fn assert_agreed(bench: &Bench) {
    let before = sre(bench);
    let again = pull(bench, &[], 0);
    assert_eq!(
        (again.stdout.as_str(), again.stderr.as_str()),
        ("", "nothing to pull\n")
    );
    let form = bench.run(&["fmt", "--check"]);
    assert_eq!(form.status, 0, "{form:?}");
    let plan = bench.run(&["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    for change in plan["changes"].as_array().unwrap() {
        for field in change["fields"].as_array().unwrap() {
            // The block names title and due date, and shows them anew.
            let field = (&field["field"], &field["cause"]);
            assert_eq!(field, (&json!("definition"), &json!("pending")), "{change}");
        }
    }
    let notices = plan["notices"].as_array().unwrap();
    assert!(
        notices.iter().all(|notice| notice["id"] != "drift"),
        "{plan}"
    );
    bench.apply(&[]);
    bench.assert_at_rest();
    pull(bench, &[], 0);
    assert_eq!(sre(bench), before);
}

#[test]
fn titles_and_due_dates_come_back_and_both_sides_rest() {
    let bench = Bench::applied();
    let hostile = "Raise MTBF <b>from</b> 96 h to 240 h, /close @mia \"q\" &#64;all ~x";
    change(
        &bench,
        HOURS,
        &json!({ "title": hostile, "due_date": "2026-12-17" }),
    );
    change(&bench, PAGES, &json!({ "due_date": "2026-12-11" }));
    change(
        &bench,
        MTBF,
        &json!({ "title": "/assign @mia to quieter weeks" }),
    );
    let (before, writes) = (sre(&bench), bench.writes());
    let shown = pull(&bench, &["--check"], 1);
    assert_eq!(sre(&bench), before, "--check writes nothing");
    assert_eq!(shown.stderr, "4 edits to pull into 1 file\n");
    let json = report(&bench);
    insta::assert_json_snapshot!(json["teams"]);
    let ran = pull(&bench, &[], 0);
    assert_eq!(ran.stdout, shown.stdout);
    insta::assert_snapshot!(ran.stdout);
    assert_eq!(
        ran.stderr,
        "pulled 4 edits into 1 file: look at them, and commit them\n"
    );
    assert_eq!(bench.writes(), writes, "GitLab is only read");
    assert_agreed(&bench);
    // What people mentioned themselves is not written again.
    assert_eq!(bench.issue(HOURS)["title"], hostile);
}

#[test]
fn rows_and_edits_come_together_and_their_message_quotes_nobody() {
    let bench = Bench::applied();
    change(
        &bench,
        PAGES,
        &json!({ "title": "Cut pages per shift from 14 to 5" }),
    );
    describe(
        &bench,
        PAGES,
        "\n\n<!-- okrsync:v1",
        "\n| 2026-11-23 | 10 | | | Closes #1 |\n\n<!-- okrsync:v1",
    );
    change(&bench, READINESS, &json!({ "due_date": "2026-12-31" }));
    let ran = pull(&bench, &["--messages", "."], 0);
    assert_eq!(
        ran.stderr,
        "pulled 1 check-in and 2 edits into 1 file: look at them, and commit them\n"
    );
    let message = read(bench.dir.path().join("sre.txt"));
    insta::assert_snapshot!(message, @r"
    Edits of sre from GitLab

    What people wrote in the issues:
    `2026-q4/sre/mtbf/pages`: title; check-in of 2026-11-23.
    `2026-q4/sre/mtbf/readiness`: due date 2026-12-31, was 2026-12-11.
    ");
    let valid = bench.run(&["validate"]);
    assert_eq!(valid.status, 0, "{valid:?}");
    // The last day of the quarter is what a key result without a date has; somebody who chose it is quoted.
    assert!(sre(&bench).contains("due = 2026-12-31\n"));
    assert_agreed(&bench);
}

#[test]
fn what_the_file_cannot_hold_is_refused() {
    let bench = Bench::applied();
    let long = "@mia ".repeat(50);
    change(
        &bench,
        HOURS,
        &json!({ "title": long.trim(), "due_date": "2027-01-31" }),
    );
    change(&bench, PAGES, &json!({ "due_date": "2026-12-11" }));
    let json = report(&bench);
    assert_eq!(
        left(&json),
        [(HOURS, "title", "refused"), (HOURS, "due", "refused")]
    );
    let ran = pull(&bench, &[], 1);
    for said in [
        "the file cannot hold the title",
        "the title has 299 characters, counting one more for each @",
        "2027-01-31 is not a day of 2026-q4",
        "help        mend the due date in the issue, or write it into the file by hand",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    assert!(sre(&bench).contains("due = 2026-12-11\n"));
}

#[test]
fn both_sides_of_a_conflict_are_shown_and_neither_is_written() {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        CONFIG,
        "drift = \"keep\"",
        "drift = \"keep\"\npull = [\"title\", \"due\", \"description\"]",
    );
    change(
        &bench,
        HOURS,
        &json!({ "title": "Theirs from 96 h to 240 h", "due_date": "2026-12-17" }),
    );
    edit(
        bench.dir.path(),
        SRE,
        "title = \"Raise GitLab.com's MTBF",
        "title = \"Raise our MTBF",
    );
    edit(
        bench.dir.path(),
        SRE,
        "due = 2026-12-18",
        "due = 2026-12-16",
    );
    describe(&bench, PAGES, "Only pages that woke", "All pages that woke");
    edit(
        bench.dir.path(),
        SRE,
        "Only pages that woke",
        "The pages that woke",
    );
    // Equal on both sides is no conflict.
    change(&bench, READINESS, &json!({ "due_date": "2026-12-10" }));
    edit(
        bench.dir.path(),
        SRE,
        "due = 2026-12-11",
        "due = 2026-12-10",
    );
    let before = sre(&bench);
    let json = report(&bench);
    assert_eq!(
        left(&json),
        [
            (HOURS, "title", "conflict"),
            (HOURS, "due", "conflict"),
            (PAGES, "description", "conflict"),
        ]
    );
    assert_eq!(stays(&json), []);
    let ran = pull(&bench, &[], 1);
    assert_eq!(sre(&bench), before);
    insta::with_settings!({ filters => vec![(r"issues/\d+", "issues/N"), (r"http://127\.0\.0\.1:\d+", "http://sandbox")] }, {
        insta::assert_snapshot!(ran.stdout);
    });
}

#[test]
fn what_never_comes_back_is_told_with_the_reason() {
    let bench = Bench::applied();
    edit(
        bench.dir.path(),
        CONFIG,
        "tracker = \"gl-infra/infrastructure\"\n\n[teams.delivery]",
        "tracker = \"gl-infra/infrastructure\"\npolicy = { drift = { title = \"revert\" }, pull = [\"due\"] }\n\n[teams.delivery]",
    );
    change(
        &bench,
        HOURS,
        &json!({ "title": "Theirs", "due_date": "", "remove_labels": "okr:kr" }),
    );
    describe(
        &bench,
        HOURS,
        "| 2026-11-09 | 158 |",
        "| soon | 1 |\n| 2026-11-09 | 159 |",
    );
    describe(&bench, PAGES, "| Owner |", "| Owners |");
    change(
        &bench,
        PAGES,
        &json!({ "state_event": "close", "assignee_ids": [] }),
    );
    change(&bench, READINESS, &json!({ "confidential": true }));
    let before = sre(&bench);
    let json = report(&bench);
    assert_eq!(left(&json), []);
    let ran = pull(&bench, &[], 0);
    assert_eq!(sre(&bench), before);
    insta::with_settings!({ filters => vec![(r"#\d+", "#N")] }, {
        insta::assert_snapshot!(ran.stdout);
    });
    let told = stays(&json);
    assert_eq!(told.len(), 9, "{told:?}");
    for (message, why) in told {
        for said in [message, why] {
            let shown = ran.stdout.contains(said);
            assert!(shown, "{said}");
        }
    }
}

#[test]
fn closed_quarters_and_hidden_issues_keep_their_edits() {
    let bench = Bench::applied();
    change(
        &bench,
        PAGES,
        &json!({ "due_date": "2026-12-11", "title": "Hidden words from 14 to 5", "confidential": true }),
    );
    let json = report(&bench);
    assert_eq!(
        left(&json),
        [
            (PAGES, "title", "made-confidential"),
            (PAGES, "due", "made-confidential")
        ]
    );
    let ran = bench.okr(&["pull", "--check"]).env("CI", "true").run();
    let said = format!("{}{}{json}", ran.stdout, ran.stderr);
    assert!(
        !said.contains("Hidden") && !said.contains("2026-12-11"),
        "{said}"
    );
    edit(
        bench.dir.path(),
        CONFIG,
        "[safety]",
        "[quarters.\"2026-q4\"]\nstate = \"closed\"\n\n[safety]",
    );
    change(&bench, HOURS, &json!({ "due_date": "2026-12-11" }));
    let json = report(&bench);
    assert_eq!(
        left(&json),
        [
            (HOURS, "due", "closed-quarter"),
            (PAGES, "title", "closed-quarter"),
            (PAGES, "due", "closed-quarter"),
        ]
    );
    let before = sre(&bench);
    bench.run(&["pull"]);
    assert_eq!(sre(&bench), before);
}

#[test]
fn edits_of_a_renamed_and_of_an_adopted_issue_come_back() {
    let bench = Bench::new();
    let theirs = json!({ "title": "Older than its key" });
    let made = bench.ask(
        "POST",
        "/projects/gl-infra%2Finfrastructure/issues",
        &theirs,
    );
    let adopt = format!(
        "adopt = \"{}\"\nunit = \"pages\"",
        made["references"]["full"].as_str().unwrap()
    );
    edit(bench.dir.path(), SRE, "unit = \"pages\"", &adopt);
    bench.run(&["fmt"]);
    // Before the first apply nobody knows what people changed since.
    let ran = pull(&bench, &[], 0);
    assert_eq!(ran.stderr, "nothing to pull\n");
    bench.apply(&[]);
    change(
        &bench,
        PAGES,
        &json!({ "title": "Cut pages a shift from 14 to 5" }),
    );
    change(&bench, READINESS, &json!({ "due_date": "2026-12-17" }));
    edit(
        bench.dir.path(),
        SRE,
        "[objective.mtbf.kr.readiness]\n",
        "[objective.mtbf.kr.reviews]\npreviously = [\"readiness\"]\n",
    );
    bench.run(&["fmt"]);
    pull(&bench, &[], 0);
    let text = sre(&bench);
    for line in [
        "title = \"Cut pages a shift from 14 to 5\"\n",
        "due = 2026-12-17\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    bench.apply(&[]);
    assert_agreed(&bench);
}

#[test]
fn descriptions_come_back_where_the_policy_says_so() {
    let bench = Bench::applied();
    let theirs =
        "Every page counts:\n\n```sh\n/close \"\"\" \\ @mia\n```\n\nSee \\@mia, <b>C:\\new</b>.";
    describe(
        &bench,
        PAGES,
        "Only pages that woke or interrupted somebody count, whether or not they needed an action.",
        theirs,
    );
    let json = report(&bench);
    let [(_, why)] = stays(&json)[..] else {
        panic!("{json}")
    };
    assert_eq!(
        why,
        "`pull` in the policy of sre does not name \"description\""
    );
    edit(
        bench.dir.path(),
        CONFIG,
        "drift = \"keep\"",
        "drift = \"keep\"\npull = [\"description\"]",
    );
    // The file went on meanwhile: progress stands in the block, too.
    edit(
        bench.dir.path(),
        SRE,
        "check_in.2026-11-16 = { value = 11,",
        "check_in.2026-11-16 = { value = 10,",
    );
    let ran = pull(&bench, &[], 0);
    insta::assert_snapshot!(ran.stdout);
    bench.apply(&[]);
    assert_agreed(&bench);
    let issue = bench.issue(PAGES);
    let description = issue["description"].as_str().unwrap();
    assert!(description.contains(theirs), "{description}");
    // More than the description.
    describe(&bench, PAGES, "Every page counts:", "Each page counts:");
    describe(&bench, PAGES, "| Owner | `leila` |", "| Owner | `mia` |");
    let before = sre(&bench);
    let ran = pull(&bench, &[], 0);
    assert!(
        ran.stdout.contains("more than its description was edited"),
        "{ran:?}"
    );
    assert_eq!(sre(&bench), before);
}

/// The block of an objective does not show its title, and its marker records all the same on what both sides have agreed.
#[test]
fn a_second_edit_of_an_objectives_title_is_no_conflict() {
    let bench = Bench::applied();
    for title in [
        "Users are never interrupted",
        "Users are hardly interrupted",
    ] {
        change(&bench, MTBF, &json!({ "title": title }));
        let ran = pull(&bench, &[], 0);
        assert!(ran.stdout.contains(title), "{ran:?}");
        assert_agreed(&bench);
    }
}

/// Whatever people make of titles and dates, a pull brings it into the file or says why not; then no field differs, an apply
/// rests, and neither comes twice.
#[test]
fn pull_then_apply_then_pull_is_at_rest() {
    let bench = Bench::applied();
    let title = prop_oneof![
        "[a-c@*_\"'\\\\<>&#/~-]( ?[a-c@mia*_\"'\\\\<>&#;64/~-]){0,20}",
        "(@|&#64;|&commat;|\u{200b}|mia|/close| ){1,8}x"
    ];
    let edit = (title, 1i8..=31, any::<bool>());
    let edits = proptest::collection::btree_map(0usize..4, edit, 1..4);
    let mut runner = TestRunner::new(Config {
        cases: 6,
        failure_persistence: None,
        ..Config::default()
    });
    let law = runner.run(&edits, |edits| {
        for (which, (title, day, alone)) in &edits {
            let key = [MTBF, HOURS, READINESS, PAGES][*which];
            let mut edit = json!({ "title": title });
            if !alone {
                edit["due_date"] = json!(format!("2026-12-{day:02}"));
            }
            change(&bench, key, &edit);
        }
        let ran = bench.run(&["pull"]);
        prop_assert_eq!(ran.status, 0, "{:?}", ran);
        assert_agreed(&bench);
        Ok(())
    });
    law.unwrap();
}
