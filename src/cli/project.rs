use std::collections::BTreeSet;

use super::{CliError, Env, Global, Ui, rules};
use crate::config::{self, Config};
use crate::diag::{Diagnostics, Label, Severity, closest};
use crate::lint::{Material, Past, Skipped, lint};
use crate::load;
use crate::model::{Date, Id, OkrTree, Quarter};
use crate::render::counted;
use crate::text::{FileId, SourceMap};
use crate::workspace::{Files, Root};

/// A workspace, read and loaded: what almost every command begins with.
#[derive(Debug)]
pub struct Project {
    /// Where it is.
    pub root: Root,
    /// Every text.
    pub sources: SourceMap,
    /// The OKR files that could be read, by path.
    pub okrs: Vec<FileId>,
    /// What okr.toml says; absent where it could not be read, which is among the findings.
    pub config: Option<Config>,
    /// The OKRs, as far as they could be understood.
    pub tree: OkrTree,
    /// Everything that is wrong, sorted.
    pub findings: Diagnostics,
}

impl Project {
    /// Reads and loads the workspace that `--dir` names, else the nearest one upwards.
    ///
    /// # Errors
    /// There is no workspace, or okr.toml asks for another version of `okr`. What is wrong in the files is no error here
    /// but a finding.
    pub fn open(global: &Global, ui: &Ui) -> Result<Self, CliError> {
        let root = Root::of(global.dir.as_deref())?;
        ui.detail(&format!("reading {}", root.dir().display()));
        let files = root.read();
        if !files.ignored.is_empty() {
            ui.detail(&format!("not read: {}", files.ignored.join(", ")));
        }
        Self::of(root, files)
    }

    /// Opens it to write into its files.
    ///
    /// # Errors
    /// As of [`open`](Self::open), and files with errors: what is written into those cannot be checked.
    pub fn to_write(global: &Global, ui: &Ui) -> Result<Self, CliError> {
        let project = Self::open(global, ui)?;
        if project.findings.has_errors() {
            return Err(
                CliError::failure("the files have errors, so nothing is written")
                    .hint("mend them first: okr validate"),
            );
        }
        Ok(project)
    }

    /// What okr.toml says.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn config(&self) -> Result<&Config, CliError> {
        let config = self.config.as_ref();
        config.ok_or_else(|| {
            CliError::failure("okr.toml cannot be read").hint("okr validate says why")
        })
    }

    /// Loads files that were read.
    ///
    /// # Errors
    /// okr.toml asks for another version of `okr`.
    pub fn of(root: Root, files: Files) -> Result<Self, CliError> {
        let mut findings = files.findings;
        let unreadable = findings.has_errors();
        let known: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
        let config = files
            .config
            .map(|file| config::load(&files.sources, file, &known, &mut findings));
        if let Some(config) = &config {
            check_version(config)?;
        }
        let tree = match &config {
            // Without a file, why there is none has been said already.
            Some(config) if !(files.okrs.is_empty() && unreadable) => {
                load::load(&files.sources, &files.okrs, config, &mut findings)
            }
            _ => OkrTree::new(),
        };
        if let Some(config) = &config {
            findings = config.apply_levels(&rules(), findings);
        }
        findings.sort(&files.sources);
        Ok(Self {
            root,
            sources: files.sources,
            okrs: files.okrs,
            config,
            tree,
            findings,
        })
    }
}

impl Project {
    /// Judges the OKRs by the rules, besides what reading the files has found, and says which rules could not run.
    ///
    /// Commands that write to GitLab do without: what was reviewed and merged is applied even where a rule would complain
    /// by now, since some depend on the day.
    pub fn judge(&mut self, past: &Past, today: Date) -> Vec<Skipped> {
        let Some(config) = &self.config else {
            return Vec::new();
        };
        let outcome = lint(&Material {
            tree: &self.tree,
            config,
            read: &self.findings,
            today,
            past,
            rules: &rules(),
        });
        self.findings.extend(outcome.findings);
        self.findings.sort(&self.sources);
        outcome.skipped
    }
}

/// Says at a person's terminal how many errors the rules find, which stop neither a plan nor an apply: some depend on the day.
/// In a pipeline `okr validate` has a job of its own. What needs git is left to it, too.
pub(crate) fn hint_at_rules(project: &Project, today: Date, env: &Env, ui: &Ui) {
    let (Some(config), false) = (&project.config, env.ci) else {
        return;
    };
    let outcome = lint(&Material {
        tree: &project.tree,
        config,
        read: &project.findings,
        today,
        past: &Past::Unknown(String::new()),
        rules: &rules(),
    });
    let errors = outcome.findings.count(Severity::Error);
    if errors > 0 {
        let found = counted(errors, "finding");
        ui.status(&format!(
            "{found} of rules at error level: okr validate shows them"
        ));
    }
}

