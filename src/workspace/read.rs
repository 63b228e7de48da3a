use std::io::{self, Read as _};
use std::path::{Component, Path};
use std::string::FromUtf8Error;

use rayon::prelude::*;

use super::discover::{Problem, discover};
use super::{CONFIG_FILE, Error, OKR_DIR, Root, rules};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{FileId, SourceMap, Span};

/// The largest file that is read, in bytes: 5 MB.
pub const MAX_FILE_BYTES: u64 = 5_000_000;
/// The largest file that a key result is measured by, in bytes: 1 MiB.
pub const MAX_MEASURE_BYTES: u64 = 1 << 20;

/// The texts of a workspace and what was found while reading them.
#[derive(Debug)]
pub struct Files {
    /// Every text, also those that are only shown in findings.
    pub sources: SourceMap,
    /// okr.toml; absent when it could not be read, which is among the findings.
    pub config: Option<FileId>,
    /// The OKR files that could be read, by path. Single bytes that are no UTF-8 are replaced in them, and are findings.
    pub okrs: Vec<FileId>,
    /// What is wrong with files as files.
    pub findings: Diagnostics,
    /// Paths under `okrs/` that are none of ours: hidden files, backups of editors, notes.
    pub ignored: Vec<String>,
}

impl Root {
    /// Reads okr.toml and every OKR file.
    pub fn read(&self) -> Files {
        let discovery = discover(self);
        let config = self.read_inside(&self.dir().join(CONFIG_FILE));
        let texts: Vec<(String, Outcome)> = discovery
            .found
            .into_par_iter()
            .map(|found| {
                let text = match found.problem {
                    None => read_limited(&found.on_disk),
                    Some(problem) => Err(problem),
                };
                (found.path, text.map(String::from_utf8))
            })
            .collect();
        let config = config.map(String::from_utf8);
        Files::of(config, texts, discovery.has_dir, discovery.ignored)
    }

    /// The text of one file of the workspace; `None` where there is no such file.
    pub fn read_text(&self, path: &str) -> Result<Option<String>, Error> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let on_disk = self.join(path)?;
        match self.read_inside(&on_disk) {
            Ok(bytes) => String::from_utf8(bytes)
                .map(Some)
                .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error))),
            Err(Problem::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(Problem::Io(error)) => Err(failed(error)),
            Err(Problem::NotAFile) => Err(failed(io::ErrorKind::IsADirectory.into())),
            Err(_) => Err(Error::LeadsOut {
                path: path.to_owned(),
            }),
        }
    }

    /// The text of a file that a key result is measured by, of at most [`MAX_MEASURE_BYTES`]; `None` where there is no such file.
    /// Its path comes out of OKR files, so nothing whose name begins with a dot is read, on the way to it neither: `.git` holds
    /// tokens in a pipeline.
    pub fn read_measure_file(&self, path: &str) -> Result<Option<String>, Error> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let on_disk = self.join(path)?;
        let real = match on_disk.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let Ok(within) = real.strip_prefix(self.dir()) else {
            return Err(Error::LeadsOut {
                path: path.to_owned(),
            });
        };
        if is_hidden(Path::new(path)) || is_hidden(within) {
            return Err(Error::Hidden {
                path: path.to_owned(),
            });
        }
        let bytes = match read_up_to(&real, MAX_MEASURE_BYTES) {
            Ok(bytes) => bytes,
            Err(Problem::Io(error)) => return Err(failed(error)),
            Err(_) => {
                return Err(Error::NotAFile {
                    path: path.to_owned(),
                });
            }
        };
        if bytes.len() as u64 > MAX_MEASURE_BYTES {
            return Err(Error::TooLarge {
                path: path.to_owned(),
                largest: MAX_MEASURE_BYTES,
            });
        }
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
    }

    fn read_inside(&self, path: &Path) -> Result<Vec<u8>, Problem> {
        match self.holds(path) {
            Ok(true) => read_limited(path),
            Ok(false) => Err(Problem::LeadsOut),
            Err(error) => Err(Problem::Io(error)),
        }
    }
}

/// What reading a file gave: text, bytes that are none, or why it could not be read.
pub(super) type Outcome = Result<Result<String, FromUtf8Error>, Problem>;

fn length(text: &Result<String, FromUtf8Error>) -> usize {
    text.as_ref()
        .map_or_else(|error| error.as_bytes().len(), String::len)
}

impl Files {
    /// Puts together what was read: okr.toml, the OKR files by path, whether their directory is there, and the paths of
    /// files that are none of ours.
    pub(super) fn of(
        config: Outcome,
        texts: Vec<(String, Outcome)>,
        has_dir: bool,
        ignored: Vec<String>,
    ) -> Self {
        let mut files = Self {
            sources: SourceMap::new(),
            config: None,
            okrs: Vec::new(),
            findings: Diagnostics::new(),
            ignored,
        };
        files.config = files.take(CONFIG_FILE, config);
        let none = texts.is_empty();
        for (path, text) in texts {
            let id = files.take(&path, text);
            files.okrs.extend(id);
        }
        if none {
            files.findings.push(no_files(has_dir, &files.ignored));
        }
        files
    }

