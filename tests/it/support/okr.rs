//! Runs the real `okr` in a clean environment.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The day that counts as today in every test, in the seventh week of the example's quarter.
pub(crate) const TODAY: &str = "2026-11-16";

/// An `okr` with these arguments, and nothing else: no environment but `OKR_TODAY`, no terminal, no input.
pub(crate) fn okr<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Okr {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okr"));
    command
        .args(arguments.into_iter().map(Into::into))
        .env_clear()
        .env("OKR_TODAY", TODAY)
        .stdin(Stdio::null());
    Okr { command }
}

/// A run that is being prepared.
pub(crate) struct Okr {
    command: Command,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The result.
    pub(crate) stdout: String,
    /// Status, hints and errors.
    pub(crate) stderr: String,
    /// The exit status; -1 after a signal.
    pub(crate) status: i32,
}

impl Okr {
    /// Runs in this directory.
    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// Sends stdout elsewhere; [`Ran::stdout`] is empty then.
    #[cfg(unix)]
    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    /// Runs it to its end. A stdout that was not sent elsewhere is collected.
    pub(crate) fn run(mut self) -> Ran {
        let output = self.command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Ran {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            status: output.status.code().unwrap_or(-1),
        }
    }
}

/// The root of the repository, where the example is.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the example, to be changed.
pub(crate) fn example() -> TempDir {
    let dir = TempDir::new().unwrap();
    copy(&repository(), dir.path(), "okr.toml");
    let quarter = "okrs/2026-q4";
    for entry in fs::read_dir(repository().join(quarter)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        copy(&repository(), dir.path(), &format!("{quarter}/{name}"));
    }
    dir
}

/// A directory with these files.
pub(crate) fn files(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, bytes) in files {
        put(dir.path(), path, bytes);
    }
    dir
}

/// Writes a file and the directories above it.
#[expect(clippy::disallowed_methods, reason = "sets a test's scene")]
pub(crate) fn put(dir: &Path, path: &str, bytes: &[u8]) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The text of a file.
#[expect(clippy::disallowed_methods, reason = "looks at a test's scene")]
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Holds a document against one of the schemas of the repository.
pub(crate) fn assert_valid(schema: &str, document: &serde_json::Value) {
    let schema = read(repository().join("schema").join(schema));
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(document);
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0], "{document}");
}

/// Replaces a text that occurs exactly once in a file.
#[expect(clippy::disallowed_methods, reason = "sets a test's scene")]
pub(crate) fn edit(dir: &Path, path: &str, from: &str, to: &str) {
    let text = fs::read_to_string(dir.join(path)).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
    put(dir, path, text.replace(from, to).as_bytes());
}

fn copy(from: &Path, to: &Path, path: &str) {
    fs::create_dir_all(to.join(path).parent().unwrap()).unwrap();
    fs::copy(from.join(path), to.join(path)).unwrap();
}
