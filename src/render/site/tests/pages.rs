use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{OKR_TOML, assert_links, page, pages_of};
use crate::issue::{Row, RowValues};
use crate::model::Key;
use crate::plan::{IssueAddress, IssueOfKey};

const MTBF: &str = r#"
[objective.mtbf]
title = "Maximize user-visible services' MTBF"
supports = ["infrastructure/mission-critical"]
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
owner = "ingrid"
kind = "business"
area = "availability"
share = 40
unit = "h"
from = 96
to = 240
due = 2026-12-18
depends_on = ["delivery/deploys/steps"]
check_in.2026-10-05 = { value = 102, confidence = 50 }
check_in.2026-11-02 = { value = 149, health = "on-track", note = "Two failovers." }
check_in.2026-11-16 = { value = 171, confidence = 65, health = "on-track" }
[objective.mtbf.kr.pages]
title = "At most 5 pages a shift"
at_most = 5
check_in.2026-11-16 = { value = 6, health = "on-track" }
"#;

const DEPLOYS: &str = r#"
[objective.deploys]
title = "Streamline deployments"
[objective.deploys.kr.steps]
title = "All clusters deploy by themselves"
milestone.one = { title = "The first does", weight = 20, done = 2026-10-20 }
milestone.all = { title = "All do", weight = 80, due = 2026-12-01 }
"#;

const ABOVE: &str = r#"
[objective.mission-critical]
title = "Make it ready for mission critical workloads"
"#;

fn files() -> [(&'static str, &'static str); 3] {
    [
        ("infrastructure", ABOVE),
        ("sre", MTBF),
        ("delivery", DEPLOYS),
    ]
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let path = |team: &str| format!("okrs/2026-q4/{team}.toml");
    let files = files.iter();
    files
        .map(|(team, text)| (path(team), (*text).to_owned()))
        .collect()
}

/// The element that begins with this text, one tag a line.
pub(super) fn element(page: &str, begins: &str, ends: &str) -> String {
    let (_, rest) = page
        .split_once(begins)
        .unwrap_or_else(|| panic!("no {begins} in {page}"));
    let (inner, _) = rest.split_once(ends).unwrap();
    format!("{begins}{inner}{ends}").replace("><", ">\n<")
}

#[test]
fn a_chart_of_a_way_to_a_target() {
    let page = page("objectives/sre.mtbf.html", &files());
    insta::assert_snapshot!(element(&page, "<figure", "</figure>"));
}

#[test]
fn a_chart_of_steps() {
    let page = page("objectives/delivery.deploys.html", &files());
    insta::assert_snapshot!(element(&page, "<figure", "</figure>"));
}

#[test]
fn a_chart_of_a_guardrail() {
    let page = page("objectives/sre.mtbf.html", &files());
    let (_, second) = page.split_once("</figure>").unwrap();
    insta::assert_snapshot!(element(second, "<figure", "</figure>"));
}

#[test]
fn the_overview_answers_first() {
    let page = page("index.html", &files());
    insta::assert_snapshot!(element(&page, "<main", "</ul>"));
    insta::assert_snapshot!(element(&page, "<h2 id=\"decisions\"", "</section>"));
    insta::assert_snapshot!(element(&page, "<caption>By kind", "</table>"));
}

#[test]
fn alignment_says_what_supports_what_and_who_waits() {
    let page = page("alignment.html", &files());
    insta::assert_snapshot!(element(&page, "<h2 id=\"dependencies\"", "</table>"));
    insta::assert_snapshot!(element(&page, "<svg class=\"graph\"", "</svg>"));
    insta::assert_snapshot!(element(&page, "<ul class=\"tree\"", "</section>"));
}

#[test]
fn a_team_has_its_key_results_week_by_week() {
    let page = page("teams/sre.html", &files());
    insta::assert_snapshot!(element(&page, "<table class=\"heat\"", "</table>"));
}

#[test]
fn all_links_lead_somewhere_and_the_same_files_give_the_same_pages() {
    let pages = || pages_of(OKR_TOML, &owned(&files()), None, |_| ());
    let first = pages();
    assert_links(&first);
    assert_eq!(first, pages());
    let paths: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "alignment.html",
            "heat.html",
            "index.html",
            "objectives/delivery.deploys.html",
            "objectives/infrastructure.mission-critical.html",
            "objectives/sre.mtbf.html",
            "style.css",
            "teams/delivery.html",
            "teams/infrastructure.html",
            "teams/sre.html",
            "week.html",
        ]
    );
}

