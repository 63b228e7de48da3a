use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::new::{Place, canonical};
use crate::cli::project::known_team;
use crate::cli::{CliError, ExitStatus, Global, Project, Ui};
use crate::diag::Diagnostics;
use crate::handbook::{Owners, Reading, read};
use crate::model::{Id, Quarter};
use crate::render::counted;
use crate::render::diagnostics::{Look, concise, human, summary};
use crate::render::skeleton::{Imported, ImportedFile, imported};
use crate::render::terminal_text::line;
use crate::text::SourceMap;

/// The most bytes of a text: more than all quarters of the handbook have together.
const MOST_BYTES: u64 = 5_000_000;

/// So many findings are drawn with their lines; more take a line each.
const DRAWN: usize = 200;

/// `okr import`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr import okrs.md --quarter 2018-q4           prints files, team by team
  okr import okrs.md --quarter 2018-q4 --write   writes those not yet there
  okr import - --quarter 2018-q4 --team sae --owner \"SAE=sae\"

Owners are teams of okr.toml, by name or id. What a text does not say becomes
a TODO, which okr validate finds.")]
pub struct ImportCommand {
    /// The Markdown to read; - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The quarter of these OKRs, like 2018-q4
    #[arg(long, value_name = "QUARTER")]
    quarter: Quarter,
    /// Only this team's; may be repeated. One alone owns what names no owner
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// Which team an owner is that the text names; may be repeated
    #[arg(long = "owner", value_name = "NAME=TEAM")]
    owners: Vec<NamedOwner>,
    /// Write files that are not there yet, instead of printing them
    #[arg(long)]
    write: bool,
}

/// `SAE=sae`: a name in a text, and whom it means.
#[derive(Debug, Clone)]
struct NamedOwner {
    name: String,
    team: Id,
}

impl FromStr for NamedOwner {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write it like \"SAE=sae\", with the team's id behind the =";
        let (name, team) = text.rsplit_once('=').ok_or(wrong)?;
        let team = team.trim().parse().map_err(|_| wrong)?;
        let name = name.trim().to_owned();
        (!name.is_empty())
            .then_some(Self { name, team })
            .ok_or(wrong)
    }
}

impl ImportCommand {
    /// Prints or writes the files.
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let Some(config) = &project.config else {
            return Err(CliError::failure("okr.toml cannot be read").hint("okr validate says why"));
        };
        let named = self.owners.iter().map(|owner| &owner.team);
        for team in self.teams.iter().chain(named) {
            known_team(team, config)?;
        }
        let mut owners = Owners::of(&config.teams);
        for owner in &self.owners {
            owners = owners.with(&owner.name, owner.team.clone());
        }
        if let [only] = self.teams.as_slice() {
            owners = owners.with_only(only.clone());
        }
        let (name, text) = self.text()?;
        let mut sources = SourceMap::new();
        let file = sources.add(name.clone(), text);
        let Reading { listing, findings } = read(&sources, file, &owners);
        show(&findings, &sources, ui);
        let teams: BTreeSet<Id> = self.teams.iter().cloned().collect();
        let files = imported(&Imported {
            listing: &listing,
            teams: &teams,
            quarter: self.quarter,
            config,
            tree: &project.tree,
        });
        let objectives = listing.objectives.iter();
        let others = objectives.filter(|of| !teams.is_empty() && !teams.contains(&of.team));
        let others = others.count();
        if others > 0 {
            ui.status(&format!(
                "left out: {} of other teams",
                counted(others, "objective")
            ));
        }
        if files.is_empty() {
            return Err(
                CliError::failure(format!("no OKR was read from {}", line(&name)))
                    .hint("an objective is a line like: * SAE: Minimize GitLab.com's MTTR")
                    .hint("okr export shows the forms that can be read"),
            );
        }
        let mut new = Vec::new();
        for ImportedFile { team, text, there } in files {
            let path = Place::of(config, self.quarter, &team)?.path();
            if there > 0 {
                let there = counted(there, "objective");
                ui.status(&format!("{path} has {there} already, by title"));
            }
            new.extend(text.map(|text| (path, canonical(&text))));
        }
        if self.write {
            write(&project, &new, ui)?;
        } else {
            let texts: Vec<&str> = new.iter().map(|(_, text)| text.as_str()).collect();
            ui.result(&texts.join("\n"));
        }
        if !new.is_empty() {
            ui.status(&format!(
                "write something for every TODO, then run okr validate --quarter {}",
                self.quarter
            ));
        }
        Ok(ExitStatus::Success)
    }

    /// The text, and what it is called.
    fn text(&self) -> Result<(String, String), CliError> {
        let name = if self.file == Path::new("-") {
            "stdin".to_owned()
        } else {
            self.file.display().to_string()
        };
        let failed = |error: std::io::Error| {
            CliError::failure(format!("cannot read {}", line(&name)))
                .because(error)
                .hint("name a file of Markdown, or - for stdin")
        };
        let mut bytes = Vec::new();
        if self.file == Path::new("-") {
            let stdin = std::io::stdin().lock();
            stdin.take(MOST_BYTES + 1).read_to_end(&mut bytes)
        } else {
            let file = std::fs::File::open(&self.file).map_err(failed)?;
            file.take(MOST_BYTES + 1).read_to_end(&mut bytes)
        }
        .map_err(failed)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(
                CliError::failure(format!("{} is larger than 5 MB", line(&name)))
                    .hint("import one page at a time"),
            );
        }
        let is_text = !bytes.contains(&0);
        match String::from_utf8(bytes) {
            Ok(text) if is_text => Ok((name, text)),
            _ => Err(
                CliError::failure(format!("{} is no UTF-8 text", line(&name)))
                    .hint("save it as Markdown with the encoding UTF-8"),
            ),
        }
    }
}

/// Shows every finding, with its line.
fn show(findings: &Diagnostics, sources: &SourceMap, ui: &Ui) {
    if findings.len() > DRAWN {
        ui.status(concise(findings, sources).trim_end());
        ui.status(&summary(findings));
    } else if !findings.is_empty() {
        let look = Look {
            colour: false,
            width: ui.width(),
            rules_url: None,
        };
        ui.status(human(findings, sources, look).trim_end());
    }
}

/// Writes the files, all of them or none.
fn write(project: &Project, new: &[(String, String)], ui: &Ui) -> Result<(), CliError> {
    for (path, _) in new {
        if project.root.read_text(path)?.is_some() {
            return Err(is_there(path).hint("nothing was written"));
        }
    }
    for (path, text) in new {
        if !project.root.create(path, text)? {
            return Err(is_there(path));
        }
        ui.status(&format!("wrote {path}"));
    }
    Ok(())
}

fn is_there(path: &str) -> CliError {
    CliError::failure(format!(
        "{path} is there already, without some of these objectives"
    ))
    .hint("without --write, the tables that it lacks are printed: put them into it")
}
