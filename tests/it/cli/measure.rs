//! `okr measure`: key results that say where their value is read from.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::base::{MergeRequest, SRE};
use super::flow::{asked, bench, worked};
use crate::support::bench::Bench;
use crate::support::okr::{Okr, Ran, assert_valid, edit, put, read};

const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// Lets a key result of the example say where its value is read from.
fn measured(bench: &Bench, unit: &str, measure: &str) {
    let line = format!("unit = \"{unit}\"\n");
    edit(
        bench.dir.path(),
        SRE,
        &line,
        &format!("{line}measure = {measure}\n"),
    );
    let form = bench.run(&["fmt"]);
    assert_eq!(form.status, 0, "{form:?}");
}

fn measure(bench: &Bench, arguments: &[&str], status: i32) -> Ran {
    let ran = okr(bench, arguments).run();
    assert_eq!(ran.status, status, "{ran:?}");
    ran
}

fn okr(bench: &Bench, arguments: &[&str]) -> Okr {
    let arguments = [&["measure"], arguments].concat();
    of_today(bench.okr(&arguments)).env("COLUMNS", "100")
}

/// A day of which the example's files say nothing.
fn of_today(okr: Okr) -> Okr {
    okr.env("OKR_TODAY", "2026-11-23")
}

fn sre(bench: &Bench) -> String {
    read(bench.dir.path().join(SRE))
}

/// Lines of the second text that the first has not.
fn added(before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new = after.lines().filter(|line| !old.contains(line));
    new.flat_map(|line| [line, "\n"]).collect()
}

