//! `okr report --flow`: a page for each value stream, from work that happened in the sandbox at known times.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use okrsync::sandbox::{Fault, FaultRule};
use serde_json::json;

use super::flow::{WORK, asked, bench, work, work_in, worked};
use crate::quarter::pages::as_text;
use crate::support::bench::{Bench, project};
use crate::support::okr::{Ran, okr, read};

/// Where the pages are left for those who look at them, beside the weeks of the quarter that is played.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("quarter/flow")
}

/// A project of another team.
const OTHER: &str = "gl-infra/delivery";

/// The day on which everything is looked at.
const NOW: &str = "2026-11-16T09:00:00Z";

/// Half a year of a team's work: something new every three days, which waits, is worked on and is reviewed. From October on the
/// review takes ever longer, and the items there become more and more.
fn half_a_year(bench: &Bench) {
    let begin: Timestamp = "2026-05-04T08:00:00Z".parse().unwrap();
    let until: Timestamp = NOW.parse().unwrap();
    let titles = [
        "Patroni fails over by itself",
        "Alerts have a runbook",
        "Rotate the keys of the registry",
        "Upgrade the load balancers",
        "Drain nodes <b>faster</b> & safer",
        "A dashboard for the on-call shift",
        "Backups are restored every night",
    ];
    let kinds = [
        "feature",
        "feature",
        "bug",
        "feature",
        "maintenance",
        "bug",
        "security",
        "feature",
    ];
    for at in 0..64_i64 {
        let index = usize::try_from(at).unwrap();
        let mut when = begin + SignedDuration::from_hours(at * 72);
        let mut history = vec![hour(when)];
        // The last fifteen came after September.
        let review = 30 + (at % 4) * 20 + (at - 48).max(0) * 34;
        for (hours, step) in [
            (20 + at % 5 * 9, "+workflow::doing -workflow::todo"),
            (40 + at % 7 * 11, "+workflow::review -workflow::doing"),
            (review, "close"),
        ] {
            when += SignedDuration::from_hours(hours);
            if when < until {
                history.push(format!("{} {step}", hour(when)));
            }
        }
        let kind = match at % 11 {
            0 => String::new(),
            _ => format!("{},", kinds[index % kinds.len()]),
        };
        let steps: Vec<&str> = history.iter().map(String::as_str).collect();
        let title = titles[index % titles.len()];
        let iid = work(bench, title, &format!("{kind}workflow::todo"), &steps);
        if at == 57 {
            let path = format!("{}/issues/{iid}", project(WORK));
            bench.ask("PUT", &path, &json!({ "confidential": true }));
        }
    }
}

fn hour(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H").to_string()
}

fn report(bench: &Bench, arguments: &[&str]) -> Ran {
    bench.run(&[&["report", "--flow"], arguments].concat())
}

/// Has GitLab refuse what is asked for at a path.
fn forbid(bench: &Bench, path: String) {
    let rule = FaultRule {
        path: Some(path),
        times: 1000,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: r#"{"message":"403 Forbidden"}"#.to_owned(),
        })
    };
    bench.sandbox.set_faults(vec![rule]);
}

