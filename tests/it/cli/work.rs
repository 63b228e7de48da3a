//! `okr status --work`: what the open milestones of the trackers support, and which of their issues support nothing.

use okrsync::sandbox::World;
use serde_json::{Value, json};

use crate::support::bench::{Bench, project};
use crate::support::okr::{Ran, assert_valid, edit, okr, repository};

const TRACKER: &str = "gl-infra/infrastructure";
const DELIVERY: &str = "gl-infra/delivery";
const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// Makes a milestone of a project; its id.
fn milestone(bench: &Bench, tracker: &str, title: &str, due: Option<&str>) -> Value {
    let body = json!({"title": title, "due_date": due});
    bench.ask("POST", &format!("{}/milestones", project(tracker)), &body)["id"].clone()
}

/// Makes an issue in a milestone; its number.
fn issue(bench: &Bench, tracker: &str, title: &str, milestone: &Value, confidential: bool) -> u64 {
    let body = json!({"title": title, "milestone_id": milestone, "confidential": confidential});
    let made = bench.ask("POST", &format!("{}/issues", project(tracker)), &body);
    made["iid"].as_u64().unwrap()
}

/// A person links an issue with another one.
fn link(bench: &Bench, from: (&str, u64), to: (&str, u64)) {
    let path = format!("{}/issues/{}/links", project(from.0), from.1);
    let body = json!({"target_project_id": to.0, "target_issue_iid": to.1});
    bench.ask("POST", &path, &body);
}

fn of_key(bench: &Bench, key: &str) -> u64 {
    bench.issue(key)["iid"].as_u64().unwrap()
}

/// Work of every kind: named, linked from either end, the issue of a key result, unrelated, confidential, closed; in milestones
/// that are named, open, empty, closed, over, and a group's.
fn scene() -> Bench {
    let bench = Bench::applied();
    let path = format!("{}/milestones", project(TRACKER));
    let named = bench.get(&format!("{path}?title=Patroni%20rollout"))[0]["id"].clone();
    issue(&bench, TRACKER, "Roll out on staging", &named, false);

    let reviews = milestone(&bench, TRACKER, "Readiness", Some("2026-11-30"));
    let readiness = (TRACKER, of_key(&bench, "2026-q4/sre/mtbf/readiness"));
    let by_person = issue(&bench, TRACKER, "Shorter form", &reviews, false);
    link(&bench, (TRACKER, by_person), readiness);
    let from_key_result = issue(&bench, TRACKER, "Book the room earlier", &reviews, false);
    link(&bench, readiness, (TRACKER, from_key_result));
    let objective = issue(&bench, TRACKER, "Ask the teams", &reviews, false);
    link(
        &bench,
        (TRACKER, objective),
        (TRACKER, of_key(&bench, "2026-q4/sre/mtbf")),
    );
    issue(
        &bench,
        TRACKER,
        "New <b>logo</b> @all\u{1b}[2J",
        &reviews,
        false,
    );
    issue(&bench, TRACKER, "Move Ines's team", &reviews, true);
    let closed = issue(&bench, TRACKER, "Done long ago", &reviews, false);
    let state = json!({"state_event": "close"});
    bench.ask(
        "PUT",
        &format!("{}/issues/{closed}", project(TRACKER)),
        &state,
    );
    // `work` of the example names this one.
    let named = format!("{}/issues/131", project(TRACKER));
    bench.ask("PUT", &named, &json!({"milestone_id": reviews}));
    bench.ask("PUT", &bench.path(HOURS), &json!({"milestone_id": reviews}));

    milestone(&bench, TRACKER, "Some day", None);
    let over = milestone(&bench, TRACKER, "Closed", None);
    issue(&bench, TRACKER, "In a closed milestone", &over, false);
    let path = format!("{}/milestones/{over}", project(TRACKER));
    bench.ask("PUT", &path, &state);

    let group = bench.ask(
        "POST",
        "/groups/gl-infra/milestones",
        &json!({"title": "Q4", "due_date": "2026-11-01"}),
    );
    bench.ask(
        "POST",
        "/groups/gl-infra/milestones",
        &json!({"title": "Nobody's"}),
    );
    issue(&bench, DELIVERY, "Tidy the pipeline", &group["id"], false);
    let elsewhere = issue(&bench, DELIVERY, "Drop the old alarm", &group["id"], false);
    link(
        &bench,
        (DELIVERY, elsewhere),
        (TRACKER, of_key(&bench, "2026-q4/sre/mtbf/pages")),
    );
    bench
}

