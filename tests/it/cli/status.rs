//! `okr status`: how the quarter goes, for a terminal, for an agenda and for programs.

use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::support::bench::Bench;
use crate::support::okr::{Ran, assert_valid, edit, example, okr, put, repository};

const HOURS: &str = "2026-q4/sre/mtbf/hours";
const SRE: &str = "okrs/2026-q4/sre.toml";

fn status(arguments: &[&str], columns: &str) -> Ran {
    let ran = okr([&["status"], arguments].concat())
        .dir(repository())
        .env("COLUMNS", columns)
        .run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran
}

fn as_json(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{ran:?}");
    let status: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_valid("status.schema.json", &status);
    status
}

/// A key result of a status as JSON.
fn find(status: &Value, key: &str) -> Value {
    let teams = status["teams"].as_array().unwrap().iter();
    let objectives = teams.flat_map(|team| team["objectives"].as_array().unwrap());
    let mut key_results = objectives.flat_map(|of| of["key_results"].as_array().unwrap());
    key_results.find(|of| of["key"] == key).unwrap().clone()
}

fn keys(status: &Value) -> Vec<String> {
    let teams = status["teams"].as_array().unwrap().iter();
    let objectives = teams.flat_map(|team| team["objectives"].as_array().unwrap());
    let key_results = objectives.flat_map(|of| of["key_results"].as_array().unwrap());
    key_results
        .map(|of| of["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_example_at_80_columns() {
    let ran = status(&[], "80");
    // The first line may be read by a script; all others fit.
    let longest = ran.stdout.lines().skip(1).map(|line| line.chars().count());
    assert!(longest.max() <= Some(80), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_example_at_120_columns() {
    insta::assert_snapshot!(status(&["--team", "infrastructure"], "120").stdout);
}

#[test]
fn three_weeks_later_silence_is_not_green() {
    let ran = okr(["status", "--team", "sre"])
        .dir(repository())
        .env("COLUMNS", "80")
        .env("OKR_TODAY", "2026-12-07")
        .run();
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_agenda_of_the_example() {
    insta::assert_snapshot!(status(&["--format", "markdown"], "80").stdout);
}

#[test]
fn programs_get_what_the_schema_says() {
    let ran = status(&["--format", "json"], "80");
    let status = as_json(&ran);
    assert_eq!(status["answer"]["verdict"], "mostly");
    assert_eq!(status["observed"], false);
    let hours = find(&status, HOURS);
    assert_eq!(
        hours["score"]["working"],
        "(171 − 96) ÷ (240 − 96) = 52.08 %"
    );
    let origin = &hours["score"]["inputs"][0]["origin"]["file"];
    assert_eq!(origin, &json!({"file": SRE, "line": 34}));
    assert_eq!(hours["pace"]["expected_value"], "180.9231");
    assert_eq!(
        hours["pace"]["projection"]["method"],
        "least squares over the last 6 check-ins"
    );
}

#[test]
fn filters_narrow_what_is_shown_and_not_what_is_true() {
    let of =
        |arguments: &[&str]| as_json(&status(&[arguments, &["--format", "json"]].concat(), "80"));
    let at_risk = of(&["--at-risk"]);
    assert_eq!(keys(&at_risk), ["2026-q4/delivery/deploys/manual-steps"]);
    assert_eq!(at_risk["answer"]["counts"]["on_track"], 7);
    assert_eq!(keys(&of(&["--stale"])), [""; 0]);
    assert_eq!(keys(&of(&["--team", "sre"])).len(), 3);
    assert_eq!(keys(&of(&["--team", "infrastructure"])).len(), 9);
    let mine = okr(["status", "--mine", "--format", "json"])
        .dir(repository())
        .env("OKR_USER", "Ines")
        .run();
    assert_eq!(keys(&as_json(&mine)), [HOURS]);
    // In a pipeline, who began it.
    let mine = okr(["status", "--mine", "--format", "json"])
        .dir(repository())
        .env("GITLAB_USER_LOGIN", "sre-manager")
        .run();
    let mine = as_json(&mine);
    assert_eq!(mine["teams"][0]["objectives"][0]["key"], "2026-q4/sre/mtbf");
}

#[test]
fn what_cannot_be_asked_is_told() {
    let told = |arguments: &[&str]| {
        let ran = okr([&["status"], arguments].concat())
            .dir(repository())
            .run();
        assert_eq!(ran.stdout, "");
        (ran.status, ran.stderr)
    };
    let (status, said) = told(&["--mine"]);
    assert_eq!(status, 2);
    assert!(said.contains("hint: set OKR_USER"), "{said}");
    let (status, said) = told(&["--team", "sra"]);
    assert_eq!(status, 2);
    assert!(said.contains("did you mean"), "{said}");
    let (status, said) = told(&["--quarter", "2025-q1"]);
    assert_eq!(status, 1);
    assert!(said.contains("there are files for 2026-q4"), "{said}");
    let (status, said) = told(&["--since", "2026-12-01"]);
    assert_eq!(status, 2);
    assert!(said.contains("after today"), "{said}");
}

#[test]
fn files_with_errors_have_no_status() {
    let dir = example();
    edit(dir.path(), SRE, "from = 96\n", "form = 96\n");
    let ran = okr(["status"]).dir(dir.path()).run();
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("mend them first: okr validate"));
}

/// Puts a row into the check-in table of an issue, as a person does.
fn write_row(bench: &Bench, key: &str, row: &str) {
    let issue = bench.issue(key);
    let before = issue["description"].as_str().unwrap();
    let head = "| --- | ---: | ---: | --- | --- |\n";
    assert!(before.contains(head), "{before}");
    let after = before.replace(head, &format!("{head}{row}\n"));
    bench.ask("PUT", &bench.path(key), &json!({"description": after}));
}

#[test]
fn rows_that_people_wrote_into_issues_count_and_are_marked() {
    let bench = Bench::applied();
    let status = || as_json(&bench.run(&["status", "--format", "json"]));
    let before = find(&status(), HOURS);
    assert_eq!(
        before["issue"]["reference"],
        bench.issue(HOURS)["references"]["full"]
    );
    write_row(
        &bench,
        HOURS,
        "| 2026-11-15 | 150 | 20 % | at risk | by hand |",
    );
    write_row(&bench, HOURS, "| 2026-11-13 | soon |");
    let hours = find(&status(), HOURS);
    // The file's own row of the next day is the last value; the one by hand is told all the same.
    assert_eq!(hours["score"], before["score"]);
    assert_eq!(hours["unreadable_rows"], 1);
    let by_hand: Vec<&Value> = hours["check_ins"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|point| point["origin"] == "unpulled_row")
        .collect();
    assert_eq!(by_hand.len(), 1);
    assert_eq!(by_hand[0]["date"], "2026-11-15");
    // A newer one decides.
    let key = "2026-q4/sre/mtbf/readiness";
    edit(
        bench.dir.path(),
        SRE,
        "check_in.2026-11-16 = { value = 14, confidence = 70, health = \"on-track\" }\n",
        "",
    );
    bench.apply(&[]);
    write_row(&bench, key, "| 2026-11-14 | 8 | 90 % | on-track | done |");
    let writes = bench.writes();
    let ran = bench.run(&["status", "--team", "sre"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    for said in [
        "    reached         readiness          100 %",
        "counted from the issue, not yet in the file: 2026-11-14",
        "counted from the issue, not yet in the file: 2026-11-15",
        "rows of the issue that cannot be read: 1",
        "gl-infra/infrastructure#",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let agenda = bench.run(&["status", "--format", "markdown"]).stdout;
    assert!(agenda.contains("not yet in the files"), "{agenda}");
    // The same from a record, without a network.
    let ran = bench.run(&["observe", "--out", "observation.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let offline = okr([
        "status",
        "--observed",
        "observation.json",
        "--format",
        "json",
    ])
    .dir(bench.dir.path())
    .run();
    assert_eq!(find(&as_json(&offline), key)["standing"], "reached");
    assert!(
        offline.stderr.contains("planned from what"),
        "{}",
        offline.stderr
    );
    assert_eq!(bench.writes(), writes);
}

#[test]
fn where_gitlab_fails_the_files_are_told() {
    let ran = okr(["status"])
        .dir(repository())
        .env("OKR_URL", "http://127.0.0.1:1")
        .env("OKR_TOKEN", "sandbox-okr-bot")
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("On track but for"), "{}", ran.stdout);
    assert!(ran.stdout.contains("; from the files alone"));
    let said = "GitLab could not be asked: this is from the files alone";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}

#[test]
fn what_people_wrote_does_nothing_on_a_terminal_or_in_an_agenda() {
    let dir = example();
    let title = "Raise GitLab.com's MTBF from 96 h to 240 h";
    edit(
        dir.path(),
        SRE,
        title,
        "@all /close #1 <b> \\u001b[2J from 96 h to 240 h",
    );
    edit(
        dir.path(),
        SRE,
        "Half of the way at half of the quarter.",
        "/assign @all ![x](y) https://x.example",
    );
    let of = |arguments: &[&str]| {
        let ran = okr([&["status"], arguments].concat()).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    };
    let terminal = of(&[]);
    assert!(
        !terminal.contains('\u{1b}') && terminal.contains("␛[2J"),
        "{terminal}"
    );
    let agenda = of(&["--format", "markdown"]);
    for line in agenda.lines() {
        assert!(
            !line.trim_start_matches(['-', ' ']).starts_with('/'),
            "{line}"
        );
    }
    for power in ["@all", "#1 ", "<b>", "![x]", "https://"] {
        let at = agenda.match_indices(power);
        for (at, _) in at {
            assert_eq!(&agenda[at - 1..at], "\\", "{power}: {agenda}");
        }
    }
}

#[test]
fn what_is_confidential_appears_by_its_key_only() {
    let dir = example();
    let sam = "title = \"Cut manual steps of a self-managed release from 42 to 10\"\n";
    let path = "okrs/2026-q4/delivery.toml";
    edit(
        dir.path(),
        path,
        sam,
        &format!("confidential = true\n{sam}"),
    );
    let of = |arguments: &[&str], ci: &str| {
        let ran = okr([&["status"], arguments].concat())
            .dir(dir.path())
            .env("CI", ci)
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    };
    let agenda = of(&["--format", "markdown"], "");
    let lines: Vec<&str> = agenda
        .lines()
        .filter(|line| line.contains("manual-steps"))
        .collect();
    assert_eq!(lines, ["`2026-q4/delivery/deploys/manual-steps`"]);
    assert!(!agenda.contains("Packaging needs"), "{agenda}");
    assert!(agenda.starts_with("**On track but for 2 of 9"), "{agenda}");
    let log = of(&[], "true");
    assert!(
        !log.contains("Cut manual steps") && !log.contains("25 %"),
        "{log}"
    );
    assert!(of(&[], "").contains("Cut manual steps"));
}

#[test]
fn an_agenda_keeps_within_its_size() {
    let dir = example();
    let mut text =
        String::from("[objective.observable-availability]\ntitle = \"Everything at once\"\n");
    for at in 0..400 {
        let note = "x".repeat(400);
        write!(text, "[objective.observable-availability.kr.k{at}]\ntitle = \"Raise number {at} a little further than it is\"\nfrom = 0\nto = 9\n\
             check_in.2026-11-16 = {{ value = 1, health = \"at-risk\", note = \"{note}\" }}\n").unwrap();
    }
    put(dir.path(), "okrs/2026-q4/andrew.toml", text.as_bytes());
    let ran = okr(["status", "--format", "markdown"])
        .dir(dir.path())
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.len() <= 60_000, "{}", ran.stdout.len());
    assert!(
        ran.stdout.starts_with("**Not on track in "),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("*Left out, because it would not fit:"));
}

#[test]
fn a_score_is_explained_without_gitlab() {
    let ran = okr(["explain", HOURS]).dir(repository()).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    for said in [
        "issue                unknown: nobody asked GitLab\n",
        "\nscore: 52 %\n  formula              (value − from) ÷ (to − from)\n",
        "  value of 2026-11-16  171  okrs/2026-q4/sre.toml:34\n",
        "  stands               on track\n",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let ran = okr([
        "explain",
        "2026-q4/infrastructure/mission-critical",
        "--format",
        "json",
    ])
    .dir(repository())
    .run();
    let explained: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        explained["going"]["score"]["working"],
        "(51.11 % + 54.77 % + 46.42 %) ÷ 3 = 50.77 %"
    );
    assert_eq!(
        explained["going"]["score"]["inputs"][0]["name"],
        "2026-q4/delivery/deploys"
    );
}

#[test]
fn the_score_of_one_confidential_key_result_cannot_be_worked_back() {
    let dir = example();
    let path = "okrs/2026-q4/delivery.toml";
    let hide = |title: &str| {
        let hidden = format!("confidential = true\n{title}");
        edit(dir.path(), path, title, &hidden);
    };
    let of = |arguments: &[&str]| {
        let ran = okr([&["status"], arguments].concat())
            .dir(dir.path())
            .env("CI", "true")
            .env("COLUMNS", "80")
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran
    };
    let withheld = || {
        let status = as_json(&of(&["--format", "json"]));
        let teams = status["teams"].as_array().unwrap().clone();
        let teams = teams.iter().filter(|team| team["withheld"] == true);
        teams
            .map(|team| team["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(withheld(), [""; 0]);
    hide("title = \"Cut manual steps of a self-managed release from 42 to 10\"\n");
    // The department's score would tell that of its one team, that of the team its objective's.
    assert_eq!(withheld(), ["infrastructure", "delivery"]);
    let said = "includes confidential key results";
    let log = of(&[]).stdout;
    let row = |name: &str| {
        log.lines()
            .find(|line| line.contains(name))
            .unwrap()
            .to_owned()
    };
    for name in ["Infrastructure", "  Delivery", "◆ deploys"] {
        assert!(
            row(name).contains(said) && !row(name).contains('%'),
            "{}",
            row(name)
        );
    }
    assert!(row("Site Reliability").contains("46 %"), "{log}");
    assert!(
        log.contains("Streamline"),
        "the objective's title is not confidential: {log}"
    );
    let agenda = of(&["--format", "markdown"]).stdout;
    let row = agenda
        .lines()
        .find(|line| line.contains("Delivery"))
        .unwrap();
    assert!(row.contains(said) && !row.contains('%'), "{row}");
    // Of two nobody knows which gives what.
    let second = read_title(dir.path(), path, "[objective.deploys.kr.change-failures]");
    hide(&second);
    assert_eq!(withheld(), [""; 0]);
}

/// The line of the title below a header.
fn read_title(dir: &std::path::Path, path: &str, header: &str) -> String {
    let text = crate::support::okr::read(dir.join(path));
    let (_, below) = text.split_once(header).unwrap();
    let line = below
        .lines()
        .find(|line| line.starts_with("title"))
        .unwrap();
    format!("{line}\n")
}
