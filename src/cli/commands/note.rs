use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::base::{Branches, branches};
use crate::cli::connect::{Connection, connect_for_notes};
use crate::cli::merged::merged;
use crate::cli::planning::{Declared, runtime};
use crate::cli::{
    CliError, Env, ExitStatus, Global, Project, Ui, clock, findings, going, output, saved,
};
use crate::config::Config;
use crate::gitlab::{NoteTarget, ProjectRef};
use crate::model::Username;
use crate::plan::{Applied, Plan};
use crate::reconcile::sticky::{
    Keeper, KeptIssue, KeptNote, Mark, Stage, StickyError, StickyIssue,
};
use crate::render::note::{self, NoPlan, Origin, Review};
use crate::render::status::{MarkdownOptions, markdown};
use crate::workspace::NoBase;

/// The kinds of texts, as their markers call them: a merge request has one, before and after the merge.
const MERGE_REQUEST: &str = "merge-request";
const DRIFT: &str = "drift";
const DIGEST: &str = "digest";

/// The titles of the issues.
const DRIFT_TITLE: &str = "Drift: GitLab differs from the OKR files";
const DIGEST_TITLE: &str = "OKRs this week";

/// `okr note`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr note --plan plan.json                  in the pipeline of a merge request
  okr note outcome --applied apply.json      in the pipeline of its merge
  okr note drift --plan plan.json            in a scheduled pipeline
  okr note digest                            in one before the staff meeting
  okr note --plan plan.json --project acme/okrs --merge-request 12

