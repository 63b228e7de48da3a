//! The mistakes of people who do not program, and what each is told. One mistake, one finding.

use super::{said, sre};

fn probe(name: &str, text: &str) {
    std::fs::write(format!("/tmp/probe-load/out/{name}"), said(text)).unwrap();
}


#[test]
fn decimal_comma() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
from = 99,95
to = 240
"#;
    probe("decimal_comma", text);
}

#[test]
fn decimal_comma_in_braces() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
check_in.2026-10-05 = { value = 99,95, note = "x" }
"#;
    probe("decimal_comma_in_braces", text);
}

#[test]
fn decimal_comma_in_quotes() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = "99,95"
"#;
    probe("decimal_comma_in_quotes", text);
}

#[test]
fn unit() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
from = "96 h"
to = 240 h
share = 40%
"#;
    probe("unit", text);
}

#[test]
fn quoted_number() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = "96"
"#;
    probe("quoted_number", text);
}

#[test]
fn quoted_date() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
due = "2026-12-18"
[objective.mtbf.kr.b]
title = "B"
to = 1
due = "07.10.2026"
"#;
    probe("quoted_date", text);
}

#[test]
fn dates_in_other_notations() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
due = 07.10.2026
[objective.mtbf.kr.b]
title = "B"
to = 1
due = 12/18/2026
[objective.mtbf.kr.c]
title = "C"
to = 1
due = 2026-02-30
"#;
    probe("dates_in_other_notations", text);
}

#[test]
fn objective_key_below_a_key_result() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
supports = ["delivery/deploys"]
retrospective = { good = ["x"] }
"#;
    probe("objective_key_below_a_key_result", text);
}

#[test]
fn key_result_key_in_the_objective() {
    let text = r#"[objective.mtbf]
title = "MTBF"
unit = "h"
"#;
    probe("key_result_key_in_the_objective", text);
}

#[test]
fn stray_objective() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 1
[objective.mtfb.kr.other]
title = "Other"
to = 1
[objective.zzz.kr.a]
title = "A"
to = 1
"#;
    probe("stray_objective", text);
}

#[test]
fn unquoted_text() {
    let text = r#"[objective.mtbf]
title = Raise MTBF
"#;
    probe("unquoted_text", text);
}

#[test]
fn curly_quotes() {
    let text = r#"[objective.mtbf]
title = “Raise MTBF”
description = "More”
"#;
    probe("curly_quotes", text);
}

#[test]
fn missing_closing_quote() {
    let text = r#"[objective.mtbf]
title = "Raise MTBF
owner = "sre-lead"
"#;
    probe("missing_closing_quote", text);
}

#[test]
fn quotes_in_text() {
    let text = r#"[objective.mtbf]
title = "Raise "the" MTBF"
outcome = 'it's'
"#;
    probe("quotes_in_text", text);
}

