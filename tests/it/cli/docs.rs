//! The pages under docs/: every command in them is run, every file in them is written, and what they show is what is shown.
//!
//! Each page is run from its top to its end in a git clone of its own, against a sandbox of its own. What is pushed to the
//! default branch is applied, as its pipeline does. What a fence begins with says what becomes of it; readers see nothing of
//! it but the colours.
//!
//! | fence | meaning |
//! | --- | --- |
//! | `sh` | is run by `sh -eu`, and must succeed |
//! | `sh fails=7` | must end with that status |
//! | `console` | begins with `$ command`; what it prints must be the other lines, where `…` stands for anything |
//! | `console fails=7` | both |
//! | `toml file=PATH` | is written to that file |
//! | `toml append=PATH` | is added to that file |
//! | `diff` | is applied to the files by git |
//! | `yaml` | is a piece of the pipeline's template, or includes it with inputs that it has |
//! | `text` | is shown only, and holds no command |
//!
//! `<!-- merge BRANCH -->`, which nobody sees, is the click that merges that branch.

mod claims;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use okrsync::sandbox::state::{Role, Scope};
use okrsync::sandbox::{
    Clock, Options, Request, Running, Sandbox, World, WorldGroup, WorldIssue, WorldProject,
    WorldToken, WorldUser, handle,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::okr::{put, read, repository};
use crate::support::repository::path as search_path;

/// The day on which every page is read, a Monday in the second week of a quarter.
const TODAY: &str = "2026-10-12";
/// The server in the pages, which the sandbox takes the place of.
const SERVER: &str = "https://gitlab.example.com";
/// The person's token, in their home.
const TOKEN_FILE: &str = ".okr-token";
/// Pages that are read on another day, once what was there before them is there.
const DAYS: [(&str, &str); 1] = [("closing-a-quarter.md", "2027-01-04")];
/// The page whose files the others go on with.
const FIRST: &str = "first-ten-minutes.md";
/// The page about issues that were there before.
const MIGRATING: &str = "migrating.md";
/// Those issues, in acme/sre: number, title, label.
const THEIRS: [(u64, &str, &str); 3] = [
    (12, "Fewer outages", "okr"),
    (13, "MTBF of 240 h", "okr"),
    (
        14,
        "Shorten production readiness reviews from 21 to 8 days",
        "okr:kr",
    ),
];
/// Pages that are made from the sources or held against them by tests of their own.
const ELSEWHERE: [&str; 3] = ["flow.md", "rules.md", "scoring.md"];

/// What is there before a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Start {
    /// An empty repository.
    Empty,
    /// The files of the first page, committed and pushed.
    Committed,
    /// And applied.
    Applied,
}

/// Where the pages begin that do not begin with an applied state.
const STARTS: [(&str, Start); 3] = [
    (FIRST, Start::Empty),
    ("roll-out.md", Start::Committed),
    (MIGRATING, Start::Committed),
];

fn start_of(page: &str) -> Start {
    let found = STARTS.iter().find(|(name, _)| *name == page);
    found.map_or(Start::Applied, |(_, start)| *start)
}

/// A fenced block of a page, or a comment that stands for a click.
struct Block {
    /// The line where it begins.
    line: usize,
    /// What the fence says, or the comment.
    info: String,
    text: String,
}

/// The fenced blocks of a page, in order.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (index, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(info) => {
                is_open = true;
                blocks.push(Block {
                    line: index + 1,
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
            }
            None if !is_open && line.starts_with("<!--") => blocks.push(Block {
                line: index + 1,
                info: line.to_owned(),
                text: String::new(),
            }),
            None => {
                if let Some(block) = blocks.last_mut().filter(|_| is_open) {
                    block.text += line;
                    block.text += "\n";
                }
            }
        }
    }
    assert!(!is_open, "a fence is not closed");
    blocks
}

/// A person's clone, its `origin`, a home, and a sandbox.
struct Desk {
    dir: TempDir,
    today: Cell<&'static str>,
    sandbox: Running,
    runtime: Runtime,
}

impl Desk {
    fn new(page: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime
            .block_on(Sandbox::start(Options {
                world: world(page),
                listen: ([127, 0, 0, 1], 0).into(),
                state_file: None,
                clock: Clock::manual(morning()),
            }))
            .unwrap();
        if page == MIGRATING {
            for (iid, _, label) in THEIRS {
                labelled(&sandbox, iid, label);
            }
        }
        let desk = Self {
            dir: TempDir::new().unwrap(),
            today: Cell::new(TODAY),
            sandbox,
            runtime,
        };
        // Who begins looks with a token of their own; the other pages are for who has the bot's.
        let token = if page == FIRST { "mia" } else { "okr-bot" };
        let token = format!("sandbox-{token}\n");
        put(
            desk.dir.path(),
            &format!("home/{TOKEN_FILE}"),
            token.as_bytes(),
        );
        desk.must(
            desk.dir.path(),
            "git init --quiet --bare --initial-branch=main origin.git
             git clone --quiet origin.git okrs 2>/dev/null
             git -C okrs symbolic-ref HEAD refs/heads/main",
        );
        desk
    }

