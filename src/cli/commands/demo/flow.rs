//! `okr demo --flow`: work that happened in the sandbox, and what `okr flow` says of it.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::simulation::{Happening, What, work};
use super::{running, step, write};
use crate::cli::commands::flow::FlowCommand;
use crate::cli::commands::measure::MeasureCommand;
use crate::cli::planning::{Declared, runtime};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, world};
use crate::model::Date;
use crate::sandbox::state::{Merged, Push};
use crate::sandbox::{Clock, Request, Running, handle};

/// The files of the team whose work it is.
const FILES: [(&str, &str); 2] = [
    ("okr.toml", include_str!("flow/okr.toml")),
    (
        "okrs/2026-q4/payments.toml",
        include_str!("flow/okrs/2026-q4/payments.toml"),
    ),
];
/// The manager, and the project with the work, as those files have them.
const MANAGER: &str = "mia";
const PROJECT: &str = "acme/payments";

/// The first day of the work.
const FIRST: Date = date(2026, 10, 1);
/// The day of the demo.
const TODAY: Date = date(2026, 12, 18);
/// When the last two weeks begin.
const LATELY: Date = date(2026, 12, 5);
/// What all of it is drawn from.
const SEED: u64 = 2026;

const STEPS: u32 = 5;

/// Runs the demo.
pub(super) fn run(global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
    let dir = tempfile::tempdir().map_err(|error| {
        CliError::failure("cannot make a directory for the example").because(error)
    })?;
    write(
        dir.path(),
        FILES.map(|(path, text)| (path.to_owned(), text)),
    )?;
    let global = Global {
        dir: Some(dir.path().to_owned()),
        ..global.clone()
    };
    let project = Project::open(&global, ui)?;
    let declared = Declared::of(&project, ui)?;
    let begin = instant(FIRST)?;
    let clock = Clock::manual(begin);
    let world = world::world(&declared.config, &project.tree);
    let runtime = runtime()?;
    let sandbox = runtime.block_on(running(world, clock.clone()))?;

    step(
        ui,
        (1, STEPS),
        "eleven weeks of a team's work, each change at its time in a sandbox",
    );
    let mut stage = Stage {
        sandbox: &sandbox,
        begin,
        issues: Vec::new(),
        merged: None,
        told: Told::default(),
    };
    let days = instant(TODAY)?.duration_since(begin).as_hours() / 24 + 1;
    for happening in work(SEED, days) {
        stage.carry_out(&happening)?;
    }
    clock.advance(SignedDuration::from_hours(24 * days));
    ui.result(&stage.told.sentence());

    let env = Env {
        okr_url: Some(sandbox.url()),
        // Deployments are for Reporters and above, which the bot is not.
        okr_token: Some(world::token(MANAGER).into()),
        okr_today: Some(TODAY),
        ..Env::default()
    };
    step(
        ui,
        (2, STEPS),
        "okr flow init: what its labels say of the work, proposed for okr.toml",
    );
    FlowCommand::init().run(&global, &env, ui)?;

    step(ui, (3, STEPS), "okr flow: how the work flows this quarter");
    let first = asked(&sandbox, || FlowCommand::default().run(&global, &env, ui))?;

    step(
        ui,
        (4, STEPS),
        &format!("okr flow --from {LATELY} --to {TODAY}: the last two weeks"),
    );
    let second = asked(&sandbox, || {
        FlowCommand::between((LATELY, TODAY)).run(&global, &env, ui)
    })?;
    step(
        ui,
        (5, STEPS),
        "okr measure: a key result reads its own value, and its file says so",
    );
    let quiet = Global {
        quiet: true,
        ..global.clone()
    };
    MeasureCommand::default().run(&quiet, &env, &mut Ui::new(&quiet, &env))?;
    let (path, _) = FILES[1];
    let text = project.root.read_text(path)?.unwrap_or_default();
    let written = text.lines().filter(|line| line.contains("measured"));
    for line in written {
        ui.result(&format!("\n{path} has now\n  {line}\n"));
    }
    ui.result(&format!(
        "\nFlow took {first} requests the first time and {second} now: what was read is kept.\n"
    ));
    runtime.block_on(sandbox.stop());
    ui.result(
        "\nGo on with a project of yours, where OKR_TOKEN may read:\n  \
         okr flow init       # put it into okr.toml, and look at each label\n  \
         okr flow\n  \
         okr flow explain    # the issues behind each figure\n  \
         okr measure         # what key results with a `measure` read\n",
    );
    Ok(ExitStatus::Success)
}