fn check_version(config: &Config) -> Result<(), CliError> {
    let Some(required) = &config.required_version else {
        return Ok(());
    };
    let version = env!("CARGO_PKG_VERSION");
    // A requirement that cannot be read is a finding of okr.toml.
    let (Ok(wanted), Ok(have)) = (
        semver::VersionReq::parse(&required.value),
        semver::Version::parse(version),
    ) else {
        return Ok(());
    };
    if wanted.matches(&have) {
        return Ok(());
    }
    Err(CliError::failure(format!(
        "okr.toml asks for okr {}, and this is {version}",
        required.value
    ))
    .hint("install a version that fits, or change required_version in okr.toml"))
}

/// `--team` and `--quarter`: a part of the files.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Only this team's files; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    pub teams: Vec<Id>,
    /// Only this quarter's files, like 2026-q4; may be repeated
    #[arg(long = "quarter", value_name = "QUARTER")]
    pub quarters: Vec<Quarter>,
}

impl Selection {
    /// Whether it selects everything.
    pub fn is_all(&self) -> bool {
        self.teams.is_empty() && self.quarters.is_empty()
    }

    /// The selected OKR files of a project.
    ///
    /// # Errors
    /// A team that okr.toml does not know, or nothing selected at all.
    pub fn files(&self, project: &Project) -> Result<BTreeSet<FileId>, CliError> {
        if let Some(config) = &project.config {
            for team in &self.teams {
                known_team(team, config)?;
            }
        }
        let selected: BTreeSet<FileId> = project
            .okrs
            .iter()
            .copied()
            .filter(|&file| self.is_all() || self.holds(project.sources.file(file).path()))
            .collect();
        if selected.is_empty() && !self.is_all() {
            let quarters = project.tree.quarters();
            let quarters: Vec<String> = quarters.iter().map(ToString::to_string).collect();
            return Err(
                CliError::failure("no OKR file matches --team and --quarter").hint(format!(
                    "there are files for {}",
                    if quarters.is_empty() {
                        "no quarter".to_owned()
                    } else {
                        quarters.join(", ")
                    }
                )),
            );
        }
        Ok(selected)
    }

    /// Leaves out findings whose every place is in an OKR file that is not selected. What no OKR file is to blame for stays.
    ///
    /// # Errors
    /// As of [`files`](Self::files).
    pub fn narrow(&self, project: &Project) -> Result<Diagnostics, CliError> {
        if self.is_all() {
            return Ok(project.findings.clone());
        }
        self.files(project)?;
        // By path, not by file: also of files that could not be read, and of earlier versions.
        let elsewhere = |label: &Label| {
            let path = project.sources.file(label.span.file).own_path();
            path.starts_with("okrs/") && !self.holds(path)
        };
        let mut findings = Diagnostics::new();
        findings.extend(project.findings.iter().filter_map(|finding| {
            let mut places = finding.primary.iter().chain(&finding.secondary);
            let left_out = finding.primary.is_some() && places.all(elsewhere);
            (!left_out).then(|| finding.clone())
        }));
        Ok(findings)
    }

    /// `path` is `okrs/<quarter>/<team>.toml`.
    fn holds(&self, path: &str) -> bool {
        let mut parts = path.trim_end_matches(".toml").rsplit('/');
        let (team, quarter) = (parts.next(), parts.next());
        let team_fits =
            self.teams.is_empty() || self.teams.iter().any(|id| Some(id.as_str()) == team);
        let quarter: Option<Quarter> = quarter.and_then(|text| text.parse().ok());
        let quarter_fits = self.quarters.is_empty()
            || quarter.is_some_and(|quarter| self.quarters.contains(&quarter));
        team_fits && quarter_fits
    }
}

/// Refuses a team that `okr.toml` does not declare.
pub(super) fn known_team(team: &Id, config: &Config) -> Result<(), CliError> {
    if config.teams.get(team).is_some() {
        return Ok(());
    }
    let ids: Vec<&str> = config.teams.iter().map(|team| team.id.as_str()).collect();
    let hint = match closest(team.as_str(), ids.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("okr.toml declares {}", ids.join(", ")),
    };
    Err(CliError::usage(format!("okr.toml has no team {team}")).hint(hint))
}