    fn work(&self) -> PathBuf {
        self.dir.path().join("okrs")
    }

    /// What a command line prints on both streams, and its exit status.
    fn run(&self, dir: &Path, script: &str) -> (String, i32) {
        let okr = Path::new(env!("CARGO_BIN_EXE_okr")).parent().unwrap();
        let mut path = vec![okr.to_owned()];
        if let Some((_, inherited)) = search_path() {
            path.extend(std::env::split_paths(&inherited));
        }
        let home = self.dir.path().join("home");
        let today = self.today.get();
        let noon = format!("{today}T12:00:00Z");
        let output = Command::new("sh")
            .args(["-eu", "-c", &format!("exec 2>&1\n{script}")])
            .current_dir(dir)
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", &home)
            .env("OKR_URL", self.sandbox.url())
            .env("OKR_TOKEN_FILE", home.join(TOKEN_FILE))
            .env("OKR_TODAY", today)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs(["AUTHOR", "COMMITTER"].into_iter().flat_map(|who| {
                [
                    (format!("GIT_{who}_NAME"), "mia".to_owned()),
                    (format!("GIT_{who}_EMAIL"), "mia@example.com".to_owned()),
                    (format!("GIT_{who}_DATE"), noon.clone()),
                ]
            }))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).replace(&self.sandbox.url(), SERVER);
        (text, output.status.code().unwrap_or(-1))
    }

    fn must(&self, dir: &Path, script: &str) {
        let (text, status) = self.run(dir, script);
        assert_eq!(status, 0, "{script}: {text}");
    }

    /// What was there before the page.
    fn begin(&self, start: Start) {
        if start == Start::Empty {
            return;
        }
        let first = read(pages_dir().join(FIRST));
        let mut written = BTreeSet::new();
        for block in blocks(&first) {
            if let Some(path) = block.info.strip_prefix("toml file=") {
                // Its first form: what the page changes later is its own story.
                if written.insert(path.to_owned()) {
                    put(&self.work(), path, block.text.as_bytes());
                }
            }
        }
        self.must(
            &self.work(),
            "okr init
             git add --all
             git commit --quiet --message 'Our OKRs'
             git push --quiet --set-upstream origin main",
        );
        if start == Start::Applied {
            self.pipeline();
        }
    }

    /// What the default branch holds on the server.
    fn pushed(&self) -> String {
        let show = "git -C origin.git rev-parse --quiet --verify main || true";
        self.run(self.dir.path(), show).0
    }

    /// What the pipeline of the default branch does.
    fn pipeline(&self) {
        self.must(
            self.dir.path(),
            "rm -rf job
             git clone --quiet origin.git job
             cd job
             export CI_COMMIT_BRANCH=main OKR_TOKEN=sandbox-okr-bot
             okr validate
             okr schema --check
             okr fmt --check
             okr apply --yes",
        );
    }

    /// Runs a command that is followed by what it prints.
    fn prints(&self, text: &str, option: Option<(&str, &str)>) -> Result<(), String> {
        let (command, shown) = text.split_once('\n').unwrap_or_default();
        let (text, status) = self.run(&self.work(), command);
        ends_with(option, status, &text)?;
        let shown: Vec<&str> = shown.lines().collect();
        let said: Vec<&str> = text.lines().map(str::trim_end).collect();
        shows(&shown, &said)
            .then_some(())
            .ok_or(format!("`{command}` printed this:\n{text}"))
    }

    /// Merges a branch as GitLab does.
    fn merge(&self, branch: &str) -> Result<(), String> {
        let script = format!(
            "rm -rf merge
             git clone --quiet origin.git merge
             cd merge
             git merge --quiet --no-ff --message 'Merge {branch}' origin/{branch}
             git push --quiet origin main"
        );
        let (text, status) = self.run(self.dir.path(), &script);
        ends_with(None, status, &text)
    }

    /// Does what a block says; what is wrong with it.
    fn follow(&self, block: &Block) -> Result<(), String> {
        if let Some(branch) = block.info.strip_prefix("<!-- merge ") {
            return self.merge(branch.trim_end_matches(" -->"));
        }
        let (kind, option) = block
            .info
            .split_once(' ')
            .map_or((block.info.as_str(), None), |(kind, option)| {
                (kind, option.split_once('='))
            });
        match (kind, option) {
            ("sh", None | Some(("fails", _))) => {
                let (text, status) = self.run(&self.work(), &block.text);
                ends_with(option, status, &text)
            }
            ("console", None | Some(("fails", _))) => {
                let text = format!("\n{}", block.text);
                let commands: Vec<&str> = text.split("\n$ ").collect();
                let ["", commands @ .., last] = commands.as_slice() else {
                    return Err("no `$ ` at its beginning".to_owned());
                };
                for command in commands {
                    self.prints(command, None)?;
                }
                self.prints(last, option)
            }
            ("toml", Some(("file", path))) => {
                put(&self.work(), path, block.text.as_bytes());
                Ok(())
            }
            ("toml", Some(("append", path))) => {
                let text = read(self.work().join(path)) + &block.text;
                put(&self.work(), path, text.as_bytes());
                Ok(())
            }
            ("diff", None) => {
                put(self.dir.path(), "change.diff", block.text.as_bytes());
                let (text, status) = self.run(&self.work(), "git apply ../change.diff");
                ends_with(None, status, &text)
            }
            ("yaml", None) => of_the_pipeline(&block.text),
            ("text", None) => {
                let command = |line: &&str| {
                    ["$ ", "okr ", "git "]
                        .iter()
                        .any(|word| line.starts_with(word))
                };
                let found = block.text.lines().find(command);
                found.map_or(Ok(()), |line| Err(format!("nobody runs this: {line}")))
            }
            _ => Err("nobody knows what to do with such a fence".to_owned()),
        }
    }
}

