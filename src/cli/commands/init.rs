use std::path::Path;

use super::new::{Place, canonical};
use crate::cli::names::{Names, ask};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::config::{self, Config};
use crate::diag::Diagnostics;
use crate::edit::{self, Order};
use crate::load;
use crate::model::{Calendar, Date, Id, IssueReference, OkrTree, Quarter, Username};
use crate::render::skeleton::{Settings, settings};
use crate::render::terminal_text::line;
use crate::text::SourceMap;
use crate::workspace::{CONFIG_FILE, Root};

/// The pipeline of a new repository.
const CI_FILE: (&str, &str) = (
    ".gitlab-ci.yml",
    include_str!("../../../templates/plain/gitlab-ci.yml"),
);

/// Who the manager is while nobody has said it.
const UNKNOWN: &str = "TODO";

/// The arguments of `okr init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr init --owner acme/okrs --team sre --manager mia
  okr init --dir okrs --url https://gitlab.example.com --owner acme/okrs \\
      --team sre --name \"Site Reliability\" --manager mia --tracker acme/reliability
  okr init --owner acme/okrs --team sre --ask

What is there already is kept. What is not given and cannot be derived is a TODO in okr.toml.")]
pub struct Init {
    /// The project of these files: written into every issue that they manage
    #[arg(long, value_name = "GROUP/PROJECT", value_parser = project_path)]
    owner: Option<String>,
    /// The GitLab instance [default: the one that runs the pipeline]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    url: Option<String>,
    /// The id of the first team, which names its files [default: the last part of --tracker, or team]
    #[arg(long, value_name = "ID")]
    team: Option<Id>,
    /// The team's name for people [default: made of its id]
    #[arg(long)]
    name: Option<String>,
    /// The username of the team's manager
    #[arg(long, value_name = "USERNAME", default_value = UNKNOWN)]
    manager: Username,
    /// The project that holds the team's issues [default: a project of the team's name beside --owner]
    #[arg(long, value_name = "GROUP/PROJECT", value_parser = project_path)]
    tracker: Option<String>,
    /// Ask GitLab first whether these projects and the manager exist, and who could be named; needs a token that may read
    #[arg(long)]
    ask: bool,
}

/// What was asked for, with defaults filled in.
struct Choices {
    owner: String,
    team: Id,
    name: String,
    tracker: String,
}

impl Init {
    /// Writes what is not there yet. okr.toml comes last: whatever fails before, the same command goes on where it stopped.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let root = begin(global)?;
        let choices = self.choices()?;
        let today = clock::today(env);
        let is_new = root.read_text(CONFIG_FILE)?.is_none();
        if self.ask {
            if !is_new {
                return Err(CliError::usage("okr.toml is there already")
                    .hint("okr doctor asks GitLab about all that it names"));
            }
            let names = Names {
                owner: &choices.owner,
                tracker: &choices.tracker,
                manager: Some(&self.manager).filter(|manager| manager.as_str() != UNKNOWN),
            };
            let quarter = quarter_of(&Calendar::default(), today)?;
            ask(&names, &loaded(&self.settings(&choices, quarter)), env, ui)?;
        }
        for (name, schema) in load::schemas() {
            write(&root, &format!("schema/{name}"), &schema, ui)?;
        }
        let (ci, jobs) = CI_FILE;
        if !write(&root, ci, jobs, ui)? {
            ui.status(
                "  give it jobs of its own: okr validate and okr plan in merge requests, okr apply --yes on the \
                 default branch",
            );
        }
        ignore(&root, ui)?;
        let global = Global {
            dir: Some(root.dir().to_owned()),
            ..global.clone()
        };
        if is_new {
            self.begin(&root, &choices, today, ui)?;
        } else {
            ui.status(&format!("kept {CONFIG_FILE}"));
            self.add(&global, today, ui)?;
        }
        ui.result(&left_to_do(&Project::open(&global, ui)?));
        Ok(ExitStatus::Success)
    }

    fn choices(&self) -> Result<Choices, CliError> {
        let group = |project: &String| Some(project.rsplit_once('/')?.0.to_owned());
        let group = self
            .owner
            .as_ref()
            .or(self.tracker.as_ref())
            .and_then(group);
        let group = group.unwrap_or_else(|| "TODO".to_owned());
        let last = self
            .tracker
            .as_ref()
            .and_then(|tracker| tracker.rsplit('/').next());
        let derived = last.and_then(|last| last.to_ascii_lowercase().parse::<Id>().ok());
        let team = match self.team.clone().or(derived) {
            Some(team) => team,
            None => "team"
                .parse()
                .map_err(|error| CliError::failure("no team").because(error))?,
        };
        Ok(Choices {
            owner: self
                .owner
                .clone()
                .unwrap_or_else(|| format!("{group}/okrs")),
            name: self
                .name
                .clone()
                .unwrap_or_else(|| title_case(team.as_str())),
            tracker: self
                .tracker
                .clone()
                .unwrap_or_else(|| format!("{group}/{team}")),
            team,
        })
    }

    /// A workspace that begins: okr.toml with one team, and its file of this quarter.
    fn begin(&self, root: &Root, choices: &Choices, today: Date, ui: &Ui) -> Result<(), CliError> {
        let quarter = quarter_of(&Calendar::default(), today)?;
        let text = self.settings(choices, quarter);
        let config = loaded(&text);
        let place = Place::of(&config, quarter, &choices.team)?;
        let okrs = canonical(&place.fresh(&config, &OkrTree::new(), today));
        write(root, &place.path(), &okrs, ui)?;
        write(root, CONFIG_FILE, &text, ui)?;
        Ok(())
    }

    /// The text of an okr.toml with one team.
    fn settings(&self, choices: &Choices, quarter: Quarter) -> String {
        let text = settings(&Settings {
            required_version: concat!(
                ">=",
                env!("CARGO_PKG_VERSION_MAJOR"),
                ".",
                env!("CARGO_PKG_VERSION_MINOR")
            ),
            url: self.url.as_deref(),
            owner: &choices.owner,
            quarter,
            team: &choices.team,
            name: &choices.name,
            manager: &self.manager,
            tracker: &choices.tracker,
        });
        edit::format(&text, &Order::of(config::schema())).unwrap_or(text)
    }

    /// A workspace that is there already: the file of a team that was named, if it has none this quarter.
    fn add(&self, global: &Global, today: Date, ui: &Ui) -> Result<(), CliError> {
        let Some(team) = &self.team else {
            ui.status("  okr new QUARTER TEAM writes the file of one of its teams");
            return Ok(());
        };
        let project = Project::open(global, ui)?;
        let Some(config) = &project.config else {
            return Err(CliError::failure("okr.toml cannot be read").hint("okr validate says why"));
        };
        let place = Place::of(config, quarter_of(&config.calendar, today)?, team)?;
        let okrs = canonical(&place.fresh(config, &project.tree, today));
        write(&project.root, &place.path(), &okrs, ui)?;
        Ok(())
    }
}