fn told(ran: &Ran) -> &str {
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    &ran.stdout
}

/// The port of the sandbox is another one each time.
fn stable(bench: &Bench, text: &str) -> String {
    text.replace(&bench.sandbox.url(), "https://gitlab.example.com")
}

fn work(ran: &Ran) -> Value {
    let status: Value = serde_json::from_str(told(ran)).unwrap();
    assert_valid("status.schema.json", &status);
    status["work"].clone()
}

#[test]
fn every_open_milestone_says_what_it_supports_and_what_supports_nothing() {
    let bench = scene();
    let writes = bench.writes();
    let at = |columns: &str| {
        let ran = bench
            .okr(&["status", "--work"])
            .env("COLUMNS", columns)
            .run();
        stable(&bench, told(&ran))
    };
    let narrow = at("80");
    let longest = narrow.lines().skip(1).map(|line| line.chars().count());
    assert!(longest.max() <= Some(80), "{narrow}");
    insta::assert_snapshot!("work_at_80_columns", narrow);
    insta::assert_snapshot!("work_at_120_columns", at("120"));
    let agenda = bench.run(&["status", "--work", "--format", "markdown"]);
    insta::assert_snapshot!("work_for_the_agenda", stable(&bench, told(&agenda)));
    let found = work(&bench.run(&["status", "--work", "--format", "json"]));
    assert_eq!(
        found["counts"],
        json!({
            "milestones": 9, "milestones_without": 1, "issues": 10, "supporting": 7, "without": 3, "unknown": 0,
            "unread_trackers": 0,
        })
    );
    assert_eq!(bench.writes(), writes);
    // Without the option nobody is asked.
    assert_eq!(
        work(&bench.run(&["status", "--format", "json"])),
        Value::Null
    );
}

#[test]
fn a_team_narrows_the_trackers_and_not_what_counts() {
    let bench = scene();
    let found = work(&bench.run(&["status", "--work", "--team", "delivery", "--format", "json"]));
    let trackers: Vec<&str> = found["trackers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tracker| tracker["tracker"].as_str().unwrap())
        .collect();
    assert_eq!(trackers, [DELIVERY, "gl-infra/frameworks"]);
    // The other team's key result counts.
    let supports = &found["trackers"][0]["milestones"][0]["supports"];
    assert_eq!(
        supports,
        &json!([{"key": "2026-q4/sre/mtbf/pages", "named": false, "issues": 1}])
    );
}

#[test]
fn a_groups_milestone_may_be_named_by_the_group_or_by_any_of_its_projects() {
    let bench = scene();
    for name in ["gl-infra", TRACKER] {
        let dir = bench.dir.path();
        let path = "okrs/2026-q4/sre.toml";
        let before = "work = [\"gl-infra/infrastructure#131\"]";
        let after = format!("work = [\"gl-infra/infrastructure#131\", '{name}%\"Q4\"']");
        edit(dir, path, before, &after);
        let found =
            work(&bench.run(&["status", "--work", "--team", "delivery", "--format", "json"]));
        edit(dir, path, &after, before);
        let milestone = &found["trackers"][0]["milestones"][0];
        let named = milestone["supports"]
            .as_array()
            .unwrap()
            .iter()
            .any(|of| of["named"] == true);
        assert_eq!(
            (named, &milestone["without"]),
            (
                name == "gl-infra",
                &if name == "gl-infra" {
                    json!([])
                } else {
                    milestone["without"].clone()
                }
            )
        );
    }
    // By another project the group's milestone is found where that project's issues are in it.
    let path = format!("{}/milestones", "/groups/gl-infra");
    let group = bench.get(&format!("{path}?title=Q4"))[0]["id"].clone();
    issue(&bench, TRACKER, "Of both", &group, false);
    let after = format!("work = [\"gl-infra/infrastructure#131\", '{TRACKER}%\"Q4\"']");
    edit(
        bench.dir.path(),
        "okrs/2026-q4/sre.toml",
        "work = [\"gl-infra/infrastructure#131\"]",
        &after,
    );
    let found = work(&bench.run(&["status", "--work", "--format", "json"]));
    assert_eq!(found["trackers"][0]["milestones"][0]["without"], json!([]));
    assert_eq!(
        found["counts"]["milestones"], 9,
        "a group's milestone counts once"
    );
}

#[test]
fn it_costs_pages_and_not_issues() {
    let bench = Bench::applied();
    let asked = |bench: &Bench| {
        bench.sandbox.clear_journal();
        told(&bench.run(&["status", "--work"]));
        bench.sandbox.journal().len()
    };
    let before = asked(&bench);
    bench.sandbox.clear_journal();
    told(&bench.run(&["status"]));
    // For each of three trackers its milestones and the issues in them.
    assert_eq!(before, bench.sandbox.journal().len() + 6);
    let one = milestone(&bench, TRACKER, "Much", None);
    let hours = (TRACKER, of_key(&bench, HOURS));
    for at in 0..201 {
        let made = issue(&bench, TRACKER, &format!("Number {at}"), &one, false);
        if at < 50 {
            link(&bench, (TRACKER, made), hours);
        }
    }
    assert_eq!(asked(&bench), before + 2, "two more pages of issues");
    let found = work(&bench.run(&["status", "--work", "--format", "json"]));
    assert_eq!(found["counts"]["issues"], 201);
    assert_eq!(found["counts"]["without"], 151);
}

#[test]
fn what_a_job_token_cannot_see_is_unknown_and_never_nothing() {
    let bench = scene();
    let of = |arguments: &[&str]| {
        okr([&["status", "--work"], arguments].concat())
            .dir(bench.dir.path())
            .env("OKR_URL", bench.sandbox.url())
            .env("CI_JOB_TOKEN", "sandbox-ci-job")
            .run()
    };
    let found = work(&of(&["--format", "json"]));
    assert_eq!(found["counts"]["without"], 0);
    assert_eq!(found["counts"]["milestones_without"], 0);
    assert!(found["counts"]["unknown"].as_u64() > Some(3), "{found}");
    assert!(
        found["counts"]["supporting"].as_u64() > Some(1),
        "what files name is known"
    );
    let text = of(&[]).stdout;
    for said in [
        "it is unknown whether they support a key result",
        "links are not all known: this token may not read links",
        "milestones without an open issue are missing: a job token may not list",
        "unknown of",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("no key result"), "{text}");
}

#[test]
fn without_a_token_or_gitlab_it_is_said_and_nothing_is_shown() {
    let ran = okr(["status", "--work"])
        .dir(repository())
        .env("OKR_URL", "http://127.0.0.1:1")
        .run();
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("no token for GitLab"), "{}", ran.stderr);
    let ran = okr(["status", "--work"])
        .dir(repository())
        .env("OKR_URL", "http://127.0.0.1:1")
        .env("OKR_TOKEN", "sandbox-okr-bot")
        .run();
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
    for other in ["--mine", "--stale", "--at-risk"] {
        let ran = okr(["status", "--work", other]).dir(repository()).run();
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.stderr.contains("cannot be used with"), "{ran:?}");
    }
}

