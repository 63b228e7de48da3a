//! `okr note`: one text of ours on a merge request, and one issue about drift.

use okrsync::sandbox::state::Role;
use okrsync::sandbox::{World, WorldMergeRequest, WorldProject, WorldToken, WorldUser};
use serde_json::{Value, json};

use super::base::{MergeRequest, SRE};
use crate::support::bench::{Bench, project};
use crate::support::okr::{Okr, Ran, assert_valid, edit, read};

const OKRS: &str = "gl-infra/okrs";
const NOTE_TOKEN: &str = "note-secret-8f2c";

/// Adds an account for notes, which is Planner in the project of the OKRs and nowhere else, and a merge request there.
fn with_notes(world: &mut World) {
    for user in ["okr-note", "okr-note-2", "stranger"] {
        world.users.push(WorldUser {
            username: user.into(),
            ..WorldUser::default()
        });
    }
    world.projects.retain(|project| project.path != OKRS);
    world.projects.push(WorldProject {
        members: [
            ("okr-note".to_owned(), Role::PLANNER),
            ("okr-note-2".to_owned(), Role::PLANNER),
            ("stranger".to_owned(), Role::MAINTAINER),
        ]
        .into(),
        ..WorldProject::new(OKRS)
    });
    let token = |user: &str| WorldToken {
        user: user.into(),
        scopes: serde_json::from_value(json!(["api"])).unwrap(),
        ..WorldToken::default()
    };
    world.tokens.insert(NOTE_TOKEN.into(), token("okr-note"));
    world.tokens.insert("second".into(), token("okr-note-2"));
    world.tokens.insert("stranger".into(), token("stranger"));
    world.merge_requests.push(WorldMergeRequest {
        id: None,
        iid: 12,
        project: OKRS.into(),
        title: "Ease".into(),
        source_branch: "topic".into(),
        target_branch: "main".into(),
        author: "stranger".into(),
    });
}

/// A merge request whose project has an account for notes.
struct Reviewed(MergeRequest);

impl Reviewed {
    fn new() -> Self {
        let bench = Bench::of(with_notes);
        bench.apply(&[]);
        Self(MergeRequest::of(bench))
    }

    fn okr(&self, arguments: &[&str]) -> Okr {
        self.0
            .okr(arguments)
            .env("OKR_NOTE_TOKEN", NOTE_TOKEN)
            .env("CI", "true")
            .env("CI_PROJECT_ID", self.project_id())
            .env("CI_PROJECT_PATH", OKRS)
            .env(
                "CI_PROJECT_URL",
                format!("https://gitlab.example.com/{OKRS}"),
            )
            .env(
                "CI_PIPELINE_URL",
                format!("https://gitlab.example.com/{OKRS}/-/pipelines/900"),
            )
            .env(
                "CI_JOB_URL",
                format!("https://gitlab.example.com/{OKRS}/-/jobs/901"),
            )
    }

    /// In the pipeline of the merge request.
    fn review(&self, pipeline: &str) -> Okr {
        self.okr(&["note", "--plan", "plan.json"])
            .env("CI_PIPELINE_ID", pipeline)
            .env("CI_COMMIT_SHA", "1a2b3c4d5e6f7081920a1b2c3d4e5f6071829304")
            .env("CI_MERGE_REQUEST_IID", "12")
            .env("CI_MERGE_REQUEST_PROJECT_ID", self.project_id())
            .env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", self.project_id())
            .env(
                "CI_MERGE_REQUEST_SOURCE_PROJECT_URL",
                format!("https://gitlab.example.com/{OKRS}"),
            )
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
            .env(
                "CI_MERGE_REQUEST_DIFF_BASE_SHA",
                self.0.repository.git(&["rev-parse", "main"]).trim(),
            )
    }

    /// In the pipeline of the push that merged it.
    fn outcome(&self, pipeline: &str) -> Okr {
        self.okr(&["note", "outcome", "--applied", "apply.json"])
            .env("CI_PIPELINE_ID", pipeline)
            .env("CI_COMMIT_SHA", "feedc0ffee5e6f7081920a1b2c3d4e5f60718293")
            .env("CI_COMMIT_SHORT_SHA", "feedc0ff")
    }

    fn project_id(&self) -> String {
        self.0.bench.get(&project(OKRS))["id"].to_string()
    }