The token is OKR_NOTE_TOKEN's, or that of the file that OKR_NOTE_TOKEN_FILE
names: of an account that is a member of the project of the OKRs alone, with
the role Planner and the scope api. No other token is used. Without it nothing
is written, and the exit status is 0.")]
pub struct NoteCommand {
    /// What is said
    #[arg(value_enum, value_name = "KIND", default_value_t)]
    kind: Kind,
    /// The plan that okr plan --out has written
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// With outcome: the report that okr apply --report json=FILE has written
    #[arg(long, value_name = "FILE")]
    applied: Option<PathBuf>,
    /// What was there before the merge request [default: in its pipeline the target branch, else unknown]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The number of the merge request [default: the pipeline's, or the one that was merged]
    #[arg(long, value_name = "IID")]
    merge_request: Option<u64>,
    /// The path of the project of the OKRs [default: the pipeline's]
    #[arg(long, value_name = "PATH")]
    project: Option<String>,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Kind {
    /// On a merge request: what it would change, and what is wrong with it
    #[default]
    Review,
    /// On a merged one: what became of its changes
    Outcome,
    /// In an issue: where GitLab differs from the files because somebody edited it
    Drift,
    /// In an issue, for the staff meeting: what changed this week, who is late, what is at risk
    Digest,
}

/// Whose texts count, and with which connection they are written.
struct Desk {
    connection: Connection,
    owner: String,
    trusted: BTreeSet<Username>,
}

impl NoteCommand {
    /// Writes the text, or sees that it is there.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        if self.kind == Kind::Outcome && self.plan.is_some() {
            return Err(CliError::usage("okr note outcome reads no plan").hint("leave --plan out"));
        }
        if self.kind != Kind::Outcome && self.applied.is_some() {
            return Err(
                CliError::usage("only okr note outcome reads the report of an apply")
                    .hint("write okr note outcome --applied FILE, or leave --applied out"),
            );
        }
        let project = Project::open(global, ui)?;
        match self.kind {
            Kind::Review => self.review(project, env, ui),
            Kind::Outcome => self.outcome(&project, env, ui),
            Kind::Drift => self.drift(&project, env, ui),
            Kind::Digest => self.digest(&project, env, ui),
        }
    }

    fn review(&self, project: Project, env: &Env, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let number = self
            .merge_request
            .or(env.pipeline.merge_request)
            .ok_or_else(|| {
                CliError::usage("which merge request?").hint(
                    "run it in the pipeline of a merge request, or name one: --merge-request IID --project PATH",
                )
            })?;
        let compared = branches(&project, self.base.as_deref(), env);
        let target = compared.as_ref().ok().and_then(Option::as_ref);
        let Some(desk) = desk(&project, target, env, ui)? else {
            return Ok(ExitStatus::Success);
        };
        let place = self.place(env, &desk)?;
        let plan = self.plan.as_deref().map(saved::read);
        let conflict = match &compared {
            Err(why @ NoBase::Conflict { .. }) => Some(why.to_string()),
            _ => None,
        };
        let (branches, base) = match compared {
            Ok(Some(branches)) => {
                let name = branches.name.clone();
                (Some(branches), Ok(name))
            }
            Ok(None) => (None, Err("nothing says what was there before".to_owned())),
            Err(why) => (None, Err(why.to_string())),
        };
        let found = findings::find(project, branches, env, ui);
        let plan: Result<&Plan, NoPlan> = match (&plan, conflict) {
            (Some(Ok(plan)), _) => Ok(plan),
            (_, Some(why)) => Err(NoPlan::Conflict(why)),
            _ if found.errors > 0 => Err(NoPlan::Errors(found.errors)),
            (Some(Err(error)), _) => Err(NoPlan::NotThere(unread(error))),
            (None, _) => Err(NoPlan::NotThere("No plan was handed over.".to_owned())),
        };
        let why = |why: &String| format!("Old and new findings are not told apart: {why}.");
        let base = base.as_ref().map(String::as_str).map_err(why);
        let text = note::review(&Review {
            plan,
            findings: &found.introduced,
            base: base.as_ref().map(|name| *name).map_err(String::as_str),
            files: env.pipeline.files().as_ref(),
            origin: &origin(env, env.pipeline.head()),
        });
        let mark = desk.mark(MERGE_REQUEST, Stage::Open, env);
        let target = NoteTarget::MergeRequest(place, number);
        let kept = desk.keep(&target, &mark, |_| text.clone())?;
        ui.result(&told(number, kept));
        Ok(ExitStatus::Success)
    }

    fn outcome(&self, project: &Project, env: &Env, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let file = self.applied.as_deref().ok_or_else(|| {
            CliError::usage("what became of the changes?").hint(
                "name the report of the apply: --applied FILE, from okr apply --report json=FILE",
            )
        })?;
        let applied = applied(file)?;
        let Some(desk) = desk(project, None, env, ui)? else {
            return Ok(ExitStatus::Success);
        };
        let place = self.place(env, &desk)?;
        let number = match self.merge_request {
            Some(number) => Some(number),
            None => desk.merged(&place, env)?,
        };
        let Some(number) = number else {
            ui.status("no note: no merge request brought this commit");
            return Ok(ExitStatus::Success);
        };
        let mark = desk.mark(MERGE_REQUEST, Stage::Over, env);
        let origin = origin(env, env.pipeline.commit.as_deref());
        let target = NoteTarget::MergeRequest(place, number);
        let kept = desk.keep(&target, &mark, |so_far| {
            note::outcome(&applied, so_far, &origin)
        })?;
        ui.result(&told(number, kept));
        Ok(ExitStatus::Success)
    }

    fn drift(&self, project: &Project, env: &Env, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let file = self.plan.as_deref().ok_or_else(|| {
            CliError::usage("which plan?").hint("okr plan --out plan.json, then --plan plan.json")
        })?;
        let plan = saved::read(file)?;
        let Some(desk) = desk(project, None, env, ui)? else {
            return Ok(ExitStatus::Success);
        };
        let text = note::drift(&plan);
        if text.is_none() && !note::sees_everything(&plan) {
            ui.status("no issue: this plan does not see everything, so it does not know whether there is drift");
            return Ok(ExitStatus::Success);
        }
        let wanted = StickyIssue {
            title: DRIFT_TITLE,
            text: text.as_deref().unwrap_or_else(|| note::drift_is_over()),
            closes: text.is_none().then_some(
                "GitLab does not differ from the OKR files any more, so this issue is closed.",
            ),
        };
        let kept = self.keep_issue(&desk, DRIFT, wanted, env)?;
        ui.result(&told_of_issue("drift", kept));
        Ok(ExitStatus::Success)
    }

    /// Reads what GitLab shows with the token for the trackers, where there is one, and writes with that for notes.
    fn digest(&self, project: &Project, env: &Env, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let declared = Declared::of(project, ui)?;
        let Some(desk) = desk(project, None, env, ui)? else {
            return Ok(ExitStatus::Success);
        };
        let status = going::this_week(project, &declared, clock::today(env), env, ui)?;
        let options = MarkdownOptions {
            max_bytes: note::MAX_BYTES,
        };
        let text = markdown(&status, &options);
        let wanted = StickyIssue {
            title: DIGEST_TITLE,
            text: &text,
            closes: None,
        };
        let kept = self.keep_issue(&desk, DIGEST, wanted, env)?;
        ui.result(&told_of_issue("digest", kept));
        Ok(ExitStatus::Success)
    }

    fn keep_issue(
        &self,
        desk: &Desk,
        kind: &str,
        wanted: StickyIssue<'_>,
        env: &Env,
    ) -> Result<KeptIssue, CliError> {
        let mark = desk.mark(kind, Stage::Open, env);
        let place = self.place(env, desk)?;
        let keeping = async { desk.keeper().await?.keep_issue(&place, &mark, wanted).await };
        runtime()?
            .block_on(keeping)
            .map_err(|error| desk.failed(error))
    }

    /// The project of the OKRs.
    fn place(&self, env: &Env, desk: &Desk) -> Result<ProjectRef, CliError> {
        if let Some(path) = &self.project {
            return Ok(ProjectRef::Path(path.clone()));
        }
        let id = env.mr_project.as_ref().or(env.ci_project.as_ref());
        match id.and_then(|id| id.parse().ok()) {
            Some(id) => Ok(ProjectRef::Id(id)),
            None if desk.owner.contains('/') => Ok(ProjectRef::Path(desk.owner.clone())),
            None => Err(CliError::usage("in which project?").hint("name it: --project PATH")),
        }
    }
}