#[test]
fn what_others_may_not_see_appears_by_reference_only() {
    let bench = scene();
    bench.sandbox.with_state(|state| {
        for project in state.projects.values_mut() {
            project.visibility = serde_json::from_value(json!("private")).unwrap();
        }
    });
    let of = |arguments: &[&str], visibility: &str| {
        let ran = bench
            .okr(&[&["status", "--work"], arguments].concat())
            .env("CI", "true")
            .env("CI_SERVER_URL", bench.sandbox.url())
            .env("CI_PROJECT_VISIBILITY", visibility)
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    };
    // The trackers are private, like the project of the OKRs: only the confidential issue has no title.
    for text in [of(&[], "private"), of(&["--format", "markdown"], "private")] {
        assert!(text.contains("Tidy the pipeline"), "{text}");
        assert!(!text.contains("Move Ines"), "{text}");
        assert!(text.contains("confidential"), "{text}");
    }
    // Where everybody reads the OKRs and the log, nothing of a private tracker has a title.
    for text in [of(&[], "public"), of(&["--format", "markdown"], "public")] {
        for title in ["Tidy", "Move Ines", "Readiness", "Patroni", "logo"] {
            assert!(!text.contains(title), "{title}: {text}");
        }
        assert!(
            text.contains("open to fewer people than the OKRs"),
            "{text}"
        );
        assert!(text.contains("%1"), "{text}");
    }
}

#[test]
fn confidential_issues_that_the_account_cannot_see_are_said_to_be_missing() {
    let bench = Bench::of(|world: &mut World| {
        for group in &mut world.groups {
            group.members.remove("okr-bot");
        }
        for project in &mut world.projects {
            project
                .members
                .insert("okr-bot".to_owned(), okrsync::sandbox::state::Role::GUEST);
        }
    });
    let found = work(&bench.run(&["status", "--work", "--format", "json"]));
    let remarks = found["trackers"][0]["remarks"].to_string();
    assert!(remarks.contains("less than a Planner"), "{found}");
}
