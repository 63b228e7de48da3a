//! `okr sandbox` as a process of its own, and what it keeps.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use okrsync::cli::{Env, Global, Project, Ui, world};
use tempfile::TempDir;

use crate::support::bench::Bench;
use crate::support::okr::{Ran, example, okr, put};

/// A running `okr sandbox`, ended when the test ends.
struct Process {
    child: Child,
    url: String,
    token: String,
}

impl Process {
    fn start(dir: &Path, state: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_okr"))
            .args(["sandbox", "--listen", "127.0.0.1:0", "--state", state])
            .current_dir(dir)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            let prefix = format!("export {name}=");
            line.strip_prefix(&prefix).unwrap().to_owned()
        };
        let (url, token) = (value("OKR_URL"), value("OKR_TOKEN"));
        Self { child, url, token }
    }

    fn okr(&self, dir: &TempDir, arguments: &[&str]) -> Ran {
        okr(arguments.iter().copied())
            .dir(dir.path())
            .env("OKR_URL", &self.url)
            .env("OKR_TOKEN", &self.token)
            .run()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn the_loop_works_across_processes_and_a_restart() {
    let dir = example();
    let sandbox = Process::start(dir.path(), "state.json");
    let plan = sandbox.okr(&dir, &["plan", "--exit-code"]);
    assert_eq!(plan.status, 3, "{plan:?}");
    assert!(
        plan.stdout.contains("\nPlan: 14 to create, "),
        "{}",
        plan.stdout
    );
    let apply = sandbox.okr(&dir, &["apply", "--yes"]);
    assert_eq!(apply.status, 0, "{apply:?}");
    let second = sandbox.okr(&dir, &["plan", "--exit-code"]);
    assert_eq!(second.status, 0, "{second:?}");
    assert!(
        second.stdout.starts_with("No changes."),
        "{}",
        second.stdout
    );
    drop(sandbox);
    let sandbox = Process::start(dir.path(), "state.json");
    let third = sandbox.okr(&dir, &["plan", "--exit-code"]);
    assert_eq!((third.status, third.stdout), (0, second.stdout));
}

#[test]
fn an_empty_plan_costs_few_requests_and_writes_nothing() {
    let bench = Bench::kept();
    bench.apply(&[]);
    let bench = bench.restarted();
    bench.assert_at_rest();
    assert!(
        bench.sandbox.journal().len() <= 5,
        "{:?}",
        bench.sandbox.journal()
    );
    assert_eq!(bench.writes(), [""; 0]);
    bench.apply(&[]);
    assert_eq!(bench.writes(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn the_log_shows_every_request_as_it_is_served() {
    let dir = example();
    let mut child = Command::new(env!("CARGO_BIN_EXE_okr"))
        .args(["sandbox", "--listen", "127.0.0.1:0", "--log"])
        .args(["--state", "state.json"])
        .current_dir(dir.path())
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next();
    let line = line.unwrap().unwrap();
    let url = line.strip_prefix("export OKR_URL=").unwrap();
    let plan = okr(["plan"])
        .dir(dir.path())
        .env("OKR_URL", url)
        .env("OKR_TOKEN", crate::support::bench::TOKEN)
        .run();
    assert_eq!(plan.status, 0, "{plan:?}");
    // Its lines come while it serves: it is read until the first request shows, and only then ended.
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut shown = lines
        .by_ref()
        .map(Result::unwrap)
        .skip_while(|line| !line.contains("serving until"))
        .skip(1);
    assert_eq!(
        shown.next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["1", "200", "okr-bot", "GET", "/api/v4/user"]
    );
    let ended = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(ended.success());
    assert!(child.wait().unwrap().success());
    let rest: Vec<String> = shown.collect();
    assert!(
        rest.iter().any(|line| line.contains("POST /api/graphql")),
        "{rest:?}"
    );
}

#[test]
fn it_is_reachable_from_this_machine_only() {
    let dir = example();
    let ran = okr(["sandbox", "--listen", "0.0.0.0:0"])
        .dir(dir.path())
        .run();
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("loopback"), "{}", ran.stderr);
}

#[test]
fn its_world_can_be_printed_edited_and_used() {
    let dir = example();
    let printed = okr(["sandbox", "--print-world"]).dir(dir.path()).run();
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""));
    let world: okrsync::sandbox::World = serde_json::from_str(&printed.stdout).unwrap();
    let project = Project::open(
        &Global {
            dir: Some(dir.path().to_owned()),
            ..Global::default()
        },
        &Ui::new(&Global::default(), &Env::default()),
    )
    .unwrap();
    let made = world::world(project.config.as_ref().unwrap(), &project.tree);
    assert_eq!(world, made);
    put(dir.path(), "world.json", b"{}");
    let none = okr(["sandbox", "--world", "world.json"])
        .dir(dir.path())
        .run();
    assert_eq!(none.status, 1, "{none:?}");
    assert!(
        none.stderr.contains("okr sandbox --print-world"),
        "{none:?}"
    );
    assert!(!dir.path().join(".okr").exists());
}

#[test]
fn what_okr_toml_names_by_now_is_added_to_what_was_kept() {
    let bench = Bench::kept();
    bench.apply(&[]);
    let before = bench.managed().len();
    let team = "\n[teams.data]\nname = \"Data\"\nparent = \"infrastructure\"\nmanager = \"zora\"\ntracker = \"gl-infra/data\"\n";
    let text = crate::support::okr::read(bench.dir.path().join("okr.toml"));
    put(
        bench.dir.path(),
        "okr.toml",
        format!("{text}{team}").as_bytes(),
    );
    let file = "[objective.clean]\ntitle = \"Everybody trusts the numbers\"\nowner = \"zora\"\nsupports = [\"infrastructure/mission-critical\"]\n\n\
                [objective.clean.kr.wrong]\ntitle = \"Cut wrong figures in reports from 9 to 1\"\nkind = \"business\"\nunit = \"figures\"\nfrom = 9\nto = 1\n";
    put(bench.dir.path(), "okrs/2026-q4/data.toml", file.as_bytes());
    let bench = bench.restarted();
    assert_eq!(
        bench.sandbox.added(),
        ["the project gl-infra/data", "the account zora"]
    );
    assert_eq!(bench.managed().len(), before, "what was kept is there");
    bench.apply(&[]);
    bench.assert_at_rest();
    let issues = bench.get("/projects/gl-infra%2Fdata/issues");
    assert_eq!(issues.as_array().map(Vec::len), Some(2));
    // Who is new can be assigned: zora is a member of the group that was kept.
    assert_eq!(issues[0]["assignees"][0]["username"], "zora");
    assert_eq!(bench.restarted().sandbox.added(), [""; 0]);
}
