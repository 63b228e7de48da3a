//! Pace, projection, staleness and contradictions, each by the smallest key result that shows it.

use okrsync::model::Number;
use okrsync::report::{ContradictionKind, KeyResultStatus, Standing};
use std::fmt::Write as _;

use super::{Okrs, find, objective};

/// How a key result goes on a day.
fn on(today: &str, key_result: &str) -> KeyResultStatus {
    let okrs = Okrs::load("", &[("a", &objective("o", "", &[key_result]))]);
    find(&okrs.on(today), "2026-q4/a/o").key_results[0].clone()
}

/// A way from 0 to 100 with these check-ins, each a day and what stands in it.
fn way(check_ins: &[(&str, &str)]) -> String {
    let mut table = String::from("from = 0\nto = 100\n");
    for (day, said) in check_ins {
        writeln!(table, "check_in.2026-{day} = {{ {said} }}").unwrap();
    }
    table
}

const GOOD: &str = "health = \"on-track\"";

#[test]
fn the_worse_of_words_and_data_counts() {
    use Standing::{AtRisk, NeedsAttention, OnTrack, Reached, Unknown};
    let cases: &[(&str, String, Standing, &[&str])] = &[
        ("11-16", way(&[("11-16", "value = 50")]), OnTrack, &[]),
        (
            "11-16",
            way(&[("11-16", "value = 30")]),
            NeedsAttention,
            &["59 % of the planned pace"],
        ),
        (
            "11-16",
            way(&[("11-16", "value = 20, health = \"on-track\"")]),
            AtRisk,
            &["40 % of the planned pace"],
        ),
        (
            "11-16",
            way(&[("11-16", "value = 50, health = \"at-risk\"")]),
            AtRisk,
            &["said to be at risk on 2026-11-16"],
        ),
        (
            "11-16",
            way(&[("11-16", "value = 50, confidence = 39")]),
            NeedsAttention,
            &["confidence is 39 %"],
        ),
        // Too early for pace, but worse than the baseline.
        (
            "10-06",
            way(&[("10-05", "value = -1")]),
            NeedsAttention,
            &["the value is worse than the baseline"],
        ),
        ("10-06", way(&[("10-05", "value = 0")]), OnTrack, &[]),
        (
            "11-16",
            way(&[("11-01", "value = 50")]),
            Unknown,
            &["nobody has said since 2026-11-01 how it goes"],
        ),
        (
            "11-16",
            way(&[("11-16", "confidence = 90, health = \"on-track\"")]),
            Unknown,
            &["no check-in has a value"],
        ),
        (
            "11-16",
            format!("due = 2026-11-13\n{}", way(&[("11-16", "value = 99")])),
            AtRisk,
            &["it was due on 2026-11-13"],
        ),
        (
            "11-16",
            format!("due = 2026-11-13\n{}", way(&[("11-16", "value = 101")])),
            Reached,
            &[],
        ),
        (
            "11-16",
            "at_most = 5\ndue = 2026-11-13\ncheck_in.2026-11-16 = { value = 5 }".to_owned(),
            OnTrack,
            &[],
        ),
        (
            "11-16",
            "at_most = 5\ncheck_in.2026-11-16 = { value = 6 }".to_owned(),
            AtRisk,
            &["0 % of the planned pace", "the last value breaks its bound"],
        ),
        (
            "11-16",
            "milestone.a = { title = \"A\", due = 2026-11-15, done = 2026-11-15 }\n\
             milestone.b = { title = \"B\", due = 2026-11-15 }\nmilestone.c = { title = \"C\" }"
                .to_owned(),
            NeedsAttention,
            // A third of the way where two thirds were expected is half, not less.
            &["overdue: b", "50 % of the planned pace"],
        ),
        (
            "12-01",
            "milestone.a = { title = \"A\", due = 2026-11-01, done = 2026-11-30 }".to_owned(),
            Reached,
            &[],
        ),
    ];
    for (today, table, standing, reasons) in cases {
        let going = on(&format!("2026-{today}"), table);
        assert_eq!(going.standing, *standing, "{table}: {:?}", going.reasons);
        for reason in *reasons {
            assert!(
                going.reasons.iter().any(|r| r == reason),
                "{:?}",
                going.reasons
            );
        }
    }
}

