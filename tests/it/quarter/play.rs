//! The quarter as it is played: a git repository, a sandbox on a socket, and the binary, day by day.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use okrsync::sandbox::{Clock, Running};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::department::{LEARNT, OUTCOMES, SETTINGS, TEAMS};
use super::weeks::{Hand, STEPS, STORIES, Week};
use crate::support::bench::{TOKEN, ask, start, world_of};
use crate::support::okr::{Ran, assert_valid, edit, okr, put, read};
use crate::support::repository::{Repository, path};

/// The Mondays of the quarter, each with its staff meeting.
pub(super) const MONDAYS: [&str; 13] = [
    "2026-10-05",
    "2026-10-12",
    "2026-10-19",
    "2026-10-26",
    "2026-11-02",
    "2026-11-09",
    "2026-11-16",
    "2026-11-23",
    "2026-11-30",
    "2026-12-07",
    "2026-12-14",
    "2026-12-21",
    "2026-12-28",
];

/// The day on which everything is scored, and one team's work goes on in the next quarter.
const CLOSING: &str = "2027-01-04";

/// What a meeting has before it.
pub(super) struct Meeting {
    /// What it is called.
    pub(super) name: String,
    /// What the plan said before the apply: its first line, and what it would do.
    pub(super) planned: String,
    /// What `okr status` says, as JSON.
    pub(super) status: Value,
    /// The rules whose findings `okr validate` shows, none of them an error.
    pub(super) findings: Vec<String>,
    /// Where the pages are.
    pub(super) pages: PathBuf,
}

/// A quarter that was played to its end.
pub(super) struct Quarter {
    pub(super) planning: String,
    pub(super) weeks: Vec<Meeting>,
    pub(super) closing: Meeting,
    /// What `okr new` made of what goes on.
    pub(super) carried: String,
    /// Each of the quarter's issues at the end: its title, its state and its notes.
    pub(super) issues: Vec<String>,
}

impl Quarter {
    pub(super) fn play() -> Self {
        let mut scene = Scene::new();
        let planning = scene.planning();
        let weeks = (1..=MONDAYS.len()).map(|week| scene.week(week)).collect();
        let (carried, closing) = scene.closing();
        Self {
            planning,
            weeks,
            closing,
            carried,
            issues: scene.issues(),
        }
    }
}

struct Scene {
    repository: Repository,
    sandbox: Running,
    clock: Clock,
    today: String,
    _runtime: Runtime,
}

impl Scene {
    fn new() -> Self {
        let repository = Repository::new();
        repository.put("okr.toml", SETTINGS);
        for (team, text) in TEAMS {
            repository.put(&file_of(team), text);
        }
        repository.commit("2026-09-21", "Our OKRs for the fourth quarter");
        let runtime = Runtime::new().unwrap();
        let clock = Clock::manual(time("2026-09-21"));
        let world = world_of(&repository.dir());
        let sandbox = runtime.block_on(start(world, None, clock.clone()));
        Self {
            repository,
            sandbox,
            clock,
            today: "2026-09-21".to_owned(),
            _runtime: runtime,
        }
    }

    /// A draft creates nothing; declared active, it becomes thirteen issues.
    fn planning(&mut self) -> String {
        assert_eq!(self.okr(&["validate"]).status, 0);
        self.at_rest();
        self.on("2026-09-28");
        let draft = "[quarters.\"2026-q4\"]\nstate = \"draft\"\n\n";
        edit(&self.repository.dir(), "okr.toml", draft, "");
        self.commit("dora declares the quarter active");
        let planned = self.plan();
        self.done(&["apply", "--yes"]);
        self.at_rest();
        planned
    }

    fn week(&mut self, week: usize) -> Meeting {
        self.on(MONDAYS[week - 1]);
        let said: Vec<_> = STORIES
            .iter()
            .map(|story| (story.key, story.hand, &story.weeks[week - 1]))
            .filter(|(.., of)| !of.said.is_empty())
            .collect();
        let by = |hand: Hand| said.iter().filter(move |(_, of, _)| *of == hand);
        for (key, _, of) in by(Hand::Issue) {
            self.write_row(key, of);
        }
        if week.is_multiple_of(2) {
            self.done(&["pull"]);
            self.commit("Check-ins from the issues");
        }
        for (key, _, of) in by(Hand::Command) {
            self.check_in(week, key, of);
        }
        self.commit("Check-ins by command");
        for (key, _, of) in by(Hand::File) {
            self.write_line(key, &format!("check_in.{} = {}", self.today, in_toml(of)));
        }
        match week {
            6 => self.ease(),
            9 => self.drop_one(),
            _ => {}
        }
        self.commit("Check-ins by hand");
        self.done(&["fmt", "--check"]);
        self.meet(&format!("week-{week:02}"), &[])
    }

