use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::Timestamp;

use super::plan::look;
use crate::cli::applied::Progressed;
use crate::cli::connect::Connection;
use crate::cli::journal::JournalFile;
use crate::cli::outdated::{OUTDATED, superseded};
use crate::cli::planning::{Declared, ask_who, planned, runtime, scope, token_notices};
use crate::cli::project::hint_at_rules;
use crate::cli::report::Report;
use crate::cli::{
    CliError, Env, ExitStatus, Global, Progress, Project, Selection, Ui, base, clock, connect,
    reviewed, saved,
};
use crate::model::Key;
use crate::plan::{Obstacle, Plan, Refusal};
use crate::reconcile::{
    ApplyContext, ApplyReport, ChangeOutcome, JournalEntry, Observation, Outcome, ProgressEvent,
    apply,
};
use crate::render::apply::json;
use crate::render::plan::{HumanOptions, human};
use crate::render::terminal_text::line;

/// What a person may allow on purpose: to exceed limits of `[safety]`, to let pass what else is refused, and to apply an older
/// commit than the newest. A pause is none of them.
const LIMITS: [&str; 13] = [
    "max_create",
    "max_create_percent",
    "max_close",
    "max_close_percent",
    "max_close_quarters",
    "max_notify",
    "max_notify_percent",
    "max_retitle",
    "drift",
    "bots",
    "owner",
    "role",
    OUTDATED,
];

/// `okr apply`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr apply
  okr apply --team sre
  okr apply --yes                      in a pipeline, where nobody can be asked
  okr apply --yes --allow max_close    to exceed that limit of [safety] once
  okr apply plan.json                  what okr plan --out plan.json has planned, and nothing else
  okr apply --yes --reviewed plan.json   only if it is what was reviewed in the merge request
  okr apply --yes --reviewed             in a pipeline: with the plan that the merge request's pipeline left
  okr apply --revert 2026-q4/sre/mtbf  to change back what people changed in that issue
  okr apply --yes --report json=apply.json   what became of each change, for okr note outcome

A saved plan whose issues or files have changed since is stale, and refused with what differs; what is done already is not
done again. --reviewed goes by what the merge request itself changes: in a pipeline for a push, GitLab says what the branch
held before; else --base does.

In a branch's pipeline, a commit that is no longer the newest of its branch is not applied if the files have changed since: the
command says so and ends with 0, for the newest commit's pipeline does it. Where a pipeline cannot be given options, the variable
OKR_ALLOW takes what --allow does, with commas between.

Exit status: 5 when nothing was applied because GitLab failed, 6 when a part was, 7 when it was refused.")]
pub struct ApplyCommand {
    /// Carry out this saved plan (okr plan --out) instead of all that is to do
    #[arg(value_name = "PLAN", conflicts_with_all = ["reviewed", "revert", "teams", "quarters"])]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Refuse unless the files change what this plan, made for the merge request, says that it changes [without PLAN: in a
    /// pipeline, what the job okr-plan of the merge request left]
    #[arg(long, value_name = "PLAN")]
    #[expect(
        clippy::option_option,
        reason = "not compared, compared with what GitLab has, compared with a file"
    )]
    reviewed: Option<Option<PathBuf>>,
    /// What was there before the change that was reviewed [default: in a pipeline for a push what GitLab says, else unknown]
    #[arg(long, value_name = "REV", requires = "reviewed")]
    base: Option<String>,
    /// Keep the journal in this file, for okr undo [default: a new file in .okr/journal]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Write what became of each change: json=FILE, also when the apply fails or is refused
    #[arg(long, value_name = "KIND=FILE")]
    report: Vec<Report<ReportKind>>,
    /// Change back what people changed in the issue of this key; may be repeated
    #[arg(long, value_name = "KEY")]
    revert: Vec<Key>,
    /// What else than the limits allow is let pass.
    #[arg(
        long,
        value_name = "LIMIT",
        value_parser = LIMITS,
        help = "Exceed a limit of [safety], or let pass what else was refused, this once; may be repeated [also: OKR_ALLOW]"
    )]
    allow: Vec<String>,
    /// Show every difference whole
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    selection: Selection,
}

/// A report beside the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    /// What became of each change, for other programs and for okr note outcome
    Json,
}

