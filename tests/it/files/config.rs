use okrsync::config::{Bounds, DriftPolicy, OverAchievement, QuarterState};

use super::{OKR_TOML, load};

const GOOD: (&str, &str) = ("okrs/2026-q4/sre.toml", "[objective.a]\ntitle = \"A\"\n");

#[test]
fn a_good_okr_toml_becomes_settings() {
    let text = format!(
        r#"required_version = ">=0.1"
{OKR_TOML}
key_result_tracker = "gl-infra/k8s"
policy = {{ key_results = {{ max = 0 }}, drift = "fail" }}
previously = ["deploy"]
[calendar]
year_starts = "february"
year_named_after = "end"
[calendar.quarters]
"2019-q1" = {{ start = 2019-02-01, end = 2019-04-30 }}
[quarters."2027-q1"]
state = "draft"
[policy]
objectives = {{ min = 1, max = 1 }}
[scoring]
over_achievement = 120.5
roll_up = "weighted"
[safety]
max_create = 7
[rules]
no-flow-metric = "error"
"#
    );
    let outcome = load(&text, &[("okrs/2027-q4/sre.toml", GOOD.1)]);
    assert_eq!(outcome.shown(), "");
    let config = outcome.config;
    let quarter = |name: &str| name.parse().unwrap();
    assert_eq!(config.quarter_state(quarter("2027-q1")), QuarterState::Draft);
    assert_eq!(config.calendar.period(quarter("2020-q1")).unwrap().start().to_string(), "2019-02-01");
    let OverAchievement::CapAt(cap) = config.scoring.over_achievement else { panic!("a cap") };
    assert_eq!(cap.to_string(), "120.5");
    assert_eq!(config.safety.max_create, 7);
    let delivery = config.teams.get(&"delivery".parse().unwrap()).unwrap();
    assert_eq!(delivery.policy.objectives, Bounds { min: 1, max: 1 });
    assert_eq!(delivery.policy.key_results, Bounds { min: 0, max: 0 });
    assert_eq!(delivery.policy.drift, DriftPolicy::Fail);
    assert_eq!(delivery.key_result_tracker, "gl-infra/k8s");
}

#[test]
fn mistakes_in_okr_toml_are_named() {
    let text = r#"required_version = "newest"
[gitlab]
url = "gitlab.example.com"
owner = "our okrs"
bots = ["@okr-bot"]
[calendar]
year_starts = "febuary"
[calendar.quarters]
"2019-q1" = { start = 2019-02-01, end = 2019-04-30 }
"2019-q2" = { start = 2019-04-30, end = 2019-07-31 }
"2019-q3" = { start = 2019-08-01, end = 2019-07-31 }
2019-Q4 = { start = 2019-08-01, end = 2019-07-31 }
[labels]
objective = ["okr:o, okr", "{teem}"]
[assign]
objective = ["{manger}", "sre lead"]
[policy]
key_results = { min = 3, max = 1 }
[teams.a]
tracker = "https://gitlab.example.com/g/a"
parent = "b"
[teams.b]
tracker = "g/b"
parent = "c"
[teams.c]
tracker = "g/c"
parent = "b"
[teams.d]
parent = "aa"
[teams.sre]
tracker = "g/s"
manger = "x"
previously = ["a", "zz"]
[team.x]
tracker = "g/x"
[safety]
max_close_percent = 120
[scoring]
over_achievement = "unlimited"
[rules]
title-too-long = "fatal"
"#;
    insta::assert_snapshot!(load(text, &[GOOD]).shown(), @"");
}

#[test]
fn an_empty_okr_toml_lacks_what_it_must_say() {
    insta::assert_snapshot!(load("", &[GOOD]).shown(), @"");
}

#[test]
fn rules_that_do_not_exist_are_named() {
    let mut sources = okrsync::text::SourceMap::new();
    let text = "gitlab.owner = \"o\"\n[rules]\ntitle-to-long = \"off\"\nzebra = \"off\"\n";
    let file = sources.add("okr.toml", text);
    let mut found = okrsync::diag::Diagnostics::new();
    let config = okrsync::config::load(&sources, file, &["title-too-long"], &mut found);
    assert!(config.rules.is_empty());
    insta::assert_snapshot!(super::shown(&sources, &found), @"");
}
