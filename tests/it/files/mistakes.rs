//! Mistakes in how something is written, and what people are told. One mistake, one finding.

use super::{said, sre};

#[test]
fn decimal_comma() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
from = 99,95
to = 240
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:5:8 decimal-comma: `99,95` has a comma where TOML wants a point
  at `99,95`
  help: write 99.95
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:33 decimal-comma: `99,95` has a comma where TOML wants a point
  at `99,95`
  help: write 99.95
"#);
}

#[test]
fn decimal_comma_in_quotes() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = "99,95"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:5:6 decimal-comma: `to` is a number in quotation marks with a comma
  at `"99,95"` ← this is text
  help: write 99.95
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:5:8 unit-in-number: `from` is a number and a unit
  at `"96 h"` ← this is text
  help: write 96 here and the unit in `unit = "h"`
okrs/2026-q4/sre.toml:6:6 unit-in-number: `240 h` is a number and a unit
  at `240 h`
  help: write 240 here and the unit in `unit = "h"`
okrs/2026-q4/sre.toml:7:9 unit-in-number: `40%` is a number and a unit
  at `40%`
  help: write 40; where percent is meant, the number alone says so
"#);
}

#[test]
fn quoted_number() {
    let text = r#"[objective.mtbf]
title = "MTBF"
[objective.mtbf.kr.hours]
title = "Hours"
to = "96"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:5:6 quoted-number: `to` is a number in quotation marks
  at `"96"` ← this is text
  help: write 96
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:7 quoted-date: `due` is a day in quotation marks
  at `"2026-12-18"` ← this is text
  help: write 2026-12-18
okrs/2026-q4/sre.toml:10:7 quoted-date: `due` is a day in quotation marks
  at `"07.10.2026"` ← this is text
  help: write 2026-10-07
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:7 date-format: `07.10.2026` is not how TOML writes a day
  at `07.10.2026` ← year, month, day
  help: write 2026-10-07
okrs/2026-q4/sre.toml:10:7 date-format: `12/18/2026` is not how TOML writes a day
  at `12/18/2026` ← year, month, day
  help: write 2026-12-18
okrs/2026-q4/sre.toml:14:7 date-format: `2026-02-30` is not a day of the calendar
  at `2026-02-30`
  help: write year-month-day, like 2026-12-18
"#);
}

#[test]
fn unquoted_text() {
    let text = r"[objective.mtbf]
title = Raise MTBF
";
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:9 unquoted-text: text needs quotation marks
  at `Raise MTBF`
  help: put it in "straight quotation marks"
"#);
}

#[test]
fn curly_quotes() {
    let text = r#"[objective.mtbf]
title = “Raise MTBF”
description = "More”
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:9 curly-quotes: `“` does not begin or end a text
  at `“` ← a quotation mark of a word processor
  help: use the straight quotation mark " on both sides
okrs/2026-q4/sre.toml:3:20 curly-quotes: `”` does not begin or end a text
  at `”` ← a quotation mark of a word processor
  help: use the straight quotation mark " on both sides
"#);
}

#[test]
fn missing_closing_quote() {
    let text = r#"[objective.mtbf]
title = "Raise MTBF
owner = "sre-lead"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:9 unclosed-quote: the closing quotation mark is missing
  at `"Raise MTBF` ← this text has no end
  help: end the text with a quotation mark on the same line, or use """ for several lines
"#);
}

#[test]
fn quotes_in_text() {
    let text = r#"[objective.mtbf]
title = "Raise "the" MTBF"
outcome = 'it's'
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:17 quote-in-text: the text ended before the end of the line
  at `` ← this is behind the text
  help: write \" for a quotation mark inside "text"
okrs/2026-q4/sre.toml:3:15 quote-in-text: the text ended before the end of the line
  at `` ← this is behind the text
  help: write \" for a quotation mark inside "text"
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:3:15 unclosed-quote: the closing """ is missing
  at `"""` ← this text has no end
  help: write """ on a line of its own where the text ends
"#);
}

#[test]
fn duplicate_key() {
    let text = r#"[objective.mtbf]
title = "MTBF"
owner = "a"
title = "MTBF again"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:4:1 duplicate-key: `title` is there twice
  at `title` ← the second time
  and okrs/2026-q4/sre.toml:2:1 the first time
  help: keep one of the two lines
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:1 duplicate-key: the table `[objective.mtbf.kr.hours]` is there twice
  at `[objective.mtbf.kr.hours]` ← the second time
  and okrs/2026-q4/sre.toml:3:1 the first time
  help: put the keys of both under one header, or give one another id
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:1 check-in-header: editors cannot read a header that ends in a date
  at `[objective.mtbf.kr.hours.check_in.2026-10-05]`
  help: write check_in.2026-10-05 = { … } below [objective.mtbf.kr.hours]
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:1:1 toml-syntax: the header is not closed
  at `[objective.a`
  help: write [objective.a]
okrs/2026-q4/sre.toml:6:1 toml-syntax: this header cannot be read
  at `[objective.Mean Time]`
  help: ids are lower-case letters, digits and hyphens: [objective.mean-time]
"#);
}

#[test]
fn colon_for_equals() {
    let text = r#"[objective.mtbf]
title: "MTBF"
owner = "sre-lead"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:1 toml-syntax: a key and its value are joined with =
  at `title: "MTBF"`
  help: write title = "MTBF"
"#);
}

#[test]
fn missing_value() {
    let text = r#"[objective.mtbf]
title =
owner = "sre-lead"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:8 toml-syntax: the value is missing
  at `` ← nothing stands behind the =
  help: write a value, or remove the line
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:3:12 toml-syntax: the list that begins here has no end
  at `[`
  help: close it with ]
okrs/2026-q4/sre.toml:7:12 toml-syntax: the list that begins here has no end
  at `[`
  help: close it with ]
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:4:8 toml-syntax: a comma is missing
  at `` ← here
  help: put a comma between any two entries
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:24 newer-toml: a table in braces over several lines is TOML 1.1, which many editors cannot read
  at ``
  help: write the table in braces on one line, without a comma at its end
okrs/2026-q4/sre.toml:9:34 newer-toml: a comma before the closing brace is TOML 1.1, which many editors cannot read
  at `,`
  help: write the table in braces on one line, without a comma at its end
"#);
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
