use std::time::Duration;

use crate::cli::connect::reach;
use crate::cli::format::Format;
use crate::cli::planning::runtime;
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::config::{Config, LabelPlace};
use crate::diag::Severity;
use crate::issue::desired_issues;
use crate::model::Id;
use crate::plan::{Area, Check, Verdict};
use crate::reconcile::doctor::{Surroundings, Wanted, examine, gather};
use crate::render::doctor::{Look, human, json};

/// GitLab's rate limits begin anew every minute.
const LONGEST_WAIT: Duration = Duration::from_secs(70);

/// `okr doctor`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr doctor
  okr doctor --team sre
  okr doctor --format json | jq '.checks[] | select(.verdict == \"blocking\")'

Exit status: 0 when nothing stands in the way of an apply, 1 when something does.")]
pub struct DoctorCommand {
    /// How checks are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Only what this team needs; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
}

impl DoctorCommand {
    /// Looks, and says what it found.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let Some(config) = &project.config else {
            return Err(CliError::failure(
                "okr.toml cannot be read, so there is nothing to look for",
            )
            .hint("see what is wrong with it: okr validate"));
        };
        for team in &self.teams {
            known_team(team, config)?;
        }
        let mut checks = vec![files(&project)];
        // One try a request: what is said is how it is now. A rate limit is waited for until the next minute.
        let reach = reach(env, config, ui, |settings| {
            settings.max_attempts = 1;
            settings.max_wait = LONGEST_WAIT;
        });
        let server = match reach {
            Ok(reach) => {
                let desired = desired_issues(&project.tree, config);
                let teams = self.teams.iter().cloned().collect();
                let wanted = Wanted::of(config, &project.tree, &desired, &teams);
                let token_from = reach.token.map(|(from, _)| from.to_owned());
                let surroundings = surroundings(env, config, token_from);
                let facts = runtime()?.block_on(gather(&reach.client, wanted, surroundings));
                checks.extend(examine(&facts));
                Some(reach.server)
            }
            Err(error) => {
                checks.push(no_connection(&error));
                None
            }
        };
        ui.result(&match self.format {
            Format::Human => {
                let look = Look {
                    colour: ui.colour(),
                    width: ui.width(),
                };
                human(server.as_deref(), &checks, look)
            }
            Format::Json => json(server.as_deref(), &checks),
        });
        let blocks = checks
            .iter()
            .any(|check| check.verdict == Verdict::Blocking);
        Ok(if blocks {
            ExitStatus::Failure
        } else {
            ExitStatus::Success
        })
    }
}

fn surroundings(env: &Env, config: &Config, token_from: Option<String>) -> Surroundings {
    Surroundings {
        today: clock::today(env),
        token_from,
        proxies: env.proxies.clone(),
        bots: config.gitlab.bots.clone(),
        labels_in_group: config.labels.at == LabelPlace::Group,
    }
}

/// What is wrong in the files is for `okr validate` to say.
fn files(project: &Project) -> Check {
    let errors = project.findings.count(Severity::Error);
    if errors == 0 {
        return Check::new(
            Area::Files,
            "files",
            Verdict::Good,
            "the files have no errors",
        );
    }
    let found = match errors {
        1 => "the files have an error".to_owned(),
        _ => format!("the files have {errors} errors"),
    };
    Check::new(Area::Files, "files", Verdict::Blocking, found)
        .means("nothing is planned before they are mended; what follows is about the rest")
        .help("okr validate")
}

/// No server is named, or not in a way that anything could be asked.
fn no_connection(error: &CliError) -> Check {
    let lines = error.lines();
    let of = |word: &str| -> Vec<&str> {
        let lines = lines.iter().filter(|(kind, _)| *kind == word);
        lines.map(|(_, text)| text.as_str()).collect()
    };
    let found = [of("error"), of("caused by")].concat().join(": ");
    let check = Check::new(Area::Server, "no-connection", Verdict::Blocking, found)
        .means("nothing was asked");
    match of("hint").as_slice() {
        [] => check,
        hints => check.help(hints.join("; ")),
    }
}