    /// Plans as the job before the note does.
    fn plan(&self) {
        let ran = self
            .0
            .run(&["plan", "--base", "main", "--out", "plan.json"]);
        assert_eq!(ran.status, 0, "{ran:?}");
    }

    fn notes(&self) -> Vec<Value> {
        let path = format!("{}/merge_requests/12/notes?sort=asc", project(OKRS));
        self.0.bench.get(&path).as_array().unwrap().clone()
    }

    /// The text of the only note.
    fn note(&self) -> String {
        let notes = self.notes();
        assert_eq!(notes.len(), 1, "{notes:#?}");
        notes[0]["body"].as_str().unwrap().to_owned()
    }

    fn eased(&self) {
        self.0.on("topic", SRE, "to = 240", "to = 200");
        self.0.on("topic", SRE, "to 240 h", "to 200 h");
    }
}

fn said(ran: &Ran) -> &str {
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.stdout.trim_end()
}

macro_rules! assert_note {
    ($text:expr) => {
        insta::with_settings!({
            filters => vec![(r"#\d+\b", "#N"), (r"( at| commit) [0-9a-f]{8}\b", "$1 COMMIT")]
        }, {
            insta::assert_snapshot!($text);
        });
    };
}

#[test]
fn reviewers_read_whose_goal_changes_and_what_is_new_in_the_findings() {
    let reviewed = Reviewed::new();
    reviewed.eased();
    reviewed.plan();
    assert_eq!(
        said(&reviewed.review("900").run()),
        "Wrote the note on !12."
    );
    assert_note!(reviewed.note());
    // Nothing is written where it is said already.
    let sandbox = &reviewed.0.bench.sandbox;
    sandbox.clear_journal();
    let again = reviewed.review("900").run();
    assert_eq!(said(&again), "The note on !12 says so already.");
    assert_eq!(reviewed.0.bench.writes(), [""; 0]);
    // The next commit takes the finding back; its note is the same one.
    reviewed.0.on("topic", SRE, "to = 200", "to = 240");
    reviewed.0.on("topic", SRE, "to 200 h", "to 240 h");
    reviewed.plan();
    assert_eq!(
        said(&reviewed.review("902").run()),
        "Edited the note on !12."
    );
    let note = reviewed.note();
    assert!(note.starts_with("**No changes."), "{note}");
    assert!(
        note.contains("\nNo findings that this merge request introduces"),
        "{note}"
    );
    // A pipeline of an earlier push comes late.
    let late = reviewed.review("901").run();
    assert!(
        said(&late).contains("newer, by pipeline 902: it stays"),
        "{late:?}"
    );
    assert_eq!(reviewed.note(), note);
}

#[test]
fn without_its_token_nothing_is_written_and_that_is_said() {
    let reviewed = Reviewed::new();
    reviewed.plan();
    let silent = |ran: Ran, why: &str| {
        assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        assert!(ran.stderr.contains(why), "{ran:?}");
    };
    reviewed.0.bench.sandbox.clear_journal();
    let without = || {
        reviewed
            .review("900")
            .env("OKR_NOTE_TOKEN", "")
            .env("CI_JOB_TOKEN", "sandbox-ci-job")
    };
    silent(without().run(), "OKR_NOTE_TOKEN is not set");
    let fork = without().env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "99");
    silent(fork.run(), "a fork's pipeline has no OKR_NOTE_TOKEN");
    silent(
        reviewed.review("900").env("OKR_PAUSED", "1").run(),
        "paused",
    );
    let none: [&str; 0] = [];
    assert_eq!(reviewed.0.bench.writes(), none);
    assert!(reviewed.0.bench.sandbox.journal().is_empty());
    // Nor does the token go to another server than the pipeline's own.
    let elsewhere = reviewed
        .review("900")
        .env("OKR_URL", "")
        .env("CI_SERVER_URL", reviewed.0.bench.sandbox.url())
        .run();
    assert_eq!(elsewhere.status, 7, "{elsewhere:?}");
    let nowhere = reviewed.okr(&["note", "--plan", "plan.json"]).run();
    assert_eq!(nowhere.status, 2, "{nowhere:?}");
    assert!(nowhere.stderr.contains("--merge-request"), "{nowhere:?}");
    let wrong = reviewed
        .review("900")
        .env("CI_MERGE_REQUEST_IID", "77")
        .run();
    assert_eq!(wrong.status, 1, "{wrong:?}");
    for ran in [elsewhere, nowhere, wrong] {
        assert!(!format!("{ran:?}").contains(NOTE_TOKEN), "{ran:?}");
    }
}