/// How many requests something took.
fn asked(
    sandbox: &Running,
    run: impl FnOnce() -> Result<ExitStatus, CliError>,
) -> Result<usize, CliError> {
    sandbox.clear_journal();
    run()?;
    Ok(sandbox.journal().len())
}

/// The beginning of a day.
fn instant(day: Date) -> Result<Timestamp, CliError> {
    let midnight = day.to_zoned(jiff::tz::TimeZone::UTC);
    let midnight = midnight
        .map_err(|error| CliError::failure("the demo's days are in no calendar").because(error))?;
    Ok(midnight.timestamp())
}

/// What was carried out, counted.
#[derive(Debug, Default)]
struct Told {
    issues: usize,
    incidents: usize,
    changes: usize,
    deployments: usize,
}

impl Told {
    fn sentence(&self) -> String {
        format!(
            "{} issues ({} incidents), {} changes of labels and states, {} deployments\n",
            self.issues, self.incidents, self.changes, self.deployments
        )
    }
}

/// Where the work is carried out.
struct Stage<'a> {
    sandbox: &'a Running,
    begin: Timestamp,
    /// The issue of each piece of work, by its number: pieces begin in another order than they were made up in.
    issues: Vec<Option<u64>>,
    /// The commit that was merged last.
    merged: Option<String>,
    told: Told,
}

impl Stage<'_> {
    fn carry_out(&mut self, happening: &Happening) -> Result<(), CliError> {
        let at = self.begin + SignedDuration::from_mins(happening.at);
        let item = happening.item;
        match &happening.what {
            What::Opened {
                title,
                labels,
                severity,
            } => {
                let body = json!({
                    "title": title, "labels": labels.join(","),
                    "issue_type": if severity.is_some() { "incident" } else { "issue" },
                    "description": severity.map(|severity| format!("/severity S{severity}")),
                });
                let made = self.ask(at, "POST", "/issues", &body)?;
                if self.issues.len() <= item {
                    self.issues.resize(item + 1, None);
                }
                if let Some(slot) = self.issues.get_mut(item) {
                    *slot = made["iid"].as_u64();
                }
                self.told.issues += 1;
                self.told.incidents += usize::from(severity.is_some());
            }
            What::Labelled { add, remove } => {
                self.change(
                    at,
                    item,
                    &json!({ "add_labels": add, "remove_labels": remove }),
                )?;
            }
            What::Closed => self.change(at, item, &json!({ "state_event": "close" }))?,
            What::Reopened => self.change(at, item, &json!({ "state_event": "reopen" }))?,
            What::Merged => {
                let sha = format!("{:040x}", item + 1);
                let push = Push {
                    project: PROJECT.to_owned(),
                    sha: sha.clone(),
                    merged: Some(Merged {
                        title: format!("Change {}", item + 1),
                        source_branch: format!("change-{}", item + 1),
                        author: MANAGER.to_owned(),
                        labels: Vec::new(),
                        created_at: at,
                        merged_at: at,
                    }),
                };
                self.sandbox
                    .with_state(|state| state.push(&push))
                    .map_err(|refusal| refused(&refusal.to_string()))?;
                self.merged = Some(sha);
            }
            What::Deployed { succeeds } => {
                let Some(sha) = &self.merged else {
                    return Ok(());
                };
                let body = json!({
                    "environment": "production", "sha": sha, "ref": "main", "tag": false,
                    "status": if *succeeds { "success" } else { "failed" },
                });
                self.ask(at, "POST", "/deployments", &body)?;
                self.told.deployments += 1;
            }
        }
        Ok(())
    }

    fn change(&mut self, at: Timestamp, item: usize, body: &Value) -> Result<(), CliError> {
        if let Some(Some(iid)) = self.issues.get(item) {
            self.ask(at, "PUT", &format!("/issues/{iid}"), body)?;
            self.told.changes += 1;
        }
        Ok(())
    }

    /// Asks the sandbox at a time, as the manager and past its journal.
    fn ask(
        &self,
        at: Timestamp,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, CliError> {
        let request = Request {
            method: method.to_owned(),
            target: format!("/api/v4/projects/{}{path}", PROJECT.replace('/', "%2F")),
            headers: vec![
                ("private-token".to_owned(), world::token(MANAGER)),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        };
        let answer = self.sandbox.with_state(|state| handle(state, &request, at));
        if answer.status >= 300 {
            let said = String::from_utf8_lossy(&answer.body);
            return Err(refused(&format!(
                "{method} {path}: {} {said}",
                answer.status
            )));
        }
        Ok(answer.value())
    }
}

fn refused(said: &str) -> CliError {
    CliError::failure(format!(
        "the sandbox refused a piece of the demo's work: {said}"
    ))
    .hint("report this as a bug")
}