    /// Somebody with the director's leave makes a target easier.
    fn ease(&self) {
        let dir = self.repository.dir();
        edit(&dir, &file_of("delivery"), "to = 12\n", "to = 20\n");
        self.write_line(
            "delivery/flow/lead-time",
            "amendment.2026-11-09 = { by = \"dora\", reason = \"The sign-off at night stays until January: the auditors ask for it.\" }",
        );
        self.done(&["fmt"]);
    }

    /// Somebody gives up a key result, and says why and what becomes of its time.
    fn drop_one(&self) {
        let dir = self.repository.dir();
        edit(&dir, &file_of("delivery"), "share = 45", "share = 60");
        edit(&dir, &file_of("delivery"), "share = 25", "share = 40");
        self.write_line(
            "delivery/flow/manual-steps",
            "status = \"dropped\"\nreason = \"The key for packaging comes in spring; the four steps without it are done.\"",
        );
        self.done(&["fmt"]);
    }

    /// The quarter's end: what goes on is carried over, everything is scored, and the quarter is closed.
    fn closing(&mut self) -> (String, Meeting) {
        self.on(CLOSING);
        self.done(&["pull"]);
        self.done(&["new", "2027-q1", "data", "--from", "2026-q4"]);
        let carried = read(self.repository.dir().join("okrs/2027-q1/data.toml"));
        let dir = self.repository.dir();
        for (team, objective, learnt) in LEARNT {
            let header = format!("[objective.{objective}]\n");
            edit(&dir, &file_of(team), &header, &format!("{header}{learnt}"));
        }
        for (key, outcome) in OUTCOMES {
            self.write_line(key, outcome);
        }
        let settings = read(dir.join("okr.toml"));
        let states = "[quarters.\"2027-q1\"]\nstate = \"draft\"\n\n";
        let settings = settings.replacen("[teams.", &format!("{states}[teams."), 1);
        self.repository.put("okr.toml", settings);
        self.done(&["fmt"]);
        self.commit("What came of the quarter; recovery goes on");
        self.done(&["close", "2026-q4"]);
        self.done(&["fmt"]);
        self.commit("Close the quarter");
        let meeting = self.meet("closed", &["--quarter", "2026-q4"]);
        (carried, meeting)
    }

