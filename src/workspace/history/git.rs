use std::env::consts::EXE_SUFFIX;
use std::env::split_paths;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::{Builder, scope};

use super::NoHistory;
use super::object_id::ObjectId;

/// How much of git's complaints is kept.
const MAX_COMPLAINT: u64 = 4096;

/// The most that one item of an answer may be long; paths are far shorter.
pub(super) const MAX_ITEM: u64 = 64 * 1024;

/// What every call begins with. The user's repository is only read, and nothing that a repository's own configuration names is run: no
/// hook, no monitor of files, no pager, no check of signatures; nor may it change what is shown.
const GUARD: &[&str] = &[
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    // A repository that somebody has hidden among the files of this one is none.
    "-c",
    "safe.bareRepository=explicit",
    // Jobs often run as another user than the one that cloned. The rest of this list is why that is safe.
    "-c",
    "safe.directory=*",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.follow=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "log.diffMerges=separate",
];

/// The environment of every call, besides what is handed on.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // What is missing is not fetched: no network, and no program that a remote's configuration names. Versions of git
    // that do not know the first variable obey the second.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// Runs git in a directory.
#[derive(Debug)]
pub(super) struct Git<'a> {
    program: PathBuf,
    dir: &'a Path,
    environment: &'a [(OsString, OsString)],
}

/// What is checked out.
#[derive(Debug)]
pub(super) struct Checkout {
    /// The commit.
    pub(super) head: ObjectId,
    /// Whether commits are missing.
    pub(super) shallow: bool,
}

/// Whether a reader has heard enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It has read to the end.
    All,
    /// The rest does not matter.
    Enough,
}

impl<'a> Git<'a> {
    pub(super) fn new(
        dir: &'a Path,
        environment: &'a [(OsString, OsString)],
    ) -> Result<Self, NoHistory> {
        Ok(Self {
            program: program(environment).ok_or(NoHistory::NoGit)?,
            dir,
            environment,
        })
    }

    /// What is checked out; `None` in a repository without commits.
    pub(super) fn checkout(&self) -> Result<Option<Checkout>, NoHistory> {
        let arguments = ["rev-parse", "--is-shallow-repository"];
        let output = self.output(&[&arguments[..], &["--quiet", "--verify", "HEAD"]].concat())?;
        let answer = String::from_utf8_lossy(&output.stdout);
        let mut lines = answer.lines();
        let shallow = match lines.next() {
            Some("true") => true,
            Some(_) => false,
            None => return Err(complaint(&output.stderr)),
        };
        // Without a commit there is no second line, and the status says that HEAD is nothing.
        let Some(head) = lines.next() else {
            return Ok(None);
        };
        let head = ObjectId::parse(head).ok_or_else(NoHistory::not_understood)?;
        Ok(Some(Checkout { head, shallow }))
    }

    /// Runs git to its end. Whether its status is a failure is for the caller to say: some tell an answer by it.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<Output, NoHistory> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).output().map_err(not_started)
    }

    /// Runs git, hands it `input`, and lets `read` hear its answer. Once that has heard enough, git is ended.
    pub(super) fn ask<T>(
        &self,
        arguments: &[&str],
        input: &str,
        read: impl FnOnce(&mut dyn BufRead) -> Result<(T, Heard), NoHistory>,
    ) -> Result<T, NoHistory> {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            end(&mut child);
            return Err(NoHistory::not_understood());
        };
        // Three pipes, none of which may fill up while another is waited for.
        scope(|scope| {
            let writer = Builder::new().spawn_scoped(scope, move || {
                // A git that has ended says itself why.
                let _unread = stdin.write_all(input.as_bytes());
            });
            let listener = Builder::new().spawn_scoped(scope, move || complaints(stderr));
            let listener = match (writer, listener) {
                (Ok(_), Ok(listener)) => listener,
                (Err(error), _) | (_, Err(error)) => {
                    end(&mut child);
                    return Err(NoHistory::NotRun(error));
                }
            };
            let outcome = read(&mut BufReader::with_capacity(1 << 16, stdout));
            if !matches!(outcome, Ok((_, Heard::All))) {
                end(&mut child);
                return outcome.map(|(value, _)| value);
            }
            let status = child.wait().map_err(NoHistory::NotRun)?;
            if status.success() {
                return outcome.map(|(value, _)| value);
            }
            Err(complaint(&listener.join().unwrap_or_default()))
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(ENVIRONMENT.iter().copied())
            .arg("-C")
            .arg(self.dir)
            .args(GUARD)
            .args(arguments);
        command
    }
}

/// Where git is. It is looked for once and here: a program whose place is known can be started without a copy of this
/// process, which holds thousands of files by now. Relative entries of PATH count for nothing, for they may lead into the
/// repository. Without a PATH the system knows where programs are.
fn program(environment: &[(OsString, OsString)]) -> Option<PathBuf> {
    let name = format!("git{EXE_SUFFIX}");
    let mut paths = environment
        .iter()
        .filter(|(variable, _)| variable.eq_ignore_ascii_case("PATH"))
        .peekable();
    if paths.peek().is_none() {
        return Some(name.into());
    }
    paths
        .flat_map(|(_, path)| split_paths(path))
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(&name))
        .find(|program| program.is_file())
}

/// A log of the first parents: each commit with its time, and what it changed as raw entries with whole ids, whatever the
/// settings of the one who asks.
pub(super) const RAW_LOG: [&str; 14] = [
    "log",
    "--first-parent",
    "-m",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--relative",
    "--no-notes",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--encoding=UTF-8",
    "--format=%H %ct",
];

/// One item of an answer that ends with `end`, without it; `None` at the end of the answer.
pub(super) fn item(answer: &mut dyn BufRead, end: u8) -> Result<Option<Vec<u8>>, NoHistory> {
    let mut bytes = Vec::new();
    let mut limited = answer.take(MAX_ITEM);
    limited
        .read_until(end, &mut bytes)
        .map_err(NoHistory::NotRun)?;
    match bytes.pop() {
        None => Ok(None),
        Some(last) if last == end => Ok(Some(bytes)),
        Some(_) => Err(NoHistory::not_understood()),
    }
}

/// Ends a git whose answer nobody waits for.
fn end(child: &mut Child) {
    // It may have ended by itself, which is as good.
    let _ended = child.kill();
    let _status = child.wait();
}

/// Reads all that git complains about, and keeps the beginning.
fn complaints(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut beginning = (&mut stderr).take(MAX_COMPLAINT);
    if beginning.read_to_end(&mut kept).is_ok() {
        let _rest = io::copy(&mut stderr, &mut io::sink());
    }
    kept
}

fn not_started(error: io::Error) -> NoHistory {
    match error.kind() {
        io::ErrorKind::NotFound => NoHistory::NoGit,
        _ => NoHistory::NotRun(error),
    }
}

/// What a git that has failed complains about.
pub(super) fn complaint(stderr: &[u8]) -> NoHistory {
    let text = String::from_utf8_lossy(stderr);
    let said = text
        .lines()
        .find_map(|line| line.strip_prefix("fatal: "))
        .or_else(|| text.lines().next())
        .unwrap_or("it has ended without a word");
    if said.starts_with("not a git repository") {
        NoHistory::NoRepository
    } else {
        NoHistory::Failed {
            said: said.to_owned(),
        }
    }
}
