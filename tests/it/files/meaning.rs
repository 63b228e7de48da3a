//! Mistakes in what is written, and what people are told. One mistake, one finding.

use super::said;

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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:1 misplaced-key: `supports` belongs to the objective, not to its key result
  at `supports` ← this is below [objective.mtbf.kr.hours]
  help: move it up, below [objective.mtbf] and above its first key result
okrs/2026-q4/sre.toml:7:1 misplaced-key: `retrospective` belongs to the objective, not to its key result
  at `retrospective` ← this is below [objective.mtbf.kr.hours]
  help: move it up, below [objective.mtbf] and above its first key result
"#);
}

#[test]
fn key_result_key_in_the_objective() {
    let text = r#"[objective.mtbf]
title = "MTBF"
unit = "h"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:3:1 misplaced-key: `unit` belongs to a key result, not to an objective
  at `unit`
  help: move it below the header of a key result, [objective.mtbf.kr.<id>]
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:12 stray-objective: there is no [objective.mtfb], only a key result of it
  at `mtfb` ← did you mean `mtbf`?
  help: write [objective.mtbf.kr.other]
okrs/2026-q4/sre.toml:9:12 stray-objective: there is no [objective.zzz], only a key result of it
  at `zzz`
  help: write [objective.zzz] with a title above its key results
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:1 unknown-key: `titel` is not a key of this table
  at `titel` ← did you mean `title`?
  help: write `title`, or remove the line
okrs/2026-q4/sre.toml:7:1 unknown-key: `baseline` is called `from` here
  at `baseline` ← write `from`
  help: write `from`
okrs/2026-q4/sre.toml:8:1 unknown-key: `banana` is not a key of this table
  at `banana`
  help: the keys here are `title`, `description`, `owner`, `area`, `share`, `kind`, `flow_metric`, `metric`, `unit`, `from`, `to`, `at_least`, `at_most`, `milestone`, `scoring`, `measure`, `due`, `confidential`, `weight`, `status`, `reason`, `previously`, `adopt`, `carried_from`, `depends_on`, `confirms`, `work`, `allow`, `amendment`, `outcome`, `score`, `evidence`, `check_in`
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:8 wrong-value: "flwo" is not a value of `kind`
  at `"flwo"` ← did you mean "flow"?
  help: write "business", "flow" or "team"
okrs/2026-q4/sre.toml:7:9 out-of-range: `share` is 140, but must be from 0 to 100
  at `140`
  help: write a number that is from 0 to 100
okrs/2026-q4/sre.toml:8:8 wrong-type: `work` is a list
  at `"a/b#1"` ← this is one text
  help: write ["a/b#1"]
okrs/2026-q4/sre.toml:9:16 wrong-type: `confidential` wants true or false
  at `"yes"` ← this is text
  help: write true or false without quotation marks
okrs/2026-q4/sre.toml:10:10 wrong-type: `metric` wants text
  at `5` ← this is a whole number
  help: put the text in "quotation marks"
okrs/2026-q4/sre.toml:11:34 wrong-value: "green" is not a value of `health`
  at `"green"`
  help: write "on-track", "needs-attention" or "at-risk"
okrs/2026-q4/sre.toml:12:10 date-format: `2026-13-05` is not a day of the calendar
  at `2026-13-05`
  help: write year-month-day, like 2026-10-05
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:1:12 bad-id: `Mean_Time` is not an id of lower-case letters, digits and hyphens, like mean-time-2
  at `Mean_Time`
  help: write mean-time
okrs/2026-q4/sre.toml:7:15 bad-id: `yesterday` is not a day like 2026-10-05
  at `yesterday`
  help: write a day like 2026-10-05
"#);
}

#[test]
fn lists_of_tables() {
    let text = r#"[[objective]]
title = "A"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:1:1 wrong-type: this is a list, but every entry needs an id of its own
  at `[[objective]]`
  help: write [objective.<id>] instead of a header in double brackets
"#);
}