    /// What a pipeline and a director run: everything agrees afterwards, and there is a report.
    fn meet(&self, name: &str, quarter: &[&str]) -> Meeting {
        let ran = self.okr(&["validate", "--format", "json"]);
        let found: Value = serde_json::from_str(&ran.stdout).unwrap();
        let mut findings: Vec<String> = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                let word = |name: &str| finding[name].as_str().unwrap().to_owned();
                format!("{} {}: {}", word("severity"), word("rule"), word("message"))
            })
            .collect();
        findings.sort();
        assert_eq!(ran.status, 0, "{name}: {findings:#?}");
        let planned = self.plan();
        self.done(&["apply", "--yes"]);
        self.at_rest();
        let status = self.done(&[&["status", "--format", "json"], quarter].concat());
        let status: Value = serde_json::from_str(&status.stdout).unwrap();
        assert_valid("status.schema.json", &status);
        let pages = directory().join(name);
        let out = pages.to_str().unwrap();
        self.done(&[&["report", "--out", out], quarter].concat());
        Meeting {
            name: name.to_owned(),
            planned,
            status,
            findings,
            pages,
        }
    }

    /// The first lines of a plan: whose goal changes, and the counts.
    fn plan(&self) -> String {
        let text = self.done(&["plan"]).stdout;
        let lines = text.lines().take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    fn at_rest(&self) {
        let ran = self.done(&["plan"]);
        assert!(ran.stdout.starts_with("No changes."), "{}", ran.stdout);
    }

    /// Somebody writes a row at the end of the table in an issue.
    fn write_row(&self, key: &str, of: &Week) {
        let [value, confidence, health] = words(of);
        let row = format!(
            "| {} | {value} | {confidence} % | {health} | {} |",
            self.today, of.note
        );
        let issue = self.issue(key);
        let text = issue["description"].as_str().unwrap();
        let end = text.find("\n\n<!-- okrsync:v1").unwrap();
        let (table, marker) = text.split_at(end);
        let body = json!({ "description": format!("{table}\n{row}{marker}") });
        let path = format!("/projects/{}/issues/{}", issue["project_id"], issue["iid"]);
        self.ask("PUT", &path, &body);
    }

    fn check_in(&self, week: usize, key: &str, of: &Week) {
        let [value, confidence, health] = words(of);
        let mut arguments = vec![
            "check-in",
            key,
            "--confidence",
            confidence,
            "--health",
            health,
        ];
        if value != "-" {
            arguments.extend(["--value", value]);
        }
        if !of.note.is_empty() {
            arguments.extend(["--note", of.note]);
        }
        let steps = STEPS.iter().filter(|(done, _)| *done == week);
        for (_, step) in steps.filter(|_| key == "data/recovery/zone-loss") {
            arguments.extend(["--done", step]);
        }
        self.done(&arguments);
    }

    /// Somebody adds a line at the end of a key result's table.
    fn write_line(&self, key: &str, line: &str) {
        let [team, objective, key_result] = parts(key);
        let path = file_of(team);
        let text = read(self.repository.dir().join(&path));
        let header = format!("[objective.{objective}.kr.{key_result}]\n");
        let (before, table) = text.split_once(&header).unwrap();
        let (table, after) = table.split_at(table.find("\n\n[").unwrap_or(table.len()));
        let table = table.trim_end();
        let text = format!("{before}{header}{table}\n{line}{}{after}", ending(after));
        put(&self.repository.dir(), &path, text.as_bytes());
    }

    fn issue(&self, key: &str) -> Value {
        let [team, ..] = parts(key);
        let of = format!("\"key\": \"2026-q4/{key}\"");
        let issues = self.tracker(team);
        let found = issues.into_iter().find(|issue| {
            let text = issue["description"].as_str().unwrap_or_default();
            text.contains(&of) || text.contains(&of.replace(": ", ":"))
        });
        found.unwrap()
    }

    fn tracker(&self, team: &str) -> Vec<Value> {
        let path = format!("/projects/acme%2F{team}/issues?per_page=100&scope=all&sort=asc");
        let issues = self.ask("GET", &path, &Value::Null);
        issues.as_array().unwrap().clone()
    }

    fn issues(&self) -> Vec<String> {
        let teams = TEAMS.iter().flat_map(|(team, _)| self.tracker(team));
        let told = teams.map(|issue| {
            let word = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
            let notes = issue["user_notes_count"].as_u64().unwrap();
            format!("{}: {}, notes: {notes}", word("title"), word("state"))
        });
        // Issues are made several at a time: their order differs from run to run.
        let mut told: Vec<String> = told.collect();
        told.sort();
        told
    }

    /// Asks GitLab as a person with a browser does.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        ask(&self.sandbox, self.clock.now(), method, path, body)
    }

    fn on(&mut self, day: &str) {
        self.clock
            .advance(time(day).duration_since(self.clock.now()));
        day.clone_into(&mut self.today);
    }

    fn commit(&self, subject: &str) {
        self.repository.commit(&self.today, subject);
    }

    fn okr(&self, arguments: &[&str]) -> Ran {
        let mut run = okr(arguments.iter().copied())
            .dir(self.repository.dir())
            .env("OKR_TODAY", self.today.as_str())
            .env("OKR_URL", self.sandbox.url())
            .env("OKR_TOKEN", TOKEN);
        if let Some((name, value)) = path() {
            run = run.env(&name.into_string().unwrap(), value);
        }
        run.run()
    }

    /// A run that succeeds.
    fn done(&self, arguments: &[&str]) -> Ran {
        let ran = self.okr(arguments);
        assert_eq!(ran.status, 0, "{} {arguments:?}: {ran:#?}", self.today);
        ran
    }
}

/// Where the pages are left for those who look at them: checkers of pages, and people with a browser.
pub(super) fn directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("quarter")
}

/// Eight in the morning.
fn time(day: &str) -> Timestamp {
    format!("{day}T08:00:00Z").parse().unwrap()
}

fn file_of(team: &str) -> String {
    format!("okrs/2026-q4/{team}.toml")
}

fn parts(key: &str) -> [&str; 3] {
    key.split('/').collect::<Vec<_>>().try_into().unwrap()
}

fn words(of: &Week) -> [&str; 3] {
    of.said.split(' ').collect::<Vec<_>>().try_into().unwrap()
}

fn in_toml(of: &Week) -> String {
    let [value, confidence, health] = words(of);
    let note = match of.note {
        "" => String::new(),
        note => format!(", note = \"{note}\""),
    };
    format!("{{ value = {value}, confidence = {confidence}, health = \"{health}\"{note} }}")
}

/// The last table of a file ends with its last line.
fn ending(after: &str) -> &'static str {
    if after.is_empty() { "\n" } else { "" }
}