/// Who writes; `None`, and said so, where nothing shall be written. The settings of the target branch count where they are
/// known: those of a merge request must not say whose texts are ours.
fn desk(
    project: &Project,
    target: Option<&Branches>,
    env: &Env,
    ui: &Ui,
) -> Result<Option<Desk>, CliError> {
    let target = target.and_then(|target| target.target.as_ref()?.config.as_ref());
    let config: &Config = target.or(project.config.as_ref()).ok_or_else(|| {
        CliError::failure("okr.toml cannot be used").hint("see what is wrong with it: okr validate")
    })?;
    if env.okr_paused || config.safety.paused {
        ui.status("no note: writing to GitLab is paused");
        return Ok(None);
    }
    let Some(connection) = connect_for_notes(env, config, ui)? else {
        ui.status(if env.from_fork() {
            "no note: a fork's pipeline has no OKR_NOTE_TOKEN; the widget, Code Quality and the exposed page stand alone"
        } else {
            "no note: OKR_NOTE_TOKEN is not set, so the widget, Code Quality and the exposed page stand alone; for notes set it \
             to a token with the scope api of an account that is Planner in the project of the OKRs and nowhere else"
        });
        return Ok(None);
    };
    let trusted = if target.is_none() && env.in_merge_request() {
        BTreeSet::new()
    } else {
        config.gitlab.bots.iter().cloned().collect()
    };
    Ok(Some(Desk {
        connection,
        owner: config.gitlab.owner.clone(),
        trusted,
    }))
}

