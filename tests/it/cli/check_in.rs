//! `okr check-in`: one line in a file, and nothing else.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use crate::support::okr::{Ran, edit, example, okr, read};

const SRE: &str = "okrs/2026-q4/sre.toml";
const SAE: &str = "okrs/2026-q4/sae.toml";

fn check_in(dir: &TempDir, arguments: &[&str]) -> Ran {
    let arguments = [&["check-in"], arguments].concat();
    okr(arguments).dir(dir.path()).run()
}

fn text(dir: &TempDir, path: &str) -> String {
    read(dir.path().join(path))
}

/// Expects that files are in canonical form and have no errors.
fn assert_sound(dir: &TempDir) {
    for arguments in [["fmt", "--check"].as_slice(), &["validate"]] {
        let ran = okr(arguments.iter().copied()).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{ran:?}");
    }
}

#[test]
fn a_check_in_is_one_line_at_its_day() {
    let dir = example();
    let before = text(&dir, SRE);
    let today = "check_in.2026-11-16 = { value = 171";
    edit(
        dir.path(),
        SRE,
        today,
        "check_in.2026-11-15 = { value = 171",
    );
    let ran = check_in(
        &dir,
        &[
            "sre/mtbf/hours",
            "--value",
            "172.50",
            "--confidence",
            "60%",
            "--health",
            "At risk",
            "--note",
            "He said \"no\".\nTwice.",
        ],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    let line = "check_in.2026-11-16 = { value = 172.5, confidence = 60, health = \"at-risk\", note = 'He said \"no\". Twice.' }";
    let numbered = text(&dir, SRE)
        .lines()
        .position(|there| there == line)
        .unwrap()
        + 1;
    assert_eq!(ran.stdout, format!("{SRE}:{numbered}: {line}\n"));
    assert!(
        ran.stderr.contains(&format!("git checkout -p {SRE}")),
        "{ran:?}"
    );
    let without = text(&dir, SRE).replace(&format!("{line}\n"), "");
    assert_eq!(without.replace("2026-11-15 =", "2026-11-16 ="), before);
    assert_sound(&dir);
    // Of an earlier day, by the full key.
    let ran = check_in(
        &dir,
        &[
            "2026-q4/sre/mtbf/pages",
            "--confidence",
            "45",
            "--date",
            "2026-11-01",
        ],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    let at = |day: &str| text(&dir, SRE).rfind(day).unwrap();
    assert!(at("check_in.2026-11-01") < at("check_in.2026-11-02"));
    assert!(at("check_in.2026-11-01") > at("check_in.2026-10-12"));
    assert_sound(&dir);
}

#[test]
fn a_step_is_done_with_a_note_or_without() {
    let dir = example();
    let key = read(dir.path().join(SAE))
        .lines()
        .take_while(|line| !line.starts_with("milestone."))
        .filter_map(|line| line.strip_prefix("[objective."))
        .last()
        .unwrap()
        .trim_end_matches(']')
        .replace(".kr.", "/");
    let key = format!("sae/{key}");
    let ran = check_in(
        &dir,
        &[
            &key,
            "--done",
            "gitaly",
            "--note",
            "Two days early.",
            "--date",
            "2026-11-15",
        ],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    let done = "due = 2026-12-04, done = 2026-11-15 }\n";
    assert!(text(&dir, SAE).contains(done), "{}", text(&dir, SAE));
    assert!(text(&dir, SAE).contains("check_in.2026-11-15 = { note = \"Two days early.\" }\n"));
    assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
    assert_sound(&dir);
    let before = text(&dir, SAE);
    for (arguments, why) in [
        (&["--done", "gitaly"], "gitaly is done since 2026-11-15"),
        (&["--done", "gitally"], "did you mean gitaly?"),
        (
            &["--value", "3"],
            "is measured by milestones, not by a value",
        ),
    ] {
        let ran = check_in(&dir, &[&[key.as_str()], &arguments[..]].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
        assert!(ran.stderr.contains(why), "{ran:?}");
    }
    assert_eq!(text(&dir, SAE), before);
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_written() {
    let dir = example();
    edit(
        dir.path(),
        SRE,
        "owner = \"leila\"\n",
        "owner = \"leila\"\nstatus = \"dropped\"\nreason = \"Done by others.\"\n",
    );
    let before = text(&dir, SRE);
    let mut shown = String::new();
    for arguments in [
        &["sre/mtbf/hours", "--value", "96 h"] as &[&str],
        &["sre/mtbf/hours", "--value", "99,95"],
        &["sre/mtbf/hours", "--value", "many"],
        &["sre/mtbf/hours", "--confidence", "120"],
        &["sre/mtbf/hours", "--health", "at-rsk"],
        &["sre/mtbf/hours", "--value", "172"],
        &["sre/mtbf/hours", "--value", "172", "--date", "2026-11-17"],
        &[
            "2026-q4/sre/mtbf/hours",
            "--value",
            "172",
            "--date",
            "2026-09-30",
        ],
        &["sre/mtbf/hours", "--value", "172", "--date", "2026-09-30"],
        &["sre/mtbf/hour", "--value", "172"],
        &["sre/mtbf", "--value", "172"],
        &["sre", "--value", "172"],
        &["sre/mtbf/pages", "--value", "9", "--date", "2026-11-15"],
        &["sre/mtbf/hours", "--done", "all"],
        &["sre/mtbf/hours", "--date", "2026-11-15"],
        &[],
    ] {
        let ran = check_in(&dir, arguments);
        assert!(
            matches!(ran.status, 1 | 2) && ran.stdout.is_empty(),
            "{ran:?}"
        );
        shown += &[
            "okr check-in ",
            &arguments.join(" "),
            "\n",
            &ran.stderr,
            "\n",
        ]
        .concat();
    }
    assert_eq!(text(&dir, SRE), before);
    insta::assert_snapshot!(shown);
    edit(
        dir.path(),
        "okr.toml",
        "[policy]\n",
        "[quarters.\"2026-q4\"]\nstate = \"closed\"\n\n[policy]\n",
    );
    let ran = check_in(
        &dir,
        &["sre/mtbf/hours", "--value", "172", "--date", "2026-11-15"],
    );
    assert!(ran.stderr.contains("2026-q4 is closed"), "{ran:?}");
    assert_eq!(text(&dir, SRE), before);
}

#[test]
fn whatever_is_said_only_the_line_is_new() {
    let dir = example();
    let days = (
        1u8..=12,
        0u32..9999,
        proptest::option::of(0u8..=100),
        proptest::option::of("\\PC{1,24}"),
    );
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let law = runner.run(&days, |(day, value, confidence, note)| {
        let before = text(&dir, SRE);
        let (value, date) = (
            format!("{}.{}", value / 10, value % 10),
            format!("2026-11-{day:02}"),
        );
        let mut arguments = vec![
            "sre/mtbf/hours".to_owned(),
            "--value".into(),
            value,
            "--date".into(),
            date.clone(),
        ];
        if let Some(percent) = confidence {
            arguments.extend(["--confidence".to_owned(), percent.to_string()]);
        }
        arguments.extend(note.map(|note| format!("--note={note}")));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = check_in(&dir, &arguments);
        let (key_result, _) = before.split_once("[objective.mtbf.kr.readiness]").unwrap();
        if key_result.contains(&format!("check_in.{date}")) {
            prop_assert_eq!(ran.status, 1, "{:?}", ran);
            prop_assert_eq!(text(&dir, SRE), before);
            return Ok(());
        }
        prop_assert_eq!(ran.status, 0, "{:?}", ran);
        let after = text(&dir, SRE);
        let new: Vec<&str> = after
            .lines()
            .filter(|line| !before.lines().any(|old| old == *line))
            .collect();
        prop_assert_eq!(new.len(), 1);
        let beginning = format!("check_in.{date} = {{ value = ");
        prop_assert!(new[0].starts_with(&beginning));
        prop_assert_eq!(after.replacen(&format!("{}\n", new[0]), "", 1), before);
        assert_sound(&dir);
        Ok(())
    });
    law.unwrap();
}

#[test]
fn a_value_that_is_most_likely_a_slip_is_written_with_a_remark() {
    let day = ["--date", "2026-11-15"];
    for (key, value, remark) in [
        // From 21 to 8 days.
        (
            "sre/mtbf/readiness",
            "200",
            Some("200 days is far from 8 to 21 days"),
        ),
        ("sre/mtbf/readiness", "-125", Some("far from 8 to 21 days")),
        ("sre/mtbf/readiness", "22", None),
        ("sre/mtbf/readiness", "150", None),
        // From 15 % to 40 %.
        (
            "sae/mttr/database-changes",
            "0.3",
            Some("0.3 % is less than one percent: was 30 meant?"),
        ),
        ("sae/mttr/database-changes", "1", None),
        // At most 5 %.
        ("delivery/deploys/change-failures", "0.5", None),
        ("delivery/deploys/change-failures", "0", None),
        (
            "delivery/deploys/change-failures",
            "60",
            Some("60 % is far from 5 %"),
        ),
        ("delivery/deploys/change-failures", "7", None),
    ] {
        let dir = example();
        let ran = check_in(&dir, &[&[key, "--value", value], &day[..]].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stdout.contains(&format!("value = {value}")), "{ran:?}");
        match remark {
            Some(remark) => {
                assert!(ran.stderr.contains("warning: "), "{key} {value}: {ran:?}");
                assert!(ran.stderr.contains(remark), "{key} {value}: {ran:?}");
            }
            None => assert!(!ran.stderr.contains("warning: "), "{key} {value}: {ran:?}"),
        }
    }
}

#[test]
fn the_entry_of_a_day_is_replaced_when_that_is_asked_for() {
    let dir = example();
    let before = text(&dir, SRE);
    let new = [
        "sre/mtbf/hours",
        "--value",
        "172",
        "--note",
        "Counted again.",
    ];
    let ran = check_in(&dir, &new);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("write it anew with --replace"),
        "{ran:?}"
    );
    assert_eq!(text(&dir, SRE), before);
    let ran = check_in(&dir, &[&new[..], &["--replace"]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    let after = text(&dir, SRE);
    let line = "check_in.2026-11-16 = { value = 172, note = \"Counted again.\" }\n";
    assert!(after.contains(line), "{after}");
    let without = |text: &str| -> Vec<String> {
        let (own, rest) = text.split_once("[objective.mtbf.kr.readiness]").unwrap();
        let lines = own
            .lines()
            .filter(|line| !line.starts_with("check_in.2026-11-16"));
        lines.chain(rest.lines()).map(str::to_owned).collect()
    };
    assert_eq!(without(&after), without(&before), "nothing else differs");
    assert_sound(&dir);
    // Where there is none yet, it is written as ever.
    let ran = check_in(
        &dir,
        &[
            "sre/mtbf/hours",
            "--value",
            "170",
            "--date",
            "2026-11-15",
            "--replace",
        ],
    );
    assert_eq!(ran.status, 0, "{ran:?}");
}
