//! `measure = { … }`: where values are read from, and what people get wrong about it. Nothing is asked.

use okrsync::model::GaugeSource;

use super::{OKR_TOML, Outcome, load};

const SERVERS: &str = r#"
[measure.servers.prometheus]
url = "https://prometheus.example.com"
token_env = "PROMETHEUS_TOKEN"
"#;

/// A key result with this `measure`, counted in a unit, below settings that list servers.
fn with(servers: &str, unit: &str, measure: &str) -> Outcome {
    let text = format!(
        "[objective.o]\ntitle = \"O\"\n[objective.o.kr.k]\ntitle = \"K\"\nunit = \"{unit}\"\nfrom = 9\nto = 1\nmeasure = {measure}\n"
    );
    load(
        &format!("{OKR_TOML}{servers}"),
        &[("okrs/2026-q4/sre.toml", text.as_str())],
    )
}

/// What is measured, in a line.
fn gauge(unit: &str, measure: &str) -> String {
    let outcome = with(SERVERS, unit, measure);
    assert_eq!(outcome.shown(), "", "{measure}");
    let objective = outcome.tree.objectives().next().unwrap();
    let gauge = objective.key_results[0].gauge.as_ref().unwrap();
    gauge.to_string()
}

#[test]
fn every_source_says_what_it_reads() {
    let all = [
        ("d", r#"{ flow = "time" }"#),
        (
            "h",
            r#"{ flow = "time", percentile = 85, team = "delivery", days = 28 }"#,
        ),
        ("items", r#"{ flow = "velocity" }"#),
        ("%", r#"{ flow = "efficiency" }"#),
        ("items", r#"{ flow = "load" }"#),
        ("%", r#"{ flow = "distribution", type = "debt" }"#),
        ("deployments/day", r#"{ dora = "deployment-frequency" }"#),
        ("h", r#"{ dora = "lead-time" }"#),
        ("h", r#"{ dora = "time-to-restore" }"#),
        ("%", r#"{ dora = "change-failure-rate" }"#),
        ("", r#"{ incidents = "count", days = 1 }"#),
        ("min", r#"{ incidents = "mttr" }"#),
        ("min", r#"{ incidents = "mttm" }"#),
        ("d", r#"{ incidents = "mtbi" }"#),
        ("d", r#"{ incidents = "mtbf" }"#),
        ("", r#"{ issues = "gl-infra/sre", labels = ["bug", "S1"] }"#),
        ("", r#"{ issues = "gl-infra/sre", count = "closed" }"#),
        (
            "",
            r#"{ merge_requests = "gl-infra/sre", count = "merged", days = 7 }"#,
        ),
        ("%", r#"{ prometheus = "avg(up) * 100" }"#),
        (
            "%",
            r#"{ prometheus = "avg(up)", server = "prometheus", aggregate = "mean" }"#,
        ),
        (
            "",
            r#"{ http = "https://prometheus.example.com/nps.json", pointer = "/score" }"#,
        ),
        ("", r#"{ file = "metrics/nps.json", pointer = "/score" }"#),
        ("", r#"{ file = "nps.txt" }"#),
    ];
    let lines = all.map(|(unit, measure)| {
        let unit = if unit.is_empty() { "things" } else { unit };
        format!("{measure}\n  {}\n", gauge(unit, measure))
    });
    insta::assert_snapshot!(lines.concat());
}

#[test]
fn what_is_wrong_is_an_error() {
    let wrong = [
        ("d", "{ }"),
        ("d", r#"{ flow = "time", dora = "lead-time" }"#),
        ("d", r#"{ flow = "speed" }"#),
        ("d", r#"{ flow = "time", percentile = 90 }"#),
        ("%", r#"{ flow = "distribution" }"#),
        ("story points", r#"{ flow = "time" }"#),
        ("h", r#"{ flow = "efficiency" }"#),
        ("deployments", r#"{ dora = "deployment-frequency" }"#),
        ("d", r#"{ flow = "time", team = "delivry" }"#),
        ("d", r#"{ flow = "time", days = 0 }"#),
        ("items", r#"{ flow = "load", days = 7 }"#),
        (
            "d",
            r#"{ flow = "time", pointer = "/x", labels = ["bug"] }"#,
        ),
        (
            "x",
            r#"{ issues = "https://gitlab.example.com/gl-infra/sre" }"#,
        ),
        ("x", r#"{ issues = "gl-infra/sre", count = "merged" }"#),
        (
            "x",
            r#"{ merge_requests = "gl-infra/sre", count = "closed" }"#,
        ),
        ("x", r#"{ issues = "gl-infra/sre", labels = ["a,b"] }"#),
        ("x", r#"{ prometheus = "up", server = "promethues" }"#),
        ("x", r#"{ prometheus = " " }"#),
        (
            "x",
            r#"{ http = "https://evil.example/x.json", pointer = "/x" }"#,
        ),
        (
            "x",
            r#"{ http = "https://prometheus.example.com.evil.example/x.json", pointer = "/x" }"#,
        ),
        (
            "x",
            r#"{ http = "http://prometheus.example.com/x.json", pointer = "/x" }"#,
        ),
        (
            "x",
            r#"{ http = "https://me:secret@prometheus.example.com/x.json", pointer = "/x" }"#,
        ),
        ("x", r#"{ http = "file:///etc/passwd", pointer = "/x" }"#),
        ("x", r#"{ http = "https://prometheus.example.com/x.json" }"#),
        (
            "x",
            r#"{ http = "https://prometheus.example.com/x.json", pointer = "x/y" }"#,
        ),
        ("x", r#"{ file = "/etc/passwd" }"#),
        ("x", r#"{ file = "../secret.txt" }"#),
        ("x", r"{ file = 'C:\secret.txt' }"),
        ("x", r#"{ file = ".git/config" }"#),
        ("x", r#"{ file = "x.json", pointer = "/a~2b" }"#),
        ("x", r#"{ file = "x.json", run = "curl" }"#),
    ];
    let said = wrong.map(|(unit, measure)| {
        let outcome = with(SERVERS, unit, measure);
        // Nothing is measured by files with errors.
        assert!(outcome.found.has_errors(), "{measure}");
        format!("{measure}\n{}\n", outcome.shown())
    });
    insta::assert_snapshot!(said.concat());
}

#[test]
fn steps_measure_nothing() {
    let text = "[objective.o]\ntitle = \"O\"\n[objective.o.kr.k]\ntitle = \"K\"\nmilestone.a = { title = \"A\" }\nmeasure = { flow = \"load\" }\n";
    let outcome = load(OKR_TOML, &[("okrs/2026-q4/sre.toml", text)]);
    insta::assert_snapshot!(outcome.shown());
}

#[test]
fn without_servers_and_with_several_it_is_said_which_to_name() {
    let query = r#"{ prometheus = "up" }"#;
    let two =
        format!("{SERVERS}[measure.servers.other]\nurl = \"https://other.example.com/api/\"\n");
    let said = [with("", "x", query), with(&two, "x", query)];
    insta::assert_snapshot!(said.map(|outcome| outcome.shown()).concat());
    let below = r#"{ http = "https://other.example.com/api/x.json", pointer = "/x" }"#;
    let outcome = with(&two, "x", below);
    assert_eq!(outcome.shown(), "");
    let objective = outcome.tree.objectives().next().unwrap();
    let gauge = objective.key_results[0].gauge.as_ref().unwrap();
    assert!(matches!(gauge.source, GaugeSource::Http { .. }));
}

#[test]
fn servers_that_cannot_be_are_said() {
    let servers = r#"
[measure.servers.a]
url = "prometheus.example.com"
[measure.servers.b]
url = "https://me:secret@prometheus.example.com"
[measure.servers.c]
url = "https://prometheus.example.com/?token=secret"
[measure.servers.d]
url = "https://prometheus.example.com"
token_env = "OKR_TOKEN"
[measure.servers.e]
url = "https://prometheus.example.com"
token_env = "glpat-secret secret"
[measure.servers.f]
token_env = "X"
"#;
    let outcome = with(servers, "x", r#"{ file = "x.txt" }"#);
    assert_eq!(
        outcome
            .config
            .servers
            .keys()
            .map(okrsync::model::Id::as_str)
            .collect::<Vec<_>>(),
        ["d", "e"]
    );
    assert!(
        outcome
            .config
            .servers
            .values()
            .all(|server| server.token_env.is_none())
    );
    insta::assert_snapshot!(outcome.shown());
}
