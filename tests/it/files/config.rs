use okrsync::config::{
    Bounds, DriftPolicies, DriftPolicy, OverAchievement, Pullable, QuarterState, Regression,
};

use super::{OKR_TOML, load};

const GOOD: (&str, &str) = ("okrs/2026-q4/sre.toml", "[objective.a]\ntitle = \"A\"\n");

#[test]
fn a_good_okr_toml_becomes_settings() {
    let text = format!(
        r#"required_version = ">=0.1"
{OKR_TOML}
key_result_tracker = "gl-infra/k8s"
policy = {{ key_results = {{ max = 0 }}, drift = "fail", pull = ["description"] }}
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
regression = "zero"
late_per_week = 12.5
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
    assert_eq!(
        config.quarter_state(quarter("2027-q1")),
        QuarterState::Draft
    );
    assert_eq!(
        config
            .calendar
            .period(quarter("2020-q1"))
            .unwrap()
            .start()
            .to_string(),
        "2019-02-01"
    );
    let OverAchievement::CapAt(cap) = config.scoring.over_achievement else {
        panic!("a cap")
    };
    assert_eq!(cap.to_string(), "120.5");
    assert_eq!(config.scoring.regression, Regression::Zero);
    assert_eq!(config.scoring.late_per_week.to_string(), "12.5");
    assert_eq!(config.safety.max_create, 7);
    let delivery = config.teams.get(&"delivery".parse().unwrap()).unwrap();
    let bounds = |bounds: Bounds| (bounds.min, bounds.max, bounds.span.is_some());
    assert_eq!(bounds(delivery.policy.objectives), (1, 1, true));
    assert_eq!(bounds(delivery.policy.key_results), (0, 0, true));
    assert_eq!(delivery.policy.drift, DriftPolicies::all(DriftPolicy::Fail));
    assert_eq!(delivery.policy.pull, [Pullable::Description].into());
    let usually = [Pullable::CheckIns, Pullable::Title, Pullable::Due];
    assert_eq!(config.policy.pull, usually.into());
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
    insta::assert_snapshot!(load(text, &[GOOD]).shown(), @r###"okr.toml:1:20 wrong-value: `newest` is not a requirement on versions: unexpected character 'n' while parsing major version number
  at `"newest"`
  help: write something like ">=0.1" or ">=0.1, <0.3"
okr.toml:3:7 wrong-value: this is not the address of a GitLab instance
  at `"gitlab.example.com"`
  help: write something like "https://gitlab.example.com", without a token or user name
okr.toml:4:9 wrong-value: an owner is a short name without spaces
  at `"our okrs"`
  help: write the path of the project that holds these OKRs, like "gl-infra/okrs"
okr.toml:5:9 wrong-value: `@okr-bot` cannot be used: a username is letters, digits, `_`, `-` and `.`, without the @
  at `"@okr-bot"`
  help: write "okr-bot"
okr.toml:7:15 wrong-value: "febuary" is not a value of `year_starts`
  at `"febuary"` ← did you mean "february"?
  help: write "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november" or "december"
okr.toml:10:1 bad-period: 2019-q1 and 2019-q2 share days
  at `"2019-q2"` ← begins on 2019-04-30
  and okr.toml:9:1 ends on 2019-04-30
  help: a day belongs to one quarter; let the later one begin the day after the earlier one ends
okr.toml:11:41 bad-period: 2019-q3 ends before it starts
  at `2019-07-31` ← the last day
  and okr.toml:11:23 the first day
  help: write the earlier day as `start`
okr.toml:12:1 bad-id: `2019-Q4` is not a quarter like "2026-q4"
  at `2019-Q4`
  help: write a quarter like "2026-q4"
okr.toml:14:14 wrong-value: "okr:o, okr" cannot be a label
  at `"okr:o, okr"`
  help: a label has no comma, no white space at its ends, at most 180 characters, and no braces but {team} and {quarter}
okr.toml:14:28 wrong-value: "{teem}" cannot be a label
  at `"{teem}"`
  help: a label has no comma, no white space at its ends, at most 180 characters, and no braces but {team} and {quarter}
okr.toml:16:14 wrong-value: `{manger}` stands for nobody
  at `"{manger}"`
  help: did you mean {manager}?
okr.toml:16:26 wrong-value: `sre lead` cannot be used: a username is letters, digits, `_`, `-` and `.`, without the @
  at `"sre lead"`
  help: write the GitLab username, as in the address of the person's profile
okr.toml:18:15 bad-bounds: at least 3 and at most 1 cannot both hold
  at `{ min = 3, max = 1 }`
  help: let `min` be no greater than `max`
okr.toml:20:11 wrong-value: `https://gitlab.example.com/g/a` is not the path of a project
  at `"https://gitlab.example.com/g/a"`
  help: write the path without the address: "g/a"
okr.toml:24:10 parent-cycle: team `b` is above itself: b → c → b
  at `"c"`
  and okr.toml:27:10 and on
  help: let the topmost team have no `parent`
okr.toml:28:1 missing-key: team `d` has no `tracker`
  at `[teams.d]`
  help: add tracker = "group/project", the project that holds the team's issues
okr.toml:29:10 unknown-team: there is no team `aa`
  at `"aa"`
  help: did you mean "a"?
okr.toml:30:8 previously-exists: team `a` still exists, so it cannot be the former `sre`
  at `sre`
  and okr.toml:19:8 declared here
  help: remove [teams.a], or remove it from `previously`
okr.toml:32:1 unknown-key: `manger` is not a key of this table
  at `manger` ← did you mean `manager`?
  help: write `manager`, or remove the line
okr.toml:34:2 unknown-key: `team` is not a key of this table
  at `team` ← did you mean `teams`?
  help: write `teams`, or remove the line
okr.toml:37:21 out-of-range: `max_close_percent` is 120, but must be from 0 to 100
  at `120`
  help: write a number that is from 0 to 100
okr.toml:39:20 wrong-value: `over_achievement` wants a percentage or "uncapped"
  at `"unlimited"`
  help: write 100 or more, like 120, or "uncapped"
okr.toml:41:18 wrong-value: this is no level for the rule `title-too-long`
  at `"fatal"`
  help: write "off", "info", "warn" or "error", or { draft = "info", active = "error" }"###);
}

#[test]
fn an_empty_okr_toml_lacks_what_it_must_say() {
    insta::assert_snapshot!(load("", &[GOOD]).shown(), @r###"okr.toml:1:1 missing-key: nothing says whose OKRs these are
  at ``
  help: add [gitlab] with owner = "group/project", the path of this project
okrs/2026-q4/sre.toml:1:1 unknown-team: okr.toml has no team `sre`
  at ``
  help: declare the team in okr.toml: [teams.sre] with tracker = "group/project""###);
}

#[test]
fn rules_that_do_not_exist_are_named() {
    let mut sources = okrsync::text::SourceMap::new();
    let text = "gitlab.owner = \"o\"\n[rules]\ntitle-to-long = \"off\"\nzebra = \"off\"\n";
    let file = sources.add("okr.toml", text);
    let mut found = okrsync::diag::Diagnostics::new();
    let config = okrsync::config::load(&sources, file, &["title-too-long"], &mut found);
    assert!(config.rules.is_empty());
    insta::assert_snapshot!(super::shown(&sources, &found), @r###"okr.toml:3:1 unknown-rule: there is no rule `title-to-long`
  at `title-to-long`
  help: did you mean `title-too-long`?
okr.toml:4:1 unknown-rule: there is no rule `zebra`
  at `zebra`
  help: `okr rules` lists all rules"###);
}

/// What the schema lets through and the types do not costs one setting, not the file.
#[test]
fn one_number_too_many_does_not_hide_the_rest() {
    let text =
        format!("{OKR_TOML}[safety]\nmax_create = 5.0\nmax_close = 5000000000\nmax_notify = 7\n");
    let outcome = load(&text, &[GOOD]);
    assert_eq!(
        outcome.rules(),
        ["wrong-type", "wrong-type"],
        "{}",
        outcome.shown()
    );
    assert_eq!(outcome.config.safety.max_notify, 7);
    assert_eq!(outcome.config.safety.max_create, 200);
}

#[test]
fn scoring_that_cannot_be_is_told() {
    for (wrong, named) in [
        ("late_per_week = 120", "late_per_week"),
        ("late_per_week = \"10 %\"", "late_per_week"),
        ("regression = \"ignored\"", "regression"),
    ] {
        let text = format!("[gitlab]\nowner = \"g/o\"\n[scoring]\n{wrong}\n");
        let shown = load(&text, &[]).shown();
        assert!(shown.contains("okr.toml:4:"), "{shown}");
        assert!(shown.contains(named), "{shown}");
    }
}