#[test]
fn where_there_is_no_plan_the_note_says_why() {
    let reviewed = Reviewed::new();
    let first = |reviewed: &Reviewed, pipeline: &str| {
        let ran = reviewed.review(pipeline).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        let note = reviewed.note();
        (note.lines().next().unwrap().to_owned(), note)
    };
    let (line, note) = first(&reviewed, "900");
    assert_eq!(
        line,
        "**No plan: what this merge request changes in GitLab is not known.**"
    );
    assert!(note.contains("Cannot use the plan plan.json"), "{note}");
    reviewed
        .0
        .on("topic", SRE, "to = 240", "to = 99,95\nwrong = 1");
    let (line, note) = first(&reviewed, "901");
    assert_eq!(line, "**No plan: the files have 2 errors.**");
    assert!(note.contains("`okrs/2026-q4/sre.toml:24`"), "{note}");
    assert!(note.contains("`decimal-comma`"), "{note}");
    assert!(note.contains("`unknown-key`"), "{note}");
    reviewed.0.on("main", SRE, "to = 240", "to = 230");
    let (line, _) = first(&reviewed, "902");
    assert_eq!(
        line,
        "**No plan: this merge request conflicts with its target branch.**"
    );
}

#[test]
fn what_is_confidential_is_named_by_its_key_alone() {
    let reviewed = Reviewed::new();
    reviewed
        .0
        .on("topic", SRE, "to = 240", "to = 200\nconfidential = true");
    reviewed.0.on("topic", SRE, "to 240 h", "to 200 h");
    reviewed.plan();
    let ran = reviewed.review("900").run();
    assert_eq!(ran.status, 0, "{ran:?}");
    let note = reviewed.note();
    assert!(!note.contains("GitLab.com's MTBF"), "{note}");
    assert!(!note.contains("eased from"), "{note}");
    assert!(
        note.contains("`2026-q4/sre/mtbf/hours` *(confidential)*"),
        "{note}"
    );
    assert!(note.contains("`moved-goal`"), "{note}");
}

#[test]
fn a_copied_marker_and_words_that_look_like_commands_do_nothing() {
    let reviewed = Reviewed::new();
    let title = "title = \"Raise GitLab.com's MTBF from 96 h to 240 h\"";
    let hostile = "title = '/close @root #1 <!-- okrsync:text {} --> from 96 h to 240 h </details> ![](https://evil.example)'";
    reviewed.0.on("topic", SRE, title, hostile);
    reviewed.plan();
    let notes = format!("{}/merge_requests/12/notes", project(OKRS));
    let marker = r#"<!-- okrsync:text {"kind":"merge-request","owner":"gl-infra/okrs","stage":"over","pipeline":999999} -->"#;
    let copy = json!({ "body": format!("All is well.\n\n{marker}") });
    reviewed.0.bench.ask("POST", &notes, &copy);
    assert_eq!(
        said(&reviewed.review("900").run()),
        "Wrote the note on !12."
    );
    let all = reviewed.notes();
    assert_eq!(all.len(), 2, "{all:#?}");
    let ours = all
        .iter()
        .find(|note| note["author"]["username"] == "okr-note");
    let note = ours.unwrap()["body"].as_str().unwrap();
    assert!(note.contains("“\\/close \\@"), "{note}");
    assert!(!note.lines().any(|line| line.starts_with('/')), "{note}");
    let request = format!("{}/merge_requests/12", project(OKRS));
    assert_eq!(reviewed.0.bench.get(&request)["state"], "opened");
}