impl ApplyCommand {
    /// Plans, asks and applies, and reports how that ended.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let mut progressed = Progressed::default();
        let outcome = self.apply(global, env, ui, &mut progressed);
        if self.report.is_empty() {
            return outcome;
        }
        let text = json(&progressed.ended(&outcome, env));
        let mut reports = self.report.iter();
        match (reports.try_for_each(|report| report.write(&text)), outcome) {
            (Ok(()), outcome) => outcome,
            (Err(unwritten), Ok(ExitStatus::Success)) => Err(unwritten),
            (Err(unwritten), Ok(status)) => Err(unwritten.with_status(status)),
            (Err(unwritten), Err(error)) => {
                ui.error(&unwritten);
                Err(error)
            }
        }
    }

    fn apply(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
        progressed: &mut Progressed,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let allowed = self.allowed(env)?;
        if !allowed.contains(OUTDATED)
            && let Some(by) = superseded(&project, env, ui)?
        {
            ui.result(&format!("Superseded: {by}. Nothing was done.\n"));
            progressed.superseded = Some(by);
            return Ok(ExitStatus::Success);
        }
        let mut declared = Declared::of(&project, ui)?;
        progressed.owner.clone_from(&declared.config.gitlab.owner);
        declared.revert(&self.revert)?;
        hint_at_rules(&project, clock::today(env), env, ui);
        let saved = self.plan.as_deref().map(saved::read).transpose()?;
        if let Some(plan) = &saved {
            saved::prepare(plan, &mut declared)?;
        }
        let pushed = base::compare_push(&project, self.base.as_deref(), env, ui)?;
        let reviewed = match &self.reviewed {
            Some(Some(file)) => Some(saved::read(file)?),
            Some(None) => reviewed::find(env, ui)?,
            None => None,
        };
        if let Some(reviewed) = &reviewed {
            saved::as_reviewed(reviewed, &declared, &pushed, ui)?;
        }
        let also = pushed.before.as_ref().map(|before| &before.declared.config);
        let scope = scope(&self.selection, &project)?;
        let connection = connect(env, &declared.config, ui)?;
        connection.must_write()?;
        let runtime = runtime()?;
        let started = clock::now();
        let (mut plan, mut observation) = runtime
            .block_on(planned(&declared, None, also, &connection, &scope, env, ui))
            .map_err(|error| error.with_status(ExitStatus::NothingApplied))?;
        if let Some(saved) = &saved {
            plan = saved::resumed(saved, plan, &declared, env, ui)?;
        }
        runtime.block_on(ask_who(&mut plan, None, &mut observation, &connection, ui));
        if !plan.is_empty() {
            let notices = token_notices(&connection, clock::today(env));
            plan.notices.extend(runtime.block_on(notices));
            plan.notices.sort();
        }
        ui.result(&human(&plan, &look(ui, self.details)));
        if !self.report.is_empty() {
            progressed.plan = Some(plan.clone());
        }
        permitted(&plan, &allowed)?;
        if plan.is_empty() {
            return Ok(conflicts(&plan));
        }
        accountable(&observation)?;
        if !self.yes && !ui.ask(&question(&plan, ui))? {
            ui.status("nothing was changed");
            return Ok(ExitStatus::Success);
        }
        let journal = JournalFile::begin(
            &project.root,
            self.journal.as_deref(),
            &declared.config.gitlab.owner,
            connection.client.base_url().to_string(),
            started,
        )?;
        let report = runtime.block_on(carry_out(
            &plan,
            &observation,
            &declared,
            &connection,
            Run {
                origin: env.origin(),
                started,
                progress: ui.progress(plan.changes.len()),
                journal: Some(&journal),
            },
        ))?;
        ui.result(&summary(&report));
        tell_journal(&journal, ui);
        let status = match (report.done(), report.failed()) {
            (_, 0) => conflicts(&plan),
            (0, _) => ExitStatus::NothingApplied,
            _ => ExitStatus::PartlyApplied,
        };
        progressed.report = Some(report);
        Ok(status)
    }

    /// What `--allow` and `OKR_ALLOW` allow.
    fn allowed<'a>(&'a self, env: &'a Env) -> Result<BTreeSet<&'a str>, CliError> {
        let unknown = env
            .allow
            .iter()
            .find(|name| !LIMITS.contains(&name.as_str()));
        if let Some(name) = unknown {
            let message = format!("OKR_ALLOW names `{}`, which is no limit", line(name));
            let hint = format!("it may name {}", LIMITS.join(", "));
            return Err(CliError::usage(message).hint(hint));
        }
        let names = self.allow.iter().chain(&env.allow);
        Ok(names.map(String::as_str).collect())
    }
}

/// Refuses a plan that exceeds a limit which is not allowed to be exceeded.
pub(super) fn permitted(plan: &Plan, allowed: &BTreeSet<&str>) -> Result<(), CliError> {
    let refused: Vec<&Refusal> = plan
        .refusals
        .iter()
        .filter(|refusal| !allowed.contains(refusal.limit.as_str()))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    let messages: Vec<&str> = refused
        .iter()
        .map(|refusal| refusal.message.as_str())
        .collect();
    let message = format!("refused: {}", messages.join("; "));
    let mut error = CliError::new(ExitStatus::Refused, message);
    let mut helps: Vec<&str> = Vec::new();
    for refusal in &refused {
        if !helps.contains(&refusal.help.as_str()) {
            helps.push(&refusal.help);
            error = error.hint(&refusal.help);
        }
    }
    let limits: Vec<&str> = refused
        .iter()
        .map(|refusal| refusal.limit.as_str())
        .collect();
    if limits.iter().all(|limit| LIMITS.contains(limit)) {
        error = error.hint(format!(
            "a pipeline is run anew with the variable OKR_ALLOW={}",
            limits.join(",")
        ));
    }
    Err(error)
}