#[test]
fn unclosed_long_text() {
    let text = r#"[objective.a]
title = "A"
description = """
Some text
and = more

[objective.b]
title = "B"
"#;
    probe("unclosed_long_text", text);
}

#[test]
fn duplicate_key() {
    let text = r#"[objective.mtbf]
title = "MTBF"
owner = "a"
title = "MTBF again"
"#;
    probe("duplicate_key", text);
}

#[test]
fn duplicate_table() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 1
[objective.mtbf.kr.hours]
title = "Hours"
to = 2
"#;
    probe("duplicate_table", text);
}

#[test]
fn header_with_a_date() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
[objective.mtbf.kr.hours.check_in.2026-10-05]
value = 1
"#;
    probe("header_with_a_date", text);
}

#[test]
fn broken_headers() {
    let text = r#"[objective.a
title = "A"
[objective.a.kr.x]
title = "X"
to = 1
[objective.Mean Time]
title = "B"
"#;
    probe("broken_headers", text);
}

#[test]
fn colon_for_equals() {
    let text = r#"[objective.mtbf]
title: "MTBF"
owner = "sre-lead"
"#;
    probe("colon_for_equals", text);
}

#[test]
fn missing_value() {
    let text = r#"[objective.mtbf]
title =
owner = "sre-lead"
"#;
    probe("missing_value", text);
}

#[test]
fn unclosed_list() {
    let text = r#"[objective.a]
title = "A"
supports = ["infrastructure/x"
owner = "sre-lead"
[objective.b]
title = "B"
supports = [
  "x/y",
[objective.c]
title = "C"
"#;
    probe("unclosed_list", text);
}

#[test]
fn missing_comma_in_a_list() {
    let text = r#"[objective.a]
title = "A"
evidence = [
  "one"
  "two"
]
owner = "sre-lead"
"#;
    probe("missing_comma_in_a_list", text);
}

#[test]
fn newer_toml() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
check_in.2026-10-05 = {
  value = 1,
}
check_in.2026-10-06 = { value = 2, }
"#;
    probe("newer_toml", text);
}

#[test]
fn unknown_keys() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
titel = "x"
baseline = 3
banana = 1
"#;
    probe("unknown_keys", text);
}

#[test]
fn wrong_values() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
kind = "flwo"
share = 140
work = "a/b#1"
confidential = "yes"
metric = 5
check_in.2026-10-05 = { health = "green" }
check_in.2026-13-05 = { value = 1 }
"#;
    probe("wrong_values", text);
}

#[test]
fn bad_ids() {
    let text = r#"[objective.Mean_Time]
title = "A"
[objective.b]
title = "B"
kr.x.title = "X"
kr.x.to = 1
kr.x.check_in.yesterday = { value = 1 }
"#;
    probe("bad_ids", text);
}

#[test]
fn lists_of_tables() {
    let text = r#"[[objective]]
title = "A"
"#;
    probe("lists_of_tables", text);
}

#[test]
fn missing_title() {
    let text = r#"[objective.a]
owner = "sre-lead"
[objective.a.kr.x]
to = 1
"#;
    probe("missing_title", text);
}

#[test]
fn measures() {
    let text = r#"[objective.a]
title = "A"
[objective.a.kr.none]
title = "x"
[objective.a.kr.two]
title = "x"
to = 1
at_least = 3
[objective.a.kr.half]
title = "x"
from = 3
[objective.a.kr.scoring]
title = "x"
to = 3
scoring = "budget-left"
flow_metric = "velocity"
"#;
    probe("measures", text);
}

#[test]
fn titles() {
    let text = r#"[objective.a]
title = "  "
[objective.b]
title = """One
Two"""
[objective.c]
title = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
"#;
    probe("titles", text);
}

#[test]
fn lifecycle() {
    let text = r#"[objective.a]
title = "A"
status = "dropped"
[objective.b]
title = "B"
reason = "why"
"#;
    probe("lifecycle", text);
}

#[test]
fn schedule() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
due = 2027-01-01
check_in.2026-09-30 = { value = 1 }
check_in.2027-10-05 = { value = 1 }
check_in.2026-10-05 = {}
"#;
    probe("schedule", text);
}

#[test]
fn people_and_references() {
    let text = r##"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = 240
owner = "@sre-lead"
adopt = "#12"
work = ["https://gitlab.example.com/a/b"]
depends_on = ["hours"]
"##;
    probe("people_and_references", text);
}

#[test]
fn numbers_that_cannot_be() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
from = inf
to = 0x10
share = 99999999999999999999999999999999
"#;
    probe("numbers_that_cannot_be", text);
}

#[test]
fn root_keys() {
    let text = r#"title = "x"
quarter = "2026-q4"
[objectives.a]
title = "A"
"#;
    probe("root_keys", text);
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let outcome = sre(r#"[objective.mtbf]
title = “MTBF”
[objective.mtbf.kr.hours]
title = "Hours"
from = 99,95
to = "96 h"
due = "2026-12-18"
supports = ["delivery/deploys"]
[objective.mtfb.kr.other]
title = "Other"
to = 240
share = 400
[objective.mtbf.kr.steps]
title = Steps
milestone.a = { title = "A" }
ownr = "sre-lead"
[objective.mtbf.kr.nothing]
title = "No measure"
"#);
    assert_eq!(outcome.rules().len(), 10, "{}", outcome.shown());
}