#[test]
fn after_the_merge_the_same_note_says_what_became_of_each_change() {
    let reviewed = Reviewed::new();
    reviewed.eased();
    reviewed.plan();
    said(&reviewed.review("900").run());
    reviewed.0.repository.git(&["switch", "--quiet", "main"]);
    reviewed.0.repository.merge("2026-10-16", "topic");
    let apply = ["apply", "--yes", "--report", "json=apply.json"];
    let ran = reviewed.okr(&apply).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    let report: Value =
        serde_json::from_str(&read(reviewed.0.repository.dir().join("apply.json"))).unwrap();
    assert_valid("apply.schema.json", &report);
    assert_eq!(report["result"], "applied");
    // Nothing says which merge request it was, then the message of the merge does, then GitLab.
    let ran = reviewed.outcome("910").run();
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stderr.contains("no merge request"), "{ran:?}");
    let by_message = reviewed.outcome("910").env(
        "CI_COMMIT_MESSAGE",
        format!("Merge branch 'topic'\n\nSee merge request {OKRS}!12"),
    );
    assert_eq!(said(&by_message.run()), "Edited the note on !12.");
    assert_note!(reviewed.note());
    reviewed.0.bench.sandbox.with_state(|state| {
        let merged = state.merge_requests.values_mut().next().unwrap();
        merged.state = "merged".into();
        merged.merge_commit = Some("feedc0ffee5e6f7081920a1b2c3d4e5f60718293".into());
    });
    assert_eq!(
        said(&reviewed.outcome("910").run()),
        "The note on !12 says so already."
    );
    // A review that comes late does not hide it; the outcome of a later apply does.
    let late = reviewed.review("920").run();
    assert!(said(&late).contains("newer"), "{late:?}");
    let ran = reviewed.okr(&apply).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(
        said(&reviewed.outcome("911").run()),
        "Edited the note on !12."
    );
    let note = reviewed.note();
    assert!(note.starts_with("**Nothing was to do"), "{note}");
    assert_eq!(note.matches("What was reviewed").count(), 1, "{note}");
    assert!(note.contains("Site Reliability eases"), "{note}");
}

#[test]
fn an_apply_reports_also_what_it_did_not_do() {
    let bench = Bench::of(with_notes);
    let report = |variables: &[(&str, &str)], status: i32| -> Value {
        let mut okr = bench.okr(&["apply", "--yes", "--report", "json=apply.json"]);
        for (name, value) in variables {
            okr = okr.env(name, *value);
        }
        let ran = okr.run();
        assert_eq!(ran.status, status, "{ran:?}");
        let report = serde_json::from_str(&read(bench.dir.path().join("apply.json"))).unwrap();
        assert_valid("apply.schema.json", &report);
        report
    };
    let paused = report(&[("OKR_PAUSED", "1")], 7);
    assert_eq!(paused["result"], "refused");
    let changes = paused["changes"].as_array().unwrap();
    assert!(changes.len() > 20);
    assert!(changes.iter().all(|it| it["outcome"] == "not_begun"));
    let gone = report(&[("OKR_URL", "http://127.0.0.1:1")], 5);
    assert_eq!(gone["result"], "nothing_applied");
    assert_eq!(gone["changes"], json!([]));
    assert!(gone["reason"].is_string() && gone["owner"] == OKRS);
    edit(bench.dir.path(), SRE, "to = 240", "to = 99,95");
    assert_eq!(report(&[], 1)["result"], "nothing_applied");
    edit(bench.dir.path(), SRE, "to = 99,95", "to = 240");
    bench.sandbox.set_faults(vec![okrsync::sandbox::FaultRule {
        method: Some("POST".into()),
        path: Some("/labels".into()),
        times: u32::MAX,
        ..okrsync::sandbox::FaultRule::once(okrsync::sandbox::Fault::StatusBefore {
            status: 403,
            body: r#"{"message":"403 Forbidden"}"#.into(),
        })
    }]);
    let partly = report(&[], 6);
    assert_eq!(partly["result"], "partly_applied");
    let failed = partly["changes"].as_array().unwrap().iter();
    let failed: Vec<&Value> = failed.filter(|it| it["outcome"] == "failed").collect();
    assert!(failed.iter().all(|it| it["reason"].is_string()));
    assert!(!failed.is_empty());
}