#[test]
fn what_is_confidential_appears_by_its_key_only() {
    let secret = MTBF.replace(
        "[objective.mtbf.kr.hours]\n",
        "[objective.mtbf.kr.hours]\nconfidential = true\n",
    );
    let files = [("sre", secret.as_str()), ("delivery", DEPLOYS)];
    let files = owned(&files);
    let files: Vec<_> = files
        .into_iter()
        .map(|(path, text)| {
            (
                path,
                text.replace("supports = [\"infrastructure/mission-critical\"]\n", ""),
            )
        })
        .collect();
    let pages = pages_of(OKR_TOML, &files, None, |_| ());
    assert_links(&pages);
    let mut named = 0;
    for (path, page) in pages.iter().filter(|(path, _)| path.contains(".html")) {
        for hidden in [
            "Raise the MTBF",
            "Two failovers",
            "52 %",
            "52.08",
            "171 h",
            "ingrid",
            "kr-hours",
        ] {
            assert!(!page.contains(hidden), "{path} says {hidden}");
        }
        named += usize::from(page.contains("sre/mtbf/hours"));
    }
    assert!(named >= 3, "{named}");
    // A whole objective has no page of its own.
    let files: Vec<_> = files
        .into_iter()
        .map(|(path, text)| {
            (
                path,
                text.replace(
                    "title = \"Maximize",
                    "confidential = true\ntitle = \"Maximize",
                ),
            )
        })
        .collect();
    let pages = pages_of(OKR_TOML, &files, None, |_| ());
    assert_links(&pages);
    assert!(!pages.contains_key("objectives/sre.mtbf.html"));
    for (path, page) in &pages {
        assert!(
            !page.contains("Maximize") && !page.contains("At most 5"),
            "{path}"
        );
    }
}

#[test]
fn rows_of_issues_are_marked_and_only_web_addresses_are_links() {
    let key: Key = "2026-q4/sre/mtbf/hours".parse().unwrap();
    let issue = |web_url: &str| IssueOfKey {
        address: IssueAddress {
            project: "acme/sre".to_owned(),
            iid: 7,
            id: 70,
            web_url: web_url.to_owned(),
        },
        confidential: false,
        unpulled: vec![Row {
            date: super::day("2026-11-12"),
            values: RowValues {
                value: Some(160.into()),
                ..RowValues::default()
            },
        }],
        conflicts: Vec::new(),
        unreadable: Vec::new(),
    };
    let page = |web_url: &str| {
        let issues = BTreeMap::from([(key.clone(), issue(web_url))]);
        let pages = pages_of(OKR_TOML, &owned(&files()), Some(&issues), |_| ());
        pages["objectives/sre.mtbf.html"].clone()
    };
    let shown = page("https://gitlab.example.com/acme/sre/-/issues/7");
    assert!(shown.contains("in the issue, not yet in the file"));
    assert!(shown.contains("<circle class=\"open\""));
    assert!(shown.contains("<a href=\"https://gitlab.example.com/acme/sre/-/issues/7\""));
    let shown = page("javascript:alert(1)");
    assert!(!shown.contains("javascript:") && shown.contains("acme/sre#7"));
}

/// As many teams and key results as a large company has, some of them in one place.
fn many(teams: usize, each: usize) -> (String, Vec<(String, String)>) {
    let mut settings = "[gitlab]\nowner = \"acme/okrs\"\n[teams.top]\nname = \"All\"\nmanager = \"director\"\ntracker = \"acme/top\"\n".to_owned();
    let mut files = vec![(
        "okrs/2026-q4/top.toml".to_owned(),
        "[objective.all]\ntitle = \"Everybody supports this one objective\"\n".to_owned(),
    )];
    let note =
        "A sentence of a usual length, that somebody wrote in a hurry & without care. ".repeat(3);
    for team in 0..teams {
        write!(settings, "[teams.t{team}]\nname = \"Team number {team}\"\nparent = \"top\"\nmanager = \"m{team}\"\ntracker = \"acme/t{team}\"\n").unwrap();
        let mut text = String::new();
        for at in 0..each {
            if at % 3 == 0 {
                write!(text, "[objective.o{at}]\ntitle = \"Objective number {at} of a team that has many of them\"\nsupports = [\"top/all\"]\n").unwrap();
            }
            let objective = at - at % 3;
            write!(text, "[objective.o{objective}.kr.k{at}]\ntitle = \"Raise number {at} of this team from 0 to 100 percent\"\nkind = \"flow\"\narea = \"product\"\nunit = \"%\"\nfrom = 0\nto = 100\ndepends_on = [\"t0/o0\"]\n").unwrap();
            for week in 0..6 {
                writeln!(text, "check_in.2026-10-{:02} = {{ value = {}, confidence = 50, health = \"at-risk\", note = \"{note}\" }}", 4 + week * 4, week * 4).unwrap();
            }
            writeln!(
                text,
                "check_in.2026-11-12 = {{ value = 30, confidence = 30, note = \"{note}\" }}"
            )
            .unwrap();
        }
        files.push((format!("okrs/2026-q4/t{team}.toml"), text));
    }
    (settings, files)
}

#[test]
fn pages_stay_small_however_many_teams_there_are() {
    // Wide, and deep: many teams, and one with very many key results.
    for (teams, each) in [(260, 3), (2, 400)] {
        let (settings, files) = many(teams, each);
        let pages = pages_of(&settings, &files, None, |_| ());
        assert_links(&pages);
        for (path, page) in &pages {
            assert!(page.len() < 300_000, "{path}: {}", page.len());
        }
        assert!(pages.len() > teams);
    }
}