#[test]
fn missing_title() {
    let text = r#"[objective.a]
owner = "sre-lead"
[objective.a.kr.x]
to = 1
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:1:1 missing-key: `objective.a` has no `title`
  at `[objective.a]`
  help: add a line title = …
okrs/2026-q4/sre.toml:3:1 missing-key: `objective.a.kr.x` has no `title`
  at `[objective.a.kr.x]`
  help: add a line title = …
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:3:1 no-measure: nothing says how this key result is measured
  at `[objective.a.kr.none]`
  help: add `from` and `to`, `at_least`, `at_most`, or milestone.<id> = { title = "…" }
okrs/2026-q4/sre.toml:8:12 two-measures: a key result is measured in one way only
  at `3` ← this is `at_least`
  and okrs/2026-q4/sre.toml:7:6 this is `to`
  help: keep `from` and `to`, or `at_least`, or `at_most`, or milestones; make the other a key result of its own
okrs/2026-q4/sre.toml:11:8 no-measure: `from` stands without `to`
  at `3`
  help: add to = …, the value to be reached
okrs/2026-q4/sre.toml:15:11 scoring-mismatch: "budget-left" does not suit this measure
  at `"budget-left"`
  help: it needs `at_most`
okrs/2026-q4/sre.toml:16:15 flow-metric-kind: `flow_metric` is for key results of kind "flow"
  at `"velocity"`
  help: add kind = "flow", or remove `flow_metric`
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:2:9 empty-text: `title` is empty
  at `"  "`
  help: write something, or remove the line
okrs/2026-q4/sre.toml:4:9 title-lines: a title is one line
  at `"""One`
  help: put what follows the first line into `description`
okrs/2026-q4/sre.toml:7:9 title-too-long: the title has 256 characters, but GitLab keeps at most 255
  at `"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"`
  help: shorten it, and put the rest into `description`
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:3:10 dropped-without-reason: dropped, but nobody says why
  at `"dropped"`
  help: add reason = "…", so that everybody knows next quarter, too
okrs/2026-q4/sre.toml:6:10 reason-without-status: `reason` says why something was dropped or closed, but it is active
  at `"why"`
  help: add status = "dropped" or "closed", or remove `reason`
"#);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:6:7 due-outside-quarter: 2027-01-01 is not a day of 2026-q4
  at `2027-01-01`
  help: give a day of the quarter, or carry the rest over to the next one
okrs/2026-q4/sre.toml:7:10 check-in-outside-quarter: the check-in of 2026-09-30 is before 2026-q4 begins on 2026-10-01
  at `2026-09-30`
  help: mend the date, or write the check-in into the file of its quarter
okrs/2026-q4/sre.toml:8:10 check-in-outside-quarter: the check-in of 2027-10-05 is long after 2026-q4 has ended on 2026-12-31
  at `2027-10-05`
  help: mend the date, or write the check-in into the file of its quarter
okrs/2026-q4/sre.toml:9:10 empty-check-in: the check-in of 2026-10-05 says nothing
  at `2026-10-05`
  help: give at least one of value, confidence, health, note
"#);
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
    insta::assert_snapshot!(said(text), @r##"okrs/2026-q4/sre.toml:6:9 wrong-value: `@sre-lead` cannot be used: a username is letters, digits, `_`, `-` and `.`, without the @
  at `"@sre-lead"`
  help: write "sre-lead"
okrs/2026-q4/sre.toml:7:9 wrong-value: `#12` cannot be used: a reference is group/project#123 or group/project%"Milestone title"
  at `"#12"`
  help: write group/project#123, without the instance's address
okrs/2026-q4/sre.toml:8:9 wrong-value: `https://gitlab.example.com/a/b` cannot be used: a reference is group/project#123 or group/project%"Milestone title"
  at `"https://gitlab.example.com/a/b"`
  help: write 'group/project#123' or 'group/project%"Milestone"'
okrs/2026-q4/sre.toml:9:15 unknown-reference: "hours" does not name an objective or key result
  at `"hours"`
  help: name the team, too: "sre/hours"
"##);
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
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:5:8 invalid-number: `from` is not a number that can be used
  at `inf`
  help: write a number that can be compared; infinity cannot be measured
okrs/2026-q4/sre.toml:6:6 invalid-number: `to` is not a number that can be used
  at `0x10`
  help: write the number with the digits 0 to 9
okrs/2026-q4/sre.toml:7:9 invalid-number: `share` is not a number that can be used
  at `99999999999999999999999999999999`
  help: numbers may have at most 28 digits
"#);
}

#[test]
fn root_keys() {
    let text = r#"title = "x"
quarter = "2026-q4"
[objectives.a]
title = "A"
"#;
    insta::assert_snapshot!(said(text), @r#"okrs/2026-q4/sre.toml:1:1 misplaced-key: `title` stands above the first header
  at `title`
  help: move it below [objective.<id>] or [objective.<id>.kr.<id>]
okrs/2026-q4/sre.toml:2:1 unknown-key: a file does not repeat its quarter
  at `quarter`
  help: remove the line: the path okrs/<quarter>/<team>.toml says it
okrs/2026-q4/sre.toml:3:2 unknown-key: `objectives` is not a key of this file
  at `objectives` ← did you mean `objective`?
  help: write [objective.<id>]
"#);
}