impl Desk {
    fn mark(&self, kind: &str, stage: Stage, env: &Env) -> Mark {
        Mark {
            kind: kind.to_owned(),
            owner: self.owner.clone(),
            stage,
            pipeline: env.pipeline.id,
            episode: None,
        }
    }

    async fn keeper(&self) -> Result<Keeper<'_>, StickyError> {
        Keeper::new(&self.connection.client, &self.trusted).await
    }

    fn keep(
        &self,
        target: &NoteTarget,
        mark: &Mark,
        text: impl Fn(Option<&str>) -> String,
    ) -> Result<KeptNote, CliError> {
        let keeping = async { self.keeper().await?.keep_note(target, mark, text).await };
        runtime()?
            .block_on(keeping)
            .map_err(|error| self.failed(error))
    }

    /// The merge request that brought the pipeline's commit.
    fn merged(&self, place: &ProjectRef, env: &Env) -> Result<Option<u64>, CliError> {
        let asked = merged(&self.connection.client, place, env);
        runtime()?.block_on(asked).map_err(|error| {
            let hint = error.hint();
            CliError::failure("cannot ask which merge request brought the commit")
                .because(error)
                .hint(hint)
        })
    }

    fn failed(&self, error: StickyError) -> CliError {
        let hint = error.hint();
        CliError::failure("the text in GitLab is not as it should be")
            .because(error)
            .hint(hint)
            .hint(format!(
                "the server was {}, the token that of {}",
                self.connection.server, self.connection.token_from
            ))
    }
}

fn origin(env: &Env, commit: Option<&str>) -> Origin {
    Origin {
        commit: commit.map(str::to_owned),
        pipeline: env.pipeline.url.clone(),
        job: env.pipeline.job_url.clone(),
    }
}

fn applied(file: &Path) -> Result<Applied, CliError> {
    let unread = |error: Box<dyn std::error::Error + Send + Sync>| {
        CliError::failure(format!("cannot use the report {}", file.display()))
            .because(error)
            .hint("okr apply --report json=FILE writes it, also when the apply fails")
    };
    let text = output::read(file).map_err(|error| unread(error.into()))?;
    Applied::parse(&text).map_err(|error| unread(error.into()))
}

/// Why a plan could not be read, as a sentence.
fn unread(error: &CliError) -> String {
    let lines = error.lines();
    let lines = lines.iter().filter(|(word, _)| *word != "hint");
    let lines: Vec<&str> = lines.map(|(_, text)| text.as_str()).collect();
    let mut sentence = lines.join(": ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence + "."
}

fn told_of_issue(what: &str, kept: KeptIssue) -> String {
    match kept {
        KeptIssue::NotNeeded => format!("No {what}, and no issue about it.\n"),
        KeptIssue::Opened(url) => format!("The {what}: opened {url}\n"),
        KeptIssue::Edited(url) => format!("The {what}: edited {url}\n"),
        KeptIssue::Reopened(url) => format!("The {what}: reopened {url}\n"),
        KeptIssue::Closed(url) => format!("No {what} any more: closed {url}\n"),
        KeptIssue::Unchanged(url) => format!("The {what} is as before: {url}\n"),
        KeptIssue::LeftClosed(url) => {
            format!("The same {what} as when somebody closed {url}: it stays closed\n")
        }
        KeptIssue::Newer(url) => format!("A later pipeline wrote {url}: it stays as it is\n"),
    }
}

fn told(number: u64, kept: KeptNote) -> String {
    match kept {
        KeptNote::Made => format!("Wrote the note on !{number}.\n"),
        KeptNote::Edited => format!("Edited the note on !{number}.\n"),
        KeptNote::Unchanged => format!("The note on !{number} says so already.\n"),
        KeptNote::Newer(Some(pipeline)) => format!(
            "The note on !{number} is about something newer, by pipeline {pipeline}: it stays as it is.\n"
        ),
        KeptNote::Newer(None) => {
            format!("The note on !{number} is about something newer: it stays as it is.\n")
        }
    }
}
