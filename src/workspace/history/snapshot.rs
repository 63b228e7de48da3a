//! The files of a workspace as a tree of git's holds them, without a checkout.

use std::collections::BTreeMap;
use std::io;

use super::blobs::{self, Blob};
use super::git::{Git, Heard, item};
use super::object_id::ObjectId;
use super::{NoHistory, quarter_of};
use crate::text::SourceFile;
use crate::workspace::discover::{Problem, meant_as_toml};
use crate::workspace::read::Outcome;
use crate::workspace::{CONFIG_FILE, Files, OKR_DIR};

/// How far below `okrs/` files are looked for, only to say that they are not read there.
const DEEPEST: usize = 4;

/// Which files a tree holds; their texts have not been read. Paths are those of the workspace.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// What is read: okr.toml and the OKR files.
    pub(super) files: BTreeMap<String, ObjectId>,
    /// What cannot be read, as it would be found on disk.
    problems: Vec<(String, Problem)>,
    ignored: Vec<String>,
    has_dir: bool,
}

impl Snapshot {
    /// Looks what `tree` holds. `prefix` is the workspace's directory in its repository, empty or with a `/` at its end.
    pub(super) fn of(git: &Git<'_>, tree: &ObjectId, prefix: &str) -> Result<Self, NoHistory> {
        let (config, okrs) = (
            format!("{prefix}{CONFIG_FILE}"),
            format!("{prefix}{OKR_DIR}"),
        );
        let list = ["ls-tree", "-r", "-z", "--full-tree", tree.as_str(), "--"];
        let mut snapshot = Self::default();
        git.ask(&[&list[..], &[&config, &okrs]].concat(), "", |answer| {
            while let Some(entry) = item(answer, 0)? {
                snapshot.add(&entry, prefix)?;
            }
            Ok(((), Heard::All))
        })?;
        Ok(snapshot)
    }

    /// `100644 blob <id>`, a tab, the path.
    fn add(&mut self, entry: &[u8], prefix: &str) -> Result<(), NoHistory> {
        let tab = entry.iter().position(|&byte| byte == b'\t');
        let (about, path) = tab
            .and_then(|tab| Some((str::from_utf8(&entry[..tab]).ok()?, &entry[tab + 1..])))
            .ok_or_else(NoHistory::not_understood)?;
        let is_text = str::from_utf8(path).is_ok();
        let path = String::from_utf8_lossy(path);
        let path = path.strip_prefix(prefix).unwrap_or(&path).to_owned();
        let id = about.rsplit(' ').next().and_then(ObjectId::parse);
        let id = id.ok_or_else(NoHistory::not_understood)?;
        let problem = if path == CONFIG_FILE {
            (!about.starts_with("100")).then_some(Problem::Unfollowed)
        } else {
            let parts: Vec<&str> = path.split('/').skip(1).collect();
            self.has_dir = true;
            let name = parts.last().copied().unwrap_or_default();
            let is_toml = name.strip_suffix(".toml").is_some();
            if parts.iter().any(|part| part.starts_with('.')) || parts.len() > DEEPEST {
                self.ignored.push(path);
                return Ok(());
            }
            if !about.starts_with("100") {
                // It may lead to a whole quarter.
                Some(Problem::Unfollowed)
            } else if !is_toml && meant_as_toml(name) {
                Some(Problem::Ending)
            } else if !is_toml {
                self.ignored.push(path);
                return Ok(());
            } else if !is_text {
                Some(Problem::Name)
            } else if quarter_of(&path).is_none() {
                Some(Problem::WrongDepth)
            } else {
                None
            }
        };
        match problem {
            None => {
                self.files.insert(path, id);
            }
            Some(problem) => self.problems.push((path, problem)),
        }
        Ok(())
    }

    /// Whether it has the file as it is. Files are compared by the ids that git would give them: `git status` might run
    /// filters that the repository names. Line ends alone make no difference.
    pub(super) fn holds(&self, file: &SourceFile) -> bool {
        let id = self.files.get(file.path());
        id.is_some_and(|id| {
            let is = |text: &str| ObjectId::of_text(text, id).as_ref() == Some(id);
            is(file.text()) || is(&file.text().replace("\r\n", "\n"))
        })
    }

    /// Whether it is one of a workspace, even one whose okr.toml cannot be read.
    pub(super) fn has_config(&self) -> bool {
        let problems = self.problems.iter();
        self.files.contains_key(CONFIG_FILE)
            || problems
                .map(|(path, _)| path)
                .any(|path| path == CONFIG_FILE)
    }

    /// Reads the texts.
    pub(super) fn read(self, git: &Git<'_>) -> Result<Files, NoHistory> {
        let ids: Vec<&ObjectId> = self.files.values().collect();
        let blobs = blobs::read(git, &ids)?;
        let mut config: Outcome = Err(Problem::Io(io::ErrorKind::NotFound.into()));
        let mut texts: Vec<(String, Outcome)> = Vec::with_capacity(self.files.len());
        let read = self.files.into_keys().zip(blobs).map(|(path, blob)| {
            let outcome = match blob {
                Blob::Bytes(bytes) => Ok(String::from_utf8(bytes)),
                Blob::TooLarge => Err(Problem::TooLarge),
            };
            (path, outcome)
        });
        let problems = self.problems.into_iter();
        for (path, outcome) in read.chain(problems.map(|(path, problem)| (path, Err(problem)))) {
            if path == CONFIG_FILE {
                config = outcome;
            } else {
                texts.push((path, outcome));
            }
        }
        texts.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Files::of(config, texts, self.has_dir, self.ignored))
    }
}