#[test]
fn words_that_the_data_deny_are_named() {
    use ContradictionKind as Kind;
    let cases: &[(&str, String, &[Kind])] = &[
        (
            "11-16",
            way(&[
                ("10-19", "value = 45"),
                ("11-16", &format!("value = 45, {GOOD}")),
            ]),
            &[Kind::FlatButOnTrack],
        ),
        (
            "11-16",
            way(&[
                ("10-20", "value = 45"),
                ("11-16", &format!("value = 45, {GOOD}")),
            ]),
            &[],
        ),
        (
            "11-16",
            format!(
                "due = 2026-11-13\n{}",
                way(&[("11-16", &format!("value = 99, {GOOD}"))])
            ),
            &[Kind::OverdueButOnTrack],
        ),
        (
            "11-16",
            way(&[("11-16", &format!("value = 20, confidence = 70, {GOOD}"))]),
            &[Kind::FarBehindButOnTrack, Kind::FarBehindButConfident],
        ),
        (
            "11-16",
            format!("at_most = 5\ncheck_in.2026-11-16 = {{ value = 6, {GOOD} }}"),
            &[Kind::BrokenButOnTrack],
        ),
        (
            "11-16",
            way(&[("11-16", "value = 20, confidence = 69, health = \"at-risk\"")]),
            &[],
        ),
    ];
    for (today, table, kinds) in cases {
        let going = on(&format!("2026-{today}"), table);
        let found: Vec<Kind> = going
            .contradictions
            .iter()
            .map(|found| found.kind)
            .collect();
        assert_eq!(found, *kinds, "{table}");
    }
}

#[test]
fn staleness_climbs_its_ladder_by_the_teams_own_pace() {
    let table = way(&[("11-02", "value = 40")]);
    let after = |day: &str| on(day, &table).freshness.unwrap();
    let ladder = ["2026-11-08", "2026-11-09", "2026-11-13", "2026-11-17"].map(after);
    assert_eq!(ladder, ["fresh", "due", "late", "stale"]);
    // What is dropped is not asked for.
    let dropped = format!("status = \"dropped\"\nreason = \"R\"\n{table}");
    assert_eq!(on("2026-12-07", &dropped).freshness, None);
}

#[test]
fn what_is_expected_follows_the_measures_own_dates() {
    let expected = |today: &str, table: &str| {
        let pace = on(today, table).pace.unwrap();
        okrsync::model::round_half_up(pace.expected, 1).to_string()
    };
    let steps = "milestone.a = { title = \"A\", weight = 30, due = 2026-10-15 }\nmilestone.b = { title = \"B\", weight = 70 }\ndue = 2026-12-01";
    assert_eq!(expected("2026-10-14", steps), "0");
    assert_eq!(expected("2026-10-15", steps), "30");
    assert_eq!(expected("2026-12-01", steps), "100");
    assert_eq!(expected("2026-11-16", &way(&[])), "50.5");
    let budget = "at_most = 15\nscoring = \"budget-left\"";
    assert_eq!(expected("2026-12-31", budget), "0");
    let rate = format!(
        "scoring = \"monthly-average\"\n{}",
        way(&[("10-31", "value = 30"), ("11-15", "value = 50")])
    );
    let pace = on("2026-11-16", &rate).pace.unwrap();
    // The mean of 30 and 45 days of 91, as the score is the mean of both months.
    assert_eq!(
        okrsync::model::round_half_up(pace.expected_then, 2).to_string(),
        "41.21"
    );
}

#[test]
fn projections_name_their_method_and_need_three_check_ins() {
    let three = way(&[
        ("10-05", "value = 10"),
        ("10-12", "value = 17"),
        ("10-19", "value = 24"),
    ]);
    let projection = on("2026-10-19", &three).pace.unwrap().projection.unwrap();
    assert_eq!(projection.method, "least squares over the last 3 check-ins");
    assert_eq!(projection.by.to_string(), "2026-12-31");
    assert_eq!(projection.value, Number::from(97));
    assert_eq!(projection.score, Some(Number::from(97)));
    let two = way(&[("10-05", "value = 10"), ("10-12", "value = 17")]);
    assert_eq!(on("2026-10-12", &two).pace.unwrap().projection, None);
}
