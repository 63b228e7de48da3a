//! docs/scoring.md: each example and each row of its tables is computed.

use super::{Okrs, find, objective, one, shown};
use crate::support::okr::{read, repository};
use std::fmt::Write as _;

fn page() -> String {
    read(repository().join("docs/scoring.md"))
}

#[test]
fn every_example_has_the_score_that_it_says() {
    let page = page();
    let parts: Vec<&str> = page.split("```").collect();
    let mut seen = 0;
    for pair in parts[1..].chunks(2) {
        let example = pair[0].strip_prefix("toml\n").unwrap();
        let said = pair[1].trim_start().lines().next().unwrap();
        let said = said.strip_prefix("Score: ").unwrap();
        let going = one("", example);
        let score = shown(going.score.percent)
            .unwrap_or_else(|| format!("none, {}", going.score.missing.unwrap()));
        assert_eq!(score, said, "{example}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

/// The rows of the tables whose header begins so, each as its cells.
fn rows(page: &str, header: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut within = false;
    for line in page.lines() {
        if line.starts_with(header) {
            within = true;
        } else if !line.starts_with('|') {
            within = false;
        } else if within && !line.starts_with("| ---") {
            let cells = line.trim_matches('|').split(" | ");
            rows.push(cells.map(|cell| cell.trim().to_owned()).collect());
        }
    }
    rows
}

/// What a row says that a file says: settings, and the table of a key result.
fn file(cell: &str) -> (String, String) {
    let (mut settings, mut table) = (String::new(), String::new());
    let mut check_in = |day: String, value: &str| {
        writeln!(table, "check_in.{day} = {{ value = {value} }}").unwrap();
    };
    let mut rest: Vec<(&str, &str)> = Vec::new();
    for part in cell.trim_matches('`').split("; ") {
        let (key, value) = part.split_once(" = ").unwrap();
        match key {
            "values" => {
                for (at, value) in value.split(", ").enumerate() {
                    check_in(format!("2026-10-{:02}", 5 + 7 * at), value);
                }
            }
            "months" => {
                let ends = ["2026-10-31", "2026-11-30", "2026-12-31"];
                for (end, value) in ends.iter().zip(value.split(", ")) {
                    check_in((*end).to_owned(), value);
                }
            }
            key => rest.push((key, value)),
        }
    }
    let mut due = "";
    for (key, value) in rest {
        match key {
            "late_per_week" | "over_achievement" => {
                writeln!(settings, "{key} = {value}").unwrap();
            }
            "done" => {
                let (done, all) = value.split_once(" of ").unwrap();
                let (done, all): (usize, usize) = (done.parse().unwrap(), all.parse().unwrap());
                for at in 0..all {
                    let is_done = if at < done { ", done = 2026-11-02" } else { "" };
                    writeln!(table, "milestone.m{at} = {{ title = \"M\"{is_done} }}").unwrap();
                }
            }
            // The same days of the quarter that tests play in.
            "due" => due = value,
            "finished" => {
                let this_year = |day: &str| {
                    day.replace("2018-07", "2026-10")
                        .replace("2018-08", "2026-11")
                };
                writeln!(
                    table,
                    "milestone.m = {{ title = \"M\", due = {}, done = {} }}",
                    this_year(due),
                    this_year(value)
                )
                .unwrap();
            }
            key => writeln!(table, "{key} = {value}").unwrap(),
        }
    }
    (settings, table)
}

#[test]
fn published_key_results_score_as_the_page_says() {
    let rows = rows(&page(), "| quarter | owner | in a file |");
    for row in &rows {
        let [quarter, owner, declared, published, here, why] = row.as_slice() else {
            panic!("{row:?}");
        };
        let (settings, table) = file(declared);
        let score = shown(one(&settings, &table).score.percent).unwrap();
        assert_eq!(score, *here, "{quarter}, {owner}: {declared}");
        // What differs from the page that published it is explained.
        let is_same = published.replace('−', "-") == *here || published == "–";
        assert!(
            is_same || !why.is_empty() || rounds_to(here, published),
            "{row:?}"
        );
    }
    assert!(rows.len() >= 20, "{}", rows.len());
}

/// Whether a score that is shown with decimals is published without.
fn rounds_to(here: &str, published: &str) -> bool {
    let number = |text: &str| text.trim_end_matches(" %").parse().unwrap();
    okrsync::model::round_half_up(number(here), 0) == number(published)
}

#[test]
fn published_objectives_roll_up_as_the_page_says() {
    let rows = rows(&page(), "| quarter | owner | key results |");
    for row in &rows {
        let [quarter, owner, key_results, published, here] = row.as_slice() else {
            panic!("{row:?}");
        };
        let tables: Vec<String> = key_results
            .split(", ")
            .map(|score| format!("from = 0\nto = 100\ncheck_in.2026-12-07 = {{ value = {score} }}"))
            .collect();
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        let okrs = Okrs::load("", &[("a", &objective("o", "", &tables))]);
        let status = okrs.on("2026-12-31");
        let score = &find(&status, "2026-q4/a/o").score;
        assert_eq!(shown(score.percent).unwrap(), *here, "{quarter}, {owner}");
        assert!(rounds_to(here, published), "{row:?}");
    }
    assert_eq!(rows.len(), 4);
}
