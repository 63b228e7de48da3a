use std::path::PathBuf;

use crate::cli::{CliError, ExitStatus, Global, Project, Ui};
use crate::edit::{Order, Unformatted, format};
use crate::render::terminal_text::line;
use crate::render::unified;
use crate::text::FileId;
use crate::{config, load};

/// The arguments of `okr fmt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr fmt
  okr fmt okrs/2026-q4/sre.toml
  okr fmt --check              in a pipeline: exit status 1 and a diff if a file is not formatted

The formatters of TOML editors, taplo and tombi, disagree with each other about spaces, empty lines and
indentation, so no file can please both; switch them off for OKR files, or let okr fmt run last.")]
pub struct Fmt {
    /// Files or directories [default: okr.toml and all OKR files]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Write nothing; show what would change, and end with exit status 1 if anything would
    #[arg(long)]
    check: bool,
}

/// A file that was looked at.
struct Looked {
    path: String,
    before: String,
    after: Result<String, String>,
}

impl Fmt {
    /// Formats, or checks.
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let files = self.files(&project)?;
        let okr_toml = Order::of(config::schema());
        let okrs = Order::of(load::schema());
        let config = project.config.as_ref().and_then(|config| config.file);
        let mut changed = 0;
        let mut problems = Vec::new();
        for file in files {
            let order = if Some(file) == config {
                &okr_toml
            } else {
                &okrs
            };
            let Looked {
                path,
                before,
                after,
            } = look(&project, file, order);
            let name = line(&path);
            match after {
                Err(problem) => problems.push(format!("{name}{problem}")),
                Ok(after) if after == before => ui.detail(&format!("{name} is formatted")),
                Ok(after) => {
                    changed += 1;
                    if self.check {
                        ui.result(&unified(&path, &before, &after, ui.colour()));
                    } else {
                        unchanged(&project, &path, &before)?;
                        project.root.write(&path, &after)?;
                        ui.status(&format!("formatted {name}"));
                    }
                }
            }
        }
        if !problems.is_empty() {
            let message = format!("left as it is: {}", problems.join("; "));
            return Err(CliError::failure(message).hint("okr validate says more"));
        }
        if self.check && changed > 0 {
            let message = match changed {
                1 => "1 file is not formatted".to_owned(),
                _ => format!("{changed} files are not formatted"),
            };
            return Err(CliError::failure(message).hint("run okr fmt and commit what it wrote"));
        }
        Ok(ExitStatus::Success)
    }

    /// The files that the paths name.
    fn files(&self, project: &Project) -> Result<Vec<FileId>, CliError> {
        let config = project.config.as_ref().and_then(|config| config.file);
        let all: Vec<FileId> = config
            .into_iter()
            .chain(project.okrs.iter().copied())
            .collect();
        if self.paths.is_empty() {
            return Ok(all);
        }
        let mut selected = Vec::new();
        for path in &self.paths {
            let within = project.root.within(path)?;
            let holds = |file: &&FileId| {
                let own = project.sources.file(**file).path();
                let rest = own.strip_prefix(&within);
                within.is_empty()
                    || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let before = selected.len();
            selected.extend(all.iter().filter(holds));
            if selected.len() == before {
                let shown = path.display().to_string();
                return Err(
                    CliError::usage(format!("{shown} is no OKR file that can be read"))
                        .hint("OKR files are okr.toml and okrs/<quarter>/<team>.toml"),
                );
            }
        }
        selected.sort_unstable();
        selected.dedup();
        Ok(selected)
    }
}

fn look(project: &Project, file: FileId, order: &Order) -> Looked {
    let source = project.sources.file(file);
    let before = source.text().to_owned();
    let is_text = !project.findings.iter().any(|found| {
        let place = found.primary.as_ref();
        found.rule == "not-utf8" && place.is_some_and(|label| label.span.file == file)
    });
    let after = match format(&before, order) {
        _ if !is_text => Err(" is not UTF-8 text".to_owned()),
        Ok(after) => Ok(after),
        Err(Unformatted::Syntax(at)) => {
            let at = source.position(u32::try_from(at).unwrap_or(u32::MAX));
            Err(format!(":{} cannot be read as TOML", at.line))
        }
        Err(Unformatted::Lossy) => {
            Err(" cannot be formatted without a loss; report this as a bug".to_owned())
        }
    };
    Looked {
        path: source.path().to_owned(),
        before,
        after,
    }
}

/// Whether a file is still as it was read.
fn unchanged(project: &Project, path: &str, before: &str) -> Result<(), CliError> {
    if project.root.read_text(path)?.as_deref() == Some(before) {
        return Ok(());
    }
    Err(
        CliError::failure(format!("{path} was changed while it was formatted"))
            .hint("run it again"),
    )
}
