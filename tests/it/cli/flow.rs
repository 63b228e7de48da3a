//! `okr flow`: metrics of work that happened in the sandbox at known times.

use okrsync::sandbox::{Fault, FaultRule, World};
use serde_json::{Value, json};

use crate::support::bench::{self, Bench, TOKEN, project};
use crate::support::okr::{Ran, assert_valid, okr, put, read};

/// The project where the work is.
pub(super) const WORK: &str = "gl-infra/infrastructure";

const FLOW: &str = r#"
[flow.states]
cancelled = ["wontfix"]
blocked = ["workflow::blocked"]
active = ["workflow::doing", "workflow::review"]
waiting = ["workflow::todo"]
[flow.types]
risk = ["security"]
defect = ["bug"]
debt = ["maintenance"]
feature = ["feature"]
"#;

/// A bench whose okr.toml says what labels mean, with the labels.
pub(super) fn bench() -> Bench {
    bench_of(|_| {})
}

/// The same in a world that differs.
pub(super) fn bench_of(change: impl FnOnce(&mut World)) -> Bench {
    let bench = Bench::of(change);
    let path = bench.dir.path().join("okr.toml");
    let text = read(&path);
    put(
        bench.dir.path(),
        "okr.toml",
        format!("{text}{FLOW}").as_bytes(),
    );
    for name in [
        "workflow::doing",
        "workflow::review",
        "workflow::blocked",
        "workflow::todo",
        "wontfix",
        "bug",
        "feature",
        "security",
        "maintenance",
    ] {
        let body = json!({"name": name, "color": "#336699"});
        bench.ask("POST", &format!("{}/labels", project(WORK)), &body);
    }
    bench
}

/// A piece of work: what happens to it, each at its time, as `2026-10-05T09 +workflow::todo`, … `close`, `reopen`.
pub(super) fn work(bench: &Bench, title: &str, labels: &str, history: &[&str]) -> u64 {
    piece(bench, (WORK, title, labels), history)
}

/// The same in another project, without labels at first.
pub(super) fn work_in(bench: &Bench, place: &str, title: &str, history: &[&str]) -> u64 {
    piece(bench, (place, title, ""), history)
}

fn piece(bench: &Bench, (place, title, labels): (&str, &str, &str), history: &[&str]) -> u64 {
    let issues = format!("{}/issues", project(place));
    let at = |text: &str| -> jiff::Timestamp { format!("{text}:00:00Z").parse().unwrap() };
    let (first, rest) = history.split_first().unwrap();
    let issue = bench::ask(
        &bench.sandbox,
        at(first),
        "POST",
        &issues,
        &json!({"title": title, "labels": labels}),
    );
    let iid = issue["iid"].as_u64().unwrap();
    for step in rest {
        let mut words = step.split_whitespace();
        let when = at(words.next().unwrap());
        let mut body = json!({});
        for word in words {
            match word.split_at(1) {
                ("+", name) => body["add_labels"] = json!(name),
                ("-", name) => body["remove_labels"] = json!(name),
                _ => body["state_event"] = json!(word),
            }
        }
        bench::ask(
            &bench.sandbox,
            when,
            "PUT",
            &format!("{issues}/{iid}"),
            &body,
        );
    }
    iid
}

/// Six weeks of a team's work.
pub(super) fn worked(bench: &Bench) {
    work(
        bench,
        "Patroni fails over by itself",
        "feature,workflow::todo",
        &[
            "2026-10-05T09",
            "2026-10-07T09 +workflow::doing -workflow::todo",
            "2026-10-09T09 +workflow::review -workflow::doing",
            "2026-10-13T09 close",
        ],
    );
    work(
        bench,
        "Alerts without a runbook",
        "bug",
        &[
            "2026-10-06T10",
            "2026-10-08T10 +workflow::doing",
            "2026-10-10T10 close",
            "2026-10-12T10 reopen",
            "2026-10-14T10 close",
        ],
    );
    work(
        bench,
        "Rotate the keys of the registry",
        "security,workflow::doing",
        &[
            "2026-10-12T08",
            "2026-10-13T08 +workflow::blocked",
            "2026-10-20T08 -workflow::blocked",
            "2026-10-21T08 close",
        ],
    );
    // Never in progress, no kind.
    work(
        bench,
        "A question",
        "",
        &["2026-10-12T08", "2026-10-12T09 close"],
    );
    work(
        bench,
        "A dashboard for nobody",
        "feature,workflow::todo",
        &["2026-10-12T08", "2026-10-30T08 +wontfix close"],
    );
    work(
        bench,
        "Upgrade the load balancers",
        "maintenance",
        &[
            "2026-10-19T08",
            "2026-10-20T08 +workflow::doing",
            "2026-10-22T08 +workflow::review -workflow::doing",
        ],
    );
    work(
        bench,
        "Drain <b>nodes</b> faster",
        "feature",
        &["2026-11-09T08", "2026-11-11T08 +workflow::doing"],
    );
}

