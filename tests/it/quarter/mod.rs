//! Thirteen weeks end to end: a real repository, the sandbox on a socket, the binary as a process, and a fixed clock. People
//! check in by file, by command and in issues, forget, contradict themselves, fall behind, ease and drop a goal, and close.

mod department;
pub(crate) mod pages;
mod play;
mod weeks;

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;

use self::play::{MONDAYS, Meeting, Quarter};
use self::weeks::STORIES;

/// The quarter is played once for all that is asked about it.
static QUARTER: LazyLock<Quarter> = LazyLock::new(Quarter::play);

fn key_result<'a>(meeting: &'a Meeting, key: &str) -> &'a Value {
    let all = |value: &'a Value, name: &str| value[name].as_array().unwrap().iter();
    let objectives = all(&meeting.status, "teams").flat_map(|team| all(team, "objectives"));
    let mut key_results = objectives.flat_map(|objective| all(objective, "key_results"));
    let full = format!("2026-q4/{key}");
    key_results.find(|of| of["key"] == full.as_str()).unwrap()
}

/// A score as it is shown: whole percent, halves up.
fn percent(exact: &Value) -> String {
    let exact: rust_decimal::Decimal = exact.as_str().unwrap().parse().unwrap();
    let exact = okrsync::model::Number::new(exact);
    format!("{} %", okrsync::model::round_half_up(exact, 0))
}

#[test]
fn every_monday_each_key_result_stands_as_it_should() {
    let (mut expected, mut shown) = (String::new(), String::new());
    for (week, meeting) in QUARTER.weeks.iter().enumerate() {
        for story in STORIES {
            let of = &story.weeks[week];
            let line = |text: &mut String, stands: &str, score: &str| {
                let (week, key) = (week + 1, story.key);
                writeln!(text, "week {week:2}  {key:34} {stands:16} {score:>6}").unwrap();
            };
            line(&mut expected, of.stands, of.score);
            let now = key_result(meeting, story.key);
            let stands = now["standing"].as_str().unwrap().replace('_', " ");
            line(&mut shown, &stands, &percent(&now["score"]["percent"]));
        }
    }
    let differ: Vec<String> = expected
        .lines()
        .zip(shown.lines())
        .filter(|(expected, shown)| expected != shown)
        .map(|(expected, shown)| format!("expected {expected}\nshown    {shown}\n"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.concat());
}

#[test]
fn the_answer_counts_what_stands() {
    for (week, meeting) in QUARTER.weeks.iter().enumerate() {
        let counts = &meeting.status["answer"]["counts"];
        for (stands, name) in [
            ("reached", "reached"),
            ("on track", "on_track"),
            ("needs attention", "needs_attention"),
            ("at risk", "at_risk"),
            ("unknown", "unknown"),
            ("dropped", "dropped"),
        ] {
            let all = STORIES.iter().map(|story| &story.weeks[week]);
            let count = all.filter(|of| of.stands == stands).count();
            assert_eq!(counts[name], count, "week {}: {stands}", week + 1);
        }
        assert_eq!(meeting.status["today"], MONDAYS[week]);
    }
}

#[test]
fn what_a_meeting_is_told_week_by_week() {
    let mut told = format!("Planning\n{}\n", QUARTER.planning);
    for meeting in QUARTER.weeks.iter().chain([&QUARTER.closing]) {
        let status = &meeting.status;
        write!(
            told,
            "\n{} on {}\n{}\n{}.\n",
            meeting.name,
            status["today"].as_str().unwrap(),
            meeting.planned,
            status["answer"]["sentence"].as_str().unwrap(),
        )
        .unwrap();
        for decision in status["decisions"].as_array().unwrap() {
            let word = |name: &str| decision[name].as_str().unwrap();
            writeln!(told, "  {}: {}?", word("key"), word("question")).unwrap();
        }
        for finding in &meeting.findings {
            writeln!(told, "  {finding}").unwrap();
        }
    }
    write!(told, "\nIssues at the end\n{}\n", QUARTER.issues.join("\n")).unwrap();
    insta::assert_snapshot!(told);
}

#[test]
fn the_week_of_an_amendment_tells_who_allowed_it_and_why() {
    let told = |week: usize| {
        let text = pages::as_text(&QUARTER.weeks[week - 1].pages, "week.html");
        text.contains("Goal amended by dora:") && text.contains("the auditors ask for it.")
    };
    assert!(told(6));
    assert!(!told(5) && !told(7));
}

#[test]
fn what_goes_on_begins_where_it_stood() {
    insta::assert_snapshot!(QUARTER.carried);
}

#[test]
fn the_pages_of_three_weeks() {
    let kept: [(usize, &[&str]); 3] = [
        (2, &["index.html", "week.html"]),
        (
            7,
            &[
                "index.html",
                "week.html",
                "heat.html",
                "objectives/reliability.outages.html",
            ],
        ),
        (
            13,
            &["index.html", "week.html", "objectives/delivery.flow.html"],
        ),
    ];
    for (week, pages) in kept {
        let site = &QUARTER.weeks[week - 1].pages;
        for page in pages {
            let name = page.rsplit('/').next().unwrap().trim_end_matches(".html");
            // Issues are made several at a time: their numbers differ from run to run.
            insta::with_settings!({ filters => vec![(r"#\d+", "#N")] }, {
                insta::assert_snapshot!(format!("week_{week:02}_{name}"), pages::as_text(site, page));
            });
        }
    }
}