fn ends_with(option: Option<(&str, &str)>, status: i32, text: &str) -> Result<(), String> {
    let expected = option.map_or(Ok(0), |(_, number)| number.parse());
    let expected: i32 = expected.map_err(|_| "no exit status")?;
    (status == expected)
        .then_some(())
        .ok_or(format!("ended with {status}:\n{text}"))
}

/// Whether these lines are what was said; `…` stands for any lines, or for any part of one.
fn shows(shown: &[&str], said: &[&str]) -> bool {
    match (shown, said) {
        ([], said) => said.is_empty(),
        (["…", rest @ ..], said) => (0..=said.len()).any(|skip| shows(rest, &said[skip..])),
        ([first, shown @ ..], [line, said @ ..]) => is_like(line, first) && shows(shown, said),
        (_, []) => false,
    }
}

fn is_like(line: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether this stands in the template, or includes it in a way that it allows.
fn of_the_pipeline(text: &str) -> Result<(), String> {
    let template = read(repository().join("templates/okr.yml"));
    if template.contains(text) {
        return Ok(());
    }
    let (spec, _) = template.split_once("\n---\n").ok_or("no inputs")?;
    let includes = [
        "  - component: $CI_SERVER_FQDN/",
        "  - local: templates/okr.yml",
    ];
    if !text
        .lines()
        .any(|line| includes.iter().any(|include| line.starts_with(include)))
    {
        return Err("neither a piece of templates/okr.yml nor an include of it".to_owned());
    }
    let version = env!("CARGO_PKG_VERSION");
    let pins = [format!("okr/okr@{version}\n"), "  - local:".to_owned()];
    if !pins.iter().any(|pin| text.contains(pin)) {
        return Err(format!("not pinned to {version}"));
    }
    let (_, inputs) = text.split_once("    inputs:\n").unwrap_or_default();
    let names = inputs
        .lines()
        .filter_map(|line| line.trim().split_once(':'));
    for (name, _) in names {
        if !spec.contains(&format!("\n    {name}:\n")) {
            return Err(format!("the template has no input {name}"));
        }
    }
    Ok(())
}

/// Two teams and a bot in the group `acme`; on the page about them, issues that were there before.
fn world(page: &str) -> World {
    let people = ["root", "nora", "mia", "ines", "tom", "okr-bot"];
    let member = |name: &str| {
        let role = match name {
            "root" => Role::OWNER,
            "okr-bot" => Role::PLANNER,
            _ => Role::DEVELOPER,
        };
        (name.to_owned(), role)
    };
    let token = |name: &str| {
        let of = WorldToken {
            user: name.to_owned(),
            scopes: vec![if name == "mia" {
                Scope::ReadApi
            } else {
                Scope::Api
            }],
            ..WorldToken::default()
        };
        (format!("sandbox-{name}"), of)
    };
    let project = |path: &str| WorldProject {
        job_token_allowlist: vec!["acme/okrs".to_owned()],
        ..WorldProject::new(path)
    };
    let issues = THEIRS.iter().map(|(iid, title, _)| WorldIssue {
        project: "acme/sre".to_owned(),
        iid: *iid,
        title: (*title).to_owned(),
        description: "Agreed at the offsite.".to_owned(),
        author: "root".to_owned(),
    });
    World {
        users: people
            .iter()
            .map(|name| WorldUser {
                username: (*name).to_owned(),
                admin: *name == "root",
                ..WorldUser::default()
            })
            .collect(),
        groups: vec![WorldGroup {
            path: "acme".to_owned(),
            members: people.into_iter().map(member).collect::<BTreeMap<_, _>>(),
            ..WorldGroup::default()
        }],
        projects: ["acme/okrs", "acme/sre", "acme/delivery"]
            .map(project)
            .into(),
        issues: issues.filter(|_| page == MIGRATING).collect(),
        tokens: people.into_iter().map(token).collect(),
        ..World::default()
    }
}

/// Gives an issue a label, as somebody with a browser does.
fn labelled(sandbox: &Running, iid: u64, label: &str) {
    let request = Request {
        method: "PUT".to_owned(),
        target: format!("/api/v4/projects/acme%2Fsre/issues/{iid}"),
        headers: vec![
            ("private-token".to_owned(), "sandbox-root".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: format!(r#"{{"labels":"{label}"}}"#).into_bytes(),
    };
    let answer = sandbox.with_state(|state| handle(state, &request, morning()));
    assert_eq!(answer.status, 200, "{iid}");
}

fn morning() -> jiff::Timestamp {
    format!("{TODAY}T09:00:00Z").parse().unwrap()
}

fn pages_dir() -> PathBuf {
    repository().join("docs")
}

/// The pages, by name, with their texts.
fn pages() -> BTreeMap<String, String> {
    let entries = fs::read_dir(pages_dir()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| {
            let text = read(pages_dir().join(&name));
            (name, text)
        })
        .collect()
}

/// Runs a page; where it is wrong first.
fn run(name: &str, text: &str) -> Result<(), String> {
    let desk = Desk::new(name);
    desk.begin(start_of(name));
    if let Some((_, day)) = DAYS.iter().find(|(page, _)| *page == name) {
        desk.today.set(day);
    }
    let mut pushed = desk.pushed();
    let outcome = blocks(text).iter().try_for_each(|block| {
        let done = desk.follow(block);
        if desk.pushed() != pushed {
            pushed = desk.pushed();
            desk.pipeline();
        }
        done.map_err(|why| format!("docs/{name}:{}: {why}\n{}", block.line, block.text))
    });
    desk.runtime.block_on(desk.sandbox.stop());
    outcome
}

#[test]
fn every_page_does_what_it_says() {
    let pages = pages();
    for (name, _) in STARTS {
        assert!(pages.contains_key(name), "{name}");
    }
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = pages
            .iter()
            .filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()))
            .map(|(name, text)| scope.spawn(move || run(name, text)))
            .collect();
        let ended = runs.into_iter().map(|run| run.join().unwrap());
        ended.filter_map(Result::err).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_shown_must_be_what_is_said() {
    let said = ["one", "two 2", "three"];
    for (shown, expected) in [
        (&["one", "two 2", "three"] as &[&str], true),
        (&["one", "…", "three"], true),
        (&["…"], true),
        (&["…", "two …", "…"], true),
        (&["one", "t…o …", "three"], true),
        (&[], false),
        (&["one", "two 2"], false),
        (&["one", "three"], false),
        (&["two 2", "three"], false),
        (&["…", "two 2"], false),
        (&["…", "three", "two 2", "…"], false),
        (&["one", "two 3", "three"], false),
        (&["one", "two … 2", "three"], false),
    ] {
        assert_eq!(shows(shown, &said), expected, "{shown:?}");
    }
}

#[test]
fn what_nobody_runs_is_found() {
    let follow = |text: &str| {
        let desk = Desk::new(FIRST);
        let followed = blocks(text).iter().try_for_each(|block| desk.follow(block));
        desk.runtime.block_on(desk.sandbox.stop());
        followed
    };
    for (text, expected) in [
        ("```sh\ntrue\n```\n", true),
        ("```sh\nfalse\ntrue\n```\n", false),
        ("```sh fails=7\nexit 7\n```\n", true),
        ("```sh fails=7\ntrue\n```\n", false),
        ("```console\n$ echo a\na\n$ echo b\nb\n```\n", true),
        ("```console\n$ echo a\nb\n```\n", false),
        ("```console\necho a\n```\n", false),
        ("```text\na\nokr plan\n```\n", false),
        ("```yaml\nokr-plan:\n  extends: .other\n```\n", false),
        ("```toml\na = 1\n```\n", false),
        ("```\na\n```\n", false),
    ] {
        assert_eq!(follow(text).is_ok(), expected, "{text}");
    }
}