/// The directory of the workspace. One within another is only begun where it was named.
fn begin(global: &Global) -> Result<Root, CliError> {
    let Some(dir) = &global.dir else {
        let here = Path::new(".");
        return match Root::find(here) {
            Ok(above) if !above.within(here)?.is_empty() => Err(CliError::failure(format!(
                "this lies in {}, which has an okr.toml",
                above.dir().display()
            ))
            .hint("go there, or name the directory with --dir if it shall have its own")),
            _ => Ok(Root::begin(here)?),
        };
    };
    Ok(Root::begin(dir)?)
}

/// What an okr.toml says, as far as it can be read.
fn loaded(text: &str) -> Config {
    let mut sources = SourceMap::new();
    let file = sources.add(CONFIG_FILE, text);
    config::load(&sources, file, &[], &mut Diagnostics::new())
}

fn quarter_of(calendar: &Calendar, today: Date) -> Result<Quarter, CliError> {
    calendar.quarter_of(today).ok_or_else(|| {
        CliError::failure(format!("{today} lies in no quarter of the calendar"))
            .hint("okr new QUARTER TEAM writes a file for another one")
    })
}

/// Writes a file unless it is there; says which.
fn write(root: &Root, path: &str, text: &str, ui: &Ui) -> Result<bool, CliError> {
    let is_new = root.create(path, text)?;
    let verb = if is_new { "wrote" } else { "kept" };
    ui.status(&format!("{verb} {path}"));
    Ok(is_new)
}

/// Lets git pass over what `okr` makes. A file that is there already is left as it is, and what it lacks is said.
fn ignore(root: &Root, ui: &Ui) -> Result<(), CliError> {
    let (path, lines) = (".gitignore", [".okr/", "public/"]);
    if write(root, path, &format!("{}\n", lines.join("\n")), ui)? {
        return Ok(());
    }
    let there = root.read_text(path)?.unwrap_or_default();
    let has = |line: &str| {
        let name = line.trim_end_matches('/');
        there
            .lines()
            .any(|there| there.trim().trim_matches('/') == name)
    };
    let missing: Vec<&str> = lines.into_iter().filter(|line| !has(line)).collect();
    if !missing.is_empty() {
        ui.status(&format!(
            "  add to it what okr makes: {}",
            missing.join(", ")
        ));
    }
    Ok(())
}

/// What only people can do.
fn left_to_do(project: &Project) -> String {
    let config = project.config.as_ref();
    let owner = config.map_or("the OKR project", |config| config.gitlab.owner.as_str());
    let trackers = config.map_or_else(Vec::new, |config| config.teams.trackers());
    let trackers = line(&trackers.join(", ")).into_owned();
    format!(
        "\
Write something for every TODO, then run okr validate. Three things are left to do in GitLab:

1. A token. Make an account for this tool alone and give it the role Planner in every tracker
   ({trackers}). Make a personal access token of it with the scope api.
2. Variables. In {owner}, Settings > CI/CD > Variables (role Maintainer): OKR_TOKEN is that token,
   masked and protected; OKR_IMAGE is the image that holds okr and git, without its tag. .gitlab-ci.yml
   says which others there are, and the tag.
3. A protected branch. In {owner}, Settings > Repository > Protected branches (role Maintainer):
   nobody may push to the default branch, Maintainers may merge. Only its jobs see OKR_TOKEN, so only
   what was reviewed is applied.
",
        owner = line(owner),
    )
}

/// `site-reliability` as a name: `Site Reliability`.
fn title_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

fn project_path(text: &str) -> Result<String, String> {
    let reference = format!("{text}#1").parse::<IssueReference>();
    let path = reference.map(|reference| reference.project);
    path.map_err(|_| "write group/project, as in the project's address".to_owned())
}

fn address(text: &str) -> Result<String, String> {
    let plain = url::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    let help = "write it like https://gitlab.example.com, without a token or user name";
    plain
        .map(|_| text.to_owned())
        .ok_or_else(|| help.to_owned())
}