fn flow(bench: &Bench, arguments: &[&str]) -> Ran {
    let arguments = [&["flow"], arguments, &["--team", "sre"]].concat();
    let ran = bench.okr(&arguments).env("COLUMNS", "80").run();
    assert_eq!(ran.status, 0, "{ran:?}");
    ran
}

pub(super) fn as_json(ran: &Ran) -> Value {
    let reports: Value = serde_json::from_str(&ran.stdout).unwrap();
    let report = reports[0].clone();
    assert_valid("flow.schema.json", &report);
    report
}

/// How many requests asked for the past of issues since the journal was forgotten.
pub(super) fn asked(bench: &Bench) -> usize {
    let journal = bench.sandbox.journal();
    journal
        .iter()
        .filter(|entry| entry.path.contains("/resource_"))
        .count()
}

/// How many issues there are where the work is.
fn issues(bench: &Bench) -> usize {
    let issues = format!("{}/issues?per_page=100&scope=all", project(WORK));
    bench.get(&issues).as_array().unwrap().len()
}

#[test]
fn a_team_sees_how_its_work_flows() {
    let bench = bench();
    worked(&bench);
    let ran = flow(&bench, &[]);
    assert!(
        ran.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.stdout
    );
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn every_figure_comes_down_to_issues() {
    let bench = bench();
    worked(&bench);
    let arguments = ["flow", "explain", "--team", "sre"];
    let ran = bench.okr(&arguments).env("COLUMNS", "100").run();
    assert_eq!(ran.status, 0, "{ran:?}");
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn programs_get_what_the_schema_says() {
    let bench = bench();
    worked(&bench);
    let report = as_json(&flow(&bench, &["--format", "json"]));
    assert_eq!(report["velocity"], 4);
    assert_eq!(report["never_started"], 1);
    assert_eq!(report["cancelled"], 1);
    // 8, 6 and 9 days.
    assert_eq!(report["time"]["median"], 8 * 86_400);
    // 2 + 4 of 8 days, 2 + 2 of 6, 1 + 1 of 9 (it was blocked for seven).
    assert_eq!(report["efficiency"], "52.17");
    assert_eq!(report["load"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(report["distribution"]["unmapped_share"], "25");
    assert_eq!(report["stages"][0]["stage"], "workflow::review");
    assert_eq!(report["doubts"], json!([]));
}

#[test]
fn a_second_run_asks_for_what_changed() {
    let bench = bench();
    worked(&bench);
    let first = flow(&bench, &[]);
    // Of each issue its labels and its states.
    assert_eq!(asked(&bench), 2 * issues(&bench));
    bench.sandbox.clear_journal();
    let second = flow(&bench, &[]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(asked(&bench), 0);
    // Project, labels, issues and deployments: no request for an issue.
    assert_eq!(bench.sandbox.journal().len(), 4);
    // One more, and one that goes on.
    work(
        &bench,
        "Another one",
        "bug",
        &["2026-11-16T13", "2026-11-16T14 +workflow::doing"],
    );
    bench.sandbox.clear_journal();
    let third = as_json(&flow(&bench, &["--format", "json"]));
    assert_eq!(asked(&bench), 2);
    assert_eq!(third["load"]["items"].as_array().unwrap().len(), 3);
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let bench = bench();
    for index in 0..60 {
        let title = format!("Piece {index}");
        work(
            &bench,
            &title,
            "workflow::doing",
            &["2026-10-12T08", "2026-10-14T08 close"],
        );
    }
    let rule = FaultRule {
        path: Some("/resource_label_events".to_owned()),
        skip: 55,
        times: 1000,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: r#"{"message":"403 Forbidden"}"#.to_owned(),
        })
    };
    bench.sandbox.set_faults(vec![rule]);
    let ran = bench.run(&["flow", "--team", "sre"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("cannot read the work in gl-infra/infrastructure"),
        "{}",
        ran.stderr
    );
    bench.sandbox.set_faults(Vec::new());
    bench.sandbox.clear_journal();
    let report = as_json(&flow(&bench, &["--format", "json"]));
    assert_eq!(report["velocity"], 60);
    // What was read before is not read again. With sixteen issues asked for at once, the first that fails is the fortieth or a
    // later one, and what came before it was kept.
    let again = asked(&bench);
    assert!(0 < again && again <= 2 * (issues(&bench) - 39), "{again}");
}

#[test]
fn a_renamed_label_keeps_its_past() {
    let bench = bench();
    worked(&bench);
    let before = as_json(&flow(&bench, &["--format", "json"]));
    let labels = format!("{}/labels", project(WORK));
    bench.ask(
        "PUT",
        &format!("{labels}/workflow%3A%3Areview"),
        &json!({"new_name": "workflow::in review"}),
    );
    let path = bench.dir.path().join("okr.toml");
    let text = read(&path).replace("workflow::review", "workflow::in review");
    put(bench.dir.path(), "okr.toml", text.as_bytes());
    bench.sandbox.clear_journal();
    let after = as_json(&flow(&bench, &["--format", "json"]));
    assert_eq!(asked(&bench), 0);
    assert_eq!(after["time"], before["time"]);
    assert_eq!(after["efficiency"], before["efficiency"]);
    assert_eq!(after["doubts"], json!([]));
    assert_eq!(after["stages"][0]["stage"], "workflow::in review");
}

#[test]
fn what_is_managed_is_no_work_item() {
    let bench = bench();
    bench.apply(&[]);
    let path = bench.path("2026-q4/sre/mtbf/hours");
    bench.ask("PUT", &path, &json!({"state_event": "close"}));
    let report = as_json(&flow(&bench, &["--format", "json"]));
    assert_eq!(
        (report["velocity"].as_u64(), report["cancelled"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(report["load"]["items"], json!([]));
    assert_eq!(report["time"], Value::Null);
    let text = flow(&bench, &[]).stdout;
    assert!(
        text.contains("unknown: nothing that was in progress was done"),
        "{text}"
    );
}

#[test]
fn the_settings_are_proposed_from_the_labels_there_are() {
    let bench = bench();
    insta::assert_snapshot!(flow(&bench, &["init"]).stdout);
}

#[test]
fn without_settings_it_says_how_to_get_them() {
    let bench = Bench::new();
    let ran = bench.run(&["flow"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("okr flow init"), "{}", ran.stderr);
    assert_eq!(bench.sandbox.journal().len(), 0, "nothing was asked");
}

#[test]
fn nonsense_is_answered() {
    let bench = bench();
    for (arguments, said) in [
        (&["flow", "--team", "sea"][..], "sre"),
        (&["flow", "--from", "2026-10-05"], "--to"),
        (
            &["flow", "--from", "2026-10-05", "--to", "2026-10-01"],
            "is before",
        ),
        (&["flow", "--quarter", "2027-q3"], "has not begun"),
        (
            &[
                "flow",
                "--quarter",
                "2026-q4",
                "--from",
                "2026-10-05",
                "--to",
                "2026-10-06",
            ],
            "cannot be used with",
        ),
    ] {
        let ran = bench.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn a_damaged_store_is_said_with_a_way_out() {
    let bench = bench();
    put(
        bench.dir.path(),
        "broken.sqlite",
        "no database".repeat(1000).as_bytes(),
    );
    let ran = bench.run(&["flow", "--store", "broken.sqlite"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("delete it"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(TOKEN));
}

#[test]
fn what_gitlab_failed_of_is_said_with_its_own_way_out() {
    let bench = bench();
    worked(&bench);
    // A job token sees neither labels nor events.
    let ran = okr(["flow", "--team", "sre"])
        .dir(bench.dir.path())
        .env("OKR_URL", bench.sandbox.url())
        .env("CI_JOB_TOKEN", "sandbox-ci-job")
        .run();
    assert_eq!(ran.status, 1, "{ran:?}");
    let said = "A CI job token reads issues only.";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    // A closed port.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", port.local_addr().unwrap());
    drop(port);
    let ran = bench
        .okr(&["flow", "--team", "sre"])
        .env("OKR_URL", closed)
        .run();
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("Check the url, the network"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains("OKR_TOKEN to a token"),
        "{}",
        ran.stderr
    );
}