/// A server that says the same to everybody; how often it was asked, and with which authorization.
struct Server {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn new(content_type: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                let mut authorized = false;
                let reader = BufReader::new(stream.try_clone().unwrap());
                for line in reader.lines() {
                    let line = line.unwrap().to_ascii_lowercase();
                    authorized |= line == "authorization: bearer it-is-a-secret";
                    if line.is_empty() {
                        break;
                    }
                }
                let status = if authorized {
                    "200 OK"
                } else {
                    "401 Unauthorized"
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body.as_bytes()).unwrap();
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The table that lists it.
    fn listed(&self) -> String {
        format!(
            "[measure.servers.metrics]\nurl = \"{}\"\ntoken_env = \"METRICS_TOKEN\"\n",
            self.url
        )
    }
}

#[test]
fn values_are_read_shown_and_written_and_both_sides_rest() {
    let bench = bench();
    worked(&bench);
    measured(&bench, "days", r#"{ flow = "time" }"#);
    measured(
        &bench,
        "h",
        r#"{ file = "metrics/mtbf.json", pointer = "/hours" }"#,
    );
    measured(
        &bench,
        "pages",
        r#"{ issues = "gl-infra/infrastructure", labels = ["bug"], count = "created" }"#,
    );
    put(
        bench.dir.path(),
        "metrics/mtbf.json",
        b"{\"hours\": 171.25}",
    );
    bench.apply(&[]);
    let before = sre(&bench);
    let ran = measure(&bench, &[], 0);
    // A worked example: 8, 6 and 9 days from the first commitment to the end; one issue with the label.
    insta::with_settings!({filters => vec![(r"127\.0\.0\.1:\d+", "[server]")]}, {
        insta::assert_snapshot!(format!("{}\n{}", ran.stdout, ran.stderr));
    });
    insta::assert_snapshot!(added(&before, &sre(&bench)), @r"
    check_in.2026-11-23 = { value = 171.25, measured = true }
    check_in.2026-11-23 = { value = 8, measured = true }
    check_in.2026-11-23 = { value = 1, measured = true }
    ");
    let form = bench.run(&["fmt", "--check"]);
    assert_eq!(form.status, 0, "{form:?}");
    let issue = bench.issue(HOURS);
    assert!(!issue["description"].as_str().unwrap().contains("171.25"));
    bench.apply(&[]);
    let issue = bench.issue(HOURS);
    let description = issue["description"].as_str().unwrap();
    assert!(description.contains("171.25"), "{description}");
    assert!(
        description.contains("| Measured by | a file |"),
        "{description}"
    );
    bench.assert_at_rest();
    let written = sre(&bench);
    let again = measure(&bench, &[], 0);
    assert_eq!(again.stderr, "nothing to check in\n");
    assert_eq!(sre(&bench), written);
    // A later value of the same day takes the place of the one before.
    put(
        bench.dir.path(),
        "metrics/mtbf.json",
        b"{\"hours\": \"172\"}",
    );
    measure(&bench, &["sre/mtbf/hours"], 0);
    insta::assert_snapshot!(added(&written, &sre(&bench)), @"check_in.2026-11-23 = { value = 172, measured = true }");
}

#[test]
fn what_people_said_stays() {
    let bench = bench();
    measured(&bench, "h", r#"{ file = "mtbf.txt" }"#);
    measured(&bench, "days", r#"{ file = "days.txt" }"#);
    put(bench.dir.path(), "mtbf.txt", b" 171.5\n");
    put(bench.dir.path(), "days.txt", b"12");
    let said = [
        [
            "sre/mtbf/hours",
            "--confidence",
            "40",
            "--note",
            "Quiet, but for one night.",
        ],
        [
            "sre/mtbf/readiness",
            "--value",
            "13",
            "--note",
            "Counted by hand.",
        ],
    ];
    for said in said {
        let ran = of_today(bench.okr(&[&["check-in"], &said[..]].concat())).run();
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    let before = sre(&bench);
    let ran = measure(&bench, &[], 0);
    insta::assert_snapshot!(ran.stdout);
    insta::assert_snapshot!(added(&before, &sre(&bench)), @r#"check_in.2026-11-23 = { value = 171.5, confidence = 40, note = "Quiet, but for one night.", measured = true }"#);
    // Who corrects a measured value makes it their own.
    let corrected = ["check-in", "sre/mtbf/hours", "--replace", "--value", "170"];
    let corrected = of_today(bench.okr(&corrected)).run();
    assert_eq!(corrected.status, 0, "{corrected:?}");
    assert!(sre(&bench).contains("check_in.2026-11-23 = { value = 170 }"));
    measure(&bench, &[], 0);
    assert!(sre(&bench).contains("check_in.2026-11-23 = { value = 170 }"));
}

#[test]
fn what_cannot_be_read_is_said_and_never_zero() {
    let bench = bench();
    measured(&bench, "h", r#"{ incidents = "mtbf" }"#);
    measured(&bench, "days", r#"{ flow = "time" }"#);
    measured(&bench, "pages", r#"{ file = "pages.txt" }"#);
    put(bench.dir.path(), "pages.txt", b"7");
    let before = sre(&bench);
    let out = bench.dir.path().join("measured.json");
    let report = format!("json={}", out.display());
    let ran = measure(&bench, &["--report", &report], 1);
    insta::assert_snapshot!(format!("{}\n{}", ran.stdout, ran.stderr));
    assert_eq!(
        added(&before, &sre(&bench)),
        "check_in.2026-11-23 = { value = 7, measured = true }\n"
    );
    let report: Value = serde_json::from_str(&read(&out)).unwrap();
    assert_valid("measure.schema.json", &report);
    assert_eq!(report["key_results"][0]["value"], json!(null));
    assert_eq!(report["key_results"][0]["outcome"], "unmeasured");
    assert_eq!(report["key_results"][2]["value"], "7");
    // Nothing is written with --check, and what is there already is nothing new.
    let written = sre(&bench);
    put(bench.dir.path(), "pages.txt", b"8");
    let ran = measure(&bench, &["--check", "sre/mtbf/pages"], 0);
    assert_eq!(ran.stderr, "1 value to check in\n");
    assert_eq!(sre(&bench), written);
    for (text, reason) in [
        ("", "the file is empty"),
        ("7 pages", "the file is not one number and nothing else"),
        ("7,5", "the file is not one number and nothing else"),
    ] {
        put(bench.dir.path(), "pages.txt", text.as_bytes());
        let ran = measure(&bench, &["sre/mtbf/pages"], 1);
        assert!(ran.stdout.contains(reason), "{ran:?}");
        assert!(!ran.stdout.contains("value       0"), "{ran:?}");
    }
    assert_eq!(sre(&bench), written);
}

#[test]
fn deployments_are_listed_once_and_no_issue_is_read_for_them() {
    let bench = bench();
    worked(&bench);
    measured(&bench, "h", r#"{ dora = "lead-time" }"#);
    measured(&bench, "days", r#"{ dora = "lead-time" }"#);
    bench.sandbox.clear_journal();
    let ran = measure(&bench, &["--check"], 1);
    // The bot is a Planner, who may not see them: that is known once as well.
    assert_eq!(ran.stdout.matches("403").count(), 2, "{ran:?}");
    let lists = bench.sandbox.journal().into_iter();
    let lists = lists.filter(|entry| entry.path.contains("/deployments"));
    assert_eq!(lists.count(), 1);
    assert_eq!(asked(&bench), 0);
}

#[test]
fn nonsense_is_answered() {
    let bench = bench();
    measured(&bench, "h", r#"{ file = "mtbf.txt" }"#);
    let answers = [
        &["sre/mtbf"][..],
        &["sre/mtbf/pages"],
        &["sre/mtbf/nothing"],
        &["nonsense"],
        &["--team", "sra"],
        &["--quarter", "2026-q9"],
        &["--report", "xml=x"],
    ];
    let answers = answers.map(|arguments| {
        let ran = okr(&bench, arguments).run();
        assert!(ran.status > 0 && ran.stdout.is_empty(), "{ran:?}");
        format!("okr measure {}\n{}", arguments.join(" "), ran.stderr)
    });
    insta::assert_snapshot!(answers.join("\n"));
}

#[test]
fn a_closed_or_dropped_key_result_is_not_measured() {
    let bench = bench();
    measured(&bench, "h", r#"{ file = "mtbf.txt" }"#);
    put(bench.dir.path(), "mtbf.txt", b"1");
    edit(
        bench.dir.path(),
        SRE,
        "measure = { file",
        "status = \"dropped\"\nreason = \"x\"\nmeasure = { file",
    );
    let ran = measure(&bench, &[], 0);
    assert_eq!(
        ran.stdout,
        "no key result says where its value is read from\n"
    );
    let ran = measure(&bench, &["sre/mtbf/hours"], 1);
    assert!(ran.stderr.contains("is not active"), "{ran:?}");
}

#[test]
fn a_listed_server_is_asked_with_its_own_token() {
    let server = Server::new("application/json", r#"{"data": [{"mtbf": 171.125}]}"#);
    let bench = bench();
    let listed = server.listed();
    let config = read(bench.dir.path().join("okr.toml"));
    put(
        bench.dir.path(),
        "okr.toml",
        format!("{config}\n{listed}").as_bytes(),
    );
    let address = format!(
        r#"{{ http = "{}/x/mtbf.json", pointer = "/data/0/mtbf" }}"#,
        server.url
    );
    measured(&bench, "h", &address);
    // The token of GitLab's that is at hand is not sent.
    let ran = okr(&bench, &["--check"]).run();
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stdout.contains("METRICS_TOKEN") || ran.stdout.contains("401"),
        "{ran:?}"
    );
    let ran = okr(&bench, &["--check"])
        .env("METRICS_TOKEN", "it-is-a-secret")
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("171.125 h"), "{ran:?}");
    assert!(!ran.stdout.contains("it-is-a-secret"));
    assert_eq!(server.asked(), 2);
}

/// Whoever opens a merge request, or has somebody check out a branch, cannot have tokens sent to a server that nobody has agreed to.
#[test]
fn a_server_that_only_the_change_lists_is_not_asked() {
    let server = Server::new("application/json", r#"{"x": 1}"#);
    let request = MergeRequest::of(Bench::new());
    let listed = server.listed();
    let config = read(request.repository.dir().join("okr.toml"));
    request
        .repository
        .put("okr.toml", format!("{config}\n{listed}"));
    let address = format!(
        "unit = \"h\"\nmeasure = {{ http = \"{}/x.json\", pointer = \"/x\" }}\n",
        server.url
    );
    edit(&request.repository.dir(), SRE, "unit = \"h\"\n", &address);
    request
        .repository
        .commit("2026-10-15", "a server of our own");
    // In a pipeline, and in a clone, where nothing else says what the target is.
    request.repository.git(&["switch", "--quiet", "main"]);
    let measure = |branch: &str, pipeline: bool| {
        let clone = request.repository.cloned(&[]);
        clone.git(&["switch", "--quiet", branch]);
        let okr = request.okr(&["measure", "--check"]).dir(clone.dir());
        let okr = of_today(okr).env("METRICS_TOKEN", "it-is-a-secret");
        if pipeline {
            okr.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main").run()
        } else {
            okr.run()
        }
    };
    for pipeline in [true, false] {
        let ran = measure("topic", pipeline);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stdout.contains("metrics is not asked"), "{ran:?}");
    }
    assert_eq!(server.asked(), 0);
    // Once it is merged, it is asked.
    request.repository.merge("2026-10-16", "topic");
    let ran = measure("main", false);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_web_page_is_no_value() {
    let server = Server::new("text/html", "<!doctype html><p>Sign in</p>");
    let bench = bench();
    let config = read(bench.dir.path().join("okr.toml"));
    put(
        bench.dir.path(),
        "okr.toml",
        format!("{config}\n{}", server.listed()).as_bytes(),
    );
    let address = format!(r#"{{ http = "{}/x", pointer = "/x" }}"#, server.url);
    measured(&bench, "h", &address);
    let before = sre(&bench);
    let ran = okr(&bench, &[])
        .env("METRICS_TOKEN", "it-is-a-secret")
        .run();
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("web page"), "{ran:?}");
    assert_eq!(sre(&bench), before);
}

#[test]
fn without_a_token_for_gitlab_other_sources_are_read_all_the_same() {
    let bench = bench();
    measured(&bench, "days", r#"{ flow = "time" }"#);
    measured(&bench, "pages", r#"{ file = "pages.txt" }"#);
    put(bench.dir.path(), "pages.txt", b"7");
    let ran = of_today(crate::support::okr::okr(["measure", "--check"]))
        .dir(bench.dir.path())
        .env("OKR_URL", bench.sandbox.url())
        .env("COLUMNS", "100")
        .run();
    assert_eq!(ran.status, 1, "{ran:?}");
    insta::with_settings!({filters => vec![(r"127\.0\.0\.1:\d+", "[server]")]}, {
        insta::assert_snapshot!(format!("{}\n{}", ran.stdout, ran.stderr));
    });
}

#[test]
fn only_what_is_due_is_measured_where_that_is_asked_for() {
    let bench = bench();
    measured(&bench, "h", r#"{ file = "mtbf.txt" }"#);
    put(bench.dir.path(), "mtbf.txt", b"171");
    let ran = okr(&bench, &["--check", "--due"])
        .env("OKR_TODAY", "2026-11-10")
        .run();
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (0, "nothing to check in\n"),
        "{ran:?}"
    );
    let ran = measure(&bench, &["--check", "--due"], 0);
    assert_eq!(ran.stderr, "1 value to check in\n");
}

#[test]
fn a_message_names_what_was_measured_and_quotes_nobody() {
    let bench = bench();
    measured(&bench, "h", r#"{ file = "mtbf.txt" }"#);
    put(bench.dir.path(), "mtbf.txt", b"171");
    let directory = bench.dir.path().join("messages");
    std::fs::create_dir(&directory).unwrap();
    measure(&bench, &["--messages", directory.to_str().unwrap()], 0);
    insta::assert_snapshot!(read(directory.join("sre.txt")), @r"
    Measurements of sre

    Read on 2026-11-23:
    `2026-q4/sre/mtbf/hours`: 171.
    ");
}