#[test]
fn a_value_stream_has_a_page_that_shows_where_work_stays() {
    let bench = bench();
    half_a_year(&bench);
    let out = directory();
    let ran = report(&bench, &["--out", out.to_str().unwrap()]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let mut said = ran.stderr.lines();
    // Of deployments nothing is known where there is nothing to ask.
    assert!(
        said.all(|line| line.starts_with("deployments of ")),
        "{ran:?}"
    );
    insta::assert_snapshot!("flow_page", as_text(&out, "flow/sre.html"));
    insta::assert_snapshot!(
        "flow_page_without_work",
        as_text(&out, "flow/delivery.html")
    );
    let page = read(out.join("flow/sre.html"));
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;faster"));
    // From the first page, the team's, and the key result that the metric is of.
    for (path, link) in [
        ("index.html", "flow/sre.html"),
        ("teams/sre.html", "../flow/sre.html"),
        ("objectives/sre.mtbf.html", "../flow/sre.html"),
    ] {
        let link = format!("href=\"{link}\"");
        assert!(read(out.join(path)).contains(&link), "{path}");
    }
    let objective = as_text(&out, "objectives/sre.mtbf.html");
    let (_, told) = objective.split_once("Week by week").unwrap();
    let (told, _) = told.split_once("Goal").unwrap();
    insta::assert_snapshot!("flow_of_a_key_result", told);
    // One person's work is the team's.
    assert!(!out.join("flow/andrew.html").exists());
}

#[test]
fn the_store_is_the_one_of_okr_flow() {
    let bench = bench();
    worked(&bench);
    assert_eq!(bench.run(&["flow"]).status, 0);
    bench.sandbox.clear_journal();
    assert_eq!(report(&bench, &[]).status, 0);
    assert_eq!(asked(&bench), 0);
}

#[test]
fn nobody_asks_about_flow_who_does_not_want_to_know() {
    let bench = bench();
    worked(&bench);
    let ran = bench.run(&["report"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert_eq!(asked(&bench), 0);
    let public = bench.dir.path().join("public");
    assert!(!public.join("flow").exists());
    assert!(!read(public.join("index.html")).contains("How work flows"));
    assert!(!bench.dir.path().join(".okr/flow.sqlite").exists());
}

#[test]
fn where_gitlab_fails_the_other_pages_are_written() {
    let bench = bench();
    let path = project(WORK);
    let iid = work(&bench, "Work", "workflow::doing", &["2026-10-05T09"]);
    let id = &bench.get(&path)["id"];
    forbid(
        &bench,
        format!("/projects/{id}/issues/{iid}/resource_label_events"),
    );
    let ran = report(&bench, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    for said in [
        "how work flows in sre is not known, so it has no page",
        "reason: cannot tell how work flows",
        "cannot read the work in gl-infra/infrastructure",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    let public = bench.dir.path().join("public");
    assert!(public.join("index.html").exists());
    assert!(!public.join("flow/sre.html").exists());
    // The others of which there is something to know.
    assert!(public.join("flow/delivery.html").exists());
    // Without a token.
    let ran = okr(["report", "--flow"]).dir(bench.dir.path()).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    for said in [
        "how work flows is not known, so it has no pages",
        "no token for GitLab",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert!(!public.join("flow/delivery.html").exists());
}

#[test]
fn what_cannot_be_told_is_refused_before_anything_is_written() {
    let bench = bench();
    let ran = report(&bench, &["--observed", "observation.json"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    let bench = Bench::new();
    let ran = report(&bench, &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("okr flow init"), "{}", ran.stderr);
    assert!(!bench.dir.path().join("public").exists());
    assert_eq!(bench.sandbox.journal().len(), 0, "nothing was asked");
}

#[test]
fn titles_of_a_project_open_to_fewer_people_are_not_told() {
    let bench = bench();
    worked(&bench);
    bench.sandbox.with_state(|state| {
        for project in state.projects.values_mut() {
            project.visibility = serde_json::from_value(json!("private")).unwrap();
        }
    });
    let title = "Upgrade the load balancers";
    let told = |visibility: &str| {
        let ran = bench
            .okr(&["report", "--flow"])
            .env("CI_PROJECT_VISIBILITY", visibility)
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        let page = read(bench.dir.path().join("public/flow/sre.html"));
        assert!(page.contains("gl-infra/infrastructure#"), "by reference");
        let said = bench
            .okr(&["flow", "explain", "--team", "sre"])
            .env("CI_PROJECT_VISIBILITY", visibility)
            .run();
        assert_eq!(said.status, 0, "{said:?}");
        assert_eq!(page.contains(title), said.stdout.contains(title));
        page.contains(title)
    };
    assert!(told("private"));
    assert!(!told("public"));
}

#[test]
fn links_to_items_of_other_teams_are_told() {
    let bench = bench();
    let history = ["2026-11-02T09", "2026-11-03T09 +workflow::doing"];
    let ours = work(&bench, "Fail over by itself", "", &history);
    let alone = work(&bench, "Nobody waits for this", "", &history);
    let theirs = work_in(&bench, OTHER, "Ship the new proxy", &history);
    let id = bench.get(&project(OTHER))["id"].clone();
    let links = format!("{}/issues/{ours}/links", project(WORK));
    let link = json!({ "target_project_id": id, "target_issue_iid": theirs });
    bench.ask("POST", &links, &link);
    let ran = report(&bench, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let public = bench.dir.path().join("public");
    let told = |page: &str| {
        let text = as_text(&public, page);
        let (_, told) = text.split_once("Dependencies on other teams").unwrap();
        told.split("## ").next().unwrap().trim().to_owned()
    };
    insta::assert_snapshot!("flow_dependencies", told("flow/sre.html"));
    let back = told("flow/delivery.html");
    assert!(back.contains(&format!("{WORK}#{ours}")), "{back}");
    assert!(!back.contains(&format!("{WORK}#{alone}")), "{back}");
    // A link that cannot be read costs this alone.
    forbid(&bench, format!("/issues/{alone}/links"));
    let ran = report(&bench, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let said = "what items in progress are linked to is not known";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let page = read(public.join("flow/sre.html"));
    assert!(!page.contains("Dependencies on other teams"));
}
