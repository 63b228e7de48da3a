//! `okr plan` in a merge request: what it changes, told apart from what was pending before it and from drift.

use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::okr::{Okr, Ran, assert_valid, edit, read};
use crate::support::repository::{Repository, path};

pub(super) const SRE: &str = "okrs/2026-q4/sre.toml";
pub(super) const DELIVERY: &str = "okrs/2026-q4/delivery.toml";

/// The example, applied, and then committed to `main`; `topic` is checked out.
pub(super) struct MergeRequest {
    pub(super) bench: Bench,
    pub(super) repository: Repository,
}

impl MergeRequest {
    pub(super) fn new() -> Self {
        Self::of(Bench::applied())
    }

    /// As [`new`](Self::new), beside a GitLab in which the example was applied.
    pub(super) fn of(bench: Bench) -> Self {
        let repository = Repository::new();
        for file in [
            "okr.toml",
            SRE,
            DELIVERY,
            "okrs/2026-q4/andrew.toml",
            "okrs/2026-q4/infrastructure.toml",
            "okrs/2026-q4/sae.toml",
        ] {
            repository.put(file, read(bench.dir.path().join(file)));
        }
        repository.commit("2026-09-20", "plan");
        repository.git(&["switch", "--quiet", "--create", "topic"]);
        Self { bench, repository }
    }

    /// As [`new`](Self::new), with a due date changed on `main` since, a title on `topic`, and one in GitLab.
    fn told_apart() -> Self {
        let request = Self::new();
        request.on("main", DELIVERY, "due = 2026-12-21", "due = 2026-12-22");
        request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
        let path = request.bench.path("2026-q4/sre/mtbf/hours");
        let theirs = json!({ "title": "MTBF!" });
        request.bench.ask("PUT", &path, &theirs);
        request
    }

    /// Commits an edit to a branch, and comes back to `topic`.
    pub(super) fn on(&self, branch: &str, file: &str, from: &str, to: &str) {
        self.repository.git(&["switch", "--quiet", branch]);
        edit(&self.repository.dir(), file, from, to);
        self.repository.commit("2026-10-15", "edit");
        self.repository.git(&["switch", "--quiet", "topic"]);
    }

    pub(super) fn okr(&self, arguments: &[&str]) -> Okr {
        let mut okr = self.bench.okr(arguments).dir(self.repository.dir());
        if let Some((name, value)) = path() {
            okr = okr.env(name.to_str().unwrap(), value);
        }
        okr
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        self.okr(arguments).run()
    }

    /// A plan in the pipeline of a merge request, in a clone as GitLab's runner makes it.
    fn in_ci(&self, clone: &Repository, variables: &[(&str, &str)]) -> Ran {
        let mut okr = self
            .okr(&["plan"])
            .dir(clone.dir())
            .env("CI_PROJECT_ID", "7")
            .env("CI_MERGE_REQUEST_PROJECT_ID", "7")
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "")
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", self.left_at());
        for (name, value) in variables {
            okr = okr.env(name, *value);
        }
        okr.run()
    }

    fn left_at(&self) -> String {
        let id = self.repository.git(&["merge-base", "main", "topic"]);
        id.trim().to_owned()
    }
}

/// Compares with a snapshot; the ids of commits and issues differ from run to run.
macro_rules! assert_shown {
    ($text:expr) => {
        insta::with_settings!({
            filters => vec![(r"#\d+", "#N"), (r" at [0-9a-f]{8}\b", " at COMMIT")]
        }, {
            insta::assert_snapshot!($text);
        });
    };
}

/// The second line: the first one says whose goal changes.
fn counts(ran: &Ran) -> &str {
    ran.stdout.lines().nth(1).unwrap_or_default()
}