    /// Adds a file's text, or says what is wrong with it.
    fn take(&mut self, path: &str, outcome: Outcome) -> Option<FileId> {
        let text = match outcome {
            Err(problem) => Err(said(path, &problem)),
            Ok(text) if length(&text) as u64 > MAX_FILE_BYTES => Err(too_large()),
            Ok(text) => Ok(text),
        };
        match text {
            Ok(Ok(text)) => Some(self.sources.add(path, text)),
            Ok(Err(error)) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
                let is_text = !is_utf16 && !bytes.contains(&0);
                // A few wrong bytes hide nothing else: the rest is read with a replacement character in their place, so
                // that this run says everything and nobody misses what the file declares.
                let id = self.sources.add(path, String::from_utf8_lossy(bytes));
                let length = char::REPLACEMENT_CHARACTER.len_utf8();
                let (message, label) = if is_utf16 {
                    ("the file is UTF-16, not UTF-8", String::new())
                } else {
                    (
                        "the file is not UTF-8 text",
                        format!("byte {at} of the file begins no character"),
                    )
                };
                self.findings.push(
                    Diagnostic::error(rules::NOT_UTF8, message)
                        .at(Span::new(id, at..at + length), label)
                        .with_help("open it in an editor and save it with the encoding UTF-8")
                        .about(path),
                );
                is_text.then_some(id)
            }
            Err(finding) => {
                let id = self.sources.add(path, "");
                self.findings
                    .push(finding.at(Span::new(id, 0..0), "").about(path));
                None
            }
        }
    }
}

/// Whether a part of a path begins with a dot.
fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
        _ => false,
    })
}

/// Reads a file of a workspace, but never more than the limit and one byte.
fn read_limited(path: &Path) -> Result<Vec<u8>, Problem> {
    read_up_to(path, MAX_FILE_BYTES)
}

/// Reads a file, but never more than `largest` bytes and one more.
fn read_up_to(path: &Path, largest: u64) -> Result<Vec<u8>, Problem> {
    let metadata = path.metadata().map_err(Problem::Io)?;
    // A pipe or device would block or never end.
    if !metadata.is_file() {
        return Err(Problem::NotAFile);
    }
    let file = std::fs::File::open(path).map_err(Problem::Io)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(largest)).unwrap_or(0));
    file.take(largest + 1)
        .read_to_end(&mut bytes)
        .map_err(Problem::Io)?;
    Ok(bytes)
}

fn too_large() -> Diagnostic {
    Diagnostic::error(rules::FILE_TOO_LARGE, "the file is larger than 5 MB")
        .with_help("an OKR file has a few kilobytes; move other content elsewhere")
}

fn said(path: &str, problem: &Problem) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    match problem {
        Problem::NotAFile => Diagnostic::error(
            rules::NOT_A_FILE,
            format!("`{name}` is a directory or device, not a file"),
        )
        .with_help("give it another name, or put a file in its place"),
        Problem::WrongDepth => Diagnostic::error(
            rules::MISPLACED_FILE,
            format!("`{path}` lies in no quarter's directory"),
        )
        .with_help(format!(
            "move it to {OKR_DIR}/<quarter>/, like {OKR_DIR}/2026-q4/{name}"
        )),
        Problem::LeadsOut => Diagnostic::error(
            rules::LINK_LEADS_OUT,
            format!("`{name}` is a link out of the directory of {CONFIG_FILE}"),
        )
        .with_help("put the file itself there"),
        Problem::Unfollowed => Diagnostic::error(
            rules::LINK_LEADS_OUT,
            format!("`{name}` is a link, which is not followed in what git holds or merges"),
        )
        .with_help("put the file itself there"),
        Problem::TooLarge => too_large(),
        Problem::Name => Diagnostic::error(
            rules::MISPLACED_FILE,
            "the name of the file is not UTF-8 text",
        )
        .with_help("name it after its team, in lower-case letters, digits and hyphens"),
        Problem::Io(error) => Diagnostic::error(
            rules::UNREADABLE_FILE,
            format!("`{name}` cannot be read: {error}"),
        )
        .with_help("make it readable, or remove it"),
        Problem::Ending => Diagnostic::warning(
            rules::UNREAD_FILE,
            format!("`{name}` is not read: its name does not end in .toml"),
        )
        .with_help("rename it if it holds OKRs"),
    }
}

fn no_files(has_dir: bool, ignored: &[String]) -> Diagnostic {
    let message = if has_dir {
        format!("there is no OKR file in {OKR_DIR}/")
    } else {
        format!("there is no directory {OKR_DIR}/ beside {CONFIG_FILE}")
    };
    let mut finding = Diagnostic::error(rules::NO_FILES, message).with_help(format!(
        "write a team's OKRs to {OKR_DIR}/<quarter>/<team>.toml, like {OKR_DIR}/2026-q4/sre.toml"
    ));
    if !ignored.is_empty() {
        finding = finding.with_note(format!("not read: {}", ignored.join(", ")));
    }
    finding
}