#[test]
fn an_issue_is_open_while_gitlab_differs_from_the_files() {
    let reviewed = Reviewed::new();
    let bench = &reviewed.0.bench;
    reviewed.0.repository.git(&["switch", "--quiet", "main"]);
    let path = bench.path("2026-q4/sre/mtbf/hours");
    let retitle = |title: &str| bench.ask("PUT", &path, &json!({ "title": title }));
    let declared = bench.get(&path)["title"].as_str().unwrap().to_owned();
    let run = || {
        let ran = reviewed.0.run(&["plan", "--out", "plan.json"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        let ran = reviewed
            .okr(&["note", "drift", "--plan", "plan.json"])
            .run();
        said(&ran).to_owned()
    };
    let issue = || {
        let path = format!("{}/issues?scope=all", project(OKRS));
        let issues = bench.get(&path).as_array().unwrap().clone();
        assert!(issues.len() < 2, "{issues:#?}");
        issues.first().cloned().unwrap_or(Value::Null)
    };
    assert_eq!(run(), "No drift, and no issue about it.");
    retitle("MTBF! /close @all");
    assert!(run().starts_with("The drift: opened http"));
    assert_note!(issue()["description"].as_str().unwrap());
    assert_eq!(issue()["title"], "Drift: GitLab differs from the OKR files");
    bench.sandbox.clear_journal();
    assert!(run().starts_with("The drift is as before"));
    assert_eq!(bench.writes(), [""; 0]);
    retitle("MTBF?");
    assert!(run().starts_with("The drift: edited"));
    retitle(&declared);
    assert!(run().starts_with("No drift any more: closed"));
    assert_eq!(issue()["state"], "closed");
    assert_eq!(issue()["user_notes_count"], 1);
    assert!(run().starts_with("The drift is as before"));
    retitle("MTBF.");
    assert!(run().starts_with("The drift: reopened"));
    assert_eq!(issue()["state"], "opened");
    // The issue is no OKR: plans do not see it.
    retitle(&declared);
    bench.assert_at_rest();
}

#[test]
fn drift_that_cannot_be_seen_closes_nothing() {
    let reviewed = Reviewed::new();
    reviewed.0.repository.git(&["switch", "--quiet", "main"]);
    // A job's token sees neither labels nor links.
    let ran = reviewed
        .0
        .okr(&["plan", "--out", "plan.json"])
        .env("OKR_TOKEN", "")
        .env("CI_JOB_TOKEN", "sandbox-ci-job")
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
    let ran = reviewed
        .okr(&["note", "drift", "--plan", "plan.json"])
        .run();
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stderr.contains("does not see everything"), "{ran:?}");
}

#[test]
fn one_issue_says_how_the_week_was() {
    let reviewed = Reviewed::new();
    let bench = &reviewed.0.bench;
    let digest = |today: &str| {
        let ran = reviewed
            .okr(&["note", "digest"])
            .env("OKR_TODAY", today)
            .run();
        said(&ran).to_owned()
    };
    let issue = || {
        let path = format!("{}/issues?scope=all", project(OKRS));
        let issues = bench.get(&path).as_array().unwrap().clone();
        assert_eq!(issues.len(), 1, "{issues:#?}");
        issues[0].clone()
    };
    assert!(digest("2026-11-16").starts_with("The digest: opened http"));
    let first = issue();
    assert_eq!(first["title"], "OKRs this week");
    assert_eq!(first["author"]["username"], "okr-note");
    assert_note!(first["description"].as_str().unwrap());
    bench.sandbox.clear_journal();
    assert!(digest("2026-11-16").starts_with("The digest is as before"));
    assert_eq!(bench.writes(), [""; 0]);
    assert!(digest("2026-11-23").starts_with("The digest: edited"));
    assert_ne!(issue()["description"], first["description"]);
    bench.assert_at_rest();
    // From the files alone, where nobody may look at the trackers.
    let ran = reviewed
        .okr(&["note", "digest"])
        .env("OKR_TOKEN", "")
        .env("OKR_TODAY", "2026-11-23")
        .run();
    assert_eq!(ran.status, 0, "{ran:?}");
}

#[test]
fn what_a_private_tracker_shows_is_in_no_note_of_a_public_project() {
    let reviewed = Reviewed::new();
    let bench = &reviewed.0.bench;
    let path = bench.path("2026-q4/sre/mtbf/hours");
    bench.ask("PUT", &path, &json!({ "title": "Secret words" }));
    reviewed.0.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    for (pipeline, visibility, shown) in [("901", "private", true), ("902", "public", false)] {
        bench.sandbox.with_state(|state| {
            for project in state.projects.values_mut().filter(|one| one.path != OKRS) {
                project.visibility = serde_json::from_value(json!("private")).unwrap();
            }
        });
        let ran = reviewed
            .okr(&["plan", "--details", "--base", "main", "--out", "plan.json"])
            .env("CI_PROJECT_VISIBILITY", visibility)
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(ran.stdout.contains("Secret words"), shown, "{ran:?}");
        let ran = reviewed.review(pipeline).run();
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(
            reviewed.note().contains("Secret words"),
            shown,
            "{}",
            reviewed.note()
        );
    }
}