#[test]
fn a_merge_request_sees_its_own_change_first() {
    let request = MergeRequest::told_apart();
    let ran = request.run(&["plan", "--base", "main"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_shown!(ran.stdout);
    let note = request.run(&["plan", "--base", "main", "--format", "markdown"]);
    assert_shown!(note.stdout);
    let whole = request.run(&["plan", "--base", "main", "--details"]).stdout;
    assert!(whole.contains("2026-12-22"), "{whole}");
}

#[test]
fn programs_are_told_the_cause_of_every_change() {
    let request = MergeRequest::told_apart();
    let ran = request.run(&[
        "plan",
        "--base",
        "main",
        "--format",
        "json",
        "--report",
        "terraform=tfplan.json",
    ]);
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    let changes: Vec<[&str; 3]> = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| ["key", "action", "cause"].map(|name| change[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        changes,
        [
            ["2026-q4/delivery/deploys/manual-steps", "update", "pending"],
            ["2026-q4/sre/mtbf/pages", "update", "this_merge_request"],
        ]
    );
    let fields = plan["changes"][1]["fields"].as_array().unwrap();
    assert!(
        fields
            .iter()
            .all(|field| field["cause"] == "this_merge_request")
    );
    assert_valid("plan.schema.json", &plan);
    let goals = plan["goals"].as_array().unwrap();
    let goals: Vec<[&Value; 2]> = goals
        .iter()
        .map(|goal| [&goal["kind"], &goal["cause"]])
        .collect();
    assert_eq!(
        goals,
        [["eased", "pending"], ["reworded", "this_merge_request"]]
    );
    assert_eq!(plan["summary"]["total"]["update"], 2);
    let causes = &plan["summary"]["causes"];
    assert_eq!(causes["this_merge_request"]["total"]["update"], 1);
    assert_eq!(causes["pending"]["teams"]["delivery"]["update"], 1);
    let widget = read(request.repository.dir().join("tfplan.json"));
    assert_eq!(widget, "{\"create\":0,\"update\":1,\"delete\":0}\n");
}

#[test]
fn the_exit_status_counts_what_was_pending_too() {
    let request = MergeRequest::new();
    let status = || {
        request
            .run(&["plan", "--base", "main", "--exit-code"])
            .status
    };
    assert_eq!(status(), 0);
    let path = request.bench.path("2026-q4/sre/mtbf/hours");
    request
        .bench
        .ask("PUT", &path, &json!({ "title": "MTBF!" }));
    assert_eq!(status(), 4);
    request.on("main", DELIVERY, "due = 2026-12-21", "due = 2026-12-22");
    assert_eq!(status(), 3);
}

#[test]
fn a_pipeline_finds_its_target_branch_by_itself() {
    let request = MergeRequest::told_apart();
    let clone = request.repository.cloned(&["--branch", "topic"]);
    let ran = request.in_ci(&clone, &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(counts(&ran), "Plan: 1 to update");
    assert!(
        ran.stdout.contains(", compared with main at "),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("base-"), "{}", ran.stdout);
    // Merged results: what is checked out is the merge, and the commit of the target branch is named.
    clone.git(&["switch", "--quiet", "--detach"]);
    clone.merge("2026-10-16", "origin/main");
    let target = clone.git(&["rev-parse", "origin/main"]);
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let ran = request.in_ci(
        &clone,
        &[("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", target.trim())],
    );
    assert_eq!(counts(&ran), "Plan: 1 to update");
    assert!(
        ran.stdout.contains("Already pending before"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_pipeline_without_its_target_branch_says_what_is_missing() {
    let request = MergeRequest::told_apart();
    let clone = request
        .repository
        .cloned(&["--branch", "topic", "--single-branch"]);
    let ran = request.in_ci(&clone, &[]);
    assert_eq!(counts(&ran), "Plan: 1 to update");
    assert!(ran.stdout.contains("base-older"), "{}", ran.stdout);
    assert!(ran.stdout.contains("GIT_DEPTH: \"0\""), "{}", ran.stdout);
    let fork = request.in_ci(&clone, &[("CI_PROJECT_ID", "8")]);
    assert!(fork.stdout.contains("a fork's clone"), "{}", fork.stdout);
    // Not even where it left that branch is there: the plan is what it was without a base.
    let shallow = request
        .repository
        .cloned(&["--branch", "topic", "--depth", "1"]);
    let ran = request.in_ci(&shallow, &[]);
    assert_eq!((ran.status, counts(&ran)), (0, "Plan: 1 to update"));
    assert!(ran.stdout.contains("base-unknown"), "{}", ran.stdout);
    // A person who names it wants it.
    let asked = request
        .okr(&["plan", "--base", "origin/main"])
        .dir(shallow.dir())
        .run();
    assert_eq!((asked.status, asked.stdout.as_str()), (1, ""));
    assert!(
        asked
            .stderr
            .starts_with("error: origin/main is not in this clone\nhint: the clone is shallow"),
        "{}",
        asked.stderr
    );
}

#[test]
fn reviewers_are_told_of_other_peoples_teams() {
    let request = MergeRequest::new();
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let told = |account: &str| {
        let ran = request
            .okr(&["plan", "--base", "main"])
            .env("GITLAB_USER_LOGIN", account)
            .run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    };
    let says = "changes OKRs of sre, a team that somebody else manages";
    assert!(told("ann").contains(&format!("ann {says}")));
    // The team's manager, and the director above.
    for account in ["sre-manager", "director"] {
        assert!(!told(account).contains(says), "{account}");
    }
}

#[test]
fn a_conflict_fails_the_pipeline_with_the_files() {
    let request = MergeRequest::new();
    request.on("main", SRE, "from 14 to 5\"", "from 14 to 4\"");
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let clone = request.repository.cloned(&["--branch", "topic"]);
    let ran = request.in_ci(&clone, &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr
            .contains("conflicts with the target branch in okrs/2026-q4/sre.toml\nhint: rebase"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_is_not_committed_yet_is_planned_as_it_is() {
    let request = MergeRequest::told_apart();
    edit(
        &request.repository.dir(),
        SRE,
        "due = 2026-12-11",
        "due = 2026-12-10",
    );
    let ran = request.run(&["plan", "--base", "main"]);
    assert_eq!(
        ran.stderr,
        "the files differ from the last commit, so they are planned as they are, without what main has got since\n"
    );
    assert_eq!(counts(&ran), "Plan: 2 to update");
    assert!(
        ran.stdout
            .contains("takes back what was to change: due date"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_target_branch_that_cannot_be_read_fails_nobody_elses_merge_request() {
    let request = MergeRequest::new();
    request.on("main", SRE, "share = 35", "shaer = 35");
    // The merge request mends it.
    request
        .repository
        .git(&["reset", "--quiet", "--hard", "main"]);
    request.on("topic", SRE, "shaer = 35", "share = 30");
    let ran = request.run(&["plan", "--base", "main"]);
    assert_eq!((ran.status, counts(&ran)), (0, "Plan: 1 to update"));
    assert!(ran.stdout.contains("base-unusable"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("okrs/2026-q4/sre.toml:"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_renamed_team_is_followed() {
    let request = MergeRequest::new();
    request
        .repository
        .git(&["mv", DELIVERY, "okrs/2026-q4/shipping.toml"]);
    let dir = request.repository.dir();
    edit(
        &dir,
        "okr.toml",
        "[teams.delivery]\n",
        "[teams.shipping]\npreviously = [\"delivery\"]\n",
    );
    for file in [SRE, "okrs/2026-q4/andrew.toml"] {
        let text = read(dir.join(file)).replace("\"delivery/", "\"shipping/");
        request.repository.put(file, text);
    }
    request.repository.commit("2026-10-15", "rename");
    request.on("main", DELIVERY, "due = 2026-12-21", "due = 2026-12-22");
    let ran = request.run(&["plan", "--base", "main", "--format", "json"]);
    let plan: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    let of = plan["changes"].as_array().unwrap().iter().find(|change| {
        change["key"] == "2026-q4/shipping/deploys/manual-steps" && change["action"] == "update"
    });
    let fields: Vec<(String, String)> = of.unwrap()["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let text = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
            (text("field"), text("cause"))
        })
        .collect();
    let cause = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, cause)| cause.as_str())
    };
    assert_eq!(cause("key"), Some("this_merge_request"), "{fields:?}");
    assert_eq!(cause("due"), Some("pending"), "{fields:?}");
    assert_eq!(plan["summary"]["total"]["close"], 0);
    assert_eq!(plan["summary"]["total"]["create"], 0);
}

#[test]
fn a_merge_request_is_held_to_the_limits_that_it_raises() {
    let request = MergeRequest::new();
    request.on("main", "okr.toml", "max_close = 5\n", "max_close = 0\n");
    request
        .repository
        .git(&["reset", "--quiet", "--hard", "main"]);
    request.on("topic", "okr.toml", "max_close = 0", "max_close = 50");
    request.on(
        "topic",
        SRE,
        "owner = \"leila\"\n",
        "owner = \"leila\"\nstatus = \"dropped\"\nreason = \"Done.\"\n",
    );
    let ran = request.run(&["plan", "--base", "main"]);
    let rules = "1 finding of rules at error level: okr validate shows them\n";
    assert_eq!((ran.status, ran.stderr.as_str()), (0, rules));
    assert!(
        ran.stdout
            .contains("1 issues would be closed; the limit is 0"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("safety.max_close: 0 → 50"),
        "{}",
        ran.stdout
    );
    assert!(!request.run(&["plan"]).stdout.contains("Refused"));
}

#[test]
fn the_first_merge_request_brings_everything() {
    let request = MergeRequest::new();
    let repository = &request.repository;
    repository.git(&["switch", "--quiet", "main"]);
    repository.git(&["rm", "--quiet", "-r", "okr.toml", "okrs"]);
    repository.commit("2026-10-15", "not yet");
    repository.git(&["switch", "--quiet", "topic"]);
    repository.git(&["rebase", "--quiet", "main"]);
    let text = read(request.bench.dir.path().join(SRE));
    for file in [
        "okr.toml",
        SRE,
        DELIVERY,
        "okrs/2026-q4/infrastructure.toml",
    ] {
        repository.put(file, read(request.bench.dir.path().join(file)));
    }
    repository.put(SRE, text.replace("from 14 to 5\"", "to 5\""));
    repository.commit("2026-10-16", "begin");
    let ran = request.run(&["plan", "--base", "main"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(
        counts(&ran).starts_with("Plan: 1 to update"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("This merge request, compared with"),
        "{}",
        ran.stdout
    );
}