/// Says where the journal is; or that it is not whole.
fn tell_journal(journal: &JournalFile, ui: &Ui) {
    let path = journal.path().display();
    ui.status(&match journal.end() {
        Ok(()) => format!("okr undo {path} takes this back"),
        Err(error) => format!("the journal {path} is not whole, so this cannot be undone: {error}"),
    });
}

/// The question says again what the plan's first lines said, which may have scrolled away.
fn question(plan: &Plan, ui: &Ui) -> String {
    let options = HumanOptions {
        color: false,
        brief: true,
        ..look(ui, false)
    };
    let text = human(plan, &options);
    let mut lines = text.lines();
    let answer = lines.next().unwrap_or_default();
    match lines.next().and_then(|line| line.strip_prefix("Plan: ")) {
        Some(counts) => format!("\n{answer}\nApply this ({counts})?"),
        None => format!("\nApply this ({answer})?"),
    }
}

/// What an account creates whose issues do not count would be created again by every apply.
pub(super) fn accountable(observation: &Observation) -> Result<(), CliError> {
    let bots = &observation.ownership.bots;
    match &observation.state.viewer {
        Some(viewer) if !bots.contains(viewer) => {
            let obstacle = Obstacle::NotCounted {
                viewer: viewer.clone(),
                bots: bots.clone(),
            };
            let refused = CliError::failure(obstacle.found());
            Err(obstacle.help().into_iter().fold(refused, CliError::hint))
        }
        _ => Ok(()),
    }
}

/// Conflicts stop their keys: what is left is not as declared.
pub(super) fn conflicts(plan: &Plan) -> ExitStatus {
    if plan.conflicts.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Failure
    }
}

/// What is particular to one run of apply.
pub(super) struct Run<'a> {
    /// What closing notes name as the origin.
    pub(super) origin: Option<String>,
    /// When it began to observe.
    pub(super) started: Timestamp,
    /// Where it says how far it is.
    pub(super) progress: Progress,
    /// Where it says what each object was and becomes.
    pub(super) journal: Option<&'a JournalFile>,
}

/// Carries a plan out, with progress.
pub(super) async fn carry_out(
    plan: &Plan,
    observation: &Observation,
    declared: &Declared,
    connection: &Connection,
    run: Run<'_>,
) -> Result<ApplyReport, CliError> {
    // Drawn once to see that there is randomness at all: later there is no way to say that there is none.
    birth()
        .map_err(|error| CliError::failure("this system gives no random numbers").because(error))?;
    let births = || birth().unwrap_or_else(|_| clock::now().as_nanosecond().to_string());
    let progress = run.progress;
    let tell = |event: ProgressEvent<'_>| {
        let ProgressEvent::Ended { outcome, .. } = event;
        progress.step(&told(outcome), outcome.outcome.is_done());
    };
    let journal = |entry: JournalEntry| {
        if let Some(journal) = run.journal {
            journal.enter(&entry);
        }
    };
    let context = ApplyContext {
        client: &connection.client,
        desired: &declared.desired,
        observed: &observation.state,
        config: &declared.config,
        ownership: &observation.ownership,
        births: &births,
        origin: run.origin.as_deref(),
        started: run.started,
        progress: &tell,
        journal: &journal,
    };
    let report = apply(plan, context).await;
    progress.finish();
    Ok(report)
}

/// Sixteen random bytes in hexadecimal.
fn birth() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn told(outcome: &ChangeOutcome) -> String {
    let name = match &outcome.key {
        Some(key) => key.to_string(),
        None => format!(
            "label {} in {}",
            line(&outcome.title),
            line(&outcome.tracker)
        ),
    };
    let action = outcome.action.name();
    match &outcome.outcome {
        Outcome::Done => format!("{action} {name}"),
        Outcome::AlreadyDone => format!("{action} {name}: done already"),
        Outcome::Failed(failure) => format!("{action} {name}: failed: {}", line(&failure.message)),
        Outcome::Skipped { reason } => format!("{action} {name}: skipped: {}", line(reason)),
    }
}

/// The result of an apply: what failed in full, and the count.
pub(super) fn summary(report: &ApplyReport) -> String {
    let mut text = troubles(report);
    // Writing to a string cannot fail.
    let _ = match (report.done(), report.failed()) {
        (done, 0) => writeln!(text, "Applied: {done} of {done} changes."),
        (done, failed) => writeln!(
            text,
            "Applied: {done} of {} changes; {failed} failed. It is safe to run apply again.",
            done + failed
        ),
    };
    text
}

/// What failed, in full, and what else is to be said of a run.
pub(super) fn troubles(report: &ApplyReport) -> String {
    let mut text = String::new();
    for outcome in report
        .outcomes
        .iter()
        .filter(|outcome| !outcome.outcome.is_done())
    {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "! {}", told(outcome));
        if let Outcome::Failed(failure) = &outcome.outcome {
            let _ = writeln!(text, "  hint: {}", line(&failure.hint));
            if let Some(id) = &failure.request_id {
                let _ = writeln!(text, "  GitLab's request id: {}", line(id));
            }
        }
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "* {}", line(&remark.message));
        if let Some(help) = &remark.help {
            let _ = writeln!(text, "  hint: {}", line(help));
        }
    }
    text
}
